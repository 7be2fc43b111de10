#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "mem.h"

char *
key_place(const char *base, const char *key)
{
	return mem_printf("%s/%s", base, key);
}

char *
key_element(const char *base, const char *key, size_t i)
{
	return mem_printf("%s/%s/%zu", base, key, i);
}

const char *
key_text(const struct conf *conf, const char *base, const char *key, const char *otherwise)
{
	char *pointer = key_place(base, key);
	const char *text = conf_text(conf, pointer, otherwise);

	free(pointer);
	return text;
}

const char *
key_needed(const struct conf *conf, const char *base, const char *key)
{
	const char *text = key_text(conf, base, key, NULL);

	if (text == NULL)
		conf_die(conf, base, "no %s", key);
	return text;
}

bool
key_truth(const struct conf *conf, const char *base, const char *key, bool otherwise)
{
	char *pointer = key_place(base, key);
	bool truth = conf_truth(conf, pointer, otherwise);

	free(pointer);
	return truth;
}

int
key_integer(const struct conf *conf, const char *base, const char *key, int least, int most,
    int otherwise)
{
	char *pointer = key_place(base, key);
	double value = otherwise;

	if (conf_at(conf, pointer) != NULL)
		value = conf_within(conf, pointer, least, most, otherwise);
	if (value != floor(value))
		conf_die(conf, pointer, "must be a whole number");
	free(pointer);
	return (int)value;
}

/* One part, as "4h"; false if there is none. */
static bool
read_part(const char **text, int64_t *seconds)
{
	static const struct {
		char name;
		int seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	long count = strtol(*text, &end, 10);
	for (size_t i = 0; i < sizeof units / sizeof *units && count <= 100000; i++)
		if (*end == units[i].name) {
			*seconds += (int64_t)count * units[i].seconds;
			*text = end + 1;
			return true;
		}
	return false;
}

bool
duration_read(const char *text, int64_t *seconds)
{
	*seconds = 0;
	do
		if (!read_part(&text, seconds))
			return false;
	while (*text != '\0');
	return true;
}

int64_t
key_duration(const struct conf *conf, const char *base, const char *key, int64_t otherwise)
{
	char *pointer = key_place(base, key);
	const char *text = conf_text(conf, pointer, NULL);
	int64_t seconds = otherwise;

	if (text != NULL && !duration_read(text, &seconds))
		conf_die(conf, pointer, "must be a duration, like 30m, 4h or 7d");
	free(pointer);
	return seconds;
}

json_t *
key_list(const struct conf *conf, const char *base, const char *key)
{
	char *pointer = key_place(base, key);
	json_t *list = conf_at(conf, pointer);

	if (list != NULL && !json_is_array(list))
		conf_die(conf, pointer, "must be a list");
	free(pointer);
	return list;
}

struct matchers
matchers_read(const struct conf *conf, const char *base, const char *key)
{
	json_t *list = key_list(conf, base, key);
	struct matchers matchers = { 0 };
	char why[MATCHER_WHY];

	matchers.list = mem_new(json_array_size(list) + 1, sizeof *matchers.list);
	while (matchers.count < json_array_size(list)) {
		char *one = key_element(base, key, matchers.count);
		struct matcher *matcher = matcher_new(conf_text(conf, one, ""), why);
		if (matcher == NULL)
			conf_die(conf, one, "%s", why);
		matchers.list[matchers.count++] = matcher;
		free(one);
	}
	return matchers;
}

bool
matchers_fit(const struct matchers *matchers, const struct alert *alert)
{
	for (size_t i = 0; i < matchers->count; i++)
		if (!matcher_fits(matchers->list[i], alert))
			return false;
	return true;
}

void
matchers_release(struct matchers *matchers)
{
	for (size_t i = 0; i < matchers->count; i++)
		matcher_free(matchers->list[i]);
	free(matchers->list);
}
