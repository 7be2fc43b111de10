#include <stdlib.h>

#include "diag.h"
#include "objects.h"
#include "rec.h"
#include "spool.h"
#include "spool_source.h"

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

static bool
is_committed(const json_t *files, const char *name)
{
	const json_t *file;
	size_t i;

	json_array_foreach (files, i, file)
		if (json_string_value(file) != NULL
		    && strcmp(json_string_value(file), name) == 0)
			return true;
	return false;
}

void
spool_source(struct fetching *f)
{
	char *dir = source_file(&f->source, source_needs(&f->source, "directory"));
	const json_t *committed = json_object_get(f->since, "files");
	size_t count;

	if (!f->check)
		spool_make(dir); /* where nobody has pushed yet, nothing is to be fetched */
	char **names = spool_names(dir, &count);
	json_t *files = json_array();

	if (f->from != NULL || f->to != NULL)
		die(EX_USAGE, "%s: a spool is read as a whole: no --from, no --to",
		    f->source.name);
	for (size_t i = 0; i < count && !f->check; i++) {
		if (is_committed(committed, names[i])) {
			spool_remove(dir, names[i]);
			continue;
		}
		char *path = spool_file(dir, "new", names[i]);
		read_file(f, path);
		json_array_append_new(files, json_string(names[i]));
		free(path);
	}
	if (!f->check)
		spool_tidy(dir);
	f->until = json_pack("{s:o}", "files", files);
	spool_names_free(names, count);
	free(dir);
}
