#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec_out.h"
#include "template_escape.h"
#include "template_node.h"

enum { STACK_MAX = TEMPLATE_DEPTH * (TEMPLATE_DEPTH + 1) + 1, STEPS_MAX = 1 << 24 };

struct renderer {
	struct template_out out;
	enum template_context context;
	const json_t *stack[STACK_MAX]; /* what names are looked up in, innermost last */
	size_t depth;
	struct span indents[TEMPLATE_DEPTH];
	size_t partials, steps;
	bool failed;
};

static void render_nodes(struct renderer *, const struct template *, size_t from, size_t end);

static const json_t *
member(const json_t *of, struct span name)
{
	return json_object_getn(of, name.at, name.len);
}

/* The first step of a dotted name is looked for from the inside out, the others below it. */
static const json_t *
look_up(const struct renderer *r, struct span name)
{
	const json_t *found = NULL;

	if (span_is(name, "."))
		return r->stack[r->depth - 1];
	for (bool first = true;; first = false) {
		const char *dot = memchr(name.at, '.', name.len);
		struct span step = { name.at,
			dot != NULL ? (size_t)(dot - name.at) : name.len };
		if (!first)
			found = member(found, step);
		for (size_t i = r->depth; first && i > 0 && found == NULL; i--)
			found = member(r->stack[i - 1], step);
		if (dot == NULL || found == NULL)
			return found;
		name = (struct span){ dot + 1, name.len - step.len - 1 };
	}
}

static bool
is_true(const json_t *value)
{
	return value != NULL && !json_is_null(value) && !json_is_false(value)
	    && !(json_is_string(value) && json_string_length(value) == 0)
	    && !(json_is_array(value) && json_array_size(value) == 0);
}

static void
render_value(struct renderer *r, const json_t *value, bool raw)
{
	if (json_is_string(value)) {
		struct span text = { json_string_value(value), json_string_length(value) };
		escape_put(&r->out, r->context, raw, text);
	} else if (json_is_number(value) || json_is_boolean(value)) {
		size_t len;
		char *text = rec_json(value, &len);
		template_put(&r->out, (struct span){ text, len });
		free(text);
	}
}

static void
render_text(struct renderer *r, struct span text)
{
	if (r->context == TEMPLATE_HEADER)
		escape_put(&r->out, r->context, false, text);
	else
		template_put(&r->out, text);
}

static void
render_line(struct renderer *r)
{
	for (size_t i = 0; i < r->partials; i++)
		render_text(r, r->indents[i]);
}

static void
render_inside(
    struct renderer *r, const struct template *template, size_t open, const json_t *of)
{
	r->failed = r->failed || ++r->steps > STEPS_MAX;
	r->stack[r->depth++] = of;
	render_nodes(r, template, open + 1, template->nodes[open].end);
	r->depth--;
}

static void
render_section(struct renderer *r, const struct template *template, size_t open)
{
	const struct node *node = &template->nodes[open];
	const json_t *value = look_up(r, node->text), *each;
	bool shown = is_true(value);
	size_t i;

	if (node->kind == NODE_INVERTED) {
		if (!shown)
			render_nodes(r, template, open + 1, node->end);
	} else if (shown && json_is_array(value)) {
		json_array_foreach (value, i, each)
			if (!r->failed)
				render_inside(r, template, open, each);
	} else if (shown) {
		render_inside(r, template, open, value);
	}
}

static void
render_partial(struct renderer *r, const struct node *node)
{
	if (r->partials == TEMPLATE_DEPTH) {
		r->failed = true;
		return;
	}
	r->indents[r->partials++] = node->indent;
	render_nodes(r, node->partial, 0, node->partial->count);
	r->partials--;
}

static void
render_nodes(struct renderer *r, const struct template *template, size_t from, size_t end)
{
	for (size_t i = from; i < end && !r->failed; i++) {
		const struct node *node = &template->nodes[i];

		switch (node->kind) {
		case NODE_LINE: render_line(r); break;
		case NODE_TEXT: render_text(r, node->text); break;
		case NODE_VALUE: render_value(r, look_up(r, node->text), false); break;
		case NODE_RAW: render_value(r, look_up(r, node->text), true); break;
		case NODE_PARTIAL: render_partial(r, node); break;
		case NODE_SECTION:
		case NODE_INVERTED:
			render_section(r, template, i);
			i = node->end;
			break;
		case NODE_END: break;
		}
		r->failed = r->failed || ++r->steps > STEPS_MAX || template_full(&r->out);
	}
}

char *
template_render(
    const struct template *template, enum template_context context, const json_t *view)
{
	struct renderer r = { .context = context, .stack = { view }, .depth = 1 };

	render_nodes(&r, template, 0, template->count);
	char *text = template_taken(&r.out);
	if (!r.failed)
		return text;
	free(text);
	return NULL;
}
