#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "plan.h"

void
plan_by(struct cube *cube, const char *fields)
{
	char *copy = mem_copy(fields, strlen(fields)), *rest = copy, *name;
	size_t dims[GROUP_DIMS], count = 0;

	if (strcmp(fields, "all") == 0)
		rest = NULL;
	while ((name = strsep(&rest, ",")) != NULL) {
		if (*name == '\0' || count == GROUP_DIMS)
			die(EX_USAGE, "--by %s: one to %d fields", fields, GROUP_DIMS);
		if ((dims[count] = cube_dim(cube, name)) == CUBE_DIMS)
			die(EX_USAGE, "--by %s: more than %d fields in all", fields, CUBE_DIMS);
		for (size_t i = 0; i < count; i++)
			if (dims[i] == dims[count])
				die(EX_USAGE, "--by %s: %s twice", fields, name);
		count++;
	}
	cube_group(cube, dims, count);
	free(copy);
}

void
plan_pairs(struct cube *cube, const char *map, const char *const *fields, size_t count)
{
	size_t dims[CUBE_DIMS];

	if (count > CUBE_DIMS)
		die(EX_CONFIG, "%s: more than %d dimensions", map, CUBE_DIMS);
	cube_group(cube, NULL, 0);
	for (size_t i = 0; i < count; i++) {
		dims[i] = cube_dim(cube, fields[i]);
		cube_group(cube, &dims[i], 1);
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			cube_group(cube, (size_t[]){ dims[i], dims[j] }, 2);
}

bool
plan_names(const char *fields, const char *field)
{
	size_t len = strlen(field);

	for (const char *p = fields; p != NULL; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strcspn(p, ",") == len && strncmp(p, field, len) == 0)
			return true;
	return false;
}
