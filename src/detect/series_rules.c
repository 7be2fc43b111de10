#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "series_rules.h"

/* Of a day the season is the week; of a week and a month, the year, give or take a week. */
static const struct chart_rules usual[BUCKETS] = {
	[BUCKET_DAY] = { .period = 7, .reach = .5, .absorb = 180 },
	[BUCKET_WEEK] = { .period = 365.2425 / 7, .reach = 1.5, .absorb = 26 },
	[BUCKET_MONTH] = { .period = 12, .reach = .5, .absorb = 6 },
};

/* Where a key of the section stands; free() it. */
static char *
place(const char *section, const char *key)
{
	return mem_printf("/detect/%s/%s", section, key);
}

static bool
truth(const struct conf *conf, const char *section, const char *key)
{
	char *pointer = place(section, key);
	bool value = conf_truth(conf, pointer, true);

	free(pointer);
	return value;
}

static double
number(const struct conf *conf, const char *section, const char *key, double least, double most,
    double otherwise)
{
	char *pointer = place(section, key);
	double value = conf_within(conf, pointer, least, most, otherwise);

	free(pointer);
	return value;
}

static const json_t *
texts(const struct conf *conf, const char *section, const char *key)
{
	char *pointer = place(section, key);
	const json_t *list = conf_at(conf, pointer), *name;
	size_t i;

	if (list != NULL && !json_is_array(list))
		conf_die(conf, pointer, "must be a list");
	json_array_foreach (list, i, name)
		if (!json_is_string(name)) {
			char *one = mem_printf("%s/%zu", pointer, i);
			conf_die(conf, one, "must be text");
		}
	free(pointer);
	return list;
}

static struct series_rules
read_section(const struct conf *conf, const char *section)
{
	static const char *const keys[] = { "on", "down", "up", "metrics",
		"max_false_alarms_per_quarter", "min_history", "min_n", "min_change",
		"min_points", NULL };
	char *pointer = mem_printf("/detect/%s", section);

	if (conf_at(conf, pointer) != NULL)
		conf_only(conf, pointer, keys);
	free(pointer);
	struct series_rules rules = {
		.on = truth(conf, section, "on"),
		.down = truth(conf, section, "down"),
		.up = truth(conf, section, "up"),
		.metrics = texts(conf, section, "metrics"),
		.alarms = number(conf, section, "max_false_alarms_per_quarter", 1e-6, 100, .25),
		.min_n = number(conf, section, "min_n", 0, 1e9, 5),
	};
	for (size_t i = 0; i < BUCKETS; i++) {
		rules.chart[i] = usual[i];
		rules.chart[i].history =
		    (size_t)number(conf, section, "min_history", 20, 1000, 40);
		rules.chart[i].min_change = number(conf, section, "min_change", 0, 10, .1);
		rules.chart[i].min_points = number(conf, section, "min_points", 0, 100, 0);
	}
	return rules;
}

void
series_rules_read(struct series_rules rules[SERIES_KINDS], const struct conf *conf)
{
	rules[SERIES_ANOMALY] = read_section(conf, "metric_anomaly");
	rules[SERIES_STAGE] = read_section(conf, "stage_conversion");
}
