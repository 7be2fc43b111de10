#include <stdlib.h>

#include "mem.h"
#include "snapshots.h"

enum { EVERY = 28, FIRST = 14 }; /* days */

struct snapshots
snapshots_take(const struct deals *deals, int32_t from, int32_t to)
{
	struct snapshots all = { 0 };
	size_t room = 0;

	for (size_t i = 0; i < deals->count; i++) {
		const struct deal *deal = &deals->at[i];
		size_t before = all.count;
		if (deal->ended == DEAL_OPEN || deal->created == DAY_NONE)
			continue;
		for (int32_t day = deal->created + FIRST; day < deal->ended; day += EVERY) {
			if (day < from || day > to)
				continue;
			if (all.count == room) {
				room = room * 2 + 1024;
				all.list = mem_grow(all.list, room, sizeof *all.list);
			}
			all.list[all.count++] = (struct snapshot){ deal, day };
		}
		all.deals += all.count > before;
	}
	return all;
}

void
snapshots_release(struct snapshots *all)
{
	free(all->list);
}
