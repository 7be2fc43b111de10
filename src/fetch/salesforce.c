#include <stdlib.h>

#include "change.h"
#include "dates.h"
#include "diag.h"
#include "keyset.h"
#include "mem.h"
#include "objects.h"
#include "progress.h"
#include "salesforce.h"
#include "salesforce_history.h"
#include "salesforce_soql.h"
#include "text.h"
#include "when.h"

const char *const salesforce_keys[] = { "login", "auth", "client_id", "user", "audience", "key",
	"client_secret", "refresh_token", "version", "link", "history", "bulk_above",
	"bulk_wait", "overlap_minutes", "stop_at", "patience", "private", NULL };
const char *const salesforce_asked[] = { "login", "user", "link", "history", NULL };

enum { BULK_ABOVE = 20000, BULK_WAIT = 1800, OVERLAP_MINUTES = 10 };

struct opportunities {
	struct fetching *fetching;
	struct org *org;
	struct objects *objects;
	struct keyset *seen; /* Id and SystemModstamp: a query may be asked again */
	const char *link;
	int64_t newest; /* SystemModstamp, in milliseconds; 0: none */
	struct progress progress;
};

/* ---- what the section says */

/* A deal's page: what stands before and after its id. */
static const char *
link_of(const struct source *source)
{
	const char *link = source_text(source, "link", NULL);

	if (link != NULL
	    && (strncmp(link, "http", 4) != 0 || strstr(link, "{deal_id}") == NULL))
		source_die(
		    source, "link", "must be an address with {deal_id} where the id stands");
	return link;
}

static char *
url_of(const struct opportunities *all, const char *id)
{
	static const char hole[] = "{deal_id}";
	const char *at = all->link != NULL ? strstr(all->link, hole) : NULL;

	if (at == NULL)
		return mem_printf("%s/%s", all->org->crm.base, id);
	return mem_printf(
	    "%.*s%s%s", (int)(at - all->link), all->link, id, at + sizeof hole - 1);
}

/* A deal has its link, whether or not the map thought of it. */
static void
add_url(struct map *map)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->fields[i].name, "url") == 0)
			return;
	map->fields = mem_grow(map->fields, map->count + 1, sizeof *map->fields);
	map->fields[map->count++] =
	    (struct map_field){ .name = "url", .from = json_pack("[s]", "url") };
}

/* Deletions and histories know a deal by its Id alone. */
static void
check_id(const struct map *map)
{
	for (size_t i = 0; i < map->count; i++) {
		const char *from = json_string_value(json_array_get(map->fields[i].from, 0));
		if (strcmp(map->fields[i].name, "deal_id") == 0 && strcmp(from, "Id") != 0)
			conf_die(map->conf, "/fields/deal_id",
			    "of Salesforce must come from \"Id\"");
	}
}

/* ---- a record */

/* From pages a truth is one, from a job it is a text. */
static bool
is_true(const json_t *record, const char *key)
{
	const json_t *value = json_object_get(record, key);
	const char *text = json_string_value(value);

	return json_is_true(value) || (text != NULL && strcmp(text, "true") == 0);
}

static const char *
outcome_of(const json_t *record)
{
	return is_true(record, "IsWon") ? "won" : is_true(record, "IsClosed") ? "lost" : "open";
}

/* As a number of JSON, of which there is one way to write it: a job has 1200.0 for 1200. */
static void
plain_numbers(const struct map *map, json_t *record)
{
	for (size_t i = 0; i < map->count; i++) {
		const char *column = json_string_value(json_array_get(map->fields[i].from, 0));
		json_t *value = json_object_get(record, column);
		if (map->fields[i].type == MAP_NUMBER && json_is_string(value))
			json_object_set_new(record, column, history_number(value));
	}
}

static bool
is_first_sight(const struct opportunities *all, const char *id, int64_t stamp)
{
	char key[64];

	snprintf(key, sizeof key, "%s %jd", id, (intmax_t)stamp);
	return keyset_add(all->seen, span(key));
}

static void
take(void *own, json_t *record)
{
	struct opportunities *all = own;
	const char *id = json_string_value(json_object_get(record, "Id"));
	const char *text = json_string_value(json_object_get(record, "SystemModstamp"));
	int64_t stamp;

	if (!soql_is_id(id) || text == NULL || !dates_instant(span(text), &stamp))
		crm_die(&all->org->crm, EX_UNAVAILABLE,
		    "a record without a good Id and SystemModstamp");
	if (all->newest == 0)
		soql_check_answer(all->fetching->source.map, record);
	all->newest = stamp > all->newest ? stamp : all->newest;
	if (!is_first_sight(all, id, stamp))
		return;
	if (is_true(record, "IsDeleted")) {
		change_deleted(all->fetching->changes, id, text);
		return;
	}
	char *url = url_of(all, id);
	json_object_set_new(record, "url", json_string(url));
	json_object_set_new(record, "outcome", json_string(outcome_of(record)));
	plain_numbers(all->fetching->source.map, record);
	objects_take(all->objects, record);
	progress_show(&all->progress, objects_taken(all->objects), 0);
	free(url);
}

static void
refuse(void *own, struct span bytes, const char *code, const char *reason)
{
	struct opportunities *all = own;

	objects_refuse(all->objects, bytes, code, reason);
}

/* ---- what is asked for */

/* Whole seconds: the overlap makes good for it. */
static char *
since_of(const struct fetching *f)
{
	const char *stamp = json_string_value(json_object_get(f->since, "stamp"));
	double minutes =
	    source_number(&f->source, "overlap_minutes", 0, 7 * 24 * 60, OVERLAP_MINUTES);
	char text[WHEN_INSTANT_MAX];
	int64_t at;

	if (stamp == NULL || !dates_instant(span(stamp), &at))
		return NULL;
	return mem_printf("%s", when_instant_text(at / 1000 - (int64_t)(minutes * 60), text));
}

static char *
period_of(const struct fetching *f)
{
	char from[WHEN_INSTANT_MAX] = "", to[WHEN_INSTANT_MAX] = "";

	if (f->from != NULL)
		when_instant_text(when_local(when_asked(f->from), 0, f->zone), from);
	if (f->to != NULL)
		when_instant_text(when_local(when_asked(f->to) + 1, 0, f->zone), to);
	return mem_printf("%s%s%s%s%s", f->from != NULL ? "CreatedDate >= " : "", from,
	    f->from != NULL && f->to != NULL ? " AND " : "",
	    f->to != NULL ? "CreatedDate < " : "", to);
}

/* NULL: all of them. */
static char *
where_of(const struct fetching *f, const char *since)
{
	if (f->from != NULL || f->to != NULL)
		return period_of(f);
	return since != NULL ? mem_printf("SystemModstamp >= %s", since) : NULL;
}

/* What changes while we read has its stamp after we began, but may have been read before. */
static json_t *
until_of(const struct opportunities *all, int64_t began)
{
	const struct fetching *f = all->fetching;
	int64_t newest = all->newest;
	char text[DATES_INSTANT_MAX];

	if (f->from != NULL || f->to != NULL || f->check)
		return NULL;
	if (newest == 0)
		return json_incref((json_t *)f->since);
	if (began > 0 && newest > began * 1000)
		newest = began * 1000;
	dates_instant_text(newest, text);
	return json_pack("{s:s}", "stamp", text);
}

static void
fetch_deals(struct opportunities *all, struct query *query, int64_t began)
{
	const struct fetching *f = all->fetching;
	char *since = since_of(f), *where = where_of(f, since);

	query->where = where;
	all->objects = objects_begin(&f->taking, f->source.name);
	query_run(all->org, query);
	diag_progress_end();
	objects_end(all->objects);
	if (f->changes != NULL && source_truth(&f->source, "history", true))
		history_fetch(all->org, f, query, since);
	all->fetching->until = until_of(all, began);
	free(where);
	free(since);
}

static void
check(struct opportunities *all, const struct query *query)
{
	json_t *record = query_one(all->org, query);

	if (record != NULL)
		soql_check_answer(all->fetching->source.map, record);
	json_decref(record);
}

void
salesforce_source(struct fetching *f)
{
	const struct source *source = &f->source;
	char *fields;

	source_needs(source, "map");
	check_id(source->map);
	add_url(source->map);
	fields = soql_fields(source->map);
	struct opportunities all = { .fetching = f,
		.seen = keyset_new(),
		.link = link_of(source),
		.progress = progress_of(-1) };
	struct query query = { .fields = fields,
		.from = "Opportunity",
		.order = "SystemModstamp, Id",
		.resume = "SystemModstamp",
		.with_deleted = true,
		.bulk_above = source_number(source, "bulk_above", 0, 1e9, BULK_ABOVE),
		.bulk_wait = source_number(source, "bulk_wait", 1, 24 * 3600, BULK_WAIT),
		.take = take,
		.refuse = refuse,
		.own = &all };
	all.org = org_open(source);
	int64_t began = crm_date(&all.org->crm);
	if (f->check)
		check(&all, &query);
	else
		fetch_deals(&all, &query, began);
	org_close(all.org);
	keyset_free(all.seen);
	free(fields);
}
