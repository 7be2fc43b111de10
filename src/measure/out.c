#include <math.h>
#include <stdio.h>

#include "money.h"
#include "out.h"
#include "when.h"

enum { REAL_TEXT = 340 };
static const double MOST_UNITS = 1e14;

void
out_begin(struct out *out, const char *metric, const struct period *period)
{
	rec_begin(out->to, NULL);
	out_text(out, "kind", "measure");
	out_count(out, "v", 1);
	out_text(out, "metric", metric);
	out_text(out, "bucket", period->bucket);
	out_day(out, "date", period->from);
	out_day(out, "through", period->to);
	rec_put_json(out->to, span("segment"), span(out->segment));
	if (out->currency != NULL)
		out_text(out, "currency", out->currency);
}

void
out_text(struct out *out, const char *name, const char *text)
{
	rec_put_text(out->to, span(name), span(text));
}

void
out_day(struct out *out, const char *name, int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	rec_put_text(out->to, span(name), (struct span){ text, sizeof text });
}

void
out_real(struct out *out, const char *name, double value)
{
	char text[REAL_TEXT];

	if (!isfinite(value))
		return;
	int len = snprintf(text, sizeof text, "%.6f", value);
	while (text[len - 1] == '0')
		len--;
	if (text[len - 1] == '.')
		len--;
	bool nothing = len == 2 && text[0] == '-' && text[1] == '0';
	struct span shown = nothing ? span("0") : (struct span){ text, (size_t)len };
	rec_put_number(out->to, span(name), shown);
}

void
out_count(struct out *out, const char *name, int64_t count)
{
	rec_put_integer(out->to, span(name), count);
}

void
out_money(struct out *out, const char *name, int64_t amount)
{
	char text[MONEY_TEXT_MAX];

	rec_put_number(out->to, span(name), money_text(amount, text));
}

void
out_units(struct out *out, const char *name, double units)
{
	enum { CENTS = 100 };

	if (isfinite(units) && fabs(units) < MOST_UNITS)
		out_money(out, name, llround(units * CENTS) * (MONEY_ONE / CENTS));
}

void
out_value(struct out *out, double value, struct interval in, double n)
{
	out_real(out, "value", value);
	out_real(out, "low", in.low);
	out_real(out, "high", in.high);
	out_count(out, "n", llround(n));
}

void
out_end(struct out *out)
{
	rec_end(out->to);
	out->written++;
}
