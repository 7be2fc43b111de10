#include "mem.h"
#include "when.h"
#include "words.h"

struct date {
	int day, month;
	char year[5];
};

static struct date
date_of(int32_t day)
{
	char t[WHEN_DAY_LEN];
	struct date date;

	when_text(day, t);
	date.day = (t[8] - '0') * 10 + t[9] - '0';
	date.month = (t[5] - '0') * 10 + t[6] - '0';
	memcpy(date.year, t, 4);
	date.year[4] = '\0';
	return date;
}

static const char *
month_name(const struct date *date)
{
	static const char *const names[] = { "January", "February", "March", "April", "May",
		"June", "July", "August", "September", "October", "November", "December" };

	return names[date->month - 1];
}

char *
words_day(int32_t day)
{
	struct date date = date_of(day);

	return mem_printf("%d %s %s", date.day, month_name(&date), date.year);
}

char *
words_days(int32_t from, int32_t to)
{
	struct date a = date_of(from), b = date_of(to);

	if (memcmp(a.year, b.year, sizeof a.year) != 0)
		return mem_printf("%d %s %s – %d %s %s", a.day, month_name(&a), a.year, b.day,
		    month_name(&b), b.year);
	if (a.month != b.month)
		return mem_printf(
		    "%d %s – %d %s %s", a.day, month_name(&a), b.day, month_name(&b), b.year);
	if (a.day != b.day)
		return mem_printf("%d–%d %s %s", a.day, b.day, month_name(&b), b.year);
	return words_day(to);
}

/* A week belongs to the year that has its Thursday (ISO 8601). */
int
words_week(int32_t day)
{
	int32_t thursday = when_week(day) + 3, first;
	char text[WHEN_DAY_LEN];

	when_text(thursday, text);
	memcpy(text + 4, "-01-01", 6);
	when_day((struct span){ text, WHEN_DAY_LEN }, &first);
	return (thursday - first) / 7 + 1;
}
