/*
 * alert - a finding made into an alert: whose it is, how much it matters, what it says.
 *
 * alert_make() takes the finding's reference and adds to it what DESIGN calls an alert.  Its
 * identity is its type, segment (by its oldest names), direction and the day it began; an incident people were told
 * of (`last`) keeps the identity it had then.  alert_news() is whether it is worth telling
 * again.  alert_write() puts the texts in: what is in them is final by then.
 */
#ifndef ALERT_H
#define ALERT_H

#include "aliases.h"
#include "rules.h"

struct rec_out;

struct alert {
	json_t *record;
	const struct rule *rule;
	const char *date, *id; /* of the record */
	enum severity severity;
	double stake;
	char *held; /* why nobody is told; NULL: somebody is */
};

struct alert alert_make(json_t *finding, const struct rules *, const struct rule *,
    const json_t *last, const struct aliases *);
bool alert_news(const struct alert *, const json_t *last);
void alert_write(
    struct rec_out *, const struct alert *, const struct rules *, const json_t *company);
void alert_free(struct alert *);

#endif
