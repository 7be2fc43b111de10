#include "diag.h"
#include "form.h"
#include "mem.h"
#include "money.h"
#include "when.h"

static int32_t
the_day(int32_t day)
{
	return day;
}

const struct clock *
clock_named(struct span name)
{
	static const struct clock clocks[] = {
		{ "closed", "closed_date", "closed_date", false },
		{ "recorded", "recorded_at", "closed_date", false },
		{ "created", "created_date", "created_date", true },
	};

	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
		if (span_is(name, clocks[i].name))
			return &clocks[i];
	return NULL;
}

const struct bucket *
bucket_named(struct span name)
{
	static const struct bucket buckets[] = {
		{ "day", the_day },
		{ "week", when_week },
		{ "month", when_month },
	};

	for (size_t i = 0; i < sizeof buckets / sizeof *buckets; i++)
		if (span_is(name, buckets[i].name))
			return &buckets[i];
	return NULL;
}

static const char *
shown(const char *currency)
{
	return *currency != '\0' ? currency : "no currency";
}

bool
form_currency(struct form *form, struct span currency, size_t line)
{
	if (form->any_currency)
		return true;
	if (money_unlike(form->home, currency))
		return false;
	if (form->home != NULL)
		currency = span(form->home);
	if (form->currency == NULL)
		form->currency = mem_copy(currency.at, currency.len);
	if (span_is(currency, form->currency))
		return true;

	char *other = mem_copy(currency.at, currency.len);
	die(EX_DATAERR,
	    "stdin:%zu: %s: cannot be added to %s (resolve --rates makes them one, --by "
	    "currency "
	    "keeps them apart)",
	    line, shown(other), shown(form->currency));
}
