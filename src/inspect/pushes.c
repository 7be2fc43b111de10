#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "pushes.h"

enum { EVERY = 28, FIRST = 14, ROUNDS = 12 }; /* days */
static const double PRIOR_VARIANCE = .25;

/* A deal as it stood on a day. */
struct snapshot {
	size_t pushes;
	double expected; /* logit */
	bool won;
};

struct snapshots {
	struct snapshot *list;
	size_t count, room, deals;
};

struct learner {
	const struct deals *deals;
	const struct changes *changes;
	int32_t since;
	pushes_expected *expected;
	const void *context;
};

static void
look_at(struct snapshots *all, const struct learner *learner, const struct deal *deal)
{
	size_t before = all->count;

	for (int32_t day = deal->created + FIRST; day < deal->ended; day += EVERY) {
		size_t pushes = pushes_by(learner->changes, deal, day);
		if (day < learner->since)
			continue;
		if (all->count == all->room) {
			all->room = all->room * 2 + 1024;
			all->list = mem_grow(all->list, all->room, sizeof *all->list);
		}
		all->list[all->count++] = (struct snapshot){
			.pushes = pushes < PUSHES ? pushes : PUSHES - 1,
			.expected = learner->expected(learner->context, deal, day),
			.won = deal->won,
		};
	}
	all->deals += all->count > before;
}

static struct snapshots
look(const struct learner *learner)
{
	struct snapshots all = { 0 };

	for (size_t i = 0; i < learner->deals->count; i++) {
		const struct deal *deal = &learner->deals->at[i];
		if (deal->ended != DEAL_OPEN && deal->created != DAY_NONE)
			look_at(&all, learner, deal);
	}
	return all;
}

/* Snapshots of one deal are one deal: all of them together weigh as much as there are deals. */
static double
step(double *log_factor, double prior, const struct snapshots *all, size_t pushes)
{
	double weigh = all->count > 0 ? (double)all->deals / (double)all->count : 0;
	double excess = 0, weight = 0;

	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].pushes == pushes) {
			double p = 1 / (1 + exp(-all->list[i].expected - *log_factor));
			excess += all->list[i].won - p;
			weight += p * (1 - p);
		}
	*log_factor += (weigh * excess - (*log_factor - prior) / PRIOR_VARIANCE)
	    / (weigh * weight + 1 / PRIOR_VARIANCE);
	return weigh * weight + 1 / PRIOR_VARIANCE;
}

/* Neighbours in the wrong order become their mean (pool adjacent violators). */
static void
put_in_order(double log_factor[PUSHES], double weight[PUSHES])
{
	size_t size[PUSHES], blocks = 0;
	double mean[PUSHES], mass[PUSHES];

	for (size_t k = 0; k < PUSHES; k++, blocks++) {
		mean[blocks] = log_factor[k];
		mass[blocks] = weight[k];
		size[blocks] = 1;
		for (; blocks > 0 && mean[blocks] > mean[blocks - 1]; blocks--) {
			double sum = mass[blocks] + mass[blocks - 1];
			mean[blocks - 1] =
			    (mean[blocks] * mass[blocks] + mean[blocks - 1] * mass[blocks - 1])
			    / sum;
			mass[blocks - 1] = sum;
			size[blocks - 1] += size[blocks];
		}
	}
	for (size_t block = 0, k = 0; block < blocks; block++)
		for (size_t i = 0; i < size[block]; i++)
			log_factor[k++] = mean[block];
}

void
pushes_fit(struct pushes *pushes, const struct deals *deals, const struct changes *changes,
    const struct risk_rules *rules, pushes_expected *expected, const void *context)
{
	int32_t watched = changes->since[EXPECTED];
	int32_t since = deals->day - (int32_t)rules->days;
	double weight[PUSHES];

	*pushes = (struct pushes){ .known = watched != INT32_MAX };
	if (!pushes->known)
		return;
	struct learner learner = { deals, changes, since > watched ? since : watched, expected,
		context };
	struct snapshots all = look(&learner);
	pushes->seen = all.deals;
	for (size_t k = 0; k < PUSHES; k++) {
		double prior = (double)k * log(rules->per_push);
		pushes->log_factor[k] = prior;
		for (int round = 0; round < ROUNDS; round++)
			weight[k] = step(&pushes->log_factor[k], prior, &all, k);
	}
	put_in_order(pushes->log_factor, weight);
	free(all.list);
}
