/*
 * wrap - long lines of a text folded between words, for who reads it as it is.
 *
 * What follows is indented two columns more where the line is; where it begins with a word and
 * a run of spaces, it stands under what comes after them.  A line with columns in it
 * (two runs of spaces or more) is left alone, as is a word that fits nowhere.
 */
#ifndef WRAP_H
#define WRAP_H

enum { WRAP_COLUMNS = 76 };

char *wrap(const char *text); /* free() it */

#endif
