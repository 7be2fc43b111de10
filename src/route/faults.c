#include <stdlib.h>
#include <string.h>

#include "decide.h"
#include "office.h"

enum { DAY = 86400, FRESH_DAYS = 14 };

static void
lay(struct office *office, size_t receiver, const char *to, const struct fault *fault)
{
	uint32_t reader;
	struct tray *tray = office_tray(office, receiver, to, &reader);

	tray_lay(
	    tray, 0, (struct item){ .fault = fault, .state = fault->over ? "clear" : "fault" });
}

/*
 * Who hears of it: the first whose channel is not the one that failed, else the first that is
 * not the receiver itself.
 */
static size_t
ops_for(const struct routes *routes, const struct fault *fault)
{
	for (size_t i = 0; i < routes->ops_count; i++)
		if (strcmp(routes->receivers.list[routes->ops[i]].channel, fault->channel) != 0)
			return routes->ops[i];
	for (size_t i = 0; i < routes->ops_count; i++)
		if (strcmp(routes->receivers.list[routes->ops[i]].name, fault->receiver) != 0)
			return routes->ops[i];
	return routes->receivers.count;
}

static void
hold(
    const struct office *office, const struct fault *fault, const char *reason, const char *why)
{
	held_fault(office->held, fault, NULL, NULL, NULL,
	    (struct reason){ .reason = reason, .why = why });
}

static void
tell_ops(struct office *office, const struct fault *fault)
{
	const struct routes *routes = office->routes;
	size_t receiver = ops_for(routes, fault);

	if (receiver == routes->receivers.count) {
		hold(office, fault, "nobody",
		    routes->ops_count == 0
			? "no \"ops\" in routes.json"
			: "no receiver of \"ops\" other than the one that failed");
		return;
	}
	for (size_t i = 0; i < routes->receivers.list[receiver].to_count; i++)
		lay(office, receiver, routes->receivers.list[receiver].to[i], fault);
}

/* The all-clear goes to those who heard of the fault, if they can still be told. */
static bool
tell_hearers(struct office *office, const struct fault *fault)
{
	size_t count;
	const struct heard *list = told_faults(office->told, &count);
	const struct receivers *receivers = &office->routes->receivers;
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		const struct reader *reader = told_whom(office->told, list[i].reader);
		size_t receiver =
		    receivers_find(receivers, told_name(office->told, list[i].receiver));
		if (list[i].clear || strcmp(list[i].key, fault->key) != 0
		    || receiver == receivers->count
		    || strcmp(receivers->list[receiver].channel, reader->channel) != 0)
			continue;
		lay(office, receiver, reader->to, fault);
		found = true;
	}
	return found;
}

void
decide_fault(struct office *office, const struct fault *fault)
{
	size_t count;
	const struct heard *list = told_faults(office->told, &count);
	bool told = false, clear = false;

	office->sum.out++;
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].key, fault->key) == 0) {
			told |= !list[i].clear;
			clear |= list[i].clear;
		}
	if (fault->over ? clear : told)
		hold(office, fault, "told", NULL);
	else if (fault->over && !told)
		hold(office, fault, "over", "it was over before anybody was told");
	else if (fault->over && tell_hearers(office, fault))
		return;
	else if (fault->began < office->now - (int64_t)FRESH_DAYS * DAY)
		hold(office, fault, "old", NULL);
	else
		tell_ops(office, fault);
}
