/*
 * report - what the weekly report says, as one record: page, mail and text are made of it.
 *
 *	kind "report", v, segment ({}: the company; else report_of,
 *	its name)
 *	through, data_through_text      the last day of the data
 *	week            {number, days, unfinished}: the week that has that day
 *	now, usual      {rate, range, counts, won, n, decided, won_amount, cycle}: that week; a
 *	                week, and the rate, of the twelve before it; verdict: the one beside the
 *	                other, in words
 *	trend           trend.h
 *	segments        {dimension, rows: {name, rate, range, bar, counts, cycle, gap, up, down}}:
 *	                of thirteen weeks, beside the company in the same weeks (company_bar)
 *	reps            such rows, of reps: only for who may see them
 *	drivers, pipeline, blind, quality     drivers.h, pipeline.h, blind.h, quality.h and checked.h
 *	left_out        "12 renewals, 3 tests": deals that do not count, if there are any
 *	alerts          those of the week, each as it was told last, and those held back
 *	stale           stale.h, if the data are; unanalyzed: true if nobody looked for changes
 *
 * Each part is there if its source is given.
 */
#ifndef REPORT_H
#define REPORT_H

#include <jansson.h>
#include <stddef.h>

struct report_sources {
	const char *metrics, *measures, *population,
	    *drivers; /* or NULL; population: sift's summary */
	const char *ledger, *deals; /* or NULL; both or none */
	const char *segment; /* a JSON object, or NULL: the company */
	const char **rejects, **checked; /* checked: quality records */
	size_t reject_files, checked_files;
};

/* The company: its conf, or NULL. */
json_t *report_make(const json_t *alerts, const struct report_sources *, const json_t *company);
json_t *report_read(const char *path); /* none, or more than one: 65 */

#endif
