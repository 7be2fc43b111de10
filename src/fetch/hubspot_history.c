#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "convert.h"
#include "dates.h"
#include "field.h"
#include "hubspot_history.h"
#include "mem.h"
#include "text.h"

enum { FIELDS = 3, AT_ONCE = 1000 }; /* milliseconds: of one write, though stamped apart */

struct told {
	struct output output;
	const char *property;
	bool by_label;
};

struct history {
	const struct columns *columns;
	struct changes *changes;
	int64_t after;
	struct told told[FIELDS];
	size_t count;
};

static void
add_field(struct history *history, const struct map_field *field)
{
	static const char *const fields[FIELDS] = { "stage", "expected_close_date", "amount" };
	const char *column = json_string_value(json_array_get(field->from, 0));
	bool wanted = false;

	for (size_t i = 0; i < FIELDS; i++)
		wanted |= strcmp(field->name, fields[i]) == 0;
	if (!wanted || hubspot_property_of(column) == NULL)
		return;
	struct told *told = &history->told[history->count++];
	told->property = hubspot_property_of(column);
	told->by_label = strcmp(column, "dealstage.label") == 0;
	told->output = (struct output){
		.map = history->columns->map, .field = field, .spelling = spelling_new(field)
	};
	told->output.convert = convert_how(field, told->output.spelling);
}

struct history *
hubspot_history_new(const struct columns *columns, struct changes *changes, int64_t after)
{
	struct history *history = mem_new(1, sizeof *history);

	*history = (struct history){ .columns = columns, .changes = changes, .after = after };
	for (size_t i = 0; i < columns->map->count; i++)
		add_field(history, &columns->map->fields[i]);
	return history;
}

/* Whether a deal was open is told by its stages. */
json_t *
hubspot_history_properties(const struct history *history)
{
	json_t *properties = json_array();
	bool stages = history->count > 0;

	for (size_t i = 0; i < history->count; i++) {
		json_array_append_new(properties, json_string(history->told[i].property));
		stages &= strcmp(history->told[i].property, "dealstage") != 0;
	}
	if (stages)
		json_array_append_new(properties, json_string("dealstage"));
	return properties;
}

/* ---- one deal */

static bool
time_of(const json_t *entry, int64_t *at)
{
	return dates_instant(span(text_of(entry, "timestamp")), at);
}

/* What was written twice in one instant is one change, to what was written last. */
static bool
is_at(const json_t *entry, int64_t at)
{
	int64_t other;

	return time_of(entry, &other) && other == at;
}

/* Entries are newest first. */
static const char *
stage_at(const json_t *stages, int64_t at)
{
	size_t i;
	json_t *entry;
	int64_t since;

	json_array_foreach (stages, i, entry)
		if (time_of(entry, &since) && since <= at)
			return text_of(entry, "value");
	return text_of(json_array_get(stages, json_array_size(stages) - 1), "value");
}

/* Whether the field is there at all at that time; of a stage that is gone nobody knows. */
static bool
is_there(
    const struct history *history, const struct told *told, const json_t *stages, int64_t at)
{
	const char *outcome;

	if (told->output.field->when == MAP_ALWAYS)
		return true;
	outcome = hubspot_stage_outcome(history->columns, stage_at(stages, at + AT_ONCE));
	return (told->output.field->when == MAP_OPEN) == (strcmp(outcome, "open") == 0);
}

/* As the deal has it: a new reference, NULL where it would not have it. */
static json_t *
value_of(const struct history *history, const struct told *told, const json_t *entry)
{
	const char *text = text_of(entry, "value");
	struct value value = { .kind = VALUE_TEXT };
	json_t *is = NULL;

	if (told->by_label && *text != '\0')
		text = hubspot_stage_label(history->columns, text);
	size_t len = strlen(text);
	char *room = mem_new(len + TEXT_SLACK + 1, 1);
	memset(room, '\n', len + TEXT_SLACK);
	memcpy(room, text, len);
	value.text = (struct span){ room, len };
	if ((told->output.convert == NULL || told->output.convert(&told->output, &value))
	    && value.text.len > 0)
		is = value.kind == VALUE_NUMBER
		    ? json_loadb(value.text.at, value.text.len, JSON_DECODE_ANY, NULL)
		    : json_stringn(value.text.at, value.text.len);
	free(room);
	return is;
}

static bool
are_equal(const json_t *one, const json_t *other)
{
	return one == NULL || other == NULL ? one == other : json_equal(one, other);
}

static void
tell_field(const struct history *history, const struct told *told, const char *deal_id,
    const json_t *histories)
{
	const json_t *entries = json_object_get(histories, told->property);
	const json_t *stages = json_object_get(histories, "dealstage");
	size_t left = json_array_size(entries);
	json_t *old =
	    left > 0 ? value_of(history, told, json_array_get(entries, --left)) : NULL;
	int64_t at;

	while (left > 0) {
		const json_t *entry = json_array_get(entries, --left);
		if (!time_of(entry, &at) || !is_there(history, told, stages, at)
		    || (left > 0 && is_at(json_array_get(entries, left - 1), at)))
			continue;
		json_t *new = value_of(history, told, entry);
		if (at >= history->after && !are_equal(old, new))
			change_told(history->changes, deal_id, told->output.field->name, old,
			    new, text_of(entry, "timestamp"));
		json_decref(old);
		old = new;
	}
	json_decref(old);
}

void
hubspot_history_tell(const struct history *history, const char *deal_id, const json_t *deal)
{
	const json_t *histories = json_object_get(deal, "propertiesWithHistory");

	for (size_t i = 0; i < history->count; i++)
		tell_field(history, &history->told[i], deal_id, histories);
}

void
hubspot_history_free(struct history *history)
{
	for (size_t i = 0; history != NULL && i < history->count; i++)
		spelling_free(history->told[i].output.spelling);
	free(history);
}
