/*
 * receivers - who can be told, and by what way: "receivers" of routes.json.
 *
 * Where a message goes to, and by which secret, is the business of notify, which reads the
 * same file: here it is only checked, so that what is wrong shows before anything is sent.
 */
#ifndef RECEIVERS_H
#define RECEIVERS_H

#include "conf.h"
#include "due.h"

struct receiver {
	const char *name, *channel;
	const char **to;
	size_t to_count;
	struct clock clock;
	bool immediate; /* everything alone, and at once */
	bool weekly; /* the report each week, also of a quiet one */
	bool shared; /* several people read it */
	bool edits; /* what was sent can be changed */
};

struct receivers {
	struct receiver *list;
	size_t count;
};

struct receivers receivers_load(const struct conf *, const char *zone); /* of the business */
void receivers_release(struct receivers *);
size_t receivers_find(const struct receivers *, const char *name); /* their count if none */

/* The receiver that `key` of an object names, which must be there. */
size_t receivers_named(
    const struct receivers *, const struct conf *, const char *base, const char *key);

const char *recipient(const struct conf *, const char *pointer); /* an address, checked */

#endif
