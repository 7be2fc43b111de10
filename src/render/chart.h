/*
 * chart - the pictures of a report, for mail: PNG by gnuplot, the same bytes for the same report.
 *
 * They are drawn by the command that saleswatch.json names, "charts": {"command": "gnuplot",
 * "seconds": 10}, in twice the size they are shown in, on a ground of their own, so that they
 * can be read on any other.  No text of a record gets into what the command reads but names
 * of months and amounts in words, of characters that mean nothing to it.
 *
 * No command, no report or nothing to draw: no pictures.  A command that cannot be run, fails,
 * or gives no PNG in time is said once on stderr, and there are none.
 */
#ifndef CHART_H
#define CHART_H

#include "conf.h"
#include "related.h"

enum { CHARTS_MAX = 2, CHART_WIDTH = 600 };

struct album {
	struct picture list[CHARTS_MAX];
	size_t count;
};

struct album *album_make(const json_t *report, const struct conf *); /* conf: or NULL */
void album_free(struct album *);

/* What templates see: charts.NAME {cid, width, height}; to a view that has their alts. */
void album_put(const struct album *, json_t *view);

#endif
