/*
 * say - the words of a reason: numbers, shares, days and texts into a stream of mem_stream.
 */
#ifndef SAY_H
#define SAY_H

#include <stdint.h>
#include <stdio.h>

void say_count(FILE *, uint64_t count); /* "12,345" */
void say_deals(FILE *, uint64_t count); /* "12,345 deals" */
void say_share(FILE *, double share); /* "97%" */
void say_amount(FILE *, double amount); /* "21,000": two digits of it */
void say_day(FILE *, int32_t day); /* "2024-04-07" */
void say_text(FILE *, const char *text); /* of a deal: in quotes, cut if it is long */

#endif
