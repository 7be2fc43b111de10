#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "conf.h"
#include "diag.h"
#include "file.h"
#include "mem.h"

enum { FILE_MAX_BYTES = 16 << 20, SECRET_MAX = 16 << 10 };

struct conf {
	const char *path;
	char *text;
	json_t *root;
};

static struct conf *
parse(const char *name, char *text)
{
	struct conf *conf = mem_new(1, sizeof *conf);
	json_error_t error;

	conf->path = name;
	conf->text = text;
	conf->root = json_loads(conf->text, JSON_REJECT_DUPLICATES, &error);
	if (conf->root == NULL)
		die(EX_CONFIG, "%s:%d: %s", name, error.line, error.text);
	return conf;
}

struct conf *
conf_load(const char *path)
{
	return parse(path, file_text(path, FILE_MAX_BYTES));
}

struct conf *
conf_from(const char *name, const char *text)
{
	return parse(name, mem_copy(text, strlen(text)));
}

json_t *
conf_root(const struct conf *conf)
{
	return conf->root;
}

void
conf_free(struct conf *conf)
{
	json_decref(conf->root);
	free(conf->text);
	free(conf);
}

/* The member or element that the next step of a pointer names; moves *pointer past it. */
static json_t *
step(json_t *from, const char **pointer)
{
	char name[256];
	size_t len = strcspn(*pointer + 1, "/"), used = 0;

	for (const char *p = *pointer + 1; p < *pointer + 1 + len && used < sizeof name - 1;
	     p++)
		if (*p == '~' && p[1] != '\0')
			name[used++] = *++p == '1' ? '/' : '~';
		else
			name[used++] = *p;
	name[used] = '\0';
	*pointer += 1 + len;
	if (json_is_array(from))
		return json_array_get(from, strtoul(name, NULL, 10));
	return json_object_get(from, name);
}

json_t *
conf_at(const struct conf *conf, const char *pointer)
{
	json_t *value = conf->root;

	while (*pointer == '/' && value != NULL)
		value = step(value, &pointer);
	return value;
}

static const char *
after_string(const char *p)
{
	for (p++; *p != '"' && *p != '\0'; p++)
		if (*p == '\\' && p[1] != '\0')
			p++;
	return *p == '"' ? p + 1 : p;
}

/*
 * jansson forgets where a value stood.  The text before a value holds as many string and
 * punctuation tokens as the tree before it, so both are walked together.
 */
static const char *find(const char *p, const json_t *here, const json_t *wanted, bool *found);

static const char *
blanks(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

static const char *
find_members(const char *p, const json_t *here, const json_t *wanted, bool *found)
{
	void *i = json_object_iter((json_t *)here);

	for (p = blanks(p + 1); i != NULL && !*found;
	     i = json_object_iter_next((json_t *)here, i)) {
		const char *value = blanks(after_string(p));
		value = blanks(value + 1);
		const char *end = find(value, json_object_iter_value(i), wanted, found);
		if (*found)
			return end;
		p = blanks(end);
		p = blanks(p + (*p == ','));
	}
	return p + 1;
}

static const char *
find_elements(const char *p, const json_t *here, const json_t *wanted, bool *found)
{
	p = blanks(p + 1);
	for (size_t i = 0; i < json_array_size(here) && !*found; i++) {
		const char *end = find(p, json_array_get(here, i), wanted, found);
		if (*found)
			return end;
		p = blanks(end);
		p = blanks(p + (*p == ','));
	}
	return p + 1;
}

/* Where `wanted` begins, with *found; else the byte after `here`, which begins at p. */
static const char *
find(const char *p, const json_t *here, const json_t *wanted, bool *found)
{
	if (here == wanted) {
		*found = true;
		return p;
	}
	if (json_is_object(here))
		return find_members(p, here, wanted, found);
	if (json_is_array(here))
		return find_elements(p, here, wanted, found);
	return *p == '"' ? after_string(p) : p + strcspn(p, ",]} \t\r\n");
}

/* Of the place, or of the nearest thing around it that exists. */
static int
line_of(const struct conf *conf, const char *pointer)
{
	const json_t *value = conf->root;
	bool found = false;
	int line = 1;

	while (*pointer == '/') {
		const json_t *next = step((json_t *)value, &pointer);
		if (next == NULL)
			break;
		value = next;
	}
	const char *at = find(blanks(conf->text), conf->root, value, &found);
	for (const char *p = conf->text; found && p < at; p++)
		line += *p == '\n';
	return line;
}

void
conf_die(const struct conf *conf, const char *pointer, const char *format, ...)
{
	char why[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	die(EX_CONFIG, "%s:%d: %s: %s", conf->path, line_of(conf, pointer),
	    *pointer != '\0' ? pointer : "/", why);
}

const char *
conf_text(const struct conf *conf, const char *pointer, const char *otherwise)
{
	const json_t *value = conf_at(conf, pointer);

	if (value != NULL && !json_is_string(value))
		conf_die(conf, pointer, "must be text");
	return value != NULL ? json_string_value(value) : otherwise;
}

char *
conf_below(const char *base, const char *name)
{
	size_t len;
	char *pointer;
	FILE *to = mem_stream(&pointer, &len);

	fprintf(to, "%s/", base);
	for (; *name != '\0'; name++)
		if (*name == '~' || *name == '/')
			fputs(*name == '~' ? "~0" : "~1", to);
		else
			putc(*name, to);
	mem_stream_end(to, &pointer);
	return pointer;
}

double
conf_number(const struct conf *conf, const char *pointer, double otherwise)
{
	const json_t *value = conf_at(conf, pointer);

	if (value != NULL && !json_is_number(value))
		conf_die(conf, pointer, "must be a number");
	return value != NULL ? json_number_value(value) : otherwise;
}

double
conf_within(
    const struct conf *conf, const char *pointer, double least, double most, double otherwise)
{
	double value = conf_number(conf, pointer, otherwise);

	if (!(value >= least && value <= most))
		conf_die(conf, pointer, "must be between %g and %g", least, most);
	return value;
}

bool
conf_truth(const struct conf *conf, const char *pointer, bool otherwise)
{
	const json_t *value = conf_at(conf, pointer);

	if (value != NULL && !json_is_boolean(value))
		conf_die(conf, pointer, "must be true or false");
	return value != NULL ? json_is_true(value) : otherwise;
}

void
conf_only(const struct conf *conf, const char *pointer, const char *const *keys)
{
	json_t *object = conf_at(conf, pointer), *value;
	const char *key;

	if (!json_is_object(object))
		conf_die(conf, pointer, "must be an object");
	json_object_foreach (object, key, value) {
		const char *const *known = keys;
		while (*known != NULL && strcmp(*known, key) != 0)
			known++;
		if (*known == NULL)
			conf_die(conf, pointer, "unknown key \"%s\"", key);
	}
}

static char *
unusable(int *status, int why, const char *format, const char *name)
{
	*status = why;
	return mem_printf(format, name);
}

/* The secret, or NULL and the reason, to free(). */
static char *
secret_from(const char *path, int *status, char **why)
{
	char text[SECRET_MAX];
	struct stat about;
	size_t len = 0;
	FILE *file = fopen(path, "re");

	if (file == NULL || fstat(fileno(file), &about) != 0)
		*why = unusable(
		    status, EX_NOINPUT, "%s: the file of a secret cannot be read", path);
	else if ((about.st_mode & (S_IRWXG & ~S_IRGRP)) != 0 || (about.st_mode & S_IRWXO) != 0)
		*why = unusable(status, EX_NOPERM,
		    "%s: others may read or change this secret; chmod 600 it", path);
	else if ((len = fread(text, 1, sizeof text - 1, file)) == 0)
		*why = unusable(status, EX_CONFIG, "%s: no secret in it", path);
	if (file != NULL)
		fclose(file);
	if (*why != NULL)
		return NULL;
	char *secret = mem_copy(text, len);
	explicit_bzero(text, sizeof text);
	return secret;
}

static char *
secret_text(const char *name, int *status, char **why)
{
	char *file = mem_printf("%s_FILE", name);
	const char *path = getenv(file), *value = getenv(name);

	free(file);
	*why = NULL;
	if (path != NULL && *path != '\0')
		return secret_from(path, status, why);
	return value != NULL ? mem_copy(value, strlen(value)) : NULL;
}

/* What stands after the first line goes with what was never in use. */
char *
conf_secret_or(const char *name, int *status, char **why)
{
	char *secret = secret_text(name, status, why);
	size_t line = secret != NULL ? strcspn(secret, "\r\n") : 0;

	if (secret != NULL)
		explicit_bzero(secret + line, strlen(secret + line));
	return secret;
}

static char *
sure_of(char *secret, int status, const char *why)
{
	if (why != NULL)
		die(status, "%s", why);
	return secret;
}

char *
conf_secret(const char *name)
{
	int status = 0;
	char *why, *secret = conf_secret_or(name, &status, &why);

	return sure_of(secret, status, why);
}

char *
conf_secret_whole(const char *name)
{
	int status = 0;
	char *why, *secret = secret_text(name, &status, &why);

	return sure_of(secret, status, why);
}
