#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "identity.h"
#include "mem.h"
#include "person.h"

enum { SPELLINGS = 6, SHIFTS = 3 };

struct person {
	char *alias;
	char *spellings[SPELLINGS]; /* the first is as it is, in small letters */
	char *base64[SHIFTS]; /* what of it does not depend on its neighbours */
	bool first[256]; /* what one of them begins with */
};

/* The code point that begins there; the bytes of it. */
static size_t
code_point(const unsigned char *p, unsigned *code)
{
	size_t len = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;

	*code = len == 1 ? *p : *p & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			die(EX_USAGE, "the name of the person is not UTF-8");
		*code = *code << 6 | (p[i] & 0x3f);
	}
	return len;
}

static void
put_json(FILE *to, const unsigned char *p, size_t len, unsigned code)
{
	(void)p;
	if (code == '"' || code == '\\')
		fprintf(to, "\\%c", code);
	else if (len == 1)
		putc((int)code, to);
	else if (code < 0x10000)
		fprintf(to, "\\u%04x", code);
	else
		fprintf(to, "\\u%04x\\u%04x", 0xd800 + ((code - 0x10000) >> 10),
		    0xdc00 + ((code - 0x10000) & 0x3ff));
}

/* With the slash escaped as well, as some do, and all else as it is. */
static void
put_json_utf8(FILE *to, const unsigned char *p, size_t len, unsigned code)
{
	if (code == '"' || code == '\\' || code == '/')
		putc('\\', to);
	fwrite(p, 1, len, to);
}

static void
put_html(FILE *to, const unsigned char *p, size_t len, unsigned code)
{
	switch (code) {
	case '&': fputs("&amp;", to); break;
	case '<': fputs("&lt;", to); break;
	case '>': fputs("&gt;", to); break;
	case '"': fputs("&quot;", to); break;
	case '\'': fputs("&#39;", to); break;
	default: fwrite(p, 1, len, to);
	}
}

static void
put_hex(FILE *to, char mark, const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fprintf(to, "%c%02x", mark, p[i]);
}

static void
put_url(FILE *to, const unsigned char *p, size_t len, unsigned code)
{
	if (code < 0x80 && (isalnum((int)code) || strchr("-._~", (int)code) != NULL))
		putc((int)code, to);
	else
		put_hex(to, '%', p, len);
}

static void
put_quoted(FILE *to, const unsigned char *p, size_t len, unsigned code)
{
	if (code < 0x80 && code != '=' && code != '?' && code != '_')
		putc((int)code, to);
	else
		put_hex(to, '=', p, len);
}

static void
put_plain(FILE *to, const unsigned char *p, size_t len, unsigned code)
{
	(void)code;
	fwrite(p, 1, len, to);
}

static void (*const ways[SPELLINGS])(FILE *, const unsigned char *, size_t,
    unsigned) = { put_plain, put_json, put_json_utf8, put_html, put_url, put_quoted };

static char *
spelled(const char *name, int way)
{
	char *text;
	size_t length;
	FILE *to = mem_stream(&text, &length);
	unsigned code;

	for (const unsigned char *p = (const unsigned char *)name; *p != '\0';) {
		size_t len = code_point(p, &code);
		ways[way](to, p, len, code);
		p += len;
	}
	mem_stream_end(to, &text);
	for (char *p = text; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return text;
}

/* The digits of base64 that hold bits of the name alone, when `shift` bytes stand before it. */
static char *
in_base64(const char *name, int shift)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t bits = 8 * (strlen(name) + (size_t)shift), count = 0;
	char *text = mem_new(bits / 6 + 1, 1);

	for (size_t at = 0; at + 6 <= bits; at += 6) {
		unsigned value = 0;
		if (at < 8 * (size_t)shift)
			continue;
		for (size_t i = at; i < at + 6; i++) {
			unsigned byte = (unsigned char)name[i / 8 - (size_t)shift];
			value = value << 1 | ((byte >> (7 - i % 8)) & 1);
		}
		text[count++] = digits[value];
	}
	return text;
}

struct person *
person_new(const char *name)
{
	struct person *person = mem_new(1, sizeof *person);
	struct identity *identity = identity_new();

	if (strlen(name) < 2)
		die(EX_USAGE, "\"%s\": a name of two characters at least", name);
	for (int i = 0; i < SPELLINGS; i++) {
		person->spellings[i] = spelled(name, i);
		person->first[(unsigned char)person->spellings[i][0]] = true;
		person->first[toupper((unsigned char)person->spellings[i][0])] = true;
	}
	for (int i = 0; i < SHIFTS; i++)
		person->base64[i] = in_base64(name, i);
	identity_add(identity, "person");
	identity_add(identity, person->spellings[0]);
	char *digits = identity_end(identity);
	person->alias = mem_printf("erased-%s", digits);
	free(digits);
	return person;
}

const char *
person_alias(const struct person *person)
{
	return person->alias;
}

/* The bytes of a line break within a word that begins there: of mail, or of mail in JSON. */
static size_t
line_break(const char *p, const char *end, const char *mark)
{
	static const char *const breaks[] = { "\r\n", "\n", "\\r\\n", "\\n" };
	size_t marked = strlen(mark);

	if ((size_t)(end - p) < marked || strncmp(p, mark, marked) != 0)
		return 0;
	for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
		size_t len = strlen(breaks[i]);
		if ((size_t)(end - p) >= marked + len
		    && memcmp(p + marked, breaks[i], len) == 0)
			return marked + len;
	}
	return 0;
}

/* The end of the word if it stands at p; else NULL. */
static const char *
word_at(const char *word, const char *p, const char *end)
{
	for (;;) {
		p += line_break(p, end, "=");
		if (*word == '\0')
			return p;
		if (p == end || tolower((unsigned char)*p) != *word)
			return NULL;
		word++;
		p++;
	}
}

static bool
goes_on(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || c == '_';
}

/* Before it may stand an escape, whose last letter is none: "\nAnn". */
static bool
begins(const char *start, const char *p)
{
	if (p == start || !goes_on(p[-1]))
		return true;
	return p - start >= 2 && p[-2] == '\\' && strchr("nrtbf", p[-1]) != NULL;
}

static const char *
name_at(const struct person *person, const char *start, const char *p, const char *end)
{
	if (!person->first[(unsigned char)*p] || !begins(start, p))
		return NULL;
	for (int i = 0; i < SPELLINGS; i++) {
		const char *after = word_at(person->spellings[i], p, end);
		if (after != NULL && (after == end || !goes_on(*after)))
			return after;
	}
	return NULL;
}

static bool
digits_at(const char *digits, const char *p, const char *end)
{
	while (*digits != '\0') {
		p += line_break(p, end, "");
		if (p == end || *p != *digits)
			return false;
		digits++;
		p++;
	}
	return true;
}

bool
person_encoded(const struct person *person, struct span text)
{
	for (int i = 0; i < SHIFTS; i++) {
		const char *digits = person->base64[i], *p = text.at, *end = text.at + text.len;
		if (strlen(digits) < 4)
			continue;
		while ((p = memchr(p, *digits, (size_t)(end - p))) != NULL) {
			if (digits_at(digits, p, end))
				return true;
			p++;
		}
	}
	return false;
}

bool
person_in(const struct person *person, struct span text)
{
	const char *end = text.at + text.len;

	for (const char *p = text.at; p < end; p++)
		if (name_at(person, text.at, p, end) != NULL)
			return true;
	return person_encoded(person, text);
}

struct span
person_replaced(const struct person *person, struct span text)
{
	const char *end = text.at + text.len, *p = text.at, *after;
	struct span copy = { NULL, 0 };
	char *made;
	FILE *to;

	while (p < end && name_at(person, text.at, p, end) == NULL)
		p++;
	if (p == end)
		return copy;
	to = mem_stream(&made, &copy.len);
	fwrite(text.at, 1, (size_t)(p - text.at), to);
	while (p < end) {
		after = name_at(person, text.at, p, end);
		if (after != NULL)
			fputs(person->alias, to);
		else
			putc(*p, to);
		p = after != NULL ? after : p + 1;
	}
	mem_stream_end(to, &made);
	copy.at = made;
	return copy;
}

void
person_free(struct person *person)
{
	for (int i = 0; i < SPELLINGS; i++)
		free(person->spellings[i]);
	for (int i = 0; i < SHIFTS; i++)
		free(person->base64[i]);
	free(person->alias);
	free(person);
}
