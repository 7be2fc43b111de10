#include "diag.h"
#include "rec.h"
#include "score.h"

/* What a backtest looked at, and the smallest drop that any segment could have shown. */
void
score_ledger(json_t *record, const char *path)
{
	struct rec_in *in = rec_open(path);
	const struct rec *line;
	json_t *last = NULL, *best = NULL;
	double least = 0;

	while ((line = rec_next(in)) != NULL) {
		json_t *row = rec_object(line);
		double visible = json_number_value(json_object_get(row, "visible"));
		if (visible > 0 && (best == NULL || visible < least)) {
			json_decref(best);
			best = json_incref(row);
			least = visible;
		}
		json_decref(last);
		last = row;
	}
	rec_close(in);
	static const char *const names[] = { "tried", "evaluated_days" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (json_object_get(last, names[i]) != NULL)
			score_set(
			    record, names[i], json_incref(json_object_get(last, names[i])));
	if (best != NULL) {
		score_set(record, "visible", score_real(least));
		score_set(
		    record, "visible_segment", json_incref(json_object_get(best, "segment")));
	}
	json_decref(best);
	json_decref(last);
}
