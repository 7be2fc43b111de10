/*
 * digest - what the templates text/digest and mail/digest see beside view.h:
 *
 *	changes         the alerts but lists of deals, each with first_action
 *	deal_lists      those lists, each with its deal_rows
 *	and_more        "and 14 more": alerts that the cap left out
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <jansson.h>

void digest_put(json_t *view);

#endif
