#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "field.h"
#include "hubspot_api.h"
#include "hubspot_columns.h"
#include "hubspot_names.h"
#include "mem.h"
#include "objects.h"

typedef json_t *value_of(const struct columns *, const json_t *deal);

static const char *
property(const json_t *deal, const char *name)
{
	return text_of(json_object_get(deal, "properties"), name);
}

/* ---- a value of each */

const char *
hubspot_stage_label(const struct columns *columns, const char *stage)
{
	const char *label = text_of(json_object_get(columns->stages, stage), "label");

	return *label != '\0' ? label : stage;
}

const char *
hubspot_stage_outcome(const struct columns *columns, const char *stage)
{
	return text_of(json_object_get(columns->stages, stage), "outcome");
}

static json_t *
stage_label(const struct columns *columns, const json_t *deal)
{
	return json_string(hubspot_stage_label(columns, property(deal, "dealstage")));
}

static json_t *
pipeline_label(const struct columns *columns, const json_t *deal)
{
	const char *id = property(deal, "pipeline"), *label = text_of(columns->pipelines, id);

	return json_string(*label != '\0' ? label : id);
}

/* A stage that is gone has no outcome; the deal still says whether it was closed, and how. */
static json_t *
outcome(const struct columns *columns, const json_t *deal)
{
	const char *known = hubspot_stage_outcome(columns, property(deal, "dealstage"));
	const char *closed = property(deal, "hs_is_closed");

	if (*known != '\0')
		return json_string(known);
	if (strcmp(property(deal, "hs_is_closed_won"), "true") == 0)
		return json_string("won");
	if (strcmp(closed, "true") == 0)
		return json_string("lost");
	return json_string(strcmp(closed, "false") == 0 ? "open" : "");
}

static json_t *
owner(const struct columns *columns, const json_t *deal, const char *key)
{
	const char *id = property(deal, "hubspot_owner_id");
	const char *text = text_of(json_object_get(columns->owners, id), key);

	return json_string(*text != '\0' ? text : id);
}

static json_t *
owner_name(const struct columns *columns, const json_t *deal)
{
	return owner(columns, deal, "name");
}

static json_t *
owner_email(const struct columns *columns, const json_t *deal)
{
	return owner(columns, deal, "email");
}

static json_t *
company_id(const struct columns *columns, const json_t *deal)
{
	return json_string(text_of(columns->company_of, text_of(deal, "id")));
}

static json_t *
company_name(const struct columns *columns, const json_t *deal)
{
	const char *id = text_of(columns->company_of, text_of(deal, "id"));
	const char *name = text_of(columns->companies, id);

	return json_string(*name != '\0' ? name : id);
}

/* A deal that has none is in the currency of the portal. */
static json_t *
currency(const struct columns *columns, const json_t *deal)
{
	const char *own = property(deal, "deal_currency_code");

	return json_string(*own != '\0' ? own : columns->currency);
}

static json_t *
url(const struct columns *columns, const json_t *deal)
{
	const char *place = strstr(columns->link, "{deal_id}");
	char *text = mem_printf("%.*s%s%s", (int)(place - columns->link), columns->link,
	    text_of(deal, "id"), place + strlen("{deal_id}"));
	json_t *value = json_string(text);

	free(text);
	return value;
}

/* clang-format off */
static const struct column {
	const char *name;
	value_of *value;
	unsigned part;
	const char *from[3]; /* properties; NULL ends */
} ours[] = {
	{ "dealstage.label", stage_label, STAGES, { "dealstage" } },
	{ "pipeline.label", pipeline_label, STAGES, { "pipeline" } },
	{ "outcome", outcome, STAGES, { "dealstage", "hs_is_closed", "hs_is_closed_won" } },
	{ "owner.name", owner_name, OWNERS, { "hubspot_owner_id" } },
	{ "owner.email", owner_email, OWNERS, { "hubspot_owner_id" } },
	{ "currency", currency, ACCOUNT, { "deal_currency_code" } },
	{ "company.id", company_id, COMPANIES, { NULL } },
	{ "company.name", company_name, COMPANIES, { NULL } },
	{ "url", url, ACCOUNT, { NULL } },
};
/* clang-format on */

enum { OURS = sizeof ours / sizeof *ours, FROM = sizeof ours->from / sizeof *ours->from };

static const struct column *
column_named(const char *name)
{
	for (size_t i = 0; i < OURS; i++)
		if (strcmp(ours[i].name, name) == 0)
			return &ours[i];
	return NULL;
}

const char *
hubspot_property_of(const char *name)
{
	const struct column *column = column_named(name);

	return column == NULL ? name : column->from[0];
}

/* ---- what the map wants */

static void
want(json_t *properties, const char *name)
{
	size_t i;
	json_t *met;

	json_array_foreach (properties, i, met)
		if (strcmp(json_string_value(met), name) == 0)
			return;
	json_array_append_new(properties, json_string(name));
}

static char *
link_of(const struct source *source)
{
	const char *link = source_text(source, "link", NULL);

	if (link == NULL)
		return NULL;
	if (strncmp(link, "https://", 8) != 0 || strstr(link, "{deal_id}") == NULL)
		source_die(source, "link", "must be a URL of https with {deal_id} in it");
	return mem_copy(link, strlen(link));
}

struct columns
hubspot_columns(const struct source *source)
{
	struct columns columns = { .map = source->map,
		.wanted = objects_columns(source->map),
		.properties = json_array(),
		.link = link_of(source),
		.stages = json_object(),
		.pipelines = json_object(),
		.owners = json_object(),
		.companies = json_object(),
		.company_of = json_object() };
	size_t i;
	json_t *name;

	json_array_foreach (columns.wanted, i, name) {
		const struct column *column = column_named(json_string_value(name));
		if (column == NULL)
			want(columns.properties, json_string_value(name));
		for (size_t j = 0; column != NULL && j < FROM && column->from[j] != NULL; j++)
			want(columns.properties, column->from[j]);
		columns.parts |= column != NULL ? column->part : 0;
	}
	return columns;
}

void
hubspot_columns_release(struct columns *columns)
{
	json_decref(columns->wanted);
	json_decref(columns->properties);
	json_decref(columns->stages);
	json_decref(columns->pipelines);
	json_decref(columns->owners);
	json_decref(columns->companies);
	json_decref(columns->company_of);
	free(columns->link);
	free(columns->currency);
}

static bool
is_there(const json_t *properties, const char *name)
{
	size_t i;
	json_t *met;

	json_array_foreach (properties, i, met)
		if (strcmp(text_of(met, "name"), name) == 0)
			return true;
	return false;
}

static _Noreturn void
die_unknown(const struct map *map, const struct map_field *field, const char *name)
{
	char *place =
	    mem_printf("/%s/%s", field->dimension ? "dimensions" : "fields", field->name);
	char *names = mem_printf("%s", ours[0].name);

	for (size_t i = 1; i < OURS; i++) {
		char *more = mem_printf("%s, %s", names, ours[i].name);
		free(names);
		names = more;
	}
	conf_die(map->conf, place,
	    "HubSpot's deals have no property \"%s\", nor is it one of %s", name, names);
}

void
hubspot_columns_check(const struct columns *columns, struct crm *crm)
{
	json_t *said = crm_get(crm, "/crm/v3/properties/deals");
	const json_t *properties = hubspot_results(crm, said);

	for (size_t i = 0; i < columns->map->count; i++) {
		const struct map_field *field = &columns->map->fields[i];
		const char *name = json_string_value(json_array_get(field->from, 0));
		if (column_named(name) == NULL && !is_there(properties, name))
			die_unknown(columns->map, field, name);
	}
	json_decref(said);
}

/* ---- what is asked for it */

void
hubspot_columns_load(struct columns *columns, struct crm *crm)
{
	if (columns->parts & STAGES)
		hubspot_names_stages(crm, columns->pipelines, columns->stages);
	if (columns->parts & OWNERS)
		hubspot_names_owners(crm, columns->owners);
	if (columns->parts & ACCOUNT)
		hubspot_names_portal(crm, &columns->link, &columns->currency);
}

void
hubspot_columns_page(struct columns *columns, struct crm *crm, const json_t *deals)
{
	if (columns->parts & COMPANIES) {
		json_object_clear(columns->company_of);
		hubspot_names_companies(crm, deals, columns->company_of, columns->companies);
	}
}

json_t *
hubspot_columns_names(const struct columns *columns)
{
	return json_pack("{s:O, s:O, s:O}", "stages", columns->stages, "pipelines",
	    columns->pipelines, "owners", columns->owners);
}

static bool
is_renamed(const json_t *before, const json_t *now)
{
	const char *id;
	json_t *name;

	json_object_foreach ((json_t *)before, id, name) {
		const json_t *other = json_object_get(now, id);
		if (other != NULL && !json_equal(name, other))
			return true;
	}
	return false;
}

bool
hubspot_columns_renamed(const struct columns *columns, const json_t *before)
{
	return is_renamed(json_object_get(before, "stages"), columns->stages)
	    || is_renamed(json_object_get(before, "pipelines"), columns->pipelines)
	    || is_renamed(json_object_get(before, "owners"), columns->owners);
}

json_t *
hubspot_row(const struct columns *columns, const json_t *deal)
{
	const json_t *properties = json_object_get(deal, "properties");
	json_t *row =
	    json_is_object(properties) ? json_copy((json_t *)properties) : json_object();
	size_t i;
	json_t *name;

	json_array_foreach (columns->wanted, i, name) {
		const struct column *column = column_named(json_string_value(name));
		if (column != NULL)
			json_object_set_new(row, column->name, column->value(columns, deal));
	}
	return row;
}
