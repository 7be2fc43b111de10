/*
 * http - one request to somebody else's server, and whether it was taken.
 *
 *	struct http *http = http_new();
 *	struct http_request post = { .url = url, .body = span(json) };
 *	outcome = http_send(http, &post, &answer);
 *
 * DONE: it said 2xx.  LATER: it was not to be had, or says so itself; time may help.  REFUSED: it
 * never will.  `status` says who must act (sysexits): 75 nobody; 69 and 77 whose message or
 * key it is; 78 who wrote the address.
 *
 * All of it is over `seconds` after the call, whatever the other side does, and no more than
 * `most` bytes of an answer are kept.  A GET is tried again for a few seconds, but not after a
 * 429; a POST only as long as nothing of its body was handed over, so that nobody gets it twice.
 * A redirect is followed within the same scheme, host and port, a POST only by 307 and 308.
 *
 * https only, certificates always checked ($SSL_CERT_FILE may name other roots), no proxy, and
 * only addresses that anybody on the internet would reach: the address that is connected to is
 * looked at, whatever its name said before.  is_private allows http and all addresses.
 *
 * The URL and the token are secrets: no reason has anything of either in it, not even where a
 * server gives them back.  Connections are kept and used again; the caller ignores SIGPIPE.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdint.h>
#include "span.h"

enum http_outcome { HTTP_DONE, HTTP_LATER, HTTP_REFUSED };
enum { HTTP_SECONDS = 30, HTTP_MOST = 1 << 16, HTTP_REASON = 200 };

struct http_request {
	const char *url, *token; /* of "Authorization: Bearer", or NULL */
	const char *const *headers; /* "Name: value"; NULL ends them, or stands for none */
	struct span body; /* at NULL: a GET; else a POST */
	const char *type; /* of the body; NULL: application/json */
	bool is_read; /* a POST that changes nothing there */
	bool is_packed; /* the answer may come packed; `most` is of what is in it */
	bool is_private;
	int seconds; /* 0: HTTP_SECONDS */
	size_t most; /* 0: HTTP_MOST */
};

struct http_answer {
	int code; /* HTTP's; 0: there was none */
	int status;
	int64_t wait; /* the seconds it asks for by Retry-After, at most 4 hours, or 0 */
	struct span body; /* as far as it came; until the next http_send */
	bool whole; /* all of it came */
	struct span head; /* its headers, as long as the body */
	char reason[HTTP_REASON]; /* "" when done */
};

struct http *http_new(void);
enum http_outcome http_send(struct http *, const struct http_request *, struct http_answer *);
struct span http_header(const struct http_answer *, const char *name); /* at NULL: none */
void http_free(struct http *);

#endif
