/*
 * told - what each reader got before, from the deliveries there were.
 *
 * A reader is a channel and an address.  They are numbered: those of routes.json as they are
 * met, and those who were told once and may stand nowhere any more.
 */
#ifndef TOLD_H
#define TOLD_H

#include <stdbool.h>
#include <stdint.h>

struct told; /* all of it */

struct telling { /* one alert in one delivery */
	uint32_t alert, reader, receiver; /* receiver: a name of told_name() */
	int64_t created, done; /* done: when it was sent or given up; INT64_MAX: not yet */
	char date[11], state[13];
	bool alone;
};

struct heard { /* one fault */
	char *key;
	uint32_t reader, receiver;
	bool clear;
};

struct reader {
	char *channel, *to;
	int64_t due[3]; /* of its last digest of each plan; the first: of its last storm's */
	uint64_t recent; /* messages that went at once, since the storm's window began */
};

/* NULL: nobody was told; no receipts: what was made is done with. */
struct told *told_read(const char *path, const char *receipts, int64_t window);
void told_free(struct told *);

uint32_t told_reader(struct told *, const char *channel, const char *to); /* its number */
struct reader *told_whom(const struct told *, uint32_t reader);
uint32_t told_readers(const struct told *);
const char *told_name(const struct told *, uint32_t receiver);

/* Of an alert, by reader, then in the order they were made. */
const struct telling *told_of(const struct told *, const char *alert_id, size_t *count);
const struct heard *told_faults(const struct told *, size_t *count);
int64_t told_storm(const struct told *); /* when ops last heard of one; INT64_MIN: never */

#endif
