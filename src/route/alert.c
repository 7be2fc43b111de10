#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "diag.h"
#include "due.h"
#include "identity.h"
#include "mem.h"
#include "segment.h"

static const char dimension[] = "segment.";
static const char *const names[ALERT_LABELS] = { "type", "direction", "severity", "priority",
	"state" };

enum { PREFIX = sizeof dimension - 1, STATE = ALERT_LABELS - 1, NO_LABEL = ALERT_LABELS };

static size_t
label_number(const char *name)
{
	size_t i = 0;

	while (i < ALERT_LABELS && strcmp(name, names[i]) != 0)
		i++;
	return i;
}

bool
alert_has_label(const char *name)
{
	if (strncmp(name, dimension, PREFIX) == 0)
		return name[PREFIX] != '\0';
	return strcmp(name, "segment") == 0 || label_number(name) < NO_LABEL;
}

const char *
alert_label(const struct alert *alert, const char *name)
{
	const char *text = NULL;
	size_t number;

	if (strncmp(name, dimension, PREFIX) == 0)
		text = json_string_value(json_object_get(alert->segment, name + PREFIX));
	else if (strcmp(name, "segment") == 0)
		text = alert->segment_text;
	else if ((number = label_number(name)) < NO_LABEL)
		text = alert->labels[number];
	return text != NULL ? text : "";
}

const char *
alert_state(const struct alert *alert)
{
	const char *state = alert->labels[STATE];

	return state != NULL && *state != '\0' ? state : "new";
}

void
alert_release(struct alert *alert)
{
	for (size_t i = 0; i < ALERT_LABELS; i++)
		free(alert->labels[i]);
	free(alert->id);
	free(alert->date);
	free(alert->segment_text);
	free(alert->suppressed);
	json_decref(alert->segment);
}

static void
set_label(struct alert *alert, const char *name, const char *value)
{
	size_t number = label_number(name);

	if (!alert_has_label(name) || strcmp(name, "segment") == 0)
		die(EX_USAGE, "--test: unknown label \"%s\"", name);
	if (number < NO_LABEL) {
		free(alert->labels[number]);
		alert->labels[number] = mem_copy(value, strlen(value));
	} else if (json_object_set_new(alert->segment, name + PREFIX, json_string(value))
	    != 0) {
		die(EX_USAGE, "--test: %s: its value is no text", name);
	}
}

void
alert_from_labels(struct alert *alert, const char *labels)
{
	*alert = (struct alert){ .segment = json_object() };
	for (const char *p = labels; *p != '\0';) {
		size_t len = strcspn(p, ",");
		char *one = mem_copy(p, len), *sign = strchr(one, '=');
		if (sign == NULL || sign == one)
			die(EX_USAGE, "--test: %s: must be LABEL=VALUE,...", one);
		*sign = '\0';
		set_label(alert, one, sign + 1);
		free(one);
		p += len + (p[len] == ',');
	}
	alert->segment_text = segment_text(alert->segment);
}

char *
fault_key(const char *stage, const char *since, const char *delivery_id)
{
	struct identity *identity = identity_new();

	identity_add(identity, stage);
	identity_add(identity, since);
	identity_add(identity, delivery_id);
	return identity_end(identity);
}
