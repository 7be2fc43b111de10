#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "field.h"
#include "mem.h"
#include "night.h"
#include "when.h"

bool
night_is_recent(const struct night *night, int32_t day)
{
	return day != NO_DAY && night->day - day < checks_days(night->checks);
}

double
rounded(double value)
{
	return round(value * 1e4) / 1e4;
}

json_t *
day_json(int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	return json_stringn(text, sizeof text);
}

int32_t
day_of(const json_t *record, const char *name)
{
	const json_t *text = json_object_get(record, name);
	int32_t day;

	return json_is_string(text)
		&& when_day(
		    (struct span){ json_string_value(text), json_string_length(text) }, &day)
	    ? day
	    : NO_DAY;
}

static bool
is_past(const struct verdict *verdict, double limit)
{
	if (!verdict->judged || isnan(limit) || isnan(verdict->value))
		return false;
	return verdict->falls ? verdict->value < limit : verdict->value > limit;
}

static const char *
level_of(const struct verdict *verdict)
{
	if (is_past(verdict, verdict->limits.error))
		return "error";
	return is_past(verdict, verdict->limits.warn) ? "warn" : "ok";
}

/* A whole number is written as one. */
static void
put_number(json_t *record, const char *name, double value)
{
	value = rounded(value);
	if (!isnan(value))
		json_object_set_new(record, name,
		    value == trunc(value) && fabs(value) < 1e15
			? json_integer((json_int_t)value)
			: json_real(value));
}

void
night_tell(struct night *night, struct verdict verdict)
{
	const char *level = level_of(&verdict);
	json_t *record = json_pack("{s:s, s:i, s:s, s:s, s:s, s:o, s:s}", "kind", "quality",
	    "v", 1, "source", night->source, "rule", verdict.rule, "field",
	    verdict.field != NULL ? verdict.field : "", "date", day_json(night->day), "level",
	    level);

	if (record == NULL)
		die(EX_USAGE, "--source %s: not UTF-8", night->source);
	put_number(record, "value", verdict.value);
	put_number(record, "warn", verdict.limits.warn);
	put_number(record, "error", verdict.limits.error);
	json_object_set_new(record, "reason", json_string(verdict.reason));
	if (verdict.sample != NULL)
		json_object_set_new(record, "sample", verdict.sample);
	if (verdict.state != NULL)
		json_object_update_new(record, verdict.state);
	json_array_append_new(night->records, record);
	night->warnings += strcmp(level, "warn") == 0;
	if (strcmp(level, "error") == 0 && night->errors++ == 0) {
		night->worst = record;
		night->worst_falls = verdict.falls;
	}
	free(verdict.reason);
}

static bool
is_told(const struct night *night, const char *rule, const char *field)
{
	const json_t *record;
	size_t i;

	json_array_foreach (night->records, i, record)
		if (strcmp(text_of(record, "rule"), rule) == 0
		    && strcmp(text_of(record, "field"), field) == 0)
			return true;
	return false;
}

/* What an earlier run of the day told, and this one does not, is over. */
static void
tell_over(struct night *night)
{
	const char *rule, *field;
	json_t *fields, *amiss;

	json_object_foreach ((json_t *)earlier_amiss(night->earlier), rule, fields)
		json_object_foreach (fields, field, amiss)
			if (!is_told(night, rule, field))
				night_tell(night,
				    (struct verdict){ .rule = rule,
					.field = field,
					.value = NAN,
					.limits = { NAN, NAN },
					.reason = mem_printf("it is so no more") });
}

void
night_judge(struct night *night)
{
	static const struct {
		const char *name;
		judge *judge;
	} rules[] = {
		{ "freshness", judge_freshness },
		{ "volume", judge_volume },
		{ "completeness", judge_completeness },
		{ "duplicates", judge_duplicates },
		{ "rejects", judge_rejects },
		{ "reject_codes", judge_reject_codes },
		{ "values", judge_values },
		{ "amount", judge_amount },
	};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		const json_t *rule = checks_rule(night->checks, rules[i].name);
		if (rule != NULL)
			rules[i].judge(night, rule);
	}
	judge_fields(night);
	tell_over(night);
}
