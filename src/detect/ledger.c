#include <math.h>
#include <stdlib.h>

#include "diag.h"
#include "evidence.h"
#include "ledger.h"
#include "mem.h"
#include "rec_out.h"
#include "when.h"

static double
rounded(double value, double places)
{
	double scale = pow(10, places);

	return round(value * scale) / scale;
}

/* The open incident that this segment is a part or a whole of, or NULL. */
static const struct incident *
explaining(const struct incidents *incidents, uint32_t segment)
{
	const struct segments *segments = incidents->company->segments;

	for (size_t i = incidents->count; i-- > 0;)
		if (incidents->at[i].open && incidents->at[i].segment != COMPANY
		    && segments_nested(segments, incidents->at[i].segment, segment))
			return &incidents->at[i];
	return NULL;
}

/* From the first to the last day of its deals: what came after them was as usual. */
static char *
text_over(const struct company *company, const struct incident *over)
{
	const struct deal *last = &company->segments->deals->at[over->deals[over->count - 1]];
	char from[WHEN_DAY_LEN], to[WHEN_DAY_LEN];

	when_text(company->first + over->from, from);
	when_text(last->recorded, to);
	return mem_printf(
	    "over before it showed: from %.*s to %.*s", WHEN_DAY_LEN, from, WHEN_DAY_LEN, to);
}

static char *
verdict(const struct incidents *incidents, uint32_t segment, const struct surprise *surprise,
    int32_t today)
{
	const struct incident *own = incidents_of(incidents, segment), *other;

	if (own != NULL)
		return mem_printf(own->told ? "fired" : "fired, but not wanted");
	if (surprise->window.days == 0)
		return mem_printf(today < LONGEST ? "too little history" : "too small");
	if ((other = explaining(incidents, segment)) != NULL) {
		char *text = segments_text(incidents->company->segments, other->segment);
		char *all = mem_printf("explained by %s", text);
		free(text);
		return all;
	}
	bool fires = fabs(surprise->z) > surprise->threshold;
	if (!fires && (other = incidents_over(incidents, segment, today)) != NULL)
		return text_over(incidents->company, other);
	return mem_printf(fires ? "too many today" : "below threshold");
}

/* The window of a segment that is closest to firing; of an incident, its span. */
static struct surprise
window_of(const struct incidents *incidents, uint32_t segment, int32_t today)
{
	const struct incident *own = incidents_of(incidents, segment);
	const struct scan *scan = &incidents->scan;
	struct surprise none = { .window = { 0, false } };
	double beyond;

	if (own != NULL) {
		struct surprise found = incidents_evidence(incidents, own, today);
		found.z = found.raw;
		return found;
	}
	size_t w = scan_best(scan, segment, 0, &beyond);
	if (scan_z(scan, segment, w) == 0)
		w = RECORDED_WINDOWS - 1;
	struct surprise found = scan_window(scan, segment, w, today);
	return isfinite(scan_visible(&found)) ? found : none;
}

/* The smallest change of the rate that would have fired, in any window of recorded days. */
static double
visible_in(const struct incidents *incidents, uint32_t segment, int32_t today, int *days)
{
	double least = 1;
	const uint32_t *deals;

	*days = 0;
	for (size_t w = 0; w < RECORDED_WINDOWS; w++) {
		int32_t from = today + 1 - scan_windows[w].days;
		double n =
		    (double)company_recorded(incidents->company, segment, from, today, &deals);
		struct surprise found =
		    scan_since(&incidents->scan, segment, from, false, today, NULL);
		double here = scan_visible(&found) / n;
		if (n > 0 && here < least) {
			least = here;
			*days = scan_windows[w].days;
		}
	}
	return least;
}

static void
add_visible(json_t *row, const struct incidents *incidents, uint32_t segment, int32_t today)
{
	int days;
	double visible = visible_in(incidents, segment, today, &days);

	if (days == 0)
		return;
	json_object_set_new(row, "visible", json_real(rounded(visible, 3)));
	json_object_set_new(row, "visible_days", json_integer(days));
}

/* All that z was computed from; r is less what the own offset explains. */
static void
add_window(json_t *row, const struct incidents *incidents, uint32_t segment,
    const struct surprise *found, int32_t today)
{
	const struct company *company = incidents->company;
	int32_t to = company->first + today, from = to - found->window.days + 1;
	struct period in = { from, to, found->window.cohort };
	struct counts counts = evidence_counts(company->segments, segment, in);
	double lack = found->r - found->v * found->rest;
	char texts[2][WHEN_DAY_LEN];

	when_text(from, texts[0]);
	when_text(to, texts[1]);
	json_t *more = json_pack("{s:s, s:s%, s:s%, s:i, s:I, s:I, s:f, s:f, s:f, s:f, s:f,"
				 " s:f, s:f, s:f, s:f, s:f, s:f, s:f}",
	    "basis", found->window.cohort ? "created" : "recorded", "from", texts[0],
	    (size_t)WHEN_DAY_LEN, "to", texts[1], (size_t)WHEN_DAY_LEN, "days",
	    (int)found->window.days, "n", (json_int_t)counts.n, "won", (json_int_t)counts.won,
	    "expected", rounded(counts.won - lack, 4), "r", rounded(found->r, 6), "v_sum",
	    rounded(found->v, 6), "own", rounded(found->own, 6), "own_var",
	    rounded(found->own_variance, 8), "rest", rounded(found->rest, 8), "rest_var",
	    rounded(found->rest_variance, 8), "noise", rounded(found->noise, 8), "z_raw",
	    rounded(found->raw, 4), "age_z", rounded(found->ageless, 4), "z",
	    rounded(found->z, 4), "threshold", rounded(found->threshold, 4));
	json_object_update_new(row, more);
}

static json_t *
row_of(const struct incidents *incidents, uint32_t segment, int32_t today)
{
	const struct company *company = incidents->company;
	struct surprise found = { .window = { 0, false } };

	if (today >= LONGEST)
		found = window_of(incidents, segment, today);
	char date[WHEN_DAY_LEN], *why = verdict(incidents, segment, &found, today);

	when_text(company->first + today, date);
	json_t *row = json_pack("{s:s, s:i, s:s%, s:o}", "kind", "ledger", "v", 1, "date", date,
	    (size_t)WHEN_DAY_LEN, "segment", segments_json(company->segments, segment));
	if (found.window.days > 0) {
		add_window(row, incidents, segment, &found, today);
		add_visible(row, incidents, segment, today);
	}
	json_object_set_new(row, "verdict", json_string(why));
	json_object_set_new(row, "tried", json_integer((json_int_t)incidents->scan.tried));
	json_object_set_new(row, "evaluated_days", json_integer(today + 1));
	free(why);
	return row;
}

void
ledger_write(const char *path, struct incidents *incidents, int32_t today)
{
	const struct company *company = incidents->company;
	struct rec_out *out = path != NULL ? rec_create(path) : NULL;

	if (out == NULL)
		return;
	if (today >= LONGEST)
		scan_all(&incidents->scan, today);
	for (uint32_t i = 0; i < company->segments->count && today >= 0; i++) {
		json_t *row = row_of(incidents, i, today);
		rec_dump(out, row);
		json_decref(row);
	}
	rec_finish(out);
}
