#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "names.h"
#include "store_owner.h"
#include "when.h"

enum { DAYS = 35, DAY = 24 * 60 * 60 };

struct owners {
	const char *name;
	struct names *origins; /* of others, by their numbers as text */
	char **others; /* whose each is */
};

/* A source that was named differs from what its records have as theirs. */
struct owners *
owners_new(struct store *store, const char *name)
{
	struct owners *owners = mem_new(1, sizeof *owners);
	char since[WHEN_INSTANT_MAX];
	struct query *others = sql_prepare(store,
	    "SELECT n, name FROM origin WHERE name <> ?1 AND name <> source AND name IN"
	    " (SELECT o.name FROM origin AS o JOIN committed AS c ON c.run = o.run"
	    " WHERE c.at >= ?2)");

	*owners = (struct owners){ .name = name, .origins = names_new() };
	sql_bind(others, 1, span(name));
	sql_bind(others, 2, span(when_instant_text(when_now() - (int64_t)DAYS * DAY, since)));
	while (sql_step(others)) {
		uint32_t i = names_add(owners->origins, sql_text(others, 0));
		struct span other = sql_text(others, 1);
		owners->others = mem_grow(owners->others, i + 1, sizeof *owners->others);
		owners->others[i] = mem_copy(other.at, other.len);
	}
	sql_free(others);
	return owners;
}

void
owners_check(const struct owners *owners, struct span deal_id, struct span origin)
{
	uint32_t i;

	if (origin.at != NULL && names_find(owners->origins, origin, &i))
		die(EX_DATAERR,
		    "deal %.*s: source %s brings it, and source %s has brought it before: one"
		    " of them needs ids of its own, or, if %s has taken the place of %s, commit"
		    " with --take-over %s",
		    (int)deal_id.len, deal_id.at, owners->name, owners->others[i], owners->name,
		    owners->others[i], owners->others[i]);
}

void
owners_free(struct owners *owners)
{
	for (uint32_t i = 0; i < names_count(owners->origins); i++)
		free(owners->others[i]);
	free(owners->others);
	names_free(owners->origins);
	free(owners);
}

void
owners_take_over(struct store *store, const char *from, const char *name)
{
	const struct span names[] = { span(from), span(name) };

	if (sql_run(store, "UPDATE origin SET name = ?2 WHERE name = ?1", names, 2) == 0)
		die(EX_NOINPUT, "--take-over %s: no deal came from a source of that name",
		    from);
	sql_run(store,
	    "INSERT INTO source (source, loaded) SELECT CAST(?2 AS TEXT), loaded FROM source"
	    " WHERE source = ?1 ON CONFLICT DO NOTHING",
	    names, 2);
	/* Who reads what is no source any more?  If one does, it reads all again. */
	sql_run(store, "DELETE FROM bookmark WHERE source = ?1", names, 1);
}
