#include <stdio.h>

#include "dates.h"
#include "when.h"

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, PARTS };

static const struct {
	const char *name;
	size_t least, most; /* digits */
	int limit;
} parts[PARTS] = {
	[YEAR] = { "YYYY", 4, 4, 9999 },
	[MONTH] = { "MM", 1, 2, 12 },
	[DAY] = { "DD", 1, 2, 31 },
	[HOUR] = { "hh", 1, 2, 23 },
	[MINUTE] = { "mm", 2, 2, 59 },
	[SECOND] = { "ss", 2, 2, 60 },
};

static size_t
part_at(const char *format)
{
	size_t i = 0;

	while (i < PARTS && strncmp(format, parts[i].name, strlen(parts[i].name)) != 0)
		i++;
	return i;
}

static bool
read_part(size_t part, struct span *text, int *value)
{
	size_t digits = 0;

	for (*value = 0; digits < parts[part].most && digits < text->len; digits++) {
		char c = text->at[digits];
		if (c < '0' || c > '9')
			break;
		*value = *value * 10 + (c - '0');
	}
	text->at += digits;
	text->len -= digits;
	return digits >= parts[part].least && *value <= parts[part].limit;
}

bool
dates_read(const char *format, struct span text, int32_t *day)
{
	int values[PARTS] = { 0 };
	char iso[32];

	while (*format != '\0') {
		size_t part = part_at(format);
		if (part < PARTS) {
			if (!read_part(part, &text, &values[part]))
				return false;
			format += strlen(parts[part].name);
		} else {
			if (text.len == 0 || *text.at != *format)
				return false;
			text.at++;
			text.len--;
			format++;
		}
	}
	snprintf(iso, sizeof iso, "%04d-%02d-%02d", values[YEAR], values[MONTH], values[DAY]);
	return text.len == 0 && when_day(span(iso), day);
}
