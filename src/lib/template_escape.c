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

/* Of ASCII: in which contexts a character does not stand as it is. */
enum {
	IN_HTML = 1 << TEMPLATE_HTML,
	IN_MRKDWN = 1 << TEMPLATE_MRKDWN,
	IN_CARD = 1 << TEMPLATE_CARD
};
static const unsigned char special[128] = {
	[0 ... ' ' - 1] = 0xff,
	[0x7f] = 0xff,
	['&'] = IN_HTML | IN_MRKDWN | IN_CARD,
	['<'] = IN_HTML | IN_MRKDWN | IN_CARD,
	['>'] = IN_HTML | IN_MRKDWN | IN_CARD,
	['"'] = IN_HTML,
	['\''] = IN_HTML,
	['\\'] = IN_CARD,
	['`'] = IN_CARD,
	['*'] = IN_CARD,
	['_'] = IN_CARD,
	['~'] = IN_CARD,
	['#'] = IN_CARD,
	['|'] = IN_CARD,
	['!'] = IN_CARD,
	['['] = IN_CARD,
	[']'] = IN_CARD,
	['('] = IN_CARD,
	[')'] = IN_CARD,
	['{'] = IN_CARD,
	['}'] = IN_CARD,
};

static struct span
entity(uint32_t code)
{
	switch (code) {
	case '&': return span("&amp;");
	case '<': return span("&lt;");
	case '>': return span("&gt;");
	case '"': return span("&quot;");
	default: return span("&#39;");
	}
}

static struct span
instead(enum template_context context, uint32_t code, struct span as_it_is, char symbol[4])
{
	const char *safe = harmless(code, symbol);

	if (safe != NULL)
		return span(safe);
	return code > 0x7f || (special[code] & 1 << context) == 0 ? as_it_is : entity(code);
}

void
template_put(struct template_out *out, struct span piece)
{
	if (out->room - out->len <= piece.len) {
		out->room = 2 * out->room + piece.len + 256;
		out->text = mem_grow(out->text, out->room, 1);
	}
	memcpy(out->text + out->len, piece.at, piece.len);
	out->len += piece.len;
}

char *
template_taken(struct template_out *out)
{
	template_put(out, (struct span){ "", 1 });
	return out->text;
}

/* What markdown takes for a list, a rule or code does so where a value begins. */
static const char *
card_begins(struct template_out *out, const char *p, const char *end)
{
	const char *digits = p;

	for (; p < end && *p == ' '; p++)
		template_put(out, span("\xc2\xa0")); /* four spaces would be code */
	if (p < end && (*p == '-' || *p == '+' || *p == '=')) {
		template_put(out, span("\\"));
		template_put(out, (struct span){ p, 1 });
		return p + 1;
	}
	for (digits = p; p < end && *p >= '0' && *p <= '9';)
		p++;
	template_put(out, (struct span){ digits, (size_t)(p - digits) });
	if (p > digits && p < end && *p == '.' && (p + 1 == end || p[1] == ' ')) {
		template_put(out, span("\\."));
		p++;
	}
	return p;
}

/* How it begins shows only when what is left out is gone. */
static void
escape_card(struct template_out *out, struct span value)
{
	char *plain = template_escape(TEMPLATE_PLAIN, value);
	const char *end = plain + strlen(plain), *from, *p;

	for (p = card_begins(out, plain, end); p < end; p++) {
		for (from = p;
		     p < end && ((*p & 0x80) != 0 || (special[(int)*p] & IN_CARD) == 0);)
			p++;
		template_put(out, (struct span){ from, (size_t)(p - from) });
		if (p == end)
			break;
		template_put(out, span("\\"));
		template_put(out, (struct span){ p, 1 });
	}
	free(plain);
}

void
escape_put(struct template_out *out, enum template_context context, bool raw, struct span value)
{
	const char *p = value.at, *end = p + value.len, *from;
	unsigned char mask;
	size_t len;
	char symbol[4];

	if (raw && context == TEMPLATE_HTML) {
		template_put(out, value);
		return;
	}
	if (raw && context == TEMPLATE_CARD)
		context = TEMPLATE_PLAIN;
	if (context == TEMPLATE_CARD) {
		escape_card(out, value);
		return;
	}
	mask = (unsigned char)(1 << context);
	while (p < end) {
		for (from = p; p < end && (unsigned char)*p < 0x80
		     && (special[(unsigned char)*p] & mask) == 0;)
			p++;
		template_put(out, (struct span){ from, (size_t)(p - from) });
		if (p == end)
			return;
		uint32_t code = escape_code(p, (size_t)(end - p), &len);
		template_put(out, instead(context, code, (struct span){ p, len }, symbol));
		p += len;
	}
}

char *
template_escape(enum template_context context, struct span value)
{
	struct template_out out = { 0 };

	escape_put(&out, context, false, value);
	return template_taken(&out);
}
