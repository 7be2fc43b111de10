/*
 * crm - asking the web API of a CRM: an answer, or the end of the program with one line.
 *
 * All questions go to the origin of `base`, with the token: a place of another origin ends the
 * program (69), so that no page that an answer names gets the token.  A question only reads; it
 * is asked again for a few seconds (http.h), and where the CRM says "slow down" (429, or
 * Retry-After) after what it asks for, as long as the waits of a run are no more than `patience`
 * seconds in all.  What is still not to be had then ends the program with 75.
 *
 * `heard` is told of each answer.  `refused` of each that is no 2xx, with the JSON that it said
 * or NULL; it may end the program with better words, or says what is to be done: what an answer
 * of that kind comes to otherwise, the same question again at once, or to give NULL for it.
 *
 * No line tells of a token, or of what stands in a query.
 */
#ifndef CRM_H
#define CRM_H

#include <jansson.h>
#include "http.h"
#include "source.h"

enum crm_next { CRM_AS_USUAL, CRM_AGAIN, CRM_NOTHING };

struct crm {
	const struct source *source;
	struct http *http;
	char *base, *token; /* to be freed; the token may be NULL */
	bool is_private; /* http, and addresses that are not of the open internet */
	double patience;
	void (*heard)(struct crm *, const struct http_answer *); /* or NULL */
	enum crm_next (*refused)(struct crm *, const struct http_answer *, const json_t *said);
	void *own; /* of those two */
	struct http_answer answer; /* the last one; its spans live until the next question */
};

struct crm_question {
	const char *place; /* a URL or a path */
	struct span body; /* at NULL: a GET */
	const char *type; /* of the body; NULL: JSON */
	bool is_open; /* without the token */
};

/* With "private" and "patience" of its section; the caller sets base, token and what is told. */
struct crm crm_new(const struct source *);
void crm_release(struct crm *);

bool crm_asked(struct crm *, const struct crm_question *); /* false: nothing, as refused says */
json_t *crm_ask(struct crm *, const struct crm_question *); /* a new reference, or NULL */
json_t *crm_get(struct crm *, const char *place);
json_t *crm_post(struct crm *, const char *place, const json_t *body);

__attribute__((format(printf, 3, 4))) _Noreturn void crm_die(const struct crm *, int status,
    const char *format, ...); /* begins with the source's name */

int64_t crm_date(const struct crm *); /* by the clock of who answered last; 0: not told */
void crm_pause(double seconds);
void crm_forget(char *secret); /* NULL too: overwritten, then freed */

#endif
