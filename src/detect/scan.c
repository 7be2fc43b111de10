#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "scan.h"

enum { BLOCK = 28, BLOCKS = 24, BLOCKS_LEAST = 4 };

static const int32_t windows[WINDOWS] = { 7, 14, 21, 28, 42, 56, 84, 112, 140 };

/* Around the company's own rate segments differ by half a logit: 12 points. */
static const double own_variance = .25;
static const double least_v = 1.5;
static const double shift_prior = 20; /* v, of no shift */
static const double one_day = 1; /* of z, at most, that a single day may make */
static const double noise_prior = .004, noise_prior_blocks = 20;
static const double noise_weight = .7; /* of the families' own estimates */
static const double noise_pair_extra = .003;
static const double week_correlation = .6;
static const double name_prior[LEVELS] = { 1.5, 1.5, 0, 1 };

/* Variance of the mean of some days of noise that weeks share, relative to 28 days. */
static double
spread(double weeks)
{
	const double rho = week_correlation;
	double mean = weeks * (1 - rho);

	return (weeks * (1 - rho * rho) - 2 * rho * (1 - pow(rho, weeks))) / (mean * mean);
}

/* Short windows are tried more often: they must show more. */
static double
threshold(double base, int32_t days)
{
	return sqrt(base * base + 2 * log(84. / days));
}

void
scan_make(
    struct scan *scan, const struct segments *segments, const struct rules *rules, int32_t days)
{
	*scan = (struct scan){ .segments = segments, .rules = rules };
	sums_make(&scan->windows, segments->count, (size_t)days);
	sums_make(&scan->usual, segments->count, (size_t)days);
	scan->apart = mem_new(segments->count, sizeof scan->apart[0]);
	scan->shift = mem_new(segments->deals->count + 1, sizeof scan->shift[0]);
	for (size_t i = 0; i < segments->count; i++)
		scan->apart[i] = -1;
	scan->noise = mem_new(segments->families, sizeof scan->noise[0]);
	for (size_t week = 0; week <= SCAN_HISTORY / 7; week++)
		scan->scale[week] = spread(fmax((double)week, 1)) / spread(BLOCK / 7.);
	for (size_t w = 0; w < WINDOWS; w++)
		for (size_t level = 0; level < LEVELS; level++)
			scan->threshold[level][w] =
			    threshold(rules->win_rate.threshold[level], windows[w]);
	for (size_t i = 0; i < segments->families; i++)
		scan->noise[i] = noise_prior;
}

/* A deal of segments that are set apart counts for that one; of two, for none. */
void
scan_deal(struct scan *scan, size_t deal)
{
	const struct deals *deals = scan->segments->deals;
	const uint32_t *of = segments_of(scan->segments, deal);
	double chance = expect_chance(&scan->expect, deals, deal), v = chance * (1 - chance);
	struct sum sum = { deals->at[deal].won - chance - scan->shift[deal] * v, v };
	uint32_t alone[] = { SEGMENT_NONE, SEGMENT_NONE };

	for (const uint32_t *s = of; *s != SEGMENT_NONE; s++)
		if (*s != COMPANY && scan->apart[*s] >= 0) {
			if (alone[0] != SEGMENT_NONE)
				return;
			alone[0] = *s;
		}
	sums_put(&scan->windows, alone[0] != SEGMENT_NONE ? alone : of,
	    deals->at[deal].recorded - scan->first, sum);
}

/* Sums up days that have got their deals, and remembers which are usual. */
static void
run(struct scan *scan, int32_t from, int32_t to)
{
	int32_t company = scan->apart[COMPANY];

	sums_copy(&scan->usual, &scan->windows, from, to);
	for (uint32_t i = 0; i < scan->segments->count; i++) {
		int32_t apart = scan->apart[i];
		if (apart < 0 || (company >= 0 && company < apart))
			apart = company;
		if (apart >= 0)
			sums_forget(&scan->usual, i, apart > from ? apart : from, to);
	}
	sums_run(&scan->windows, from, to);
	sums_run(&scan->usual, from, to);
}

void
scan_close(struct scan *scan, int32_t day)
{
	run(scan, day, day + 1);
}

/* All over again, of the deals recorded before a day. */
static void
rebuild(struct scan *scan, int32_t day)
{
	size_t known = deals_from(scan->segments->deals, scan->first + day);

	sums_clear(&scan->windows);
	for (size_t i = 0; i < known; i++)
		scan_deal(scan, i);
	run(scan, 0, day);
}

struct usual {
	double offset, variance;
};

static double
scale_of(const struct scan *scan, int32_t days)
{
	return scan->scale[days > 0 ? days / 7 : 0];
}

/*
 * What a segment is usually off by, before a day; shrunk where little is known.  Its noise
 * does not average out over a history as short as what is left of it.
 */
static struct usual
usual(const struct scan *scan, uint32_t segment, int32_t before)
{
	int32_t from = before > SCAN_HISTORY ? before - SCAN_HISTORY : 0;

	if (from >= before)
		return (struct usual){ 0, own_variance };
	struct sum past = sums_span(&scan->usual, segment, from, before);
	double every = sums_span(&scan->windows, segment, from, before).v;
	double weeks = every > 0 ? (before - from) / 7. * past.v / every : 0;
	double variance = 1 / (past.v + 1 / own_variance), weight = past.v * variance;
	double noise = scan->noise[scan->segments->at[segment].family]
	    * scale_of(scan, (int32_t)(7 * weeks));

	return (struct usual){ past.r * variance, variance + weight * weight * noise };
}

/* How much more or less chance varies the deals of a segment that is usually off by that. */
static double
own_spread(const struct scan *scan, double offset)
{
	double rate = scan->expect.rate;
	double own = fmin(fmax(rate + offset * rate * (1 - rate), .02), .98);

	return own * (1 - own) / (rate * (1 - rate));
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
rest_of(const struct scan *scan, const struct frame *frame, int32_t from, int32_t to, double *v)
{
	struct sum rest = sums_span(&scan->windows, COMPANY, from, to);
	double r = rest.r - frame->company.offset * rest.v;

	if (scan->apart[frame->segment] < 0) {
		struct sum part = sums_span(&scan->windows, frame->segment, from, to);
		r -= part.r - frame->own.offset * part.v;
		rest.v = fmax(rest.v - part.v, 0);
	}
	*v = rest.v;
	return r;
}

/* What is won beyond the expected number on some days of the window. */
static double
lack_of(const struct scan *scan, const struct frame *frame, int32_t from, int32_t to)
{
	struct sum own = sums_span(&scan->windows, frame->segment, from, to);
	double lack = own.r - frame->own.offset * own.v, v;

	if (frame->has_rest)
		lack -= frame->share * rest_of(scan, frame, from, to, &v);
	return lack;
}

/*
 * The window without the day that says most of it.  Many old deals closed on one day, or a
 * day recorded wrongly, here or in the rest, are no change of the rate.
 */
static double
without_a_day(const struct scan *scan, const struct frame *frame, double lack)
{
	double most = 0;

	for (int32_t day = frame->from; day < frame->to; day++) {
		double here = lack_of(scan, frame, day, day + 1);
		if (here * lack > most * lack)
			most = here;
	}
	return (lack - most) * lack > 0 ? lack - most : 0;
}

static struct frame
frame_of(const struct scan *scan, uint32_t segment, int32_t from, int32_t to)
{
	struct frame frame = { .segment = segment,
		.from = from,
		.to = to,
		.has_rest = segment != COMPANY,
		.own = usual(scan, segment, from),
		.company = usual(scan, COMPANY, from) };
	double noise = scan->noise[COMPANY] * fmax(scale_of(scan, to - from), 1), v;

	/* If the company has moved, the rest is taken as it stands. */
	if (scan->apart[COMPANY] >= 0)
		noise = own_variance;
	if (frame.has_rest) {
		rest_of(scan, &frame, from, to, &v);
		frame.rest_variance = 1 / (v + 1 / noise);
		frame.share =
		    sums_span(&scan->windows, segment, from, to).v * frame.rest_variance;
	}
	return frame;
}

static struct surprise
surprise_in(const struct scan *scan, uint32_t segment, int32_t to, size_t w)
{
	const struct segment *at = &scan->segments->at[segment];
	struct frame frame = frame_of(scan, segment, to - windows[w], to);
	double v = sums_span(&scan->windows, segment, frame.from, to).v;
	double scale = scale_of(scan, windows[w]), rate = scan->expect.rate;
	struct surprise found = { .days = windows[w],
		.threshold = scan->threshold[at->level][w],
		.lack = lack_of(scan, &frame, frame.from, to) };

	if (segment == COMPANY)
		scale = fmax(scale, 1); /* season and drift do not average out */
	double noise =
	    scan->noise[at->family] * scale + frame.own.variance + frame.rest_variance;
	double deviation = sqrt(v * (own_spread(scan, frame.own.offset) + v * noise));
	found.shift = found.lack / (v + shift_prior);
	found.z = found.lack / deviation;
	found.visible = found.threshold * deviation / v * rate * (1 - rate);
	if (fabs(found.z) > found.threshold) {
		double rest = without_a_day(scan, &frame, found.lack) / deviation;
		found.z = copysign(fmin(fabs(found.z), fabs(rest) + one_day), found.z);
	}
	return found;
}

/* The mean shift of a segment that is set apart, since then. */
static double
shift_of(const struct scan *scan, uint32_t segment, int32_t to)
{
	int32_t from = scan->apart[segment];
	struct frame frame = frame_of(scan, segment, from, to);

	return lack_of(scan, &frame, from, to)
	    / (sums_span(&scan->windows, segment, from, to).v + 1);
}

static void
add_shift(struct scan *scan, uint32_t segment, int32_t from, int32_t to, double shift)
{
	const struct segments *segments = scan->segments;
	size_t end = deals_from(segments->deals, scan->first + to);

	for (size_t i = deals_from(segments->deals, scan->first + from); i < end; i++)
		if (segments_has(segments, segment, i))
			scan->shift[i] += shift;
}

void
scan_set_apart(struct scan *scan, uint32_t segment, int32_t from, int32_t today)
{
	scan->apart[segment] = from;
	rebuild(scan, today + 1);
}

void
scan_end(struct scan *scan, uint32_t segment, int32_t to, int32_t today)
{
	int32_t from = scan->apart[segment];

	if (to > from)
		add_shift(scan, segment, from, to, shift_of(scan, segment, to));
	scan->apart[segment] = -1;
	rebuild(scan, today + 1);
}

void
scan_accept(struct scan *scan, uint32_t segment, int32_t today)
{
	int32_t from = scan->apart[segment];

	add_shift(scan, segment, 0, from, -shift_of(scan, segment, today + 1));
	scan->apart[segment] = -1;
	rebuild(scan, today + 1);
}

static double
beyond(const struct surprise *surprise, int sign)
{
	double z = sign == 0 ? fabs(surprise->z) : sign * surprise->z;

	return z - surprise->threshold;
}

struct surprise
scan_segment(
    const struct scan *scan, uint32_t segment, int32_t today, int32_t longest, int sign)
{
	struct surprise best = { .days = 0 };

	for (size_t w = 0; w < WINDOWS && windows[w] <= longest; w++) {
		int32_t to = today + 1, from = to - windows[w];
		if (from < 0 || sums_span(&scan->windows, segment, from, to).v < least_v)
			continue;
		struct surprise here = surprise_in(scan, segment, to, w);
		if (best.days == 0 || beyond(&here, sign) > beyond(&best, sign))
			best = here;
	}
	return best;
}

struct surprise
scan_lately(const struct scan *scan, uint32_t segment, int32_t today)
{
	return surprise_in(scan, segment, today + 1, 3);
}

bool
surprise_fires(const struct surprise *surprise)
{
	return surprise->days > 0 && fabs(surprise->z) > surprise->threshold;
}

double
scan_name(const struct scan *scan, uint32_t segment, int32_t today, int sign)
{
	enum level level = scan->segments->at[segment].level;
	struct surprise best = scan_segment(scan, segment, today, SCAN_LONGEST, sign);
	double z = sign * best.z - (best.threshold - scan->threshold[level][WINDOWS - 1]);

	return (best.days > 0 && z > 0 ? z * z / 2 : -9) + name_prior[level];
}

/* What one block of days says of a segment's noise: q beyond b is noise, in units of v. */
struct block {
	double q, b, v;
};

/* Six steps to the variance that explains the blocks, a few wild ones cut short. */
static double
estimate(const struct block *blocks, size_t count)
{
	const double cut = 4, kept = .9205; /* the mean of a chi-square cut there */
	double sum_v = 0, noise = noise_prior;

	for (size_t i = 0; i < count; i++)
		sum_v += blocks[i].v;
	if (count == 0)
		return noise;
	double weight = noise_prior_blocks * sum_v / (double)count;
	for (int step = 0; step < 6; step++) {
		double more = weight * noise_prior;
		for (size_t i = 0; i < count; i++) {
			double most = cut * (blocks[i].b + blocks[i].v * noise);
			more += fmin(blocks[i].q, most) / kept - blocks[i].b;
		}
		noise = fmax(more / (sum_v + weight), 0);
	}
	return noise;
}

/* The blocks of one segment, newest first; for the company the rest is nothing. */
static size_t
blocks_of(const struct scan *scan, uint32_t segment, int32_t until, int32_t count,
    struct block *blocks)
{
	struct sum past = sums_span(&scan->usual, segment, until - count * BLOCK, until);
	struct sum whole = sums_span(&scan->usual, COMPANY, until - count * BLOCK, until);
	double offset = past.r / (past.v + 1 / own_variance);
	double whole_offset = whole.r / (whole.v + 1 / own_variance);
	size_t used = 0;

	for (int32_t i = 0; i < count; i++) {
		int32_t to = until - i * BLOCK;
		struct sum here = sums_span(&scan->usual, segment, to - BLOCK, to);
		struct sum all = sums_span(&scan->usual, COMPANY, to - BLOCK, to);
		double r = here.r - offset * here.v, g = 0, vg = 0;
		if (!(here.v > 1))
			continue;
		if (segment != COMPANY) {
			vg = 1 / (fmax(all.v - here.v, 0) + 1 / scan->noise[COMPANY]);
			g = (all.r - whole_offset * all.v - r) * vg;
		}
		r -= here.v * g;
		blocks[used++] = (struct block){ r * r / (here.v * own_spread(scan, offset)),
			1 - here.v / past.v + here.v * vg, here.v };
	}
	return used;
}

static double
family_noise(const struct scan *scan, uint32_t family, int32_t until, int32_t count)
{
	const struct segments *segments = scan->segments;
	struct block *blocks = mem_new(segments->count * BLOCKS, sizeof *blocks);
	size_t used = 0;

	for (uint32_t i = 0; i < segments->count; i++)
		if (segments->at[i].family == family)
			used += blocks_of(scan, i, until, count, blocks + used);
	double noise = estimate(blocks, used);
	free(blocks);
	return noise;
}

/* The company's first, since all others are judged beside it; pairs after their parts. */
static void
measure_noise(struct scan *scan, int32_t until)
{
	const struct segments *segments = scan->segments;
	int32_t count = until / BLOCK < BLOCKS ? until / BLOCK : BLOCKS;

	if (count < BLOCKS_LEAST)
		return;
	for (uint32_t f = 0; f < segments->families; f++) {
		double noise = family_noise(scan, f, until, count);
		const uint32_t *parts = segments->family_parts[f];
		if (f == COMPANY)
			noise = fmax(noise, noise_prior); /* season is not expected */
		else
			noise *= noise_weight;
		if (segments->family_level[f] == LEVEL_PAIR)
			noise = fmin(noise,
			    scan->noise[parts[0]] + scan->noise[parts[1]] + noise_pair_extra);
		scan->noise[f] = noise;
	}
}

void
scan_refit(struct scan *scan, int32_t day)
{
	scan->expect = expect_fit(scan->segments->deals, scan->first, scan->first + day);
	rebuild(scan, day);
	measure_noise(scan, day);
}

void
scan_release(struct scan *scan)
{
	sums_release(&scan->windows);
	sums_release(&scan->usual);
	free(scan->apart);
	free(scan->shift);
	free(scan->noise);
}
