#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "identity.h"
#include "mem.h"
#include "person.h"

enum { UTF8_MAX = 4, RUN_LEAST = 12, PHASES = 4 };

/* A character of the name, small if it is of a to z. */
struct letter {
	unsigned code;
	size_t len;
	char utf8[UTF8_MAX];
};

struct person {
	char *alias;
	struct letter *letters;
	size_t count;
	bool first[256]; /* what it may begin with */
};

/* The letter that begins there; the bytes of it. */
static size_t
read_letter(const char *p, struct letter *letter)
{
	unsigned char first = (unsigned char)tolower((unsigned char)*p);
	size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	*letter = (struct letter){ .code = len == 1 ? first : first & (0x7fu >> len),
		.len = len,
		.utf8 = { (char)first } };
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80 || first < 0xc0)
			die(EX_USAGE, "the name of the person is not UTF-8");
		letter->code = letter->code << 6 | ((unsigned char)p[i] & 0x3fu);
		letter->utf8[i] = p[i];
	}
	return len;
}

static void
read_letters(struct person *person, const char *name)
{
	static const char marks[] = "\\&%=";
	const char *p = name;

	person->letters = mem_new(strlen(name), sizeof *person->letters);
	while (*p != '\0')
		p += read_letter(p, &person->letters[person->count++]);
	for (const char *mark = marks; *mark != '\0'; mark++)
		person->first[(unsigned char)*mark] = true;
	person->first[(unsigned char)person->letters[0].utf8[0]] = true;
	person->first[toupper((unsigned char)person->letters[0].utf8[0])] = true;
}

struct person *
person_new(const char *name)
{
	struct person *person = mem_new(1, sizeof *person);
	struct identity *identity = identity_new();

	if (strlen(name) < 2)
		die(EX_USAGE, "\"%s\": a name of two characters at least", name);
	read_letters(person, name);
	char *small = mem_copy(name, strlen(name));
	for (char *p = small; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	identity_add(identity, "person");
	identity_add(identity, small);
	char *digits = identity_end(identity);
	person->alias = mem_printf("erased-%s", digits);
	free(digits);
	free(small);
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

/* The number that so many hex digits say, or any number of decimal ones; below 0: none. */
static long
number_at(const char *p, const char *end, size_t digits, int base, size_t *len)
{
	char text[12] = "", *stop;

	*len = 0;
	while (*len < digits && p + *len < end && isxdigit((unsigned char)p[*len])
	    && (base == 16 || isdigit((unsigned char)p[*len]))) {
		text[*len] = p[*len];
		++*len;
	}
	long value = strtol(text, &stop, base);
	return *len > 0 && *stop == '\0' ? value : -1;
}

/* As it is. */
static size_t
plain_at(const struct letter *letter, const char *p, const char *end)
{
	if (letter->len == 1)
		return (unsigned)tolower((unsigned char)*p) == letter->code ? 1 : 0;
	return (size_t)(end - p) >= letter->len && memcmp(p, letter->utf8, letter->len) == 0
	    ? letter->len
	    : 0;
}

/* As JSON escapes it, once or again: \", \/, \u00e9, and in two halves what has no four digits. */
static size_t
json_at(const struct letter *letter, const char *p, const char *end)
{
	const char *start = p;
	unsigned code = letter->code;
	size_t len;

	while (p < end && *p == '\\')
		p++;
	if (p == start || p == end)
		return code == '\\' && p > start ? (size_t)(p - start) : 0;
	if (*p != 'u') {
		if (code == '\\')
			return (size_t)(p - start);
		return strchr("\"/", *p) != NULL && (unsigned)*p == code
		    ? (size_t)(p + 1 - start)
		    : 0;
	}
	long value = number_at(p + 1, end, 4, 16, &len);
	p += 5;
	if (value >= 0xd800 && value < 0xdc00 && end - p >= 6) {
		while (p < end && *p == '\\')
			p++;
		long low = number_at(p + 1, end, 4, 16, &len);
		value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
		p += 5;
	}
	return value >= 0 && p <= end
		&& (value < 0x80 ? tolower((int)value) : value) == (long)code
	    ? (size_t)(p - start)
	    : 0;
}

/* As HTML has it. */
static size_t
html_at(const struct letter *letter, const char *p, const char *end)
{
	static const struct {
		char letter;
		const char *name;
	} names[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
		{ '\'', "&apos;" } };
	size_t len;

	if (*p != '&')
		return 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		len = strlen(names[i].name);
		if (letter->code == (unsigned char)names[i].letter && (size_t)(end - p) >= len
		    && memcmp(p, names[i].name, len) == 0)
			return len;
	}
	if (end - p < 4 || p[1] != '#')
		return 0;
	bool hex = tolower((unsigned char)p[2]) == 'x';
	const char *digits = p + 2 + hex;
	long value = number_at(digits, end, 8, hex ? 16 : 10, &len);
	return value == (long)letter->code && digits + len < end && digits[len] == ';'
	    ? (size_t)(digits + len + 1 - p)
	    : 0;
}

/* Its bytes as URLs (%C3%A9) and quoted-printable (=C3=A9) have them; a blank there may be a
 * plus or a low line. */
static size_t
hex_at(const struct letter *letter, const char *p, const char *end)
{
	const char *start = p;
	size_t len;

	if (letter->code == ' ' && (*p == '+' || *p == '_'))
		return 1;
	if (*p != '%' && *p != '=')
		return 0;
	for (size_t i = 0; i < letter->len; i++, p += 3) {
		if (end - p < 3 || *p != *start)
			return 0;
		long value = number_at(p + 1, end, 2, 16, &len);
		if (len != 2
		    || (letter->len == 1 ? tolower((int)value) : (int)value)
			!= (unsigned char)letter->utf8[i])
			return 0;
	}
	return (size_t)(p - start);
}

static size_t
letter_at(const struct letter *letter, const char *p, const char *end)
{
	size_t len;

	if ((len = plain_at(letter, p, end)) > 0 || (len = json_at(letter, p, end)) > 0
	    || (len = html_at(letter, p, end)) > 0)
		return len;
	return hex_at(letter, p, end);
}

/* The end of the name if it stands at p; else NULL. */
static const char *
letters_at(const struct person *person, const char *p, const char *end)
{
	for (size_t i = 0; i < person->count; i++) {
		if (i > 0)
			p += line_break(p, end, "=");
		size_t len = p < end ? letter_at(&person->letters[i], p, end) : 0;
		if (len == 0)
			return NULL;
		p += len;
	}
	return p;
}

static bool
goes_on(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || c == '_';
}

/* What stands before p is an escape of something that is no part of a word: %20, =20, \u003e. */
static bool
ends_escape(const char *start, const char *p, const char *mark, size_t digits)
{
	size_t len = digits + strlen(mark);

	if ((size_t)(p - start) < len || strncmp(p - len, mark, strlen(mark)) != 0)
		return false;
	long value = number_at(p - digits, p, digits, 16, &len);
	return len == digits && value >= 0 && value < 0x80 && !goes_on((char)value);
}

/* Before it may stand an escape, whose last letter is none: "\nAnn". */
static bool
begins(const char *start, const char *p)
{
	if (p == start || !goes_on(p[-1]))
		return true;
	if (p - start >= 2 && p[-2] == '\\' && strchr("nrtbf", p[-1]) != NULL)
		return true;
	return ends_escape(start, p, "%", 2) || ends_escape(start, p, "=", 2)
	    || ends_escape(start, p, "\\u", 4);
}

static const char *
name_at(const struct person *person, const char *start, const char *p, const char *end)
{
	if (!person->first[(unsigned char)*p] || !begins(start, p))
		return NULL;
	const char *after = letters_at(person, p, end);
	return after != NULL && (after == end || !goes_on(*after)) ? after : NULL;
}

static bool
is_named(const struct person *person, struct span text)
{
	const char *end = text.at + text.len;

	for (const char *p = text.at; p < end; p++)
		if (name_at(person, text.at, p, end) != NULL)
			return true;
	return false;
}

static int
digit_of(char c)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* What may be base64 that begins at p, less its line breaks; its end. */
static const char *
read_run(const char *p, const char *end, char *digits, size_t *count)
{
	for (*count = 0; p < end; p++) {
		size_t skip = line_break(p, end, "");
		p += skip;
		if (p == end || digit_of(*p) < 0)
			break;
		digits[(*count)++] = *p;
	}
	return p;
}

static struct span
decoded(const char *digits, size_t count, char *to)
{
	unsigned bits = 0, have = 0;
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		bits = bits << 6 | (unsigned)digit_of(digits[i]);
		have += 6;
		if (have >= 8) {
			have -= 8;
			to[len++] = (char)(bits >> have & 0xff);
		}
	}
	return (struct span){ to, len };
}

/* It may begin a little later than its digits seem to: after the n of an escape, say. */
bool
person_encoded(const struct person *person, struct span text)
{
	const char *p = text.at, *end = text.at + text.len;
	char *digits = mem_new(text.len + 1, 1), *plain = mem_new(text.len + 1, 1);
	bool found = false;
	size_t count;

	while (p < end && !found) {
		const char *after = read_run(p, end, digits, &count);
		for (size_t i = 0; i < PHASES && count >= RUN_LEAST && !found; i++)
			found = is_named(person, decoded(digits + i, count - i, plain));
		p = after > p ? after : p + 1;
	}
	free(digits);
	free(plain);
	return found;
}

bool
person_in(const struct person *person, struct span text)
{
	return is_named(person, text) || person_encoded(person, text);
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
	free(person->letters);
	free(person->alias);
	free(person);
}
