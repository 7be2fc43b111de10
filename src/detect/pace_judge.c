#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "pace.h"

enum {
	BURN = 90, /* days before weeks are usual ones */
	WEEKS_LEAST = 8, /* of history */
	LEAST = 5, /* decisions in it, each in as many weeks as the window is long */
};
#define SHRINK 5. /* decisions, at an age too, that are as the company has them */
#define SHRINK_REST 50. /* that the rest has as ever */
#define SPREAD 1.3 /* of decisions: they come in clusters */
#define NOISE .003 /* variance of paces beyond chance, relative */
#define EXPECTED_LEAST 8.

struct table {
	struct pace at[PACE_AGES];
};

/* What one part has been, in one window. */
struct history {
	struct table own, all; /* of the part, and of the company in the same weeks */
	double weeks, decided;
};

static const struct pace *
pace_of(const struct speeds *speeds, size_t week, size_t part, size_t window)
{
	return speeds->paces
	    + ((week * speeds->parts + part) * SPEED_WINDOWS + window) * PACE_AGES;
}

static size_t
ages(size_t window)
{
	return (size_t)pace_windows[window] / 7;
}

static void
add(struct table *sum, const struct pace *paces, size_t window)
{
	for (size_t age = 0; age < ages(window); age++) {
		sum->at[age].decided += paces[age].decided;
		sum->at[age].at_risk += paces[age].at_risk;
	}
}

static struct table
less(const struct pace *all, const struct pace *own)
{
	struct table rest;

	for (size_t age = 0; age < PACE_AGES; age++)
		rest.at[age] = (struct pace){ all[age].decided - own[age].decided,
			all[age].at_risk - own[age].at_risk };
	return rest;
}

static double
decided(const struct pace *paces, size_t window)
{
	double sum = 0;

	for (size_t age = 0; age < ages(window); age++)
		sum += paces[age].decided;
	return sum;
}

/* The company's chance on a day at that age. */
static double
chance(const struct table *all, size_t age)
{
	return all->at[age].at_risk > 0 ? all->at[age].decided / all->at[age].at_risk : 0;
}

/* Decisions of those at risk now, at the chances `own` had, drawn to those of `all`. */
static double
expected(
    const struct table *own, const struct table *all, const struct pace *now, size_t window)
{
	double seen = SHRINK, usual = SHRINK, sum = 0;

	for (size_t age = 0; age < ages(window); age++) {
		seen += own->at[age].decided;
		usual += own->at[age].at_risk * chance(all, age);
	}
	for (size_t age = 0; age < ages(window); age++) {
		double drawn = chance(all, age) * seen / usual;
		sum += now[age].at_risk * drawn * (own->at[age].decided + SHRINK)
		    / (own->at[age].at_risk * drawn + SHRINK);
	}
	return sum;
}

/* The usual weeks whose windows end before this one begins. */
static struct history
history_of(const struct speeds *speeds, size_t week, size_t part, size_t window)
{
	int32_t until = speeds->monday[week] - pace_windows[window];
	struct history history = { .weeks = 0 };

	for (size_t w = 0; w < week && speeds->monday[w] <= until; w++) {
		if (speeds->monday[w] <= until - PACE_HISTORY || speeds->monday[w] < BURN
		    || speeds->unusual[part * speeds->weeks + w])
			continue;
		add(&history.own, pace_of(speeds, w, part, window), window);
		add(&history.all, pace_of(speeds, w, COMPANY, window), window);
		history.weeks++;
	}
	history.decided = decided(history.own.at, window);
	return history;
}

/* How many decisions the history is worth: its windows overlap. */
static double
worth(const struct history *history, size_t window)
{
	return fmax(history->decided / fmax(history->weeks * 7 / pace_windows[window], 1), 1);
}

static struct speed
surprise(const struct history *history, const struct pace *now, size_t window, double usual,
    double var)
{
	struct speed speed = { .expected = usual,
		.decided = decided(now, window),
		.window = pace_windows[window] };

	if (history->weeks < WEEKS_LEAST || usual <= EXPECTED_LEAST
	    || history->decided * 7 < LEAST * pace_windows[window])
		return (struct speed){ .window = 0 };
	var += usual * (SPREAD + usual * NOISE) + usual * usual / worth(history, window);
	speed.z = (usual - speed.decided) / sqrt(var);
	return speed;
}

/* A part beside the rest of the company. */
static struct speed
judge_part(const struct speeds *speeds, size_t week, size_t part, size_t window, double *own)
{
	struct history history = history_of(speeds, week, part, window);
	const struct pace *now = pace_of(speeds, week, part, window);
	struct table rest = less(history.all.at, history.own.at);
	struct table rest_now = less(pace_of(speeds, week, COMPANY, window), now);
	double usual = *own = expected(&history.own, &history.all, now, window);
	double others = expected(&rest, &history.all, rest_now.at, window);

	usual *= (decided(rest_now.at, window) + SHRINK_REST) / (others + SHRINK_REST);
	return surprise(&history, now, window, usual, usual * usual / fmax(others, 1));
}

static uint32_t
dimension_of(const struct speeds *speeds, size_t part)
{
	return speeds->segments->at[speeds->segment[part]].condition[0].dimension;
}

/* What the company would have, were it the parts of that dimension and what is in none. */
static double
expected_by(const struct speeds *speeds, size_t week, size_t window,
    const struct history *history, const double *own, uint32_t dimension)
{
	struct table none;
	double sum = 0;

	memcpy(none.at, pace_of(speeds, week, COMPANY, window), sizeof none.at);
	for (size_t part = 1; part < speeds->parts; part++)
		if (dimension_of(speeds, part) == dimension) {
			none = less(none.at, pace_of(speeds, week, part, window));
			sum += own[part];
		}
	return sum + expected(&history->all, &history->all, none.at, window);
}

/* Of all ways to see its mix, the one by which it is least surprising. */
static struct speed
judge_company(const struct speeds *speeds, size_t week, size_t window, const double *own)
{
	struct history history = history_of(speeds, week, COMPANY, window);
	const struct pace *now = pace_of(speeds, week, COMPANY, window);
	double usual = expected(&history.own, &history.all, now, window);
	struct speed least = surprise(&history, now, window, usual, 0);

	for (size_t part = 1; part < speeds->parts; part++) {
		uint32_t dimension = dimension_of(speeds, part);
		if (part > 1 && dimension == dimension_of(speeds, part - 1))
			continue;
		usual = expected_by(speeds, week, window, &history, own, dimension);
		struct speed other = surprise(&history, now, window, usual, 0);
		if (other.window > 0 && fabs(other.z) < fabs(least.z))
			least = other;
	}
	return least;
}

void
paces_judge(const struct speeds *speeds, size_t week, struct speed *speed)
{
	double *own = mem_new(speeds->parts, sizeof *own);

	for (size_t window = 0; window < SPEED_WINDOWS; window++) {
		for (size_t part = 1; part < speeds->parts; part++)
			speed[part * SPEED_WINDOWS + window] =
			    judge_part(speeds, week, part, window, &own[part]);
		speed[window] = judge_company(speeds, week, window, own);
	}
	free(own);
}
