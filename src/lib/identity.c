#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "diag.h"
#include "identity.h"
#include "mem.h"
#include "segment.h"

struct identity {
	XXH3_state_t *state;
};

struct identity *
identity_new(void)
{
	struct identity *identity = mem_new(1, sizeof *identity);

	identity->state = XXH3_createState(); /* it must be aligned to 64 bytes */
	if (identity->state == NULL || XXH3_64bits_reset(identity->state) != XXH_OK)
		die(EX_OSERR, "out of memory");
	return identity;
}

/* A length's bytes are the same on machines of either order. */
static void
add_length(XXH3_state_t *state, size_t len)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)((uint64_t)len >> 8 * i);
	XXH3_64bits_update(state, bytes, sizeof bytes);
}

void
identity_add(struct identity *identity, const char *part)
{
	add_length(identity->state, strlen(part));
	XXH3_64bits_update(identity->state, part, strlen(part));
}

char *
identity_end(struct identity *identity)
{
	uint64_t hash = XXH3_64bits_digest(identity->state);

	XXH3_freeState(identity->state);
	free(identity);
	return mem_printf("%016" PRIx64, hash);
}

char *
identity_of_alert(const json_t *record, const struct aliases *aliases)
{
	static const char *const names[] = { "type", "direction", "opened" };
	struct identity *identity = identity_new();
	json_t *oldest = aliases_oldest(aliases, json_object_get(record, "segment"));
	char *segment = segment_text(oldest);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *text = json_string_value(json_object_get(record, names[i]));
		identity_add(identity, text != NULL ? text : "");
		if (i == 0)
			identity_add(identity, segment);
	}
	const char *metric = json_string_value(json_object_get(record, "metric"));
	if (metric != NULL)
		identity_add(identity, metric);
	free(segment);
	json_decref(oldest);
	return identity_end(identity);
}
