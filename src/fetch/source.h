/*
 * source - a place that deals come from, as a section of sources.json has it.
 *
 *	{ "sources": { "crm": { "type": "salesforce", "map": "maps/salesforce.json", ... } } }
 *
 * A type of source is a row of the table in types.c: the keys its section may have besides "type"
 * and "map", and what fetches its deals.  source_load() ends the program (78) with the line of
 * what is wrong.  A path is taken from the folder of sources.json.
 *
 * What fetches hands each record to deals.h or objects.h, and leaves in `until` what it needs to
 * go on the next time: it is `since` then, NULL for all from the beginning.  It ends the program
 * with 75 where time will help, and never gives a part for the whole.  `check`: is the section right?
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "conf.h"
#include "deals.h"

struct source {
	struct conf *conf;
	const char *path, *name, *at; /* of sources.json; in it; its section, as a pointer */
	const struct source_type *type;
	struct map *map;
	char *map_path; /* NULL: built in */
};

struct fetching {
	struct source source;
	struct taking taking;
	struct changes *changes; /* that the source tells itself; or NULL */
	const json_t *since; /* borrowed */
	const char *from, *to; /* days: only deals created in that period, and no `until` */
	const char *zone; /* of the business day; NULL: UTC */
	bool check, full; /* full: all there is, whatever was read before */
	json_t *until; /* a reference of ours, or NULL: there is nothing to remember */
};

struct source_type {
	const char *name;
	const char *const *keys; /* NULL ends, as in asked */
	const char *const *asked; /* those that say which deals are read, and how */
	void (*fetch)(struct fetching *);
};

struct source source_load(const char *path, const char *name, const char *zone);
void source_free(struct source *);

const char *source_text(const struct source *, const char *key, const char *otherwise);
const char *source_needs(const struct source *, const char *key); /* a text, or 78 */
double source_number(
    const struct source *, const char *key, double least, double most, double otherwise);
bool source_truth(const struct source *, const char *key, bool otherwise);
char *source_file(const struct source *, const char *path); /* from its folder; free() */
char *source_secret(const struct source *, const char *key); /* that it names; or 78; free() */
char *source_secret_whole(const struct source *, const char *key); /* of several lines */
__attribute__((format(printf, 3, 4))) _Noreturn void source_die(
    const struct source *, const char *key, const char *format, ...);

#endif
