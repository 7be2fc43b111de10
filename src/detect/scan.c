#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "scan.h"
#include "surprise.h"

const struct window scan_windows[WINDOWS] = { { 7, false }, { 14, false }, { 21, false },
	{ 28, false }, { 42, false }, { 56, false }, { 84, false }, { 112, false },
	{ 140, false }, { 28, true }, { 42, true }, { 56, true }, { 84, true }, { 112, true },
	{ 140, true } };

static const double week_correlation = .6;
static const double age_tolerance = .8;
static const double cohort_extra = .2; /* of the threshold */
static const double slow_z = 2, fast_z = -3.5; /* of closing speed */

/* Variance of the mean of some weeks of noise that weeks share. */
static double
spread(double weeks)
{
	const double rho = week_correlation;
	double mean = weeks * (1 - rho);

	return (weeks * (1 - rho * rho) - 2 * rho * (1 - pow(rho, weeks))) / (mean * mean);
}

/* Short windows are tried more often: they must show more. */
static double
threshold_of(double base, struct window window)
{
	double days = window.days < LONGEST ? window.days : LONGEST;

	return sqrt(base * base + 2 * log(84. / days)) + cohort_extra * window.cohort;
}

/* How far the win rates of each segment can be trusted. */
struct guard {
	size_t weeks; /* of speeds that were known by then */
	double *tolerance; /* beyond z without the age part */
	double *rise, *drop; /* of a cohort: the most that is believed */
};

/* By window and segment, so that a scan has it in a row. */
static double *
thresholds(const struct company *company)
{
	const struct segments *segments = company->segments;
	double *threshold = mem_new(segments->count * WINDOWS, sizeof *threshold);

	for (size_t w = 0; w < WINDOWS; w++)
		for (size_t i = 0; i < segments->count; i++)
			threshold[w * segments->count + i] = threshold_of(
			    company->rules->win_rate.threshold[segments->at[i].level],
			    scan_windows[w]);
	return threshold;
}

void
scan_make(struct scan *scan, const struct company *company, const struct speeds *speeds)
{
	size_t days = (size_t)company->days, count = company->segments->count;

	*scan = (struct scan){ .company = company, .speeds = speeds };
	scan->z = mem_new(count * WINDOWS, sizeof(double));
	scan->threshold = thresholds(company);
	scan->beyond = mem_new(count, sizeof(double));
	scan->guard = mem_new(1, sizeof *scan->guard);
	*scan->guard = (struct guard){ .weeks = SIZE_MAX,
		.tolerance = mem_new(count, sizeof(double)),
		.rise = mem_new(count, sizeof(double)),
		.drop = mem_new(count, sizeof(double)) };
	scan->law = mem_new(days + 2, sizeof(double));
	for (size_t i = 1; i <= days + 1; i++)
		scan->law[i] = spread((double)i / 7) / spread(4);
}

double
scan_z(const struct scan *scan, uint32_t segment, size_t w)
{
	return scan->z[w * scan->company->segments->count + segment];
}

static double
noise_of(const struct scan *scan, uint32_t segment, int32_t days)
{
	const struct company *company = scan->company;
	double law = scan->law[days];

	if (segment == COMPANY)
		law = fmax(law, 1); /* season and drift do not average out */
	return company->noise[company->segments->at[segment].family] * law;
}

double
scan_visible(const struct surprise *found)
{
	struct sight own = { .v = found->v, .own_variance = found->own_variance };
	struct rest rest = { .variance = found->rest_variance };

	return found->v < LEAST_V ? INFINITY
				  : found->threshold * deviation_of(own, rest, found->noise);
}

/* The speed of a segment or a whole of it tells how far its win rates can be trusted. */
static void
trust(const struct scan *scan, uint32_t segment, int32_t today)
{
	const struct segment *at = &scan->company->segments->at[segment];
	struct guard *guard = scan->guard;
	double slowest = fmax(speeds_slow(scan->speeds, COMPANY, today),
	    speeds_slow(scan->speeds, segment, today));
	double fastest = fmin(speeds_fast(scan->speeds, COMPANY, today),
	    speeds_fast(scan->speeds, segment, today));

	for (uint32_t i = 0; i < at->near_count && at->level == LEVEL_PAIR; i++) {
		slowest = fmax(slowest, speeds_slow(scan->speeds, at->near[i], today));
		fastest = fmin(fastest, speeds_fast(scan->speeds, at->near[i], today));
	}
	guard->tolerance[segment] = slowest > slow_z ? 0 : age_tolerance;
	guard->rise[segment] = slowest > slow_z ? 0 : INFINITY;
	guard->drop[segment] = fastest < fast_z ? 0 : INFINITY;
}

/* Speeds are of Mondays, and do not change until the next. */
static void
trust_all(const struct scan *scan, int32_t today)
{
	size_t weeks = speeds_known(scan->speeds, today);

	if (weeks == scan->guard->weeks)
		return;
	scan->guard->weeks = weeks;
	for (uint32_t i = 0; i < scan->company->segments->count; i++)
		trust(scan, i, today);
}

/* The numbers of all segments that a day is judged by, each in a row. */
struct desk {
	size_t count;
	double *in, *cohort, *fresh; /* sums of a window; of cohorts so far, and what is new */
	double *noise, *prior; /* of 28 days; one by the variance of own offsets */
	double *ageless;
};

static struct desk
desk_make(const struct company *company)
{
	size_t count = company->segments->count, row = company->recorded.row;
	struct desk desk = { .count = count,
		.in = mem_new(3 * row, sizeof(double)),
		.noise = mem_new(3 * count, sizeof(double)) };

	desk.cohort = desk.in + row;
	desk.fresh = desk.cohort + row;
	desk.prior = desk.noise + count;
	desk.ageless = desk.prior + count;
	for (uint32_t i = 0; i < count; i++) {
		desk.noise[i] = company->noise[company->segments->at[i].family];
		desk.prior[i] = 1 / company_own_variance(company, i);
	}
	return desk;
}

static void
desk_release(struct desk *desk)
{
	free(desk->in);
	free(desk->noise);
}

/* The sums of a window; a longer one of cohorts has those of the shorter. */
static const double *
sum_window(const struct company *company, struct desk *desk, size_t w, int32_t today)
{
	int32_t from = today + 1 - scan_windows[w].days, to = today + 1;

	if (!scan_windows[w].cohort) {
		sums_spans(&company->recorded, from, to, desk->in);
		return desk->in;
	}
	if (w > RECORDED_WINDOWS)
		to -= scan_windows[w - 1].days;
	sums_totals(&company->created, from, to, desk->fresh);
	for (size_t i = 0; i < company->created.row; i++)
		desk->cohort[i] += desk->fresh[i];
	return desk->cohort;
}

/* The first of the days before one that the own offset is known from. */
static int32_t
history_from(int32_t day)
{
	return day > HISTORY ? day - HISTORY : 0;
}

/* Writes z as it is, and without the age part, of a window of such sums. */
static void
judge_all(const struct scan *scan, const struct desk *desk, size_t w, const double *in,
    int32_t today, double *restrict z, double *restrict ageless)
{
	const struct sums *sums = &scan->company->recorded;
	int32_t days = scan_windows[w].days, to = today + 1 - days;
	const double *a = sums_before(sums, history_from(to)), *b = sums_before(sums, to);
	size_t count = desk->count;
	double law = scan->law[days], noise = noise_of(scan, COMPANY, days), prior = 1 / noise;
	struct sight whole = sight_of(sums_of(in, count, COMPANY),
	    sums_span(sums, COMPANY, history_from(to), to), desk->prior[COMPANY]);

	for (size_t i = 0; i < count; i++) {
		struct sum sum = { in[i], in[count + i], in[2 * count + i] };
		struct sum past = { b[i] - a[i], b[count + i] - a[count + i],
			b[2 * count + i] - a[2 * count + i] };
		struct sight own = sight_of(sum, past, desk->prior[i]);
		struct rest rest = rest_of(own, whole, prior);
		double deviation = deviation_of(own, rest, desk->noise[i] * law);
		z[i] = (own.r - own.v * rest.off) / deviation;
		ageless[i] = (own.ageless - own.v * rest.ageless) / deviation;
	}
	double deviation = deviation_of(whole, (struct rest){ 0 }, noise);
	z[COMPANY] = whole.r / deviation;
	ageless[COMPANY] = whole.ageless / deviation;
	for (size_t i = 0; i < count; i++)
		z[i] = in[count + i] < LEAST_V ? 0 : z[i];
}

static void
guard_recorded(
    const struct guard *guard, size_t count, double *restrict z, const double *restrict ageless)
{
	for (size_t i = 0; i < count; i++) {
		double most = fabs(ageless[i]) + guard->tolerance[i];
		double size = fabs(z[i]) < most ? fabs(z[i]) : most;
		z[i] = z[i] * ageless[i] > 0 ? copysign(size, z[i]) : 0;
	}
}

static void
guard_cohort(const struct guard *guard, size_t count, double *restrict z)
{
	for (size_t i = 0; i < count; i++) {
		double down = z[i] < -guard->drop[i] ? -guard->drop[i] : z[i];
		z[i] = down > guard->rise[i] ? guard->rise[i] : down;
	}
}

static void
keep_furthest(size_t count, const double *z, const double *threshold, double *restrict beyond)
{
	for (size_t i = 0; i < count; i++)
		beyond[i] = larger(beyond[i], fabs(z[i]) - threshold[i]);
}

static size_t
count_enough(const double *v, size_t count)
{
	size_t enough = 0;

	for (size_t i = 0; i < count; i++)
		enough += v[i] >= LEAST_V;
	return enough;
}

void
scan_all(struct scan *scan, int32_t today)
{
	struct desk desk = desk_make(scan->company);
	size_t count = desk.count;

	trust_all(scan, today);
	for (size_t i = 0; i < count; i++)
		scan->beyond[i] = -INFINITY;
	for (size_t w = 0; w < WINDOWS; w++) {
		const double *in = sum_window(scan->company, &desk, w, today);
		double *z = scan->z + w * count;
		judge_all(scan, &desk, w, in, today, z, desk.ageless);
		if (scan_windows[w].cohort)
			guard_cohort(scan->guard, count, z);
		else
			guard_recorded(scan->guard, count, z, desk.ageless);
		keep_furthest(count, z, scan->threshold + w * count, scan->beyond);
		if (w == RECORDED_WINDOWS - 1)
			scan->tried = count_enough(in + count, count);
	}
	desk_release(&desk);
}

struct surprise
scan_window(const struct scan *scan, uint32_t segment, size_t w, int32_t today)
{
	struct window window = scan_windows[w];
	struct surprise found =
	    scan_since(scan, segment, today + 1 - window.days, window.cohort, today, NULL);

	found.z = scan_z(scan, segment, w);
	return found;
}

static struct sight
sight_since(const struct company *company, uint32_t segment, struct window window,
    int32_t today, const struct sum *more)
{
	int32_t from = today + 1 - window.days;
	struct sum in = window.cohort ? sums_total(&company->created, segment, from, today + 1)
				      : sums_span(&company->recorded, segment, from, today + 1);

	if (more != NULL) {
		in.r += more[segment].r;
		in.v += more[segment].v;
	}
	return sight_of(in, sums_span(&company->recorded, segment, history_from(from), from),
	    1 / company_own_variance(company, segment));
}

struct surprise
scan_since(const struct scan *scan, uint32_t segment, int32_t from, bool cohort, int32_t today,
    const struct sum *more)
{
	const struct company *company = scan->company;
	struct window window = { today + 1 - from, cohort };
	enum level level = company->segments->at[segment].level;
	double noise = noise_of(scan, segment, window.days);
	struct sight own = sight_since(company, segment, window, today, more), whole;
	struct rest rest = { 0 };

	if (segment != COMPANY) {
		whole = sight_since(company, COMPANY, window, today, more);
		rest = rest_of(own, whole, 1 / noise_of(scan, COMPANY, window.days));
	}
	double deviation = own.v < LEAST_V ? INFINITY : deviation_of(own, rest, noise);
	double z = (own.r - own.v * rest.off) / deviation;
	return (struct surprise){ .window = window,
		.r = own.r,
		.v = own.v,
		.own = own.own,
		.own_variance = own.own_variance,
		.rest = rest.off,
		.rest_variance = rest.variance,
		.noise = noise,
		.raw = z,
		.z = z,
		.ageless = (own.ageless - own.v * rest.ageless) / deviation,
		.threshold = threshold_of(company->rules->win_rate.threshold[level], window) };
}

size_t
scan_best(const struct scan *scan, uint32_t segment, int sign, double *beyond)
{
	size_t best = 0, count = scan->company->segments->count;

	for (size_t w = 0; w < WINDOWS; w++) {
		double z = scan_z(scan, segment, w);
		double here =
		    (sign == 0 ? fabs(z) : sign * z) - scan->threshold[w * count + segment];
		if (w == 0 || here > *beyond) {
			*beyond = here;
			best = w;
		}
	}
	return best;
}

void
scan_release(struct scan *scan)
{
	free(scan->z);
	free(scan->threshold);
	free(scan->beyond);
	free(scan->law);
	free(scan->guard->tolerance);
	free(scan->guard->rise);
	free(scan->guard->drop);
	free(scan->guard);
}
