#define _GNU_SOURCE /* qsort_r */
#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "model.h"

enum { TUNING = 5 };
static const double ridge_first = 8, ridge_least = 2, ridge_most = 200, ridge_after = 100;

static int
by_size(const void *a, const void *b, void *context)
{
	const struct counts *counts = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	double one = counts[x].n[BEFORE] + counts[x].n[AFTER];
	double other = counts[y].n[BEFORE] + counts[y].n[AFTER];

	if (one != other)
		return one > other ? -1 : 1;
	return (x > y) - (x < y);
}

/* Ranks of the values that there are, in the order of their codes. */
static void
rank_values(struct model *model, size_t dim)
{
	size_t values = frame_values(model->frame, dim), there = 0;
	struct counts *counts = mem_new(values, sizeof *counts);
	uint32_t *order = mem_new(values, sizeof *order);

	model->rank[dim] = mem_new(values, sizeof **model->rank);
	frame_by_value(model->frame, dim, counts);
	for (uint32_t code = 0; code < values; code++) {
		model->rank[dim][code] = NO_RANK;
		if (counts[code].n[BEFORE] + counts[code].n[AFTER] > 0)
			order[there++] = code;
	}
	qsort_r(order, there, sizeof *order, by_size, counts);
	for (size_t i = 0; i < there && i < VALUES_MOST; i++)
		model->rank[dim][order[i]] = 0;
	for (uint32_t code = 0; code < values; code++)
		if (model->rank[dim][code] == 0)
			model->rank[dim][code] = (uint32_t)model->ranks[dim]++;
	free(order);
	free(counts);
}

static void
put_columns(const struct model *model, size_t kind, int period, uint32_t *active)
{
	const struct frame *frame = model->frame;
	size_t used = 0;

	active[used++] = 0;
	for (size_t dim = 0; dim < frame->dims; dim++) {
		uint32_t rank = model->rank[dim][frame->codes[kind * frame->dims + dim]];
		active[used++] = (uint32_t)(model->first_column[dim]
		    + (rank == NO_RANK ? model->ranks[dim] : rank));
	}
	if (period == AFTER)
		active[used++] = (uint32_t)model->design.columns - 1;
	while (used < model->design.wide)
		active[used++] = NO_COLUMN;
}

static void
lay_out(struct model *model)
{
	const struct frame *frame = model->frame;
	struct design *design = &model->design;

	design->columns = 1;
	for (size_t dim = 0; dim < frame->dims; dim++) {
		rank_values(model, dim);
		model->first_column[dim] = design->columns;
		design->columns += model->ranks[dim] + 1; /* the last is for all others */
	}
	design->columns++;
	design->wide = frame->dims + 2 + SPARE;
	design->rows = frame->kinds * PERIODS;
	design->active = mem_new(design->rows * design->wide + 1, sizeof *design->active);
	design->n = mem_new(design->rows + 1, sizeof *design->n);
	design->won = mem_new(design->rows + 1, sizeof *design->won);
	for (size_t row = 0; row < design->rows; row++) {
		size_t kind = row / PERIODS;
		int period = (int)(row % PERIODS);
		put_columns(model, kind, period, design->active + row * design->wide);
		design->n[row] = frame->count[kind].n[period];
		design->won[row] = frame->count[kind].won[period];
	}
}

/* The diagonal of the inverse of the information: how unsure each effect is. */
static double
variance_of(const struct logit *logit, size_t column)
{
	double *unit = mem_new(logit->columns, sizeof *unit);

	unit[column] = 1;
	logit_solve(logit, unit);
	double variance = unit[column];
	free(unit);
	return variance;
}

static void
tune(const struct model *model, struct logit *logit)
{
	for (size_t dim = 0; dim < model->frame->dims; dim++) {
		size_t from = model->first_column[dim], to = from + model->ranks[dim];
		double known = 1, squares = 1 / ridge_first;
		for (size_t i = from; i < to; i++) {
			known += 1 - logit->ridge[i] * variance_of(logit, i);
			squares += logit->b[i] * logit->b[i];
		}
		for (size_t i = from; i <= to; i++)
			logit->ridge[i] = fmin(fmax(known / squares, ridge_least), ridge_most);
	}
}

static struct logit
fit(const struct model *model, const struct design *design, double won, double n)
{
	struct logit logit = logit_new(design->columns);

	logit.b[0] = log((won + .5) / (n - won + .5));
	logit.ridge[0] = FLAT;
	for (size_t i = 1; i + 1 < design->columns; i++)
		logit.ridge[i] = ridge_first;
	logit.ridge[design->columns - 1] = ridge_after;
	for (int i = 0; i < TUNING; i++) {
		logit_fit(&logit, design);
		tune(model, &logit);
	}
	logit_fit(&logit, design);
	return logit;
}

void
model_make(struct model *model, const struct frame *frame)
{
	const struct counts *total = &frame->total;

	*model = (struct model){ .frame = frame };
	model->rank = mem_new(frame->dims + 1, sizeof *model->rank);
	model->ranks = mem_new(frame->dims + 1, sizeof *model->ranks);
	model->first_column = mem_new(frame->dims + 1, sizeof *model->first_column);
	lay_out(model);
	struct design first = model->design;
	first.n = mem_new(first.rows + 1, sizeof *first.n);
	for (size_t row = BEFORE; row < first.rows; row += PERIODS)
		first.n[row] = model->design.n[row];
	model->before = fit(model, &first, total->won[BEFORE], total->n[BEFORE]);
	free(first.n);
	model->both = fit(model, &model->design, total->won[BEFORE] + total->won[AFTER],
	    total->n[BEFORE] + total->n[AFTER]);
}

double
model_mix(const struct model *model)
{
	double chance[PERIODS] = { 0, 0 };

	for (size_t row = 0; row < model->design.rows; row++)
		chance[row % PERIODS] += model->design.n[row]
		    * logit_chance(&model->before, &model->design, row / PERIODS * PERIODS);
	return chance[AFTER] / model->frame->total.n[AFTER]
	    - chance[BEFORE] / model->frame->total.n[BEFORE];
}

void
model_release(struct model *model)
{
	for (size_t dim = 0; dim < model->frame->dims; dim++)
		free(model->rank[dim]);
	free(model->rank);
	free(model->ranks);
	free(model->first_column);
	free(model->design.active);
	free(model->design.n);
	free(model->design.won);
	logit_release(&model->before);
	logit_release(&model->both);
}
