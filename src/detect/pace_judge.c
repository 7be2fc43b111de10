#include <math.h>

#include "pace.h"

enum {
	BURN = 90, /* days before weeks are usual ones */
	WEEKS_LEAST = 8, /* of history */
	LEAST = 5, /* decisions in it, each in as many weeks as the window is long */
};
#define SHRINK 5. /* decisions that a part has as the company has them */
#define SHRINK_REST 50. /* that the rest has as ever */
#define SPREAD 1.3 /* of decisions: they come in clusters */
#define NOISE .003 /* variance of paces beyond chance, relative */
#define EXPECTED_LEAST 8.

static struct pace
pace_of(const struct speeds *speeds, size_t week, size_t part, size_t window)
{
	return speeds->paces[(week * speeds->parts + part) * SPEED_WINDOWS + window];
}

static struct pace
less(struct pace a, struct pace b)
{
	return (struct pace){ a.decided - b.decided, a.expected - b.expected };
}

static void
add(struct pace *sum, struct pace pace)
{
	sum->decided += pace.decided;
	sum->expected += pace.expected;
}

/* Decisions to one expected, drawn to what the company has. */
static double
ratio(struct pace pace)
{
	return (pace.decided + SHRINK) / (pace.expected + SHRINK);
}

struct history {
	struct pace own, rest;
	double weeks;
};

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
		struct pace own = pace_of(speeds, w, part, window);
		add(&history.own, own);
		add(&history.rest, less(pace_of(speeds, w, COMPANY, window), own));
		history.weeks++;
	}
	return history;
}

/* How many decisions the history is worth: its windows overlap. */
static double
worth(const struct history *history, size_t window, double decisions)
{
	return decisions / fmax(history->weeks * 7 / pace_windows[window], 1);
}

struct speed
pace_judge(const struct speeds *speeds, size_t week, size_t part, size_t window)
{
	struct history history = history_of(speeds, week, part, window);
	struct pace own = pace_of(speeds, week, part, window);
	struct pace rest = less(pace_of(speeds, week, COMPANY, window), own);
	double usual = ratio(history.own), expected = usual * own.expected, var = 0;

	if (history.weeks < WEEKS_LEAST
	    || history.own.decided * 7 < LEAST * pace_windows[window])
		return (struct speed){ .window = 0 };
	if (part != COMPANY) {
		double rest_expected = fmax(ratio(history.rest) * rest.expected, 0);
		expected *= (rest.decided + SHRINK_REST) / (rest_expected + SHRINK_REST);
		var = expected * expected / fmax(rest_expected, 1);
	}
	if (expected <= EXPECTED_LEAST)
		return (struct speed){ .window = 0 };
	double known = fmax(worth(&history, window, usual * history.own.expected), 1);
	var += expected * (SPREAD + expected * NOISE) + expected * expected / known;
	return (struct speed){ .z = (expected - own.decided) / sqrt(var),
		.expected = expected,
		.decided = own.decided,
		.window = pace_windows[window] };
}
