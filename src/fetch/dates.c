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

/* Thirteen digits: from 2001 to 2286. */
static bool
is_count(struct span text, int64_t *milliseconds)
{
	*milliseconds = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		*milliseconds = *milliseconds * 10 + (text.at[i] - '0');
	}
	return text.len == 13;
}

/* As RFC 3339 has it: 2026-11-22 13:38:08.5+00 and 2026-11-22T13:38:08+0000 are 2026-11-22T... */
static struct span
with_colon(struct span text, char to[40])
{
	size_t sign = text.len;

	while (sign > WHEN_DAY_LEN && text.at[sign - 1] != '+' && text.at[sign - 1] != '-')
		sign--;
	size_t digits = text.len - sign;
	if (text.len > 36 || sign <= WHEN_DAY_LEN || (digits != 2 && digits != 4))
		digits = 0;
	if (text.len > 36)
		return text;
	memcpy(to, text.at, text.len);
	if (text.len > WHEN_DAY_LEN && to[WHEN_DAY_LEN] == ' ')
		to[WHEN_DAY_LEN] = 'T';
	if (digits == 0)
		return (struct span){ to, text.len };
	memcpy(to + sign + 2, ":00", 3);
	if (digits == 4)
		memcpy(to + sign + 3, text.at + sign + 2, 2);
	return (struct span){ to, sign + 5 };
}

bool
dates_instant(struct span text, int64_t *milliseconds)
{
	char plain[40];
	int64_t stamp;

	if (text.len == 13 && is_count(text, milliseconds))
		return true;
	if (text.len <= WHEN_DAY_LEN || !when_stamp(with_colon(text, plain), &stamp))
		return false;
	*milliseconds = (stamp - (stamp % 1000 + 1000) % 1000) / 1000;
	return true;
}

size_t
dates_instant_text(int64_t milliseconds, char text[DATES_INSTANT_MAX])
{
	int rest = (int)((milliseconds % 1000 + 1000) % 1000);

	when_instant_text((milliseconds - rest) / 1000, text);
	size_t len = strlen(text);
	if (rest > 0)
		len += (size_t)snprintf(
			   text + len - 1, DATES_INSTANT_MAX - len + 1, ".%03dZ", rest)
		    - 1;
	return len;
}
