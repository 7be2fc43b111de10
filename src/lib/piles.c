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

/* The size of a thing with what is between it and the next. */
static size_t
room_of(size_t size)
{
	return (size + PILES_ALIGN - 1) / PILES_ALIGN * PILES_ALIGN;
}

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
	size_t pile = key % PILES, gap = room_of(size) - size;

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

void
piles_put_texts(struct piles *piles, uint64_t key, struct piles_kind kind, const void *head,
    const struct span texts[])
{
	size_t size = kind.head;

	for (size_t i = 0; i < kind.texts; i++)
		size += texts[i].len + 1;
	char *thing = mem_new(size, 1), *to = thing + kind.head;
	memcpy(thing, head, kind.head);
	for (size_t i = 0; i < kind.texts; i++) {
		memcpy(to, texts[i].at, texts[i].len);
		to += texts[i].len + 1;
	}
	piles_put(piles, key, thing, size);
	free(thing);
}

const char *
piles_text(const void *thing, struct piles_kind kind, size_t which)
{
	const char *text = (const char *)thing + kind.head;

	while (which-- > 0)
		text += strlen(text) + 1;
	return text;
}

const void **
piles_things(struct piles *piles, size_t pile, struct piles_kind kind, size_t *count)
{
	size_t size, room = 0;
	const char *at = piles_take(piles, pile, &size), *end = at + size;
	const void **things = NULL;

	for (*count = 0; at < end; (*count)++) {
		if (*count == room)
			things = mem_grow(things, room = 2 * room + 64, sizeof *things);
		things[*count] = at;
		at += room_of((size_t)(piles_text(at, kind, kind.texts) - at));
	}
	return things;
}
