/*
 * http_wire - one try of a request by libcurl, as http.c asks for it; nobody else does.
 *
 * wire_try fills in the answer as far as it came; afterwards the exchange tells how much of the
 * body was handed over, and what we ended it for.
 */
#ifndef HTTP_WIRE_H
#define HTTP_WIRE_H

#include <curl/curl.h>
#include "http.h"

/* A connection made for one who may talk to any address is no use to the others. */
struct http {
	CURL *easy[2];
	char *body, *head;
	size_t room, head_room;
};

struct exchange {
	const struct http_request *request;
	struct http_answer *answer;
	struct http *http;
	double end; /* by when_ticks() */
	size_t most;
	size_t given; /* of the body */
	bool is_closed; /* the address is no open one */
	bool is_over; /* the answer is longer than it may be */
};

struct curl_slist *wire_headers(const struct http_request *);
void wire_headers_free(struct curl_slist *);
CURLcode wire_try(struct exchange *, const char *url, struct curl_slist *headers);
long wire_left_ms(const struct exchange *); /* 1 or more */

#endif
