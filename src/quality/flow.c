#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "night.h"
#include "say.h"

/*
 * What flows in: how new it is, how much of it, how much came twice or was refused.
 */

enum { WEEK = 7, WEEKS = 4, WEEKS_MOST = 8, USUAL_MOST = 52, CODES_TOLD = 3 };

/* Beyond so many of the usual scatter it is no chance. */
static const double scatter_most = 3, scatter_least = 0.02, mad_to_sigma = 1.4826;

static int32_t
newest_of(const struct night *night)
{
	int32_t newest = profile_newest(night->profile),
		known = day_of(earlier_latest(night->earlier, "freshness", ""), "newest");

	return newest > known ? newest : known;
}

void
judge_freshness(struct night *night, const json_t *rule)
{
	int32_t newest = newest_of(night);
	int missing = newest != NO_DAY ? checks_missing(night->checks, newest, night->day) : 0;
	struct verdict verdict = { .rule = "freshness",
		.value = newest != NO_DAY ? (double)missing : NAN,
		.limits = limits_of(rule),
		.judged = true };
	size_t len;
	FILE *to = mem_stream(&verdict.reason, &len);

	if (newest == NO_DAY) {
		fputs("no deal has a date by which it could be judged", to);
	} else {
		fputs("the newest deal is of ", to);
		say_day(to, newest);
		if (missing > 0)
			fprintf(to, ", and none of the %d business %s since", missing,
			    missing == 1 ? "day" : "days");
		verdict.state = json_pack("{s:o}", "newest", day_json(newest));
	}
	mem_stream_end(to, &verdict.reason);
	night_tell(night, verdict);
}

static const char *
weekday_name(int32_t day)
{
	static const char *const names[WEEK] = { "Monday", "Tuesday", "Wednesday", "Thursday",
		"Friday", "Saturday", "Sunday" };

	return names[(day % WEEK + WEEK + 3) % WEEK]; /* 1970 began on a Thursday */
}

static int
by_size(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

static double
median(double *values, size_t count)
{
	qsort(values, count, sizeof *values, by_size);
	return count % 2 == 1 ? values[count / 2]
			      : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* A count where scatter is even: half a deal keeps nothing from being infinitely little. */
static double
even(double count)
{
	return log(count + .5);
}

/* The counts of the same weekday, the newest `most` of them; gives how many. */
static size_t
same_weekday(const struct night *night, size_t most, double *counts)
{
	const struct night_before *nights = NULL;
	size_t count = earlier_nights(night->earlier, "volume", &nights), used = 0;

	for (size_t i = count; i-- > 0 && used < most;)
		if (nights[i].day < night->day && (night->day - nights[i].day) % WEEK == 0
		    && !checks_is_holiday(night->checks, nights[i].day))
			counts[used++] = nights[i].count;
	return used;
}

/* Robustly: one odd week among them moves neither the middle nor the scatter. */
static bool
is_unusual(double count, double *counts, size_t used, double *usual)
{
	*usual = median(counts, used);
	double middle = even(*usual), noise = 1 / sqrt(*usual + .5);

	for (size_t i = 0; i < used; i++)
		counts[i] = fabs(even(counts[i]) - middle);
	double scatter = fmax(mad_to_sigma * median(counts, used), fmax(noise, scatter_least));
	return fabs(even(count) - middle) > scatter_most * scatter;
}

/* What came earlier on the same day is part of it where only changes come. */
static double
count_of(const struct night *night)
{
	const json_t *known = earlier_latest(night->earlier, "volume", "");
	double count = (double)profile_deals(night->profile, GROUPS);

	if (night->increment && day_of(known, "date") == night->day)
		count += json_number_value(json_object_get(known, "count"));
	return count;
}

void
judge_volume(struct night *night, const json_t *rule)
{
	double counts[USUAL_MOST], count = count_of(night), usual = 0;
	size_t need = (size_t)number_of(rule, "weeks", WEEKS),
	       used = same_weekday(night, (size_t)number_of(rule, "of", WEEKS_MOST), counts),
	       len;
	bool enough = used >= need, unusual = enough && is_unusual(count, counts, used, &usual);
	struct verdict verdict = { .rule = "volume",
		.value = enough && usual > 0 ? count / usual : NAN };
	FILE *to = mem_stream(&verdict.reason, &len);

	verdict.falls = !(verdict.value > 1);
	verdict.limits = limits_of(verdict.falls ? rule : json_object_get(rule, "more"));
	verdict.judged = unusual && !checks_is_holiday(night->checks, night->day);
	say_deals(to, (uint64_t)count);
	if (enough) {
		fputs(" came, ", to);
		say_count(to, (uint64_t)llround(usual));
		fprintf(to, " on a usual %s", weekday_name(night->day));
	} else {
		fprintf(to, " came; needs %zu more %s to know what is usual on a %s",
		    need - used, need - used == 1 ? "week" : "weeks", weekday_name(night->day));
	}
	mem_stream_end(to, &verdict.reason);
	verdict.state = json_pack("{s:I}", "count", (json_int_t)count);
	night_tell(night, verdict);
}

static struct verdict
share(const struct night *night, const char *rule_name, uint64_t count, uint64_t of)
{
	return (struct verdict){ .rule = rule_name,
		.value = of > 0 ? (double)count / (double)of : 0,
		.judged = of >= checks_few(night->checks) };
}

void
judge_duplicates(struct night *night, const json_t *rule)
{
	const struct stages *stages = night->stages;
	struct verdict verdict = share(night, "duplicates", stages->dropped, stages->unique_in);
	size_t len;
	FILE *to = mem_stream(&verdict.reason, &len);

	verdict.limits = limits_of(rule);
	say_count(to, stages->dropped);
	fputs(" of ", to);
	say_deals(to, stages->unique_in);
	fputs(" came more than once", to);
	mem_stream_end(to, &verdict.reason);
	night_tell(night, verdict);
}

void
judge_rejects(struct night *night, const json_t *rule)
{
	const struct stages *stages = night->stages;
	struct verdict verdict = share(night, "rejects", stages->refused, stages->read);
	size_t len;
	FILE *to = mem_stream(&verdict.reason, &len);

	verdict.limits = limits_of(rule);
	say_count(to, stages->refused);
	fputs(" of ", to);
	say_count(to, stages->read);
	fputs(" rows refused", to);
	for (size_t i = 0; i < stages->reason_count && i < CODES_TOLD; i++) {
		fprintf(to, "%s%s ", i > 0 ? ", " : ": ", stages->reasons[i].code);
		say_count(to, stages->reasons[i].count);
	}
	if (stages->reason_count > CODES_TOLD)
		fprintf(to, " and %zu more", stages->reason_count - CODES_TOLD);
	mem_stream_end(to, &verdict.reason);
	night_tell(night, verdict);
}

/* The code stands where others name a field: it begins with one. */
void
judge_reject_codes(struct night *night, const json_t *rule)
{
	const struct stages *stages = night->stages;

	for (size_t i = 0; i < stages->reason_count; i++) {
		const struct reason *reason = &stages->reasons[i];
		struct verdict verdict =
		    share(night, "reject_codes", reason->count, stages->read);
		size_t len;
		FILE *to = mem_stream(&verdict.reason, &len);
		verdict.field = reason->code;
		verdict.limits = limits_of(rule);
		say_count(to, reason->count);
		fputs(" of ", to);
		say_count(to, stages->read);
		fprintf(to, " rows refused as %s", reason->code);
		mem_stream_end(to, &verdict.reason);
		night_tell(night, verdict);
	}
}

enum { NIGHTS_LEAST = 2, NIGHTS_MOST = 8 };

/* The middle of the medians of nights that had enough deals; gives how many those are. */
static size_t
usual_amount(const struct night *night, double *usual)
{
	const struct night_before *nights = NULL;
	size_t count = earlier_nights(night->earlier, "amount", &nights), used = 0;
	double medians[NIGHTS_MOST];

	for (size_t i = count; i-- > 0 && used < NIGHTS_MOST;)
		if (nights[i].count >= (double)checks_few(night->checks))
			medians[used++] = nights[i].median;
	*usual = used > 0 ? median(medians, used) : 0;
	return used;
}

void
judge_amount(struct night *night, const json_t *rule)
{
	uint64_t of;
	double now = profile_median(night->profile, &of), usual;
	size_t nights = usual_amount(night, &usual), len;
	bool enough = nights >= NIGHTS_LEAST && of >= checks_few(night->checks);
	struct verdict verdict = { .rule = "amount",
		.field = "amount",
		.value = enough ? fmax(now / usual, usual / now) : NAN,
		.limits = limits_of(rule),
		.judged = true };
	FILE *to = mem_stream(&verdict.reason, &len);

	fputs(of == 0 ? "no deal has an amount" : "the median amount is ", to);
	if (of > 0)
		say_amount(to, now);
	if (enough) {
		fputs(", on earlier nights ", to);
		say_amount(to, usual);
		if (verdict.value > number_of(rule, "warn", INFINITY))
			fputs(": another unit, or another currency?", to);
	}
	mem_stream_end(to, &verdict.reason);
	verdict.state =
	    json_pack("{s:I, s:f}", "count", (json_int_t)of, "median", rounded(now));
	night_tell(night, verdict);
}
