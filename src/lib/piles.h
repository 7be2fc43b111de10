/*
 * piles - things set aside by a key, so that equal keys come together however many there are.
 *
 * What was put under one key lies on one pile, in the order it came; a pile is taken when all
 * has been put, by its number, and lives until the next is taken or piles_free.  Things wait in
 * $TMPDIR, memory takes one pile in PILES of them; what has no room there ends the program (74).
 * A thing is bytes; each begins at a multiple of eight.
 *
 * piles_put_texts puts a head, and texts behind it; piles_text gives one of them again, with
 * a NUL, piles_things all things of a pile: the list is to free(), they live like the pile.
 */
#ifndef PILES_H
#define PILES_H

#include <stddef.h>
#include <stdint.h>
#include "span.h"

enum { PILES = 128, PILES_ALIGN = 8 };

struct piles;

struct piles *piles_new(void);
void piles_put(struct piles *, uint64_t key, const void *thing, size_t size);
const char *piles_take(struct piles *, size_t pile, size_t *size);
void piles_free(struct piles *);

/* Of things that are all made alike. */
struct piles_kind {
	size_t head, texts; /* bytes; how many */
};
void piles_put_texts(struct piles *, uint64_t key, struct piles_kind, const void *head,
    const struct span texts[]);
const char *piles_text(const void *thing, struct piles_kind, size_t which);
const void **piles_things(struct piles *, size_t pile, struct piles_kind, size_t *count);

#endif
