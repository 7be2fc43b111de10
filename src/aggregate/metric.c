#include "metric.h"
#include "money.h"
#include "rate.h"
#include "rec_out.h"
#include "when.h"

struct writer {
	struct rec_out *out;
	const struct form *form;
	uint64_t written;
};

static void
put_amount(struct rec_out *out, const char *name, int64_t amount)
{
	char text[MONEY_TEXT_MAX];

	rec_put_json(out, span(name), money_text(amount, text));
}

static void
put_rate(struct rec_out *out, const char *name, int64_t part, int64_t whole)
{
	char text[RATE_TEXT_MAX];

	if (whole > 0)
		rec_put_json(out, span(name), rate_text(part, whole, text));
}

static void
put_form(struct rec_out *out, const struct form *form, int32_t day, const char *segment)
{
	char date[WHEN_DAY_LEN];

	when_text(day, date);
	rec_put_text(out, span("kind"), span("metric"));
	rec_put_integer(out, span("v"), 1);
	rec_put_text(out, span("clock"), span(form->clock->name));
	rec_put_text(out, span("bucket"), span(form->bucket->name));
	rec_put_text(out, span("date"), (struct span){ date, sizeof date });
	rec_put_json(out, span("segment"), span(segment));
	if (form->currency != NULL && *form->currency != '\0')
		rec_put_text(out, span("currency"), span(form->currency));
}

static void
put_sums(struct rec_out *out, const struct sums *sums)
{
	const int64_t *total = sums->total;
	const uint32_t *count = sums->count;
	int64_t decided = (int64_t)count[WON] + count[LOST];

	rec_put_integer(out, span("deal_count"), decided + count[OPEN]);
	rec_put_integer(out, span("won"), count[WON]);
	rec_put_integer(out, span("lost"), count[LOST]);
	rec_put_integer(out, span("open"), count[OPEN]);
	put_rate(out, "win_rate", count[WON], decided);
	put_amount(out, "amount", total[WON] + total[LOST] + total[OPEN]);
	put_amount(out, "won_amount", total[WON]);
	put_amount(out, "lost_amount", total[LOST]);
	put_amount(out, "open_amount", total[OPEN]);
	rec_put_integer(out, span("cycle_days"), total[CYCLE]);
	rec_put_integer(out, span("cycle_count"), count[CYCLE]);
	put_rate(out, "avg_cycle", total[CYCLE], count[CYCLE]);
}

static void
write_metric(void *to, int32_t day, const char *segment, const struct sums *sums)
{
	struct writer *writer = to;

	rec_begin(writer->out, NULL);
	put_form(writer->out, writer->form, day, segment);
	put_sums(writer->out, sums);
	rec_end(writer->out);
	writer->written++;
}

uint64_t
metric_write(struct cube *cube, const struct form *form, struct rec_out *out)
{
	struct writer writer = { .out = out, .form = form };

	cube_each(cube, write_metric, &writer);
	return writer.written;
}
