/*
 * fault - a fault record in words, for the templates: its own fields, and
 *
 *	title, headline, rule   "Cannot reach cro by slack", that after "FAULT: " or "ALL CLEAR: ",
 *	                        as many U+2501
 *	since_text, until_text  "1 April 2024, 02:00 UTC"
 *	lasted                  "3 hours", of one that is over
 *	is                      {over} and {notify} (a delivery nobody would take) or {stage}
 */
#ifndef FAULT_H
#define FAULT_H

#include <jansson.h>

json_t *fault_words(const json_t *fault); /* a new reference */

#endif
