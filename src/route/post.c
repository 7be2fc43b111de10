#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "delivery.h"
#include "diag.h"
#include "mem.h"
#include "post.h"
#include "storm.h"

enum { WEEKLY = 2, DAY = 86400 };
enum { DIGEST_MAX = 100, DIGEST_BYTES = 400 << 10 }; /* a record has its ceiling */

struct post {
	struct office *office;
	uint32_t reader;
	struct tray *tray;
	const struct item **items; /* room for all of a plan */
};

static void
hold(const struct post *post, const struct item *item, struct reason reason)
{
	const struct office *office = post->office;
	const struct reader *reader = told_whom(office->told, post->reader);
	const char *name = office->routes->receivers.list[post->tray->receiver].name;

	if (item->alert != NULL)
		held_alert(
		    office->held, item->alert, name, reader->channel, reader->to, reason);
	else
		held_fault(
		    office->held, item->fault, name, reader->channel, reader->to, reason);
}

/* How many of them one record can carry. */
static size_t
fitting(const struct item *const *items, size_t count)
{
	size_t bytes = 0, i = 0;

	while (i < count && i < DIGEST_MAX) {
		bytes += items[i]->alert != NULL ? items[i]->alert->place.len
						 : items[i]->fault->place.len;
		if (i > 0 && bytes > DIGEST_BYTES)
			break;
		i++;
	}
	return i;
}

static struct message
message_of(const struct post *post, const struct item *const *items, size_t count)
{
	const struct item *first = items[0];

	return (struct message){ .reader = post->reader,
		.receiver = post->tray->receiver,
		.form = first->fault != NULL ? "fault"
		    : count == 1             ? "alert"
					     : "digest",
		.priority =
		    first->fault != NULL ? "P1" : due_plans[first->alert->plan].priority,
		.state = count == 1 ? first->state : NULL,
		.due = post->office->now,
		.items = items,
		.count = count };
}

/* As many messages as it takes. */
static void
post_all(const struct post *post, struct message message)
{
	const struct item *const *items = message.items;

	for (size_t left = message.count; left > 0;) {
		message.items = items;
		message.count = fitting(items, left);
		items += message.count;
		left -= message.count;
		delivery_write(post->office, &message);
	}
}

/* What those of one group have in common, to free(); NULL: this one goes alone. */
static char *
group_of(const struct item *item, size_t plan)
{
	size_t len, labels = item->node != NULL ? item->node->group_count : 0;
	char *text;

	if (plan == 0
	    && (labels == 0 || item->fault != NULL || strcmp(item->state, "reminder") == 0))
		return NULL;
	FILE *to = mem_stream(&text, &len);
	for (size_t i = 0; i < labels; i++)
		fprintf(to, "%s=%s\n", item->node->group_by[i],
		    alert_label(item->alert, item->node->group_by[i]));
	mem_stream_end(to, &text);
	return text;
}

/* The items of a plan, those of one group beside each other: where each group ends. */
struct groups {
	size_t *ends, count;
};

static struct groups
group(struct post *post, size_t plan)
{
	const struct tray *tray = post->tray;
	size_t count = tray->count[plan], *of = mem_new(count + 1, sizeof *of), placed = 0;
	struct groups groups = { .ends = mem_new(count + 1, sizeof *groups.ends) };
	size_t *sizes = mem_new(count + 1, sizeof *sizes);
	json_t *known = json_object();

	for (size_t i = 0; i < count; i++) {
		char *key = group_of(&tray->items[plan][i], plan);
		const json_t *number = key != NULL ? json_object_get(known, key) : NULL;
		of[i] = number != NULL ? (size_t)json_integer_value(number) : groups.count++;
		if (key != NULL && number == NULL
		    && json_object_set_new_nocheck(known, key, json_integer((json_int_t)of[i]))
			!= 0)
			die(EX_OSERR, "out of memory");
		sizes[of[i]]++;
		free(key);
	}
	for (size_t i = 0; i < groups.count; i++) {
		placed += sizes[i];
		groups.ends[i] = placed;
		sizes[i] = placed - sizes[i]; /* from now on where the next of it goes */
	}
	for (size_t i = 0; i < count; i++)
		post->items[sizes[of[i]]++] = &tray->items[plan][i];
	json_decref(known);
	free(sizes);
	free(of);
	return groups;
}

/* A group waits for others that may come soon, since its first was seen. */
static bool
has_to_wait(const struct post *post, const struct item *const *items, size_t count)
{
	const struct office *office = post->office;
	const struct reader *reader = told_whom(office->told, post->reader);
	int64_t wait = items[0]->node != NULL ? items[0]->node->group_wait : 0;
	int64_t since = office->now;

	if (wait == 0 || strcmp(items[0]->state, "reminder") == 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		int64_t seen = held_since(
		    office->held, items[i]->alert, reader->channel, reader->to, office->now);
		since = seen < since ? seen : since;
	}
	if (office->now >= since + wait)
		return false;
	for (size_t i = 0; i < count; i++)
		hold(post, items[i],
		    (struct reason){
			.reason = "group_wait", .until = since + wait, .since = since });
	return true;
}

/* What is over the limit: one summary of it, if the storm is a new one; the rest waits. */
static void
post_storm(struct post *post, const struct item *const *items, size_t count, bool faults)
{
	struct office *office = post->office;
	int64_t until = storm_until(office, post->reader);
	size_t told = 0;

	if (until == 0) {
		struct message message = message_of(post, items, fitting(items, count));
		message.form = faults ? "fault" : "digest";
		message.state = faults ? (message.count == 1 ? message.state : "fault") : NULL;
		message.storm = true;
		message.more = count - message.count;
		delivery_write(office, &message);
		told = message.count;
		until = office->now + storm_seconds(office);
	}
	for (size_t i = told; i < count; i++)
		hold(post, items[i], (struct reason){ .reason = "storm", .until = until });
}

/* Faults by themselves, since a message is of one or the other. */
static void
post_over(struct post *post, const struct item **items, size_t count)
{
	const struct item **sorted = mem_new(count, sizeof *sorted);
	size_t alerts = 0, placed;

	for (size_t i = 0; i < count; i++)
		if (items[i]->alert != NULL)
			sorted[alerts++] = items[i];
	placed = alerts;
	for (size_t i = 0; i < count; i++)
		if (items[i]->alert == NULL)
			sorted[placed++] = items[i];
	if (alerts > 0)
		post_storm(post, sorted, alerts, false);
	if (count > alerts)
		post_storm(post, sorted + alerts, count - alerts, true);
	storm_note(post->office, post->reader);
	free(sorted);
}

static void
post_now(struct post *post)
{
	struct groups groups = group(post, 0);
	uint64_t left = storm_left(post->office, post->reader);
	const struct item **over = mem_new(post->tray->count[0] + 1, sizeof *over);
	size_t begin = 0, over_count = 0;

	for (size_t g = 0; g < groups.count; begin = groups.ends[g++]) {
		const struct item *const *items = post->items + begin;
		size_t count = groups.ends[g] - begin;
		bool edit = strcmp(items[0]->state, "acknowledged") == 0;
		if (has_to_wait(post, items, count))
			continue;
		if (left > 0 || edit) {
			post_all(post, message_of(post, items, count));
			left -= !edit;
		} else {
			for (size_t i = 0; i < count; i++)
				over[over_count++] = items[i];
		}
	}
	if (over_count > 0)
		post_over(post, over, over_count);
	free(over);
	free(groups.ends);
}

static size_t
cap_of(const struct item *const *items, size_t count)
{
	int cap = INT_MAX;

	for (size_t i = 0; i < count; i++)
		if (items[i]->node != NULL && items[i]->node->cap < cap)
			cap = items[i]->node->cap;
	return (size_t)cap;
}

/* One a day or a week: who got his already gets the rest with the next. */
static void
post_digest(struct post *post, size_t plan)
{
	const struct reader *reader = told_whom(post->office->told, post->reader);
	bool had = reader->due[plan] >= post->tray->slot[plan];
	struct groups groups = group(post, plan);
	size_t begin = 0;

	for (size_t g = 0; g < groups.count; begin = groups.ends[g++]) {
		const struct item *const *items = post->items + begin;
		size_t count = groups.ends[g] - begin, cap = had ? 0 : cap_of(items, count);
		for (size_t i = cap; i < count; i++)
			hold(post, items[i],
			    (struct reason){ .reason = had ? "due" : "capped",
				.until = post->tray->next[plan] });
		if (had)
			continue;
		struct message message = message_of(post, items, cap < count ? cap : count);
		message.form = due_plans[plan].form;
		message.priority = due_plans[plan].priority;
		message.state = NULL;
		message.due = post->tray->slot[plan];
		message.more = count - message.count;
		post_all(post, message);
	}
	free(groups.ends);
}

/* A quiet week is told too, on its Monday, to who wants the report. */
static void
post_quiet_week(const struct post *post)
{
	const struct tray *tray = post->tray;
	int64_t slot = tray->slot[WEEKLY];

	if (!post->office->routes->receivers.list[tray->receiver].weekly
	    || tray->count[WEEKLY] > 0 || slot <= post->office->now - DAY
	    || told_whom(post->office->told, post->reader)->due[WEEKLY] >= slot)
		return;
	delivery_write(post->office,
	    &(struct message){ .reader = post->reader,
		.receiver = tray->receiver,
		.form = due_plans[WEEKLY].form,
		.priority = due_plans[WEEKLY].priority,
		.due = slot });
}

static void
post_tray(struct office *office, uint32_t reader)
{
	struct post post = {
		.office = office, .reader = reader, .tray = &office->trays[reader]
	};
	size_t most = 1;

	for (size_t plan = 0; plan < PLANS; plan++)
		most = post.tray->count[plan] > most ? post.tray->count[plan] : most;
	post.items = mem_new(most, sizeof *post.items);
	if (post.tray->count[0] > 0)
		post_now(&post);
	for (size_t plan = 1; plan < PLANS; plan++)
		if (post.tray->count[plan] > 0)
			post_digest(&post, plan);
	if (office->opts->only == NULL)
		post_quiet_week(&post);
	free(post.items);
}

/* Those who are told each week are readers even if nothing is laid for them. */
static void
meet_weekly(struct office *office)
{
	const struct receivers *receivers = &office->routes->receivers;
	uint32_t reader;

	for (size_t i = 0; i < receivers->count; i++)
		for (size_t to = 0;
		     receivers->list[i].weekly && to < receivers->list[i].to_count; to++)
			office_tray(office, i, receivers->list[i].to[to], &reader);
}

/* By receiver, then by address: what was told before has no say in the order. */
static bool
comes_before(const struct office *office, uint32_t one, uint32_t other)
{
	const struct tray *first = &office->trays[one], *second = &office->trays[other];

	if (first->receiver != second->receiver)
		return first->receiver < second->receiver;
	return strcmp(told_whom(office->told, one)->to, told_whom(office->told, other)->to) < 0;
}

void
post_trays(struct office *office)
{
	meet_weekly(office);
	uint32_t *order = mem_new(office->tray_count + 1, sizeof *order);
	size_t count = 0;

	for (uint32_t reader = 0; reader < office->tray_count; reader++) {
		if (!office->trays[reader].known)
			continue;
		size_t place = count++;
		for (; place > 0 && comes_before(office, reader, order[place - 1]); place--)
			order[place] = order[place - 1];
		order[place] = reader;
	}
	for (size_t i = 0; i < count; i++)
		post_tray(office, order[i]);
	storm_tell(office);
	free(order);
}
