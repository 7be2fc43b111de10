/*
 * suggest - a map for a strange file, for a person to complete.
 *
 * Columns are known by the names that CRMs give them; formats of dates and numbers are told
 * only where the rows leave no doubt.  What a person must decide stands in the map's notes.
 */
#ifndef SUGGEST_H
#define SUGGEST_H

void suggest_map(const char *path); /* to stdout; a file without a header: 65 */

#endif
