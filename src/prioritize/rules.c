#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "diag.h"
#include "identity.h"
#include "mem.h"
#include "rules.h"
#include "score.h"
#include "template.h"

enum { REPEAT_DAYS = 28, REPEAT_DAYS_MAX = 3660, ROW_KEYS_MAX = 16 };

const char *const severity_names[SEVERITIES] = { "critical", "warning", "insight" };
const char *const priority_names[SEVERITIES] = { "P1", "P2", "P3" };

/* A template that stands at the pointer, with what is wrong in it named by the file's line. */
static struct template *
read_template(const struct conf *conf, char *pointer)
{
	struct template_error error;
	const char *text = conf_text(conf, pointer, NULL);

	if (text == NULL)
		conf_die(conf, pointer, "missing");
	struct template *made = template_compile(text, &error);
	if (made == NULL)
		conf_die(conf, pointer, "%s", error.why);
	free(pointer);
	return made;
}

static void
read_actions(const struct conf *conf, const char *base, struct rule *rule)
{
	char *pointer = mem_printf("%s/actions", base);
	json_t *actions = conf_at(conf, pointer);

	if (actions != NULL && !json_is_array(actions))
		conf_die(conf, pointer, "must be a list of texts");
	rule->action_count = json_array_size(actions);
	rule->actions = mem_new(rule->action_count + 1, sizeof(struct template *));
	for (size_t i = 0; i < rule->action_count; i++)
		rule->actions[i] = read_template(conf, mem_printf("%s/%zu", pointer, i));
	free(pointer);
}

static enum severity
read_severity(const struct conf *conf, const char *base)
{
	char *pointer = mem_printf("%s/severity", base);
	const char *name = conf_text(conf, pointer, "");
	int severity = 0;

	while (severity < SEVERITIES && strcmp(name, severity_names[severity]) != 0)
		severity++;
	if (severity == SEVERITIES)
		conf_die(conf, pointer, "must be critical, warning or insight");
	free(pointer);
	return (enum severity)severity;
}

static void
check_minimums(const struct conf *conf, const char *base)
{
	const char *keys[ROW_KEYS_MAX] = { "severity", "on" }, *name;

	for (size_t i = 0; (name = score_minimum(i)) != NULL; i++) {
		char *pointer = mem_printf("%s/%s", base, name);
		if (conf_number(conf, pointer, 0) < 0)
			conf_die(conf, pointer, "must not be negative");
		keys[i + 2] = name;
		free(pointer);
	}
	conf_only(conf, base, keys);
}

/* A row that is off is as if it were not there. */
static void
read_row(const struct conf *conf, char *base, struct rule *rule)
{
	char *pointer = mem_printf("%s/on", base);

	check_minimums(conf, base);
	if (conf_truth(conf, pointer, true))
		rule->rows[rule->row_count++] = (struct severity_row){
			.severity = read_severity(conf, base),
			.minimums = conf_at(conf, base),
		};
	free(pointer);
	free(base);
}

static void
read_rows(const struct conf *conf, const char *base, struct rule *rule)
{
	char *pointer = mem_printf("%s/severities", base);
	json_t *rows = conf_at(conf, pointer);

	if (!json_is_array(rows))
		conf_die(conf, pointer, "must be a list of severities");
	rule->rows = mem_new(json_array_size(rows) + 1, sizeof *rule->rows);
	for (size_t i = 0; i < json_array_size(rows); i++)
		read_row(conf, mem_printf("%s/%zu", pointer, i), rule);
	if (rule->row_count == 0)
		conf_die(conf, pointer, "none is on; to turn a type off say \"on\": false");
	free(pointer);
}

/* Takes the pointer. */
static int32_t
read_days(const struct conf *conf, char *pointer, int32_t otherwise)
{
	double days = conf_number(conf, pointer, otherwise);

	if (days < 0 || days > REPEAT_DAYS_MAX)
		conf_die(conf, pointer, "must be 0 to %d", REPEAT_DAYS_MAX);
	free(pointer);
	return (int32_t)days;
}

static struct rule
read_rule(const struct conf *conf, const char *name, int32_t otherwise)
{
	static const char *const keys[] = { "on", "told_as", "repeat_days", "capped", "title",
		"message", "actions", "severities", NULL };
	char *base = mem_printf("/alerts/types/%s", name);
	char *on = mem_printf("%s/on", base), *told_as = mem_printf("%s/told_as", base);
	char *capped = mem_printf("%s/capped", base);
	struct rule rule = { .name = name };

	conf_only(conf, base, keys);
	rule.on = conf_truth(conf, on, true);
	rule.capped = conf_truth(conf, capped, true);
	rule.repeat_days = read_days(conf, mem_printf("%s/repeat_days", base), otherwise);
	rule.told_as = conf_text(conf, told_as, NULL);
	rule.title = read_template(conf, mem_printf("%s/title", base));
	rule.message = read_template(conf, mem_printf("%s/message", base));
	read_actions(conf, base, &rule);
	read_rows(conf, base, &rule);
	free(capped);
	free(told_as);
	free(on);
	free(base);
	return rule;
}

static void
read_caps(struct rules *rules)
{
	static const char *const keys[] = { "warning", "insight", NULL };
	const struct conf *conf = rules->conf;

	for (int i = 0; i < SEVERITIES; i++)
		rules->caps[i] = UINT64_MAX;
	if (conf_at(conf, "/alerts/caps") == NULL)
		return;
	if (conf_at(conf, "/alerts/caps/critical") != NULL)
		conf_die(conf, "/alerts/caps/critical", "a critical alert is never held back");
	conf_only(conf, "/alerts/caps", keys);
	for (int i = WARNING; i < SEVERITIES; i++) {
		char *pointer = mem_printf("/alerts/caps/%s", severity_names[i]);
		json_t *cap = conf_at(conf, pointer);
		if (cap != NULL && (!json_is_integer(cap) || json_integer_value(cap) < 0))
			conf_die(conf, pointer, "must be a whole number");
		if (cap != NULL)
			rules->caps[i] = (uint64_t)json_integer_value(cap);
		free(pointer);
	}
}

static char *
version_of(const json_t *alerts)
{
	struct identity *identity = identity_new();
	char *text = json_dumps(alerts, JSON_SORT_KEYS | JSON_COMPACT);

	if (text == NULL)
		die(EX_OSERR, "out of memory");
	identity_add(identity, text);
	free(text);
	return identity_end(identity);
}

struct rules *
rules_load(const char *path)
{
	static const char *const keys[] = { "repeat_days", "rep_alerts", "caps", "types",
		NULL };
	struct rules *rules = mem_new(1, sizeof *rules);
	struct conf *conf = rules->conf = conf_load(path);
	const char *name;
	json_t *types, *type;

	conf_only(conf, "/alerts", keys);
	int32_t days = read_days(conf, mem_printf("/alerts/repeat_days"), REPEAT_DAYS);
	rules->rep_alerts = conf_truth(conf, "/alerts/rep_alerts", true);
	read_caps(rules);
	types = conf_at(conf, "/alerts/types");
	if (!json_is_object(types))
		conf_die(conf, "/alerts/types", "must be an object");
	rules->list = mem_new(json_object_size(types) + 1, sizeof *rules->list);
	json_object_foreach (types, name, type)
		rules->list[rules->count++] = read_rule(conf, name, days);
	rules->version = version_of(conf_at(conf, "/alerts"));
	return rules;
}

static const struct rule *
find_named(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->count; i++)
		if (strcmp(rules->list[i].name, name) == 0)
			return &rules->list[i];
	return NULL;
}

const struct rule *
rules_find(const struct rules *rules, const char *type, const char *direction)
{
	char *both = mem_printf("%s %s", type, direction);
	const struct rule *rule = find_named(rules, both);

	free(both);
	return rule != NULL ? rule : find_named(rules, type);
}

void
rules_free(struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		struct rule *rule = &rules->list[i];
		template_free(rule->title);
		template_free(rule->message);
		for (size_t j = 0; j < rule->action_count; j++)
			template_free(rule->actions[j]);
		free(rule->actions);
		free(rule->rows);
	}
	free(rules->list);
	free(rules->version);
	conf_free(rules->conf);
	free(rules);
}
