#include <stdlib.h>

#include "mem.h"
#include "spells.h"

static void
add(struct spells *spells, struct spell spell)
{
	if (spell.to < spell.from)
		spell.to = spell.from;
	if (spells->count == spells->room) {
		spells->room = spells->room * 2 + 1024;
		spells->list = mem_grow(spells->list, spells->room, sizeof spell);
	}
	spells->list[spells->count++] = spell;
}

static enum spell_end
end_of(const struct deal *deal)
{
	return deal->ended == DEAL_OPEN ? SPELL_OPEN : deal->won ? SPELL_WON : SPELL_LOST;
}

static int32_t
last_of(const struct deals *deals, const struct deal *deal)
{
	return deal->ended == DEAL_OPEN ? deals->day : deal->ended;
}

struct spells
spells_open(const struct deals *deals)
{
	struct spells spells = { 0 };

	for (size_t i = 0; i < deals->count; i++) {
		const struct deal *deal = &deals->at[i];
		if (deal->created != DAY_NONE)
			add(&spells,
			    (struct spell){ .from = deal->created,
				.to = last_of(deals, deal),
				.end = end_of(deal),
				.first = 1 });
	}
	return spells;
}

static void
stages_of(struct spells *spells, const struct deals *deals, const struct changes *changes,
    const struct deal *deal)
{
	bool watched = deal->created != DAY_NONE && deal->created >= changes->since[STAGE];
	struct spell spell = { .from = deal->created, .first = 1, .end = SPELL_MOVED };
	int64_t stage = CHANGE_NONE;

	for (size_t i = 0; i < deal->changes; i++) {
		const struct change *change = &changes->list[deal->change + i];
		if (change->field != STAGE || change->at > last_of(deals, deal))
			continue;
		if (stage == CHANGE_NONE && watched)
			stage = change->old;
		spell.state = (uint32_t)stage;
		spell.next = (uint32_t)change->new;
		spell.to = change->at;
		if (stage != CHANGE_NONE && change->new != CHANGE_NONE)
			add(spells, spell);
		spell.first &= stage == CHANGE_NONE;
		spell.from = change->at;
		stage = change->new;
	}
	if (stage == CHANGE_NONE && watched && spell.first && deal->stage != CODE_NONE)
		stage = deal->stage;
	spell.state = (uint32_t)stage;
	spell.to = last_of(deals, deal);
	spell.end = end_of(deal);
	spell.first &= watched;
	if (stage != CHANGE_NONE)
		add(spells, spell);
}

struct spells
spells_staged(const struct deals *deals, const struct changes *changes)
{
	struct spells spells = { 0 };

	for (size_t i = 0; i < deals->count; i++)
		stages_of(&spells, deals, changes, &deals->at[i]);
	return spells;
}

void
spells_release(struct spells *spells)
{
	free(spells->list);
}
