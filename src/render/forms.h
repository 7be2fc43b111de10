/*
 * forms - the templates of a message by its form: text/FORM and mail/FORM.
 *
 * A digest and the weekly report have their own; whatever else, and a digest as --as text
 * shows it ("bare"), is as text/message and mail/message have it.  A weekly delivery is so
 * too where there is no report.
 */
#ifndef FORMS_H
#define FORMS_H

#include <stdbool.h>
#include "template.h"

enum { FORMS = 3 };

struct forms {
	struct template *text[FORMS], *html[FORMS];
};

struct forms forms_open(const char *dir);
void forms_close(struct forms *);

const struct template *forms_text(const struct forms *, const json_t *view);
bool forms_folded(const json_t *view); /* its lines of text are folded (wrap.h) */
const struct template *forms_html(const struct forms *, const json_t *view);

#endif
