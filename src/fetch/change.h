/*
 * change - what a source tells of its own history, as records of kind change.
 *
 * `at` is when, as the source writes it (dates.h); what is no instant is left out of the record.
 * Without `changes`, nobody asked.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include <jansson.h>

struct rec_out;

void change_deleted(struct rec_out *changes, const char *deal_id, const char *at);

/* old and new are borrowed; NULL and null: it was not there. */
void change_told(struct rec_out *changes, const char *deal_id, const char *field,
    const json_t *old, const json_t *new, const char *at);

#endif
