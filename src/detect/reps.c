#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "reps.h"

enum { HISTORY = 540, MEMORY = 28 };
static const double recent_prior = 20; /* deals */

/* All reps together: their rate, and how many deals' worth that says of one of them. */
struct pool {
	double rate, weight;
	struct counts recent, past;
};

void
reps_make(struct reps *reps, const struct segments *segments, const struct rules *rules)
{
	const struct deals *deals = segments->deals;

	*reps = (struct reps){ .segments = segments, .rules = rules };
	if (deals->rep < deals->dimensions)
		reps->count = names_count(deals->dimension[deals->rep].values);
	reps->at = mem_new(reps->count + 1, sizeof reps->at[0]);
}

static void
add(struct counts *counts, bool won, int sign)
{
	counts->won += sign * won;
	counts->n += sign;
}

/* Moves a window of days on: deals from one to the other become recent, past or forgotten. */
static void
move(struct reps *reps, size_t from, size_t to, bool recent, int sign)
{
	const struct deals *deals = reps->segments->deals;

	for (size_t i = from; i < to; i++) {
		uint32_t rep = deals_code(deals, i, deals->rep);
		if (rep == CODE_NONE)
			continue;
		struct rep_shift *shift = &reps->at[rep].shift;
		add(recent ? &shift->recent : &shift->past, deals->at[i].won, sign);
	}
}

static void
count(struct reps *reps, int32_t day)
{
	const struct deals *deals = reps->segments->deals;
	int32_t since = day - (int32_t)reps->rules->rep_shift.days + 1;
	size_t recorded = deals_from(deals, day + 1), past = deals_from(deals, since);
	size_t over = deals_from(deals, since - HISTORY);

	for (size_t i = 0; i < reps->count; i++)
		reps->at[i].shift = (struct rep_shift){ .recent = reps->at[i].shift.recent,
			.past = reps->at[i].shift.past };
	move(reps, reps->recorded, recorded, true, 1);
	move(reps, reps->past, past, true, -1);
	move(reps, reps->past, past, false, 1);
	move(reps, reps->over, over, false, -1);
	reps->recorded = recorded;
	reps->past = past;
	reps->over = over;
}

static void
sum_up(struct counts *all, struct counts more)
{
	all->won += more.won;
	all->n += more.n;
}

static struct pool
pool_of(const struct reps *reps)
{
	struct pool pool = { 0 };
	double between = 0, inverse = 0;

	for (size_t i = 0; i < reps->count; i++) {
		sum_up(&pool.past, reps->at[i].shift.past);
		sum_up(&pool.recent, reps->at[i].shift.recent);
	}
	pool.rate = rate_of(pool.past);
	for (size_t i = 0; i < reps->count; i++) {
		struct counts past = reps->at[i].shift.past;
		if (past.n > 0) {
			between += past.n * pow(rate_of(past) - pool.rate, 2) / pool.past.n;
			inverse += 1 / pool.past.n;
		}
	}
	double chance = pool.rate * (1 - pool.rate);
	double variance = fmax(between - chance * inverse, 1e-4);
	pool.weight = fmax(chance / variance - 1, 10);
	return pool;
}

/* What the rate of all other reps changed by meanwhile. */
static double
drift(const struct pool *pool, const struct rep_shift *shift)
{
	struct counts recent = pool->recent, past = pool->past;

	sum_up(&recent, (struct counts){ -shift->recent.won, -shift->recent.n });
	sum_up(&past, (struct counts){ -shift->past.won, -shift->past.n });
	return recent.n > 0 && past.n > 0 ? rate_of(recent) - rate_of(past) : 0;
}

static void
judge(struct rep_shift *shift, const struct pool *pool, double least, int sign)
{
	struct counts past = shift->past, recent = shift->recent;
	double a = past.won + pool->rate * pool->weight, n = past.n + pool->weight;

	shift->usual = a / n;
	shift->expected = fmin(fmax(shift->usual + drift(pool, shift), .01), .99);
	double b = recent.won + recent_prior * shift->expected, m = recent.n + recent_prior;
	shift->rate = b / m;
	shift->usual_n = n;
	shift->rate_n = m;
	double deviation = sqrt(shift->usual * (1 - shift->usual) / (n + 1)
	    + shift->rate * (1 - shift->rate) / (m + 1));
	double change = shift->rate - shift->expected;
	shift->z = change / deviation;
	shift->probability = stats_normal_below((sign * change - least) / deviation);
}

static int
direction(const struct rep_shift *shift, const struct pool *pool)
{
	return rate_of(shift->recent) < rate_of(shift->past) + drift(pool, shift) ? -1 : 1;
}

void
reps_judge(struct reps *reps, int32_t day)
{
	double least = reps->rules->rep_shift.points / 100;

	if (reps->count == 0)
		return;
	count(reps, day);
	struct pool pool = pool_of(reps);
	reps->tried = 0;
	for (size_t i = 0; i < reps->count && pool.past.n > 0; i++) {
		struct rep_shift *shift = &reps->at[i].shift;
		if (shift->past.n == 0 || shift->recent.n == 0)
			continue;
		reps->tried++;
		judge(shift, &pool, least, direction(shift, &pool));
	}
}

void
reps_review(struct reps *reps, int32_t day)
{
	const struct rules *rules = reps->rules;

	reps_judge(reps, day);
	for (size_t i = 0; i < reps->count; i++) {
		struct rep *rep = &reps->at[i];
		int sign = rep->shift.z < 0 ? -1 : 1;
		bool fires = rep->shift.probability > rules->rep_shift.probability
		    && (sign < 0 ? rules->rep_shift.down : rules->rep_shift.up);
		if (rep->sign != 0 && day - rep->fired >= MEMORY)
			rep->sign = 0;
		if (!fires)
			continue;
		if (rep->sign != sign)
			rep->opened = day;
		rep->sign = sign;
		rep->fired = day;
	}
}

static double
whole_percent(double rate)
{
	return round(100 * rate) / 100;
}

static struct interval
interval_of(double rate, double n)
{
	return stats_beta_interval(rate * n, (1 - rate) * n, .95);
}

struct finding
reps_finding(const struct reps *reps, size_t rep, int32_t day)
{
	const struct rep_shift *shift = &reps->at[rep].shift;
	struct finding finding = {
		.type = "rep_shift",
		.clock = "recorded",
		.sign = reps->at[rep].sign,
		.day = day,
		.opened = reps->at[rep].opened,
		.from = day - (int32_t)reps->rules->rep_shift.days + 1,
		.to = day,
		.recent = shift->recent,
		.usual = shift->past,
		.expected = shift->expected * shift->recent.n,
		.value = whole_percent(shift->rate),
		.baseline = whole_percent(shift->usual),
		.value_in = interval_of(shift->rate, shift->rate_n),
		.baseline_in = interval_of(shift->usual, shift->usual_n),
		.z = shift->z,
		.threshold = reps->rules->rep_shift.probability,
		.probability = shift->probability,
		.tried = reps->tried,
	};

	finding.momentum = finding.baseline > 0 ? finding.value / finding.baseline : 1;
	return finding;
}

void
reps_release(struct reps *reps)
{
	free(reps->at);
}
