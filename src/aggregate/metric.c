#include <stdlib.h>

#include "mem.h"
#include "metric.h"
#include "money.h"
#include "rate.h"
#include "rec_out.h"
#include "when.h"

/* clang-format off */
enum { DEAL_COUNT, N_WON, N_LOST, N_OPEN, WIN_RATE, AMOUNT, WON_AMOUNT, LOST_AMOUNT,
	OPEN_AMOUNT, CYCLE_DAYS, CYCLE_COUNT, AVG_CYCLE, FIELDS };

static const char *const names[FIELDS] = { "deal_count", "won", "lost", "open", "win_rate",
	"amount", "won_amount", "lost_amount", "open_amount", "cycle_days", "cycle_count", "avg_cycle" };
/* clang-format on */

struct writer {
	struct rec_out *out;
	const struct form *form;
	struct span keys[FIELDS];
	struct span head; /* what the metrics of a day begin with, up to their segment */
	int32_t day; /* that one */
	uint64_t written;
};

static void
begin_day(struct writer *writer, int32_t day)
{
	const struct form *form = writer->form;
	char date[WHEN_DAY_LEN];

	when_text(day, date);
	free((char *)writer->head.at);
	writer->head = span(mem_printf(
	    "\"kind\":\"metric\",\"v\":1,\"clock\":\"%s\",\"bucket\":\"%s\",\"date\":\"%.*s\",\"segment\":%*s",
	    form->clock->name, form->bucket->name, WHEN_DAY_LEN, date, REC_KEY_SLACK, ""));
	writer->head.len -= REC_KEY_SLACK;
	writer->day = day;
}

static void
put_amount(const struct writer *writer, int field, int64_t amount)
{
	char text[MONEY_TEXT_MAX];

	rec_add(writer->out, writer->keys[field], money_text(amount, text), false);
}

static void
put_rate(const struct writer *writer, int field, int64_t part, int64_t whole)
{
	char text[RATE_TEXT_MAX];

	if (whole > 0)
		rec_add(writer->out, writer->keys[field], rate_text(part, whole, text), false);
}

static void
put_count(const struct writer *writer, int field, uint64_t count)
{
	char text[RATE_TEXT_MAX];

	rec_add(writer->out, writer->keys[field], count_text(count, text), false);
}

static void
put_form(const struct writer *writer, const char *segment)
{
	const char *currency = writer->form->currency;

	rec_add(writer->out, writer->head, span(segment), false);
	if (currency != NULL && *currency != '\0')
		rec_put_text(writer->out, span("currency"), span(currency));
}

static void
put_sums(const struct writer *writer, const struct sums *sums)
{
	const int64_t *total = sums->total;
	const uint32_t *count = sums->count;
	int64_t decided = (int64_t)count[WON] + count[LOST];

	put_count(writer, DEAL_COUNT, (uint64_t)decided + count[OPEN]);
	put_count(writer, N_WON, count[WON]);
	put_count(writer, N_LOST, count[LOST]);
	put_count(writer, N_OPEN, count[OPEN]);
	put_rate(writer, WIN_RATE, count[WON], decided);
	put_amount(writer, AMOUNT, total[WON] + total[LOST] + total[OPEN]);
	put_amount(writer, WON_AMOUNT, total[WON]);
	put_amount(writer, LOST_AMOUNT, total[LOST]);
	put_amount(writer, OPEN_AMOUNT, total[OPEN]);
	put_rate(writer, CYCLE_DAYS, total[CYCLE], 1);
	put_count(writer, CYCLE_COUNT, count[CYCLE]);
	put_rate(writer, AVG_CYCLE, total[CYCLE], count[CYCLE]);
}

static void
write_metric(void *to, int32_t day, const char *segment, const struct sums *sums)
{
	struct writer *writer = to;

	if (day != writer->day)
		begin_day(writer, day);
	rec_begin(writer->out, NULL);
	put_form(writer, segment);
	put_sums(writer, sums);
	rec_end(writer->out);
	writer->written++;
}

uint64_t
metric_write(struct cube *cube, const struct form *form, struct rec_out *out)
{
	struct writer writer = { .out = out, .form = form, .day = INT32_MIN };

	for (int i = 0; i < FIELDS; i++)
		writer.keys[i] = rec_key(span(names[i]));
	cube_each(cube, write_metric, &writer);
	for (int i = 0; i < FIELDS; i++)
		free((char *)writer.keys[i].at);
	free((char *)writer.head.at);
	return writer.written;
}
