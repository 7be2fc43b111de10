#include <math.h>
#include <string.h>

#include "diag.h"
#include "placebo.h"
#include "rec_out.h"
#include "stats.h"

static bool
is_win_rate(const struct alert *alert)
{
	return alert->kind == WIN_RATE_DROP || alert->kind == WIN_RATE_RISE;
}

/* A shuffle leaves the company's win rate as it was: what is told of it is of no chance. */
static bool
is_of_company(const struct alert *alert)
{
	return json_object_size(alert->segment) == 0;
}

/* Nor is what no outcome makes: volume, mix, cycles. */
static bool
is_of_outcomes(const char *type)
{
	static const char *const types[] = { "win_rate_drop", "win_rate_rise", "win_rate_watch",
		"rep_shift", "segment_insight" };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

/* Alerts on win rates, of the company or of its parts, in that copy; of all if it is 0. */
static size_t
count_of(const struct alerts *alerts, int copy, bool of_company)
{
	size_t count = 0;

	for (size_t i = 0; i < alerts->count; i++)
		count += is_win_rate(&alerts->list[i]) && !alerts->list[i].repeat
		    && is_of_company(&alerts->list[i]) == of_company
		    && (copy == 0 || alerts->list[i].copy == copy);
	return count;
}

/* Five places: a rate of one in ten years is not none. */
static json_t *
rate(double value)
{
	return json_real(round(value * 1e5) / 1e5);
}

static void
set_rates(json_t *record, size_t count, double weeks)
{
	struct interval interval = stats_poisson((double)count, .95);

	score_set(record, "alerts", json_integer((json_int_t)count));
	score_set(record, "false_per_week", rate((double)count / weeks));
	score_set(record, "false_per_week_low", rate(interval.low / weeks));
	score_set(record, "false_per_week_high", rate(interval.high / weeks));
}

/* Of one copy, or 0: of all; how many were false. */
static size_t
set_counts(json_t *record, const struct alerts *alerts, int copy, double weeks)
{
	size_t count = count_of(alerts, copy, false);

	set_rates(record, count, weeks);
	score_set(record, "company", json_integer((json_int_t)count_of(alerts, copy, true)));
	return count;
}

static bool
is_first(const struct alerts *alerts, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(alerts->list[j].type, alerts->list[i].type) == 0)
			return false;
	return true;
}

static json_t *
types_of(const struct alerts *alerts, double weeks)
{
	json_t *types = json_object();

	for (size_t i = 0; i < alerts->count; i++) {
		size_t count = 0;
		if (!is_of_outcomes(alerts->list[i].type) || !is_first(alerts, i))
			continue;
		for (size_t j = i; j < alerts->count; j++)
			count += !alerts->list[j].repeat && !is_of_company(&alerts->list[j])
			    && strcmp(alerts->list[j].type, alerts->list[i].type) == 0;
		json_t *type = json_object();
		set_rates(type, count, weeks);
		score_set(types, alerts->list[i].type, type);
	}
	return types;
}

static void
check_copies(const struct alerts *alerts, int copies)
{
	for (size_t i = 0; i < alerts->count; i++)
		if (alerts->list[i].copy < 1 || alerts->list[i].copy > copies)
			die(EX_DATAERR, "stdin: an alert of copy %d, which is not 1 to %d",
			    alerts->list[i].copy, copies);
}

static void
write_record(json_t *record, struct rec_out *out)
{
	rec_dump(out, record);
	json_decref(record);
}

void
placebo_write(
    const struct alerts *alerts, const struct period *period, int copies, struct rec_out *out)
{
	double weeks = period_weeks(period);
	size_t most = 0;

	check_copies(alerts, copies);
	for (int copy = 1; copy <= copies; copy++) {
		json_t *record = score_record("placebo", period);
		score_set(record, "copy", json_integer(copy));
		size_t count = set_counts(record, alerts, copy, weeks);
		write_record(record, out);
		most = count > most ? count : most;
	}
	json_t *record = score_record("placebo", period);
	score_set(record, "copies", json_integer(copies));
	set_counts(record, alerts, 0, weeks * copies);
	score_set(record, "false_per_week_max", rate((double)most / weeks));
	score_set(record, "types", types_of(alerts, weeks * copies));
	write_record(record, out);
}
