/*
 * likeness - how alike two names of deals are, of one account.
 *
 * likeness_words is a name as it is compared, to free(): folded, without words of the account,
 * legal forms and what says nothing ("deal", "copy").  The others take such names.
 *
 * likeness_of is the similarity of Jaro and Winkler, from 0 to 1, without spaces, of the words as
 * they stand or in alphabetical order, if that is more.  likeness_same says whether two names may
 * mean one deal: once the words they share are left out, what is over must be the same but for
 * one slip of the pen (two in nine letters), and have no digit: "Phase 1" is not "Phase 2", nor
 * "Asia" "Europe", though nearly all their letters agree.
 */
#ifndef LIKENESS_H
#define LIKENESS_H

#include <stdint.h>
#include "span.h"

char *likeness_words(struct span name, const char *account); /* the account is folded */
double likeness_of(const char *a, const char *b);
bool likeness_same(const char *a, const char *b);
uint64_t likeness_digits(const char *name); /* where they differ, names are never the same */

#endif
