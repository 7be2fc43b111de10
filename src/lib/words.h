/*
 * words - the numbers of a record in the words people read: what templates look at.
 *
 * words_alert() gives a new object: an alert (or finding) and beside its fields these texts,
 * each only where the record has what it is made of:
 *
 *	label, headline, rule      "ALERT", "ALERT: Win Rate Drop Detected", as many U+2501
 *	segment_name, team         "Enterprise + LATAM", "LATAM Enterprise"; "Whole company", "sales"
 *	value_percent, baseline_percent, {value,baseline}_{low,high}_percent     "28%"
 *	points, change             "14 points", "down"|"up"
 *	value_text, baseline_text  the same, or "1,204", "$2.4M", "37 days": by the `unit`
 *	metric_name, period        "time in stage"; "Last 14 days"
 *	pipeline_amount, pipeline_deals              "$2.4M", "12 deals"
 *	reps_text, deals_text      "rep_22, rep_14": the first five; deal_links: {deal, url, more}
 *	warnings_text, open_text   "12 stalled, 3 overdue", "995": deals that need a look, of all
 *	deal_rows, deals_more      {deal, amount, rep, stage, chance, why, url} of each; "262" more
 *	deal_lines                 the same as lines of text, headings first
 *	rep, momentum, momentum_word                 "rep_05", "0.65", "declining"|"rising"
 *	recent_percent, historical_percent           the rates that momentum divides
 *	velocity                   "1.5x faster than average"
 *	pace_percent, expected_text                  "70%", "114"
 *	cycle_text                 "25% are decided within 31 days, usually within 22 days."
 *	bulk_text                  "60 deals older than 98 days"
 *	counts, tried_text         "42 of 150 won, 63 expected", "178 segments tried"
 *	notes                      ["prices changed 2024-03-01 – 2024-03-10"]: annotations
 *	evidence                   both, how often such are false, "data through 2024-03-31",
 *	                           "association, not cause"
 *	why_text                   words_why() of its "why"
 *	life_text                  "It is over since 10 April 2024.": of what is not new
 *	is.TYPE, is.SEVERITY, is.over, is.other (a type unknown here), is.actionable    true
 *
 * Title, message and actions are templates over this too, so what needs the title comes only
 * when it is there.  `momentum` and `velocity` take the place of the record's numbers.
 *
 * The company is saleswatch.json: "currency", and how values are shown, by dimension:
 * "display": {"lead_source": {"Referral": "Referral Leads"}}, and in `team`, "short":
 * {"region": {"North America": "NA"}}.  NULL is no company: dollars, values as they are.
 */
#ifndef WORDS_H
#define WORDS_H

#include <jansson.h>
#include <stdint.h>

json_t *words_alert(const json_t *alert, const json_t *company); /* a new reference */
void words_add(json_t *alert, const json_t *company); /* to the alert itself */

/* "−13.9 points against the year before: −0.6 by mix, ...", for a segment; NULL: no parts. */
char *words_why(const json_t *why, const json_t *segment, const json_t *company);
json_t *words_list(const json_t *, const char *field, size_t most); /* "a, b and 3 more" */
char *words_rule(const char *headline); /* free() this, and these */
char *words_percent(double rate, int places); /* "28%" */
char *words_amount(double amount, const char *currency); /* "$2.4M" */
char *words_count(long long count, const char *one, const char *many); /* "1 deal" */
char *words_number(long long number); /* "12,345" */
char *words_day(int32_t day); /* "7 April 2024" */
char *words_days(int32_t from, int32_t to); /* "1–7 April 2024" */
int words_week(int32_t day); /* of the ISO year */

#endif
