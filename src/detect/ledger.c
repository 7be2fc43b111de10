#include <math.h>
#include <stdlib.h>

#include "diag.h"
#include "evidence.h"
#include "ledger.h"
#include "mem.h"
#include "rec_out.h"
#include "when.h"

size_t
ledger_tried(const struct company *company, int32_t today)
{
	size_t tried = 0;

	for (uint32_t i = 0; i < company->segments->count; i++)
		tried += scan_segment(company, i, today, SCAN_LONGEST, 0).days > 0;
	return tried;
}

/* The live episode that this segment is a part of, or NULL. */
static const struct episode *
explaining(const struct episodes *episodes, uint32_t segment)
{
	const struct segments *segments = episodes->company->segments;

	for (size_t i = 0; i < episodes->count; i++) {
		const struct episode *episode = &episodes->at[i];
		if (episode->live && episode->segment != COMPANY
		    && segments->at[episode->segment].conditions
			< segments->at[segment].conditions
		    && segments_nested(segments, episode->segment, segment))
			return episode;
	}
	return NULL;
}

static char *
verdict(const struct episodes *episodes, uint32_t segment, const struct surprise *surprise)
{
	const struct episode *own = episodes_of(episodes, segment), *other;

	if (own != NULL)
		return mem_printf(own->told ? "fired" : "fired, but not wanted");
	if ((other = explaining(episodes, segment)) != NULL) {
		char *text = segments_text(episodes->company->segments, other->segment);
		char *all = mem_printf("explained by %s", text);
		free(text);
		return all;
	}
	if (surprise->days == 0)
		return mem_printf("too small");
	return mem_printf(surprise_fires(surprise) ? "too many today" : "below threshold");
}

static json_t *
row_of(const struct episodes *episodes, uint32_t segment, int32_t today)
{
	const struct company *company = episodes->company;
	const struct episode *own = episodes_of(episodes, segment);
	struct surprise surprise = own != NULL
	    ? own->surprise
	    : scan_segment(company, segment, today, SCAN_LONGEST, 0);
	int32_t day = company->first + today;
	struct counts counts =
	    evidence_counts(company->segments, segment, day - surprise.days + 1, day);
	char date[WHEN_DAY_LEN], *why = verdict(episodes, segment, &surprise);

	when_text(day, date);
	json_t *row = json_pack("{s:s, s:i, s:s%, s:o, s:i, s:I, s:I, s:f, s:f, s:f, s:s}",
	    "kind", "ledger", "v", 1, "date", date, (size_t)WHEN_DAY_LEN, "segment",
	    segments_json(company->segments, segment), "days", (int)surprise.days, "n",
	    (json_int_t)counts.n, "won", (json_int_t)counts.won, "z",
	    round(100 * surprise.z) / 100, "threshold", round(100 * surprise.threshold) / 100,
	    "visible", round(1e3 * surprise.visible) / 1e3, "verdict", why);
	if (row == NULL)
		die(EX_OSERR, "ledger: out of memory");
	free(why);
	return row;
}

void
ledger_write(const char *path, const struct episodes *episodes, int32_t today)
{
	const struct company *company = episodes->company;
	struct rec_out *out = path != NULL ? rec_create(path) : NULL;
	size_t tried = ledger_tried(company, today);

	if (out == NULL)
		return;
	for (uint32_t i = 0; i < company->segments->count && today >= 0; i++) {
		json_t *row = row_of(episodes, i, today);
		json_object_set_new(row, "tried", json_integer((json_int_t)tried));
		json_object_set_new(row, "evaluated_days", json_integer(today + 1));
		rec_dump(out, row);
		json_decref(row);
	}
	rec_finish(out);
}
