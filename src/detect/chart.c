#include <math.h>
#include <stdlib.h>

#include "chart.h"
#include "mem.h"
#include "season.h"

enum { LAG = 8, LEAST = 8, WINDOW = 104, DRIFT = 52 }; /* points; LEAST: a level is made of */
static const double smoothing = .12, level_smoothing = .035;
static const double clip_at = 4; /* deviations: what one point can be */
static const double clip_scale_at = 2.5, clipped_square = .97756; /* E min(Z, 2.5)^2 */

/* Siegmund's corrected diffusion for the crossings of a chart that is stationary. */
static double
alarms_of(double threshold)
{
	double drift = -log(1 - smoothing);
	double density = exp(-threshold * threshold / 2) / sqrt(2 * acos(-1));

	return 2 * drift * threshold * density * exp(-.583 * threshold * sqrt(2 * drift));
}

double
chart_threshold(double alarms)
{
	double low = 2, high = 12;

	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;
		*(alarms_of(middle) > alarms ? &low : &high) = middle;
	}
	return (low + high) / 2;
}

void
chart_make(struct chart *chart)
{
	*chart = (struct chart){ .bounded = true };
}

bool
chart_is_ready(const struct chart *chart, const struct chart_rules *rules)
{
	return chart->count >= rules->history && chart->scaled > rules->history / 2;
}

/* Anscombe's root, which evens the noise of small counts too, and is 0 at 0. */
static const double least_root = .61237243569579447, least = .375;

static double
root_of(double value)
{
	return copysign(sqrt(fabs(value) + least) - least_root, value);
}

static double
value_of(double root)
{
	return copysign(pow(fabs(root) + least_root, 2) - least, root);
}

static struct chart_point *
append(struct chart *chart, int32_t bucket, double value, double n)
{
	if (chart->count == chart->room) {
		chart->room = chart->room * 2 + 64;
		chart->at = mem_grow(chart->at, chart->room, sizeof chart->at[0]);
	}
	struct chart_point *point = &chart->at[chart->count++];
	*point = (struct chart_point){ .bucket = bucket,
		.value = value,
		.n = n,
		.x = n > 0 ? value : root_of(value),
		.weight = n > 0 ? n : 1,
		.usual = true };
	chart->bounded &= n > 0 && value >= 0 && value <= 1;
	return point;
}

/* How much of such a season came true so far: 0 to 1, and 0 until half a turn was seen. */
static double
season_share(const struct chart *chart, const struct chart_rules *rules)
{
	if ((double)chart->seasons < rules->period / 2 || !(chart->season_of > 0))
		return 0;
	return fmin(fmax(chart->season_with / chart->season_of, 0), 1);
}

/* Points that are LAG old join the level, so that a change is not usual before it shows. */
static void
advance_level(struct chart *chart)
{
	for (; chart->levelled + LAG < chart->count; chart->levelled++) {
		const struct chart_point *point = &chart->at[chart->levelled];
		if (!point->usual)
			continue;
		double keep = 1 - level_smoothing;
		double season = point->expects ? point->expected - point->level : 0;
		chart->level = keep * chart->level + point->weight * (point->x - season);
		chart->weights = keep * chart->weights + point->weight;
		chart->squares = keep * keep * chart->squares + point->weight;
		chart->known++;
	}
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The root mean square of what is left when the far ones are drawn in; list is sorted by size. */
static double
robust_scale(const double *sizes, size_t count)
{
	double middle = 1.4826 * (sizes[(count - 1) / 2] + sizes[count / 2]) / 2;
	double most = middle > 0 ? clip_scale_at * middle : INFINITY, sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += pow(fmin(sizes[i], most), 2);
	return sqrt(sum / (double)count / (middle > 0 ? clipped_square : 1));
}

static double
clipped(double residual, double scale)
{
	return fmin(fmax(residual, -clip_scale_at * scale), clip_scale_at * scale);
}

/* Of one usual residual and the next; noise has none, and what is negative helps nobody. */
static double
correlation(const struct chart *chart, size_t first)
{
	double with = 0, of = 0;

	for (size_t i = first; i < chart->count; i++) {
		const struct chart_point *point = &chart->at[i];
		if (!point->usual || !point->expects)
			continue;
		double size = clipped(point->residual, chart->scale);
		of += size * size;
		if (i > first && point[-1].usual && point[-1].expects)
			with += size * clipped(point[-1].residual, chart->scale);
	}
	return of > 0 ? fmin(fmax(with / of - 1 / sqrt((double)chart->scaled), 0), .9) : 0;
}

static void
rescale(struct chart *chart)
{
	double sizes[WINDOW];
	size_t count = 0, i = chart->count;

	while (i > 0 && count < WINDOW) {
		const struct chart_point *point = &chart->at[--i];
		if (point->usual && point->expects)
			sizes[count++] = fabs(point->residual);
	}
	chart->scaled = count;
	if (count == 0)
		return;
	qsort(sizes, count, sizeof sizes[0], by_size);
	chart->scale = robust_scale(sizes, count);
	chart->correlation = correlation(chart, i);
}

/* In units of sqrt(n) for what was counted from n. */
static double
scale_at(const struct chart *chart, double expected)
{
	double rate = fmin(fmax(expected, .02), .98);
	double scale = fmax(chart->scale, 1e-6 * (fabs(expected) + 1e-6));

	return chart->bounded ? fmax(scale, sqrt(rate * (1 - rate))) : scale;
}

/* The tails of a deviation known from few are longer: Student's, in the first terms. */
static double
limit_of(double threshold, size_t known)
{
	return threshold + (pow(threshold, 3) + threshold) / (4 * (double)known);
}

/* What a steady rise or fall makes of a level that is late; within its error it is none. */
static double
drift(const struct chart *chart)
{
	double sum = 0, weights = 0, error = chart->scale;

	for (size_t i = chart->count, used = 0; i-- > 0 && used < DRIFT;) {
		const struct chart_point *point = &chart->at[i];
		if (i + LAG >= chart->count || !point->usual || !point->expects)
			continue;
		sum += point->weight * (point->x - point->late);
		weights += point->weight;
		used++;
	}
	if (!(weights > 0))
		return 0;
	error *= sqrt(1 / weights + chart->squares / (chart->weights * chart->weights));
	return copysign(fmax(fabs(sum / weights) - error, 0), sum);
}

static void
expect(struct chart *chart, const struct chart_rules *rules, struct chart_point *point)
{
	double season, mean, share = season_share(chart, rules);
	double bucket_before = point->bucket - rules->period;
	bool has = season_at(chart, rules, point->bucket, &season);

	point->late = chart->level / chart->weights;
	point->level = point->late + drift(chart);
	point->expected = point->level + share * season;
	point->residual = (point->x - point->expected) * sqrt(point->weight);
	point->deviation = scale_at(chart, point->expected) / sqrt(point->weight);
	point->expects = true;
	if (has && chart->sign == 0
	    && season_mean(chart, rules, chart->count - 1, bucket_before, &mean)) {
		chart->season_with += season * (point->x - mean) * point->weight;
		chart->season_of += season * season * point->weight;
		chart->seasons++;
	}
}

static double
units_of(const struct chart_point *point)
{
	double units = (point->x - point->expected) / point->deviation;

	return fmin(fmax(units, -clip_at), clip_at);
}

/* The chart moves on; z allows for what the level is not known by, and for correlation. */
static void
plot(struct chart *chart, const struct chart_point *point)
{
	double keep = 1 - smoothing, like = chart->correlation;
	double unknown = chart->squares / (chart->weights * chart->weights) * point->weight;

	chart->ewma = keep * chart->ewma + smoothing * units_of(point);
	double variance = (smoothing / (2 - smoothing) + fmin(unknown, 1)) * (1 + like * keep)
	    / (1 - like * keep);
	chart->z = chart->ewma / sqrt(variance);
}

/* Where the change most likely began: the mean since then is furthest out, for so many. */
static size_t
likely_start(const struct chart *chart)
{
	size_t start = chart->count - 1;
	double sum = 0, most = 0;

	for (size_t i = chart->count; i-- > 0 && i + WINDOW / 2 >= chart->count;) {
		if (!chart->at[i].usual || !chart->at[i].expects)
			break;
		sum += units_of(&chart->at[i]);
		double far = sum * (chart->z < 0 ? -1 : 1) / sqrt((double)(chart->count - i));
		if (far > most) {
			most = far;
			start = i;
		}
	}
	return start;
}

static bool
is_large(const struct chart *chart, const struct chart_rules *rules)
{
	struct chart_change change = chart_change(chart, likely_start(chart));
	double size = fabs(change.value - change.baseline);

	return size >= rules->min_change * fabs(change.baseline)
	    && (!chart->bounded || 100 * size >= rules->min_points);
}

static void
open_incident(struct chart *chart)
{
	chart->sign = chart->z < 0 ? -1 : 1;
	chart->opened = chart->count - 1;
	chart->began = likely_start(chart);
	for (size_t i = chart->began; i < chart->count; i++)
		chart->at[i].usual = false;
}

/* What has been so for long is usual; what was before it no longer counts. */
static void
absorb(struct chart *chart)
{
	chart->level = chart->weights = chart->squares = 0;
	chart->known = 0;
	chart->ewma = chart->z = 0;
	chart->levelled = chart->began;
	for (size_t i = chart->began; i < chart->count; i++) {
		chart->at[i].usual = true;
		chart->at[i].expects = false; /* of another level */
	}
}

static void
follow_incident(struct chart *chart, const struct chart_rules *rules)
{
	chart->at[chart->count - 1].usual = false;
	bool is_over = chart->sign * chart->z < chart->limit / 2;
	bool is_old = chart->count - chart->opened > rules->absorb;

	if (is_over || is_old)
		chart->sign = 0;
	if (is_old && !is_over)
		absorb(chart);
}

void
chart_add(struct chart *chart, const struct chart_rules *rules, int32_t bucket, double value,
    double n, double threshold)
{
	advance_level(chart);
	rescale(chart);
	bool ready = chart_is_ready(chart, rules);
	struct chart_point *point = append(chart, bucket, value, n);

	if (chart->known < LEAST)
		return;
	expect(chart, rules, point);
	if (chart->scaled == 0)
		return;
	plot(chart, point);
	chart->limit = limit_of(threshold, chart->scaled);
	if (chart->sign != 0)
		follow_incident(chart, rules);
	else if (ready && fabs(chart->z) > chart->limit && is_large(chart, rules))
		open_incident(chart);
}

/* The mean of a root's square is the square of its mean and its variance. */
static double
usual_value(const struct chart_point *point)
{
	double x = point->expected;

	return point->n > 0 ? x : value_of(x) + copysign(pow(point->deviation, 2), x);
}

/* The deviation of a value that is what is expected; of a root, by its slope there. */
static double
value_deviation(const struct chart_point *point)
{
	return point->n > 0 ? point->deviation
			    : 2 * (fabs(point->expected) + least_root) * point->deviation;
}

struct chart_change
chart_change(const struct chart *chart, size_t first)
{
	struct chart_change change = { .n = 0 };
	double weights = 0, variance = 0, level = 0;
	double unknown = chart->squares / (chart->weights * chart->weights);

	for (size_t i = first; i < chart->count; i++) {
		const struct chart_point *point = &chart->at[i];
		if (!point->expects)
			continue;
		double deviation = value_deviation(point);
		change.n += point->n;
		weights += point->weight;
		change.value += point->weight * point->value;
		change.baseline += point->weight * usual_value(point);
		variance += pow(point->weight * deviation, 2);
		level += point->weight * deviation * sqrt(unknown * point->weight);
	}
	if (!(weights > 0))
		return change;
	change.value /= weights;
	change.baseline /= weights;
	change.value_half = 1.96 * sqrt(variance) / weights;
	change.baseline_half = 1.96 * level / weights;
	return change;
}

void
chart_release(struct chart *chart)
{
	free(chart->at);
}
