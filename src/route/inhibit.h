/*
 * inhibit - alerts that are not told because another says as much: "inhibit" of routes.json.
 *
 *	{"source_matchers": [...], "target_matchers": [...], "equal": [LABEL...]}
 *	{"parent": true, "equal": ["type"]}
 *
 * As in Alertmanager a target is silent while there is a source whose labels of `equal` are the
 * same; what is both source and target is not silenced by another that is both.  With "parent"
 * the source's segment must moreover be part of the target's conditions (region=Europe of
 * industry=X,region=Europe), its direction the same and its priority no lower.
 */
#ifndef INHIBIT_H
#define INHIBIT_H

#include "conf.h"

struct alert;
struct pool;

struct inhibit *inhibit_load(const struct conf *);
void inhibit_learn(struct inhibit *, const struct pool *); /* which alerts there are */
const struct alert *inhibit_by(const struct inhibit *, const struct alert *); /* or NULL */
void inhibit_free(struct inhibit *);

#endif
