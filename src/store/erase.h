/*
 * erase - a person out of files: streams, rejects, receipts, mails.
 *
 * A record stays a record, less what was rendered; any other file that names them in a way that
 * cannot be replaced, like a mail in base64, goes.  A file keeps its time, since to make it has
 * not become newer; it is whole at any moment, and takes its name when it is on the disk.
 */
#ifndef ERASE_H
#define ERASE_H

#include <stdbool.h>
#include "person.h"

bool erase_file(const char *path, const struct person *); /* true: they were in it */

#endif
