/*
 * csvfile - the deals of a CSV file with a header.
 */
#ifndef CSVFILE_H
#define CSVFILE_H

#include "source.h"

void csv_fetch(const char *path, const struct taking *); /* "-": stdin; no such file: 66 */

void csv_source(struct fetching *); /* "files": one, or a list of them */

#endif
