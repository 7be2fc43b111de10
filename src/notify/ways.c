#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "ways.h"
#include "when.h"

struct way {
	char *name;
	double open_at;
};

struct ways {
	struct way *all;
	size_t count;
};

struct ways *
ways_new(void)
{
	return mem_new(1, sizeof(struct ways));
}

void
ways_free(struct ways *ways)
{
	for (size_t i = 0; i < ways->count; i++)
		free(ways->all[i].name);
	free(ways->all);
	free(ways);
}

static struct way *
find(const struct ways *ways, const char *name)
{
	for (size_t i = 0; i < ways->count; i++)
		if (strcmp(ways->all[i].name, name) == 0)
			return &ways->all[i];
	return NULL;
}

void
ways_close(struct ways *ways, const char *name, double seconds)
{
	struct way *way = find(ways, name);

	if (way == NULL) {
		ways->all = mem_grow(ways->all, ways->count + 1, sizeof *ways->all);
		way = &ways->all[ways->count++];
		way->name = mem_copy(name, strlen(name));
	}
	way->open_at = when_ticks() + seconds;
}

double
ways_wait(const struct ways *ways, const char *name)
{
	const struct way *way = find(ways, name);
	double wait = way != NULL ? way->open_at - when_ticks() : 0;

	return wait > 0 ? wait : 0;
}
