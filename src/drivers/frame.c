#define _GNU_SOURCE /* qsort_r */
#include <stdlib.h>

#include "frame.h"
#include "mem.h"

struct filter {
	size_t count, field[CONDITIONS];
	uint32_t code[CONDITIONS];
	bool never; /* a value that no deal has */
};

static struct filter
filter_of(const struct deals *deals, const struct question *question)
{
	struct filter filter = { .count = question->conditions };

	for (size_t i = 0; i < filter.count; i++) {
		const struct condition *condition = &question->condition[i];
		filter.field[i] = deals_field(deals, condition->field);
		const struct names *values = deals->field[filter.field[i]].values;
		filter.code[i] = names_count(values);
		if (condition->value != NULL
		    && !names_find(values, span(condition->value), &filter.code[i]))
			filter.never = true;
	}
	return filter;
}

static bool
passes(const struct deals *deals, size_t deal, const struct filter *filter)
{
	for (size_t i = 0; i < filter->count; i++)
		if (deals_code(deals, deal, filter->field[i]) != filter->code[i])
			return false;
	return !filter->never;
}

/* PERIODS if it is in neither. */
static int
period_of(const struct deal *deal, const struct question *question)
{
	int32_t day = deal->day[question->clock];

	if (day == NO_DAY || deal->day[CLOCK_RECORDED] > question->known)
		return PERIODS;
	if (day >= question->after.from && day <= question->after.to)
		return AFTER;
	return day >= question->before.from && day <= question->before.to ? BEFORE : PERIODS;
}

static void
choose_dims(struct frame *frame, const struct filter *filter, size_t dimensions)
{
	frame->dim = mem_new(dimensions + 1, sizeof *frame->dim);
	for (size_t field = 0; field < dimensions; field++) {
		bool fixed = false;
		for (size_t i = 0; i < filter->count; i++)
			fixed = fixed || filter->field[i] == field;
		if (!fixed)
			frame->dim[frame->dims++] = field;
	}
}

/* A deal of one of the periods, with its codes. */
struct row {
	size_t deal;
	int period;
};

static int
by_codes(const void *a, const void *b, void *context)
{
	const struct frame *frame = context;
	const struct row *x = a, *y = b;

	for (size_t i = 0; i < frame->dims; i++) {
		uint32_t one = deals_code(frame->deals, x->deal, frame->dim[i]);
		uint32_t other = deals_code(frame->deals, y->deal, frame->dim[i]);
		if (one != other)
			return one < other ? -1 : 1;
	}
	return 0;
}

static void
count(struct counts *counts, int period, bool won)
{
	counts->n[period]++;
	counts->won[period] += won;
}

static void
gather(struct frame *frame, const struct row *rows, size_t row_count)
{
	frame->codes = mem_new(row_count * frame->dims + 1, sizeof *frame->codes);
	frame->count = mem_new(row_count + 1, sizeof *frame->count);
	for (size_t i = 0; i < row_count; i++) {
		bool won = frame->deals->at[rows[i].deal].won;
		if (i == 0 || by_codes(&rows[i - 1], &rows[i], frame) != 0) {
			for (size_t d = 0; d < frame->dims; d++)
				frame->codes[frame->kinds * frame->dims + d] =
				    deals_code(frame->deals, rows[i].deal, frame->dim[d]);
			frame->kinds++;
		}
		count(&frame->count[frame->kinds - 1], rows[i].period, won);
		count(&frame->total, rows[i].period, won);
	}
}

void
frame_make(struct frame *frame, const struct deals *deals, const struct question *question,
    size_t dimensions)
{
	struct filter filter = filter_of(deals, question);
	struct row *rows = mem_new(deals->count + 1, sizeof *rows);
	size_t row_count = 0;

	*frame = (struct frame){ .deals = deals };
	choose_dims(frame, &filter, dimensions);
	for (size_t i = 0; i < deals->count; i++) {
		int period = period_of(&deals->at[i], question);
		if (period != PERIODS && passes(deals, i, &filter))
			rows[row_count++] = (struct row){ i, period };
	}
	qsort_r(rows, row_count, sizeof *rows, by_codes, frame);
	gather(frame, rows, row_count);
	free(rows);
}

void
frame_by_value(const struct frame *frame, size_t dim, struct counts *by_code)
{
	for (size_t kind = 0; kind < frame->kinds; kind++) {
		struct counts *value = &by_code[frame->codes[kind * frame->dims + dim]];
		for (int period = 0; period < PERIODS; period++) {
			value->n[period] += frame->count[kind].n[period];
			value->won[period] += frame->count[kind].won[period];
		}
	}
}

size_t
frame_values(const struct frame *frame, size_t dim)
{
	return names_count(frame->deals->field[frame->dim[dim]].values) + 1;
}

const char *
frame_value(const struct frame *frame, size_t dim, uint32_t code)
{
	const struct names *values = frame->deals->field[frame->dim[dim]].values;

	return code < names_count(values) ? names_text(values, code) : NULL;
}

const char *
frame_name(const struct frame *frame, size_t dim)
{
	return frame->deals->field[frame->dim[dim]].name;
}

void
frame_release(struct frame *frame)
{
	free(frame->dim);
	free(frame->codes);
	free(frame->count);
}
