/*
 * held - what somebody was not told now, and why: schemas/held.json, a record for each alert or
 * fault and reader.  It also remembers, from the stream of the run before, since when a group
 * has been waiting for others.
 */
#ifndef HELD_H
#define HELD_H

#include <stdint.h>

struct alert;
struct fault;
struct held;

struct reason {
	const char *reason, *why, *by; /* why and by may be NULL */
	const char *until_text; /* or */
	int64_t until, since; /* 0: nobody knows */
};

/* Either may be NULL: it is not written; nothing is remembered. */
struct held *held_open(const char *path, const char *before);
void held_alert(struct held *, const struct alert *, const char *receiver, const char *channel,
    const char *to, struct reason); /* receiver NULL: nobody is to be told */
void held_fault(struct held *, const struct fault *, const char *receiver, const char *channel,
    const char *to, struct reason);
int64_t held_since(const struct held *, const struct alert *, const char *channel,
    const char *to, int64_t otherwise);
void held_finish(struct held *);

#endif
