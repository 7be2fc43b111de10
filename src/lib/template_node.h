/*
 * template_node - what a template is compiled to, for template alone.
 *
 * Nodes stand in a row; a section knows where its last one is.  A file and the partials it
 * reaches are one family, so that each is read once and may contain itself.
 */
#ifndef TEMPLATE_NODE_H
#define TEMPLATE_NODE_H

#include "template.h"

/* clang-format off */
enum node_kind { NODE_LINE, NODE_TEXT, NODE_VALUE, NODE_RAW, NODE_SECTION, NODE_INVERTED,
	NODE_END, NODE_PARTIAL };
/* clang-format on */

struct node {
	enum node_kind kind;
	int line;
	struct span text; /* literal text, or the name */
	struct span indent; /* of a partial that stands alone */
	size_t end; /* of a section: its NODE_END */
	const struct template *partial;
};

struct template
{
	char *path, *source; /* no path: partials are not allowed */
	struct node *nodes;
	size_t count, room;
	struct template *next; /* in the family */
};

/* False with *error filled.  `partial` finds one by name, or gives NULL: an error. */
bool template_parse(struct template *, struct template *family, struct template_error *error);
const struct template *template_partial(struct template *family, struct span name);

#endif
