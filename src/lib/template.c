#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "mem.h"
#include "template_node.h"
#include "text.h"

static bool
is_text(const char *source, struct template_error *error)
{
	*error = (struct template_error){ .line = 1, .why = "not UTF-8" };
	for (const char *p = source; *p != '\0';) {
		size_t len = (unsigned char)*p < 0x80 ? 1 : utf8_length(p);
		if (len == 0)
			return false;
		error->line += *p == '\n';
		p += len;
	}
	return true;
}

/* Into the family first, so that a partial which contains itself finds itself. */
static struct template *
load(const char *path, struct template *family)
{
	struct template *template = mem_new(1, sizeof *template);
	struct template_error error;

	template->path = mem_copy(path, strlen(path));
	template->source = file_text(path, TEMPLATE_MAX);
	if (family != NULL) {
		template->next = family->next;
		family->next = template;
	}
	if (!is_text(template->source, &error)
	    || !template_parse(template, family != NULL ? family : template, &error))
		die(EX_CONFIG, "%s:%d: %s", path, error.line, error.why);
	return template;
}

struct template *
template_load(const char *path)
{
	return load(path, NULL);
}

static bool
is_file_name(struct span name)
{
	return name.len > 0 && name.at[0] != '.' && memchr(name.at, '/', name.len) == NULL;
}

const struct template *
template_partial(struct template *family, struct span name)
{
	const char *slash = strrchr(family->path, '/');
	int folder = slash != NULL ? (int)(slash + 1 - family->path) : 0;
	const struct template *known = family;

	if (!is_file_name(name))
		return NULL;
	char *path =
	    mem_printf("%.*s%.*s.mustache", folder, family->path, (int)name.len, name.at);
	while (known != NULL && strcmp(known->path, path) != 0)
		known = known->next;
	/* One that is not there is an error of the line that asks for it. */
	if (known == NULL && access(path, F_OK) == 0)
		known = load(path, family);
	free(path);
	return known;
}

struct template *
template_compile(const char *text, struct template_error *error)
{
	struct template *template = mem_new(1, sizeof *template);

	template->source = mem_copy(text, strlen(text));
	if (template_parse(template, template, error))
		return template;
	template_free(template);
	return NULL;
}

void
template_free(struct template *template)
{
	while (template != NULL) {
		struct template *next = template->next;
		free(template->path);
		free(template->source);
		free(template->nodes);
		free(template);
		template = next;
	}
}

char *
template_text(const char *text, const json_t *view, struct template_error *error)
{
	struct template *template = template_compile(text, error);

	if (template == NULL)
		return NULL;
	char *result = template_render(template, TEMPLATE_PLAIN, view);
	if (result == NULL)
		*error = (struct template_error){ .line = 1, .why = "longer than 1 MiB" };
	template_free(template);
	return result;
}
