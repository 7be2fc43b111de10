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

bool
dates_instant(struct span text, int64_t *milliseconds)
{
	char colon[40];
	int64_t stamp;

	if (text.len == 13 && is_count(text, milliseconds))
		return true;
	if (text.len >= 24 && text.len < sizeof colon - 1
	    && (text.at[text.len - 5] == '+' || text.at[text.len - 5] == '-')) {
		memcpy(colon, text.at, text.len - 2);
		memcpy(colon + text.len - 2, ":", 1);
		memcpy(colon + text.len - 1, text.at + text.len - 2, 2);
		text = (struct span){ colon, text.len + 1 };
	}
	if (text.len <= WHEN_DAY_LEN || !when_stamp(text, &stamp))
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
