/*
 * page - the weekly report as one page of HTML, from html/page, with nothing outside it.
 */
#ifndef PAGE_H
#define PAGE_H

#include "message.h"

char *page(const struct press *, const json_t *view); /* weekly.h's; free() it */

#endif
