/*
 * schema_draft - compiling a schema, for schema alone.
 *
 * A keyword is a row: its name and the function that reads its value into the node at hand.
 * What is made on the way belongs to the schema and goes with it.
 */
#ifndef SCHEMA_DRAFT_H
#define SCHEMA_DRAFT_H

#include "schema_node.h"

struct schema {
	struct conf *source;
	struct rec_in *in; /* NULL: for trees, not for a stream */
	void **kept;
	size_t kept_count;
	struct node *root;
	struct field *fields; /* the members of the root */
	bool whole; /* asks of a record what only its whole tree shows */
	struct rule *rules;
	size_t rule_count;
};

/* A keyword being read: of which node, what codes of that node begin with, where it stands. */
struct draft {
	struct schema *schema;
	struct node *node;
	const char *path, *keyword;
	const struct place *place;
	const json_t *around;
};

typedef void compiler(const struct draft *, const json_t *value);
compiler *keyword_compiler(const char *name); /* NULL if we know none such */
compiler *check_compiler(const char *name);
compiler compile_rules;
void rules_judge(const struct schema *, const struct rec *, struct verdict *);

__attribute__((format(printf, 2, 3))) _Noreturn void draft_die(
    const struct draft *, const char *format, ...);
void *draft_new(struct schema *, size_t count, size_t size);
const char *draft_text(struct schema *, char *); /* takes it over */
const char *draft_code(const struct draft *, const char *keyword);
struct node *draft_node(
    struct schema *, const json_t *, const char *path, const struct place *);

#endif
