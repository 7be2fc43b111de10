#include <string.h>

#include "kinds.h"

const char *const kind_names[KINDS] = { "win_rate_drop", "win_rate_rise", "volume_drop",
	"cycle_slowdown", "mix_shift", "bulk_close" };

enum kind
kind_named(const char *name)
{
	for (int kind = 0; name != NULL && kind < KINDS; kind++)
		if (strcmp(kind_names[kind], name) == 0)
			return (enum kind)kind;
	return NO_KIND;
}

static const char *
text_of(const json_t *record, const char *name)
{
	const char *text = json_string_value(json_object_get(record, name));

	return text != NULL && *text != '\0' ? text : NULL;
}

enum kind
kind_of_alert(const json_t *alert)
{
	const char *type = text_of(alert, "type"), *direction = text_of(alert, "direction");

	if (type == NULL)
		type = text_of(alert, "kind");
	if (type != NULL && strcmp(type, "rep_momentum") == 0)
		return direction != NULL && strcmp(direction, "down") == 0 ? WIN_RATE_DROP
									   : WIN_RATE_RISE;
	return kind_named(type);
}

enum kind
kind_opposite(enum kind kind)
{
	return kind == WIN_RATE_DROP ? WIN_RATE_RISE
	    : kind == WIN_RATE_RISE  ? WIN_RATE_DROP
				     : NO_KIND;
}

int32_t
kind_grace(enum kind kind, bool created)
{
	switch (kind) {
	case VOLUME_DROP: return 30;
	case CYCLE_SLOWDOWN: return 60;
	case MIX_SHIFT: return 60;
	case BULK_CLOSE: return 7;
	default: return created ? 90 : 14;
	}
}
