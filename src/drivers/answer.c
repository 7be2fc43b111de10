#include <math.h>
#include <stdlib.h>

#include "answer.h"
#include "json.h"
#include "kitagawa.h"
#include "mem.h"
#include "rec_out.h"
#include "stats.h"

enum { VALUES_SHOWN = 1000, EXACT = 13 }; /* places that still add up to 1e-9 */

static json_t *
asked_segment(const struct question *question)
{
	json_t *object = json_object();

	for (size_t i = 0; i < question->conditions; i++)
		set_text(object, question->condition[i].field, question->condition[i].value);
	return object;
}

static json_t *
segment_of(
    const struct frame *frame, const struct question *question, const struct shift *shift)
{
	json_t *object = asked_segment(question);

	for (size_t i = 0; i < shift->conditions; i++)
		set_text(object, frame_name(frame, shift->dim[i]),
		    frame_value(frame, shift->dim[i], shift->code[i]));
	return object;
}

static double
change_of(const struct frame *frame)
{
	const struct counts *total = &frame->total;

	return total->won[AFTER] / total->n[AFTER] - total->won[BEFORE] / total->n[BEFORE];
}

static json_t *
begin(const char *part, const struct frame *frame, const struct question *question)
{
	json_t *object = json_object();

	set_text(object, "kind", "drivers");
	set_count(object, "v", 1);
	set_text(object, "part", part);
	set_text(object, "clock", clock_name(question->clock));
	set(object, "segment", asked_segment(question));
	set(object, "before", json_period(question->before, &frame->total, BEFORE));
	set(object, "after", json_period(question->after, &frame->total, AFTER));
	set_real(object, "change", change_of(frame), EXACT);
	return object;
}

static void
put_value(json_t *list, const char *name, const struct counts *counts, const struct part *part)
{
	json_t *object = json_object();

	set_text(object, "value", name);
	set_count(object, "n0", counts->n[BEFORE]);
	set_count(object, "n1", counts->n[AFTER]);
	set_count(object, "won0", counts->won[BEFORE]);
	set_count(object, "won1", counts->won[AFTER]);
	set_real(object, "w0", part->w[BEFORE], EXACT);
	set_real(object, "w1", part->w[AFTER], EXACT);
	if (counts->n[BEFORE] > 0) {
		set_real(object, "p0", part->p[BEFORE], EXACT);
		set_wilson(object, "p0_low", "p0_high", counts->won[BEFORE], counts->n[BEFORE]);
	}
	if (counts->n[AFTER] > 0) {
		set_real(object, "p1", part->p[AFTER], EXACT);
		set_wilson(object, "p1_low", "p1_high", counts->won[AFTER], counts->n[AFTER]);
	}
	set_real(object, "mix", part->mix, EXACT);
	set_real(object, "pull", part->pull, EXACT);
	set_real(object, "rate", part->rate, EXACT);
	if (counts->n[BEFORE] < ENOUGH_OF_VALUE || counts->n[AFTER] < ENOUGH_OF_VALUE)
		set(object, "few", json_true());
	append(list, object);
}

struct sums {
	double mix, pull, rate;
	size_t values;
};

static void
add(struct sums *sums, const struct part *part)
{
	sums->mix += part->mix;
	sums->pull += part->pull;
	sums->rate += part->rate;
	sums->values++;
}

/* Of a dimension with more values than one line holds. */
static void
put_others(json_t *object, const struct sums *others)
{
	json_t *rest = json_object();

	set_count(rest, "values", (double)others->values);
	set_real(rest, "mix", others->mix, EXACT);
	set_real(rest, "pull", others->pull, EXACT);
	set_real(rest, "rate", others->rate, EXACT);
	set(object, "others", rest);
}

static bool
reversed(const struct frame *frame, size_t dim)
{
	size_t values = frame_values(frame, dim);
	struct counts *counts = mem_new(values, sizeof *counts);

	frame_by_value(frame, dim, counts);
	bool is = kitagawa_reversed(counts, values, &frame->total, ENOUGH_OF_VALUE);
	free(counts);
	return is;
}

static void
write_dimension(
    struct rec_out *out, const struct frame *frame, const struct question *question, size_t dim)
{
	size_t values = frame_values(frame, dim);
	struct counts *counts = mem_new(values, sizeof *counts);
	json_t *object = begin("dimension", frame, question), *list = json_array();
	struct sums all = { 0 }, others = { 0 };

	frame_by_value(frame, dim, counts);
	for (uint32_t code = 0; code < values; code++) {
		if (counts[code].n[BEFORE] + counts[code].n[AFTER] == 0)
			continue;
		struct part part = kitagawa_part(&counts[code], &frame->total);
		add(&all, &part);
		if (all.values > VALUES_SHOWN)
			add(&others, &part);
		else
			put_value(list, frame_value(frame, dim, code), &counts[code], &part);
	}
	set_text(object, "dimension", frame_name(frame, dim));
	set_real(object, "mix", all.mix, EXACT);
	set_real(object, "rate", all.rate, EXACT);
	set(object, "reversal", json_boolean(reversed(frame, dim)));
	set(object, "values", list);
	if (others.values > 0)
		put_others(object, &others);
	rec_dump(out, object);
	json_decref(object);
	free(counts);
}

static json_t *
shift_json(
    const struct frame *frame, const struct question *question, const struct shift *shift)
{
	const struct counts *counts = &shift->counts;
	json_t *object = json_object();

	set(object, "segment", segment_of(frame, question, shift));
	set_count(object, "n0", counts->n[BEFORE]);
	set_count(object, "won0", counts->won[BEFORE]);
	set_wilson(object, "p0_low", "p0_high", counts->won[BEFORE], counts->n[BEFORE]);
	set_count(object, "n1", counts->n[AFTER]);
	set_count(object, "won1", counts->won[AFTER]);
	set_wilson(object, "p1_low", "p1_high", counts->won[AFTER], counts->n[AFTER]);
	set_real(object, "expected", shift->expected, 1);
	set_real(object, "contribution",
	    (counts->won[AFTER] - shift->expected) / frame->total.n[AFTER], 6);
	set_real(object, "shift", shift->logit, 3);
	set_real(object, "z", shift->z, 2);
	set_real(object, "p", shift->p, 6);
	set_real(object, "score", shift->score, 2);
	return object;
}

/* Why no segment is named; NULL if one may be. */
static char *
too_few(const struct frame *frame)
{
	const struct counts *total = &frame->total;

	if (total->n[BEFORE] >= ENOUGH_BEFORE && total->n[AFTER] >= ENOUGH_AFTER)
		return NULL;
	return mem_printf("%.0f deals before and %.0f after: to name a segment needs %d and %d",
	    total->n[BEFORE], total->n[AFTER], ENOUGH_BEFORE, ENOUGH_AFTER);
}

static void
put_located(json_t *object, const struct model *model, const struct question *question)
{
	const struct frame *frame = model->frame;
	struct located located;
	json_t *near = json_array();
	size_t others = 0;

	locate(&located, model, question->direction);
	set_count(object, "tried", (double)located.tried);
	set(object, "stands_out", json_boolean(located.stands_out));
	if (located.count > 0)
		set(object, "located", shift_json(frame, question, &located.at[0]));
	for (size_t i = 1; i < located.count; i++) {
		if (locate_nested(&located.at[0], &located.at[i]))
			append(near, shift_json(frame, question, &located.at[i]));
		else
			others++;
	}
	set(object, "near", near);
	set_count(object, "rivals", (double)others);
}

static json_t *
reversals(const struct frame *frame)
{
	json_t *list = json_array();

	for (size_t dim = 0; dim < frame->dims; dim++)
		if (reversed(frame, dim))
			append(list, json_string(frame_name(frame, dim)));
	return list;
}

/* In tenths of a point, which add up as they are shown. */
static void
put_points(json_t *object, double change, double mix)
{
	double all = round(1000 * change) / 10, by_mix = round(1000 * mix) / 10;

	set_real(object, "change_points", all, 1);
	set_real(object, "mix_points", by_mix, 1);
	set_real(object, "rate_points", all - by_mix, 1);
}

static void
write_total(struct rec_out *out, const struct frame *frame, const struct question *question)
{
	const struct counts *total = &frame->total;
	json_t *object = begin("total", frame, question);
	struct stats_difference difference = stats_two_proportions(
	    total->won[AFTER], total->n[AFTER], total->won[BEFORE], total->n[BEFORE]);
	char *few = too_few(frame);
	struct model model;

	model_make(&model, frame);
	double mix = model_mix(&model);
	set_real(object, "z", difference.z, 2);
	set_real(object, "p", difference.p, 6);
	set_real(object, "mix", mix, EXACT);
	set_real(object, "rate", change_of(frame) - mix, EXACT);
	put_points(object, change_of(frame), mix);
	set(object, "reversals", reversals(frame));
	if (few != NULL)
		set_text(object, "few", few);
	else
		put_located(object, &model, question);
	rec_dump(out, object);
	model_release(&model);
	json_decref(object);
	free(few);
}

size_t
answer_write(struct rec_out *out, const struct frame *frame, const struct question *question)
{
	write_total(out, frame, question);
	for (size_t dim = 0; dim < frame->dims; dim++)
		write_dimension(out, frame, question, dim);
	return 1 + frame->dims;
}

json_t *
answer_why(const struct frame *frame, const struct question *question)
{
	json_t *object = json_object();
	char *few = too_few(frame);
	struct model model;

	model_make(&model, frame);
	double mix = model_mix(&model);
	set(object, "before", json_period(question->before, &frame->total, BEFORE));
	set(object, "after", json_period(question->after, &frame->total, AFTER));
	put_points(object, change_of(frame), mix);
	set(object, "reversals", reversals(frame));
	if (few != NULL)
		set_text(object, "few", few);
	else
		put_located(object, &model, question);
	model_release(&model);
	free(few);
	return object;
}
