#include <stdlib.h>

#include "mem.h"
#include "page.h"

char *
page(const struct press *press, const json_t *view)
{
	char *path = mem_printf("%s/html/page.mustache", press->dir);
	struct template *template = template_load(path);
	char *html = press_print(template, TEMPLATE_HTML, view, "stdin");

	template_free(template);
	free(path);
	return html;
}
