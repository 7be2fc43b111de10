#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "template_node.h"

enum { DELIMITER_MAX = 16 };

struct parser {
	struct template *to, *family;
	struct template_error *error;
	const char *at, *line_start;
	int line;
	bool fresh; /* nothing of this line was put yet */
	char open[DELIMITER_MAX], close[DELIMITER_MAX];
	size_t sections[TEMPLATE_DEPTH], depth; /* the open ones */
};

__attribute__((format(printf, 3, 4))) static bool
fail(struct parser *p, int line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error->why, sizeof p->error->why, format, args);
	va_end(args);
	p->error->line = line;
	return false;
}

static struct node *
put(struct parser *p, enum node_kind kind, struct span text)
{
	struct template *to = p->to;

	if (to->count == to->room) {
		to->room = to->room == 0 ? 16 : 2 * to->room;
		to->nodes = mem_grow(to->nodes, to->room, sizeof *to->nodes);
	}
	struct node *node = &to->nodes[to->count++];
	*node = (struct node){ .kind = kind, .line = p->line, .text = text };
	return node;
}

static void
begin_line(struct parser *p)
{
	if (p->fresh)
		put(p, NODE_LINE, span(""));
	p->fresh = false;
}

/* Text as it stands, a node a line, since a partial's indent goes before each. */
static void
put_text(struct parser *p, const char *end)
{
	while (p->at < end) {
		const char *newline = memchr(p->at, '\n', (size_t)(end - p->at));
		const char *stop = newline != NULL ? newline + 1 : end;

		begin_line(p);
		put(p, NODE_TEXT, (struct span){ p->at, (size_t)(stop - p->at) });
		p->at = stop;
		if (newline != NULL) {
			p->fresh = true;
			p->line_start = stop;
			p->line++;
		}
	}
}

static bool
is_blank(const char *from, const char *end)
{
	while (from < end && (*from == ' ' || *from == '\t'))
		from++;
	return from == end;
}

static struct span
trim(const char *from, const char *end)
{
	while (from < end && strchr(" \t\r\n", *from) != NULL)
		from++;
	while (from < end && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	return (struct span){ from, (size_t)(end - from) };
}

static bool
section_opens(struct parser *p, enum node_kind kind, struct span name)
{
	if (p->depth == TEMPLATE_DEPTH)
		return fail(p, p->line, "sections nest deeper than %d", TEMPLATE_DEPTH);
	p->sections[p->depth++] = p->to->count;
	put(p, kind, name);
	return true;
}

static bool
section_closes(struct parser *p, struct span name)
{
	if (p->depth == 0)
		return fail(p, p->line, "section \"%.*s\" is closed but was not opened",
		    (int)name.len, name.at);

	struct node *open = &p->to->nodes[p->sections[--p->depth]];
	if (!span_equal(open->text, name))
		return fail(p, p->line, "section \"%.*s\" of line %d is closed by \"%.*s\"",
		    (int)open->text.len, open->text.at, open->line, (int)name.len, name.at);
	open->end = p->to->count;
	put(p, NODE_END, name);
	return true;
}

static bool
partial_named(struct parser *p, struct span name, struct span indent)
{
	if (p->to->path == NULL)
		return fail(p, p->line, "a partial (\"%.*s\") needs a file to stand in",
		    (int)name.len, name.at);

	const struct template *partial = template_partial(p->family, name);
	if (partial == NULL)
		return fail(p, p->line, "no partial \"%.*s\"", (int)name.len, name.at);
	struct node *node = put(p, NODE_PARTIAL, name);
	node->indent = indent;
	node->partial = partial;
	return true;
}

/* {{=<% %>=}}: two words without "=". */
static bool
delimiters_change(struct parser *p, struct span both)
{
	char text[2 * DELIMITER_MAX + 2], extra;

	if (both.len >= sizeof text || both.len == 0 || both.at[both.len - 1] != '=')
		return fail(p, p->line, "delimiters are two short words: {{=<%% %%>=}}");
	memcpy(text, both.at, both.len - 1);
	text[both.len - 1] = '\0';
	if (sscanf(text, "%15s %15s %c", p->open, p->close, &extra) != 2
	    || strchr(text, '=') != NULL)
		return fail(p, p->line, "delimiters are two short words: {{=<%% %%>=}}");
	return true;
}

static bool
is_name(struct span name)
{
	if (name.len == 0)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (strchr(" \t\r\n{}", name.at[i]) != NULL)
			return false;
	return true;
}

/* One tag: its sign, what stands inside, the indent before it if it stands alone. */
static bool
put_tag(struct parser *p, char sign, struct span inside, struct span indent)
{
	if (sign == '!')
		return true;
	if (sign == '=')
		return delimiters_change(p, inside);
	if (!is_name(inside))
		return fail(p, p->line, "\"%.*s\" is no name", (int)inside.len, inside.at);
	switch (sign) {
	case '#': return section_opens(p, NODE_SECTION, inside);
	case '^': return section_opens(p, NODE_INVERTED, inside);
	case '/': return section_closes(p, inside);
	case '>': return partial_named(p, inside, indent);
	case '&':
	case '{': put(p, NODE_RAW, inside); return true;
	default: put(p, NODE_VALUE, inside); return true;
	}
}

/* The byte after a tag that stands alone with its line's end, else NULL. */
static const char *
alone(const struct parser *p, const char *tag, char sign, const char *end)
{
	if (sign == '\0' || strchr("#^/>!=", sign) == NULL || !is_blank(p->line_start, tag))
		return NULL;
	while (*end == ' ' || *end == '\t')
		end++;
	if (end[0] == '\r' && end[1] == '\n')
		end++;
	return *end == '\n' ? end + 1 : *end == '\0' ? end : NULL;
}

/* Where the line begins that the tag stands on, or what of it is not read yet. */
static const char *
line_of(const struct parser *p, const char *tag)
{
	while (tag > p->at && tag[-1] != '\n')
		tag--;
	return tag;
}

static void
count_lines(struct parser *p, const char *from, const char *end)
{
	for (; from < end; from++)
		if (*from == '\n') {
			p->line++;
			p->line_start = from + 1;
		}
}

static bool
read_tag(struct parser *p, const char *tag)
{
	const char *from = tag + strlen(p->open);
	char sign = *from != '\0' && strchr("#^/>!=&{", *from) != NULL ? *from : '\0';
	char closing[DELIMITER_MAX + 1];

	snprintf(closing, sizeof closing, "%s%s", sign == '{' ? "}" : "", p->close);
	from += sign != '\0';
	const char *close = strstr(from, closing);
	if (close == NULL) {
		put_text(p, tag);
		return fail(p, p->line, "a tag is not closed by \"%s\"", closing);
	}

	put_text(p, line_of(p, tag));
	const char *end = close + strlen(closing), *next = alone(p, tag, sign, end);
	struct span indent = { p->line_start,
		next != NULL ? (size_t)(tag - p->line_start) : 0 };
	if (next == NULL)
		put_text(p, tag);
	if (next == NULL && sign != '!')
		begin_line(p);
	if (!put_tag(p, sign, trim(from, close), indent))
		return false;
	p->at = next != NULL ? next : end;
	count_lines(p, tag, p->at);
	return true;
}

bool
template_parse(struct template *to, struct template *family, struct template_error *error)
{
	struct parser p = { .to = to,
		.family = family,
		.error = error,
		.at = to->source,
		.line_start = to->source,
		.line = 1,
		.fresh = true,
		.open = "{{",
		.close = "}}" };
	const char *tag;

	while ((tag = strstr(p.at, p.open)) != NULL)
		if (!read_tag(&p, tag))
			return false;
	put_text(&p, p.at + strlen(p.at));
	if (p.depth > 0) {
		const struct node *open = &to->nodes[p.sections[p.depth - 1]];
		return fail(&p, open->line, "section \"%.*s\" is not closed",
		    (int)open->text.len, open->text.at);
	}
	return true;
}
