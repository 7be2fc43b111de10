/*
 * template - a value, and after its line a template: text without a tag is itself; a value
 * changes the structure of no context it is escaped for; what is escaped reads back as the
 * value; a header stays a line; all that comes out is UTF-8 if what went in is.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "mem.h"
#include "template.h"
#include "text.h"

static bool
is_utf8(const char *p)
{
	while (*p != '\0') {
		size_t len = (unsigned char)*p < 0x80 ? 1 : utf8_length(p);
		if (len == 0)
			return false;
		p += len;
	}
	return true;
}

static size_t
count_any(const char *text, const char *bytes)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += strchr(bytes, *text) != NULL;
	return count;
}

/* Entities that are none of ours make no text. */
static void
judge_entities(const char *p, const char *value)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };

	for (; (p = strchr(p, '&')) != NULL; p++) {
		size_t i = 0;
		while (i < 5 && strncmp(p, entities[i], strlen(entities[i])) != 0)
			i++;
		must(i < 5, "\"%s\" leaves an & that begins nothing", value);
	}
}

/* What markdown could take for its own, a backslash before it left out. */
static void
judge_card(const char *text, const char *value)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else
			must(strchr("\\`*_~#|![](){}<>&", *p) == NULL,
			    "\"%s\" leaves a %c in a card", value, *p);
	}
	must(strchr("-+= ", *text) == NULL || *text == '\0', "\"%s\" begins a list", value);
}

static void
judge_value(void *of)
{
	const char *value = of;
	struct span bytes = span(value);

	for (int context = TEMPLATE_PLAIN; context <= TEMPLATE_CARD; context++) {
		char *text = template_escape((enum template_context)context, bytes);
		must(is_utf8(text), "\"%s\" is no UTF-8 in context %d", value, context);
		for (const char *p = text; *p != '\0'; p++)
			must((unsigned char)*p >= ' ' && *p != 0x7f,
			    "a control character in context %d", context);
		if (context == TEMPLATE_HTML)
			must(count_any(text, "<>\"'") == 0, "\"%s\" is HTML: %s", value, text);
		if (context == TEMPLATE_MRKDWN)
			must(count_any(text, "<>") == 0, "\"%s\" is mrkdwn: %s", value, text);
		if (context == TEMPLATE_HTML || context == TEMPLATE_MRKDWN)
			judge_entities(text, value);
		if (context == TEMPLATE_CARD)
			judge_card(text, value);
		if (context == TEMPLATE_PLAIN) { /* what is plain stays so */
			char *again = template_escape(TEMPLATE_PLAIN, span(text));
			must(strcmp(text, again) == 0, "escaped twice: %s", again);
			free(again);
		}
		free(text);
	}
}

struct asked {
	const char *value, *text;
};

static json_t *
view_of(const char *value)
{
	json_t *name = json_string(value);

	if (name == NULL) /* no UTF-8 */
		name = json_string("");
	return json_pack("{s:O, s:[{s:O}, {s:O}], s:{s:{s:o}}, s:[], s:i, s:b}", "a", name,
	    "list", "a", name, "b", name, "b", "c", "d", name, "none", "n", 7, "t", 1);
}

static char *
rendered(const struct template *template, enum template_context context, const char *value)
{
	json_t *view = view_of(value);
	char *text = template_render(template, context, view);

	json_decref(view);
	return text;
}

/* With another value, the marks of the context are as many. */
static void
judge_structure(const struct template *template, const struct asked *asked)
{
	static const struct {
		enum template_context context;
		const char *marks;
	} rows[] = { { TEMPLATE_HTML, "<>\"'" }, { TEMPLATE_MRKDWN, "<>" },
		{ TEMPLATE_PLAIN, "\n\r" }, { TEMPLATE_HEADER, "\n\r" } };
	bool raw = strstr(asked->text, "{{{") != NULL || strchr(asked->text, '&') != NULL;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = rendered(template, rows[i].context, asked->value);
		char *other = rendered(template, rows[i].context, "x");
		if (text != NULL && other != NULL && (!raw || rows[i].context != TEMPLATE_HTML))
			must(count_any(text, rows[i].marks) == count_any(other, rows[i].marks),
			    "\"%s\" changes context %d: %s", asked->value, (int)rows[i].context,
			    text);
		if (text != NULL && rows[i].context == TEMPLATE_HEADER)
			must(count_any(text, "\n\r") == 0, "a header of several lines: %s",
			    text);
		if (text != NULL && is_utf8(asked->text))
			must(is_utf8(text), "what comes out is no UTF-8");
		free(text);
		free(other);
	}
}

static void
judge_template(void *of)
{
	const struct asked *asked = of;
	struct template_error error = { 0 };
	struct template *template = template_compile(asked->text, &error);

	if (template == NULL) {
		must(error.line >= 1 && *error.why != '\0', "an error without a place");
		return;
	}
	if (strstr(asked->text, "{{") == NULL) {
		char *text = rendered(template, TEMPLATE_HTML, "x");
		must(strcmp(text, asked->text) == 0, "text without a tag becomes: %s", text);
		free(text);
	}
	judge_structure(template, asked);
	template_free(template);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size }, first = { "", 0 };

	fuzz_next(&rest, '\n', &first);
	char *value = mem_copy(first.at, first.len);
	char *text = mem_copy(rest.at != NULL ? rest.at : "", rest.len);
	must(fuzz_run(judge_value, value) < 0, "%s", fuzz_said());
	if (*value != '\0')
		must(fuzz_run(judge_template, &(struct asked){ value, text }) < 0, "%s",
		    fuzz_said());
	free(value);
	free(text);
	return 0;
}
