#include <math.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "money.h"
#include "record.h"
#include "when.h"

void
set(json_t *object, const char *name, json_t *value)
{
	if (object == NULL || json_object_set_new(object, name, value) != 0)
		die(EX_OSERR, "%s: out of memory", name);
}

void
set_text(json_t *object, const char *name, const char *text)
{
	set(object, name, json_string(text));
}

void
set_count(json_t *object, const char *name, size_t count)
{
	set(object, name, json_integer((json_int_t)count));
}

void
set_real(json_t *object, const char *name, double value, int places)
{
	double scale = pow(10, places);

	set(object, name, json_real(round(value * scale) / scale));
}

void
set_day(json_t *object, const char *name, int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	set(object, name, json_stringn(text, WHEN_DAY_LEN));
}

void
set_money(json_t *object, const char *name, int64_t amount)
{
	if (amount % MONEY_ONE == 0)
		set(object, name, json_integer(amount / MONEY_ONE));
	else
		set(object, name, json_real((double)amount / MONEY_ONE));
}

void
add_text(json_t *list, char *text)
{
	if (json_array_append_new(list, json_string(text)) != 0)
		die(EX_OSERR, "out of memory");
	free(text);
}

char *
day_text(int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	return mem_copy(text, WHEN_DAY_LEN);
}
