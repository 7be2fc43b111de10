/*
 * file - opening files.
 *
 * file_open is open(2) that never takes the place of a standard stream somebody closed, so
 * that records never land in the wrong file; below 0 and errno if it fails.  file_temp makes
 * a file in $TMPDIR that nobody else sees and that is gone with the program, whatever ends
 * it; if it cannot, the program ends (73).
 *
 * file_read is one read(2) that cannot fail: the program ends (74).  0 is the end.
 *
 * file_text is all of a file that a person wrote, with a NUL at its end, to free(); one that is
 * not there (66), cannot be read (74), has max bytes or more, or a NUL in it (78) ends the
 * program.  file_bytes is all of a file whatever it is, with a NUL at its end, or NULL if there
 * is none to be read.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>

int file_open(const char *path, int flags);
int file_temp(void);
int file_again(int fd); /* the same open file, to be closed by itself */
const char *file_temp_place(void); /* $TMPDIR or /tmp */
bool file_would_wait(int fd); /* for its next bytes */
size_t file_read(int fd, const char *name, char *to, size_t room);
char *file_text(const char *path, size_t max);
char *file_bytes(const char *path, size_t *len); /* free() it */

#endif
