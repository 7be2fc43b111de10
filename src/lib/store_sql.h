/*
 * store_sql - the engine under the store, for the store's own modules alone.
 *
 * SQL is prepared, bound by place (from 1) and stepped; what fails ends the program with the
 * status that store.h promises.  Spans that were bound must live until the next sql_reset;
 * those that sql_text gives live until the next step.
 *
 * sql_begin takes the right to write at once, so that what is read then is not overtaken.  A
 * program that ends before sql_end has changed nothing.
 */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include <stdint.h>
#include "store.h"

struct query;

struct query *sql_prepare(struct store *, const char *sql);
void sql_bind(struct query *, int place, struct span text); /* at NULL: NULL */
void sql_bind_integer(struct query *, int place, int64_t);
bool sql_step(struct query *); /* true if there is a row */
struct span sql_text(struct query *, int column); /* from 0; at NULL: NULL */
int64_t sql_integer(struct query *, int column);
void sql_reset(struct query *);
void sql_free(struct query *);

/* Steps to the end, and is ready again: the rows that it changed. */
size_t sql_finish(struct query *);

/* All at once, for statements with texts alone: the rows that it changed. */
size_t sql_run(struct store *, const char *sql, const struct span *texts, int count);

void sql_begin(struct store *);
void sql_end(struct store *);

_Noreturn void sql_refuse(struct store *, int status, const char *why);

#endif
