#include <string.h>

#include "diag.h"
#include "digest.h"
#include "report.h"
#include "shop.h"
#include "stale.h"
#include "view.h"
#include "weekly.h"

struct shop
shop_open(const char *templates, const struct conf *conf, const char *report, const char *stale)
{
	return (struct shop){ .press = press_open(templates, conf),
		.conf = conf,
		.report = report != NULL ? report_read(report) : NULL,
		.stale = stale != NULL ? stale_read(stale) : NULL };
}

void
shop_close(struct shop *shop)
{
	press_close(&shop->press);
	json_decref(shop->report);
	json_decref(shop->stale);
	if (shop->album != NULL)
		album_free(shop->album);
}

void
shop_check(const json_t *alerts, const char *place)
{
	const json_t *alert;
	size_t i;

	if (!json_is_array(alerts))
		die(EX_DATAERR, "%s: no alerts", place);
	json_array_foreach (alerts, i, alert)
		if (!json_is_object(alert))
			die(EX_DATAERR, "%s: alert %zu is no object", place, i + 1);
}

bool
shop_reports(const struct shop *shop, const json_t *delivery)
{
	const char *form = json_string_value(json_object_get(delivery, "form"));

	return shop->report != NULL && form != NULL && strcmp(form, "weekly") == 0;
}

/* The pictures of the report, for a view that a mail is made of. */
void
shop_charts(struct shop *shop, json_t *view)
{
	if (shop->album == NULL)
		shop->album = album_make(shop->report, shop->conf);
	shop->press.album = shop->album;
	album_put(shop->album, view);
}

json_t *
shop_view(struct shop *shop, json_t *delivery)
{
	const json_t *company = shop->press.company;
	bool weekly = shop_reports(shop, delivery);
	json_t *view =
	    weekly ? weekly_view(delivery, shop->report, company) : view_new(delivery, company);

	if (!weekly)
		digest_put(view);
	if (json_object_get(view, "stale") == NULL && shop->stale != NULL)
		view_part(view, "stale", json_incref(shop->stale));
	stale_put(view, company, shop->press.now);
	return view;
}
