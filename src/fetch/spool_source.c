#include <stdlib.h>

#include "diag.h"
#include "keyset.h"
#include "objects.h"
#include "rec.h"
#include "spool.h"
#include "spool_source.h"

/* Of a run; and bytes, since a bookmark is a record. */
enum { FILES_MOST = 10000, NAMES_MOST = REC_MAX - (128 << 10) };

struct reading {
	struct fetching *f;
	const char *dir;
	struct keyset *committed;
	json_t *files; /* that are read now */
	size_t bytes, waiting; /* of their names; files that are not read now */
};

static void
read_file(struct fetching *f, const char *path)
{
	struct rec_in *in = rec_open(path);
	struct objects *objects = objects_begin(&f->taking, path);
	const struct rec *record;

	rec_tolerate(in);
	while ((record = rec_next(in)) != NULL)
		if (record->code != NULL) {
			objects_refuse(objects, record->line, record->code, record->wrong);
		} else {
			json_t *object = rec_object(record);
			objects_take(objects, object);
			json_decref(object);
		}
	objects_end(objects);
	rec_close(in);
}

static struct keyset *
committed(const json_t *since)
{
	struct keyset *names = keyset_new();
	json_t *name;
	size_t i;

	json_array_foreach (json_object_get(since, "files"), i, name)
		if (json_is_string(name))
			keyset_add(names, span(json_string_value(name)));
	return names;
}

/* One more, if a run takes so many and a bookmark holds their names. */
static bool
is_taken(struct reading *reading, const char *file)
{
	json_t *name = json_string(file);
	size_t bytes = json_dumpb(name, NULL, 0, JSON_ENCODE_ANY) + sizeof ",";
	bool fits =
	    json_array_size(reading->files) < FILES_MOST && reading->bytes + bytes < NAMES_MOST;

	if (fits) {
		reading->bytes += bytes;
		json_array_append(reading->files, name);
	}
	json_decref(name);
	return fits;
}

static void
take_file(struct reading *reading, const char *name)
{
	if (keyset_has(reading->committed, span(name))) {
		spool_remove(reading->dir, name);
	} else if (reading->waiting > 0 || !is_taken(reading, name)) {
		reading->waiting++;
	} else {
		char *path = spool_file(reading->dir, "new", name);
		read_file(reading->f, path);
		free(path);
	}
}

/* All is not to be had at once then, and who takes a part for it thinks the rest deleted. */
static void
tell_waiting(const struct reading *reading)
{
	const char *name = reading->f->source.name;

	if (reading->waiting > 0 && reading->f->full)
		die(EX_TEMPFAIL,
		    "%s: its spool has %zu files more than one fetch reads: --full can be had "
		    "once they are fetched without it",
		    name, reading->waiting);
	if (reading->waiting > 0)
		warn("%s: its spool has %zu files more, which wait for the next fetch", name,
		    reading->waiting);
}

void
spool_source(struct fetching *f)
{
	char *dir = source_file(&f->source, source_needs(&f->source, "directory"));
	struct reading reading = { .f = f, .dir = dir, .files = json_array() };
	size_t count;

	if (f->from != NULL || f->to != NULL)
		die(EX_USAGE, "%s: a spool is read as a whole: no --from, no --to",
		    f->source.name);
	if (!f->check)
		spool_make(dir); /* where nobody has pushed yet, nothing is to be fetched */
	char **names = spool_names(dir, &count);
	reading.committed = committed(f->since);
	for (size_t i = 0; i < count && !f->check; i++)
		take_file(&reading, names[i]);
	tell_waiting(&reading);
	if (!f->check)
		spool_tidy(dir);
	f->until = json_pack("{s:o}", "files", reading.files);
	keyset_free(reading.committed);
	spool_names_free(names, count);
	free(dir);
}
