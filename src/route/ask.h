/*
 * ask - who would be told of an alert with such labels: route --test.
 */
#ifndef ASK_H
#define ASK_H

struct options;

int ask(const struct options *, const char *zone); /* EX_OK, or 1: others than expected */

#endif
