#include <math.h>

#include "conf.h"
#include "money.h"
#include "rules.h"

#define RISK "/detect/deal_risk"
#define WARN "/detect/deal_warnings"

static void
only(const struct conf *conf, const char *pointer, const char *const *keys)
{
	if (conf_at(conf, pointer) != NULL)
		conf_only(conf, pointer, keys);
}

static size_t
count(const struct conf *conf, const char *pointer, double least, double most, double otherwise)
{
	double value = conf_within(conf, pointer, least, most, otherwise);

	if (value != floor(value))
		conf_die(conf, pointer, "must be a whole number");
	return (size_t)value;
}

static int32_t
days(const struct conf *conf, const char *pointer, double least, double otherwise)
{
	return (int32_t)count(conf, pointer, least, 3660, otherwise);
}

void
risk_rules(struct risk_rules *rules, const struct conf *conf)
{
	static const char *const keys[] = { "days", "per_push", "medium", "high", NULL };

	only(conf, RISK, keys);
	rules->days = days(conf, RISK "/days", 90, 730);
	rules->per_push = conf_within(conf, RISK "/per_push", .1, 1, .85);
	rules->medium = conf_within(conf, RISK "/medium", 0, 10, .8);
	rules->high = conf_within(conf, RISK "/high", 0, 10, .5);
	if (rules->high > rules->medium)
		conf_die(conf, RISK "/high", "must not be above medium");
}

static void
read_days(struct warnings_rules *rules, const struct conf *conf)
{
	static const char *const keys[] = { "on", "days", NULL };

	only(conf, WARN "/overdue", keys);
	rules->overdue.on = conf_truth(conf, WARN "/overdue/on", true);
	rules->overdue.days = days(conf, WARN "/overdue/days", 0, 0);
	only(conf, WARN "/no_activity", keys);
	rules->no_activity.on = conf_truth(conf, WARN "/no_activity/on", true);
	rules->no_activity.days = days(conf, WARN "/no_activity/days", 1, 30);
}

static void
read_changes(struct warnings_rules *rules, const struct conf *conf)
{
	static const char *const pushed[] = { "on", "times", NULL };
	static const char *const cut[] = { "on", "percent", "days", NULL };

	only(conf, WARN "/pushed", pushed);
	rules->pushed.on = conf_truth(conf, WARN "/pushed/on", true);
	rules->pushed.times = count(conf, WARN "/pushed/times", 1, 1000, 3);
	only(conf, WARN "/amount_cut", cut);
	rules->amount_cut.on = conf_truth(conf, WARN "/amount_cut/on", true);
	rules->amount_cut.percent = conf_within(conf, WARN "/amount_cut/percent", 1, 100, 20);
	rules->amount_cut.days = days(conf, WARN "/amount_cut/days", 1, 90);
}

void
warnings_rules(struct warnings_rules *rules, const struct conf *conf)
{
	static const char *const keys[] = { "on", "by", "most", "min_pipeline", "overdue",
		"pushed", "stalled", "amount_cut", "no_activity", "no_owner", NULL };
	static const char *const owner[] = { "on", NULL };
	static const char *const stalled[] = { "on", "percentile", "min_deals", NULL };

	only(conf, WARN, keys);
	rules->on = conf_truth(conf, WARN "/on", true);
	rules->by = conf_text(conf, WARN "/by", NULL);
	rules->most = count(conf, WARN "/most", 1, 100, 10);
	rules->min_pipeline =
	    llround(conf_within(conf, WARN "/min_pipeline", 0, 1e12, 0) * MONEY_ONE);
	read_days(rules, conf);
	read_changes(rules, conf);
	only(conf, WARN "/no_owner", owner);
	rules->no_owner = conf_truth(conf, WARN "/no_owner/on", true);
	only(conf, WARN "/stalled", stalled);
	rules->stalled.on = conf_truth(conf, WARN "/stalled/on", true);
	rules->stalled.percentile = conf_within(conf, WARN "/stalled/percentile", 50, 99, 90);
	rules->stalled.min_deals = count(conf, WARN "/stalled/min_deals", 1, 1e9, 20);
}
