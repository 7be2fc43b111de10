#include <stdlib.h>

#include "conf.h"
#include "file.h"
#include "known.h"
#include "mem.h"
#include "rec_out.h"

/* Of things in any order. */
static void
add(struct fingerprint *sum, struct span text, uint64_t seed)
{
	struct fingerprint of = fingerprint_of(text, seed);

	sum->high += of.high;
	sum->low += of.low;
}

static void
add_text(struct fingerprint *sum, const char *text, uint64_t place)
{
	add(sum, span(text), place);
}

/* What a deal is to the replay: numbers. */
struct facts {
	size_t count;
	int64_t *at;
};

static void
state(struct facts *facts, int64_t fact)
{
	facts->at[facts->count++] = fact;
}

static void
state_values(struct facts *facts, const struct deals *deals, size_t deal, bool rep)
{
	for (size_t d = 0; d < deals->dimensions; d++)
		if (rep || d != deals->rep)
			state(facts, deals_code(deals, deal, d));
}

static void
add_decided(
    struct fingerprint *sum, struct facts *facts, const struct deals *deals, size_t deal)
{
	const struct deal *of = &deals->at[deal];

	facts->count = 0;
	state(facts, of->created);
	state(facts, of->closed);
	state(facts, of->recorded);
	state(facts, of->amount);
	state(facts, of->won);
	state_values(facts, deals, deal, true);
	add(sum, (struct span){ (char *)facts->at, facts->count * sizeof facts->at[0] },
	    fingerprint_of(span(deals->ids + of->id), 0).low);
}

static void
add_open(struct fingerprint *sum, struct facts *facts, const struct deals *deals, size_t deal,
    bool amounts)
{
	facts->count = 0;
	state(facts, deals->at[deal].created);
	if (amounts)
		state(facts, deals->at[deal].amount);
	state_values(facts, deals, deal, amounts);
	add(sum, (struct span){ (char *)facts->at, facts->count * sizeof facts->at[0] }, 1);
}

static void
add_deals(struct fingerprint *sum, const struct watch *watch, int32_t day)
{
	const struct deals *deals = &watch->deals;
	struct facts facts = { .at = mem_new(5 + deals->dimensions, sizeof facts.at[0]) };
	size_t known = deals_from(deals, day);

	for (size_t i = 0; i < known; i++)
		add_decided(sum, &facts, deals, i);
	for (size_t i = known; i < deals->count; i++)
		if (deals->at[i].created < day)
			add_open(sum, &facts, deals, i, watch->rules.win_rate.min_pipeline > 0);
	free(facts.at);
}

/* By their places, what codes and numbers of segments stand for. */
static void
add_numbers(struct fingerprint *sum, const struct watch *watch)
{
	const struct deals *deals = &watch->deals;
	uint64_t place = 2;

	for (size_t d = 0; d < deals->dimensions; d++) {
		add_text(sum, deals->dimension[d].name, place++);
		for (uint32_t v = 0; v < names_count(deals->dimension[d].values); v++)
			add_text(sum, names_text(deals->dimension[d].values, v), place++);
	}
	for (uint32_t i = 0; i < watch->segments.count; i++) {
		char *text = segments_text(&watch->segments, i);
		add_text(sum, text, place++);
		free(text);
	}
}

static void
add_rules(struct fingerprint *sum, const struct watch *watch)
{
	json_t *rules = conf_at(watch->rules.conf, "/detect");
	size_t len;
	char *text = rec_json(rules != NULL ? rules : json_null(), &len);

	add(sum, (struct span){ text, len }, 0);
	free(text);
}

/* Another program may do something else with the same deals. */
static void
add_program(struct fingerprint *sum)
{
	size_t len;
	char *program = file_bytes("/proc/self/exe", &len);

	add_text(sum, VERSION, 0);
	if (program != NULL)
		add(sum, (struct span){ program, len }, 0);
	free(program);
}

struct fingerprint
known_before(const struct watch *watch, int32_t day)
{
	int32_t days[] = { watch->company.first, watch->told, day };
	struct fingerprint sum = fingerprint_of((struct span){ (char *)days, sizeof days }, 0);

	add_program(&sum);
	add_rules(&sum, watch);
	add_numbers(&sum, watch);
	add_deals(&sum, watch, watch->company.first + day);
	return sum;
}
