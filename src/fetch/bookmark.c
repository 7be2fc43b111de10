#include <stdlib.h>

#include "bookmark.h"
#include "diag.h"
#include "identity.h"
#include "mem.h"
#include "rec.h"
#include "rec_out.h"
#include "when.h"

static void
add_json(struct identity *identity, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	identity_add(identity, text);
	free(text);
}

/* What is for people only, as a limit or the number of a page, may change without a new load. */
static char *
asked(const struct source *source)
{
	struct identity *identity = identity_new();

	identity_add(identity, source->type->name);
	for (const char *const *key = source->type->asked; *key != NULL; key++) {
		const json_t *section = conf_at(source->conf, source->at);
		const json_t *value = json_object_get(section, *key);
		identity_add(identity, *key);
		if (value != NULL)
			add_json(identity, value);
	}
	add_json(identity, conf_root(source->map->conf));
	return identity_end(identity);
}

static json_t *
until_of(const struct rec *rec, const struct source *source, bool *is_void)
{
	json_t *bookmark = rec_object(rec), *until = NULL;
	char *now = asked(source);
	const char *before = json_string_value(json_object_get(bookmark, "asked"));

	*is_void = before == NULL || strcmp(before, now) != 0;
	if (!*is_void)
		until = json_incref(json_object_get(bookmark, "until"));
	free(now);
	json_decref(bookmark);
	return until;
}

json_t *
bookmark_since(const char *path, const struct source *source, bool *is_void)
{
	struct rec_in *in = rec_open(path);
	size_t name = rec_want(in, "source");
	const struct rec *rec;
	json_t *until = NULL;

	*is_void = false;
	while ((rec = rec_next(in)) != NULL)
		if (span_is(rec_text(rec, name), source->name)) {
			json_decref(until);
			until = until_of(rec, source, is_void);
		}
	rec_close(in);
	return until;
}

void
bookmark_write(const char *path, const struct source *source, const json_t *until)
{
	struct rec_out *out = rec_create(path);
	char at[WHEN_INSTANT_MAX], *hash = asked(source);

	if (until != NULL) {
		json_t *bookmark = json_pack("{s:s, s:i, s:s, s:s, s:s, s:O}", "kind",
		    "bookmark", "v", 1, "source", source->name, "at",
		    when_instant_text(when_now(), at), "asked", hash, "until", until);
		rec_dump(out, bookmark);
		json_decref(bookmark);
	}
	rec_finish(out);
	free(hash);
}
