#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "field.h"
#include "mem.h"
#include "post.h"

enum { CLOSED_SECONDS = 60, TOO_MANY = 429, NOT_NOW = 503 };

/* Named by the receiver, never in it; to be forgotten by free_secret(). */
char *
post_secret(const json_t *receiver, const char *key, struct result *result)
{
	const char *name = text_of(receiver, key);
	int status;
	char *why, *secret = conf_secret_or(name, &status, &why);

	if (why != NULL)
		*result = channel_failed(LATER, status, "%s", why);
	else if (secret == NULL)
		*result = channel_failed(
		    LATER, EX_CONFIG, "neither $%s_FILE nor $%s is set", name, name);
	free(why);
	return secret;
}

static void
free_secret(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

static struct result
result_of(enum http_outcome outcome, const struct http_answer *answer)
{
	bool is_ours = answer->status == EX_CONFIG;
	struct result result = channel_sent;

	if (outcome != HTTP_DONE)
		result = channel_failed(outcome == HTTP_LATER || is_ours ? LATER : REFUSED,
		    answer->status, "%s", answer->reason);
	result.wait = answer->wait;
	if (result.outcome == LATER && answer->wait > 0)
		result.closed = answer->wait;
	else if (result.outcome == LATER && !is_ours
	    && (answer->code == 0 || answer->code == TOO_MANY || answer->code == NOT_NOW))
		result.closed = CLOSED_SECONDS;
	return result;
}

struct result
post_body(const struct means *means, const struct letter *letter, const char *url,
    const char *token, struct span body, struct http_answer *answer)
{
	char *key = mem_printf("Idempotency-Key: \"%s\"", letter->delivery_id);
	const struct http_request request = { .url = url,
		.token = token,
		.headers = (const char *const[]){ key, NULL },
		.body = body,
		.is_private = json_is_true(json_object_get(letter->receiver, "private")),
		.seconds = means->seconds };
	enum http_outcome outcome = http_send(means->http, &request, answer);

	free(key);
	return result_of(outcome, answer);
}

/* The address: as it is written, with the path it must end in; or a secret. */
static char *
address_of(const struct letter *letter, const char *path, struct result *result)
{
	const char *url = text_of(letter->receiver, "url");
	size_t len = strlen(url), tail = strlen(path);

	if (*text_of(letter->receiver, "webhook") != '\0')
		return post_secret(letter->receiver, "webhook", result);
	if (len == 0) {
		*result = channel_failed(
		    LATER, EX_CONFIG, "its receiver has neither url nor webhook");
		return NULL;
	}
	if (len >= tail && strcmp(url + len - tail, path) == 0)
		return mem_copy(url, len);
	while (len > 0 && url[len - 1] == '/')
		len--;
	return mem_printf("%.*s%s", (int)len, url, path);
}

struct result
post_to(const struct means *means, const struct letter *letter, const char *path)
{
	struct result result = channel_sent;
	struct http_answer answer;
	char *url = address_of(letter, path, &result), *token = NULL;
	bool is_asked = *text_of(letter->receiver, "token") != '\0';

	if (url != NULL && is_asked)
		token = post_secret(letter->receiver, "token", &result);
	if (url != NULL && (token != NULL || !is_asked))
		result = post_body(means, letter, url, token, letter->body, &answer);
	free_secret(token);
	free_secret(url);
	return result;
}

struct result
webhook_send(const struct means *means, const struct letter *letter)
{
	return post_to(means, letter, "");
}

struct result
teams_send(const struct means *means, const struct letter *letter)
{
	return post_to(means, letter, "");
}

struct result
alertmanager_send(const struct means *means, const struct letter *letter)
{
	return post_to(means, letter, "/api/v2/alerts");
}
