#include <stdlib.h>
#include <string.h>

#include "aliases.h"
#include "conf.h"
#include "diag.h"
#include "mem.h"
#include "pattern.h"
#include "population.h"

struct condition {
	const char *field;
	size_t slot, count;
	const json_t **values;
	struct pattern **patterns; /* NULL where the value is no pattern */
	bool seen; /* some deal had the field, or none needs it */
};

struct row {
	const char *name;
	struct condition *conditions;
	size_t count;
	uint64_t fitted;
};

struct population {
	struct conf *conf;
	const char *path;
	struct row *rows; /* those that are on */
	size_t count;
	uint64_t deals;
};

static struct pattern *
read_pattern(const struct conf *conf, const char *base)
{
	static const char *const keys[] = { "like", NULL };
	char why[PATTERN_WHY], *pointer = mem_printf("%s/like", base);

	conf_only(conf, base, keys);
	const char *text = conf_text(conf, pointer, NULL);
	if (text == NULL)
		conf_die(conf, base, "no like");
	struct pattern *pattern = pattern_new(text, why);
	if (pattern == NULL)
		conf_die(conf, pointer, "%s", why);
	free(pointer);
	return pattern;
}

static void
read_value(const struct conf *conf, char *pointer, struct condition *condition)
{
	const json_t *value = conf_at(conf, pointer);
	size_t i = condition->count++;

	if (json_is_array(value))
		conf_die(conf, pointer, "must be a value or a pattern");
	condition->values[i] = value;
	if (json_is_object(value))
		condition->patterns[i] = read_pattern(conf, pointer);
	if (json_is_null(value))
		condition->seen = true;
	free(pointer);
}

static struct condition
read_condition(const struct conf *conf, const char *where, const char *field, struct rec_in *in)
{
	struct condition condition = { .field = field, .slot = rec_want(in, field) };
	char *pointer = conf_below(where, field);
	const json_t *values = conf_at(conf, pointer);
	size_t count = json_is_array(values) ? json_array_size(values) : 1;

	if (count == 0)
		conf_die(conf, pointer, "no value");
	condition.values = mem_new(count, sizeof *condition.values);
	condition.patterns = mem_new(count, sizeof(struct pattern *));
	for (size_t i = 0; i < count; i++)
		read_value(conf,
		    json_is_array(values) ? mem_printf("%s/%zu", pointer, i)
					  : mem_printf("%s", pointer),
		    &condition);
	free(pointer);
	return condition;
}

/* Without a condition it would leave out everything. */
static void
read_where(const struct conf *conf, const char *base, struct row *row, struct rec_in *in)
{
	char *where = mem_printf("%s/where", base);
	json_t *fields = conf_at(conf, where), *value;
	const char *field;

	if (!json_is_object(fields))
		conf_die(conf, where, "must be an object of fields");
	if (json_object_size(fields) == 0)
		conf_die(conf, where, "no field");
	row->conditions = mem_new(json_object_size(fields), sizeof *row->conditions);
	json_object_foreach (fields, field, value)
		row->conditions[row->count++] = read_condition(conf, where, field, in);
	free(where);
}

static void
check_name(const struct population *population, const char *pointer, const char *name)
{
	if (*name == '\0')
		conf_die(population->conf, pointer, "must not be empty");
	for (size_t i = 0; i < population->count; i++)
		if (strcmp(population->rows[i].name, name) == 0)
			conf_die(population->conf, pointer, "\"%s\" is there twice", name);
}

static void
free_row(struct row *row)
{
	for (size_t i = 0; i < row->count; i++) {
		struct condition *condition = &row->conditions[i];
		for (size_t j = 0; j < condition->count; j++)
			pattern_free(condition->patterns[j]);
		free(condition->patterns);
		free(condition->values);
	}
	free(row->conditions);
}

/* A row that is off must be as good as the others, and is then forgotten. */
static void
read_row(struct population *population, size_t i, struct rec_in *in)
{
	static const char *const keys[] = { "name", "on", "where", NULL };
	const struct conf *conf = population->conf;
	char *base = mem_printf("/population/%zu", i), *name = mem_printf("%s/name", base),
	     *on = mem_printf("%s/on", base);
	struct row row = { .name = "" };

	conf_only(conf, base, keys);
	row.name = conf_text(conf, name, "");
	check_name(population, name, row.name);
	bool is_on = conf_truth(conf, on, true);
	read_where(conf, base, &row, in);
	if (is_on)
		population->rows[population->count++] = row;
	else
		free_row(&row);
	free(base);
	free(name);
	free(on);
}

struct population *
population_load(const char *path, const char *aliases, struct rec_in *in)
{
	struct population *population = mem_new(1, sizeof *population);
	struct conf *conf = population->conf = conf_load(path);
	struct aliases *names = aliases_load(aliases);
	const json_t *rows = conf_at(conf, "/population");

	if (rows != NULL && !json_is_array(rows))
		conf_die(conf, "/population", "must be a list of rows");
	aliases_apply(names, conf_at(conf, "/population"));
	population->path = path;
	population->rows = mem_new(json_array_size(rows) + 1, sizeof *population->rows);
	for (size_t i = 0; i < json_array_size(rows); i++)
		read_row(population, i, in);
	aliases_free(names);
	return population;
}

static bool
is_number(const struct rec_field *field, double number)
{
	char text[64];

	if ((field->type != REC_INTEGER && field->type != REC_REAL)
	    || field->len >= sizeof text)
		return false;
	memcpy(text, field->text, field->len);
	text[field->len] = '\0';
	return strtod(text, NULL) == number;
}

static bool
is_value(const json_t *value, const struct rec *rec, size_t slot)
{
	const struct rec_field *field = &rec->fields[slot];

	switch (json_typeof(value)) {
	case JSON_STRING:
		return field->type == REC_STRING
		    && span_equal(rec_text(rec, slot),
			(struct span){ json_string_value(value), json_string_length(value) });
	case JSON_TRUE: return field->type == REC_TRUE;
	case JSON_FALSE: return field->type == REC_FALSE;
	case JSON_NULL: return rec_is_missing(rec, slot);
	default: return is_number(field, json_number_value(value));
	}
}

static bool
is_like(const struct pattern *pattern, const struct rec *rec, size_t slot)
{
	enum rec_type type = rec->fields[slot].type;

	return (type == REC_STRING || type == REC_INTEGER || type == REC_REAL)
	    && pattern_fits(pattern, rec_text(rec, slot));
}

static bool
fits(struct condition *condition, const struct rec *rec)
{
	size_t slot = condition->slot;

	for (size_t i = 0; i < condition->count; i++)
		if (condition->patterns[i] != NULL ? is_like(condition->patterns[i], rec, slot)
						   : is_value(condition->values[i], rec, slot))
			return true;
	return false;
}

/* All are asked, so that each has seen its field. */
static bool
row_fits(struct row *row, const struct rec *rec)
{
	bool all = true;

	for (size_t i = 0; i < row->count; i++) {
		struct condition *condition = &row->conditions[i];
		condition->seen |= rec->fields[condition->slot].type != REC_ABSENT;
		all = all && fits(condition, rec);
	}
	return all;
}

const char *
population_without(struct population *population, const struct rec *rec)
{
	population->deals++;
	for (size_t i = 0; i < population->count; i++)
		if (row_fits(&population->rows[i], rec)) {
			population->rows[i].fitted++;
			return population->rows[i].name;
		}
	return NULL;
}

json_t *
population_counts(const struct population *population)
{
	json_t *counts = json_object();

	if (population->count == 0) {
		json_decref(counts);
		return NULL;
	}
	for (size_t i = 0; i < population->count; i++)
		if (json_object_set_new(counts, population->rows[i].name,
			json_integer((json_int_t)population->rows[i].fitted))
		    != 0)
			die(EX_OSERR, "out of memory");
	return counts;
}

void
population_warn(const struct population *population)
{
	for (size_t i = 0; population->deals > 0 && i < population->count; i++)
		for (size_t j = 0; j < population->rows[i].count; j++)
			if (!population->rows[i].conditions[j].seen)
				warn("%s: population: %s: no deal has a %s", population->path,
				    population->rows[i].name,
				    population->rows[i].conditions[j].field);
}

void
population_free(struct population *population)
{
	for (size_t i = 0; i < population->count; i++)
		free_row(&population->rows[i]);
	free(population->rows);
	conf_free(population->conf);
	free(population);
}
