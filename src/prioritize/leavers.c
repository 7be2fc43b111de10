#include "field.h"
#include "leavers.h"
#include "mem.h"
#include "when.h"

char *
leavers_mark(const struct roster *roster, json_t *finding)
{
	json_t *reps = json_object_get(finding, "reps"), *rep;
	char day[WHEN_DAY_LEN];
	int32_t date, left;
	size_t i;

	if (!when_day(span(text_of(finding, "date")), &date))
		return NULL;
	json_array_foreach (reps, i, rep) {
		left = roster_left(roster, span(text_of(rep, "sales_rep_id")), date);
		if (left == INT32_MAX)
			continue;
		when_text(left, day);
		json_object_set_new(rep, "left", json_stringn(day, WHEN_DAY_LEN));
	}
	const json_t *segment = json_object_get(finding, "segment");
	left = roster_left(roster, span(text_of(segment, "sales_rep_id")), date);
	if (left == INT32_MAX)
		return NULL;
	when_text(left, day);
	return mem_printf("left: on %.*s", WHEN_DAY_LEN, day);
}
