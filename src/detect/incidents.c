#include <math.h>
#include <stdlib.h>

#include "incidents.h"
#include "likelihood.h"
#include "mem.h"
#include "naming.h"
#include "tell.h"

enum {
	A_DAY_MOST = 8,
	RENAME = 60,
	UNDO = 60,
	AGAIN = 28,
	RECOVERY = 30,
	STALE = 56,
	WEEK = 7
}; /* days */
static const double end_fall = 3; /* of log likelihood */

void
incidents_make(
    struct incidents *incidents, struct company *company, const struct speeds *speeds)
{
	*incidents = (struct incidents){ .company = company };
	scan_make(&incidents->scan, company, speeds);
}

const struct incident *
incidents_of(const struct incidents *incidents, uint32_t segment)
{
	for (size_t i = incidents->count; i-- > 0;)
		if (incidents->at[i].open && incidents->at[i].segment == segment)
			return &incidents->at[i];
	return NULL;
}

/* It was over on the day it first showed, and nobody was told. */
static bool
was_over(const struct incident *past)
{
	return !past->open && !past->told && past->count > 0 && past->ended == past->began;
}

const struct incident *
incidents_over(const struct incidents *incidents, uint32_t segment, int32_t today)
{
	for (size_t i = incidents->count; i-- > 0;) {
		const struct incident *past = &incidents->at[i];
		if (past->segment == segment && was_over(past)
		    && today - past->ended <= RECOVERY)
			return past;
	}
	return NULL;
}

int32_t
incidents_oldest(const struct incidents *incidents, int32_t day)
{
	int32_t oldest = day;

	for (size_t i = 0; i < incidents->count; i++)
		if (incidents->at[i].open && incidents->at[i].from < oldest)
			oldest = incidents->at[i].from;
	return oldest;
}

static void
add_deal(struct incident *incident, uint32_t deal)
{
	if (incident->count == incident->room) {
		incident->room = incident->room * 2 + 64;
		incident->deals =
		    mem_grow(incident->deals, incident->room, sizeof incident->deals[0]);
	}
	incident->deals[incident->count++] = deal;
}

static bool
concerns(const struct company *company, const struct incident *incident, size_t deal)
{
	const struct deal *at = &company->segments->deals->at[deal];

	return segments_has(company->segments, incident->segment, deal)
	    && (!incident->cohort || at->created >= company->first + incident->from);
}

void
incidents_deal(struct incidents *incidents, size_t deal)
{
	struct company *company = incidents->company;

	for (size_t i = 0; i < incidents->count; i++) {
		struct incident *incident = &incidents->at[i];
		if (!incident->open || !concerns(company, incident, deal))
			continue;
		company->shift[deal] += incident->shift;
		add_deal(incident, (uint32_t)deal);
	}
}

static void
close_at(struct incidents *incidents, struct incident *incident, size_t kept, int32_t today)
{
	company_shift(incidents->company, incident->deals + kept, incident->count - kept,
	    -incident->shift, today);
	incident->open = false;
	incident->ended = today;
	incident->count = kept;
}

static struct incident *
add(struct incidents *incidents, uint32_t segment, int sign, struct window window,
    int32_t today)
{
	incidents->at = mem_grow(incidents->at, incidents->count + 1, sizeof incidents->at[0]);
	struct incident *incident = &incidents->at[incidents->count++];
	*incident = (struct incident){ .segment = segment,
		.replaces = SEGMENT_NONE,
		.sign = sign,
		.cohort = window.cohort,
		.open = true,
		.from = today - window.days + 1,
		.began = today };
	return incident;
}

/* Its deals so far, and the shift that explains them best. */
static void
begin(struct incidents *incidents, struct incident *incident, int32_t today)
{
	struct company *company = incidents->company;
	const uint32_t *deals;
	size_t count =
	    company_recorded(company, incident->segment, incident->from, today, &deals);

	for (size_t i = 0; i < count; i++)
		if (concerns(company, incident, deals[i]))
			add_deal(incident, deals[i]);
	incident->shift = likelihood_shift(company, incident);
	company_shift(company, incident->deals, incident->count, incident->shift, today);
}

/* Gives it another name, over the same span, and its shift to other deals. */
static void
rename_to(struct incidents *incidents, size_t number, struct name name, int32_t today)
{
	struct incident old = incidents->at[number];
	struct window span = { today + 1 - old.from, name.cohort };

	close_at(incidents, &incidents->at[number], 0, today);
	struct incident *new = add(incidents, name.segment, old.sign, span, today);
	begin(incidents, new, today);
	new->began = old.began;
	new->replaces = old.segment;
}

/* For so long nothing of it was recorded: nobody knows whether it goes on. */
static bool
is_stale(const struct company *company, const struct incident *incident, int32_t today)
{
	const struct deals *deals = company->segments->deals;

	return incident->count == 0
	    || company->first + today - deals->at[incident->deals[incident->count - 1]].recorded
	    > STALE;
}

/* Once a week of an open incident, and each day: has it ended? */
static void
keep(struct incidents *incidents, size_t number, int32_t today)
{
	struct company *company = incidents->company;
	struct incident *incident = &incidents->at[number];
	int32_t age = today - incident->began;

	if (age > 0 && age % WEEK == 0) {
		double before = incident->shift;
		incident->shift = likelihood_shift(company, incident);
		company_shift(
		    company, incident->deals, incident->count, incident->shift - before, today);
		struct name name;
		if (age <= RENAME && naming_better(incidents, incident, today, &name)) {
			rename_to(incidents, number, name, today);
			return;
		}
	}
	struct course course = likelihood_course(company, incident);
	if (age >= WEEK && (course.fall > end_fall || is_stale(company, incident, today)))
		close_at(incidents, incident, course.best, today);
}

/* The segment that goes furthest beyond its threshold, or SEGMENT_NONE. */
static uint32_t
most_surprising(const struct incidents *incidents, int *sign)
{
	const struct segments *segments = incidents->company->segments;
	uint32_t best = SEGMENT_NONE;
	double most = 0;

	for (uint32_t i = 0; i < segments->count; i++)
		if (incidents->scan.beyond[i] > most) {
			most = incidents->scan.beyond[i];
			best = i;
		}
	if (best == SEGMENT_NONE)
		return best;
	size_t w = scan_best(&incidents->scan, best, 0, &most);
	*sign = scan_z(&incidents->scan, best, w) > 0 ? 1 : -1;
	return best;
}

/* An opposite firing says that open incidents near it are over; whether there were any. */
static bool
end_opposite(struct incidents *incidents, uint32_t segment, int sign, int32_t today)
{
	bool any = false;

	for (size_t i = 0; i < incidents->count; i++) {
		struct incident *incident = &incidents->at[i];
		if (!incident->open || incident->sign == sign
		    || !naming_near(incidents->company, segment, incident->segment))
			continue;
		close_at(incidents, incident,
		    likelihood_course(incidents->company, incident).best, today);
		any = true;
	}
	return any;
}

/*
 * What was told of the same segment and direction goes on: while it is open, and for some
 * weeks after.  In between it is told again only after some weeks.
 */
static void
inherit(struct incidents *incidents, struct incident *new)
{
	for (struct incident *old = new; old-- > incidents->at;) {
		if (old->segment != new->segment || old->sign != new->sign)
			continue;
		bool lately =
		    (old->open ? new->began - old->began : new->began - old->ended) < AGAIN;
		if (!old->told || !(old->open || lately))
			return;
		new->told = true;
		new->recovery = old->recovery;
		new->opened = old->opened;
		new->raised = lately ? old->raised : new->began;
		return;
	}
}

/* An old one told the same change, by a part or a whole of the segment. */
static bool
is_same_change(const struct incidents *incidents, const struct incident *old,
    const struct incident *new, int32_t today)
{
	if (old->sign != new->sign || today - old->began > UNDO)
		return false;
	return naming_near(incidents->company, new->segment, old->segment);
}

/*
 * The same segment begins anew; the same change, told by a part or a whole of it, never was.
 * Whether there was any.
 */
static bool
take_over(struct incidents *incidents, struct incident *new, int32_t today)
{
	bool any = false;

	for (struct incident *old = new; old-- > incidents->at;) {
		bool same = old->segment == new->segment;
		bool near = is_same_change(incidents, old, new, today);
		if (!old->open || !(same || near))
			continue;
		close_at(incidents, old, same ? old->count : 0, today);
		any = true;
	}
	return any;
}

static bool
is_recovery(const struct incidents *incidents, uint32_t segment, int sign, int32_t today)
{
	for (size_t i = 0; i < incidents->count; i++) {
		const struct incident *past = &incidents->at[i];
		if (!past->open && !was_over(past) && past->sign == -sign
		    && today - past->ended <= RECOVERY
		    && naming_near(incidents->company, segment, past->segment))
			return true;
	}
	return false;
}

static void
fire(struct incidents *incidents, uint32_t fired, int sign, int32_t today)
{
	uint32_t named = naming_best(incidents, fired, sign);
	double beyond;

	if (end_opposite(incidents, named, sign, today))
		return;
	size_t w = scan_best(&incidents->scan, named, sign, &beyond);
	bool recovery = is_recovery(incidents, named, sign, today);
	struct incident *new = add(incidents, named, sign, scan_windows[w], today);
	new->recovery = recovery;
	inherit(incidents, new);
	bool goes_on = take_over(incidents, new, today) || new->told;
	begin(incidents, new, today);
	struct course course = likelihood_course(incidents->company, new);
	if (!goes_on && course.fall > end_fall)
		close_at(incidents, new, course.best, today);
}

void
incidents_day(struct incidents *incidents, int32_t today)
{
	size_t count = incidents->count;
	int sign;

	for (size_t i = 0; i < count; i++)
		if (incidents->at[i].open)
			keep(incidents, i, today);
	for (int round = 0; round < A_DAY_MOST; round++) {
		scan_all(&incidents->scan, today);
		uint32_t fired = most_surprising(incidents, &sign);
		if (fired == SEGMENT_NONE)
			break;
		fire(incidents, fired, sign, today);
	}
	for (size_t i = 0; i < incidents->count; i++)
		if (incidents->at[i].open && !incidents->at[i].told)
			tell(incidents, &incidents->at[i], today);
}

struct surprise
incidents_evidence(
    const struct incidents *incidents, const struct incident *incident, int32_t today)
{
	struct sum *taken = likelihood_taken(incidents->company, incident, incident->cohort);
	struct surprise found = scan_since(&incidents->scan, incident->segment, incident->from,
	    incident->cohort, today, taken);

	free(taken);
	return found;
}

void
incidents_release(struct incidents *incidents)
{
	for (size_t i = 0; i < incidents->count; i++)
		free(incidents->at[i].deals);
	free(incidents->at);
	scan_release(&incidents->scan);
}
