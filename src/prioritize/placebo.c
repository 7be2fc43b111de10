#include <string.h>

#include "diag.h"
#include "placebo.h"
#include "rec.h"

json_t *
placebo_read(const char *path)
{
	struct rec_in *in = rec_open(path);
	size_t kind = rec_want(in, "kind"), copies = rec_want(in, "copies");
	const struct rec *line;
	json_t *last = NULL;

	while ((line = rec_next(in)) != NULL) {
		if (!span_is(rec_text(line, kind), "placebo"))
			die(EX_DATAERR, "%s:%zu: not a placebo", path, line->number);
		if (line->fields[copies].type != REC_INTEGER)
			continue;
		json_decref(last);
		last = rec_object(line);
	}
	rec_close(in);
	if (last == NULL)
		die(EX_DATAERR,
		    "%s: no placebo of all copies; saleswatch placebo writes it last", path);
	return last;
}

/* Where the record has the rate of a type: of win rates it speaks as a whole. */
static const json_t *
rates_of(const json_t *placebo, const char *type)
{
	if (strcmp(type, "win_rate_drop") == 0 || strcmp(type, "win_rate_rise") == 0)
		return placebo;
	return json_object_get(json_object_get(placebo, "types"), type);
}

json_t *
placebo_of(const json_t *placebo, const char *type, const json_t *segment)
{
	const json_t *rates = json_object_size(segment) > 0 ? rates_of(placebo, type) : NULL,
		     *rate = json_object_get(rates, "false_per_week"),
		     *low = json_object_get(rates, "false_per_week_low"),
		     *high = json_object_get(rates, "false_per_week_high");

	if (!json_is_number(rate) || !json_is_number(low) || !json_is_number(high))
		return NULL;
	json_t *made = json_pack("{s:O, s:O, s:O, s:O}", "per_week", rate, "low", low, "high",
	    high, "copies", json_object_get(placebo, "copies"));
	if (made == NULL)
		die(EX_OSERR, "out of memory");
	return made;
}
