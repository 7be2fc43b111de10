#include <stdlib.h>
#include <unistd.h>

#include "history.h"
#include "mem.h"
#include "rec.h"
#include "watch.h"
#include "when.h"

enum { FIRST_FIT = 120, REFIT = 28, ENOUGH = 150 }; /* days */

/* What a segment is compared with: deals before the window that no incident explains. */
static struct counts
usual_counts(const struct watch *watch, uint32_t segment, int32_t before)
{
	const struct company *company = &watch->company;
	const uint32_t *deals;
	size_t count = company_recorded(company, segment, before - HISTORY, before - 1, &deals);
	struct counts counts = { 0, 0 };

	for (size_t i = 0; i < count; i++)
		if (company->shift[deals[i]] == 0) {
			counts.won += watch->deals.at[deals[i]].won;
			counts.n++;
		}
	return counts;
}

/* The evidence of a span of days, whatever it is told as. */
static struct finding
finding_of(
    const struct watch *watch, uint32_t segment, const struct surprise *surprise, int32_t today)
{
	int32_t day = watch->company.first + today;
	bool created = surprise->window.cohort;
	struct period span = { day - surprise->window.days + 1, day, created };
	struct finding finding = { .clock = created ? "created" : "recorded",
		.segment = segment,
		.day = day,
		.from = span.from,
		.to = span.to,
		.recent = evidence_counts(&watch->segments, segment, span),
		.usual = usual_counts(watch, segment, span.from - watch->company.first),
		.threshold = surprise->threshold,
		.tried = watch->incidents.scan.tried };

	finding.expected = finding.recent.won - (surprise->r - surprise->v * surprise->rest);
	finding_rates(&finding);
	return finding;
}

static struct finding
change_of(const struct watch *watch, const struct incident *incident, int32_t today)
{
	struct surprise surprise = incidents_evidence(&watch->incidents, incident, today);
	struct finding finding = finding_of(watch, incident->segment, &surprise, today);

	finding.type = history_type(incident);
	finding.sign = incident->sign;
	finding.opened = watch->company.first + incident->opened;
	finding.z = surprise.raw;
	return finding;
}

static struct finding
watched_of(const struct watch *watch, uint32_t segment, int32_t today)
{
	const struct watched *watched = &watch->watchlist.at[segment];
	struct surprise surprise =
	    scan_window(&watch->incidents.scan, segment, watched->window, today);
	struct finding finding = finding_of(watch, segment, &surprise, today);

	finding.type = "win_rate_watch";
	finding.sign = watched->sign;
	finding.opened = watch->company.first + watched->opened;
	finding.z = surprise.z;
	return finding;
}

static uint32_t
segment_of_rep(const struct watch *watch, size_t rep)
{
	for (uint32_t i = 0; i < watch->segments.count; i++)
		if (watch->segments.at[i].level == LEVEL_REP
		    && watch->segments.at[i].condition[0].value == rep)
			return i;
	return SEGMENT_NONE;
}

/* The scan has said it of the same rep already, with better evidence. */
static bool
is_scanned(const struct watch *watch, size_t rep)
{
	uint32_t segment = segment_of_rep(watch, rep);
	const struct incident *incident =
	    segment != SEGMENT_NONE ? incidents_of(&watch->incidents, segment) : NULL;

	return incident != NULL && incident->told && incident->sign == watch->reps.at[rep].sign;
}

static void
review(struct watch *watch, int32_t day)
{
	reps_review(&watch->reps, day);
	for (size_t i = 0; i < watch->reps.count; i++)
		if (watch->reps.at[i].opened == day && is_scanned(watch, i))
			watch->reps.at[i].sign = 0;
}

static void
record(struct watch *watch, int32_t day)
{
	size_t deal = watch->deal;

	for (; deal < watch->deals.decided && watch->deals.at[deal].recorded == day; deal++) {
		if (watch->also.bulks.of_deal[deal])
			continue;
		incidents_deal(&watch->incidents, deal);
		company_deal(&watch->company, deal);
	}
	watch->deal = deal;
}

int32_t
watch_last_fit(const struct watch *watch)
{
	int32_t since = watch->days - 1 - FIRST_FIT;

	return since < 0 ? 0 : watch->days - 1 - since % REFIT;
}

/* Insights are of the metrics, and care for nothing else. */
static void
gain_insight(struct watch *watch, int32_t today)
{
	int32_t day = watch->company.first + today;

	insights_day(&watch->insights, day);
	if (today % REFIT == 0 && today >= watch->told)
		insights_choose(&watch->insights, day);
}

void
watch_pass(struct watch *watch, int32_t today)
{
	gain_insight(watch, today);
	watch->deal = deals_from(&watch->deals, watch->company.first + today + 1);
}

void
watch_day(struct watch *watch, int32_t today)
{
	struct company *company = &watch->company;
	int32_t day = company->first + today;

	if (today >= FIRST_FIT && (today - FIRST_FIT) % REFIT == 0)
		company_refit(company, today, incidents_oldest(&watch->incidents, today));
	record(watch, day);
	company_close(company, today);
	if (today >= watch->told) {
		incidents_day(&watch->incidents, today);
		watchlist_day(&watch->watchlist, today);
	}
	gain_insight(watch, today);
	if (when_week(day) == day)
		review(watch, day);
}

static size_t
write_finding(const struct watch *watch, struct finding finding, struct rec_out *out)
{
	finding.evaluated = (size_t)(finding.day - watch->company.first + 1);
	finding_write(out, &watch->segments, &finding);
	return 1;
}

static size_t
write_reps(const struct watch *watch, int32_t day, bool opened, struct rec_out *out)
{
	size_t written = 0;

	for (size_t i = 0; i < watch->reps.count; i++) {
		const struct rep *rep = &watch->reps.at[i];
		if (rep->sign == 0 || (opened && rep->opened != day))
			continue;
		struct finding finding = reps_finding(&watch->reps, i, day);
		finding.segment = segment_of_rep(watch, i);
		if (finding.segment != SEGMENT_NONE)
			written += write_finding(watch, finding, out);
	}
	return written;
}

static size_t
write_changes(const struct watch *watch, int32_t today, bool opened, struct rec_out *out)
{
	size_t written = 0;

	for (size_t i = 0; i < watch->incidents.count; i++) {
		const struct incident *incident = &watch->incidents.at[i];
		if (incident->open && incident->told && (!opened || incident->raised == today))
			written += write_finding(watch, change_of(watch, incident, today), out);
	}
	for (uint32_t i = 0; i < watch->segments.count && watch->rules.win_rate.watch; i++) {
		const struct watched *watched = &watch->watchlist.at[i];
		if (watched->sign != 0 && watched->close == today
		    && (!opened || watched->opened == today))
			written += write_finding(watch, watched_of(watch, i, today), out);
	}
	return written;
}

static size_t
write_all(const struct watch *watch, int32_t today, bool opened, struct rec_out *out)
{
	int32_t day = watch->company.first + today;
	size_t written = write_changes(watch, today, opened, out);

	written += write_reps(watch, day, opened, out);
	for (size_t i = 0; i < watch->metrics.series; i++) {
		const struct insight *insight = &watch->insights.at[i];
		if (insight->live && (!opened || insight->opened == day))
			written += write_finding(
			    watch, insights_finding(&watch->insights, i, day), out);
	}
	return written + also_write(&watch->also, today, opened, out);
}

size_t
watch_opened(struct watch *watch, int32_t today, struct rec_out *out)
{
	return write_all(watch, today, true, out);
}

size_t
watch_living(struct watch *watch, int32_t today, struct rec_out *out)
{
	reps_judge(&watch->reps, watch->company.first + today);
	return write_all(watch, today, false, out);
}

static void
sort_dimensions(struct metrics *metrics)
{
	uint32_t *now = mem_new(names_count(metrics->dimensions) + 1, sizeof *now);

	names_sort(metrics->dimensions, now);
	free(now);
}

void
watch_make(struct watch *watch, const char *rules, const char *deals, int32_t through,
    const char *home)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");

	*watch = (struct watch){ .days = 0 };
	rules_read(&watch->rules, rules);
	metrics_read(&watch->metrics, in, watch->rules.rep);
	rec_close(in);
	sort_dimensions(&watch->metrics);
	deals_read(
	    &watch->deals, deals, watch->metrics.dimensions, watch->rules.rep, through, home);
	segments_make(&watch->segments, &watch->deals);
	int32_t first = when_month(watch->deals.first);
	int32_t last = through != INT32_MAX ? through : watch->deals.last;
	watch->days = watch->deals.decided > 0 ? last - first + 1 : 0;
	watch->told = watch->days > 0 ? watch->deals.first + ENOUGH - first : ENOUGH;
	also_make(&watch->also, &watch->segments, watch->rules.conf, first, watch->days);
	company_make(&watch->company, &watch->segments, &watch->rules,
	    watch->also.bulks.of_deal, first, watch->days);
	incidents_make(&watch->incidents, &watch->company, &watch->also.speeds);
	watchlist_make(&watch->watchlist, &watch->incidents);
	reps_make(&watch->reps, &watch->segments, &watch->rules);
	insights_make(&watch->insights, &watch->segments, &watch->metrics, &watch->rules);
}

void
watch_release(struct watch *watch)
{
	insights_release(&watch->insights);
	reps_release(&watch->reps);
	watchlist_release(&watch->watchlist);
	incidents_release(&watch->incidents);
	company_release(&watch->company);
	also_release(&watch->also);
	segments_release(&watch->segments);
	deals_release(&watch->deals);
	metrics_release(&watch->metrics);
	rules_release(&watch->rules);
}
