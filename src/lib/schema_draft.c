#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "schema_draft.h"

void *
draft_new(struct schema *schema, size_t count, size_t size)
{
	schema->kept = mem_grow(schema->kept, schema->kept_count + 1, sizeof *schema->kept);
	return schema->kept[schema->kept_count++] = mem_new(count + 1, size);
}

const char *
draft_text(struct schema *schema, char *text)
{
	schema->kept = mem_grow(schema->kept, schema->kept_count + 1, sizeof *schema->kept);
	return schema->kept[schema->kept_count++] = text;
}

const char *
draft_code(const struct draft *draft, const char *keyword)
{
	const char *joint = *draft->path != '\0' ? "_" : "";

	return draft_text(draft->schema, mem_printf("%s%s%s", draft->path, joint, keyword));
}

void
draft_die(const struct draft *draft, const char *format, ...)
{
	char pointer[1024] = "/", why[512];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	place_text(draft->place, pointer + 1, sizeof pointer - 1);
	conf_die(draft->schema->source, pointer, "%s", why);
}

static void
compile_keywords(struct draft *draft, const json_t *schema)
{
	const struct place *up = draft->place;
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)schema, name, value) {
		struct place place = { up, name, 0 };
		compiler *compile = keyword_compiler(name);

		draft->place = &place;
		draft->keyword = name;
		if (compile == NULL)
			draft_die(draft, "unknown keyword");
		compile(draft, value);
	}
	draft->place = up;
}

/* The schemas true and false take anything and nothing. */
static void
compile_boolean(const struct draft *draft, bool anything)
{
	draft->node->types = anything ? ANY_TYPE : 0;
	draft->node->misfit = draft_code(draft, "false");
	draft->node->misfit_reason = "must not be there";
}

struct node *
draft_node(
    struct schema *schema, const json_t *source, const char *path, const struct place *place)
{
	struct node *node = draft_new(schema, 1, sizeof *node);
	struct draft draft = {
		.schema = schema, .node = node, .path = path, .place = place, .around = source
	};

	node->types = ANY_TYPE;
	node->checks = draft_new(schema, json_object_size(source), sizeof *node->checks);
	if (json_is_boolean(source))
		compile_boolean(&draft, json_is_true(source));
	else if (json_is_object(source))
		compile_keywords(&draft, source);
	else
		draft_die(&draft, "must be an object, true or false");
	return node;
}
