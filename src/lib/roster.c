#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "mem.h"
#include "names.h"
#include "roster.h"
#include "schema.h"
#include "when.h"

/* The file itself, so that what people read is what is checked. */
__asm__(".section .rodata\n"
	".global schema_roster\n"
	"schema_roster: .incbin \"schemas/roster.json\"\n"
	".byte 0\n"
	".previous");
extern const char schema_roster[];

struct row {
	struct post post;
	uint32_t rep;
	size_t number; /* in the file */
};

struct roster {
	struct conf *conf;
	struct names *reps;
	struct row *rows; /* by rep, then by day */
	size_t *first; /* of a rep's rows; one more ends the last */
	size_t count;
};

static int32_t
day_of(const json_t *row, const char *name, int32_t otherwise)
{
	const char *text = json_string_value(json_object_get(row, name));
	int32_t day = otherwise;

	if (text != NULL)
		when_day(span(text), &day); /* the schema saw to it */
	return day;
}

static struct row
read_row(struct roster *roster, size_t number)
{
	const json_t *row = json_array_get(conf_root(roster->conf), number);
	struct post post = { .rep = json_string_value(json_object_get(row, "rep")),
		.name = json_string_value(json_object_get(row, "name")),
		.manager = json_string_value(json_object_get(row, "manager")),
		.team = json_string_value(json_object_get(row, "team")),
		.from = day_of(row, "from", INT32_MIN),
		.to = day_of(row, "to", INT32_MAX) };

	if (post.to < post.from) {
		char *pointer = mem_printf("/%zu/to", number);
		conf_die(roster->conf, pointer, "is before from");
	}
	return (struct row){ post, names_add(roster->reps, span(post.rep)), number };
}

static int
by_rep_and_day(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->rep != y->rep)
		return x->rep < y->rep ? -1 : 1;
	if (x->post.from != y->post.from)
		return x->post.from < y->post.from ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static void
check_overlap(const struct roster *roster, const struct row *row, const struct row *next)
{
	size_t later = row->number > next->number ? row->number : next->number;

	if (row->rep != next->rep || row->post.to < next->post.from)
		return;
	char *pointer = mem_printf("/%zu", later);
	conf_die(roster->conf, pointer, "%s has another row for the same days", row->post.rep);
}

static void
index_reps(struct roster *roster)
{
	size_t reps = names_count(roster->reps), row = 0;

	roster->first = mem_new(reps + 1, sizeof *roster->first);
	for (size_t rep = 0; rep <= reps; rep++) {
		while (row < roster->count && roster->rows[row].rep < rep)
			row++;
		roster->first[rep] = row;
	}
}

struct roster *
roster_load(const char *path)
{
	if (path == NULL)
		return NULL;

	struct roster *roster = mem_new(1, sizeof *roster);
	roster->conf = conf_load(path);
	schema_conf_text(roster->conf, "schemas/roster.json", schema_roster);
	roster->count = json_array_size(conf_root(roster->conf));
	if (roster->count == 0) {
		conf_free(roster->conf);
		free(roster);
		return NULL;
	}
	roster->reps = names_new();
	roster->rows = mem_new(roster->count + 1, sizeof *roster->rows);
	for (size_t i = 0; i < roster->count; i++)
		roster->rows[i] = read_row(roster, i);
	qsort(roster->rows, roster->count, sizeof *roster->rows, by_rep_and_day);
	for (size_t i = 1; i < roster->count; i++)
		check_overlap(roster, &roster->rows[i - 1], &roster->rows[i]);
	index_reps(roster);
	return roster;
}

void
roster_free(struct roster *roster)
{
	if (roster == NULL)
		return;
	names_free(roster->reps);
	free(roster->first);
	free(roster->rows);
	conf_free(roster->conf);
	free(roster);
}

bool
roster_knows(const struct roster *roster, struct span rep)
{
	uint32_t number;

	return roster != NULL && names_find(roster->reps, rep, &number);
}

const struct post *
roster_post(const struct roster *roster, struct span rep, int32_t day)
{
	const struct post *last = NULL;
	uint32_t number;

	if (roster == NULL || !names_find(roster->reps, rep, &number))
		return NULL;
	for (size_t i = roster->first[number]; i < roster->first[number + 1]; i++)
		if (roster->rows[i].post.from <= day)
			last = &roster->rows[i].post;
	return last;
}

int32_t
roster_left(const struct roster *roster, struct span rep, int32_t day)
{
	uint32_t number;

	if (roster == NULL || !names_find(roster->reps, rep, &number))
		return INT32_MAX;
	const struct post *last = &roster->rows[roster->first[number + 1] - 1].post;
	return last->to < day ? last->to : INT32_MAX;
}

void
roster_reporting(const struct roster *roster, int32_t day, json_t *reporting)
{
	for (uint32_t i = 0; roster != NULL && i < names_count(roster->reps); i++) {
		const char *rep = names_text(roster->reps, i);
		const struct post *post = roster_post(roster, span(rep), day);
		if (post != NULL && post->manager != NULL)
			json_object_set_new(reporting, rep, json_string(post->manager));
	}
}

/* The newest name there is. */
static const char *
name_of(const struct roster *roster, uint32_t rep)
{
	const char *name = NULL;

	for (size_t i = roster->first[rep]; i < roster->first[rep + 1]; i++)
		if (roster->rows[i].post.name != NULL)
			name = roster->rows[i].post.name;
	return name;
}

/* The object of that name, made if there is none. */
static json_t *
member(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	if (!json_is_object(value)) {
		value = json_object();
		json_object_set_new(object, name, value);
	}
	return value;
}

void
roster_show(const struct roster *roster, json_t *company)
{
	if (roster == NULL || company == NULL)
		return;

	json_t *shown = member(member(company, "display"), "sales_rep_id");
	for (uint32_t i = 0; i < names_count(roster->reps); i++) {
		const char *rep = names_text(roster->reps, i), *name = name_of(roster, i);
		if (name != NULL && json_object_get(shown, rep) == NULL)
			json_object_set_new(shown, rep, json_string(name));
	}
}
