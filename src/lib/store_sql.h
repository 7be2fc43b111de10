/*
 * store_sql - the engines under the store (SQLite, PostgreSQL), for its own modules alone.
 *
 * SQL is what both understand, its parameters ?1, ?2, ...: prepared, bound by place and
 * stepped; what fails ends the program with the status that store.h promises.  Spans that were
 * bound must live until the next sql_reset; those that sql_text gives live until the next step.
 *
 * sql_begin takes the right to write at once, so that what is read then is not overtaken; in
 * sql_begin_reading all that is read is of one moment.  A program that ends before sql_end has
 * changed nothing.
 *
 * An engine may be far away.  So many rows are added by sql_add: bound (texts) and finished one
 * by one, they may not be there before sql_flush.  Rows are found by sql_find, and many of them
 * soonest when sql_ahead was told their keys before, sql_batch of them at once.  A query that
 * gives a great many rows is told so by sql_stream; no other is run until its last step.
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
void sql_stream(struct query *);
void sql_free(struct query *);

/* Steps to the end, and is ready again: the rows that it changed. */
size_t sql_finish(struct query *);

/* All at once, for statements with texts alone: the rows that it changed. */
size_t sql_run(struct store *, const char *sql, const struct span *texts, int count);

/* Columns in order of the places; otherwise: "" or "ON CONFLICT ...". */
struct query *sql_add(
    struct store *, const char *table, const char *columns, const char *otherwise);
size_t sql_flush(struct query *); /* the rows changed that no sql_finish told of */

struct query *sql_find(struct store *, const char *table, const char *key, const char *columns);
void sql_ahead(struct query *, const struct span *keys, size_t count); /* in order */
size_t sql_batch(const struct store *);

void sql_begin(struct store *);
void sql_begin_reading(struct store *);
void sql_end(struct store *);

_Noreturn void sql_refuse(struct store *, int status, const char *why);

#endif
