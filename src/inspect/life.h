/*
 * life - what becomes of deals by how long they have been open: a table of chances by age.
 *
 * It is made of spells, the days a deal spends in a state: a stage, or the one state of being
 * open.  A spell ends won, lost, in another state, or has not ended (it counts for as long as
 * it was seen).  By state and bin of ages, h is the share of the spells there that end in it,
 * and q what those are worth: 1 won, 0 lost, else what the state they moved to is worth.
 * q is drawn towards the bin before it as if by 19 spells, and towards what is usual as if by
 * one, so that it never gets to 0 or 1.  Backwards from the last bin,
 * U = h q + (1 - h) U' is the chance of winning for whoever is still in the state at that age.
 */
#ifndef LIFE_H
#define LIFE_H

#include <stddef.h>
#include <stdint.h>

enum { LIFE_BINS = 26 };
enum spell_end { SPELL_OPEN, SPELL_WON, SPELL_LOST, SPELL_MOVED };

struct spell {
	uint32_t state, next; /* next: where it moved to */
	int32_t from, to;
	enum spell_end end;
	int first; /* of its deal */
};

struct life {
	size_t states;
	struct life_cell {
		double risk, ends,
		    worth; /* spells that came to the bin, ended in it; their q */
		double chance; /* U at the bin's first day */
	} * cells; /* LIFE_BINS by state */
	double start; /* the chance of a deal that begins; 0 to 1, neither */
};

/* Of the days since that day. */
void life_fit(struct life *, size_t states, const struct spell *, size_t count, int32_t since);
double life_chance(const struct life *, uint32_t state, double age);
double life_ended(const struct life *, uint32_t state); /* how many spells */
double life_quantile(const struct life *, uint32_t state, double p); /* days; < 0: unknown */
void life_release(struct life *);

#endif
