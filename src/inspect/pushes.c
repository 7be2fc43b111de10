#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "pushes.h"
#include "snapshots.h"

enum { ROUNDS = 12 };
static const double PRIOR_VARIANCE = .25;

/* A deal as it stood on a day. */
struct look {
	size_t pushes;
	double expected; /* logit */
	bool won;
};

struct looks {
	struct look *list;
	size_t count, deals;
};

static struct looks
look_at(const struct snapshots *all, const struct changes *changes, pushes_expected *expected,
    const void *context)
{
	struct looks looks = { mem_new(all->count + 1, sizeof(struct look)), all->count,
		all->deals };

	for (size_t i = 0; i < all->count; i++) {
		const struct snapshot *at = &all->list[i];
		struct standing standing = standing_on(changes, at->deal, at->day);
		looks.list[i] = (struct look){
			.pushes = standing.pushes < PUSHES ? standing.pushes : PUSHES - 1,
			.expected = expected(context, at->deal, &standing, at->day),
			.won = at->deal->won,
		};
	}
	return looks;
}

/* Snapshots of one deal are one deal: all of them together weigh as much as there are deals. */
static double
step(double *log_factor, double prior, const struct looks *all, size_t pushes)
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
	struct snapshots past =
	    snapshots_take(deals, since > watched ? since : watched, deals->day);
	struct looks all = look_at(&past, changes, expected, context);
	pushes->seen = all.deals;
	for (size_t k = 0; k < PUSHES; k++) {
		double prior = (double)k * log(rules->per_push);
		pushes->log_factor[k] = prior;
		for (int round = 0; round < ROUNDS; round++)
			weight[k] = step(&pushes->log_factor[k], prior, &all, k);
	}
	put_in_order(pushes->log_factor, weight);
	free(all.list);
	snapshots_release(&past);
}
