#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "mem.h"
#include "tree.h"

enum { DEPTH_MAX = 16 };

/* What the file is read with. */
struct garden {
	const struct conf *conf;
	const struct receivers *receivers;
	const struct mutes *mutes;
};

static void
read_mutes(const struct garden *with, const char *base, struct node *node)
{
	json_t *list = key_list(with->conf, base, "mute");

	node->mutes = mem_new(json_array_size(list) + 1, sizeof *node->mutes);
	node->mute_count = 0;
	while (node->mute_count < json_array_size(list)) {
		char *one = key_element(base, "mute", node->mute_count);
		const char *name = conf_text(with->conf, one, "");
		size_t which = mutes_find(with->mutes, name);
		if (which == with->mutes->count)
			conf_die(with->conf, one, "no mute time \"%s\"", name);
		node->mutes[node->mute_count++] = which;
		free(one);
	}
}

/* "..." is Alertmanager's word for all labels: each alert alone. */
static void
read_group(const struct garden *with, const char *base, struct node *node)
{
	json_t *list = key_list(with->conf, base, "group_by");
	const struct node parent = *node;

	node->group_count = list == NULL ? parent.group_count : json_array_size(list);
	node->group_by = mem_new(node->group_count + 1, sizeof *node->group_by);
	for (size_t i = 0; list == NULL && i < node->group_count; i++)
		node->group_by[i] = parent.group_by[i];
	for (size_t i = 0; i < json_array_size(list); i++) {
		char *one = key_element(base, "group_by", i);
		const char *label = conf_text(with->conf, one, "");
		if (strcmp(label, "...") != 0 && !alert_has_label(label))
			conf_die(with->conf, one, "unknown label \"%s\"", label);
		node->group_by[i] = label;
		free(one);
	}
	if (node->group_count == 1 && strcmp(node->group_by[0], "...") == 0)
		node->group_count = 0;
}

static void
read_own(const struct garden *with, const char *base, struct node *node)
{
	const struct conf *conf = with->conf;

	node->goes_on = key_truth(conf, base, "continue", false);
	node->owner = key_truth(conf, base, "owner", node->owner);
	node->people = key_truth(conf, base, "people", node->people);
	node->mute_p1 = key_truth(conf, base, "mute_p1", false);
	node->group_wait = key_duration(conf, base, "group_wait", node->group_wait);
	node->repeat = key_duration(conf, base, "repeat_interval", node->repeat);
	node->cap = key_integer(conf, base, "cap", 1, 100, node->cap);
	node->matchers = matchers_read(conf, base, "matchers");
	read_mutes(with, base, node);
	read_group(with, base, node);
}

static struct node
read_node(const struct garden *with, const char *base, const struct node *parent, int depth)
{
	static const char *const keys[] = { "receiver", "matchers", "continue", "routes",
		"owner", "people", "mute", "mute_p1", "group_by", "group_wait",
		"repeat_interval", "cap", NULL };
	struct node node = parent != NULL ? *parent : (struct node){ .cap = INT_MAX };

	if (depth > DEPTH_MAX)
		conf_die(with->conf, base, "routes nest deeper than %d", DEPTH_MAX);
	conf_only(with->conf, base, keys);
	node.place = mem_copy(base, strlen(base));
	if (parent == NULL || key_text(with->conf, base, "receiver", NULL) != NULL)
		node.receiver = receivers_named(with->receivers, with->conf, base, "receiver");
	read_own(with, base, &node);
	json_t *list = key_list(with->conf, base, "routes");
	struct node *children = mem_new(json_array_size(list) + 1, sizeof *children);
	for (size_t i = 0; i < json_array_size(list); i++) {
		char *child = key_element(base, "routes", i);
		children[i] = read_node(with, child, &node, depth + 1);
		free(child);
	}
	node.children = children;
	node.child_count = json_array_size(list);
	return node;
}

struct node *
tree_load(const struct conf *conf, const struct receivers *receivers, const struct mutes *mutes)
{
	struct garden with = { conf, receivers, mutes };
	struct node *root = mem_new(1, sizeof *root);

	*root = read_node(&with, "/route", NULL, 0);
	if (root->matchers.count > 0)
		conf_die(conf, "/route/matchers", "the root route fits everything");
	return root;
}

static void
release(struct node *node)
{
	for (size_t i = 0; i < node->child_count; i++)
		release(&node->children[i]);
	matchers_release(&node->matchers);
	free((char *)node->place);
	free(node->mutes);
	free(node->group_by);
	free(node->children);
}

void
tree_free(struct node *root)
{
	release(root);
	free(root);
}

static void
add(struct picks *picks, const struct node *node)
{
	if (picks->count == picks->room) {
		picks->room = 2 * picks->room + 16;
		picks->list = mem_grow(picks->list, picks->room, sizeof *picks->list);
	}
	picks->list[picks->count++] = node;
}

static void
pick(const struct node *node, const struct alert *alert, struct picks *picks)
{
	bool found = false;

	for (size_t i = 0; i < node->child_count; i++) {
		if (!matchers_fit(&node->children[i].matchers, alert))
			continue;
		found = true;
		pick(&node->children[i], alert, picks);
		if (!node->children[i].goes_on)
			break;
	}
	if (!found)
		add(picks, node);
}

void
tree_pick(const struct node *root, const struct alert *alert, struct picks *picks)
{
	picks->count = 0;
	pick(root, alert, picks);
}
