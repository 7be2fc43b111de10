#include <stdlib.h>
#include <string.h>

#include "decide.h"
#include "diag.h"
#include "mem.h"
#include "office.h"

enum { DAY = 86400, FRESH_DAYS = 14 }; /* what nobody was told of by then is no news */

/* A reader whom the routes lead to, by the best of them. */
struct target {
	uint32_t reader;
	struct tray *tray;
	const struct node *node;
	int64_t muted; /* until when; 0: not */
};

struct targets {
	struct target *list;
	size_t count, room;
};

/* What the reader got of this alert. */
struct past {
	bool told, alone, acknowledged; /* of this version; ever; this version */
	int64_t last, done; /* message about it; when the last of them was sent or given up */
};

static const struct receiver *
receiver_of(const struct office *office, const struct tray *tray)
{
	return &office->routes->receivers.list[tray->receiver];
}

static void
hold(const struct office *office, const struct alert *alert, const struct target *target,
    struct reason reason)
{
	const struct reader *reader = told_whom(office->told, target->reader);

	held_alert(office->held, alert, receiver_of(office, target->tray)->name,
	    reader->channel, reader->to, reason);
}

/* A route is muted while one of its mute times is; P1 is told all the same. */
static int64_t
muted_until(const struct office *office, const struct node *node, const struct alert *alert)
{
	int64_t until = 0;

	for (size_t i = 0; i < node->mute_count; i++)
		if (office->muted[node->mutes[i]] > until)
			until = office->muted[node->mutes[i]];
	return alert->plan == 0 && !node->mute_p1 ? 0 : until;
}

static void
aim_at(struct office *office, struct targets *targets, const struct alert *alert,
    const struct node *node, size_t receiver, const char *to)
{
	struct target target = { .node = node, .muted = muted_until(office, node, alert) };

	target.tray = office_tray(office, receiver, to, &target.reader);
	for (size_t i = 0; i < targets->count; i++)
		if (targets->list[i].reader == target.reader) {
			if (targets->list[i].muted > 0 && target.muted == 0)
				targets->list[i] = target;
			return;
		}
	if (targets->count == targets->room) {
		targets->room = 2 * targets->room + 8;
		targets->list = mem_grow(targets->list, targets->room, sizeof *targets->list);
	}
	targets->list[targets->count++] = target;
}

static void
aim(struct office *office, struct targets *targets, const struct alert *alert,
    const struct node *node, const struct owner *owner)
{
	size_t receiver = owner != NULL ? owner->receiver : node->receiver;
	const struct receiver *who = &office->routes->receivers.list[receiver];

	if (owner != NULL && owner->to != NULL) {
		aim_at(office, targets, alert, node, receiver, owner->to);
		return;
	}
	for (size_t i = 0; i < who->to_count; i++)
		aim_at(office, targets, alert, node, receiver, who->to[i]);
}

/* What is said of a rep goes to the manager, and to no place that others read. */
static void
aim_at_manager(struct office *office, struct targets *targets, const struct alert *alert,
    const struct node *node, const char *rep)
{
	const struct owner *manager = people_manager(&office->routes->people, rep);

	if (manager != NULL || !office->routes->receivers.list[node->receiver].shared)
		aim(office, targets, alert, node, manager);
	else
		held_alert(office->held, alert,
		    office->routes->receivers.list[node->receiver].name,
		    office->routes->receivers.list[node->receiver].channel, NULL,
		    (struct reason){ .reason = "nobody",
			.why = "about a rep, whose manager \"reporting\" does not say" });
}

static void
find_targets(struct office *office, struct targets *targets, const struct alert *alert)
{
	const struct people *people = &office->routes->people;
	const char *rep = people_rep(alert);
	const struct owner *lead = people_lead(people, alert);

	tree_pick(office->routes->root, alert, &office->picks);
	for (size_t i = 0; i < office->picks.count; i++) {
		const struct node *node = office->picks.list[i];
		if (rep != NULL && !node->people)
			aim_at_manager(office, targets, alert, node, rep);
		else
			aim(office, targets, alert, node,
			    lead != NULL && !node->people ? lead
				: node->owner             ? people_owner(people, alert)
							  : NULL);
	}
}

static bool
is_state(const struct telling *telling, const char *state)
{
	return strcmp(telling->state, state) == 0;
}

/* What waits is sent or given up within days: of one that is older the receipt was not read. */
static int64_t
done_with(const struct office *office, const struct telling *telling)
{
	bool old = telling->created < office->now - (int64_t)FRESH_DAYS * DAY;

	return telling->done == INT64_MAX && old ? telling->created : telling->done;
}

static struct past
past_of(const struct office *office, const struct alert *alert, uint32_t reader)
{
	size_t count;
	const struct telling *list = told_of(office->told, alert->id, &count);
	struct past past = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct telling *one = &list[i];
		int order = strcmp(one->date, alert->date);
		if (one->reader != reader)
			continue;
		past.alone |= one->alone;
		past.acknowledged |= order >= 0 && is_state(one, "acknowledged");
		past.told |= order > 0
		    || (order == 0
			&& (is_state(one, alert_state(alert)) || is_state(one, "reminder")
			    || is_state(one, "acknowledged")));
		if (is_state(one, "acknowledged"))
			continue;
		past.last = one->created > past.last ? one->created : past.last;
		past.done =
		    done_with(office, one) > past.done ? done_with(office, one) : past.done;
	}
	return past;
}

/* An answer is to a version only when it is out; of a day that is not over, from its start. */
static int64_t
answerable(const struct office *office, const struct alert *alert)
{
	return alert->known <= office->now ? alert->known : alert->known - DAY;
}

/* Somebody is on it, which is shown where the message can be changed; or nobody is, yet. */
static void
follow_up(struct office *office, const struct alert *alert, const struct target *target,
    const struct past *past, bool silent)
{
	const struct answer *answer =
	    answers_on_it(office->answers, alert->id, answerable(office, alert), office->now);
	int64_t repeat = target->node->repeat;

	if (answer != NULL && past->alone && !past->acknowledged
	    && receiver_of(office, target->tray)->edits)
		tray_lay(target->tray, 0,
		    (struct item){ .alert = alert, .state = "acknowledged", .answer = answer });
	else if (answer == NULL && alert->plan == 0 && repeat > 0 && !silent
	    && target->muted == 0 && past->done <= office->now - repeat)
		tray_lay(target->tray, 0,
		    (struct item){ .alert = alert,
			.node = target->node,
			.state = "reminder",
			.last = past->last });
	else
		hold(office, alert, target,
		    (struct reason){ .reason = "told", .since = past->last });
}

static void
lay_or_wait(const struct office *office, const struct alert *alert, const struct target *target)
{
	const struct receiver *receiver = receiver_of(office, target->tray);
	size_t plan = receiver->immediate ? 0 : alert->plan;
	int64_t from = alert->known > office->now ? alert->known : office->now + 1;

	if (plan == 0 || alert->known <= target->tray->slot[plan])
		tray_lay(target->tray, plan,
		    (struct item){
			.alert = alert, .node = target->node, .state = alert_state(alert) });
	else
		hold(office, alert, target,
		    (struct reason){ .reason = "due",
			.until = from <= target->tray->next[plan]
			    ? target->tray->next[plan]
			    : due_first(&due_plans[plan], receiver->clock, from) });
}

static void
decide_target(struct office *office, const struct alert *alert, const struct target *target,
    const struct alert *inhibitor, const struct silence *silence)
{
	struct past past = past_of(office, alert, target->reader);

	if (past.told)
		follow_up(office, alert, target, &past, inhibitor != NULL || silence != NULL);
	else if (silence != NULL)
		hold(office, alert, target,
		    (struct reason){ .reason = "silenced",
			.why = silence->why,
			.by = silence->by,
			.until_text = silence->until });
	else if (inhibitor != NULL)
		hold(office, alert, target,
		    (struct reason){ .reason = "inhibited", .by = inhibitor->id });
	else if (alert->known < office->now - (int64_t)FRESH_DAYS * DAY)
		hold(office, alert, target, (struct reason){ .reason = "old" });
	else if (target->muted > 0)
		hold(office, alert, target,
		    (struct reason){ .reason = "muted", .until = target->muted });
	else
		lay_or_wait(office, alert, target);
}

static void
decide_open(struct office *office, const struct alert *alert)
{
	struct targets targets = { 0 };
	struct silence silence;
	bool silent = silences_hold(office->silences, alert, &silence);
	const struct alert *inhibitor = inhibit_by(office->routes->inhibit, alert);

	find_targets(office, &targets, alert);
	for (size_t i = 0; i < targets.count; i++) {
		/* the trays may have moved while there came more of them */
		targets.list[i].tray = &office->trays[targets.list[i].reader];
		decide_target(
		    office, alert, &targets.list[i], inhibitor, silent ? &silence : NULL);
	}
	free(targets.list);
}

/* Of what a reader was told last: whether its end is news to him. */
static bool
is_news(const struct telling *last, const char *state)
{
	return !is_state(last, state) && !is_state(last, "corrected");
}

/* The end of it goes to each who heard of the beginning, wherever the routes lead now. */
static void
decide_over(struct office *office, const struct alert *alert)
{
	size_t count;
	const struct telling *list = told_of(office->told, alert->id, &count);

	for (size_t i = 0; i < count; i++) {
		const struct telling *last = &list[i];
		if (i + 1 < count && list[i + 1].reader == last->reader)
			continue;
		const struct reader *reader = told_whom(office->told, last->reader);
		const char *name = told_name(office->told, last->receiver);
		size_t receiver = receivers_find(&office->routes->receivers, name);
		struct target target = { .reader = last->reader };
		if (receiver == office->routes->receivers.count
		    || strcmp(office->routes->receivers.list[receiver].channel, reader->channel)
			!= 0) {
			held_alert(office->held, alert, name, reader->channel, reader->to,
			    (struct reason){ .reason = "gone",
				.why = "no such receiver in routes.json any more" });
			continue;
		}
		target.tray = office_tray(office, receiver, reader->to, &target.reader);
		if (is_news(last, alert_state(alert)))
			lay_or_wait(office, alert, &target);
		else
			hold(office, alert, &target,
			    (struct reason){ .reason = "told", .since = last->created });
	}
}

void
decide_alert(struct office *office, const struct alert *alert)
{
	if (alert->suppressed != NULL) {
		held_alert(office->held, alert, NULL, NULL, NULL,
		    (struct reason){ .reason = "suppressed", .why = alert->suppressed });
		return;
	}
	office->sum.out++;
	if (alert->stage == STAGE_OPEN)
		decide_open(office, alert);
	else
		decide_over(office, alert);
}

void
decide_only(struct office *office, const char *name)
{
	size_t receiver = receivers_find(&office->routes->receivers, name);
	uint32_t reader;

	if (receiver == office->routes->receivers.count)
		die(EX_USAGE, "--only: no receiver \"%s\" in %s", name, office->opts->routes);
	const struct receiver *who = &office->routes->receivers.list[receiver];
	for (size_t t = 0; t < who->to_count; t++) {
		struct tray *tray = office_tray(office, receiver, who->to[t], &reader);
		for (size_t i = 0; i < office->pool->count; i++) {
			const struct alert *alert = &office->pool->alerts[i];
			tray_lay(tray, 0,
			    (struct item){ .alert = alert,
				.state = alert_state(alert),
				.last = office->now });
		}
		for (size_t i = 0; i < office->pool->fault_count; i++)
			tray_lay(tray, 0,
			    (struct item){ .fault = &office->pool->faults[i],
				.state = office->pool->faults[i].over ? "clear" : "fault",
				.last = office->now });
	}
	office->sum.out = office->pool->count + office->pool->fault_count;
}
