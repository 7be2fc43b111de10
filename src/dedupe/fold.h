/*
 * fold - text as it is compared: words of small letters and digits, a space between them.
 *
 * Case, accents and the forms that Unicode has of one letter are folded (NFKD, full case
 * folding, marks left out); full stops and apostrophes go, "&" is "and", all else is a space.
 * fold_account also leaves out a legal form at the end ("GmbH & Co. KG", "Inc."), unless nothing
 * else is there.  The text is to free().
 */
#ifndef FOLD_H
#define FOLD_H

#include "span.h"

char *fold_text(struct span text);
char *fold_account(struct span text);
bool fold_is_form(struct span word); /* part of a legal form */

#endif
