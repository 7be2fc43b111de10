#define _GNU_SOURCE /* memmem */
#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "diag.h"
#include "http.h"
#include "http_place.h"
#include "http_wire.h"
#include "mem.h"
#include "when.h"

enum {
	TRIES = 4,
	PAUSE_MS = 250, /* then twice as long each time */
	PAUSE_MOST_MS = 3000,
	HOPS = 3,
	QUOTE_MOST = 100,
	PIECE_LEAST = 6, /* of a secret: shorter words may come in any answer */
};

struct http *
http_new(void)
{
	struct http *http = mem_new(1, sizeof *http);

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		die(EX_OSERR, "libcurl: out of memory");
	return http;
}

void
http_free(struct http *http)
{
	for (size_t i = 0; i < sizeof http->easy / sizeof *http->easy; i++)
		if (http->easy[i] != NULL)
			curl_easy_cleanup(http->easy[i]);
	free(http->body);
	free(http->head);
	free(http);
	curl_global_cleanup();
}

__attribute__((format(printf, 4, 5))) static enum http_outcome
failed(
    struct http_answer *answer, enum http_outcome outcome, int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(answer->reason, sizeof answer->reason, format, args);
	va_end(args);
	answer->status = status;
	return outcome;
}

/* ---- what may be told of an answer */

static bool
has(struct span text, struct span piece)
{
	return text.len > 0 && piece.len >= PIECE_LEAST
	    && memmem(text.at, text.len, piece.at, piece.len) != NULL;
}

/* Whether any part of the secrets we sent stands in the text. */
static bool
tells_secrets(struct span text, const struct http_request *request)
{
	const char *p = strstr(request->url, "://");

	p = p != NULL ? p + 3 : request->url;
	while (*p != '\0') {
		struct span piece = { p, strcspn(p, "/?&=#;@") };
		if (has(text, piece))
			return true;
		p += piece.len + (p[piece.len] != '\0');
	}
	return request->token != NULL && has(text, span(request->token));
}

/* The first line of an answer, if it is a short text for people. */
static struct span
quotable(const struct exchange *exchange)
{
	struct span body = exchange->answer->body;
	size_t len = 0;

	if (tells_secrets(body, exchange->request))
		return span("");
	while (len < body.len && len < QUOTE_MOST && body.at[len] >= ' ' && body.at[len] != '<')
		len++;
	return (struct span){ body.at, len };
}

/* ---- what became of a try */

static enum http_outcome
judge_code(const struct exchange *exchange)
{
	struct http_answer *answer = exchange->answer;
	int code = answer->code;
	bool later = code >= 500 || code == 408 || code == 425 || code == 429;
	bool is_key = code == 401 || code == 403 || code == 407;
	struct span said = quotable(exchange);

	return failed(answer, later ? HTTP_LATER : HTTP_REFUSED,
	    later        ? EX_TEMPFAIL
		: is_key ? EX_NOPERM
			 : EX_UNAVAILABLE,
	    "HTTP %d%s%.*s", code, said.len > 0 ? ": " : "", (int)said.len, said.at);
}

static enum http_outcome
judge_silence(const struct exchange *exchange, CURLcode result)
{
	struct http_answer *answer = exchange->answer;
	const struct http_request *request = exchange->request;

	if (exchange->is_closed)
		return failed(answer, HTTP_REFUSED, EX_CONFIG,
		    "its address is none of the open internet, and it is not private");
	switch (result) {
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return failed(answer, HTTP_REFUSED, EX_CONFIG,
		    request->is_private ? "no http or https address" : "no https address");
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return failed(
		    answer, HTTP_LATER, EX_UNAVAILABLE, "its certificate is not good");
	case CURLE_OPERATION_TIMEDOUT:
		return failed(answer, HTTP_LATER, EX_TEMPFAIL, "no answer in %d s",
		    request->seconds > 0 ? request->seconds : HTTP_SECONDS);
	default:
		return failed(answer, HTTP_LATER, EX_TEMPFAIL, "%s",
		    exchange->is_over         ? "headers without end"
			: exchange->given > 0 ? "the connection ended without an answer"
					      : curl_easy_strerror(result));
	}
}

static bool
is_read(const struct http_request *request)
{
	return request->body.at == NULL || request->is_read;
}

/* 2xx is a yes, however the rest of it came; of what was asked for, all must have come. */
static enum http_outcome
judge(const struct exchange *exchange, CURLcode result)
{
	struct http_answer *answer = exchange->answer;
	bool reads = is_read(exchange->request);

	if (answer->code == 0)
		return judge_silence(exchange, result);
	if (answer->code >= 300)
		return judge_code(exchange);
	if (reads && exchange->is_over)
		return failed(answer, HTTP_REFUSED, EX_UNAVAILABLE,
		    "its answer is longer than %zu bytes", exchange->most);
	if (reads && result != CURLE_OK) {
		answer->code = 0;
		return judge_silence(exchange, result);
	}
	return HTTP_DONE;
}

/* ---- redirects */

/* Where it sends us, to free(), if we go there; else NULL. */
static char *
next_place(const struct exchange *exchange, const char *url)
{
	CURL *easy = exchange->http->easy[exchange->request->is_private];
	int code = exchange->answer->code;
	bool is_post = exchange->request->body.at != NULL;
	bool goes = code == 307 || code == 308
	    || (!is_post && (code == 301 || code == 302 || code == 303));
	char *place = NULL;

	if (!goes || easy == NULL
	    || curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &place) != CURLE_OK
	    || place == NULL || !http_place_is_same(url, place))
		return NULL;
	return mem_copy(place, strlen(place));
}

/* One try, and where it leads to. */
static enum http_outcome
follow(struct exchange *exchange, struct curl_slist *headers)
{
	char *url = mem_printf("%s", exchange->request->url), *next;
	enum http_outcome outcome;

	for (int hops = 0;; hops++) {
		outcome = judge(exchange, wire_try(exchange, url, headers));
		bool is_sent_on = exchange->answer->code >= 300 && exchange->answer->code < 400;
		next = is_sent_on && hops < HOPS ? next_place(exchange, url) : NULL;
		if (is_sent_on && next == NULL)
			outcome = failed(exchange->answer, HTTP_REFUSED, EX_UNAVAILABLE,
			    "HTTP %d: it sends us on to somewhere else",
			    exchange->answer->code);
		explicit_bzero(url, strlen(url));
		free(url);
		if (next == NULL)
			return outcome;
		url = next;
	}
}

/* ---- again */

static bool
may_again(const struct exchange *exchange)
{
	const struct http_answer *answer = exchange->answer;

	return answer->status == EX_TEMPFAIL && answer->code != 429
	    && answer->wait * 1000 <= PAUSE_MOST_MS
	    && (is_read(exchange->request) || (answer->code == 0 && exchange->given == 0));
}

static bool
pause_ms(const struct exchange *exchange, long milliseconds)
{
	if (milliseconds >= wire_left_ms(exchange))
		return false;
	nanosleep(
	    &(struct timespec){ milliseconds / 1000, milliseconds % 1000 * 1000000 }, NULL);
	return true;
}

/* libcurl writes headers as they are given, line breaks too. */
static bool
is_one_line(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool
are_headers_good(const struct http_request *request)
{
	for (size_t i = 0; request->headers != NULL && request->headers[i] != NULL; i++)
		if (!is_one_line(request->headers[i]))
			return false;
	return (request->token == NULL || is_one_line(request->token))
	    && (request->type == NULL || is_one_line(request->type));
}

struct span
http_header(const struct http_answer *answer, const char *name)
{
	const char *p = answer->head.at, *end = p + answer->head.len;
	size_t len = strlen(name);
	struct span value = { NULL, 0 };

	for (const char *stop; p < end; p = stop + 1) {
		if ((stop = memchr(p, '\n', (size_t)(end - p))) == NULL)
			stop = end;
		if ((size_t)(stop - p) <= len || p[len] != ':'
		    || strncasecmp(p, name, len) != 0)
			continue;
		for (p += len + 1; p < stop && (*p == ' ' || *p == '\t');)
			p++;
		value = (struct span){ p, (size_t)(stop - p) };
		while (value.len > 0 && strchr(" \t\r", p[value.len - 1]) != NULL)
			value.len--;
	}
	return value;
}

enum http_outcome
http_send(struct http *http, const struct http_request *request, struct http_answer *answer)
{
	int seconds = request->seconds > 0 ? request->seconds : HTTP_SECONDS;
	struct exchange exchange = { .request = request,
		.answer = answer,
		.http = http,
		.end = when_ticks() + seconds,
		.most = request->most > 0 ? request->most : HTTP_MOST };
	enum http_outcome outcome;

	*answer = (struct http_answer){ 0 };
	if (!are_headers_good(request))
		return failed(
		    answer, HTTP_REFUSED, EX_CONFIG, "a header has a control character in it");
	if (!is_one_line(request->url))
		return failed(answer, HTTP_REFUSED, EX_CONFIG,
		    "its address has a control character in it");
	struct curl_slist *headers = wire_headers(request);
	for (int tries = 1, pause = PAUSE_MS;; tries++, pause *= 2) {
		outcome = follow(&exchange, headers);
		if (outcome != HTTP_LATER || tries == TRIES || !may_again(&exchange)
		    || !pause_ms(&exchange, answer->wait > 0 ? answer->wait * 1000 : pause))
			break;
	}
	wire_headers_free(headers);
	return outcome;
}
