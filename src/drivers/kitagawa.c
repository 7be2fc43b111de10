#include "kitagawa.h"

static double
rate_of(const struct counts *counts, int period)
{
	return counts->n[period] > 0 ? counts->won[period] / counts->n[period] : 0;
}

struct part
kitagawa_part(const struct counts *value, const struct counts *total)
{
	double middle = (rate_of(total, BEFORE) + rate_of(total, AFTER)) / 2;
	struct part part;

	for (int period = 0; period < PERIODS; period++) {
		int there = value->n[period] > 0 ? period : PERIODS - 1 - period;
		part.w[period] = value->n[period] / total->n[period];
		part.p[period] = rate_of(value, there);
	}
	double grown = part.w[AFTER] - part.w[BEFORE];
	double mean = (part.p[BEFORE] + part.p[AFTER]) / 2;
	part.mix = grown * mean;
	part.pull = grown * (mean - middle);
	part.rate = (part.p[AFTER] - part.p[BEFORE]) * (part.w[BEFORE] + part.w[AFTER]) / 2;
	return part;
}

/* In whole numbers, so that equal rates are equal. */
int
kitagawa_way(const struct counts *counts)
{
	double before = counts->won[BEFORE] * counts->n[AFTER];
	double after = counts->won[AFTER] * counts->n[BEFORE];

	return (after > before) - (after < before);
}

bool
kitagawa_reversed(
    const struct counts *values, size_t count, const struct counts *total, double enough)
{
	int way = kitagawa_way(total);
	size_t against = 0;

	for (size_t i = 0; i < count; i++) {
		if (values[i].n[BEFORE] < enough || values[i].n[AFTER] < enough)
			continue;
		if (kitagawa_way(&values[i]) != -way)
			return false;
		against++;
	}
	return way != 0 && against > 1;
}
