#include <stdlib.h>

#include "mem.h"
#include "pace.h"
#include "when.h"

enum {
	AGES = 500, /* days; older deals are as those */
	MEMORY = 365, /* days that the chances are taken from */
	LEARN = 28, /* days before there are any */
	WARM = 60, /* days before anything is looked at */
	LONGEST = SPEED_LATELY,
	SMOOTH = 2, /* ages on either side */
};
#define RISK_LEAST 5. /* at an age: fewer tell nothing */

const int32_t pace_windows[SPEED_WINDOWS] = { 28, 42, 56, 70, 84, 112 };

/* Created days count from AGES before `first`; all that are older are as the first of them. */
struct count {
	struct speeds *speeds;
	const struct deals *deals;
	int32_t first, days;
	size_t width; /* created days */
	double *open, *decided, *expected; /* [part][created day] */
	uint32_t *decisions, *risks; /* [day % MEMORY][age] */
	double decided_at[AGES], at_risk[AGES], chance[AGES]; /* by age */
	size_t *by_created, created, recorded; /* deals; the next of each */
};

static size_t
column(const struct count *count, int32_t created)
{
	int32_t day = created - count->first + AGES;

	return day < 0 ? 0 : (size_t)day;
}

/* Neither deals that nobody knows when they began nor those decided before they did. */
static bool
counts(const struct count *count, size_t deal)
{
	const struct deal *of = &count->deals->at[deal];

	return of->created != INT32_MIN && of->created <= of->recorded
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
	count->created = 0;
	count->by_created = mem_new(deals->count + 2, sizeof count->by_created[0]);
	for (size_t i = 0; i < deals->count; i++)
		if (counts(count, i))
			count->by_created[until[column(count, deals->at[i].created)]++] = i;
	count->by_created[until[count->width]] = deals->count;
	free(until);
}

static void
put(const struct count *count, double *sums, size_t deal, double by)
{
	const struct speeds *speeds = count->speeds;
	size_t c = column(count, count->deals->at[deal].created);

	for (const uint32_t *of = segments_of(speeds->segments, deal); *of != SEGMENT_NONE;
	     of++)
		if (speeds->place[*of] != SEGMENT_NONE)
			sums[speeds->place[*of] * count->width + c] += by;
}

static void
create(struct count *count, int32_t today)
{
	size_t until = column(count, count->first + today);

	for (; count->by_created[count->created] < count->deals->count
	     && column(count, count->deals->at[count->by_created[count->created]].created)
		 <= until;
	     count->created++)
		put(count, count->open, count->by_created[count->created], 1);
}

static void
expect(struct count *count, int32_t today)
{
	size_t end = (size_t)(today + AGES + 1);

	for (size_t p = 0; p < count->speeds->parts; p++) {
		double *expected = count->expected + p * count->width + end - LONGEST;
		const double *open = count->open + p * count->width + end - LONGEST;
		for (size_t c = 0; c < LONGEST; c++)
			expected[c] += open[c] * count->chance[LONGEST - 1 - c];
	}
}

/* The company is the first of the parts. */
static void
risk(struct count *count, int32_t today)
{
	uint32_t *risks = count->risks + (size_t)(today % MEMORY) * AGES;
	uint32_t *decisions = count->decisions + (size_t)(today % MEMORY) * AGES;
	size_t end = (size_t)(today + AGES);

	for (size_t age = 0; age < AGES; age++) {
		count->at_risk[age] -= risks[age];
		count->decided_at[age] -= decisions[age];
		decisions[age] = 0;
		risks[age] = (uint32_t)count->open[end - age];
	}
	for (size_t c = 0; c + AGES <= end; c++)
		risks[AGES - 1] += (uint32_t)count->open[c];
	for (size_t age = 0; age < AGES; age++)
		count->at_risk[age] += risks[age];
}

static void
decide(struct count *count, int32_t today)
{
	const struct deals *deals = count->deals;
	uint32_t *decisions = count->decisions + (size_t)(today % MEMORY) * AGES;

	for (; count->recorded < deals->decided
	     && deals->at[count->recorded].recorded <= count->first + today;
	     count->recorded++) {
		size_t deal = count->recorded;
		int32_t age = deals->at[deal].recorded - deals->at[deal].created;
		if (!counts(count, deal))
			continue;
		put(count, count->open, deal, -1);
		if (count->speeds->skip[deal])
			continue;
		put(count, count->decided, deal, 1);
		decisions[age < AGES ? age : AGES - 1]++;
	}
	for (size_t age = 0; age < AGES; age++)
		count->decided_at[age] += decisions[age];
}

static void
learn(struct count *count)
{
	static const double weight[] = { 1, 2, 3, 2, 1 };

	for (int age = 0; age < AGES; age++) {
		double decided = 0, at_risk = 0;
		for (int i = -SMOOTH; i <= SMOOTH; i++)
			if (age + i >= 0 && age + i < AGES) {
				decided += weight[i + SMOOTH] * count->decided_at[age + i];
				at_risk += weight[i + SMOOTH] * count->at_risk[age + i];
			}
		count->chance[age] = decided / (at_risk > RISK_LEAST ? at_risk : RISK_LEAST);
	}
}

static void
keep(struct count *count, int32_t today)
{
	struct speeds *speeds = count->speeds;
	size_t row = speeds->weeks++ * speeds->parts * SPEED_WINDOWS;
	size_t last = (size_t)(today + AGES);

	speeds->monday = mem_grow(speeds->monday, speeds->weeks, sizeof speeds->monday[0]);
	speeds->monday[speeds->weeks - 1] = today;
	speeds->paces = mem_grow(speeds->paces, speeds->weeks * speeds->parts * SPEED_WINDOWS,
	    sizeof speeds->paces[0]);
	for (size_t p = 0; p < speeds->parts; p++) {
		struct pace sum = { 0, 0 };
		size_t back = 0;
		for (size_t w = 0; w < SPEED_WINDOWS; w++) {
			for (; back < (size_t)pace_windows[w]; back++) {
				sum.decided += count->decided[p * count->width + last - back];
				sum.expected += count->expected[p * count->width + last - back];
			}
			speeds->paces[row + p * SPEED_WINDOWS + w] = sum;
		}
	}
}

void
paces_count(struct speeds *speeds, int32_t first, int32_t days)
{
	struct count *count = mem_new(1, sizeof *count);
	size_t width = (size_t)days + AGES;

	*count = (struct count){ .speeds = speeds,
		.deals = speeds->segments->deals,
		.first = first,
		.days = days,
		.width = width };
	count->open = mem_new(speeds->parts * width, sizeof(double));
	count->decided = mem_new(speeds->parts * width, sizeof(double));
	count->expected = mem_new(speeds->parts * width, sizeof(double));
	count->decisions = mem_new(MEMORY * AGES, sizeof count->decisions[0]);
	count->risks = mem_new(MEMORY * AGES, sizeof count->risks[0]);
	order_by_created(count);
	for (int32_t today = 0; today < days; today++) {
		create(count, today);
		expect(count, today);
		risk(count, today);
		decide(count, today);
		bool monday = when_week(first + today) == first + today;
		if (monday && today >= LEARN)
			learn(count);
		if (monday && today >= WARM)
			keep(count, today);
	}
	free(count->open);
	free(count->decided);
	free(count->expected);
	free(count->decisions);
	free(count->risks);
	free(count->by_created);
	free(count);
}
