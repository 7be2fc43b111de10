#include <stdlib.h>
#include <string.h>

#include "alerts.h"
#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "segment.h"
#include "when.h"

enum { COLLAPSE = 28 }; /* days */

static int32_t
day_of(const json_t *record, size_t line)
{
	const char *text = json_string_value(json_object_get(record, "date"));
	int32_t day;

	if (text == NULL)
		die(EX_DATAERR, "stdin:%zu: no date", line);
	if (!when_day((struct span){ text, strnlen(text, WHEN_DAY_LEN) }, &day))
		die(EX_DATAERR, "stdin:%zu: date: no such day", line);
	return day;
}

static void
add(struct alerts *alerts, json_t *record, const char *type, size_t line)
{
	json_t *segment = json_object_get(record, "segment");
	struct alert alert = { .kind = kind_of_alert(record),
		.day = day_of(record, line),
		.copy = (int)json_integer_value(json_object_get(record, "copy")),
		.number = alerts->count };
	char *where;

	if (segment != NULL && !json_is_object(segment))
		die(EX_DATAERR, "stdin:%zu: segment: must be an object", line);
	alert.segment = segment != NULL ? json_incref(segment) : json_object();
	where = segment_text(alert.segment);
	alert.type = mem_printf("%s", alert.kind < KINDS ? kind_names[alert.kind] : type);
	alert.about = mem_printf("%d %s %s", alert.copy, alert.type, where);
	free(where);
	if (alerts->count == alerts->room) {
		alerts->room = 2 * alerts->room + 64;
		alerts->list = mem_grow(alerts->list, alerts->room, sizeof *alerts->list);
	}
	alerts->list[alerts->count++] = alert;
}

void
alerts_read(struct alerts *alerts, struct rec_in *in)
{
	const struct rec *line;

	while ((line = rec_next(in)) != NULL) {
		json_t *record = rec_object(line);
		const char *type = json_string_value(json_object_get(record, "type"));
		if (type == NULL && kind_of_alert(record) != NO_KIND)
			type = json_string_value(json_object_get(record, "kind"));
		if (type != NULL)
			add(alerts, record, type, line->number);
		alerts->read++;
		json_decref(record);
	}
}

static void
alert_free(struct alert *alert)
{
	json_decref(alert->segment);
	free(alert->type);
	free(alert->about);
}

static int
by_day(const void *a, const void *b)
{
	const struct alert *one = a, *other = b;

	if (one->day != other->day)
		return one->day < other->day ? -1 : 1;
	return (one->number > other->number) - (one->number < other->number);
}

/* Those about the same beside each other, in order of days. */
static int
by_about(const void *a, const void *b)
{
	const struct alert *one = a, *other = b;
	int order = strcmp(one->about, other->about);

	return order != 0 ? order : by_day(a, b);
}

void
alerts_limit(struct alerts *alerts, int32_t from, int32_t to)
{
	size_t kept = 0;

	for (size_t i = 0; i < alerts->count; i++)
		if (alerts->list[i].day >= from && alerts->list[i].day <= to)
			alerts->list[kept++] = alerts->list[i];
		else
			alert_free(&alerts->list[i]);
	alerts->count = kept;
	if (kept == 0)
		return;
	qsort(alerts->list, kept, sizeof *alerts->list, by_about);
	for (size_t i = 1; i < kept; i++)
		alerts->list[i].repeat =
		    strcmp(alerts->list[i].about, alerts->list[i - 1].about) == 0
		    && alerts->list[i].day - alerts->list[i - 1].day <= COLLAPSE;
	qsort(alerts->list, kept, sizeof *alerts->list, by_day);
}

void
alerts_release(struct alerts *alerts)
{
	for (size_t i = 0; i < alerts->count; i++)
		alert_free(&alerts->list[i]);
	free(alerts->list);
}
