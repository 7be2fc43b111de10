/*
 * schema_node - a compiled schema and how it judges, for schema alone.
 *
 * A node is the types a value may have, checks of it, and nodes for what is inside.  A check
 * is a keyword with its bound, asked of values of the types it is about.
 */
#ifndef SCHEMA_NODE_H
#define SCHEMA_NODE_H

#include "schema_value.h"
#include "schema_verdict.h"

struct check {
	bool (*holds)(const struct check *, const struct value *);
	unsigned types; /* bits of enum rec_type */
	struct sure {
		unsigned types;
		size_t least, most; /* bytes */
	} sure; /* it holds of what is written so, and need not be asked */
	const char *code, *reason;
	struct number bound; /* of numbers */
	size_t size; /* of texts and lists */
	const struct value *choices;
	const uint64_t *keys; /* of choices that are text */
	size_t count;
};

struct member {
	const char *name, *missing; /* the code if it is not there; NULL: it may be absent */
	const struct node *node; /* NULL: it may be anything */
};

struct node {
	unsigned types;
	bool looks_inside; /* of a value that is an array or object, the tree is needed */
	const char *misfit, *misfit_reason; /* what to say of another type */
	struct check *checks;
	struct member *members;
	size_t count, member_count, any_count;
	const struct node *others, *items, **any; /* other members, elements, alternatives */
};

void node_judge(
    const struct node *, const struct value *, const struct place *, struct verdict *);

#endif
