#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "wrap.h"

static size_t
columns_of(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

/* Runs of spaces within the line, not before it. */
static bool
has_columns(const char *line, size_t len)
{
	size_t runs = 0, i = strspn(line, " ");

	for (; i + 1 < len; i++)
		runs += line[i] == ' ' && line[i + 1] == ' ' && line[i - 1] != ' ';
	return runs > 1;
}

/* Where the text begins that a name stands before: "Won       $2.9M"; else 0. */
static size_t
after_run(const char *line, size_t len)
{
	for (size_t i = 0; i + 1 < len; i++)
		if (line[i] == ' ' && line[i + 1] == ' ')
			return columns_of(line, i + strspn(line + i, " ")) < WRAP_COLUMNS / 2
			    ? columns_of(line, i + strspn(line + i, " "))
			    : 0;
	return 0;
}

/* As many words as fit, at least one. */
static size_t
fitting(const char *line, size_t len, size_t room)
{
	size_t fit = 0;

	for (size_t i = 0; i <= len; i++)
		if ((i == len || line[i] == ' ') && i > 0 && line[i - 1] != ' ') {
			if (fit > 0 && columns_of(line, i) > room)
				break;
			fit = i;
		}
	return fit;
}

static void
fold(FILE *out, const char *line, size_t len)
{
	size_t indent = strspn(line, " "),
	       hang = indent > 0 ? indent + 2 : after_run(line, len);

	fprintf(out, "%*s", (int)indent, "");
	line += indent;
	len -= indent;
	for (size_t room = WRAP_COLUMNS - indent;; room = WRAP_COLUMNS - hang) {
		size_t fit = fitting(line, len, room);
		fwrite(line, 1, fit, out);
		while (fit < len && line[fit] == ' ')
			fit++;
		line += fit;
		len -= fit;
		if (len == 0 || fit == 0)
			break;
		fprintf(out, "\n%*s", (int)hang, "");
	}
	fwrite(line, 1, len, out);
}

char *
wrap(const char *text)
{
	char *made;
	size_t size;
	FILE *out = mem_stream(&made, &size);

	for (const char *line = text; *line != '\0';) {
		size_t len = strcspn(line, "\n");
		if (columns_of(line, len) <= WRAP_COLUMNS || has_columns(line, len)
		    || strspn(line, " ") > WRAP_COLUMNS / 2)
			fwrite(line, 1, len, out);
		else
			fold(out, line, len);
		line += len;
		if (*line == '\n')
			fputc(*line++, out);
	}
	mem_stream_end(out, &made);
	return made;
}
