/*
 * shop - what messages are made with: templates, the report, its pictures.
 */
#ifndef SHOP_H
#define SHOP_H

#include <stdbool.h>
#include "chart.h"
#include "conf.h"
#include "message.h"

struct shop {
	struct press press;
	const struct conf *conf; /* or NULL */
	json_t *report, *stale; /* or NULL */
	struct album *album; /* made when a mail first shows it */
};

/* The report and what is stale are files, or NULL. */
struct shop shop_open(
    const char *templates, const struct conf *, const char *report, const char *stale);
void shop_close(struct shop *);

/* All that the templates of a delivery see: of a weekly one the report, if there is one. */
json_t *shop_view(struct shop *, json_t *delivery);
bool shop_reports(const struct shop *, const json_t *delivery); /* it is such a one */

void shop_charts(struct shop *, json_t *view); /* for a view that a mail is made of */

/* The alerts of a delivery are objects, or the program ends (65). */
void shop_check(const json_t *alerts, const char *place);

#endif
