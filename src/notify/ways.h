/*
 * ways - which places take a message now, within one round.
 *
 * A way is closed for a while after it was used, as its channel asks, and after it failed, so
 * that what else waits for it neither knocks in vain nor keeps others waiting.
 */
#ifndef WAYS_H
#define WAYS_H

struct ways;

struct ways *ways_new(void);
void ways_free(struct ways *);
void ways_close(struct ways *, const char *name, double seconds); /* from now */
double ways_wait(
    const struct ways *, const char *name); /* seconds until it is open; 0: it is */

#endif
