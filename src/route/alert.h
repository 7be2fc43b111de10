/*
 * alert - an alert, and a fault, as far as routing asks of it; pool.h keeps the records.
 */
#ifndef ALERT_H
#define ALERT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { ALERT_LABELS = 5 }; /* type, direction, severity, priority, state */
enum stage { STAGE_OPEN, STAGE_RECOVERED, STAGE_CORRECTED };

struct place {
	int64_t at;
	size_t len;
};

struct alert {
	char *id, *date, *labels[ALERT_LABELS], *segment_text;
	json_t *segment;
	char *suppressed; /* why it is held back, or NULL */
	double z, stake;
	int64_t known; /* when it can first have been told: at the end of its date */
	enum stage stage;
	size_t plan; /* of due_plans: its priority */
	bool drill;
	struct place place;
	uint64_t tie; /* unlike for unlike records */
};

struct fault {
	char *key; /* its stage and since, hashed, and whose delivery it is about */
	char *stage, *since, *receiver, *channel; /* "" where it has none */
	int64_t began;
	bool over;
	struct place place;
};

bool alert_has_label(const char *name);
const char *alert_label(const struct alert *, const char *name); /* "" if it has none */
const char *alert_state(const struct alert *);
char *fault_key(const char *stage, const char *since, const char *delivery_id);
void alert_from_labels(struct alert *, const char *labels); /* type=X,segment.region=Y */
void alert_release(struct alert *);

#endif
