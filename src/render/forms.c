#include <stdbool.h>
#include <stdlib.h>

#include "forms.h"
#include "mem.h"

enum { MESSAGE, DIGEST, WEEKLY };
static const char *const names[FORMS] = { "message", "digest", "weekly" };

static struct template *
load(const char *dir, const char *folder, const char *name)
{
	char *path = mem_printf("%s/%s/%s.mustache", dir, folder, name);
	struct template *template = template_load(path);

	free(path);
	return template;
}

struct forms
forms_open(const char *dir)
{
	struct forms forms;

	for (size_t i = 0; i < FORMS; i++) {
		forms.text[i] = load(dir, "text", names[i]);
		forms.html[i] = load(dir, "mail", names[i]);
	}
	return forms;
}

void
forms_close(struct forms *forms)
{
	for (size_t i = 0; i < FORMS; i++) {
		template_free(forms->text[i]);
		template_free(forms->html[i]);
	}
}

static size_t
form_of(const json_t *view)
{
	const json_t *form = json_object_get(view, "form_is");

	if (json_object_get(view, "three_actions") != NULL)
		return WEEKLY;
	return json_object_get(form, "digest") != NULL && json_object_get(view, "bare") == NULL
	    ? DIGEST
	    : MESSAGE;
}

const struct template *
forms_text(const struct forms *forms, const json_t *view)
{
	return forms->text[form_of(view)];
}

const struct template *
forms_html(const struct forms *forms, const json_t *view)
{
	return forms->html[form_of(view)];
}

bool
forms_folded(const json_t *view)
{
	return form_of(view) == WEEKLY;
}
