/*
 * schema - what a record must be, compiled from a JSON Schema (2020-12) for one stream.
 *
 * schema_compile takes the schema over as conf has read it, and wants its fields from the
 * stream; a keyword it does not know, or knows but cannot read, ends the program (78, with
 * the line), since a check that silently does not happen is worse than none.  The man page
 * of validate lists the keywords, and "x-rules", ours, for what no schema can say of two
 * fields.  schema_require makes one more field obligatory.
 *
 * schema_judge gives how many faults a record has, up to `max`, the most basic first: fields
 * in the order of the schema, then rules over fields that are good in themselves.  A code is
 * FIELD_KEYWORD ("amount_minimum") or the rule's own; it and the reason live as long as the
 * schema.
 *
 * schema_conf holds a configuration file against a schema, which is a file or the text of one
 * that is built in; the first fault ends the program (78, with the file's line).
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "conf.h"
#include "rec.h"

enum { SCHEMA_FIELD_MAX = 120 };

struct schema;

struct fault {
	const char *code, *reason;
	char field[SCHEMA_FIELD_MAX]; /* deeper places as "reps/2/sales_rep_id" */
};

struct schema *schema_compile(struct conf *, struct rec_in *);
void schema_require(struct schema *, const char *field);
size_t schema_judge(
    const struct schema *, const struct rec *, struct fault faults[], size_t max);
void schema_free(struct schema *);

void schema_conf(const struct conf *, const char *schema_path);
void schema_conf_at(/* what is there, or all at ""; takes the schema over */
    const struct conf *, const char *pointer, struct conf *schema);
void schema_conf_text(const struct conf *, const char *name, const char *schema);

#endif
