/*
 * keys - what routes.json has at a place, `base` being the JSON Pointer of the object and `key`
 * a key of it.  What is not as it should be ends the program, with its line (78).
 *
 * A duration is written as 90s, 30m, 4h, 7d, 1w or 1h30m, and read as seconds.
 */
#ifndef KEYS_H
#define KEYS_H

#include "conf.h"
#include "matcher.h"

struct alert;

struct matchers {
	struct matcher **list;
	size_t count;
};

const char *key_text(
    const struct conf *, const char *base, const char *key, const char *otherwise);
const char *key_needed(const struct conf *, const char *base, const char *key);
bool key_truth(const struct conf *, const char *base, const char *key, bool otherwise);
int key_integer(
    const struct conf *, const char *base, const char *key, int least, int most, int otherwise);
int64_t key_duration(const struct conf *, const char *base, const char *key, int64_t otherwise);
json_t *key_list(
    const struct conf *, const char *base, const char *key); /* or NULL; it is a list */
char *key_place(const char *base, const char *key); /* the pointer to it, to free() */
char *key_element(const char *base, const char *key, size_t i); /* of its i-th element */

struct matchers matchers_read(const struct conf *, const char *base, const char *key);
bool matchers_fit(const struct matchers *, const struct alert *); /* none fit everything */
void matchers_release(struct matchers *);

bool duration_read(const char *text, int64_t *seconds);

#endif
