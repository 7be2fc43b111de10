/*
 * spool - a folder into which records are pushed, and out of which a fetch takes them.
 *
 *	DIR/tmp/NAME    being written; what is 36 hours old was left by a crash and may go
 *	DIR/new/NAME    accepted: it is on the disk, name and all, before anybody is told so
 *
 * Who writes holds DIR, shared with others who do, from before its draft is there until that is
 * accepted or the program ends.  Who takes a person out of tmp and new has DIR for itself (flock),
 * so that it replaces no file that is still written to.
 *
 * Names are in the order of acceptance.  A file never changes; it goes once what was fetched of it
 * is committed.  What fails ends the program: the disk (74), rights (77), anything else (73).
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <stddef.h>

char *spool_name(void); /* one that nobody else has; free() it */
char *spool_file(const char *dir, const char *part, const char *name); /* its path; free() it */
void spool_make(
    const char *dir); /* the folders, for their owner alone, unless they are there */
void spool_hold(const char *dir); /* until the program ends; who alone has it is waited for */
void spool_accept(const char *dir, const char *name); /* from tmp to new */

char **spool_names(const char *dir, size_t *count); /* in new, in order; no folder: 66 */
void spool_names_free(char **names, size_t count);
void spool_remove(const char *dir, const char *name); /* of new; it may be gone */
void spool_tidy(const char *dir); /* tmp */

#endif
