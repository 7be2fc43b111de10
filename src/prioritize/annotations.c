#include <stdlib.h>
#include <string.h>

#include "annotations.h"
#include "conf.h"
#include "diag.h"
#include "field.h"
#include "mem.h"
#include "segment.h"
#include "when.h"

struct annotations {
	struct conf *conf;
};

/* The text of a key that must be there. */
static const char *
read_text(const struct conf *conf, const char *base, const char *key)
{
	char *pointer = mem_printf("%s/%s", base, key);
	const char *text = conf_text(conf, pointer, NULL);

	if (text == NULL)
		conf_die(conf, base, "no %s", key);
	if (*text == '\0')
		conf_die(conf, pointer, "must not be empty");
	free(pointer);
	return text;
}

static int32_t
read_day(const struct conf *conf, const char *base, const char *key)
{
	const char *text = read_text(conf, base, key);
	int32_t day;

	if (!when_day(span(text), &day)) {
		char *pointer = mem_printf("%s/%s", base, key);
		conf_die(conf, pointer, "%s: no such day", text);
	}
	return day;
}

static void
check_segment(const struct conf *conf, const char *base)
{
	char *pointer = mem_printf("%s/segment", base);
	json_t *segment = conf_at(conf, pointer), *value;
	const char *name;

	if (segment != NULL && !json_is_object(segment))
		conf_die(conf, pointer, "must be an object of conditions");
	json_object_foreach (segment, name, value)
		if (!json_is_string(value))
			conf_die(conf, pointer, "%s: must be text", name);
	free(pointer);
}

static void
check_annotation(const struct conf *conf, const char *base)
{
	static const char *const keys[] = { "from", "to", "segment", "text", NULL };

	conf_only(conf, base, keys);
	read_text(conf, base, "text");
	check_segment(conf, base);
	if (read_day(conf, base, "from") > read_day(conf, base, "to"))
		conf_die(conf, base, "it ends before it begins");
}

struct annotations *
annotations_load(const char *path, const struct aliases *aliases)
{
	struct annotations *annotations = mem_new(1, sizeof *annotations);
	const struct conf *conf = annotations->conf = conf_load(path);

	if (!json_is_array(conf_root(conf)))
		conf_die(conf, "", "must be a list of annotations");
	for (size_t i = 0; i < json_array_size(conf_root(conf)); i++) {
		char *base = mem_printf("/%zu", i);
		check_annotation(conf, base);
		free(base);
	}
	aliases_apply(aliases, conf_root(conf));
	return annotations;
}

/* Days as texts are in order as days are. */
static const char *
first_day(const json_t *alert)
{
	const char *from = text_of(alert, "from"), *opened = text_of(alert, "opened");

	return *from != '\0' && strcmp(from, opened) < 0 ? from : opened;
}

static bool
overlaps(const json_t *annotation, const json_t *alert)
{
	const json_t *where = json_object_get(annotation, "segment"),
		     *segment = json_object_get(alert, "segment");

	return strcmp(text_of(annotation, "from"), text_of(alert, "date")) <= 0
	    && strcmp(text_of(annotation, "to"), first_day(alert)) >= 0
	    && (segment_within(segment, where) || segment_within(where, segment));
}

void
annotations_add(const struct annotations *annotations, json_t *alert)
{
	json_t *list = json_array(), *annotation;
	size_t i;

	json_array_foreach (conf_root(annotations->conf), i, annotation)
		if (overlaps(annotation, alert) && json_array_append(list, annotation) != 0)
			die(EX_OSERR, "out of memory");
	if (json_array_size(list) == 0)
		json_decref(list);
	else if (json_object_set_new(alert, "annotations", list) != 0)
		die(EX_OSERR, "out of memory");
}

void
annotations_free(struct annotations *annotations)
{
	if (annotations == NULL)
		return;
	conf_free(annotations->conf);
	free(annotations);
}
