/*
 * weekly_lines - the tables of a report as lines of text, for who reads no HTML.
 */
#ifndef WEEKLY_LINES_H
#define WEEKLY_LINES_H

#include <jansson.h>

void weekly_lines(json_t *view); /* adds the fields ..._lines that weekly.h names */

#endif
