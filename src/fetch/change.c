#include "change.h"
#include "dates.h"
#include "rec_out.h"

static void
set(json_t *change, const char *key, const json_t *value)
{
	if (value != NULL && !json_is_null(value))
		json_object_set(change, key, (json_t *)value);
}

void
change_told(struct rec_out *changes, const char *deal_id, const char *field, const json_t *old,
    const json_t *new, const char *at)
{
	char text[DATES_INSTANT_MAX];
	int64_t stamp;

	if (changes == NULL)
		return;
	json_t *change = json_pack("{s:s, s:i, s:s, s:s}", "kind", "change", "v", 1, "deal_id",
	    deal_id, "field", field);
	set(change, "old", old);
	set(change, "new", new);
	if (at != NULL && dates_instant(span(at), &stamp))
		json_object_set_new(
		    change, "at", json_stringn(text, dates_instant_text(stamp, text)));
	rec_dump(changes, change);
	json_decref(change);
}

void
change_deleted(struct rec_out *changes, const char *deal_id, const char *at)
{
	json_t *was = json_false(), *is = json_true();

	change_told(changes, deal_id, "deleted", was, is, at);
}
