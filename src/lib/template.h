/*
 * template - text from Mustache templates and JSON.
 *
 * The language is the public one: {{name}} with dots and {{.}}, {{#section}}, {{^inverted}},
 * {{! comment }}, {{> partial}}, {{=<% %>=}}; a tag alone on its line leaves no line behind.
 * False are false, null, "", [] and what is not there; 0 is true.  Objects and lists print as
 * nothing.  Otherwise than there a partial that is not found is an error, and the context of
 * the text decides what is escaped.
 *
 * The context a text is for decides how values are escaped, so that no value can change the
 * structure around it.  In all of them line ends and tabs become a space, other control
 * characters show as symbols (U+2400...), and what would turn the direction of text is left
 * out; then HTML and mrkdwn get their entities, and what is markdown in a card (Teams) a
 * backslash, spaces before it being no-break ones.  {{{name}}} and {{&name}} leave that last
 * step out in HTML, where all of the value stays as it is, and in a card.  A header is one
 * line, so the line ends of its template become spaces too.
 *
 * template_load() reads a file, its partials being NAME.mustache of the same folder; an error
 * ends the program (66, 78), naming file and line.  template_compile() reads a text, without
 * partials, and on an error gives NULL and says where: for templates inside other files.
 * template_render() gives text to free(), or NULL if it would be longer than TEMPLATE_MAX,
 * partials nest deeper than TEMPLATE_DEPTH or there is no end to it.  template_text() does both at once.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <jansson.h>
#include "span.h"

enum { TEMPLATE_MAX = 1 << 20, TEMPLATE_DEPTH = 32 };

enum template_context {
	TEMPLATE_PLAIN,
	TEMPLATE_HEADER,
	TEMPLATE_HTML,
	TEMPLATE_MRKDWN,
	TEMPLATE_CARD
};

struct template_error {
	int line;
	char why[160];
};

struct template *template_load(const char *path);
struct template *template_compile(const char *text, struct template_error *);
char *template_render(const struct template *, enum template_context, const json_t *view);
void template_free(struct template *);

char *template_text(const char *text, const json_t *view, struct template_error *); /* plain */
char *template_escape(enum template_context, struct span value); /* as {{name}} would */

#endif
