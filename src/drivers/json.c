#include <math.h>

#include "diag.h"
#include "json.h"
#include "stats.h"
#include "when.h"

static void
sure(int failed)
{
	if (failed != 0)
		die(EX_OSERR, "drivers: out of memory");
}

void
set(json_t *object, const char *name, json_t *value)
{
	sure(json_object_set_new(object, name, value));
}

void
append(json_t *list, json_t *value)
{
	sure(json_array_append_new(list, value));
}

void
set_text(json_t *object, const char *name, const char *text)
{
	set(object, name, text != NULL ? json_string(text) : json_null());
}

void
set_count(json_t *object, const char *name, double count)
{
	set(object, name, json_integer(llround(count)));
}

/* Digits beyond what the data can tell would only differ from machine to machine. */
void
set_real(json_t *object, const char *name, double value, int places)
{
	double scale = pow(10, places), rounded = round(value * scale) / scale;

	set(object, name, json_real(rounded == 0 ? 0 : rounded)); /* no -0.0 */
}

void
set_wilson(json_t *object, const char *low, const char *high, double won, double n)
{
	struct interval interval = stats_wilson(won, n, .95);

	set_real(object, low, interval.low, 4);
	set_real(object, high, interval.high, 4);
}

static void
set_day(json_t *object, const char *name, int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	set(object, name, json_stringn(text, WHEN_DAY_LEN));
}

json_t *
json_period(struct period days, const struct counts *counts, int period)
{
	double n = counts->n[period], won = counts->won[period];
	json_t *object = json_object();

	set_day(object, "from", days.from);
	set_day(object, "to", days.to);
	set_count(object, "n", n);
	set_count(object, "won", won);
	set_real(object, "win_rate", won / n, 6);
	set_wilson(object, "low", "high", won, n);
	return object;
}
