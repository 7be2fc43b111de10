#include <stdlib.h>

#include "mem.h"
#include "pace.h"
#include "when.h"

enum {
	WARM = 60, /* days before anything is looked at */
	LONGEST = SPEED_LATELY,
	WEEK = 7,
};

const int32_t pace_windows[SPEED_WINDOWS] = { 28, 42, 56, 70, 84, 112 };

/* Created days count from LONGEST before `first`; what is older is never looked at. */
struct count {
	struct speeds *speeds;
	const struct deals *deals;
	int32_t first, days;
	size_t width; /* created days */
	double *open; /* [part][created day] */
	struct pace *paces; /* [part][created day][age] */
	size_t *by_created, created, recorded; /* deals; the next of each */
};

static size_t
column(const struct count *count, int32_t created)
{
	return (size_t)(created - count->first + LONGEST);
}

/* Neither deals that nobody knows when they began nor those decided before they did. */
static bool
counts(const struct count *count, size_t deal)
{
	const struct deal *of = &count->deals->at[deal];

	return of->created >= count->first - LONGEST && of->created <= of->recorded
	    && of->created < count->first + count->days;
}

static void
order_by_created(struct count *count)
{
	const struct deals *deals = count->deals;
	size_t *until = mem_new(count->width + 1, sizeof *until);

	for (size_t i = 0; i < deals->count; i++)
		if (counts(count, i))
			until[column(count, deals->at[i].created) + 1]++;
	for (size_t c = 1; c <= count->width; c++)
		until[c] += until[c - 1];
	count->by_created = mem_new(deals->count + 1, sizeof count->by_created[0]);
	for (size_t i = 0; i < deals->count; i++)
		if (counts(count, i))
			count->by_created[until[column(count, deals->at[i].created)]++] = i;
	count->by_created[until[count->width]] = deals->count;
	free(until);
}

/* The parts of a deal, one after the other: next is where to go on from. */
static bool
next_part(const struct speeds *speeds, const uint32_t **next, size_t *part)
{
	while (**next != SEGMENT_NONE && speeds->place[**next] == SEGMENT_NONE)
		++*next;
	if (**next == SEGMENT_NONE)
		return false;
	*part = speeds->place[*(*next)++];
	return true;
}

static void
put(const struct count *count, size_t deal, double by)
{
	const uint32_t *next = segments_of(count->speeds->segments, deal);
	size_t c = column(count, count->deals->at[deal].created), part;

	while (next_part(count->speeds, &next, &part))
		count->open[part * count->width + c] += by;
}

static void
create(struct count *count, int32_t today)
{
	for (size_t deal; (deal = count->by_created[count->created]) < count->deals->count
	     && count->deals->at[deal].created <= count->first + today;
	     count->created++)
		put(count, deal, 1);
}

static struct pace *
pace_at(const struct count *count, size_t part, size_t created)
{
	return count->paces + (part * count->width + created) * PACE_AGES;
}

static void
expose(struct count *count, int32_t today)
{
	size_t last = (size_t)(today + LONGEST);

	for (size_t p = 0; p < count->speeds->parts; p++) {
		const double *open = count->open + p * count->width;
		for (size_t age = 0; age < LONGEST; age++)
			pace_at(count, p, last - age)[age / WEEK].at_risk += open[last - age];
	}
}

static void
decide(struct count *count, size_t deal)
{
	const uint32_t *next = segments_of(count->speeds->segments, deal);
	const struct deal *of = &count->deals->at[deal];
	int32_t age = of->recorded - of->created;
	size_t part;

	put(count, deal, -1);
	if (age >= LONGEST || count->speeds->skip[deal])
		return;
	while (next_part(count->speeds, &next, &part))
		pace_at(count, part, column(count, of->created))[age / WEEK].decided++;
}

static void
decide_all(struct count *count, int32_t today)
{
	const struct deals *deals = count->deals;

	for (; count->recorded < deals->decided
	     && deals->at[count->recorded].recorded <= count->first + today;
	     count->recorded++)
		if (counts(count, count->recorded))
			decide(count, count->recorded);
}

static void
keep(struct count *count, int32_t today)
{
	struct speeds *speeds = count->speeds;
	size_t last = (size_t)(today + LONGEST), wide = SPEED_WINDOWS * PACE_AGES;
	struct pace *row = speeds->paces + speeds->weeks * speeds->parts * wide;

	speeds->monday[speeds->weeks++] = today;
	for (size_t p = 0; p < speeds->parts; p++) {
		struct pace sum[PACE_AGES] = { { 0, 0 } };
		int32_t back = 0;
		for (size_t w = 0; w < SPEED_WINDOWS; w++) {
			for (; back < pace_windows[w]; back++) {
				const struct pace *of = pace_at(count, p, last - (size_t)back);
				for (size_t age = 0; age < PACE_AGES; age++) {
					sum[age].decided += of[age].decided;
					sum[age].at_risk += of[age].at_risk;
				}
			}
			memcpy(row + p * wide + w * PACE_AGES, sum, sizeof sum);
		}
	}
}

void
paces_count(struct speeds *speeds, int32_t first, int32_t days)
{
	struct count count = { .speeds = speeds,
		.deals = speeds->segments->deals,
		.first = first,
		.days = days,
		.width = (size_t)days + LONGEST };
	size_t mondays = (size_t)days / WEEK + 1;

	speeds->monday = mem_new(mondays, sizeof speeds->monday[0]);
	speeds->paces = mem_new(
	    mondays * speeds->parts * SPEED_WINDOWS * PACE_AGES, sizeof speeds->paces[0]);
	count.open = mem_new(speeds->parts * count.width, sizeof count.open[0]);
	count.paces = mem_new(speeds->parts * count.width * PACE_AGES, sizeof(struct pace));
	order_by_created(&count);
	for (int32_t today = 0; today < days; today++) {
		create(&count, today);
		expose(&count, today);
		decide_all(&count, today);
		if (today >= WARM && when_week(first + today) == first + today)
			keep(&count, today);
	}
	free(count.open);
	free(count.paces);
	free(count.by_created);
}
