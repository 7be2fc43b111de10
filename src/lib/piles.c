#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "file.h"
#include "mem.h"
#include "piles.h"

struct piles {
	FILE *files[PILES];
	size_t sizes[PILES];
	char *taken;
};

static _Noreturn void
no_room(void)
{
	die_errno(EX_IOERR, "%s", file_temp_place());
}

struct piles *
piles_new(void)
{
	struct piles *piles = mem_new(1, sizeof *piles);

	for (size_t i = 0; i < PILES; i++)
		if ((piles->files[i] = fdopen(file_temp(), "w+")) == NULL)
			die_errno(EX_OSERR, "memory");
	return piles;
}

void
piles_put(struct piles *piles, uint64_t key, const void *thing, size_t size)
{
	static const char nothing[PILES_ALIGN];
	size_t pile = key % PILES, gap = piles_room(size) - size;

	if (fwrite(thing, 1, size, piles->files[pile]) != size
	    || fwrite(nothing, 1, gap, piles->files[pile]) != gap)
		no_room();
	piles->sizes[pile] += size + gap;
}

const char *
piles_take(struct piles *piles, size_t pile, size_t *size)
{
	FILE *file = piles->files[pile];

	*size = piles->sizes[pile];
	free(piles->taken);
	piles->taken = mem_new(*size + 1, 1);
	if (fseek(file, 0, SEEK_SET) != 0 || fread(piles->taken, 1, *size, file) != *size)
		no_room();
	fclose(file);
	piles->files[pile] = NULL;
	return piles->taken;
}

void
piles_free(struct piles *piles)
{
	for (size_t i = 0; i < PILES; i++)
		if (piles->files[i] != NULL)
			fclose(piles->files[i]);
	free(piles->taken);
	free(piles);
}
