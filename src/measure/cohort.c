#include <stdlib.h>

#include "figures.h"
#include "incidence.h"
#include "mem.h"

static void
put_cohort(struct out *out, const struct period *period, const struct watched *all, size_t n)
{
	struct incidence made = incidence_of(all, n);
	double decided = (double)(made.ended[ONE] + made.ended[OTHER]);

	out_begin(out, "win_rate_cohort", period);
	out_value(out, made.one, made.one_in, (double)n);
	out_count(out, "days", made.days);
	out_real(out, "lost_share", made.other);
	out_real(out, "open_share", made.still);
	if (decided > 0)
		out_real(out, "naive", (double)made.ended[ONE] / decided);
	out_count(out, "won", (int64_t)made.ended[ONE]);
	out_count(out, "lost", (int64_t)made.ended[OTHER]);
	out_count(out, "open", (int64_t)made.ended[NOT_YET]);
	out_end(out);
}

/* A deal is watched until its outcome is recorded: one that is closed, but not yet known to
   be, looks open, and is. */
static struct watched
watch(const struct deal *deal, size_t period, int32_t as_of)
{
	struct watched watched = { .key = (uint32_t)period };

	watched.ending = deal->outcome == WON ? ONE : deal->outcome == LOST ? OTHER : NOT_YET;
	watched.days = (watched.ending == NOT_YET ? as_of : deal->decided) - deal->created;
	if (watched.days < 0)
		watched.days = 0;
	return watched;
}

void
figure_cohort(const struct data *data, const struct group *group, struct out *out)
{
	struct watched *all = mem_new(2 * group->count + 1, sizeof *all);
	size_t count = 0, which[2];

	for (size_t i = 0; i < group->count; i++) {
		const struct deal *deal = group_deal(group, i);
		size_t found = deal->created == NO_DAY
		    ? 0
		    : periods_with(&data->periods, deal->created, which);
		for (size_t j = 0; j < found; j++)
			all[count++] = watch(deal, which[j], data->periods.as_of);
	}
	incidence_sort(all, count);
	for (size_t from = 0, to = 0; from < count; from = to) {
		while (to < count && all[to].key == all[from].key)
			to++;
		put_cohort(out, &data->periods.at[all[from].key], &all[from], to - from);
	}
	free(all);
}
