#include <stdlib.h>

#include "figures.h"
#include "mem.h"

struct reason {
	const char *text; /* NULL: not given */
	uint32_t number;
};

static int
by_text(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;

	return strcmp(x->text, y->text);
}

/* Counts by period and reason; the last column is that of deals without one. */
static uint32_t *
count(const struct data *data, const struct group *group, uint32_t reasons)
{
	uint32_t *counts = mem_new(data->periods.count * (reasons + 1), sizeof *counts);
	size_t which[2];

	for (size_t i = 0; i < group->count; i++) {
		const struct deal *deal = group_deal(group, i);
		uint32_t column = deal->reason == NO_CODE ? reasons : deal->reason;
		size_t found = deal->outcome != LOST
		    ? 0
		    : periods_with(&data->periods, deal->decided, which);
		for (size_t j = 0; j < found; j++)
			counts[which[j] * (reasons + 1) + column]++;
	}
	return counts;
}

static void
put(struct out *out, const struct period *period, const struct reason *reasons,
    uint32_t reason_count, const uint32_t *counts)
{
	double given = 0;

	for (uint32_t i = 0; i < reason_count; i++)
		given += counts[i];
	for (uint32_t i = 0; i < reason_count; i++) {
		uint32_t lost = counts[reasons[i].number];
		if (lost == 0)
			continue;
		out_begin(out, "loss_reason", period);
		out_text(out, "reason", reasons[i].text);
		out_value(out, lost / given, stats_wilson(lost, given, .95), given);
		out_count(out, "lost", lost);
		out_count(out, "not_given", counts[reason_count]);
		out_end(out);
	}
}

void
figure_reasons(const struct data *data, const struct group *group, struct out *out)
{
	uint32_t reasons = names_count(data->deals->reasons);

	if (reasons == 0)
		return;
	uint32_t *counts = count(data, group, reasons);
	struct reason *sorted = mem_new(reasons, sizeof *sorted);
	for (uint32_t i = 0; i < reasons; i++)
		sorted[i] = (struct reason){ names_text(data->deals->reasons, i), i };
	qsort(sorted, reasons, sizeof *sorted, by_text);
	for (size_t i = 0; i < data->periods.count; i++)
		put(out, &data->periods.at[i], sorted, reasons, &counts[i * (reasons + 1)]);
	free(sorted);
	free(counts);
}
