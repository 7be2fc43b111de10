/*
 * routes - routes.json: who can be told, and who is told of what.
 *
 *	"receivers": [{"name": NAME, "channel": "terminal"|"file"|"mail", "to": TEXT or [TEXT...],
 *	    "dir": FOLDER (file), "immediate": true, "zone": "Europe/Berlin"}, ...]
 *	"route": {"receiver": NAME, "matchers": [MATCHER...], "continue": true, "routes": [...]}
 *
 * An alert goes down the tree as in Alertmanager: to the first of a node's routes whose
 * matchers all fit, and to later ones while "continue" is said; where none fits, to the node's
 * own receiver, which is its parent's if it names none.  The root fits everything.
 */
#ifndef ROUTES_H
#define ROUTES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct receiver {
	const char *name, *channel, *dir, *zone;
	const char **to;
	size_t to_count;
	bool immediate;
};

struct routes {
	struct conf *conf;
	struct receiver *receivers;
	size_t count;
	struct node *root;
};

struct routes *routes_load(const char *path);

/* Marks, in an array as long as there are receivers, those who are told of the alert. */
void routes_pick(const struct routes *, const json_t *alert, bool *told);
void routes_free(struct routes *);

#endif
