#include <stdlib.h>

#include "dates.h"
#include "diag.h"
#include "mem.h"
#include "numbers.h"
#include "profile.h"

enum { EXAMPLE_MAX = 40, TIMES = 3, SURE = 3 * TIMES, PAIRED = 7 * TIMES };

/* A day, alone or with a time.  From SURE to PAIRED rivals stand side by side. */
static const char *const formats[PROFILE_FORMATS] = {
	"YYYY-MM-DD",
	"YYYY-MM-DD hh:mm",
	"YYYY-MM-DD hh:mm:ss",
	"YYYY/MM/DD",
	"YYYY/MM/DD hh:mm",
	"YYYY/MM/DD hh:mm:ss",
	"DD.MM.YYYY",
	"DD.MM.YYYY hh:mm",
	"DD.MM.YYYY hh:mm:ss",
	"DD/MM/YYYY",
	"DD/MM/YYYY hh:mm",
	"DD/MM/YYYY hh:mm:ss",
	"MM/DD/YYYY",
	"MM/DD/YYYY hh:mm",
	"MM/DD/YYYY hh:mm:ss",
	"DD-MM-YYYY",
	"DD-MM-YYYY hh:mm",
	"DD-MM-YYYY hh:mm:ss",
	"MM-DD-YYYY",
	"MM-DD-YYYY hh:mm",
	"MM-DD-YYYY hh:mm:ss",
	"YYYY-MM-DDThh:mm:ss",
	"YYYY-MM-DDThh:mm:ssZ",
};

static const struct {
	char decimal, thousands;
} marks[PROFILE_MARKS] = {
	{ '.', '\0' },
	{ '.', ',' },
	{ ',', '\0' },
	{ ',', '.' },
	{ '.', ' ' },
	{ ',', ' ' },
};

/* The format with day and month swapped; the same where that cannot be. */
static size_t
rival_of(size_t format)
{
	if (format < SURE || format >= PAIRED)
		return format;
	return format / TIMES % 2 == 1 ? format + TIMES : format - TIMES;
}

static void
add_date(struct profile *profile, struct span cell)
{
	bool reads[PROFILE_FORMATS];
	int32_t day;

	for (size_t i = 0; i < PROFILE_FORMATS; i++) {
		reads[i] = dates_read(formats[i], cell, &day);
		profile->fits[i] += reads[i];
	}
	for (size_t i = 0; i < PROFILE_FORMATS; i++)
		profile->alone[i] += reads[i] && !reads[rival_of(i)];
}

static void
add_number(struct profile *profile, struct span cell)
{
	char plain[NUMBERS_MAX];
	size_t len;

	for (size_t i = 0; i < PROFILE_MARKS; i++)
		profile->marked[i] +=
		    numbers_read(cell, marks[i].decimal, marks[i].thousands, plain, &len);
	if (numbers_read(cell, '.', '\0', plain, &len) && len > 4 && plain[len - 4] == '.')
		profile->thousandths++;
}

static void
add_value(struct profile *profile, struct span cell)
{
	char *text = mem_copy(cell.at, cell.len);
	json_int_t times = json_integer_value(json_object_get(profile->values, text));

	if (json_object_set_new(profile->values, text, json_integer(times + 1)) != 0)
		die(EX_OSERR, "profile: out of memory");
	free(text);
	if (json_object_size(profile->values) > PROFILE_VALUES) {
		json_decref(profile->values);
		profile->values = NULL;
	}
}

void
profile_add(struct profile *profile, struct span cell)
{
	if (profile->rows++ == 0)
		profile->values = json_object();
	if (cell.len == 0)
		return;
	if (profile->filled++ == 0 && cell.len < EXAMPLE_MAX)
		profile->example = mem_copy(cell.at, cell.len);
	add_date(profile, cell);
	add_number(profile, cell);
	if (profile->values != NULL)
		add_value(profile, cell);
}

const char *
profile_dates(const struct profile *profile, const char **rival)
{
	size_t best = 0;

	for (size_t i = 1; i < PROFILE_FORMATS; i++)
		if (profile->fits[i] > profile->fits[best])
			best = i;
	*rival = NULL;
	if (profile->filled == 0 || profile->fits[best] * 10 < profile->filled * 9)
		return NULL;
	size_t other = rival_of(best);
	if (other != best && (profile->alone[best] == 0 || profile->alone[other] > 0))
		*rival = formats[other];
	return formats[best];
}

bool
profile_marks(const struct profile *profile, char *decimal, char *thousands)
{
	size_t best = 0;

	for (size_t i = 1; i < PROFILE_MARKS; i++)
		if (profile->marked[i] > profile->marked[best])
			best = i;
	*decimal = marks[best].decimal;
	*thousands = marks[best].thousands;
	return profile->filled > 0 && profile->marked[best] * 10 >= profile->filled * 9;
}

void
profile_release(struct profile *profile)
{
	json_decref(profile->values);
	free((char *)profile->name.at);
	free(profile->example);
}
