#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "words_part.h"

/* "+1.2", "−0.6", "0.0" */
static char *
points(double value)
{
	double shown = round(fabs(value) * 10) / 10;

	return mem_printf("%s%.1f", shown == 0 ? "" : value < 0 ? "−" : "+", shown);
}

static char *
segment_name(const json_t *segment, const json_t *company)
{
	json_t *alert = json_pack("{s:O}", "segment", segment);
	struct subject subject = { .alert = alert, .company = company };
	json_t *said = words_segment(&subject);
	const char *name = json_string_value(said);
	char *text = mem_printf("%s", name != NULL && *name != '\0' ? name : "no value");

	json_decref(said);
	json_decref(alert);
	return text;
}

/* " (18%, was 36%)"; "" where there were none. */
static char *
rates(const json_t *located)
{
	double n0, n1, won0, won1;

	if (!number_of(located, "n0", &n0) || !number_of(located, "n1", &n1)
	    || !number_of(located, "won0", &won0) || !number_of(located, "won1", &won1)
	    || n0 <= 0 || n1 <= 0)
		return mem_copy("", 0);
	char *now = words_percent(won1 / n1, 0), *was = words_percent(won0 / n0, 0);
	char *text = mem_printf(" (%s, was %s)", now, was);
	free(now);
	free(was);
	return text;
}

/* ", or Europe": what the data do not tell from it, the nearest; "" if there is none. */
static char *
nearest(const json_t *why, const json_t *company)
{
	const json_t *near = json_array_get(json_object_get(why, "near"), 0);
	const json_t *segment = json_object_get(near, "segment");

	if (!json_is_object(segment))
		return mem_copy("", 0);
	char *name = segment_name(segment, company), *text = mem_printf(", or %s", name);
	free(name);
	return text;
}

static char *
where(const json_t *why, const json_t *segment, const json_t *company)
{
	const json_t *located = json_object_get(why, "located");
	const json_t *moved = json_object_get(located, "segment");

	if (json_object_get(why, "few") != NULL)
		return mem_printf("too few deals to say where");
	if (!json_is_true(json_object_get(why, "stands_out")) || !json_is_object(moved))
		return mem_printf("no part of it stands out");
	if (json_equal(moved, segment))
		return mem_printf("all of its parts alike");
	char *name = segment_name(moved, company), *rate = rates(located);
	char *near = nearest(why, company);
	char *text = mem_printf("what moved is %s%s%s", name, rate, near);

	free(near);
	free(rate);
	free(name);
	return text;
}

static char *
reversed(const json_t *why)
{
	json_t *names = words_list(json_object_get(why, "reversals"), NULL, 3);
	const char *said = json_string_value(names);
	char *text = said == NULL || *said == '\0'
	    ? mem_copy("", 0)
	    : mem_printf("; but by %s each value moved the other way (Simpson)", said);

	json_decref(names);
	return text;
}

char *
words_why(const json_t *why, const json_t *segment, const json_t *company)
{
	double change, mix, rate;

	if (!number_of(why, "change_points", &change) || !number_of(why, "mix_points", &mix)
	    || !number_of(why, "rate_points", &rate))
		return NULL;
	char *total = points(change), *by_mix = points(mix), *by_rate = points(rate);
	char *place = where(why, segment, company), *against = reversed(why);
	char *text =
	    mem_printf("%s points against the year before: %s by mix, %s by rate; %s%s", total,
		by_mix, by_rate, place, against);

	free(total);
	free(by_mix);
	free(by_rate);
	free(place);
	free(against);
	return text;
}

json_t *
words_why_text(const struct subject *s)
{
	return owned(words_why(json_object_get(s->alert, "why"),
	    json_object_get(s->alert, "segment"), s->company));
}
