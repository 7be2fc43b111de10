/*
 * routes - routes.json: who can be told, who is told of what, and what holds it back.
 *
 * saleswatch-route(1) explains the file, schemas/routes.json says what may stand in it.
 */
#ifndef ROUTES_H
#define ROUTES_H

#include "inhibit.h"
#include "mutes.h"
#include "options.h"
#include "people.h"
#include "receivers.h"
#include "tree.h"

struct storm {
	size_t alerts; /* messages that go at once; 0: no limit */
	int minutes;
};

struct routes {
	struct conf *conf;
	struct receivers receivers;
	struct mutes mutes;
	struct people people;
	struct inhibit *inhibit;
	struct storm storm;
	struct node *root;
	size_t *ops, ops_count; /* receivers who hear of faults, the first choice first */
};

/* The zone is of the business.  Values go by the names that aliases, if there is such a file,
   call them now; who a rep reports to is as a roster says it, if there is one. */
struct routes *routes_load(const struct options *, const char *zone);
void routes_free(struct routes *);

#endif
