#include <stdlib.h>

#include "diag.h"
#include "groups.h"
#include "mem.h"

enum { CODE_BITS = 21 }; /* three of them in a key */

static size_t
dimension(struct groups *groups, const char *name)
{
	for (size_t i = 0; i < groups->dimensions; i++)
		if (strcmp(groups->dimension[i], name) == 0)
			return i;
	groups->dimension[groups->dimensions] = mem_copy(name, strlen(name));
	return groups->dimensions++;
}

static void
add_dim(struct groups *groups, struct grouping *grouping, const char *fields, const char *name)
{
	size_t dim, at = grouping->count;

	if (*name == '\0' || grouping->count == GROUP_DIMS)
		die(EX_USAGE, "--by %s: one to %d fields", fields, GROUP_DIMS);
	dim = dimension(groups, name);
	for (size_t i = 0; i < grouping->count; i++)
		if (grouping->dims[i] == dim)
			die(EX_USAGE, "--by %s: %s twice", fields, name);
	for (; at > 0 && strcmp(groups->dimension[grouping->dims[at - 1]], name) > 0; at--)
		grouping->dims[at] = grouping->dims[at - 1];
	grouping->dims[at] = dim;
	grouping->count++;
}

static bool
is_known(const struct groups *groups, const struct grouping *grouping)
{
	for (size_t i = 0; i < groups->count; i++) {
		const struct grouping *other = &groups->grouping[i];
		if (other->count == grouping->count
		    && memcmp(other->dims, grouping->dims, sizeof other->dims) == 0)
			return true;
	}
	return false;
}

void
groups_by(struct groups *groups, const char *fields)
{
	struct grouping grouping = { .count = 0 };
	char *copy = mem_copy(fields, strlen(fields)), *rest = copy, *name;

	if (groups->count == GROUPINGS_MAX)
		die(EX_USAGE, "--by: more than %d times", GROUPINGS_MAX);
	if (strcmp(fields, "all") == 0)
		rest = NULL;
	while ((name = strsep(&rest, ",")) != NULL)
		add_dim(groups, &grouping, fields, name);
	if (!is_known(groups, &grouping))
		groups->grouping[groups->count++] = grouping;
	free(copy);
}

struct keyed {
	uint64_t key;
	uint32_t row;
};

static int
by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* False if the deal lacks a value. */
static bool
key_of(const struct deals *deals, const struct deal *deal, const struct grouping *grouping,
    uint64_t *key)
{
	*key = 0;
	for (size_t i = 0; i < grouping->count; i++) {
		uint32_t code = deals->codes[deal->row * deals->dimensions + grouping->dims[i]];
		if (code == NO_CODE)
			return false;
		if (code >> CODE_BITS != 0)
			die(EX_DATAERR, "%s: more than %d values",
			    deals->dimension[grouping->dims[i]], 1 << CODE_BITS);
		*key = *key << CODE_BITS | code;
	}
	return true;
}

static json_t *
segment_of(const struct deals *deals, const struct grouping *grouping, uint64_t key)
{
	json_t *segment = json_object();

	for (size_t i = grouping->count; i-- > 0; key >>= CODE_BITS) {
		size_t dim = grouping->dims[i];
		uint32_t code = (uint32_t)(key & ((1U << CODE_BITS) - 1));
		json_object_set_new(segment, deals->dimension[dim],
		    json_string(names_text(deals->values[dim], code)));
	}
	return segment;
}

static void
hand_out(struct group *group, const struct grouping *grouping, uint64_t key, group_take *take,
    void *context)
{
	json_t *segment = segment_of(group->deals, grouping, key);
	char *text = json_dumps(segment, JSON_COMPACT | JSON_SORT_KEYS);

	group->segment = segment;
	group->text = text;
	take(context, group);
	free(text);
	json_decref(segment);
}

static void
each_of(const struct grouping *grouping, const struct deals *deals, int32_t as_of,
    group_take *take, void *context)
{
	struct keyed *keyed = mem_new(deals->count + 1, sizeof *keyed);
	uint32_t *rows = mem_new(deals->count + 1, sizeof *rows);
	size_t count = 0;

	for (size_t i = 0; i < deals->count; i++) {
		const struct deal *deal = &deals->at[i];
		keyed[count].row = (uint32_t)i;
		count += (deal->created == NO_DAY || deal->created <= as_of)
		    && key_of(deals, deal, grouping, &keyed[count].key);
	}
	if (count > 1)
		qsort(keyed, count, sizeof *keyed, by_key);
	for (size_t from = 0, to = 0; from < count; from = to) {
		for (; to < count && keyed[to].key == keyed[from].key; to++)
			rows[to - from] = keyed[to].row;
		struct group group = { .deals = deals, .rows = rows, .count = to - from };
		hand_out(&group, grouping, keyed[from].key, take, context);
	}
	free(keyed);
	free(rows);
}

void
groups_each(const struct groups *groups, const struct deals *deals, int32_t as_of,
    group_take *take, void *context)
{
	for (size_t i = 0; i < groups->count; i++)
		each_of(&groups->grouping[i], deals, as_of, take, context);
}

void
groups_release(struct groups *groups)
{
	for (size_t i = 0; i < groups->dimensions; i++)
		free((char *)groups->dimension[i]);
}
