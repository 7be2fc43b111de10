#include <math.h>

#include "risk.h"
#include "spells.h"

enum { STAGED_ENOUGH = 20 }; /* spells of a stage that ended */
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
is_staged(const struct risk *risk, const struct deal *deal, const struct standing *standing)
{
	return risk->has_stages && deal->stage != CODE_NONE && standing->entered != DAY_NONE
	    && life_ended(&risk->staged, deal->stage) >= STAGED_ENOUGH;
}

/* On a day of the past: the stage the deal was in then is left out of account. */
static double
expected(const void *context, const struct deal *deal, int32_t day)
{
	const struct risk *risk = context;
	double chance = life_chance(&risk->open, 0, day - deal->created);

	return rates_logit(&risk->rates, deal) + log(odds(chance) / odds(risk->open.start));
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
}

void
risk_fit(struct risk *risk, const struct deals *deals, const struct changes *changes,
    struct risk_rules rules)
{
	int32_t since = deals->day - (int32_t)rules.days;

	*risk = (struct risk){ .deals = deals, .changes = changes, .rules = rules };
	rates_fit(&risk->rates, deals, since);
	fit_lives(risk, since);
	pushes_fit(&risk->pushes, deals, changes, &rules, expected, risk);
}

static double
age_factor(const struct risk *risk, const struct deal *deal, const struct parts *parts)
{
	if (parts->days == DAY_NONE)
		return 1;
	return parts->staged
	    ? odds(life_chance(&risk->staged, deal->stage, parts->days))
		/ odds(risk->staged.start)
	    : odds(life_chance(&risk->open, 0, parts->days)) / odds(risk->open.start);
}

struct parts
risk_of(const struct risk *risk, const struct deal *deal)
{
	struct parts parts = { .standing = standing_of(risk->changes, risk->deals, deal) };
	int32_t since = deal->created;

	parts.staged = is_staged(risk, deal, &parts.standing);
	if (parts.staged)
		since = parts.standing.entered;
	parts.days = since == DAY_NONE ? DAY_NONE : risk->deals->day - since;
	parts.company = printed(exp(risk->rates.company));
	parts.segment = printed(exp(rates_logit(&risk->rates, deal) - risk->rates.company));
	parts.age = printed(age_factor(risk, deal, &parts));
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
