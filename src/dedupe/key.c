#include <stdlib.h>

#include "diag.h"
#include "key.h"
#include "mem.h"

struct key {
	struct rec_in *in;
	size_t count, slots[KEY_FIELDS];
	const char *const *names;
	char *text; /* where several are put together */
	size_t size;
};

struct key *
key_new(struct rec_in *in, const char *const *fields, size_t count)
{
	struct key *key = mem_new(1, sizeof *key);

	key->in = in;
	key->names = fields;
	key->count = count;
	for (size_t i = 0; i < count; i++)
		key->slots[i] = rec_want(in, fields[i]);
	return key;
}

/* Each field with its length before it, so that "ab","c" is not "a","bc". */
static struct span
join(struct key *key, const struct rec *rec)
{
	size_t len = 0;

	for (size_t i = 0; i < key->count; i++) {
		struct span field = rec_text(rec, key->slots[i]);
		size_t need = len + sizeof field.len + field.len;
		if (need > key->size)
			key->text = mem_grow(key->text, key->size = 2 * need, 1);
		memcpy(key->text + len, &field.len, sizeof field.len);
		memcpy(key->text + len + sizeof field.len, field.at, field.len);
		len = need;
	}
	return (struct span){ key->text, len };
}

static struct span
text_of(struct key *key, const struct rec *rec)
{
	return key->count == 1 ? rec_text(rec, key->slots[0]) : join(key, rec);
}

struct span
key_of(struct key *key, const struct rec *rec)
{
	for (size_t i = 0; i < key->count; i++)
		if (rec_is_missing(rec, key->slots[i]))
			die(EX_DATAERR, "stdin:%zu: no %s", rec->number, key->names[i]);
	return text_of(key, rec);
}

struct span
key_ahead(struct key *key)
{
	return text_of(key, rec_ahead(key->in));
}

void
key_free(struct key *key)
{
	free(key->text);
	free(key);
}
