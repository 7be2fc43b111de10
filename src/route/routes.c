#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "diag.h"
#include "matcher.h"
#include "mem.h"
#include "routes.h"
#include "when.h"

enum { WHY_MAX = 160, DEPTH_MAX = 16 };

struct node {
	size_t receiver;
	bool goes_on; /* to the routes after it */
	struct matcher **matchers;
	struct node *children;
	size_t matcher_count, child_count;
};

static const char *
text_at(const struct conf *conf, const char *base, const char *key, const char *otherwise)
{
	char *pointer = mem_printf("%s/%s", base, key);
	const char *text = conf_text(conf, pointer, otherwise);

	if (text == NULL)
		conf_die(conf, base, "no %s", key);
	free(pointer);
	return text;
}

static bool
truth_at(const struct conf *conf, const char *base, const char *key)
{
	char *pointer = mem_printf("%s/%s", base, key);
	bool truth = conf_truth(conf, pointer, false);

	free(pointer);
	return truth;
}

/* The list there, or NULL; what is no list is an error. */
static json_t *
list_at(const struct conf *conf, const char *pointer)
{
	json_t *list = conf_at(conf, pointer);

	if (list != NULL && !json_is_array(list))
		conf_die(conf, pointer, "must be a list");
	return list;
}

/* One recipient of `to`; a line end in it would end the header it is going to stand in. */
static const char *
recipient(const struct conf *conf, const char *pointer)
{
	const char *to = conf_text(conf, pointer, "");

	if (*to == '\0')
		conf_die(conf, pointer, "nobody");
	for (const char *p = to; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			conf_die(conf, pointer, "a control character");
	return to;
}

static void
read_recipients(const struct conf *conf, const char *base, struct receiver *receiver)
{
	char *pointer = mem_printf("%s/to", base);
	json_t *to = conf_at(conf, pointer);

	if (to == NULL)
		conf_die(conf, base, "no to");
	receiver->to_count = json_is_array(to) ? json_array_size(to) : 1;
	if (receiver->to_count == 0)
		conf_die(conf, pointer, "nobody");
	receiver->to = mem_new(receiver->to_count, sizeof *receiver->to);
	if (!json_is_array(to))
		receiver->to[0] = recipient(conf, pointer);
	else
		for (size_t i = 0; i < receiver->to_count; i++) {
			char *one = mem_printf("%s/%zu", pointer, i);
			receiver->to[i] = recipient(conf, one);
			free(one);
		}
	free(pointer);
}

static const char *
read_channel(const struct conf *conf, const char *base)
{
	static const char *const channels[] = { "terminal", "file", "mail" };
	const char *channel = text_at(conf, base, "channel", NULL);

	for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
		if (strcmp(channel, channels[i]) == 0)
			return channel;
	conf_die(conf, base, "unknown channel \"%s\"", channel);
}

static struct receiver
read_receiver(const struct conf *conf, const char *base)
{
	static const char *const keys[] = { "name", "channel", "to", "dir", "immediate", "zone",
		NULL };
	struct receiver receiver = { 0 };

	conf_only(conf, base, keys);
	receiver.name = text_at(conf, base, "name", NULL);
	receiver.channel = read_channel(conf, base);
	receiver.immediate = truth_at(conf, base, "immediate");
	receiver.dir = text_at(conf, base, "dir", "");
	receiver.zone = text_at(conf, base, "zone", "");
	if (*receiver.zone != '\0')
		when_local_day(0, receiver.zone); /* ends the program if there is none */
	if (*receiver.dir != '\0' && strcmp(receiver.channel, "file") != 0)
		conf_die(conf, base, "dir is for the channel file");
	read_recipients(conf, base, &receiver);
	return receiver;
}

/* Which one is called so; their count if none is. */
static size_t
find_receiver(const struct routes *routes, const char *name)
{
	size_t i = 0;

	while (i < routes->count && strcmp(routes->receivers[i].name, name) != 0)
		i++;
	return i;
}

static void
read_receivers(struct routes *routes)
{
	const struct conf *conf = routes->conf;
	json_t *list = list_at(conf, "/receivers");

	if (json_array_size(list) == 0)
		conf_die(conf, "/receivers", "no receiver");
	routes->receivers = mem_new(json_array_size(list), sizeof *routes->receivers);
	for (size_t i = 0; i < json_array_size(list); i++) {
		char *base = mem_printf("/receivers/%zu", i);
		struct receiver receiver = read_receiver(conf, base);
		if (find_receiver(routes, receiver.name) < routes->count)
			conf_die(conf, base, "a second receiver named %s", receiver.name);
		routes->receivers[routes->count++] = receiver;
		free(base);
	}
}

static void
read_matchers(const struct conf *conf, const char *base, struct node *node)
{
	char *pointer = mem_printf("%s/matchers", base), why[WHY_MAX];
	json_t *list = list_at(conf, pointer);

	node->matchers = mem_new(json_array_size(list) + 1, sizeof(struct matcher *));
	for (size_t i = 0; i < json_array_size(list); i++) {
		char *one = mem_printf("%s/%zu", pointer, i);
		struct matcher *matcher = matcher_new(conf_text(conf, one, ""), why);
		if (matcher == NULL)
			conf_die(conf, one, "%s", why);
		node->matchers[node->matcher_count++] = matcher;
		free(one);
	}
	free(pointer);
}

static struct node
read_node(const struct routes *routes, const char *base, size_t parent, int depth)
{
	static const char *const keys[] = { "receiver", "matchers", "continue", "routes",
		NULL };
	const struct conf *conf = routes->conf;
	struct node node = { .receiver = parent };
	char *pointer = mem_printf("%s/routes", base);

	if (depth > DEPTH_MAX)
		conf_die(conf, base, "routes nest deeper than %d", DEPTH_MAX);
	conf_only(conf, base, keys);
	const char *name = text_at(conf, base, "receiver", depth > 0 ? "" : NULL);
	if (*name != '\0')
		node.receiver = find_receiver(routes, name);
	if (node.receiver == routes->count)
		conf_die(conf, base, "unknown receiver \"%s\"", name);
	node.goes_on = truth_at(conf, base, "continue");
	read_matchers(conf, base, &node);
	json_t *list = list_at(conf, pointer);
	node.children = mem_new(json_array_size(list) + 1, sizeof *node.children);
	while (node.child_count < json_array_size(list)) {
		char *child = mem_printf("%s/%zu", pointer, node.child_count);
		node.children[node.child_count++] =
		    read_node(routes, child, node.receiver, depth + 1);
		free(child);
	}
	free(pointer);
	return node;
}

struct routes *
routes_load(const char *path)
{
	static const char *const keys[] = { "receivers", "route", NULL };
	struct routes *routes = mem_new(1, sizeof *routes);

	routes->conf = conf_load(path);
	conf_only(routes->conf, "", keys);
	read_receivers(routes);
	routes->root = mem_new(1, sizeof *routes->root);
	*routes->root = read_node(routes, "/route", routes->count, 0);
	if (routes->root->matcher_count > 0)
		conf_die(routes->conf, "/route/matchers", "the root route fits everything");
	return routes;
}

static bool
fits(const struct node *node, const json_t *alert)
{
	for (size_t i = 0; i < node->matcher_count; i++)
		if (!matcher_fits(node->matchers[i], alert))
			return false;
	return true;
}

static void
pick(const struct node *node, const json_t *alert, bool *told)
{
	bool found = false;

	for (size_t i = 0; i < node->child_count; i++) {
		if (!fits(&node->children[i], alert))
			continue;
		found = true;
		pick(&node->children[i], alert, told);
		if (!node->children[i].goes_on)
			break;
	}
	if (!found)
		told[node->receiver] = true;
}

void
routes_pick(const struct routes *routes, const json_t *alert, bool *told)
{
	memset(told, 0, routes->count * sizeof *told);
	pick(routes->root, alert, told);
}

static void
free_node(struct node *node)
{
	for (size_t i = 0; i < node->matcher_count; i++)
		matcher_free(node->matchers[i]);
	for (size_t i = 0; i < node->child_count; i++)
		free_node(&node->children[i]);
	free(node->matchers);
	free(node->children);
}

void
routes_free(struct routes *routes)
{
	for (size_t i = 0; i < routes->count; i++)
		free(routes->receivers[i].to);
	free(routes->receivers);
	free_node(routes->root);
	free(routes->root);
	conf_free(routes->conf);
	free(routes);
}
