#include <math.h>

#include "scan.h"

static const double own_variance = 1. / SCAN_OWN_V;
static const double least_v = 1.5;
static const double shift_prior = 20; /* v, of no shift */
static const double one_day = 1; /* of z, at most, that a single day may make */
static const double name_prior[LEVELS] = { 1.5, 1.5, 0, 1 };

struct usual {
	double offset, variance;
};

static double
scale_of(const struct company *company, int32_t days)
{
	return company->scale[days > 0 ? days / 7 : 0];
}

/*
 * What a segment is usually off by, before a day; shrunk where little is known.  Its noise
 * does not average out over a history as short as what is left of it.
 */
static struct usual
usual(const struct company *company, uint32_t segment, int32_t before)
{
	int32_t from = before > SCAN_HISTORY ? before - SCAN_HISTORY : 0;

	if (from >= before)
		return (struct usual){ 0, own_variance };
	struct sum past = sums_span(&company->usual, segment, from, before);
	double every = sums_span(&company->windows, segment, from, before).v;
	double weeks = every > 0 ? (before - from) / 7. * past.v / every : 0;
	double variance = 1 / (past.v + 1 / own_variance), weight = past.v * variance;
	double noise = company->noise[company->segments->at[segment].family]
	    * scale_of(company, (int32_t)(7 * weeks));

	return (struct usual){ past.r * variance, variance + weight * weight * noise };
}

/* What a window of a segment is judged by. */
struct frame {
	uint32_t segment;
	int32_t from, to;
	bool has_rest;
	struct usual own, company; /* offsets before the window */
	double share; /* of the rest's r that is believed to be shared */
	double rest_variance;
};

/* r of some days of the rest of the company, beyond its usual offset; v in *known. */
static double
rest_of(const struct company *company, const struct frame *frame, int32_t from, int32_t to,
    double *v)
{
	struct sum rest = sums_span(&company->windows, COMPANY, from, to);
	double r = rest.r - frame->company.offset * rest.v;

	if (company->apart[frame->segment] < 0) {
		struct sum part = sums_span(&company->windows, frame->segment, from, to);
		r -= part.r - frame->own.offset * part.v;
		rest.v = fmax(rest.v - part.v, 0);
	}
	*v = rest.v;
	return r;
}

/* What is won beyond the expected number on some days of the window. */
static double
lack_of(const struct company *company, const struct frame *frame, int32_t from, int32_t to)
{
	struct sum own = sums_span(&company->windows, frame->segment, from, to);
	double lack = own.r - frame->own.offset * own.v, v;

	if (frame->has_rest)
		lack -= frame->share * rest_of(company, frame, from, to, &v);
	return lack;
}

/*
 * The window without the day that says most of it.  Many old deals closed on one day, or a
 * day recorded wrongly, here or in the rest, are no change of the rate.
 */
static double
without_a_day(const struct company *company, const struct frame *frame, double lack)
{
	double most = 0;

	for (int32_t day = frame->from; day < frame->to; day++) {
		double here = lack_of(company, frame, day, day + 1);
		if (here * lack > most * lack)
			most = here;
	}
	return (lack - most) * lack > 0 ? lack - most : 0;
}

static struct frame
frame_of(const struct company *company, uint32_t segment, int32_t from, int32_t to)
{
	struct frame frame = { .segment = segment,
		.from = from,
		.to = to,
		.has_rest = segment != COMPANY,
		.own = usual(company, segment, from),
		.company = usual(company, COMPANY, from) };
	double noise = company->noise[COMPANY] * fmax(scale_of(company, to - from), 1), v;

	/* If the company has moved, the rest is taken as it stands. */
	if (company->apart[COMPANY] >= 0)
		noise = own_variance;
	if (frame.has_rest) {
		rest_of(company, &frame, from, to, &v);
		frame.rest_variance = 1 / (v + 1 / noise);
		frame.share =
		    sums_span(&company->windows, segment, from, to).v * frame.rest_variance;
	}
	return frame;
}

static struct surprise
surprise_in(const struct company *company, uint32_t segment, int32_t to, size_t w)
{
	const struct segment *at = &company->segments->at[segment];
	struct frame frame = frame_of(company, segment, to - company_windows[w], to);
	double v = sums_span(&company->windows, segment, frame.from, to).v;
	double scale = scale_of(company, company_windows[w]), rate = company->expect.rate;
	struct surprise found = { .days = company_windows[w],
		.threshold = company->threshold[at->level][w],
		.lack = lack_of(company, &frame, frame.from, to) };

	if (segment == COMPANY)
		scale = fmax(scale, 1); /* season and drift do not average out */
	double noise =
	    company->noise[at->family] * scale + frame.own.variance + frame.rest_variance;
	double deviation = sqrt(v * (company_spread(company, frame.own.offset) + v * noise));
	found.shift = found.lack / (v + shift_prior);
	found.z = found.lack / deviation;
	found.visible = found.threshold * deviation / v * rate * (1 - rate);
	if (fabs(found.z) > found.threshold) {
		double rest = without_a_day(company, &frame, found.lack) / deviation;
		found.z = copysign(fmin(fabs(found.z), fabs(rest) + one_day), found.z);
	}
	return found;
}

double
scan_shift(const struct company *company, uint32_t segment, int32_t to)
{
	int32_t from = company->apart[segment];
	struct frame frame = frame_of(company, segment, from, to);

	return lack_of(company, &frame, from, to)
	    / (sums_span(&company->windows, segment, from, to).v + 1);
}

static double
beyond(const struct surprise *surprise, int sign)
{
	double z = sign == 0 ? fabs(surprise->z) : sign * surprise->z;

	return z - surprise->threshold;
}

struct surprise
scan_segment(
    const struct company *company, uint32_t segment, int32_t today, int32_t longest, int sign)
{
	struct surprise best = { .days = 0 };

	for (size_t w = 0; w < WINDOWS && company_windows[w] <= longest; w++) {
		int32_t to = today + 1, from = to - company_windows[w];
		if (from < 0 || sums_span(&company->windows, segment, from, to).v < least_v)
			continue;
		struct surprise here = surprise_in(company, segment, to, w);
		if (best.days == 0 || beyond(&here, sign) > beyond(&best, sign))
			best = here;
	}
	return best;
}

struct surprise
scan_lately(const struct company *company, uint32_t segment, int32_t today)
{
	return surprise_in(company, segment, today + 1, 3);
}

bool
surprise_fires(const struct surprise *surprise)
{
	return surprise->days > 0 && fabs(surprise->z) > surprise->threshold;
}

double
scan_name(const struct company *company, uint32_t segment, int32_t today, int sign)
{
	enum level level = company->segments->at[segment].level;
	struct surprise best = scan_segment(company, segment, today, SCAN_LONGEST, sign);
	double z = sign * best.z - (best.threshold - company->threshold[level][WINDOWS - 1]);

	if (!surprise_fires(&best) || sign * best.z < 0)
		return -INFINITY;
	return z * z / 2 + name_prior[level];
}
