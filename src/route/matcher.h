/*
 * matcher - whether an alert is of a kind: priority=P1, segment.region=~"EU|APAC".
 *
 * LABEL OP VALUE, where OP is = != =~ !~ and the value may stand in double quotes.  Labels are
 * texts of the alert (type, direction, severity, priority, state), `segment` as its canonical
 * text, and segment.DIMENSION; what an alert does not have is "".  A pattern is a
 * PCRE2 regular expression and must fit the whole value.
 */
#ifndef MATCHER_H
#define MATCHER_H

#include <stdbool.h>

enum { MATCHER_WHY = 160 };

struct alert;
struct matcher;

/* NULL, with why, if the text is none. */
struct matcher *matcher_new(const char *text, char why[MATCHER_WHY]);
bool matcher_fits(const struct matcher *, const struct alert *);
void matcher_free(struct matcher *);

#endif
