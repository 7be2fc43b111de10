#include <stdlib.h>

#include "answer.h"
#include "diag.h"
#include "field.h"
#include "mem.h"
#include "rec_out.h"
#include "when.h"
#include "why.h"

struct place {
	const char *path;
	size_t line;
};

static _Noreturn void
refuse(struct place place, const char *field, const char *why)
{
	die(EX_DATAERR, "%s:%zu: %s: %s", place.path, place.line, field, why);
}

static int32_t
day_of(struct place place, const json_t *finding, const char *field)
{
	const char *text = json_string_value(json_object_get(finding, field));
	int32_t day;

	if (text == NULL || !when_day(span(text), &day))
		refuse(place, field, "must be a day");
	return day;
}

static void
ask_segment(struct place place, const json_t *finding, const struct deals *deals,
    struct question *question)
{
	const char *field;
	json_t *value;

	json_object_foreach (json_object_get(finding, "segment"), field, value) {
		const char *text = json_string_value(value);
		if (deals_field(deals, field) == deals->fields)
			refuse(place, field,
			    "no dimension of the deals: --by or --map names them");
		if (question->conditions == CONDITIONS)
			refuse(place, "segment", "has too many conditions");
		question->condition[question->conditions++] =
		    (struct condition){ mem_copy(field, strlen(field)),
			    text != NULL ? mem_copy(text, strlen(text)) : NULL };
	}
}

static void
ask(struct place place, const json_t *finding, const struct deals *deals,
    struct question *question)
{
	int32_t from = day_of(place, finding, "from"), to = day_of(place, finding, "to");

	if (from > to)
		refuse(place, "from", "is after to");
	question_window(question, to, to - from + 1);
	question->known = day_of(place, finding, "date");
	question->direction = strcmp(text_of(finding, "direction"), "up") == 0 ? 1 : -1;
	if (!clock_named(text_of(finding, "clock"), &question->clock))
		refuse(place, "clock", "must be recorded, closed or created");
	ask_segment(place, finding, deals, question);
}

/* NULL if there is nothing to compare. */
static json_t *
why_of(struct place place, const json_t *finding, const struct deals *deals, size_t dimensions)
{
	struct question question = { 0 };
	struct frame frame;
	json_t *why = NULL;

	ask(place, finding, deals, &question);
	frame_make(&frame, deals, &question, dimensions);
	if (frame.total.n[BEFORE] > 0 && frame.total.n[AFTER] > 0)
		why = answer_why(&frame, &question);
	frame_release(&frame);
	question_release(&question);
	return why;
}

static void
write_with(struct rec_out *out, const struct rec *rec, const json_t *why)
{
	size_t len;
	char *text = rec_json(why, &len);

	rec_begin(out, rec);
	rec_put_json(out, span("why"), (struct span){ text, len });
	rec_end(out);
	free(text);
}

size_t
why_write(
    struct rec_out *out, const char *findings, const struct deals *deals, size_t dimensions)
{
	struct rec_in *in = rec_open(findings);
	const struct rec *rec;
	size_t count = 0;

	for (; (rec = rec_next(in)) != NULL; count++) {
		struct place place = { findings, rec->number };
		json_t *finding = rec_object(rec), *why = NULL;
		if (strncmp(text_of(finding, "type"), "win_rate_", 9) == 0)
			why = why_of(place, finding, deals, dimensions);
		if (why != NULL)
			write_with(out, rec, why);
		else
			rec_pass(out, rec);
		json_decref(why);
		json_decref(finding);
	}
	rec_close(in);
	return count;
}
