/*
 * page - the weekly report: one page of HTML from html/page, with nothing outside it.
 *
 * Beside what view.h gives, its template sees:
 *
 *	week            {number, days, unfinished}: the week that has the last day of the data
 *	now, usual      {rate, counts, decided, won_amount, cycle}: that week; a week, and the
 *	                rate, of the twelve before it
 *	trend           trend.h
 *	segments        {dimension, rows: {name, rate, bar, counts, cycle, gap, up, down}}: of
 *	                thirteen weeks, beside the company in the same weeks (company_bar)
 *	pipeline        pipeline.h, if measures were given
 *	blind           blind.h, if a ledger was given
 *	quality         quality.h, if rejects were given
 *	left_out        "12 renewals, 3 tests": deals that do not count, if there are any
 */
#ifndef PAGE_H
#define PAGE_H

#include "message.h"

struct page_sources {
	const char *metrics, *measures, *population; /* or NULL; the last: sift's summary */
	const char *ledger, *deals; /* or NULL; both or none */
	const char **rejects;
	size_t reject_files;
};

char *page(const struct press *, json_t *view, const struct page_sources *); /* free() it */

#endif
