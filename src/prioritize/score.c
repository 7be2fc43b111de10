#include <math.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "score.h"

/* Percentages as people say them: 0.14 * 100 must be 14, or a minimum of 14 is missed. */
static double
points(const json_t *finding)
{
	double effect = json_number_value(json_object_get(finding, "effect"));

	return round(fabs(effect) * 1e11) / 1e9;
}

double
score_stake(const json_t *finding)
{
	return json_number_value(
	    json_object_get(json_object_get(finding, "pipeline"), "amount"));
}

double
score_z(const json_t *finding)
{
	return fabs(json_number_value(json_object_get(finding, "z")));
}

static double
count(const json_t *finding)
{
	return json_number_value(json_object_get(finding, "n"));
}

static double
probability(const json_t *finding)
{
	return json_number_value(json_object_get(finding, "probability"));
}

static const struct measure {
	const char *name, *minimum;
	double (*of)(const json_t *finding);
} measures[] = {
	{ "points", "min_points", points },
	{ "pipeline", "min_pipeline", score_stake },
	{ "z", "min_z", score_z },
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
	for (size_t i = 0; i < MEASURES; i++)
		if (values[i]
		    < json_number_value(json_object_get(minimums, measures[i].minimum)))
			return &measures[i];
	return NULL;
}

static json_t *
record_of(const double values[MEASURES], const struct rule *rule)
{
	json_t *numbers = json_object(), *rows = json_array();
	bool fits = numbers != NULL && rows != NULL;

	for (size_t i = 0; fits && i < MEASURES; i++)
		fits =
		    json_object_set_new(numbers, measures[i].name, json_real(values[i])) == 0;
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
