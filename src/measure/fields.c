#include "deals.h"
#include "fields.h"
#include "money.h"
#include "when.h"

const char *const field_names[FIELDS] = { "outcome", "amount", "expected_close_date", "stage",
	"closed_date", "recorded_at" };

bool
fields_day(struct span text, int32_t *day)
{
	if (text.len > WHEN_DAY_LEN)
		text.len = WHEN_DAY_LEN;
	return when_day(text, day);
}

static bool
outcome_value(struct span text, int64_t *value)
{
	*value = span_is(text, "won") ? WON : span_is(text, "lost") ? LOST : OPEN;
	return *value != OPEN || span_is(text, "open");
}

bool
fields_value(enum field field, struct span text, struct names *stages, int64_t *value)
{
	int32_t day;

	*value = NOTHING;
	if (text.len == 0)
		return true;
	switch (field) {
	case OUTCOME: return outcome_value(text, value);
	case AMOUNT: return money_read(text, value);
	case STAGE: *value = names_add(stages, text); return true;
	case EXPECTED:
	case CLOSED:
	case RECORDED:
	default:
		if (!fields_day(text, &day))
			return false;
		*value = day;
		return true;
	}
}
