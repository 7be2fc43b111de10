#include <math.h>

#include "conf.h"
#include "money.h"
#include "rules.h"

static const char *const level_names[] = {
	[LEVEL_COMPANY] = "company",
	[LEVEL_CONDITION] = "condition",
	[LEVEL_PAIR] = "pair",
	[LEVEL_REP] = "rep",
	NULL,
};

static void
only(const struct conf *conf, const char *pointer, const char *const *keys)
{
	if (conf_at(conf, pointer) != NULL)
		conf_only(conf, pointer, keys);
}

static void
read_levels(struct rules *rules, const struct conf *conf)
{
	const char *pointer = "/detect/win_rate/segments";
	const json_t *list = conf_at(conf, pointer), *name;
	size_t i;

	for (size_t level = 0; level < LEVELS; level++)
		rules->win_rate.level[level] = list == NULL;
	if (list != NULL && !json_is_array(list))
		conf_die(conf, pointer, "must be a list");
	json_array_foreach (list, i, name) {
		size_t level = 0;
		while (level < LEVELS
		    && (!json_is_string(name)
			|| strcmp(json_string_value(name), level_names[level]) != 0))
			level++;
		if (level == LEVELS)
			conf_die(conf, pointer, "only company, condition, pair and rep");
		rules->win_rate.level[level] = true;
	}
}

/*
 * A budget of false alarms moves all thresholds.  Both figures were measured on simulated
 * companies to which nothing happened: at the usual ones there are .27 a quarter, and a tenth
 * of z makes 1.4 times as many or as few.  The tail of the normal distribution would fall
 * faster around 4.5, but the noise of a segment is an estimate.
 */
static double
shift_of_budget(const struct conf *conf)
{
	const char *pointer = "/detect/win_rate/max_false_alarms_per_quarter";
	const double usual = .27, steepness = 3.4;

	if (conf_at(conf, pointer) == NULL)
		return 0;
	if (conf_at(conf, "/detect/win_rate/threshold") != NULL)
		conf_die(conf, pointer, "say either this or threshold");
	return -log(conf_within(conf, pointer, .01, 13, usual) / usual) / steepness;
}

static void
read_win_rate(struct rules *rules, const struct conf *conf)
{
	static const char *const keys[] = { "drop", "rise", "watch", "segments", "threshold",
		"max_false_alarms_per_quarter", "min_points", "min_pipeline", NULL };
	static const char *const pointers[] = {
		[LEVEL_COMPANY] = "/detect/win_rate/threshold/company",
		[LEVEL_CONDITION] = "/detect/win_rate/threshold/condition",
		[LEVEL_PAIR] = "/detect/win_rate/threshold/pair",
		[LEVEL_REP] = "/detect/win_rate/threshold/rep",
	};
	static const double usual[] = { 4.3, 4.3, 4.5, 4.4 };

	only(conf, "/detect/win_rate", keys);
	only(conf, "/detect/win_rate/threshold", level_names);
	rules->win_rate.drop = conf_truth(conf, "/detect/win_rate/drop", true);
	rules->win_rate.rise = conf_truth(conf, "/detect/win_rate/rise", true);
	rules->win_rate.watch = conf_truth(conf, "/detect/win_rate/watch", true);
	read_levels(rules, conf);
	for (size_t i = 0; i < LEVELS; i++)
		rules->win_rate.threshold[i] =
		    conf_within(conf, pointers[i], 3, 10, usual[i]) + shift_of_budget(conf);
	rules->win_rate.min_points =
	    conf_within(conf, "/detect/win_rate/min_points", 0, 100, 0);
	rules->win_rate.min_pipeline =
	    llround(conf_within(conf, "/detect/win_rate/min_pipeline", 0, 1e12, 0) * MONEY_ONE);
}

static void
read_rep_shift(struct rules *rules, const struct conf *conf)
{
	static const char *const keys[] = { "down", "up", "days", "points", "probability",
		NULL };
	const char *base = "/detect/rep_shift";

	only(conf, base, keys);
	rules->rep_shift.down = conf_truth(conf, "/detect/rep_shift/down", true);
	rules->rep_shift.up = conf_truth(conf, "/detect/rep_shift/up", false);
	rules->rep_shift.days = conf_within(conf, "/detect/rep_shift/days", 14, 365, 90);
	rules->rep_shift.points = conf_within(conf, "/detect/rep_shift/points", 0, 100, 5);
	rules->rep_shift.probability =
	    conf_within(conf, "/detect/rep_shift/probability", .5, 1, .8);
}

static void
read_insight(struct rules *rules, const struct conf *conf)
{
	static const char *const keys[] = { "on", "days", "min_deals", "min_points", "most",
		NULL };

	only(conf, "/detect/segment_insight", keys);
	rules->insight.on = conf_truth(conf, "/detect/segment_insight/on", true);
	rules->insight.days = conf_within(conf, "/detect/segment_insight/days", 28, 1095, 365);
	rules->insight.min_deals =
	    conf_within(conf, "/detect/segment_insight/min_deals", 1, 1e9, 50);
	rules->insight.min_points =
	    conf_within(conf, "/detect/segment_insight/min_points", 0, 100, 5);
	rules->insight.most = conf_within(conf, "/detect/segment_insight/most", 0, 100, 3);
}

void
rules_read(struct rules *rules, const char *path)
{
	static const char *const keys[] = { "rep", "win_rate", "rep_shift", "segment_insight",
		"metric_anomaly", "stage_conversion", "cycle_slowdown", "volume_drop",
		"mix_shift", "bulk_close", "deal_risk", "deal_warnings",
		NULL }; /* the last two: inspect's */
	struct conf *conf = conf_load(path);

	only(conf, "/detect", keys);
	*rules = (struct rules){ .conf = conf };
	rules->rep = conf_text(conf, "/detect/rep", "sales_rep_id");
	read_win_rate(rules, conf);
	read_rep_shift(rules, conf);
	read_insight(rules, conf);
}

void
rules_release(struct rules *rules)
{
	conf_free(rules->conf);
}
