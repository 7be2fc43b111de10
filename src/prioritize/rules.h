/*
 * rules - "alerts" of rules.json: which findings become which alerts, and what they say.
 *
 *	"repeat_days": 28           a finding so near to an alert already given is the same
 *	"rep_alerts": true          alerts that name one person
 *	"caps": {"warning": 10}     at most so many a run; a critical one is never held back
 *	"types": {"win_rate_drop": {
 *	    "on": true, "told_as": TYPE, "repeat_days": 6, "capped": false, "title": TEXT,
 *	    "message": TEXT, "actions": [TEXT...],
 *	    "severities": [{"severity": "critical", "on": true, "min_points": 8, ...}, ...]}}
 *
 * "win_rate_drop down" is asked before "win_rate_drop", for a direction of its own.  The first
 * severity whose every minimum is met is the finding's; when none is met the last one is, and
 * the alert is held back.  It is also held back where a finding of the type `told_as` says the
 * same of the same segment that day.  Texts are templates over the view of words.h.
 */
#ifndef RULES_H
#define RULES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum severity { CRITICAL, WARNING, INSIGHT, SEVERITIES };

struct severity_row {
	enum severity severity;
	json_t *minimums; /* {"severity", "min_points", ...}, borrowed */
};

struct rule {
	const char *name, *told_as; /* NULL: only as itself */
	bool on, capped;
	int32_t repeat_days; /* of its own, or that of all */
	struct template *title, *message, **actions;
	size_t action_count, row_count;
	struct severity_row *rows;
};

struct rules {
	struct conf *conf;
	char *version; /* a hash of what the rules say, however they are laid out */
	bool rep_alerts;
	uint64_t caps[SEVERITIES]; /* UINT64_MAX: none */
	struct rule *list;
	size_t count;
};

extern const char *const severity_names[SEVERITIES], *const priority_names[SEVERITIES];

struct rules *rules_load(const char *path);
const struct rule *rules_find(const struct rules *, const char *type, const char *direction);
void rules_free(struct rules *);

#endif
