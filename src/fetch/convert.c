#include <stdio.h>

#include "convert.h"
#include "dates.h"
#include "numbers.h"
#include "text.h"
#include "when.h"

static bool
is_of_instants(const char *name)
{
	size_t len = strlen(name);

	return len > 3 && strcmp(name + len - 3, "_at") == 0;
}

static bool
refuse_date(struct value *value, const char *how, const char *format)
{
	value->code = "date_format";
	snprintf(value->reason, sizeof value->reason, "must be %s%s", how, format);
	return false;
}

static bool
convert_date(const struct output *output, struct value *value)
{
	const char *dates = output->field->dates;
	int64_t instant;
	int32_t day;

	if (value->text.len == 0
	    || (is_of_instants(output->field->name) && when_instant(value->text, &instant)))
		return true;
	if (!dates_read(dates, value->text, &day))
		return refuse_date(value, "a day written ", dates);
	when_text(day, value->own);
	value->text = (struct span){ value->own, WHEN_DAY_LEN };
	value->kind = VALUE_PLAIN;
	return true;
}

/* Our instants are in UTC, to the millisecond where there is one; days those of the zone. */
static bool
convert_instant(const struct output *output, struct value *value)
{
	int64_t stamp;
	int32_t day;

	if (value->text.len == 0)
		return true;
	if (when_day(value->text, &day)) {
		/* a day as it is */
	} else if (!dates_instant(value->text, &stamp)) {
		return refuse_date(value, "an instant, as ", "2026-11-22T13:38:08Z");
	} else if (is_of_instants(output->field->name)) {
		value->text =
		    (struct span){ value->own, dates_instant_text(stamp, value->own) };
	} else {
		when_text(when_local_day(stamp / 1000, output->map->zone), value->own);
		value->text = (struct span){ value->own, WHEN_DAY_LEN };
	}
	value->kind = VALUE_PLAIN;
	return true;
}

/* Text that is no number stays text: somebody else will refuse it, naming the field. */
static bool
convert_number(const struct output *output, struct value *value)
{
	const struct map *map = output->map;
	char decimal = map->decimal != '\0' ? map->decimal : '.';
	struct span number = value->text;

	if (map->decimal != '\0' || map->thousands != '\0') {
		number.at = value->own;
		if (!numbers_read(
			value->text, decimal, map->thousands, value->own, &number.len))
			return true;
		value->own[number.len] = '\n';
	}
	if (number_end(number.at, NULL) == number.at + number.len) {
		value->text = number;
		value->kind = VALUE_NUMBER;
	}
	return true;
}

static bool
convert_spelling(const struct output *output, struct value *value)
{
	struct span cell = value->text;

	value->text = spelling_of(output->spelling, cell, &value->repaired);
	if (value->text.at != cell.at)
		value->kind = spelling_is_plain(output->spelling) ? VALUE_PLAIN : VALUE_TEXT;
	return true;
}

/* A day that is written as ours are passes as it is. */
converter *
convert_how(const struct map_field *field, const struct spelling *spelling)
{
	if (spelling != NULL)
		return convert_spelling;
	if (field->type == MAP_DATE && field->dates == map_instants)
		return convert_instant;
	if (field->type == MAP_DATE)
		return field->dates != NULL ? convert_date : NULL;
	return field->type == MAP_NUMBER ? convert_number : NULL;
}
