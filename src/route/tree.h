/*
 * tree - "route" of routes.json: which receivers an alert leads to, and how they are told.
 *
 * As in Alertmanager an alert goes to the first of a node's routes whose matchers all fit, and
 * to later ones while "continue" is said; where none fits, to the node itself.  What a route
 * does not say of receiver, group_by, group_wait, repeat_interval, cap, owner and people is as
 * its parent has it; matchers, continue and mute are a route's own.
 */
#ifndef TREE_H
#define TREE_H

#include "keys.h"
#include "mutes.h"
#include "receivers.h"

struct node {
	const char *place; /* its JSON Pointer */
	size_t receiver;
	struct matchers matchers;
	bool goes_on; /* to the routes after it */
	bool owner; /* to the segment's owner, if it has one */
	bool people; /* what is said of a rep too may go to the receiver */
	bool mute_p1;
	size_t *mutes, mute_count;
	const char **group_by; /* labels; none: each alert alone */
	size_t group_count;
	int64_t group_wait, repeat; /* seconds; 0: none */
	int cap; /* alerts in a digest */
	struct node *children;
	size_t child_count;
};

struct picks {
	const struct node **list;
	size_t count, room;
};

struct node *tree_load(const struct conf *, const struct receivers *, const struct mutes *);
void tree_free(struct node *);
void tree_pick(const struct node *, const struct alert *, struct picks *); /* in order */

#endif
