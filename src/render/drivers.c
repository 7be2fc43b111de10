#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "drivers.h"
#include "history.h"
#include "mem.h"
#include "rec.h"
#include "segments.h"
#include "view.h"
#include "when.h"
#include "words.h"

enum { ROWS_MOST = 5 };

static double
number(const json_t *object, const char *name)
{
	return json_number_value(json_object_get(object, name));
}

static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* A part of the change in points: "+1.2", "−0.6", "0.0". */
static char *
points(double part)
{
	double shown = round(fabs(100 * part) * 10) / 10;

	return mem_printf("%s%.1f", shown == 0 ? "" : part < 0 ? "−" : "+", shown);
}

/* "36% of 1,234", or "none". */
static char *
rate(const json_t *value, const char *n_field, const char *p_field)
{
	long long n = json_integer_value(json_object_get(value, n_field));

	if (n == 0)
		return mem_copy("none", strlen("none"));
	char *of = words_number(n), *percent = words_percent(number(value, p_field), 0);
	char *text = mem_printf("%s of %s", percent, of);
	free(of);
	free(percent);
	return text;
}

static json_t *
row(const json_t *value, const char *dimension, const json_t *company)
{
	const json_t *names = json_object_get(json_object_get(company, "display"), dimension);
	const char *own = text_of(value, "value");
	const char *name = own != NULL ? text_of(names, own) : "none given";
	json_t *made = json_object();

	name = name != NULL ? name : own;
	view_text(made, "name", mem_copy(name, strlen(name)));
	view_text(made, "before", rate(value, "n0", "p0"));
	view_text(made, "after", rate(value, "n1", "p1"));
	view_text(made, "mix", points(number(value, "pull")));
	view_text(made, "rate", points(number(value, "rate")));
	return made;
}

static double
weight(const json_t *value)
{
	return fabs(number(value, "pull")) + fabs(number(value, "rate"));
}

/* Of equal parts, as they stand in the record: by name. */
static json_t *
largest(const json_t *values, const char *dimension, const json_t *company)
{
	json_t *rows = json_array();
	size_t count = json_array_size(values);
	bool *taken = mem_new(count + 1, sizeof *taken);

	for (size_t place = 0; place < ROWS_MOST && place < count; place++) {
		size_t best = count;
		for (size_t i = 0; i < count; i++)
			if (!taken[i]
			    && (best == count
				|| weight(json_array_get(values, i))
				    > weight(json_array_get(values, best))))
				best = i;
		taken[best] = true;
		json_array_append_new(
		    rows, row(json_array_get(values, best), dimension, company));
	}
	free(taken);
	return rows;
}

static json_t *
dimension_shown(const json_t *record, const json_t *company)
{
	const char *name = text_of(record, "dimension");
	json_t *made = json_object();

	view_text(made, "dimension", segments_title(name));
	view_text(made, "mix", points(number(record, "mix")));
	view_text(made, "rate", points(number(record, "rate")));
	if (json_is_true(json_object_get(record, "reversal")))
		view_truth(made, "reversal");
	view_part(made, "rows", largest(json_object_get(record, "values"), name, company));
	return made;
}

char *
drivers_public(char *text, const json_t *why)
{
	const json_t *moved = json_object_get(json_object_get(why, "located"), "segment");
	char *place = text != NULL ? strstr(text, "; what moved is ") : NULL;

	if (place == NULL || json_object_get(moved, HISTORY_REP) == NULL)
		return text;
	char *made = mem_printf("%.*s; what moved is with one rep, whose manager hears of it",
	    (int)(place - text), text);
	free(text);
	return made;
}

static void
put_total(json_t *view, const json_t *record, const json_t *company)
{
	const json_t *after = json_object_get(record, "after");
	const char *from = text_of(after, "from"), *to = text_of(after, "to");
	int32_t first, last;

	view_text(view, "text",
	    drivers_public(
		words_why(record, json_object_get(record, "segment"), company), record));
	if (from != NULL && to != NULL
	    && when_day(span(from), &first) && when_day(span(to), &last))
		view_text(view, "period", words_days(first, last));
}

static bool
is_part(const json_t *record, const char *part)
{
	const char *own = text_of(record, "part");

	return own != NULL && strcmp(own, part) == 0;
}

json_t *
drivers(const char *path, const json_t *company)
{
	struct rec_in *in = rec_open(path);
	json_t *view = json_object(), *dimensions = json_array();
	const struct rec *rec;

	while ((rec = rec_next(in)) != NULL) {
		json_t *record = rec_object(rec);
		const char *kind = text_of(record, "kind");
		if (kind == NULL || strcmp(kind, "drivers") != 0)
			die(EX_DATAERR, "%s:%zu: no drivers", path, rec->number);
		const char *dimension = text_of(record, "dimension");
		if (is_part(record, "total"))
			put_total(view, record, company);
		else if (dimension != NULL && strcmp(dimension, HISTORY_REP) != 0)
			json_array_append_new(dimensions, dimension_shown(record, company));
		json_decref(record);
	}
	rec_close(in);
	view_part(view, "dimensions", dimensions);
	if (json_object_get(view, "text") != NULL)
		return view;
	json_decref(view);
	return NULL;
}
