/*
 * view - what the templates of messages look at.
 *
 * The delivery's own fields, and beside them:
 *
 *	alerts, groups      each alert in words (words.h), the worst first, then those with
 *	                    most at stake; the same by severity:
 *	                    {"is":{"critical":true}, "alerts":[...]}
 *	first, more         the first alert; "2 more", or not there
 *	held                alerts that carry "suppressed", which stand in no other list;
 *	                    held_count, if there are any
 *	summary             "1 critical, 2 warnings"; quiet: true if there is no alert
 *	single              true if there is one; form_is.FORM: true
 *	company_name, data_through_text
 *
 * No text in it is longer than TEXT_SHOWN bytes and no list of texts than LIST_SHOWN, for a
 * message is to be read.
 */
#ifndef VIEW_H
#define VIEW_H

#include <jansson.h>

enum { TEXT_SHOWN = 400, LIST_SHOWN = 20 };

/* The alerts are those of the delivery; the company is saleswatch.json or NULL. */
json_t *view_new(const json_t *delivery, const json_t *company);

void view_text(json_t *view, const char *name, char *text); /* takes it; NULL: no field */
void view_truth(json_t *view, const char *name);
void view_part(json_t *view, const char *name, json_t *part); /* takes it; NULL: no field */

#endif
