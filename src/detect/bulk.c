#include <math.h>
#include <stdlib.h>

#include "bulk.h"
#include "diag.h"
#include "mem.h"
#include "money.h"
#include "notice.h"
#include "when.h"

enum {
	USUAL = 180, /* days whose mean is what is usual */
	LATELY = 28, /* or these, should there be more of late; so many are needed */
	LOSSES = 365, /* days whose losses say what is old */
	LOSSES_LEAST = 51,
	FIRST = 60, /* the first day on which anything is old */
	OLDEST = 4000, /* days */
	TOLD = 7, /* days it is told, should a night be missed */
};
#define OLD .80 /* quantile of the ages of losses */
#define SPREAD 1.3 /* losses come in clusters: their variance to that of chance */
#define SHRINK_REST 10. /* old losses that the rest has as ever */
#define WON_MOST .1 /* of the old deals: else somebody worked on them */

/* While they are sought. */
struct search {
	struct bulks *bulks;
	const struct deals *deals;
	const struct bulk_rules *rules;
	int32_t first, days;
	size_t parts;
	struct condition *part;
	uint32_t *lost; /* [part][day]: old ones, on a usual day */
	uint32_t *sum, *lately; /* by part, over the usual days, and those of late */
	size_t *base; /* by dimension: the part that is its first value */
	double age; /* older than that is old */
	int32_t began; /* the day something could be old */
};

static const char *const keys[] = { "on", "threshold", "min_deals", NULL };

void
bulk_rules(struct bulk_rules *rules, const struct conf *conf)
{
	rules->tuning = tuning_read(
	    conf, "bulk_close", keys, (struct tuning){ .on = true, .threshold = 6 });
	rules->min_deals = tuning_number(conf, "bulk_close", "min_deals", 2, 1e6, 5);
}

static size_t
list_parts(struct search *search)
{
	const struct deals *deals = search->deals;
	size_t count = 1;

	search->base = mem_new(deals->dimensions + 1, sizeof search->base[0]);
	for (size_t d = 0; d < deals->dimensions; d++) {
		search->base[d] = count;
		count += names_count(deals->dimension[d].values);
	}
	search->part = mem_new(count, sizeof search->part[0]);
	search->part[0].dimension = CODE_NONE;
	for (uint32_t d = 0; d < deals->dimensions; d++)
		for (uint32_t v = 0; v < names_count(deals->dimension[d].values); v++)
			search->part[search->base[d] + v] = (struct condition){ d, v };
	return count;
}

static bool
has(const struct search *search, size_t part, size_t deal)
{
	struct condition of = search->part[part];

	return of.dimension == CODE_NONE
	    || deals_code(search->deals, deal, of.dimension) == of.value;
}

/* The quantile of the ages of losses, as numpy has it; nothing is old while they are few. */
static void
measure_age(struct search *search, int32_t today)
{
	const struct deals *deals = search->deals;
	uint32_t *ages = mem_new(OLDEST + 1, sizeof *ages);
	size_t from = deals_from(deals, search->first + today - LOSSES), n = 0, below = 0;
	size_t to = deals_from(deals, search->first + today);

	for (size_t i = from; i < to; i++) {
		const struct deal *deal = &deals->at[i];
		if (deal->won || search->bulks->of_deal[i] || deal->created > deal->recorded
		    || deal->created < deal->recorded - OLDEST)
			continue;
		ages[deal->recorded - deal->created]++;
		n++;
	}
	double place = OLD * (double)(n - 1), age[2] = { 0, 0 };
	for (int a = 0, got = 0; n >= LOSSES_LEAST && a <= OLDEST && got < 2; a++) {
		below += ages[a];
		for (; got < 2 && (double)below > floor(place) + got; got++)
			age[got] = a;
	}
	if (n >= LOSSES_LEAST) {
		search->age = age[0] + (age[1] - age[0]) * (place - floor(place));
		search->began = search->began < 0 ? today : search->began;
	}
	free(ages);
}

static bool
is_old(const struct search *search, size_t deal)
{
	const struct deal *of = &search->deals->at[deal];

	return of->created != INT32_MIN && of->recorded - of->created > search->age
	    && !search->bulks->of_deal[deal];
}

/* Of a part that grows, or grows slower, the old deals become more: that is no clean-up. */
static double
usual(const struct search *search, size_t part, int32_t today)
{
	int32_t known = today - search->began;
	double mean = (double)search->sum[part] / (known < USUAL ? known : USUAL);

	return fmax(mean, (double)search->lately[part] / LATELY);
}

/* The old deals of today that are in no clean-up yet, by part. */
static void
count_old(const struct search *search, size_t from, size_t to, uint32_t *lost, uint32_t *won)
{
	const struct deals *deals = search->deals;

	for (size_t p = 0; p < search->parts; p++)
		lost[p] = won[p] = 0;
	for (size_t i = from; i < to; i++) {
		if (!is_old(search, i))
			continue;
		uint32_t *count = deals->at[i].won ? won : lost;
		count[0]++;
		for (size_t d = 0; d < deals->dimensions; d++)
			if (deals_code(deals, i, d) != CODE_NONE)
				count[search->base[d] + deals_code(deals, i, d)]++;
	}
}

/* How much more likely so many are if it is a clean-up than on a usual day. */
static double
likelihood(double lost, double expected)
{
	return lost * log(lost / expected) - (lost - expected);
}

/* What is usual on a day like this: on busy ones all parts have more. */
static double
expected(const struct search *search, size_t part, const uint32_t *lost, int32_t today)
{
	double mean = usual(search, part, today);
	double rest = lost[0] - lost[part], rest_mean = usual(search, 0, today) - mean;
	double busy = (rest + SHRINK_REST) / (fmax(rest_mean, 0) + SHRINK_REST);

	return part == 0 ? mean : mean * fmax(busy, 1);
}

static double
surprise(double lost, double usually)
{
	return (lost - usually) / sqrt(SPREAD * (usually + .5));
}

static size_t
most_likely(
    const struct search *search, const uint32_t *lost, const uint32_t *won, int32_t today)
{
	size_t best = search->parts;
	double most = 0;

	for (size_t p = 0; p < search->parts; p++) {
		double m = expected(search, p, lost, today), n = lost[p];
		if (n < search->rules->min_deals
		    || surprise(n, m) < search->rules->tuning.threshold
		    || won[p] >= WON_MOST * (n + won[p]))
			continue;
		if (likelihood(n, m + .5) > most + 1e-9) {
			most = likelihood(n, m + .5);
			best = p;
		}
	}
	return best;
}

static void
tell(struct search *search, const struct bulk *bulk, size_t tried)
{
	struct events *events = &search->bulks->events;
	struct event *event = event_add(events,
	    (struct event){ .type = "bulk_close",
		.clock = "recorded",
		.part = bulk->part,
		.sign = -1,
		.from = bulk->day,
		.opened = -1 });

	event_look(event,
	    (struct look){ .day = bulk->day,
		.from = bulk->day,
		.n = (double)bulk->deals,
		.expected = bulk->usual,
		.z = surprise((double)bulk->deals, bulk->usual),
		.threshold = search->rules->tuning.threshold,
		.tried = tried,
		.seen = true });
	event_open(events, event, &search->rules->tuning, bulk->day);
}

/* Takes the old deals of the part out of everything. */
static void
clean(struct search *search, size_t part, size_t from, size_t to, struct bulk bulk)
{
	struct bulks *bulks = search->bulks;

	bulk.part = search->part[part];
	bulk.age = floor(search->age);
	for (size_t i = from; i < to; i++) {
		const struct deal *deal = &search->deals->at[i];
		if (!is_old(search, i) || !has(search, part, i))
			continue;
		bulks->of_deal[i] = true;
		if (deal->won)
			continue;
		bulk.deals++;
		if (!money_add(&bulk.amount, deal->amount))
			die(EX_DATAERR, "deals: the amounts are too large to add");
	}
	bulks->at = mem_grow(bulks->at, bulks->count + 1, sizeof bulks->at[0]);
	bulks->at[bulks->count++] = bulk;
	tell(search, &bulk, search->parts);
}

static void
remember(struct search *search, const uint32_t *lost, int32_t today)
{
	for (size_t p = 0; p < search->parts; p++) {
		uint32_t *row = search->lost + p * (size_t)search->days;
		row[today] = lost[p];
		search->sum[p] += lost[p];
		search->lately[p] += lost[p];
		if (today >= USUAL)
			search->sum[p] -= row[today - USUAL];
		if (today >= LATELY)
			search->lately[p] -= row[today - LATELY];
	}
}

static void
look(struct search *search, int32_t today)
{
	size_t from = deals_from(search->deals, search->first + today);
	size_t to = deals_from(search->deals, search->first + today + 1);
	uint32_t *lost = mem_new(search->parts, sizeof *lost);
	uint32_t *won = mem_new(search->parts, sizeof *won);

	count_old(search, from, to, lost, won);
	if (today - search->began >= LATELY)
		for (size_t part;
		     (part = most_likely(search, lost, won, today)) < search->parts;
		     count_old(search, from, to, lost, won))
			clean(search, part, from, to,
			    (struct bulk){
				.day = today, .usual = expected(search, part, lost, today) });
	remember(search, lost, today);
	free(lost);
	free(won);
}

void
bulks_find(struct bulks *bulks, const struct segments *segments, const struct bulk_rules *rules,
    int32_t first, int32_t days)
{
	struct search search = { .bulks = bulks,
		.deals = segments->deals,
		.rules = rules,
		.first = first,
		.days = days,
		.age = INFINITY,
		.began = -1 };

	*bulks = (struct bulks){ .events = { .deals = segments->deals, .first = first } };
	bulks->of_deal = mem_new(segments->deals->count + 1, sizeof bulks->of_deal[0]);
	search.parts = list_parts(&search);
	search.lost = mem_new(search.parts * (size_t)days + 1, sizeof search.lost[0]);
	search.sum = mem_new(search.parts, sizeof search.sum[0]);
	search.lately = mem_new(search.parts, sizeof search.lately[0]);
	for (int32_t today = FIRST; rules->tuning.on && today < days; today++) {
		if (when_week(first + today) == first + today)
			measure_age(&search, today);
		if (search.began >= 0)
			look(&search, today);
	}
	free(search.part);
	free(search.base);
	free(search.lost);
	free(search.sum);
	free(search.lately);
}

/* The larger first; of two alike, by their ids, in whatever order they came. */
static bool
is_before(const struct deals *deals, size_t a, size_t b)
{
	const struct deal *x = &deals->at[a], *y = &deals->at[b];

	return x->amount != y->amount ? x->amount > y->amount
				      : strcmp(deals->ids + x->id, deals->ids + y->id) < 0;
}

static json_t *
largest(const struct bulks *bulks, const struct bulk *bulk)
{
	const struct deals *deals = bulks->events.deals;
	size_t end = deals_from(deals, bulks->events.first + bulk->day + 1), count = 0;
	size_t most[NOTICE_DEALS + 1];
	json_t *list = json_array();
	struct segment segment;
	struct segments part = event_part(deals, bulk->part, &segment);

	for (size_t i = deals_from(deals, bulks->events.first + bulk->day); i < end; i++) {
		if (!bulks->of_deal[i] || deals->at[i].won || !segments_has(&part, 0, i))
			continue;
		size_t place = count < NOTICE_DEALS ? count++ : NOTICE_DEALS;
		for (; place > 0 && is_before(deals, i, most[place - 1]); place--)
			most[place] = most[place - 1];
		most[place] = i;
	}
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, deals_tell(deals, most[i]));
	return list;
}

size_t
bulk_write(const struct bulks *bulks, int32_t today, bool opened_only, struct rec_out *out)
{
	size_t written = 0;

	for (size_t i = 0; i < bulks->count; i++) {
		const struct bulk *bulk = &bulks->at[i];
		const struct event *event = &bulks->events.at[i];
		const struct look *last = event_told(event, today, opened_only);
		if (last == NULL || today - last->day >= TOLD)
			continue;
		json_t *object = notice_make(&bulks->events, event, last, today);
		notice_count(object, "older_than", bulk->age);
		notice_money(object, "amount", bulk->amount);
		notice_set(object, "deals", largest(bulks, bulk));
		notice_write(out, object);
		written++;
	}
	return written;
}

void
bulks_release(struct bulks *bulks)
{
	event_release(&bulks->events);
	free(bulks->of_deal);
	free(bulks->at);
}
