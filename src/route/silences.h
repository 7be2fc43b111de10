/*
 * silences - alerts that nobody is told of for a while, as schemas/silence.json has them.
 *
 * A silence keeps what the alerts it was made for were like then.  One of them wakes when its
 * priority has risen, its |z| has grown by 1 or the pipeline at stake has doubled; one that came
 * later wakes when it counts as changed, which is the same.
 */
#ifndef SILENCES_H
#define SILENCES_H

#include <stddef.h>
#include <stdint.h>

struct alert;
struct silences;

struct silence {
	const char *id, *by, *why, *until; /* until: as it was written */
};

struct silences *silences_read(const char *path, int64_t now); /* NULL: there are none */
void silences_free(struct silences *);

/* The one that holds the alert now, of several the one that ends last; false: none does. */
_Bool silences_hold(const struct silences *, const struct alert *, struct silence *);

#endif
