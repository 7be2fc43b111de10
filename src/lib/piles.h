/*
 * piles - things set aside by a key, so that equal keys come together however many there are.
 *
 * What was put under one key lies on one pile, in the order it came; a pile is taken when all
 * has been put, by its number, and lives until the next is taken or piles_free.  Things wait in
 * $TMPDIR, memory takes one pile in PILES of them; what has no room there ends the program (74).
 * A thing is bytes; each begins at a multiple of eight.
 */
#ifndef PILES_H
#define PILES_H

#include <stddef.h>
#include <stdint.h>

enum { PILES = 128, PILES_ALIGN = 8 };

struct piles;

struct piles *piles_new(void);
void piles_put(struct piles *, uint64_t key, const void *thing, size_t size);
const char *piles_take(struct piles *, size_t pile, size_t *size);
void piles_free(struct piles *);

/* The size of a thing with what is between it and the next. */
static inline size_t
piles_room(size_t size)
{
	return (size + PILES_ALIGN - 1) / PILES_ALIGN * PILES_ALIGN;
}

#endif
