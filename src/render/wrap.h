/*
 * wrap - long lines of a text folded between words, for who reads it as it is.
 *
 * What follows in an indented line is indented two columns more.  A line with columns in it
 * (two runs of spaces or more) is left alone, as is a word that fits nowhere.
 */
#ifndef WRAP_H
#define WRAP_H

enum { WRAP_COLUMNS = 76 };

char *wrap(const char *text); /* free() it */

#endif
