/*
 * message - a delivery as people get it, from the templates of a folder: text/FORM (terminal,
 * and the text of a mail), mail/subject and mail/FORM (its HTML); see forms.h.
 * press_template() reads others when they are first asked for, by folder and name.
 *
 * What comes back is to be freed.  More than TEMPLATE_MAX bytes of text end the program (65,
 * naming the place), as does a mail for someone who has no address.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdint.h>
#include "chart.h"
#include "conf.h"
#include "forms.h"
#include "template.h"

struct shelf;

struct press {
	const char *dir; /* of the templates */
	struct shelf *shelf; /* those read so far */
	struct template *subject;
	struct forms forms; /* text and HTML */
	const struct album *album; /* the pictures of weekly mails, or NULL */
	const json_t *company; /* or NULL */
	const char *from, *list, *unsubscribe; /* of mails */
	int64_t now;
};

struct press press_open(const char *templates, const struct conf *); /* no conf: NULL */
void press_close(struct press *);

/* The place is said when something is wrong: "stdin:3". */
char *press_print(
    const struct template *, enum template_context, const json_t *view, const char *place);
const struct template *press_template(const struct press *, const char *name);
char *press_line(const struct press *, const char *name, enum template_context,
    const json_t *view, const char *place); /* in one line, one space between its words */
char *press_lines(const struct press *, const char *name, enum template_context,
    const json_t *view, const char *place); /* without empty ones at its end */
char *message_subject(const struct press *, const json_t *view, const char *place);
char *message_text(const struct press *, const json_t *view, const char *place);
char *message_mail(
    const struct press *, const json_t *view, const char *subject, const char *place);

#endif
