/*
 * view - what the templates of messages look at.
 *
 * The delivery's own fields, and beside them:
 *
 *	alerts, groups      each alert in words (words.h), the worst first, then those with
 *	                    most at stake; the same by severity:
 *	                    {"is":{"critical":true}, "alerts":[...]}
 *	first, more         the first alert; "2 more" beside it, or not there
 *	capped              "14 more": those of them that were left out at the cap
 *	held                alerts that carry "suppressed", which stand in no other list;
 *	                    held_count, if there are any
 *	summary             "1 critical, 2 warnings"; quiet: true if there is nothing to tell
 *	single              true if there is one; form_is.FORM, state_is.STATE: true
 *	faults              each in words (fault.h)
 *	company_name, data_through_text
 *
 * No text in it is longer than TEXT_SHOWN bytes and no list of texts than LIST_SHOWN, for a
 * message is to be read.
 */
#ifndef VIEW_H
#define VIEW_H

#include <jansson.h>

enum { TEXT_SHOWN = 400, LIST_SHOWN = 20 };

/* The delivery itself, to which all this is added: copy first what is wanted as it came. */
json_t *view_new(
    json_t *delivery, const json_t *company); /* a new reference; company: or NULL */

void view_text(json_t *view, const char *name, char *text); /* takes it; NULL: no field */
void view_truth(json_t *view, const char *name);
void view_part(json_t *view, const char *name, json_t *part); /* takes it; NULL: no field */

#endif
