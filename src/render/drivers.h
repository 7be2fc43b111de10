/*
 * drivers - what moved the company's win rate, as drivers(1) wrote it: a section of a report.
 *
 *	text            the change in words, as words_why() has it
 *	period          "11 March – 7 April 2024"
 *	dimensions      {dimension, mix, rate, reversal, rows: {name, before, after, mix, rate}}:
 *	                of each dimension the values with the largest parts, in points; before
 *	                and after are "36% of 1,234"
 *
 * What is of one rep is named nowhere, for the page is for all; drivers_public() does the same
 * for words_why() of an alert, whose text it takes and gives.
 *
 * NULL where the file says nothing.  What is no drivers ends the program (65, naming the line).
 */
#ifndef DRIVERS_H
#define DRIVERS_H

#include <jansson.h>

json_t *drivers(const char *path, const json_t *company); /* a new reference */
char *drivers_public(char *text, const json_t *why); /* NULL stays NULL */

#endif
