#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "names.h"
#include "store_sql.h"
#include "store_stands.h"

enum { DAY_TEXT = 11 };

struct stands {
	struct names *alerts, *faults;
	char since[DAY_TEXT];
};

static char *
fault_key(struct span stage, struct span since)
{
	return mem_printf("%.*s %.*s", (int)stage.len, stage.at, (int)since.len, since.at);
}

static void
began(struct stands *stands, struct span day)
{
	char text[DAY_TEXT] = "";

	memcpy(text, day.at, day.len < DAY_TEXT ? day.len : DAY_TEXT - 1);
	if (strcmp(text, stands->since) < 0)
		memcpy(stands->since, text, DAY_TEXT);
}

struct stands *
stands_read(struct store *store, struct span day)
{
	struct stands *stands = mem_new(1, sizeof *stands);
	struct query *alerts = sql_prepare(store,
	    "SELECT alert_id, coalesce(json_extract(doc, '$.opened'), '') FROM alert"
	    " WHERE date >= ?1 UNION"
	    " SELECT alert_id, coalesce(json_extract(doc, '$.opened'), '') FROM incident"
	    " WHERE json_extract(doc, '$.closed') IS NULL");
	struct query *faults = sql_prepare(store,
	    "SELECT stage, since FROM fault WHERE json_extract(doc, '$.until') IS NULL"
	    " OR json_extract(doc, '$.until') >= ?1");

	*stands = (struct stands){ names_new(), names_new(), "" };
	memcpy(stands->since, day.at, day.len < DAY_TEXT ? day.len : DAY_TEXT - 1);
	sql_bind(alerts, 1, day);
	while (sql_step(alerts)) {
		names_add(stands->alerts, sql_text(alerts, 0));
		began(stands, sql_text(alerts, 1));
	}
	sql_bind(faults, 1, day);
	while (sql_step(faults)) {
		char *key = fault_key(sql_text(faults, 0), sql_text(faults, 1));
		names_add(stands->faults, span(key));
		free(key);
		began(stands, sql_text(faults, 1));
	}
	sql_free(faults);
	sql_free(alerts);
	return stands;
}

const char *
stands_since(const struct stands *stands)
{
	return stands->since;
}

static struct span
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return span(text != NULL ? text : "");
}

bool
stands_needs(const struct stands *stands, struct span delivery)
{
	json_t *record = json_loadb(delivery.at, delivery.len, 0, NULL), *one;
	bool needed = false;
	uint32_t number;
	size_t i;

	json_array_foreach (json_object_get(record, "alerts"), i, one)
		needed |= names_find(stands->alerts, text_of(one, "alert_id"), &number);
	json_array_foreach (json_object_get(record, "faults"), i, one) {
		char *key = fault_key(text_of(one, "stage"), text_of(one, "since"));
		needed |= names_find(stands->faults, span(key), &number);
		free(key);
	}
	json_decref(record);
	return needed;
}

void
stands_free(struct stands *stands)
{
	names_free(stands->alerts);
	names_free(stands->faults);
	free(stands);
}
