/*
 * weekly - a report as one reader sees it: what the templates html/page, mail/weekly and
 * text/weekly look at.
 *
 * The fields of the delivery and of the report (report.h), those of view.h over the alerts of
 * both, and:
 *
 *	changes, insights       the alerts, apart: what changed; what goes well
 *	top_changes, top_insights, top_held; changes_more, insights_more, held_more
 *	                        the first of them, for mail and text; "12": that are left
 *	and_more                "and 14 more": alerts that the cap left out
 *	open_deals_text         the newest warnings on open deals as one total
 *	three_actions           {number, text, about}: what to do first, from the worst alerts
 *	has_reps, rep_rows      reps, where the reader may see them
 *	reps_elsewhere          "2 alerts": about reps, whose managers have them
 *	trend_alt, movement_alt what a picture shows, in words with its numbers
 *	trend_lines, movement_lines, driver_lines, segment_lines, rep_lines, quality_lines,
 *	blind_lines             the tables as lines of text
 *
 * Who sees reps is configuration: saleswatch.json, "report": {"reps_to": {"managers": true,
 * "anna": ["rep_05"]}}: a receiver, and all reps or those.  Nobody else sees an alert on a
 * rep, a rep's numbers or a list of deals.
 */
#ifndef WEEKLY_H
#define WEEKLY_H

#include <jansson.h>

/* A new view.  The company: its conf, or NULL. */
json_t *weekly_view(const json_t *delivery, const json_t *report, const json_t *company);

#endif
