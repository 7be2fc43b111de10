#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "office.h"

/* Readers are numbered as they are met, and so are their trays. */
static struct tray *
tray_of(struct office *office, uint32_t reader)
{
	size_t before = office->tray_count;

	if (reader >= before) {
		office->tray_count = 2 * (size_t)reader + 16;
		office->trays =
		    mem_grow(office->trays, office->tray_count, sizeof *office->trays);
		memset(office->trays + before, 0,
		    (office->tray_count - before) * sizeof *office->trays);
	}
	return &office->trays[reader];
}

struct tray *
office_tray(struct office *office, size_t receiver, const char *to, uint32_t *reader)
{
	const struct receiver *who = &office->routes->receivers.list[receiver];

	*reader = told_reader(office->told, who->channel, to);
	struct tray *tray = tray_of(office, *reader);
	if (tray->known)
		return tray;
	tray->known = true;
	tray->receiver = receiver;
	for (size_t i = 0; i < PLANS; i++) {
		tray->slot[i] = due_last(&due_plans[i], who->clock, office->now);
		tray->next[i] = due_first(&due_plans[i], who->clock, office->now + 1);
	}
	return tray;
}

void
tray_lay(struct tray *tray, size_t plan, struct item item)
{
	if (tray->count[plan] == tray->room[plan]) {
		tray->room[plan] = 2 * tray->room[plan] + 8;
		tray->items[plan] =
		    mem_grow(tray->items[plan], tray->room[plan], sizeof *tray->items[plan]);
	}
	tray->items[plan][tray->count[plan]++] = item;
}
