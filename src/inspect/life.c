#include <math.h>
#include <stdlib.h>

#include "life.h"
#include "mem.h"

enum { DRAWN = 20, ROUNDS = 30 };

static const double starts[LIFE_BINS + 1] = { 0, 7, 14, 21, 28, 35, 42, 56, 70, 84, 98, 112,
	140, 168, 196, 224, 252, 280, 336, 392, 448, 504, 616, 728, 896, 1120, INFINITY };

static struct life_cell *
cell_of(const struct life *life, uint32_t state, size_t bin)
{
	return &life->cells[state * LIFE_BINS + bin];
}

static size_t
bin_of(double age)
{
	size_t bin = 0;

	while (bin + 1 < LIFE_BINS && starts[bin + 1] <= age)
		bin++;
	return bin;
}

/* A spell is seen in a bin if it came to it since that day; half, if it was left in it. */
static void
count_spells(struct life *life, const struct spell *spells, size_t count, int32_t since)
{
	for (size_t i = 0; i < count; i++) {
		const struct spell *spell = &spells[i];
		size_t last = bin_of(spell->to - spell->from);
		for (size_t bin = 0; bin <= last; bin++) {
			struct life_cell *cell = cell_of(life, spell->state, bin);
			if (spell->from + starts[bin] < since)
				continue;
			cell->risk += bin == last && spell->end == SPELL_OPEN ? .5 : 1;
			cell->ends += bin == last && spell->end != SPELL_OPEN;
		}
	}
}

static double
worth_of(const struct life *life, const struct spell *spell)
{
	return spell->end == SPELL_WON ? 1
	    : spell->end == SPELL_LOST ? 0
				       : cell_of(life, spell->next, 0)->chance;
}

static void
value_spells(struct life *life, const struct spell *spells, size_t count, int32_t since)
{
	for (size_t i = 0; i < life->states * LIFE_BINS; i++)
		life->cells[i].worth = 0;
	for (size_t i = 0; i < count; i++) {
		size_t bin = bin_of(spells[i].to - spells[i].from);
		if (spells[i].end != SPELL_OPEN && spells[i].from + starts[bin] >= since)
			cell_of(life, spells[i].state, bin)->worth +=
			    worth_of(life, &spells[i]);
	}
}

static void
chances_of_state(struct life *life, uint32_t state, double usual)
{
	double worth = 0, ends = 0, q[LIFE_BINS];

	for (size_t bin = 0; bin < LIFE_BINS; bin++) {
		worth += cell_of(life, state, bin)->worth;
		ends += cell_of(life, state, bin)->ends;
	}
	double before = (worth + DRAWN * usual) / (ends + DRAWN);
	for (size_t bin = 0; bin < LIFE_BINS; bin++) {
		const struct life_cell *cell = cell_of(life, state, bin);
		double drawn = (DRAWN - 1) * before + usual;
		before = q[bin] = (cell->worth + drawn) / (cell->ends + DRAWN);
	}
	double after = q[LIFE_BINS - 1];
	for (size_t bin = LIFE_BINS; bin-- > 0;) {
		struct life_cell *cell = cell_of(life, state, bin);
		double h = cell->risk > 0 ? fmin(cell->ends / cell->risk, 1) : 0;
		after = cell->chance = h * q[bin] + (1 - h) * after;
	}
}

static double
usual_chance(const struct spell *spells, size_t count, int32_t since)
{
	double won = 1, all = 2;

	for (size_t i = 0; i < count; i++)
		if (spells[i].to >= since
		    && (spells[i].end == SPELL_WON || spells[i].end == SPELL_LOST)) {
			won += spells[i].end == SPELL_WON;
			all++;
		}
	return won / all;
}

static double
start_of(const struct life *life, const struct spell *spells, size_t count, double usual)
{
	double sum = usual, n = 1;

	for (size_t i = 0; i < count; i++)
		if (spells[i].first) {
			sum += cell_of(life, spells[i].state, 0)->chance;
			n++;
		}
	return sum / n;
}

void
life_fit(
    struct life *life, size_t states, const struct spell *spells, size_t count, int32_t since)
{
	double usual = usual_chance(spells, count, since);

	life->states = states;
	life->cells = mem_new(states * LIFE_BINS + 1, sizeof *life->cells);
	count_spells(life, spells, count, since);
	for (size_t i = 0; i < states * LIFE_BINS; i++)
		life->cells[i].chance = usual;
	for (int round = 0; round < (states > 1 ? ROUNDS : 1); round++) {
		value_spells(life, spells, count, since);
		for (uint32_t state = 0; state < states; state++)
			chances_of_state(life, state, usual);
	}
	life->start = start_of(life, spells, count, usual);
}

/* Straight from one bin's first day to the next one's. */
double
life_chance(const struct life *life, uint32_t state, double age)
{
	size_t bin = bin_of(age);
	double here = cell_of(life, state, bin)->chance;

	if (bin + 1 == LIFE_BINS || age <= 0)
		return here;
	double part = (age - starts[bin]) / (starts[bin + 1] - starts[bin]);
	return here + part * (cell_of(life, state, bin + 1)->chance - here);
}

double
life_ended(const struct life *life, uint32_t state)
{
	double ends = 0;

	for (size_t bin = 0; bin < LIFE_BINS; bin++)
		ends += cell_of(life, state, bin)->ends;
	return ends;
}

double
life_quantile(const struct life *life, uint32_t state, double p)
{
	double left = 1;

	for (size_t bin = 0; bin + 1 < LIFE_BINS; bin++) {
		const struct life_cell *cell = cell_of(life, state, bin);
		double h = cell->risk > 0 ? fmin(cell->ends / cell->risk, 1) : 0;
		if (left * (1 - h) <= 1 - p)
			return starts[bin]
			    + (starts[bin + 1] - starts[bin]) * (left - (1 - p)) / (left * h);
		left *= 1 - h;
	}
	return -1;
}

void
life_release(struct life *life)
{
	free(life->cells);
}
