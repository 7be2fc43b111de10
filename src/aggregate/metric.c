#include <stdlib.h>

#include "metric.h"
#include "money.h"
#include "rate.h"
#include "rec_out.h"
#include "when.h"

/* clang-format off */
enum { KIND, V, CLOCK, BUCKET, DATE, SEGMENT, CURRENCY, DEAL_COUNT, N_WON, N_LOST, N_OPEN,
	WIN_RATE, AMOUNT, WON_AMOUNT, LOST_AMOUNT, OPEN_AMOUNT, CYCLE_DAYS, CYCLE_COUNT,
	AVG_CYCLE, FIELDS };

static const char *const names[FIELDS] = { "kind", "v", "clock", "bucket", "date", "segment",
	"currency", "deal_count", "won", "lost", "open", "win_rate", "amount", "won_amount",
	"lost_amount", "open_amount", "cycle_days", "cycle_count", "avg_cycle" };
/* clang-format on */

struct writer {
	struct rec_out *out;
	const struct form *form;
	struct span keys[FIELDS];
	uint64_t written;
};

static void
put_word(const struct writer *writer, int field, const char *word)
{
	rec_add(writer->out, writer->keys[field], span(word), true);
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
put_integer(const struct writer *writer, int field, int64_t value)
{
	put_rate(writer, field, value, 1);
}

static void
put_form(const struct writer *writer, int32_t day, const char *segment)
{
	const struct form *form = writer->form;
	char date[WHEN_DAY_LEN];

	when_text(day, date);
	put_word(writer, KIND, "metric");
	put_integer(writer, V, 1);
	put_word(writer, CLOCK, form->clock->name);
	put_word(writer, BUCKET, form->bucket->name);
	rec_add(writer->out, writer->keys[DATE], (struct span){ date, sizeof date }, true);
	rec_add(writer->out, writer->keys[SEGMENT], span(segment), false);
	if (form->currency != NULL && *form->currency != '\0')
		rec_put_text(writer->out, span(names[CURRENCY]), span(form->currency));
}

static void
put_sums(const struct writer *writer, const struct sums *sums)
{
	const int64_t *total = sums->total;
	const uint32_t *count = sums->count;
	int64_t decided = (int64_t)count[WON] + count[LOST];

	put_integer(writer, DEAL_COUNT, decided + count[OPEN]);
	put_integer(writer, N_WON, count[WON]);
	put_integer(writer, N_LOST, count[LOST]);
	put_integer(writer, N_OPEN, count[OPEN]);
	put_rate(writer, WIN_RATE, count[WON], decided);
	put_amount(writer, AMOUNT, total[WON] + total[LOST] + total[OPEN]);
	put_amount(writer, WON_AMOUNT, total[WON]);
	put_amount(writer, LOST_AMOUNT, total[LOST]);
	put_amount(writer, OPEN_AMOUNT, total[OPEN]);
	put_integer(writer, CYCLE_DAYS, total[CYCLE]);
	put_integer(writer, CYCLE_COUNT, count[CYCLE]);
	put_rate(writer, AVG_CYCLE, total[CYCLE], count[CYCLE]);
}

static void
write_metric(void *to, int32_t day, const char *segment, const struct sums *sums)
{
	struct writer *writer = to;

	rec_begin(writer->out, NULL);
	put_form(writer, day, segment);
	put_sums(writer, sums);
	rec_end(writer->out);
	writer->written++;
}

uint64_t
metric_write(struct cube *cube, const struct form *form, struct rec_out *out)
{
	struct writer writer = { .out = out, .form = form };

	for (int i = 0; i < FIELDS; i++)
		writer.keys[i] = rec_key(span(names[i]));
	cube_each(cube, write_metric, &writer);
	for (int i = 0; i < FIELDS; i++)
		free((char *)writer.keys[i].at);
	return writer.written;
}
