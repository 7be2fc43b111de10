#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "inhibit.h"
#include "keys.h"
#include "mem.h"
#include "pool.h"
#include "segment.h"

enum { CONDITIONS_MAX = 12 }; /* of a segment: its parts are tried one by one */

struct rule {
	bool parent;
	struct matchers source, target;
	const char **equal;
	size_t equal_count;
	json_t *sources, *one_sided; /* by what must be equal: the first alert that has it */
};

struct inhibit {
	struct rule *rules;
	size_t count;
	const struct pool *pool;
};

static struct rule
read_rule(const struct conf *conf, const char *base)
{
	static const char *const keys[] = { "source_matchers", "target_matchers", "equal",
		"parent", NULL };
	json_t *list = key_list(conf, base, "equal");
	struct rule rule = { 0 };

	conf_only(conf, base, keys);
	rule.parent = key_truth(conf, base, "parent", false);
	rule.source = matchers_read(conf, base, "source_matchers");
	rule.target = matchers_read(conf, base, "target_matchers");
	if (!rule.parent && (rule.source.count == 0 || rule.target.count == 0))
		conf_die(
		    conf, base, "it needs source_matchers and target_matchers, or \"parent\"");
	rule.equal = mem_new(json_array_size(list) + 1, sizeof *rule.equal);
	while (rule.equal_count < json_array_size(list)) {
		char *one = key_element(base, "equal", rule.equal_count);
		const char *label = conf_text(conf, one, "");
		if (!alert_has_label(label))
			conf_die(conf, one, "unknown label \"%s\"", label);
		rule.equal[rule.equal_count++] = label;
		free(one);
	}
	rule.sources = json_object();
	rule.one_sided = json_object();
	return rule;
}

struct inhibit *
inhibit_load(const struct conf *conf)
{
	json_t *list = key_list(conf, "", "inhibit");
	struct inhibit *inhibit = mem_new(1, sizeof *inhibit);

	inhibit->rules = mem_new(json_array_size(list) + 1, sizeof *inhibit->rules);
	while (inhibit->count < json_array_size(list)) {
		char *base = key_element("", "inhibit", inhibit->count);
		inhibit->rules[inhibit->count++] = read_rule(conf, base);
		free(base);
	}
	return inhibit;
}

/* What a source and its target have in common, as text; the segment is the source's. */
static char *
common(const struct rule *rule, const struct alert *alert, const char *segment)
{
	size_t len;
	char *text;
	FILE *to = mem_stream(&text, &len);

	if (rule->parent)
		fprintf(to, "%s\n%s\n", segment, alert_label(alert, "direction"));
	for (size_t i = 0; i < rule->equal_count; i++)
		fprintf(to, "%s\n", alert_label(alert, rule->equal[i]));
	mem_stream_end(to, &text);
	return text;
}

/* The first, being the most urgent, stays. */
static void
remember(json_t *sources, const char *key, size_t which)
{
	if (json_object_get(sources, key) == NULL
	    && json_object_set_new_nocheck(sources, key, json_integer((json_int_t)which)) != 0)
		die(EX_OSERR, "out of memory");
}

static bool
counts(const struct alert *alert)
{
	return alert->stage == STAGE_OPEN && alert->suppressed == NULL && !alert->drill;
}

static void
learn(struct rule *rule, const struct pool *pool)
{
	for (size_t i = 0; i < pool->count; i++) {
		const struct alert *alert = &pool->alerts[i];
		if (!counts(alert) || !matchers_fit(&rule->source, alert))
			continue;
		char *key = common(rule, alert, alert->segment_text);
		remember(rule->sources, key, i);
		if (!matchers_fit(&rule->target, alert))
			remember(rule->one_sided, key, i);
		free(key);
	}
}

void
inhibit_learn(struct inhibit *inhibit, const struct pool *pool)
{
	inhibit->pool = pool;
	for (size_t i = 0; i < inhibit->count; i++)
		learn(&inhibit->rules[i], pool);
}

static const struct alert *
found(const struct inhibit *inhibit, const json_t *sources, char *key)
{
	const json_t *which = json_object_get(sources, key);

	free(key);
	return which != NULL ? &inhibit->pool->alerts[json_integer_value(which)] : NULL;
}

/* The text of the segment that has those conditions whose bits are set. */
static char *
part_of(const json_t *segment, unsigned bits)
{
	json_t *part = json_object(), *value;
	const char *name;
	unsigned bit = 1;

	json_object_foreach ((json_t *)segment, name, value) {
		if ((bits & bit) != 0 && json_object_set(part, name, value) != 0)
			die(EX_OSERR, "out of memory");
		bit <<= 1;
	}
	char *text = segment_text(part);
	json_decref(part);
	return text;
}

static const struct alert *
parent_of(const struct inhibit *inhibit, const struct rule *rule, const struct alert *alert)
{
	size_t conditions = json_object_size(alert->segment);
	const struct alert *parent = NULL;

	if (conditions > CONDITIONS_MAX)
		return NULL;
	for (unsigned bits = 0; parent == NULL && bits + 1 < 1U << conditions; bits++) {
		char *segment = part_of(alert->segment, bits);
		parent = found(inhibit, rule->sources, common(rule, alert, segment));
		if (parent != NULL && parent->plan > alert->plan)
			parent = NULL;
		free(segment);
	}
	return parent;
}

const struct alert *
inhibit_by(const struct inhibit *inhibit, const struct alert *alert)
{
	const struct alert *source = NULL;

	for (size_t i = 0; source == NULL && i < inhibit->count; i++) {
		const struct rule *rule = &inhibit->rules[i];
		if (!matchers_fit(&rule->target, alert))
			continue;
		bool both = matchers_fit(&rule->source, alert);
		source = rule->parent ? parent_of(inhibit, rule, alert)
				      : found(inhibit, both ? rule->one_sided : rule->sources,
					  common(rule, alert, ""));
	}
	return source;
}

void
inhibit_free(struct inhibit *inhibit)
{
	for (size_t i = 0; i < inhibit->count; i++) {
		struct rule *rule = &inhibit->rules[i];
		matchers_release(&rule->source);
		matchers_release(&rule->target);
		free(rule->equal);
		json_decref(rule->sources);
		json_decref(rule->one_sided);
	}
	free(inhibit->rules);
	free(inhibit);
}
