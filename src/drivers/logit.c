#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "logit.h"
#include "mem.h"

enum { STEPS = 40 };
static const double precise = 1e-9, longest_step = 4;

struct logit
logit_new(size_t columns)
{
	return (struct logit){ columns, mem_new(columns, sizeof(double)),
		mem_new(columns, sizeof(double)), mem_new(columns * columns, sizeof(double)) };
}

static double
score_of(const struct logit *logit, const struct design *design, size_t row)
{
	const uint32_t *active = design->active + row * design->wide;
	double x = 0;

	for (size_t i = 0; i < design->wide && active[i] != NO_COLUMN; i++)
		x += logit->b[active[i]];
	return x;
}

double
logit_chance(const struct logit *logit, const struct design *design, size_t row)
{
	return 1 / (1 + exp(-score_of(logit, design, row)));
}

/* One row's part of the slope and of the lower half of the information. */
static void
add_row(const struct logit *logit, const struct design *design, size_t row, double *slope)
{
	const uint32_t *active = design->active + row * design->wide;
	double chance = logit_chance(logit, design, row);
	double residual = design->won[row] - design->n[row] * chance;
	double weight = design->n[row] * chance * (1 - chance);

	for (size_t i = 0; i < design->wide && active[i] != NO_COLUMN; i++) {
		slope[active[i]] += residual;
		for (size_t j = 0; j <= i; j++) {
			uint32_t high = active[i] > active[j] ? active[i] : active[j];
			uint32_t low = active[i] > active[j] ? active[j] : active[i];
			logit->factor[high * logit->columns + low] += weight;
		}
	}
}

/* In place; what the ridges leave of it is positive. */
static void
factorise(double *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++) {
			double sum = a[i * n + j];
			for (size_t k = 0; k < j; k++)
				sum -= a[i * n + k] * a[j * n + k];
			a[i * n + j] = i == j ? sqrt(fmax(sum, 1e-12)) : sum / a[j * n + j];
		}
}

void
logit_solve(const struct logit *logit, double *vector)
{
	size_t n = logit->columns;
	const double *a = logit->factor;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++)
			vector[i] -= a[i * n + k] * vector[k];
		vector[i] /= a[i * n + i];
	}
	for (size_t i = n; i-- > 0;) {
		for (size_t k = i + 1; k < n; k++)
			vector[i] -= a[k * n + i] * vector[k];
		vector[i] /= a[i * n + i];
	}
}

/* The slope is divided by the information, and is then the step. */
static void
next_step(struct logit *logit, const struct design *design, double *slope)
{
	size_t n = logit->columns;

	memset(logit->factor, 0, n * n * sizeof *logit->factor);
	for (size_t i = 0; i < n; i++) {
		slope[i] = -logit->ridge[i] * logit->b[i];
		logit->factor[i * n + i] = logit->ridge[i];
	}
	for (size_t row = 0; row < design->rows; row++)
		if (design->n[row] > 0)
			add_row(logit, design, row, slope);
	factorise(logit->factor, n);
	logit_solve(logit, slope);
}

void
logit_fit(struct logit *logit, const struct design *design)
{
	double *step = mem_new(logit->columns, sizeof *step), largest = 1;

	for (int i = 0; i < STEPS && largest > precise; i++) {
		next_step(logit, design, step);
		largest = 0;
		for (size_t k = 0; k < logit->columns; k++)
			largest = fmax(largest, fabs(step[k]));
		for (size_t k = 0; k < logit->columns; k++)
			logit->b[k] += step[k] * fmin(1, longest_step / fmax(largest, 1e-300));
	}
	free(step);
}

double
logit_evidence(const struct logit *logit, const struct design *design)
{
	double sum = 0;

	for (size_t row = 0; row < design->rows; row++)
		if (design->n[row] > 0) {
			double x = score_of(logit, design, row);
			double log_of = x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
			sum += design->won[row] * x - design->n[row] * log_of;
		}
	for (size_t i = 0; i < logit->columns; i++) {
		sum -= log(logit->factor[i * logit->columns + i]);
		if (logit->ridge[i] > FLAT)
			sum += log(logit->ridge[i]) / 2
			    - logit->ridge[i] * logit->b[i] * logit->b[i] / 2;
	}
	return sum;
}

void
logit_release(struct logit *logit)
{
	free(logit->b);
	free(logit->ridge);
	free(logit->factor);
}
