#include <math.h>
#include <stdlib.h>

#include "diag.h"
#include "history.h"
#include "identity.h"
#include "rec_out.h"
#include "when.h"

const char *
history_type(const struct incident *incident)
{
	if (incident->recovery)
		return "recovery";
	return incident->sign < 0 ? "win_rate_drop" : "win_rate_rise";
}

static json_t *
day_text(const struct incidents *incidents, int32_t today)
{
	char text[WHEN_DAY_LEN];

	when_text(incidents->company->first + today, text);
	return json_stringn(text, WHEN_DAY_LEN);
}

static json_t *
record_of(const struct incidents *incidents, const struct incident *incident,
    const struct aliases *aliases)
{
	const struct segments *segments = incidents->company->segments;
	json_t *record = json_pack("{s:s, s:i, s:s, s:s, s:o, s:s, s:s, s:o, s:o, s:f}", "kind",
	    "incident", "v", 1, "alert_id", "", "type", history_type(incident), "segment",
	    segments_json(segments, incident->segment), "direction",
	    incident->sign < 0 ? "down" : "up", "clock",
	    incident->cohort ? "created" : "recorded", "from",
	    day_text(incidents, incident->from), "opened",
	    day_text(incidents, incident->opened), "shift", round(incident->shift * 1e4) / 1e4);

	if (record == NULL)
		die(EX_OSERR, "incident: out of memory");
	if (!incident->open)
		json_object_set_new(record, "closed", day_text(incidents, incident->ended));
	if (incident->replaces != SEGMENT_NONE)
		json_object_set_new(
		    record, "replaces", segments_json(segments, incident->replaces));
	char *id = identity_of_alert(record, aliases);
	json_object_set_new(record, "alert_id", json_string(id));
	free(id);
	return record;
}

/* Begun anew, or worse again: only the last one of that opening is. */
static bool
is_last(const struct incidents *incidents, size_t number)
{
	const struct incident *here = &incidents->at[number];

	for (size_t i = number + 1; i < incidents->count; i++) {
		const struct incident *later = &incidents->at[i];
		if (later->told && later->segment == here->segment && later->sign == here->sign
		    && later->opened == here->opened)
			return false;
	}
	return true;
}

void
history_write(
    const char *path, const struct incidents *incidents, const struct aliases *aliases)
{
	struct rec_out *out = path != NULL ? rec_create(path) : NULL;

	if (out == NULL)
		return;
	for (size_t i = 0; i < incidents->count; i++) {
		if (!incidents->at[i].told || !is_last(incidents, i))
			continue;
		json_t *record = record_of(incidents, &incidents->at[i], aliases);
		rec_dump(out, record);
		json_decref(record);
	}
	rec_finish(out);
}
