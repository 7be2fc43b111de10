#include <stdlib.h>
#include <unistd.h>

#include "ledger.h"
#include "mem.h"
#include "rec.h"
#include "watch.h"
#include "when.h"

enum { REFIT = 28, ENOUGH = 150 }; /* days */

/* What a segment is compared with: deals before the window that no episode explains. */
static struct counts
usual_counts(const struct watch *watch, const struct episode *episode, int32_t before)
{
	int32_t until = watch->company.first + episode->from;
	size_t end = deals_from(&watch->deals, before < until ? before : until);
	struct counts counts = { 0, 0 };

	for (size_t i = deals_from(&watch->deals, before - SCAN_HISTORY); i < end; i++)
		if (watch->company.shift[i] == 0
		    && segments_has(&watch->segments, episode->segment, i)) {
			counts.won += watch->deals.at[i].won;
			counts.n++;
		}
	return counts;
}

static struct finding
change_of(const struct watch *watch, const struct episode *episode, int32_t today)
{
	const struct surprise *surprise = &episode->surprise;
	int32_t day = watch->company.first + today, from = day - surprise->days + 1;
	struct finding finding = {
		.type = episode->sign < 0 ? "win_rate_drop" : "win_rate_rise",
		.clock = "recorded",
		.segment = episode->segment,
		.sign = episode->sign,
		.day = day,
		.opened = watch->company.first + episode->opened,
		.from = from,
		.to = day,
		.recent = evidence_counts(&watch->segments, episode->segment, from, day),
		.usual = usual_counts(watch, episode, from),
		.z = surprise->z,
		.threshold = surprise->threshold,
		.tried = ledger_tried(&watch->company, today),
	};

	finding.expected = finding.recent.won - surprise->lack;
	finding_rates(&finding);
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
	const struct episode *episode =
	    segment != SEGMENT_NONE ? episodes_of(&watch->episodes, segment) : NULL;

	return episode != NULL && episode->told && episode->sign == watch->reps.at[rep].sign;
}

static void
review(struct watch *watch, int32_t day)
{
	reps_review(&watch->reps, day);
	for (size_t i = 0; i < watch->reps.count; i++)
		if (watch->reps.at[i].opened == day && is_scanned(watch, i))
			watch->reps.at[i].sign = 0;
}

void
watch_day(struct watch *watch, int32_t today)
{
	struct company *company = &watch->company;
	int32_t day = company->first + today;

	if (today % REFIT == 0)
		company_refit(company, today);
	for (;
	     watch->deal < watch->deals.decided && watch->deals.at[watch->deal].recorded == day;
	     watch->deal++)
		company_deal(company, watch->deal);
	company_close(company, today);
	episodes_day(&watch->episodes, today);
	insights_day(&watch->insights, day);
	if (today % REFIT == 0 && today >= watch->told)
		insights_choose(&watch->insights, day);
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
write_all(const struct watch *watch, int32_t today, bool opened, struct rec_out *out)
{
	int32_t day = watch->company.first + today;
	size_t written = 0;

	for (size_t i = 0; i < watch->episodes.count; i++) {
		const struct episode *episode = &watch->episodes.at[i];
		if (episode->live && episode->told && (!opened || episode->opened == today))
			written += write_finding(watch, change_of(watch, episode, today), out);
	}
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
watch_make(struct watch *watch, const char *rules, const char *deals, int32_t through)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");

	*watch = (struct watch){ .days = 0 };
	rules_read(&watch->rules, rules);
	metrics_read(&watch->metrics, in, watch->rules.rep);
	rec_close(in);
	sort_dimensions(&watch->metrics);
	deals_read(&watch->deals, deals, watch->metrics.dimensions, watch->rules.rep, through);
	segments_make(&watch->segments, &watch->deals);
	int32_t first = when_month(watch->deals.first);
	int32_t last = through != INT32_MAX ? through : watch->deals.last;
	watch->days = watch->deals.decided > 0 ? last - first + 1 : 0;
	watch->told = watch->deals.first + ENOUGH - first;
	company_make(&watch->company, &watch->segments, &watch->rules, watch->days);
	watch->company.first = first;
	episodes_make(&watch->episodes, &watch->company);
	reps_make(&watch->reps, &watch->segments, &watch->rules);
	insights_make(&watch->insights, &watch->segments, &watch->metrics, &watch->rules);
	also_make(&watch->also, &watch->segments, watch->rules.conf, first, watch->days);
}

void
watch_release(struct watch *watch)
{
	also_release(&watch->also);
	insights_release(&watch->insights);
	reps_release(&watch->reps);
	episodes_release(&watch->episodes);
	company_release(&watch->company);
	segments_release(&watch->segments);
	deals_release(&watch->deals);
	metrics_release(&watch->metrics);
	rules_release(&watch->rules);
}
