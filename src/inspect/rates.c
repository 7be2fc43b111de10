#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "rates.h"

enum { ROUNDS = 25 };
#define FIRST_LAMBDA 20.0
#define LAST_LAMBDA 10000.0

/* A deal that is learned from, and what is expected of it so far. */
struct sample {
	const struct deal *deal;
	double logit;
};

struct fit {
	struct rates *rates;
	struct sample *samples;
	size_t count;
	double *lambda; /* by dimension */
};

static double
chance(double logit)
{
	return 1 / (1 + exp(-logit));
}

double
rates_offset(const struct rates *rates, const struct deal *deal, size_t dimension)
{
	uint32_t code = code_in(rates->deals, deal, dimension);

	return code == CODE_NONE ? 0 : rates->offset[dimension][code];
}

double
rates_logit(const struct rates *rates, const struct deal *deal)
{
	double logit = rates->company;

	for (size_t i = 0; i < rates->deals->dimensions; i++)
		logit += rates_offset(rates, deal, i);
	return logit;
}

/* As if one deal more had been won and one lost, so that it is a number whatever came. */
static void
step_company(struct fit *fit)
{
	double p = chance(fit->rates->company);
	double excess = 1 - 2 * p, weight = 2 * p * (1 - p);

	for (size_t i = 0; i < fit->count; i++) {
		p = chance(fit->samples[i].logit);
		excess += fit->samples[i].deal->won - p;
		weight += p * (1 - p);
	}
	double step = excess / weight;
	fit->rates->company += step;
	for (size_t i = 0; i < fit->count; i++)
		fit->samples[i].logit += step;
}

static void
step_dimension(struct fit *fit, size_t dimension)
{
	const struct deals *deals = fit->rates->deals;
	size_t values = names_count(deals->dimension[dimension].values);
	double *offset = fit->rates->offset[dimension], *lambda = &fit->lambda[dimension];
	double *excess = mem_new(values + 1, sizeof *excess), spread = 0;
	double *weight = mem_new(values + 1, sizeof *weight);

	for (size_t i = 0; i < fit->count; i++) {
		uint32_t code = code_in(deals, fit->samples[i].deal, dimension);
		double p = chance(fit->samples[i].logit);
		if (code == CODE_NONE)
			continue;
		excess[code] += fit->samples[i].deal->won - p;
		weight[code] += p * (1 - p);
	}
	for (size_t v = 0; v < values; v++) {
		double step = (excess[v] - *lambda * offset[v]) / (weight[v] + *lambda);
		offset[v] += step;
		spread += offset[v] * offset[v] + 1 / (weight[v] + *lambda);
		excess[v] = step;
	}
	for (size_t i = 0; i < fit->count; i++) {
		uint32_t code = code_in(deals, fit->samples[i].deal, dimension);
		fit->samples[i].logit += code == CODE_NONE ? 0 : excess[code];
	}
	if (values > 0)
		*lambda = fmin((double)values / spread, LAST_LAMBDA);
	free(excess);
	free(weight);
}

static void
take_samples(struct fit *fit, int32_t since)
{
	struct rates *rates = fit->rates;

	fit->samples = mem_new(rates->deals->count + 1, sizeof *fit->samples);
	for (size_t i = 0; i < rates->deals->count; i++) {
		const struct deal *deal = &rates->deals->at[i];
		if (deal->ended == DEAL_OPEN || deal->ended < since)
			continue;
		fit->samples[fit->count++].deal = deal;
		rates->won += deal->won;
	}
	rates->decided = fit->count;
	double won = (double)rates->won, lost = (double)(rates->decided - rates->won);
	rates->company = log((won + 1) / (lost + 1));
	for (size_t i = 0; i < fit->count; i++)
		fit->samples[i].logit = rates->company;
}

void
rates_fit(struct rates *rates, const struct deals *deals, int32_t since)
{
	struct fit fit = { .rates = rates };

	*rates = (struct rates){ .deals = deals };
	rates->offset = mem_new(deals->dimensions + 1, sizeof *rates->offset);
	fit.lambda = mem_new(deals->dimensions + 1, sizeof *fit.lambda);
	for (size_t i = 0; i < deals->dimensions; i++) {
		size_t values = names_count(deals->dimension[i].values);
		rates->offset[i] = mem_new(values + 1, sizeof *rates->offset[i]);
		fit.lambda[i] = FIRST_LAMBDA;
	}
	take_samples(&fit, since);
	for (int round = 0; round < ROUNDS; round++) {
		step_company(&fit);
		for (size_t i = 0; i < deals->dimensions; i++)
			step_dimension(&fit, i);
	}
	free(fit.samples);
	free(fit.lambda);
}

void
rates_release(struct rates *rates)
{
	for (size_t i = 0; i < rates->deals->dimensions; i++)
		free(rates->offset[i]);
	free(rates->offset);
}
