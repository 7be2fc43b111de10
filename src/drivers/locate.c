#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "candidates.h"
#include "mem.h"
#include "stats.h"

static const double shift_variance = .49, prior_short = 1.5, near_enough = 2, rarely = .01;

/* What a candidate has in common with each column of the model. */
struct overlap {
	double *after, *own; /* by column: of its deals after; of all its deals */
	double own_v, own_slope;
};

struct search {
	const struct model *model;
	struct candidates all;
	struct overlap *overlap;
	double offset_variance; /* of a pair's own offset */
	double evidence; /* of the model as it is */
};

static void
overlap_row(struct search *search, size_t row)
{
	const struct design *design = &search->model->design;
	double chance = logit_chance(&search->model->both, design, row);
	double weight = design->n[row] * chance * (1 - chance);
	const uint32_t *active = design->active + row * design->wide;

	for (size_t f = 0; f < search->all.families; f++) {
		uint32_t index = candidates_index(&search->all, f, row / PERIODS);
		if (index == NO_INDEX)
			continue;
		struct overlap *overlap = &search->overlap[index];
		overlap->own_v += weight;
		overlap->own_slope += design->won[row] - design->n[row] * chance;
		for (size_t i = 0; i < design->wide && active[i] != NO_COLUMN; i++) {
			overlap->own[active[i]] += weight;
			if (row % PERIODS == AFTER)
				overlap->after[active[i]] += weight;
		}
	}
}

static void
overlap_all(struct search *search)
{
	size_t columns = search->model->design.columns;

	search->overlap = mem_new(search->all.count + 1, sizeof *search->overlap);
	for (size_t i = 0; i < search->all.count; i++) {
		search->overlap[i].after = mem_new(columns, sizeof(double));
		search->overlap[i].own = mem_new(columns, sizeof(double));
	}
	for (size_t row = 0; row < search->model->design.rows; row++)
		if (search->model->design.n[row] > 0)
			overlap_row(search, row);
}

static double
dot(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* What is left of the variances when the model has taken what it can explain. */
struct left {
	double after, own, both;
};

static struct left
left_of(const struct search *search, size_t i, double *room)
{
	const struct logit *logit = &search->model->both;
	const struct overlap *overlap = &search->overlap[i];
	size_t n = logit->columns;
	struct left left = { search->all.at[i].v, overlap->own_v, search->all.at[i].v };

	memcpy(room, overlap->after, n * sizeof *room);
	logit_solve(logit, room);
	left.after -= dot(room, overlap->after, n);
	left.both -= dot(room, overlap->own, n);
	memcpy(room, overlap->own, n * sizeof *room);
	logit_solve(logit, room);
	left.own -= dot(room, overlap->own, n);
	return left;
}

/* By moments: the squares of what pairs won beyond the model, less what chance makes them. */
static double
offset_variance(const struct search *search, const struct left *left)
{
	double beyond = 0, weight = 0;

	for (size_t i = 0; i < search->all.count; i++) {
		double slope = search->overlap[i].own_slope;
		if (search->all.at[i].conditions < 2)
			continue;
		beyond += slope * slope - left[i].own;
		weight += left[i].own * left[i].own;
	}
	return weight > 0 ? fmax(beyond / weight, 0) : 0;
}

static void
judge(const struct search *search, size_t i, struct left left)
{
	struct shift *shift = &search->all.at[i];
	double slope = shift->slope, v = left.after;

	if (shift->conditions == 2 && search->offset_variance > 0) {
		double own = left.own + 1 / search->offset_variance;
		slope -= left.both / own * search->overlap[i].own_slope;
		v -= left.both * left.both / own;
	}
	v = fmax(v, 1e-6);
	shift->z = slope / sqrt(v);
	shift->p = fmin(1, 2 * stats_normal_below(-fabs(shift->z)) * (double)search->all.tried);
	shift->logit = slope / (v + 1 / shift_variance);
	double prior = v * shift_variance;
	shift->score = (shift->z * shift->z * prior / (1 + prior) - log1p(prior)) / 2
	    + (shift->conditions < 2 ? prior_short : 0);
}

static void
judge_all(struct search *search)
{
	size_t count = search->all.count;
	struct left *left = mem_new(count + 1, sizeof *left);
	double *room = mem_new(search->model->design.columns, sizeof *room);

	for (size_t i = 0; i < count; i++)
		left[i] = left_of(search, i, room);
	search->offset_variance = offset_variance(search, left);
	for (size_t i = 0; i < count; i++)
		judge(search, i, left[i]);
	free(room);
	free(left);
}

static bool
holds(const struct shift *shift, const struct frame *frame, size_t kind)
{
	for (size_t i = 0; i < shift->conditions; i++)
		if (frame->codes[kind * frame->dims + shift->dim[i]] != shift->code[i])
			return false;
	return true;
}

/* Marks the rows of the segment with columns of their own: for all of them, and for after. */
static void
mark(struct design *design, const struct search *search, const struct shift *shift, bool own,
    bool shifted)
{
	const struct frame *frame = search->model->frame;
	uint32_t column = (uint32_t)search->model->design.columns;

	for (size_t row = 0; row < design->rows; row++) {
		if (!holds(shift, frame, row / PERIODS))
			continue;
		uint32_t *active = design->active + row * design->wide;
		while (*active != NO_COLUMN)
			active++;
		if (own)
			*active++ = column;
		if (shifted && row % PERIODS == AFTER)
			*active = column + own;
	}
}

/* The evidence for the model of both periods with such columns; *effect is that of the last. */
static double
refit(const struct search *search, const struct shift *shift, bool own, bool shifted,
    double *effect)
{
	const struct model *model = search->model;
	struct design design = model->design;
	size_t base = design.columns, size = design.rows * design.wide * sizeof *design.active;
	struct logit logit = logit_new(base + own + shifted);

	memcpy(logit.b, model->both.b, base * sizeof *logit.b);
	memcpy(logit.ridge, model->both.ridge, base * sizeof *logit.ridge);
	if (own)
		logit.ridge[base] = 1 / search->offset_variance;
	if (shifted)
		logit.ridge[base + own] = 1 / shift_variance;
	design.columns = logit.columns;
	design.active = memcpy(mem_new(size + 1, 1), design.active, size);
	mark(&design, search, shift, own, shifted);
	logit_fit(&logit, &design);
	double evidence = logit_evidence(&logit, &design);
	*effect = logit.b[logit.columns - 1];
	free(design.active);
	logit_release(&logit);
	return evidence;
}

static void
score(const struct search *search, struct shift *shift)
{
	bool own = shift->conditions == 2 && search->offset_variance > 0;
	double none = search->evidence, effect;

	if (own)
		none = refit(search, shift, true, false, &effect);
	shift->score = refit(search, shift, own, true, &shift->logit) - none
	    + (shift->conditions < 2 ? prior_short : 0);
}

/* Of equal ones the shorter, and then the first by dimension and value. */
static int
by_score(const void *a, const void *b)
{
	const struct shift *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->conditions != y->conditions)
		return x->conditions < y->conditions ? -1 : 1;
	for (size_t i = 0; i < x->conditions; i++) {
		if (x->dim[i] != y->dim[i])
			return x->dim[i] < y->dim[i] ? -1 : 1;
		if (x->code[i] != y->code[i])
			return x->code[i] < y->code[i] ? -1 : 1;
	}
	return 0;
}

bool
locate_nested(const struct shift *a, const struct shift *b)
{
	const struct shift *small = a->conditions < b->conditions ? a : b;
	const struct shift *large = small == a ? b : a;
	size_t common = 0;

	for (size_t i = 0; i < small->conditions; i++)
		for (size_t j = 0; j < large->conditions; j++)
			common +=
			    small->dim[i] == large->dim[j] && small->code[i] == large->code[j];
	return common == small->conditions;
}

static void
choose(struct located *located, const struct search *search, int direction)
{
	struct shift *at = search->all.at;
	size_t kept = 0;

	for (size_t i = 0; i < search->all.count; i++)
		if (direction == 0 || at[i].z * direction > 0)
			at[kept++] = at[i];
	qsort(at, kept, sizeof *at, by_score);
	located->count = kept < LOCATE_REFITTED ? kept : LOCATE_REFITTED;
	for (size_t i = 0; i < located->count; i++) {
		located->at[i] = at[i];
		score(search, &located->at[i]);
	}
	qsort(located->at, located->count, sizeof *at, by_score);
	while (located->count > 0
	    && located->at[located->count - 1].score < located->at[0].score - near_enough)
		located->count--;
	located->stands_out = located->count > 0 && located->at[0].p <= rarely;
}

void
locate(struct located *located, const struct model *model, int direction)
{
	struct search search = {
		.model = model,
		.evidence = logit_evidence(&model->both, &model->design),
	};

	*located = (struct located){ 0 };
	candidates_make(&search.all, model);
	located->tried = search.all.tried;
	overlap_all(&search);
	judge_all(&search);
	choose(located, &search, direction);
	for (size_t i = 0; i < search.all.count; i++) {
		free(search.overlap[i].after);
		free(search.overlap[i].own);
	}
	free(search.overlap);
	candidates_release(&search.all);
}
