#include <stdlib.h>

#include "mem.h"
#include "watchlist.h"

enum { MEMORY = 28 }; /* days */
static const double closeness = .5; /* of z */

void
watchlist_make(struct watchlist *list, const struct incidents *incidents)
{
	size_t count = incidents->company->segments->count;

	*list = (struct watchlist){ .incidents = incidents };
	list->at = mem_new(count, sizeof list->at[0]);
}

static bool
is_related(const struct segments *segments, uint32_t a, uint32_t b)
{
	return a == b || a == COMPANY || b == COMPANY || segments_nested(segments, a, b);
}

/* An incident says it already, of this segment, a whole or a part of it. */
static bool
is_explained(const struct watchlist *list, uint32_t segment)
{
	const struct incidents *incidents = list->incidents;

	for (size_t i = 0; i < incidents->count; i++)
		if (incidents->at[i].open
		    && is_related(
			incidents->company->segments, incidents->at[i].segment, segment))
			return true;
	return false;
}

static bool
is_listed_nearby(const struct watchlist *list, uint32_t segment, int sign)
{
	const struct segments *segments = list->incidents->company->segments;

	for (uint32_t i = 0; i < segments->count; i++)
		if (i != segment && list->at[i].sign == sign
		    && is_related(segments, i, segment))
			return true;
	return false;
}

static void
forget(struct watchlist *list, int32_t today)
{
	for (uint32_t i = 0; i < list->incidents->company->segments->count; i++)
		if (today - list->at[i].close >= MEMORY || is_explained(list, i))
			list->at[i].sign = 0;
}

/* Lists a segment that is close, or remembers that it still is. */
static void
notice(struct watchlist *list, uint32_t segment, int32_t today)
{
	const struct scan *scan = &list->incidents->scan;
	struct watched *at = &list->at[segment];
	double beyond;
	size_t w = scan_best(scan, segment, 0, &beyond);
	int sign = scan_z(scan, segment, w) < 0 ? -1 : 1;

	if (beyond <= -closeness || beyond > 0 || is_explained(list, segment)
	    || is_listed_nearby(list, segment, sign))
		return;
	if (at->sign != sign)
		*at = (struct watched){ .sign = sign, .opened = today };
	at->close = today;
	at->window = w;
}

struct ranked {
	double beyond;
	uint32_t segment;
};

static int
by_beyond(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->beyond != y->beyond)
		return x->beyond > y->beyond ? -1 : 1;
	return (x->segment > y->segment) - (x->segment < y->segment);
}

void
watchlist_day(struct watchlist *list, int32_t today)
{
	const struct scan *scan = &list->incidents->scan;
	size_t count = list->incidents->company->segments->count, close = 0;
	struct ranked *ranked = mem_new(count, sizeof *ranked);

	forget(list, today);
	for (uint32_t i = 0; i < count; i++)
		if (scan->beyond[i] > -closeness)
			ranked[close++] = (struct ranked){ scan->beyond[i], i };
	if (close > 1)
		qsort(ranked, close, sizeof *ranked, by_beyond);
	for (size_t i = 0; i < close; i++)
		notice(list, ranked[i].segment, today);
	free(ranked);
}

void
watchlist_release(struct watchlist *list)
{
	free(list->at);
}
