#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "conf.h"
#include "diag.h"
#include "mem.h"
#include "objects.h"
#include "salesforce_org.h"
#include "salesforce_soql.h"

enum { NAME_MOST = 80, DEPTH_MOST = 6, BLAME_MOST = 100 };

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

bool
soql_is_ours(const char *column)
{
	return strcmp(column, "outcome") == 0 || strcmp(column, "url") == 0;
}

bool
soql_is_id(const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	return (len == 15 || len == 18) && strspn(text, word) == len
	    && strchr(text, '_') == NULL;
}

static bool
is_path(const char *text)
{
	for (size_t depth = 0; depth < DEPTH_MOST; depth++) {
		size_t len = strspn(text, word);
		if (len == 0 || len > NAME_MOST || strchr(letters, *text) == NULL)
			return false;
		text += len;
		if (*text == '\0')
			return true;
		if (*text++ != '.')
			return false;
	}
	return false;
}

static const char *
column_of(const struct map_field *field)
{
	return json_string_value(json_array_get(field->from, 0));
}

__attribute__((format(printf, 3, 4))) static _Noreturn void
die_at(const struct map *map, const struct map_field *field, const char *format, ...)
{
	char why[400];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	char *place =
	    mem_printf("/%s/%s", field->dimension ? "dimensions" : "fields", field->name);
	conf_die(map->conf, place, "%s", why);
}

/* ---- what is asked for */

/* Names are the same in any case, and none may be asked for twice. */
static bool
is_listed(const json_t *list, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach (list, i, one)
		if (strcasecmp(json_string_value(one), name) == 0)
			return true;
	return false;
}

static void
add(json_t *list, const char *name)
{
	if (!is_listed(list, name))
		json_array_append_new(list, json_string(name));
}

char *
soql_fields(const struct map *map)
{
	static const char *const needed[] = { "Id", "SystemModstamp", "IsDeleted", "IsClosed",
		"IsWon" };
	json_t *list = json_array(), *one;
	char *text;
	size_t i, len;

	for (i = 0; i < sizeof needed / sizeof *needed; i++)
		add(list, needed[i]);
	for (i = 0; i < map->count; i++) {
		const char *column = column_of(&map->fields[i]);
		if (soql_is_ours(column))
			continue;
		if (!is_path(column))
			die_at(map, &map->fields[i],
			    "\"%s\" is no field of Salesforce, as StageName, Owner.Name or "
			    "Region__c",
			    column);
		add(list, column);
	}
	FILE *to = mem_stream(&text, &len);
	json_array_foreach (list, i, one)
		fprintf(to, "%s%s", i > 0 ? ", " : "", json_string_value(one));
	mem_stream_end(to, &text);
	json_decref(list);
	return text;
}

/* ---- what is wrong with it */

/* What stands between the first quotes after the words, if it is short. */
static bool
quoted(const char *message, const char *words, char name[BLAME_MOST])
{
	const char *at = strstr(message, words);

	if (at == NULL)
		return false;
	at += strlen(words);
	size_t len = strspn(at, word);
	if (len == 0 || len >= BLAME_MOST)
		return false;
	memcpy(name, at, len);
	name[len] = '\0';
	return true;
}

static bool
has_part(const char *column, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = column; *p != '\0'; p += strcspn(p, ".")) {
		p += *p == '.';
		if (strcspn(p, ".") == len && strncasecmp(p, name, len) == 0)
			return true;
	}
	return false;
}

/* "No such column 'Regoin__c' on entity 'Opportunity'. ..." */
void
org_blame_field(const struct org *org, const char *message)
{
	char name[BLAME_MOST];

	if (quoted(message, "No such column '", name)
	    || quoted(message, "Didn't understand relationship '", name))
		for (size_t i = 0; i < org->map->count; i++)
			if (has_part(column_of(&org->map->fields[i]), name))
				die_at(org->map, &org->map->fields[i],
				    "Salesforce has no field \"%s\", or this user may not see "
				    "it",
				    column_of(&org->map->fields[i]));
	crm_die(&org->crm, EX_CONFIG,
	    "INVALID_FIELD: a field that the map asks for is not there, or this user may not "
	    "see it");
}

/* A null on the way is an answer; a name that is not there at all is none. */
static bool
is_told(const json_t *record, const char *column)
{
	size_t len = strcspn(column, ".");
	const json_t *value = json_object_getn(record, column, len);

	if (json_object_get(record, column) != NULL)
		return true;
	return json_is_null(value)
	    || (value != NULL && column[len] == '.' && is_told(value, column + len + 1));
}

void
soql_check_answer(const struct map *map, const json_t *record)
{
	for (size_t i = 0; i < map->count; i++) {
		const char *column = column_of(&map->fields[i]);
		if (!soql_is_ours(column) && !is_told(record, column))
			die_at(map, &map->fields[i],
			    "Salesforce does not write \"%s\" so: mind capitals", column);
	}
}
