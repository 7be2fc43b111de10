#include <math.h>
#include <stdlib.h>

#include "conf.h"
#include "mem.h"
#include "money.h"
#include "stats.h"
#include "tuning.h"

enum { LOWEST = 3, HIGHEST = 10 }; /* thresholds that make sense */

double
tuning_number(const struct conf *conf, const char *name, const char *key, double least,
    double most, double otherwise)
{
	char *pointer = mem_printf("/detect/%s/%s", name, key);
	double value = conf_within(conf, pointer, least, most, otherwise);

	free(pointer);
	return value;
}

static void
one_of_two(const struct conf *conf, const char *name)
{
	char *budget = mem_printf("/detect/%s/max_false_alarms_per_quarter", name);
	char *threshold = mem_printf("/detect/%s/threshold", name);

	if (conf_at(conf, budget) != NULL && conf_at(conf, threshold) != NULL)
		conf_die(conf, budget, "beside a threshold: one of the two");
	free(budget);
	free(threshold);
}

struct tuning
tuning_read(
    const struct conf *conf, const char *name, const char *const *keys, struct tuning usual)
{
	char *base = mem_printf("/detect/%s", name), *on = mem_printf("%s/on", base);
	struct tuning tuning = usual;

	if (conf_at(conf, base) != NULL)
		conf_only(conf, base, keys);
	one_of_two(conf, name);
	tuning.on = conf_truth(conf, on, usual.on);
	tuning.threshold =
	    tuning_number(conf, name, "threshold", LOWEST, HIGHEST, usual.threshold);
	tuning.budget =
	    tuning_number(conf, name, "max_false_alarms_per_quarter", 0, 100, usual.budget);
	tuning.min_points = tuning_number(conf, name, "min_points", 0, 100, usual.min_points);
	tuning.min_pipeline =
	    llround(tuning_number(conf, name, "min_pipeline", 0, 1e12, 0) * MONEY_ONE);
	free(base);
	free(on);
	return tuning;
}

double
tuning_threshold(const struct tuning *tuning, double looks)
{
	if (tuning->budget <= 0 || looks <= 0)
		return tuning->threshold;
	double each = tuning->budget / looks;
	double z = each < .5 ? -stats_normal_quantile(each) : LOWEST;

	return fmin(fmax(z, LOWEST), HIGHEST);
}
