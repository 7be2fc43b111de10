#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "risk.h"
#include "snapshots.h"
#include "spells.h"

enum { STAGED_ENOUGH = 20, ROUNDS = 12 }; /* spells of a stage that ended */
static const double FEW = 5; /* deals' worth of knowledge */
static const double PLACES = 10000, LEAST = .0001;

static double
odds(double p)
{
	return p / (1 - p);
}

/* As printed, so that the product can be had again from the record; never 0. */
static double
printed(double factor)
{
	return fmax(round(factor * PLACES) / PLACES, LEAST);
}

static bool
is_staged(const struct risk *risk, const struct standing *standing)
{
	return risk->has_stages && standing->stage != CODE_NONE && standing->entered != DAY_NONE
	    && life_ended(&risk->staged, standing->stage) >= STAGED_ENOUGH;
}

/* The days in the stage, or of age; DAY_NONE if unknown. */
static int32_t
days_of(const struct deal *deal, const struct standing *standing, bool staged, int32_t day)
{
	int32_t since = staged ? standing->entered : deal->created;

	return since == DAY_NONE ? DAY_NONE : day - since;
}

static double
age_odds(const struct risk *risk, const struct standing *standing, bool staged, int32_t days)
{
	if (days == DAY_NONE)
		return 1;
	return staged
	    ? odds(life_chance(&risk->staged, standing->stage, days)) / risk->usual_staged
	    : odds(life_chance(&risk->open, 0, days)) / risk->usual_open;
}

static double
expected(
    const void *context, const struct deal *deal, const struct standing *standing, int32_t day)
{
	const struct risk *risk = context;
	bool staged = is_staged(risk, standing);
	int32_t days = days_of(deal, standing, staged, day);

	return rates_logit(&risk->rates, deal) + log(age_odds(risk, standing, staged, days));
}

static void
fit_lives(struct risk *risk, int32_t since)
{
	const struct deals *deals = risk->deals;
	struct spells open = spells_open(deals), staged = { 0 };

	life_fit(&risk->open, 1, open.list, open.count, since);
	risk->has_stages = risk->changes->since[STAGE] != INT32_MAX;
	if (risk->has_stages)
		staged = spells_staged(deals, risk->changes);
	life_fit(&risk->staged, names_count(deals->stages), staged.list, staged.count, since);
	spells_release(&open);
	spells_release(&staged);
	risk->usual_open = odds(risk->open.start);
	risk->usual_staged = odds(risk->staged.start);
}

/* By how much the logits are wrong together; nearly none if there are few. */
static double
error_of(const double *logits, const bool *won, size_t count)
{
	double error = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double excess = -FEW * error, weight = FEW;
		for (size_t i = 0; i < count; i++) {
			double p = 1 / (1 + exp(-logits[i] - error));
			excess += won[i] - p;
			weight += p * (1 - p);
		}
		error += excess / weight;
	}
	return error;
}

/* A stage forgets how old a deal came to it, so its chances are put right where they are used:
   such that deals as they stood in the past come out right together. */
static void
centre_stages(struct risk *risk, int32_t since)
{
	double tail = life_quantile(&risk->open, 0, .9), half = risk->rules.days / 2;
	int32_t until = risk->deals->day - (int32_t)(tail >= 0 && tail < half ? tail : half);
	struct snapshots past = snapshots_take(risk->deals, since, until);
	double *logits = mem_new(past.count + 1, sizeof *logits);
	bool *won = mem_new(past.count + 1, sizeof *won);
	size_t count = 0;

	for (size_t i = 0; i < past.count; i++) {
		const struct snapshot *at = &past.list[i];
		struct standing standing = standing_on(risk->changes, at->deal, at->day);
		if (!is_staged(risk, &standing))
			continue;
		won[count] = at->deal->won;
		logits[count++] = expected(risk, at->deal, &standing, at->day);
	}
	risk->usual_staged /= exp(error_of(logits, won, count));
	snapshots_release(&past);
	free(logits);
	free(won);
}

void
risk_fit(struct risk *risk, const struct deals *deals, const struct changes *changes,
    struct risk_rules rules)
{
	int32_t since = deals->day - (int32_t)rules.days;

	*risk = (struct risk){ .deals = deals, .changes = changes, .rules = rules };
	rates_fit(&risk->rates, deals, since);
	fit_lives(risk, since);
	if (risk->has_stages)
		centre_stages(risk, since);
	pushes_fit(&risk->pushes, deals, changes, &rules, expected, risk);
}

struct parts
risk_of(const struct risk *risk, const struct deal *deal)
{
	int32_t today = risk->deals->day;
	struct parts parts = { .standing = standing_on(risk->changes, deal, today) };

	parts.staged = is_staged(risk, &parts.standing);
	parts.days = days_of(deal, &parts.standing, parts.staged, today);
	parts.company = printed(exp(risk->rates.company));
	parts.segment = printed(exp(rates_logit(&risk->rates, deal) - risk->rates.company));
	parts.age = printed(age_odds(risk, &parts.standing, parts.staged, parts.days));
	parts.pushes = printed(exp(pushes_log_factor(&risk->pushes, parts.standing.pushes)));
	double all = parts.company * parts.segment * parts.age * parts.pushes;
	parts.chance = all / (1 + all);
	return parts;
}

const char *
risk_level(const struct risk *risk, double chance)
{
	double usual = 1 / (1 + exp(-risk->rates.company));

	return chance < risk->rules.high * usual  ? "high"
	    : chance < risk->rules.medium * usual ? "medium"
						  : "low";
}

void
risk_release(struct risk *risk)
{
	rates_release(&risk->rates);
	life_release(&risk->open);
	life_release(&risk->staged);
}
