#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "mem.h"
#include "mutes.h"
#include "receivers.h"
#include "when.h"

/* How a channel is told where to send: one of `needs` must be there, if it has any. */
static const struct channel {
	const char *name;
	const char *keys[5], *needs[3];
	bool shared, edits, to; /* to: it must say to whom */
} channels[] = {
	{ "terminal", { NULL }, { NULL }, false, false, false },
	{ "file", { "dir" }, { NULL }, false, false, false },
	{ "mail", { NULL }, { NULL }, false, false, true },
	{ "slack", { "webhook", "token", "api", "private" }, { "webhook", "token" }, true, true,
	    false },
	{ "teams", { "webhook", "private" }, { "webhook" }, true, false, false },
	{ "webhook", { "url", "webhook", "token", "private" }, { "url", "webhook" }, true,
	    false, false },
	{ "alertmanager", { "url", "webhook", "token", "private" }, { "url", "webhook" }, true,
	    false, false },
	{ "exec", { "command" }, { "command" }, true, false, false },
};
enum { CHANNELS = sizeof channels / sizeof *channels, OWN_KEYS = 5, NEEDS = 3 };

static const char *const common[] = { "name", "channel", "to", "zone", "workdays", "immediate",
	"weekly" };
enum { COMMON = sizeof common / sizeof *common };

/* A line end in it would end the header it is going to stand in. */
const char *
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
	char *pointer = key_place(base, "to");
	json_t *to = conf_at(conf, pointer);

	receiver->to_count = json_is_array(to) ? json_array_size(to) : 1;
	if (receiver->to_count == 0)
		conf_die(conf, pointer, "nobody");
	receiver->to = mem_new(receiver->to_count, sizeof *receiver->to);
	if (to == NULL)
		receiver->to[0] = receiver->name;
	else if (!json_is_array(to))
		receiver->to[0] = recipient(conf, pointer);
	else
		for (size_t i = 0; i < receiver->to_count; i++) {
			char *one = key_element(base, "to", i);
			receiver->to[i] = recipient(conf, one);
			free(one);
		}
	free(pointer);
}

static const struct channel *
read_channel(const struct conf *conf, const char *base)
{
	const char *name = key_needed(conf, base, "channel");

	for (size_t i = 0; i < CHANNELS; i++)
		if (strcmp(name, channels[i].name) == 0)
			return &channels[i];
	conf_die(conf, base, "unknown channel \"%s\"", name);
}

static bool
has(const struct conf *conf, const char *base, const char *key)
{
	char *pointer = key_place(base, key);
	bool there = conf_at(conf, pointer) != NULL;

	free(pointer);
	return there;
}

/* No key that another channel has, and one that says where to. */
static void
check_keys(const struct conf *conf, const char *base, const struct channel *channel)
{
	const char *keys[COMMON + OWN_KEYS + 1] = { NULL };
	size_t count = 0, i;

	while (count < COMMON) {
		keys[count] = common[count];
		count++;
	}
	for (i = 0; i < OWN_KEYS && channel->keys[i] != NULL; i++)
		keys[count++] = channel->keys[i];
	conf_only(conf, base, keys);
	for (i = 0; i < NEEDS && channel->needs[i] != NULL; i++)
		if (has(conf, base, channel->needs[i]))
			return;
	if (i > 0)
		conf_die(conf, base, "a receiver of the channel %s needs %s%s%s", channel->name,
		    channel->needs[0], i > 1 ? " or " : "", i > 1 ? channel->needs[1] : "");
}

/* What is secret stands elsewhere, under this name. */
static void
check_secret(const struct conf *conf, const char *base, const char *key)
{
	const char *name = key_text(conf, base, key, "_");

	if (*name == '\0'
	    || strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") < strlen(name))
		conf_die(conf, base,
		    "%s must be the name of a secret, like SALES_WEBHOOK: $SALES_WEBHOOK_FILE "
		    "is "
		    "the file it is in",
		    key);
}

static void
check_address(const struct conf *conf, const char *base, const char *key)
{
	const char *url = key_text(conf, base, key, "https://");
	bool private = key_truth(conf, base, "private", false);

	if (strncmp(url, "https://", 8) != 0 && !(private && strncmp(url, "http://", 7) == 0))
		conf_die(
		    conf, base, "%s must be an https address, unless \"private\" is true", key);
}

static void
check_command(const struct conf *conf, const char *base)
{
	json_t *list = key_list(conf, base, "command");

	if (list != NULL && json_array_size(list) == 0)
		conf_die(conf, base, "command must be a program and its arguments");
	for (size_t i = 0; i < json_array_size(list); i++) {
		char *one = key_element(base, "command", i);
		conf_text(conf, one, "");
		free(one);
	}
}

static struct receiver
read_receiver(const struct conf *conf, const char *base, const char *zone)
{
	struct receiver receiver = { .name = key_needed(conf, base, "name") };
	const struct channel *channel = read_channel(conf, base);

	check_keys(conf, base, channel);
	if (*receiver.name == '\0')
		conf_die(conf, base, "no name");
	if (channel->to && !has(conf, base, "to"))
		conf_die(conf, base, "no to");
	receiver.channel = channel->name;
	receiver.edits = channel->edits && has(conf, base, "token");
	receiver.immediate = key_truth(conf, base, "immediate", false);
	receiver.weekly = key_truth(conf, base, "weekly", false);
	receiver.clock = (struct clock){ key_text(conf, base, "zone", zone), WEEKDAYS };
	when_local_day(0, receiver.clock.zone); /* ends the program if there is none */
	if (has(conf, base, "workdays"))
		receiver.clock.workdays = weekdays_read(conf, base, "workdays");
	if (receiver.clock.workdays == 0)
		conf_die(conf, base, "no workdays");
	read_recipients(conf, base, &receiver);
	receiver.shared = channel->shared || receiver.to_count > 1;
	key_text(conf, base, "dir", "");
	check_secret(conf, base, "webhook");
	check_secret(conf, base, "token");
	check_address(conf, base, "url");
	check_address(conf, base, "api");
	check_command(conf, base);
	return receiver;
}

size_t
receivers_find(const struct receivers *receivers, const char *name)
{
	size_t i = 0;

	while (i < receivers->count && strcmp(receivers->list[i].name, name) != 0)
		i++;
	return i;
}

size_t
receivers_named(const struct receivers *receivers, const struct conf *conf, const char *base,
    const char *key)
{
	const char *name = key_needed(conf, base, key);
	size_t i = receivers_find(receivers, name);

	if (i == receivers->count)
		conf_die(conf, base, "unknown receiver \"%s\"", name);
	return i;
}

static bool
same_reader(const struct receiver *one, const struct receiver *other)
{
	for (size_t i = 0; i < one->to_count; i++)
		for (size_t k = 0; k < other->to_count; k++)
			if (strcmp(one->channel, other->channel) == 0
			    && strcmp(one->to[i], other->to[k]) == 0)
				return true;
	return false;
}

/* A reader is known by channel and address: he is in one place, and has one day and one week. */
static void
check_apart(const struct conf *conf, const struct receivers *receivers, const char *base)
{
	static const char *const places[] = { "dir", "webhook", "token", "url", "command",
		"api", "zone", "workdays", "immediate", "weekly" };
	const struct receiver *last = &receivers->list[receivers->count - 1];

	for (size_t i = 0; i + 1 < receivers->count; i++) {
		char *other = key_element("", "receivers", i);
		for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
			char *here = key_place(base, places[k]),
			     *there = key_place(other, places[k]);
			const json_t *mine = conf_at(conf, here),
				     *theirs = conf_at(conf, there);
			if (same_reader(last, &receivers->list[i]) && mine != theirs
			    && !json_equal(mine, theirs))
				conf_die(conf, base,
				    "the same channel and \"to\" as %s, but another %s",
				    receivers->list[i].name, places[k]);
			free(here);
			free(there);
		}
		free(other);
	}
}

struct receivers
receivers_load(const struct conf *conf, const char *zone)
{
	json_t *list = key_list(conf, "", "receivers");
	struct receivers receivers = { 0 };

	if (json_array_size(list) == 0)
		conf_die(conf, "/receivers", "no receiver");
	receivers.list = mem_new(json_array_size(list), sizeof *receivers.list);
	for (size_t i = 0; i < json_array_size(list); i++) {
		char *base = key_element("", "receivers", i);
		struct receiver receiver = read_receiver(conf, base, zone);
		if (receivers_find(&receivers, receiver.name) < receivers.count)
			conf_die(conf, base, "a second receiver named %s", receiver.name);
		receivers.list[receivers.count++] = receiver;
		check_apart(conf, &receivers, base);
		free(base);
	}
	return receivers;
}

void
receivers_release(struct receivers *receivers)
{
	for (size_t i = 0; i < receivers->count; i++)
		free(receivers->list[i].to);
	free(receivers->list);
}
