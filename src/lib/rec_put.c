#define _GNU_SOURCE /* memmem */
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "rec_buffer.h"
#include "rec_line.h"
#include "text.h"

/* The last byte before `end` that is no blank. */
static char *
before_blanks(char *end)
{
	do
		end--;
	while (*end == ' ' || *end == '\t' || *end == '\r');
	return end;
}

void
rec_begin(struct rec_out *out, const struct rec *base)
{
	rec_new_line(out);
	out->based = base != NULL;
	if (base == NULL) {
		*out->end++ = '{';
		out->first = true;
		return;
	}
	memcpy(out->end, base->line.at, base->line.len);
	out->end += base->line.len;
	out->end = before_blanks(out->end);
	out->first = *before_blanks(out->end) == '{';
}

/* As jansson does it, so that it never shows who wrote a string. */
static char *
escape(char *p, unsigned char c)
{
	static const char hex[] = "0123456789abcdef", plain[] = "\"\\\b\f\n\r\t";
	const char *found = memchr(plain, c, sizeof plain - 1);

	*p++ = '\\';
	if (found != NULL) {
		*p++ = "\"\\bfnrt"[found - plain];
		return p;
	}
	memcpy(p, "u00", 3);
	p[3] = hex[c >> 4];
	p[4] = hex[c & 15];
	return p + 5;
}

static void
put_escaped(struct rec_out *out, struct span text, size_t escapes)
{
	char *p = rec_room(out, text.len + escapes * 5 + 2);

	*p++ = '"';
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if (c < ' ' || c == '"' || c == '\\')
			p = escape(p, c);
		else
			*p++ = (char)c;
	}
	*p++ = '"';
	out->end = p;
}

/* Written as it is and looked at where it stands: most text needs no escape. */
static void
put_string(struct rec_out *out, struct span text)
{
	char *quote = rec_room(out, text.len + 2), *p = quote + 1;
	size_t escapes = 0;

	*quote = '"';
	memcpy(p, text.at, text.len);
	p[text.len] = '"';
	out->end = p + text.len + 1;
	for (const char *stop = p; (stop = text_stop(stop)) < p + text.len; stop++) {
		if ((unsigned char)*stop > '\177')
			die(EX_DATAERR, "%s: a text that is not UTF-8", out->name);
		escapes++;
	}
	if (escapes > 0) {
		out->end = quote;
		put_escaped(out, text, escapes);
	}
}

/* The name and its colon; gives where the field begins, with its comma. */
static char *
begin_field(struct rec_out *out, struct span name)
{
	char *start = rec_room(out, 2);

	if (!out->first)
		*out->end++ = ',';
	out->first = false;
	put_string(out, name);
	*out->end++ = ':';
	return start;
}

static bool
is_named(struct span written, struct span name)
{
	if (memchr(written.at, '\\', written.len) == NULL)
		return span_equal(written, name);

	json_t *meant =
	    json_loadb(written.at - 1, written.len + 2, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	bool same = meant != NULL
	    && span_equal(
		name, (struct span){ json_string_value(meant), json_string_length(meant) });
	json_decref(meant);
	return same;
}

/* Whether the name may be there at all: most often it is not, and one glance shows it. */
static bool
may_have(const struct rec_out *out, size_t len, struct span name)
{
	return memmem(out->start, len, name.at, name.len) != NULL
	    || memchr(out->start, '\\', len) != NULL;
}

/* The field of that name among those before `limit`. */
static bool
find_field(struct rec_out *out, const char *limit, struct span name, struct member *found)
{
	if (!may_have(out, (size_t)(limit - out->start), name))
		return false;
	*out->end = '\n'; /* where the walk must end */
	const char *p = strchr(out->start, '{') + 1;
	while (p < limit && (p = line_member(p, found)) != NULL && p <= limit)
		if (is_named(found->name, name))
			return true;
	return false;
}

/* A field the record had keeps its place: the value just written at the end moves there. */
static void
end_field(struct rec_out *out, char *start, char *value, struct span name)
{
	struct member old;

	if (!out->based || !find_field(out, start, name, &old))
		return;
	size_t len = (size_t)(out->end - value);
	char *copy = mem_copy(value, len), *at = start - (start - old.value.at);
	memmove(at + len, at + old.value.len, (size_t)(start - at) - old.value.len);
	memcpy(at, copy, len);
	out->end = start + len - old.value.len;
	free(copy);
}

/* Most values have four bytes to sixteen: two pieces, which may overlap, and no call. */
static inline char *
put_value(char *p, struct span value)
{
	const char *end = value.at + value.len;

	if (value.len >= 8 && value.len <= 16) {
		memcpy(p, value.at, 8);
		memcpy(p + value.len - 8, end - 8, 8);
	} else if (value.len >= 4 && value.len < 8) {
		memcpy(p, value.at, 4);
		memcpy(p + value.len - 4, end - 4, 4);
	} else {
		memcpy(p, value.at, value.len);
	}
	return p + value.len;
}

void
rec_add(struct rec_out *out, struct span key, struct span value, bool text)
{
	char *p = rec_room(out, key.len + value.len + REC_KEY_SLACK);

	*p = ',';
	p += !out->first;
	out->first = false;
	for (size_t i = 0; i < key.len; i += REC_KEY_SLACK)
		memcpy(p + i, key.at + i, REC_KEY_SLACK);
	p += key.len;
	*p = '"';
	p = put_value(p + text, value);
	*p = '"';
	out->end = p + text;
}

void
rec_put_json(struct rec_out *out, struct span name, struct span json)
{
	char *start = begin_field(out, name), *value = rec_room(out, json.len);

	memcpy(value, json.at, json.len);
	out->end += json.len;
	end_field(out, start, value, name);
}

void
rec_put_text(struct rec_out *out, struct span name, struct span text)
{
	char *start = begin_field(out, name), *value = out->end;

	put_string(out, text);
	end_field(out, start, value, name);
}

static bool
is_number(struct span text)
{
	char copy[REAL_MAX + TEXT_SLACK];

	if (text.len > REAL_MAX)
		return false;
	memcpy(copy, text.at, text.len);
	memset(copy + text.len, '\n', TEXT_SLACK);
	return number_end(copy, NULL) == copy + text.len;
}

void
rec_put_number(struct rec_out *out, struct span name, struct span text)
{
	(is_number(text) ? rec_put_json : rec_put_text)(out, name, text);
}

void
rec_put_integer(struct rec_out *out, struct span name, int64_t value)
{
	char digits[20], *p = digits + sizeof digits;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	if (value < 0)
		*--p = '-';
	rec_put_json(out, name, (struct span){ p, (size_t)(digits + sizeof digits - p) });
}

void
rec_omit(struct rec_out *out, struct span name)
{
	struct member old;

	if (!find_field(out, out->end, name, &old))
		return;
	size_t from = (size_t)(old.name.at - 1 - out->start);
	size_t to = (size_t)(old.value.at + old.value.len - out->start);
	char *line = out->start;
	to += strspn(line + to, " \t\r");
	if (line[to] == ',')
		to++;
	else if (*before_blanks(line + from) == ',')
		from = (size_t)(before_blanks(line + from) - line);
	memmove(line + from, line + to, (size_t)(out->end - line) - to);
	out->end -= to - from;
	out->first = *before_blanks(out->end) == '{';
}

void
rec_end(struct rec_out *out)
{
	*out->end++ = '}';
	rec_end_line(out);
}

void
rec_drop(struct rec_out *out)
{
	out->end = out->start;
}
