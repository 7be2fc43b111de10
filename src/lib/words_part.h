/*
 * words_part - what the parts of words share, for words alone.
 *
 * The fields of a record may be of any type at all: text_of gives NULL for what is no text,
 * number_of false for what is no number of a size one can read.  A word is a new string, or
 * NULL where the record does not have what it is made of.
 */
#ifndef WORDS_PART_H
#define WORDS_PART_H

#include <stdbool.h>
#include "words.h"

struct subject {
	const json_t *alert, *company;
	int places; /* of its percents */
};

const char *text_of(const json_t *object, const char *name);
bool number_of(const json_t *object, const char *name, double *number);
json_t *owned(char *text); /* takes it; NULL stays NULL */

const char *words_currency(const struct subject *);
const char *words_shown(
    const struct subject *, const char *style, const char *dimension, const char *value);
json_t *words_segment(const struct subject *);
json_t *words_team(const struct subject *);

bool words_is_rate(const struct subject *); /* the value is one */
const char *words_currency(const struct subject *);
json_t *words_metric_name(const struct subject *);
json_t *words_measured(const struct subject *, const char *field);

bool words_over(const struct subject *); /* it has ended, or never was */
json_t *words_life(const struct subject *);
json_t *words_notes(const struct subject *); /* a list of texts */
json_t *words_expected(const struct subject *);
json_t *words_cycle(const struct subject *);
json_t *words_bulk(const struct subject *);
json_t *words_counts(const struct subject *);
json_t *words_tried(const struct subject *);
json_t *words_evidence(const struct subject *);
json_t *words_why_text(const struct subject *);

json_t *words_deal_rows(const struct subject *);
json_t *words_deal_links(const struct subject *);
json_t *words_deal_lines(const struct subject *);
json_t *words_deals_more(const struct subject *);
json_t *words_warnings(const struct subject *);
json_t *words_open_deals(const struct subject *);

#endif
