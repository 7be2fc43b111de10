/*
 * figures - the measures: each reads the deals of a segment and writes its records.
 *
 * What they are is in saleswatch-metrics(7), formula by formula; which there are, in
 * figures.c.  All see the deals as they were known at the end of the day.
 */
#ifndef FIGURES_H
#define FIGURES_H

#include "groups.h"
#include "out.h"
#include "periods.h"
#include "stages.h"
#include "targets.h"

struct data {
	const struct deals *deals;
	const struct stages *stages;
	struct targets *targets;
	struct periods periods;
	bool changes; /* were given */
	bool expected, reasons; /* some deal has one */
};

typedef void figure(const struct data *, const struct group *, struct out *);

figure figure_rates, figure_trend, figure_cycle, figure_velocity, figure_cohort, figure_stages,
    figure_reasons, figure_coverage, figure_attainment, figure_slippage, figure_pushes,
    figure_movement;

void figures_write(const struct data *, const struct group *, struct out *);
void figures_lacking(const struct data *, struct out *); /* what the data are too poor for */

/* Some sums of each period, for whoever needs them. */
struct won_lost {
	int64_t won, lost, won_amount, lost_amount;
	double won_squares, lost_squares; /* of amounts */
	int64_t won_days; /* from created to closed, over won_days_count deals won */
	int64_t won_days_count;
	double won_days_squares;
};
bool deal_is_idle(const struct deal *, const struct period *); /* nothing can happen to it */
struct won_lost *figures_sums(const struct data *, const struct group *); /* free() it */

static inline const struct deal *
group_deal(const struct group *group, size_t i)
{
	return &group->deals->at[group->rows[i]];
}

static inline double
money_units(int64_t amount)
{
	return (double)amount / 10000;
}

#endif
