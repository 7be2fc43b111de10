#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "source.h"
#include "types.h"

enum { KEYS_MAX = 32, NAME_LONGEST = 60, LETTERS = 52 };

struct pointer {
	char text[256];
};

static struct pointer
key_at(const struct source *source, const char *key)
{
	struct pointer pointer;

	snprintf(pointer.text, sizeof pointer.text, "%s/%s", source->at, key);
	return pointer;
}

void
source_die(const struct source *source, const char *key, const char *format, ...)
{
	char why[512];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	conf_die(source->conf, key_at(source, key).text, "%s", why);
}

const char *
source_text(const struct source *source, const char *key, const char *otherwise)
{
	const char *text = conf_text(source->conf, key_at(source, key).text, otherwise);

	if (text != NULL && *text == '\0')
		source_die(source, key, "must not be empty");
	return text;
}

const char *
source_needs(const struct source *source, const char *key)
{
	const char *text = source_text(source, key, NULL);

	if (text == NULL)
		conf_die(source->conf, source->at, "a source of type %s needs a \"%s\"",
		    source->type->name, key);
	return text;
}

double
source_number(
    const struct source *source, const char *key, double least, double most, double otherwise)
{
	return conf_within(source->conf, key_at(source, key).text, least, most, otherwise);
}

/* Who writes the secret itself where its name belongs must not find it in a message. */
static const char *
secret_name(const struct source *source, const char *key)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	const char *name = source_needs(source, key);

	if (name[strspn(name, letters)] != '\0' || (*name >= '0' && *name <= '9'))
		source_die(source, key,
		    "must be the name of a secret, in capitals, as CRM_TOKEN: the secret "
		    "itself stands in the file that $CRM_TOKEN_FILE names");
	return name;
}

bool
source_truth(const struct source *source, const char *key, bool otherwise)
{
	return conf_truth(source->conf, key_at(source, key).text, otherwise);
}

static char *
secret_by(char *read(const char *name), const struct source *source, const char *key)
{
	const char *name = secret_name(source, key);
	char *secret = read(name);

	if (secret == NULL || *secret == '\0')
		source_die(source, key, "no secret in $%s_FILE or $%s", name, name);
	return secret;
}

char *
source_secret(const struct source *source, const char *key)
{
	return secret_by(conf_secret, source, key);
}

char *
source_secret_whole(const struct source *source, const char *key)
{
	return secret_by(conf_secret_whole, source, key);
}

static const struct source_type *
type_named(const struct source *source)
{
	const char *wanted = conf_text(source->conf, key_at(source, "type").text, "");
	char names[256] = "";

	for (const struct source_type *type = source_types(); type->name != NULL; type++) {
		if (strcmp(type->name, wanted) == 0)
			return type;
		size_t used = strlen(names);
		snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
		    type->name);
	}
	source_die(source, "type", "must be one of %s", names);
}

static void
check_keys(const struct source *source)
{
	const char *keys[KEYS_MAX + 3] = { "type", "map" };
	size_t count = 2;

	for (const char *const *key = source->type->keys; *key != NULL && count < KEYS_MAX;
	     key++)
		keys[count++] = *key;
	conf_only(source->conf, source->at, keys);
}

char *
source_file(const struct source *source, const char *path)
{
	const char *slash = strrchr(source->path, '/');

	if (*path == '/' || strcmp(path, "-") == 0 || slash == NULL)
		return mem_copy(path, strlen(path));
	return mem_printf("%.*s/%s", (int)(slash - source->path), source->path, path);
}

static _Noreturn void
die_unknown(const struct conf *conf, const json_t *sections, const char *name)
{
	const char *key;
	json_t *section;
	char names[256] = "";

	json_object_foreach ((json_t *)sections, key, section) {
		size_t used = strlen(names);
		snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "", key);
	}
	conf_die(conf, "/sources", "no source \"%s\"; there are: %s", name,
	    *names != '\0' ? names : "none");
}

/* Streams of a pipeline are called by it, beside the one called deals. */
static void
check_name(const struct conf *conf, const char *name)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "-_0123456789";

	if (strlen(name) > NAME_LONGEST || name[strspn(name, good)] != '\0'
	    || strspn(name, good + LETTERS) > 0 || strcmp(name, "deals") == 0
	    || strcmp(name, "week") == 0)
		conf_die(conf, "/sources",
		    "\"%s\" cannot be the name of a source: a letter, then letters, digits, - "
		    "or "
		    "_; and not deals or week",
		    name);
}

struct source
source_load(const char *path, const char *name, const char *zone)
{
	static const char *const keys[] = { "$schema", "sources", NULL };
	struct source source = { .conf = conf_load(path), .path = path, .name = name };

	conf_only(source.conf, "", keys);
	json_t *sections = conf_at(source.conf, "/sources");
	if (!json_is_object(sections))
		conf_die(
		    source.conf, "/sources", "must be an object, a section for each source");
	if (json_object_get(sections, name) == NULL)
		die_unknown(source.conf, sections, name);
	check_name(source.conf, name);
	source.at = mem_printf("/sources/%s", name);
	source.type = type_named(&source);
	check_keys(&source);
	const char *map = source_text(&source, "map", NULL);
	source.map_path = map != NULL ? source_file(&source, map) : NULL;
	source.map = map_load(source.map_path);
	source.map->zone = zone;
	return source;
}

void
source_free(struct source *source)
{
	map_free(source->map);
	free(source->map_path);
	free((char *)source->at);
	conf_free(source->conf);
}
