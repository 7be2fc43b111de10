#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "mime.h"

enum { LINE_MAX_BYTES = 76, WORD_MAX = 64 };

static const char hex[] = "0123456789ABCDEF";

/* What stands in an encoded word as it is, wherever it stands (RFC 2047, 5.3). */
static bool
word_plain(unsigned char c)
{
	return isalnum(c) || strchr("!*+-/", c) != NULL;
}

static size_t
word_size(unsigned char c)
{
	return word_plain(c) || c == ' ' ? 1 : 3;
}

static void
put_word_byte(FILE *out, unsigned char c)
{
	if (c == ' ')
		fputc('_', out);
	else if (word_plain(c))
		fputc(c, out);
	else
		fprintf(out, "=%c%c", hex[c >> 4], hex[c & 15]);
}

/* A character is never cut in two, so that each word can be read alone. */
static void
put_words(FILE *out, const char *value, size_t len)
{
	static const char opening[] = "=?UTF-8?Q?";
	size_t used = 0;

	for (size_t i = 0, next; i < len; i = next) {
		size_t size = word_size((unsigned char)value[i]);
		for (next = i + 1; next < len && (value[next] & 0xc0) == 0x80; next++)
			size += 3;
		if (used == 0 || used + size + 2 > WORD_MAX) {
			fprintf(out, "%s%s", used == 0 ? "" : "?=\r\n ", opening);
			used = sizeof opening - 1;
		}
		for (size_t j = i; j < next; j++)
			put_word_byte(out, (unsigned char)value[j]);
		used += size;
	}
	if (used > 0)
		fputs("?=", out);
}

/* Text that looks encoded is encoded too, or a reader would decode what nobody encoded. */
static bool
is_plain(const char *value)
{
	for (const char *p = value; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
			return false;
	return strstr(value, "=?") == NULL && value[0] != ' ';
}

static size_t
cut(const char *value)
{
	size_t len = strlen(value);

	if (len <= HEADER_MAX)
		return len;
	for (len = HEADER_MAX; len > 0 && (value[len] & 0xc0) == 0x80;)
		len--;
	return len;
}

void
mime_words(FILE *out, const char *value, bool phrase)
{
	size_t len = cut(value);

	if (is_plain(value) && (!phrase || strpbrk(value, "()<>[]:;@\\,.\"") == NULL))
		fwrite(value, 1, len, out);
	else
		put_words(out, value, len);
}

static bool
body_plain(const char *p, size_t left, size_t column)
{
	unsigned char c = (unsigned char)*p;
	bool ends_line = left == 1 || p[1] == '\n';

	if (c == ' ' || c == '\t')
		return !ends_line;
	if (column == 0 && (c == '.' || (left > 4 && memcmp(p, "From ", 5) == 0)))
		return false; /* what mail stores and servers read at the start of a line */
	return c > ' ' && c < 0x7f && c != '=';
}

static void
put_quoted(FILE *out, struct span text)
{
	size_t column = 0;

	for (size_t i = 0; i < text.len; i++) {
		const char *p = text.at + i;
		if (*p == '\n') {
			fputs("\r\n", out);
			column = 0;
			continue;
		}
		bool plain = body_plain(p, text.len - i, column);
		if (column + (plain ? 1 : 3) >= LINE_MAX_BYTES) {
			fputs("=\r\n", out);
			column = 0;
			plain = body_plain(p, text.len - i, column);
		}
		if (plain)
			fputc(*p, out);
		else
			fprintf(out, "=%c%c", hex[(unsigned char)*p >> 4], hex[*p & 15]);
		column += plain ? 1 : 3;
	}
	fputs("\r\n", out); /* belongs to the boundary that follows */
}

void
mime_base64(FILE *out, struct span text)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < text.len; i += 3) {
		uint32_t three = 0;
		size_t have = text.len - i < 3 ? text.len - i : 3;
		for (size_t j = 0; j < 3; j++)
			three = three << 8 | (j < have ? (unsigned char)text.at[i + j] : 0);
		for (size_t j = 0; j < 4; j++)
			fputc(j <= have ? digits[three >> (18 - 6 * j) & 63] : '=', out);
		if (i % (LINE_MAX_BYTES / 4 * 3) == LINE_MAX_BYTES / 4 * 3 - 3)
			fputs("\r\n", out);
	}
	fputs("\r\n", out);
}

/* Text inside base64 has the line ends of mail (RFC 2045, 6.8). */
static void
put_base64_lines(FILE *out, struct span text)
{
	char *lines = mem_new(2 * text.len + 1, 1), *to = lines;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\n')
			*to++ = '\r';
		*to++ = text.at[i];
	}
	mime_base64(out, (struct span){ lines, (size_t)(to - lines) });
	free(lines);
}

/* Quoted text is for the eye too; base64 where that would be the shorter. */
void
mime_body(FILE *out, struct span text)
{
	size_t odd = 0;

	for (size_t i = 0; i < text.len; i++)
		odd += (unsigned char)text.at[i] > '~' || text.at[i] == '=';
	bool quoted = odd < text.len / 6;
	fprintf(out, "Content-Transfer-Encoding: %s\r\n\r\n",
	    quoted ? "quoted-printable" : "base64");
	if (quoted)
		put_quoted(out, text);
	else
		put_base64_lines(out, text);
}
