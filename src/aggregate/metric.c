#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "metric.h"
#include "money.h"
#include "rate.h"
#include "rec.h"
#include "rec_out.h"
#include "when.h"

struct writer {
	struct rec_out *out;
	const struct form *form;
	int32_t day;
	char *head; /* how the records of the day begin */
	uint64_t written;
};

static void
begin_day(struct writer *writer, int32_t day)
{
	char date[WHEN_DAY_LEN];

	when_text(day, date);
	json_t *head = json_pack("{s:s, s:i, s:s, s:s, s:s%}", "kind", "metric", "v", 1, "clock",
	    writer->form->clock->name, "bucket", writer->form->bucket->name, "date", date,
	    sizeof date);
	free(writer->head);
	writer->day = day;
	writer->head = json_dumps(head, JSON_COMPACT);
	if (writer->head == NULL)
		die(EX_OSERR, "metric: out of memory");
	json_decref(head);
}

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
write_metric(void *to, int32_t day, const struct segment *segment, const struct sums *sums)
{
	struct writer *writer = to;
	struct rec_out *out = writer->out;
	const int64_t *total = sums->total;
	const uint32_t *count = sums->count;

	if (writer->head == NULL || writer->day != day)
		begin_day(writer, day);
	rec_begin(out, &(struct rec){ .line = span(writer->head) });
	rec_put_json(out, span("segment"), span(segment->json));
	if (writer->form->currency != NULL && *writer->form->currency != '\0')
		rec_put_text(out, span("currency"), span(writer->form->currency));
	rec_put_integer(out, span("deal_count"), (int64_t)count[WON] + count[LOST] + count[OPEN]);
	rec_put_integer(out, span("won"), count[WON]);
	rec_put_integer(out, span("lost"), count[LOST]);
	rec_put_integer(out, span("open"), count[OPEN]);
	put_rate(out, "win_rate", count[WON], (int64_t)count[WON] + count[LOST]);
	put_amount(out, "amount", total[WON] + total[LOST] + total[OPEN]);
	put_amount(out, "won_amount", total[WON]);
	put_amount(out, "lost_amount", total[LOST]);
	put_amount(out, "open_amount", total[OPEN]);
	rec_put_integer(out, span("cycle_days"), total[CYCLE]);
	rec_put_integer(out, span("cycle_count"), count[CYCLE]);
	put_rate(out, "avg_cycle", total[CYCLE], count[CYCLE]);
	rec_end(out);
	writer->written++;
}

uint64_t
metric_write(struct cube *cube, const struct form *form, struct rec_out *out)
{
	struct writer writer = { .out = out, .form = form };

	cube_each(cube, write_metric, &writer);
	free(writer.head);
	return writer.written;
}
