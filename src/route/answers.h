/*
 * answers - who is on it, from the feedback there was.
 */
#ifndef ANSWERS_H
#define ANSWERS_H

#include <stddef.h>
#include <stdint.h>

struct answers;

struct answer {
	char *alert_id, *person, *note; /* note: "" if none */
	int64_t at;
};

struct answers *answers_read(const char *path); /* NULL: nobody answered */
void answers_free(struct answers *);

/* The first to say, since that moment, that somebody acts on the alert; or NULL. */
const struct answer *answers_on_it(
    const struct answers *, const char *alert_id, int64_t since, int64_t now);

#endif
