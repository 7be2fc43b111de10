#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "field.h"
#include "mem.h"
#include "post.h"

/*
 * A webhook takes a message and tells nothing of it.  With a token it is posted, and the next
 * one of its thread edits it where it stands; news of it is also a short reply below, since an
 * edit alone calls nobody.
 */

enum { CLOSED_SECONDS = 30 };

struct exchange {
	const struct means *means;
	const struct letter *letter;
	char *api, *token;
	json_t *message;
	json_t *answer; /* to the last call */
};

static bool
is_one_of(const char *word, const char *const *words)
{
	while (*words != NULL && strcmp(*words, word) != 0)
		words++;
	return *words != NULL;
}

/* Slack says no with HTTP 200 and a word; of those not named here time changes nothing. */
static struct result
judge(const char *error)
{
	static const char *const passing[] = { "ratelimited", "rate_limited", "internal_error",
		"fatal_error", "service_unavailable", "request_timeout", "team_added_to_org",
		"accesslimited", NULL };
	static const char *const keys[] = { "not_authed", "invalid_auth", "account_inactive",
		"token_revoked", "token_expired", "no_permission", "missing_scope",
		"not_allowed_token_type", "access_denied", "ekm_access_denied",
		"org_login_required", "two_factor_setup_required", "team_access_not_granted",
		NULL };

	if (is_one_of(error, passing))
		return channel_failed(LATER, EX_TEMPFAIL, "%s", error);
	return channel_failed(
	    REFUSED, is_one_of(error, keys) ? EX_NOPERM : EX_UNAVAILABLE, "%s", error);
}

static struct result
call(struct exchange *exchange, const char *method, const json_t *body)
{
	struct http_answer answer;
	char *url = mem_printf("%s/%s", exchange->api, method);
	char *text = json_dumps(body, JSON_COMPACT);
	struct result result = post_body(
	    exchange->means, exchange->letter, url, exchange->token, span(text), &answer);

	free(text);
	free(url);
	json_decref(exchange->answer);
	exchange->answer = NULL;
	if (result.outcome != SENT)
		return result;
	exchange->answer =
	    answer.whole ? json_loadb(answer.body.at, answer.body.len, 0, NULL) : NULL;
	if (!json_is_object(exchange->answer))
		return channel_failed(LATER, EX_TEMPFAIL, "its answer is no whole JSON");
	if (json_is_true(json_object_get(exchange->answer, "ok")))
		return channel_sent;
	result = judge(text_of(exchange->answer, "error"));
	result.wait = answer.wait;
	if (result.outcome == LATER)
		result.closed = answer.wait > 0 ? answer.wait : CLOSED_SECONDS;
	return result;
}

/* The message with that much more; a new reference. */
static json_t *
with(const json_t *message, const char *channel, const char *name, const char *value)
{
	json_t *body = json_pack("{s:s}", "channel", channel);

	json_object_update(body, (json_t *)message);
	if (name != NULL)
		json_object_set_new(body, name, json_string(value));
	return body;
}

static struct result
post_new(struct exchange *exchange)
{
	json_t *body = with(exchange->message, exchange->letter->to, NULL, NULL);

	json_object_set_new(body, "metadata",
	    json_pack("{s:s, s:{s:s}}", "event_type", "saleswatch_delivery", "event_payload",
		"delivery_id", exchange->letter->delivery_id));
	struct result result = call(exchange, "chat.postMessage", body);
	json_decref(body);
	if (result.outcome == SENT)
		snprintf(result.ref, sizeof result.ref, "%s/%s",
		    text_of(exchange->answer, "channel"), text_of(exchange->answer, "ts"));
	return result;
}

static struct result
reply(struct exchange *exchange, const char *channel, const char *ts)
{
	static const char *const news[] = { "changed", "reminder", "recovered", "corrected",
		"clear", NULL };

	if (!is_one_of(exchange->letter->state, news))
		return channel_sent;
	json_t *text = json_pack("{s:s}", "text", text_of(exchange->message, "text"));
	json_t *body = with(text, channel, "thread_ts", ts);
	struct result result = call(exchange, "chat.postMessage", body);
	json_decref(body);
	json_decref(text);
	return result;
}

/* One that is gone, or too old to be edited, is posted anew. */
static bool
is_gone(const struct result *result)
{
	static const char *const gone[] = { "message_not_found", "cant_update_message",
		"edit_window_closed", "channel_not_found", "thread_not_found",
		"cannot_update_message", NULL };

	return result->outcome == REFUSED && is_one_of(result->reason, gone);
}

static struct result
edit(struct exchange *exchange)
{
	char *channel = mem_printf("%s", exchange->letter->ref);
	char *ts = channel + strcspn(channel, "/");

	ts += *ts == '/' ? (*ts = '\0', 1) : 0;
	json_t *body = with(exchange->message, channel, "ts", ts);
	struct result result = call(exchange, "chat.update", body);
	json_decref(body);
	if (result.outcome == SENT)
		result = reply(exchange, channel, ts);
	if (is_gone(&result))
		result = post_new(exchange);
	else if (result.outcome == SENT)
		snprintf(result.ref, sizeof result.ref, "%s", exchange->letter->ref);
	free(channel);
	return result;
}

static struct result
talk(struct exchange *exchange)
{
	struct result result = channel_sent;

	exchange->message =
	    json_loadb(exchange->letter->body.at, exchange->letter->body.len, 0, NULL);
	if (!json_is_object(exchange->message))
		return channel_failed(REFUSED, EX_UNAVAILABLE, "its content is no JSON object");
	exchange->token = post_secret(exchange->letter->receiver, "token", &result);
	if (exchange->token == NULL)
		return result;
	return exchange->letter->ref != NULL ? edit(exchange) : post_new(exchange);
}

struct result
slack_send(const struct means *means, const struct letter *letter)
{
	const char *api = text_of(letter->receiver, "api");
	struct exchange exchange = { .means = means, .letter = letter };

	if (*text_of(letter->receiver, "token") == '\0')
		return post_to(means, letter, "");
	exchange.api = mem_printf("%s", *api != '\0' ? api : "https://slack.com/api");
	struct result result = talk(&exchange);
	if (exchange.token != NULL)
		explicit_bzero(exchange.token, strlen(exchange.token));
	free(exchange.token);
	free(exchange.api);
	json_decref(exchange.message);
	json_decref(exchange.answer);
	return result;
}
