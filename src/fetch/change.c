#include <stdlib.h>

#include "change.h"
#include "dates.h"
#include "keyset.h"
#include "mem.h"
#include "rec_out.h"
#include "when.h"

enum { DAY = 24 * 3600 };

struct changes {
	struct rec_out *out;
	struct keyset *told; /* deal, field and instant */
};

struct changes *
change_begin(const char *path)
{
	struct changes *changes = mem_new(1, sizeof *changes);

	*changes = (struct changes){ rec_create(path), keyset_new() };
	return changes;
}

void
change_end(struct changes *changes)
{
	if (changes == NULL)
		return;
	rec_finish(changes->out);
	keyset_free(changes->told);
	free(changes);
}

/* In milliseconds. */
static int64_t
time_of(const char *at)
{
	int64_t stamp = 0;
	int32_t day;

	if (dates_instant(span(at), &stamp))
		return stamp;
	if (when_day(span(at), &day))
		return (int64_t)day * DAY * 1000;
	char *of_utc = mem_printf("%sZ", at);
	bool is_time = dates_instant(span(of_utc), &stamp);
	free(of_utc);
	return is_time ? stamp : when_now() * 1000;
}

static bool
is_new(const struct changes *changes, const char *deal_id, const char *field, const char *at)
{
	char *key = mem_printf("%s\n%s\n%s", deal_id, field, at);
	bool new = keyset_add(changes->told, span(key));

	free(key);
	return new;
}

static void
set(json_t *change, const char *key, const json_t *value)
{
	if (value != NULL && !json_is_null(value))
		json_object_set(change, key, (json_t *)value);
}

void
change_told(struct changes *changes, const char *deal_id, const char *field, const json_t *old,
    const json_t *new, const char *at)
{
	char when[DATES_INSTANT_MAX];

	if (changes == NULL)
		return;
	dates_instant_text(time_of(at != NULL ? at : ""), when);
	if (!is_new(changes, deal_id, field, when))
		return;
	json_t *change = json_pack("{s:s, s:i, s:s, s:s}", "kind", "change", "v", 1, "deal_id",
	    deal_id, "field", field);
	set(change, "old", old);
	set(change, "new", new);
	json_object_set_new(change, "at", json_string(when));
	rec_dump(changes->out, change);
	json_decref(change);
}

void
change_deleted(struct changes *changes, const char *deal_id, const char *at)
{
	json_t *was = json_false(), *is = json_true();

	change_told(changes, deal_id, "deleted", was, is, at);
}
