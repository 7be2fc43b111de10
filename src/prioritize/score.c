#include <math.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "score.h"

/* What is not there is not a number, and meets no minimum. */
static double
number(const json_t *value)
{
	return json_is_number(value) ? json_number_value(value) : NAN;
}

/* Percentages as people say them: 0.14 * 100 must be 14, or a minimum of 14 is missed. */
static double
points(const json_t *finding)
{
	return round(fabs(number(json_object_get(finding, "effect"))) * 1e11) / 1e9;
}

static double
pipeline(const json_t *finding)
{
	return number(json_object_get(json_object_get(finding, "pipeline"), "amount"));
}

static double
deviation(const json_t *finding)
{
	return fabs(number(json_object_get(finding, "z")));
}

static double
count(const json_t *finding)
{
	return number(json_object_get(finding, "n"));
}

static double
probability(const json_t *finding)
{
	return number(json_object_get(finding, "probability"));
}

double
score_stake(const json_t *finding)
{
	double stake = pipeline(finding);

	return isnan(stake) ? 0 : stake;
}

double
score_z(const json_t *finding)
{
	double z = deviation(finding);

	return isnan(z) ? 0 : z;
}

static const struct measure {
	const char *name, *minimum;
	double (*of)(const json_t *finding);
} measures[] = {
	{ "points", "min_points", points },
	{ "pipeline", "min_pipeline", pipeline },
	{ "z", "min_z", deviation },
	{ "n", "min_n", count },
	{ "probability", "min_probability", probability },
};
enum { MEASURES = sizeof measures / sizeof *measures };

const char *
score_minimum(size_t i)
{
	return i < MEASURES ? measures[i].minimum : NULL;
}

/* The first measure that is too small, or NULL. */
static const struct measure *
missed(const json_t *minimums, const double values[MEASURES])
{
	for (size_t i = 0; i < MEASURES; i++) {
		const json_t *least = json_object_get(minimums, measures[i].minimum);
		if (least != NULL && !(values[i] >= json_number_value(least)))
			return &measures[i];
	}
	return NULL;
}

static json_t *
record_of(const double values[MEASURES], const struct rule *rule)
{
	json_t *numbers = json_object(), *rows = json_array();
	bool fits = numbers != NULL && rows != NULL;

	for (size_t i = 0; fits && i < MEASURES; i++)
		fits = isnan(values[i])
		    || json_object_set_new(numbers, measures[i].name, json_real(values[i]))
			== 0;
	for (size_t i = 0; fits && i < rule->row_count; i++)
		fits = json_array_append(rows, rule->rows[i].minimums) == 0;
	json_t *record =
	    fits ? json_pack("{s:o, s:o}", "values", numbers, "severities", rows) : NULL;
	if (record == NULL)
		die(EX_OSERR, "out of memory");
	return record;
}

struct score
score_of(const json_t *finding, const struct rule *rule)
{
	double values[MEASURES];
	const struct measure *short_of = NULL;
	struct score score = { .severity = INSIGHT };

	for (size_t i = 0; i < MEASURES; i++)
		values[i] = measures[i].of(finding);
	for (size_t i = 0; i < rule->row_count; i++) {
		score.severity = rule->rows[i].severity;
		short_of = missed(rule->rows[i].minimums, values);
		if (short_of == NULL)
			break;
	}
	if (short_of != NULL)
		score.below =
		    mem_printf("below: %s is less than %s", short_of->name, short_of->minimum);
	score.record = record_of(values, rule);
	return score;
}
