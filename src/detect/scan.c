#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "scan.h"

const struct window scan_windows[WINDOWS] = { { 7, false }, { 14, false }, { 21, false },
	{ 28, false }, { 42, false }, { 56, false }, { 84, false }, { 112, false },
	{ 140, false }, { 28, true }, { 42, true }, { 56, true }, { 84, true }, { 112, true },
	{ 140, true } };

static const double week_correlation = .6;
static const double least_v = 1.5;
static const double age_tolerance = .8;
static const double cohort_extra = .2; /* of the threshold */
static const double slow_z = 2.5, fast_z = -4; /* of closing speed */

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

struct trust {
	bool slow, fast;
};

void
scan_make(struct scan *scan, const struct company *company, const struct speeds *speeds)
{
	size_t days = company->recorded.days;

	*scan = (struct scan){ .company = company, .speeds = speeds, .day = -1 };
	scan->z = mem_new(company->segments->count, sizeof scan->z[0]);
	scan->trust = mem_new(company->segments->count, sizeof scan->trust[0]);
	scan->law = mem_new(days + 2, sizeof(double));
	for (size_t i = 1; i <= days + 1; i++)
		scan->law[i] = spread((double)i / 7) / spread(4);
	for (size_t level = 0; level < LEVELS; level++)
		for (size_t w = 0; w < WINDOWS; w++)
			scan->threshold[level][w] = threshold_of(
			    company->rules->win_rate.threshold[level], scan_windows[w]);
}

/* What a segment shows in a window, and what it was off by before. */
struct frame {
	struct window window;
	struct sum in;
	double own, own_variance;
	double ageless; /* r, without the age part of the expectation */
};

static struct frame
frame_of(const struct company *company, uint32_t segment, struct window window, int32_t today,
    struct sum in)
{
	int32_t to = today + 1 - window.days, from = to > HISTORY ? to - HISTORY : 0;
	struct sum past = sums_span(&company->recorded, segment, from, to);
	struct frame frame = { .window = window, .in = in };

	frame.own_variance = 1 / (past.v + 1 / company_own_variance(company, segment));
	frame.own = past.r * frame.own_variance;
	frame.ageless = in.r + in.a - in.v * past.a / fmax(past.v, 1);
	return frame;
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

static double
deviation(const struct surprise *surprise)
{
	double more = surprise->noise + surprise->rest_variance + surprise->own_variance;

	return sqrt(surprise->v * (1 + surprise->v * more));
}

double
scan_visible(const struct surprise *surprise)
{
	return surprise->v < least_v ? INFINITY : surprise->threshold * deviation(surprise);
}

/* Of r, when so much is shared with the rest of the company. */
static double
z_of(const struct surprise *surprise, double r, double rest)
{
	return surprise->v < least_v ? 0 : (r - surprise->v * rest) / deviation(surprise);
}

static struct surprise
judge(const struct scan *scan, uint32_t segment, const struct frame *own,
    const struct frame *whole)
{
	int32_t days = own->window.days;
	double v = own->in.v, r = own->in.r - own->own * v, rest = 0;
	double ageless = own->ageless - own->own * v;
	struct surprise found = { .window = own->window,
		.r = r,
		.v = v,
		.own = own->own,
		.own_variance = own->own_variance,
		.noise = noise_of(scan, segment, days) };

	if (segment != COMPANY) {
		double all = whole->in.v, usual = whole->own * all;
		found.rest_variance =
		    1 / (fmax(all - v, 0) + 1 / noise_of(scan, COMPANY, days));
		found.rest = (whole->in.r - usual - r) * found.rest_variance;
		rest = (whole->ageless - usual - ageless) * found.rest_variance;
	}
	found.raw = found.z = z_of(&found, r, found.rest);
	found.ageless = z_of(&found, ageless, rest);
	return found;
}

/* The speed of a segment or a whole of it tells how far its win rates can be trusted. */
static struct trust
trust_of(const struct scan *scan, uint32_t segment, int32_t today)
{
	const struct segment *at = &scan->company->segments->at[segment];
	double slowest = fmax(speeds_slow(scan->speeds, COMPANY, today),
	    speeds_slow(scan->speeds, segment, today));
	double fastest = fmin(speeds_fast(scan->speeds, COMPANY, today),
	    speeds_fast(scan->speeds, segment, today));

	for (uint32_t i = 0; i < at->near_count && at->level == LEVEL_PAIR; i++) {
		slowest = fmax(slowest, speeds_slow(scan->speeds, at->near[i], today));
		fastest = fmin(fastest, speeds_fast(scan->speeds, at->near[i], today));
	}
	return (struct trust){ slowest > slow_z, fastest < fast_z };
}

static double
guard(const struct surprise *found, struct trust trust)
{
	double z = found->raw, ageless = found->ageless;

	if (found->window.cohort)
		return (trust.slow && z > 0) || (trust.fast && z < 0) ? 0 : z;
	if (z * ageless <= 0)
		return 0;
	return copysign(fmin(fabs(z), fabs(ageless) + (trust.slow ? 0 : age_tolerance)), z);
}

/* The sums of all windows, in one walk through the days that deals were created on. */
static void
sum_windows(
    const struct company *company, uint32_t segment, int32_t today, struct sum sums[WINDOWS])
{
	struct sum cohort = { 0 };
	int32_t day = today + 1;

	for (size_t w = 0; w < WINDOWS; w++) {
		int32_t from = today + 1 - scan_windows[w].days;
		if (!scan_windows[w].cohort) {
			sums[w] = sums_span(&company->recorded, segment, from, today + 1);
			continue;
		}
		struct sum more = sums_total(&company->created, segment, from, day);
		cohort.r += more.r;
		cohort.v += more.v;
		cohort.a += more.a;
		sums[w] = cohort;
		day = from;
	}
}

static void
frame_all(const struct company *company, uint32_t segment, int32_t today,
    struct frame frames[WINDOWS])
{
	struct sum sums[WINDOWS];

	sum_windows(company, segment, today, sums);
	for (size_t w = 0; w < WINDOWS; w++)
		frames[w] = frame_of(company, segment, scan_windows[w], today, sums[w]);
}

/* Once a day: speeds do not change while incidents are named. */
static void
trust_all(struct scan *scan, int32_t today)
{
	for (uint32_t i = 0; i < scan->company->segments->count && scan->day != today; i++)
		scan->trust[i] = trust_of(scan, i, today);
	scan->day = today;
}

void
scan_all(struct scan *scan, int32_t today)
{
	const struct company *company = scan->company;
	struct frame whole[WINDOWS], own[WINDOWS];

	scan->tried = 0;
	trust_all(scan, today);
	frame_all(company, COMPANY, today, whole);
	for (uint32_t i = 0; i < company->segments->count; i++) {
		frame_all(company, i, today, own);
		scan->tried += own[RECORDED_WINDOWS - 1].in.v >= least_v;
		for (size_t w = 0; w < WINDOWS; w++) {
			struct surprise found = judge(scan, i, &own[w], &whole[w]);
			scan->z[i][w] = guard(&found, scan->trust[i]);
		}
	}
}

struct surprise
scan_window(const struct scan *scan, uint32_t segment, size_t w, int32_t today)
{
	struct window window = scan_windows[w];
	struct surprise found =
	    scan_since(scan, segment, today + 1 - window.days, window.cohort, today, NULL);

	found.z = scan->z[segment][w];
	return found;
}

static struct frame
frame_since(const struct scan *scan, uint32_t segment, struct window window, int32_t today,
    const struct sum *more)
{
	const struct company *company = scan->company;
	int32_t from = today + 1 - window.days;
	struct sum in = window.cohort ? sums_total(&company->created, segment, from, today + 1)
				      : sums_span(&company->recorded, segment, from, today + 1);

	if (more != NULL) {
		in.r += more[segment].r;
		in.v += more[segment].v;
	}
	return frame_of(company, segment, window, today, in);
}

struct surprise
scan_since(const struct scan *scan, uint32_t segment, int32_t from, bool cohort, int32_t today,
    const struct sum *more)
{
	struct window window = { today + 1 - from, cohort };
	struct frame whole = frame_since(scan, COMPANY, window, today, more);
	struct frame own = frame_since(scan, segment, window, today, more);
	struct surprise found = judge(scan, segment, &own, &whole);
	enum level level = scan->company->segments->at[segment].level;

	found.threshold = threshold_of(scan->company->rules->win_rate.threshold[level], window);
	return found;
}

size_t
scan_best(const struct scan *scan, uint32_t segment, int sign, double *beyond)
{
	enum level level = scan->company->segments->at[segment].level;
	size_t best = 0;

	for (size_t w = 0; w < WINDOWS; w++) {
		double z = scan->z[segment][w];
		double here = (sign == 0 ? fabs(z) : sign * z) - scan->threshold[level][w];
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
	free(scan->trust);
	free(scan->law);
}
