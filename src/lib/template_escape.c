#include <stdint.h>
#include <stdlib.h>

#include "mem.h"
#include "template_escape.h"
#include "text.h"

uint32_t
escape_code(const char *p, size_t left, size_t *len)
{
	const unsigned char *b = (const unsigned char *)p;
	char four[4] = { 0 };

	*len = 1;
	if (b[0] < 0x80)
		return b[0];
	memcpy(four, p, left < 4 ? left : 4);
	size_t bytes = utf8_length(four);
	if (bytes == 0)
		return 0xfffd;
	*len = bytes;
	uint32_t code = b[0] & (0xffu >> (bytes + 1));
	for (size_t i = 1; i < bytes; i++)
		code = code << 6 | (b[i] & 0x3f);
	return code;
}

static bool
turns_direction(uint32_t code)
{
	return code == 0x61c || code == 0x200e || code == 0x200f
	    || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static bool
ends_line(uint32_t code)
{
	return (code >= '\t' && code <= '\r') || code == 0x85 || code == 0x2028
	    || code == 0x2029;
}

/* What stands for a character that must not appear; NULL if it may. */
static const char *
harmless(uint32_t code, char symbol[4])
{
	if (ends_line(code))
		return " ";
	if (turns_direction(code))
		return "";
	if (code < ' ') { /* U+2400 and on are the control pictures */
		memcpy(symbol, "\xe2\x90", 2);
		symbol[2] = (char)(0x80 + code);
		symbol[3] = '\0';
		return symbol;
	}
	if (code == 0x7f)
		return "\xe2\x90\xa1";
	if ((code > 0x7f && code < 0xa0) || code == 0xfffd)
		return "\xef\xbf\xbd";
	return NULL;
}

static const char *
entity(enum template_context context, uint32_t code)
{
	bool quotes = context == TEMPLATE_HTML;

	if (context != TEMPLATE_HTML && context != TEMPLATE_MRKDWN)
		return NULL;
	switch (code) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return quotes ? "&quot;" : NULL;
	case '\'': return quotes ? "&#39;" : NULL;
	default: return NULL;
	}
}

void
escape_write(FILE *out, enum template_context context, bool raw, struct span value)
{
	const char *end = value.at + value.len;
	size_t len;
	char symbol[4];

	if (raw && context == TEMPLATE_HTML) {
		fwrite(value.at, 1, value.len, out);
		return;
	}
	for (const char *p = value.at; p < end; p += len) {
		uint32_t code = escape_code(p, (size_t)(end - p), &len);
		const char *instead = harmless(code, symbol);
		if (instead == NULL)
			instead = entity(context, code);
		if (instead != NULL)
			fputs(instead, out);
		else
			fwrite(p, 1, len, out);
	}
}

char *
template_escape(enum template_context context, struct span value)
{
	char *text = NULL;
	size_t len;
	FILE *out = mem_stream(&text, &len);

	escape_write(out, context, false, value);
	mem_stream_end(out, &text);
	return text;
}
