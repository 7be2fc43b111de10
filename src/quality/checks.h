/*
 * checks - checks.json: which rules a source's deals are held to, and from where on it is a
 * warning or an error.
 *
 * The file is held against schemas/checks.json (78, with its line).  A rule is an object; what
 * "sources" says of one source takes the place of what it says of all, member by member, and
 * false turns a rule off: checks_rule gives NULL then.  A limit that is not there is NAN.
 */
#ifndef CHECKS_H
#define CHECKS_H

#include <jansson.h>
#include <stdint.h>
#include "span.h"

struct checks;

struct limits {
	double warn, error;
};

struct checks *checks_load(const char *path, const char *source);
const json_t *checks_rule(const struct checks *, const char *name); /* lives as long as they */
const char *checks_path(const struct checks *);
uint64_t checks_few(const struct checks *); /* below so many deals no share says anything */
int checks_days(const struct checks *); /* so long what is new is told of as new */
bool checks_works(const struct checks *, int32_t day); /* no holiday, no weekend */
int checks_missing(const struct checks *, int32_t newest, int32_t today); /* days between */
bool checks_is_holiday(const struct checks *, int32_t day);
void checks_free(struct checks *);

struct limits limits_of(const json_t *rule);
double number_of(const json_t *rule, const char *name, double otherwise);
bool lists(const json_t *rule, const char *name, struct span text); /* it is in that list */

#endif
