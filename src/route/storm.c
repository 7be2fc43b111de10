#include <stdlib.h>

#include "delivery.h"
#include "diag.h"
#include "mem.h"
#include "storm.h"
#include "when.h"

int64_t
storm_seconds(const struct office *office)
{
	return (int64_t)office->routes->storm.minutes * 60;
}

/* A drill is one message, and no storm. */
uint64_t
storm_left(const struct office *office, uint32_t reader)
{
	uint64_t limit = office->routes->storm.alerts,
		 recent = told_whom(office->told, reader)->recent;

	if (limit == 0 || office->opts->only != NULL)
		return UINT64_MAX;
	return recent < limit ? limit - recent : 0;
}

int64_t
storm_until(const struct office *office, uint32_t reader)
{
	int64_t last = told_whom(office->told, reader)->due[0];

	return last != INT64_MIN && office->now < last + storm_seconds(office)
	    ? last + storm_seconds(office)
	    : 0;
}

void
storm_note(struct office *office, uint32_t reader)
{
	if (office->stormy == NULL)
		office->stormy = told_whom(office->told, reader);
}

static json_t *
fault_of(const struct office *office)
{
	char since[WHEN_INSTANT_MAX];
	char *reason = mem_printf(
	    "storm: more than %zu messages in %d minutes to %s by %s; a summary went out, the"
	    " rest waits",
	    office->routes->storm.alerts, office->routes->storm.minutes, office->stormy->to,
	    office->stormy->channel);
	json_t *fault = json_pack("{s:s, s:i, s:s, s:s, s:s, s:s}", "kind", "fault", "v", 1,
	    "stage", "route", "since", when_instant_text(office->now, since), "reason", reason,
	    "pipeline", "deliver");

	if (fault == NULL)
		die(EX_OSERR, "out of memory");
	free(reason);
	return fault;
}

/* Ops hear of it whatever they were told before, but once while it lasts. */
void
storm_tell(struct office *office)
{
	const struct routes *routes = office->routes;
	int64_t last = told_storm(office->told);

	if (office->stormy == NULL || routes->ops_count == 0
	    || (last != INT64_MIN && office->now < last + storm_seconds(office)))
		return;
	json_t *fault = fault_of(office);
	const struct receiver *ops = &routes->receivers.list[routes->ops[0]];
	for (size_t i = 0; i < ops->to_count; i++) {
		struct message message = { .receiver = routes->ops[0],
			.form = "fault",
			.priority = "P1",
			.state = "fault",
			.due = office->now,
			.fault = fault };
		office_tray(office, routes->ops[0], ops->to[i], &message.reader);
		delivery_write(office, &message);
	}
	json_decref(fault);
}
