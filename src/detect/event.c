#include <stdlib.h>

#include "event.h"
#include "mem.h"
#include "tuning.h"

struct event *
event_add(struct events *events, struct event event)
{
	events->at = mem_grow(events->at, events->count + 1, sizeof events->at[0]);
	events->at[events->count] = event;
	return &events->at[events->count++];
}

void
event_look(struct event *event, struct look look)
{
	event->looks = mem_grow(event->looks, event->count + 1, sizeof event->looks[0]);
	event->looks[event->count++] = look;
}

struct segments
event_part(const struct deals *deals, struct condition part, struct segment *segment)
{
	*segment = (struct segment){ .level = LEVEL_COMPANY };
	if (part.dimension != CODE_NONE) {
		segment->level = part.dimension == deals->rep ? LEVEL_REP : LEVEL_CONDITION;
		segment->conditions = 1;
		segment->condition[0] = part;
	}
	return (struct segments){ .deals = deals, .count = 1, .at = segment };
}

void
event_open(
    const struct events *events, struct event *event, const struct tuning *tuning, int32_t day)
{
	struct segment segment;
	struct segments part = event_part(events->deals, event->part, &segment);

	if (event->opened >= 0 || day < event->silent || !tuning->on)
		return;
	if (tuning->min_pipeline == 0
	    || evidence_open(&part, 0, events->first + day).amount >= tuning->min_pipeline)
		event->opened = day;
}

const struct look *
event_told(const struct event *event, int32_t today, bool opened_only)
{
	const struct look *last = NULL;
	int32_t seen = INT32_MIN / 2;

	if (event->opened < 0 || event->opened > today
	    || (event->usual > 0 && event->usual <= today)
	    || (opened_only && event->opened != today))
		return NULL;
	for (size_t i = 0; i < event->count && event->looks[i].day <= today; i++) {
		last = &event->looks[i];
		if (last->seen)
			seen = last->day;
	}
	return today - seen <= EVENT_LIVES ? last : NULL;
}

void
event_release(struct events *events)
{
	for (size_t i = 0; i < events->count; i++)
		free(events->at[i].looks);
	free(events->at);
}
