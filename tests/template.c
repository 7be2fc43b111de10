/*
 * template - a probe for template.bats: template CONTEXT TEMPLATE < view, or with a file
 * template CONTEXT -f FILE < view.  An error is printed as "LINE: WHY", status 1.
 * template words COMPANY < alert prints the words of it, template amount NUMBER CURRENCY one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "template.h"
#include "words.h"

static enum template_context
context_named(const char *name)
{
	static const char *const names[] = { "plain", "header", "html", "mrkdwn", "card" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (span_is(span(names[i]), name))
			return (enum template_context)i;
	die(EX_USAGE, "no context %s", name);
}

static int
words(const char *company)
{
	json_t *alert = json_loadf(stdin, 0, NULL), *of = json_loads(company, 0, NULL);
	json_t *view = words_alert(alert, of);

	json_dumpf(view, stdout, JSON_COMPACT);
	json_decref(view);
	json_decref(of);
	json_decref(alert);
	return 0;
}

static int
amount(const char *number, const char *currency)
{
	char *text = words_amount(strtod(number, NULL), currency);

	puts(text);
	free(text);
	return 0;
}

static int
render(int argc, char *argv[])
{
	struct template_error error = { 0 };
	json_t *view = json_loadf(stdin, JSON_DECODE_ANY, NULL);
	struct template *template =
	    argc > 3 ? template_load(argv[3]) : template_compile(argv[2], &error);
	if (template == NULL) {
		printf("%d: %s\n", error.line, error.why);
		return 1;
	}
	char *text = template_render(template, context_named(argv[1]), view);
	fputs(text != NULL ? text : "too much", stdout);
	bool done = text != NULL;
	free(text);
	json_decref(view);
	template_free(template);
	return !done;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);
	if (argc < 3)
		die(EX_USAGE, "CONTEXT TEMPLATE | CONTEXT -f FILE | words COMPANY");
	if (span_is(span(argv[1]), "words"))
		return words(argv[2]);
	if (span_is(span(argv[1]), "amount"))
		return amount(argv[2], argv[3]);
	return render(argc, argv);
}
