#include <stdlib.h>

#include "change.h"
#include "diag.h"
#include "mem.h"
#include "objects.h"
#include "rec.h"
#include "singer_source.h"

struct listening {
	struct fetching *f;
	struct objects *objects;
	const char *stream, *id; /* id: the column of deal_id */
	json_t *state; /* what the tap said last */
	bool met;
	char *other; /* a stream that is another, for who misspelt it */
};

static const char *
text_of_key(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

/* Where a tap has columns of texts, one that is empty says nothing. */
static char *
deleted_at(const json_t *record)
{
	const json_t *at = json_object_get(record, "_sdc_deleted_at");

	if (json_is_false(at) || (json_is_string(at) && json_string_length(at) == 0))
		return NULL;
	return objects_text(record, "_sdc_deleted_at");
}

/* A deal that is gone is a change, and no deal; where nobody takes changes it goes on. */
static bool
is_deleted(struct listening *l, const json_t *record)
{
	char *at = deleted_at(record), *id = objects_text(record, l->id);
	bool deleted = at != NULL && l->f->changes != NULL && id != NULL && *id != '\0';

	if (deleted)
		change_deleted(l->f->changes, id, at);
	free(id);
	free(at);
	return deleted;
}

static void
take_record(struct listening *l, const struct rec *line, const json_t *message)
{
	const json_t *record = json_object_get(message, "record");

	if (!json_is_object(record))
		objects_refuse(
		    l->objects, line->line, "singer", "is a RECORD without a record");
	else if (is_deleted(l, record))
		objects_pass_over(l->objects);
	else
		objects_take(l->objects, record);
}

static bool
is_of_stream(struct listening *l, const json_t *message)
{
	const char *stream = text_of_key(message, "stream");

	if (strcmp(stream, l->stream) == 0)
		return l->met = true;
	if (l->other == NULL)
		l->other = mem_copy(stream, strlen(stream));
	return false;
}

static void
take_message(struct listening *l, const struct rec *line, const json_t *message)
{
	const char *type = text_of_key(message, "type");

	if (strcmp(type, "STATE") == 0) {
		json_decref(l->state);
		l->state = json_incref(json_object_get(message, "value"));
	} else if (strcmp(type, "RECORD") == 0) {
		if (is_of_stream(l, message))
			take_record(l, line, message);
	} else if (strcmp(type, "SCHEMA") == 0 || strcmp(type, "ACTIVATE_VERSION") == 0) {
		is_of_stream(l, message);
	} else {
		objects_refuse(l->objects, line->line, "singer", "is no message of Singer's");
	}
}

static void
listen_to(struct listening *l, struct rec_in *in)
{
	const struct rec *line;

	rec_tolerate(in);
	while ((line = rec_next(in)) != NULL)
		if (line->code != NULL) {
			objects_refuse(l->objects, line->line, line->code, line->wrong);
		} else {
			json_t *message = rec_object(line);
			take_message(l, line, message);
			json_decref(message);
		}
}

void
singer_source(struct fetching *f)
{
	struct listening l = { .f = f, .stream = source_needs(&f->source, "stream") };

	if (f->from != NULL || f->to != NULL)
		die(EX_USAGE, "%s: its tap says what comes: no --from, no --to",
		    f->source.name);
	if (f->check)
		return;
	l.id = map_from(f->source.map, "deal_id");
	l.objects = objects_begin(&f->taking, f->source.name);
	struct rec_in *in = rec_open("-");
	listen_to(&l, in);
	if (!l.met && l.other == NULL && f->since == NULL)
		die(EX_TEMPFAIL,
		    "%s: its tap said nothing of a stream \"%s\", from the beginning",
		    f->source.name, l.stream);
	if (!l.met && l.other != NULL)
		source_die(&f->source, "stream", "the tap has no stream \"%s\", but \"%s\"",
		    l.stream, l.other);
	if (l.state == NULL && f->since != NULL)
		f->until = json_incref((json_t *)f->since);
	else if (l.state != NULL)
		f->until = json_pack("{s:o}", "state", l.state);
	rec_close(in);
	objects_end(l.objects);
	free(l.other);
}
