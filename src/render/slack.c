#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "diag.h"
#include "mem.h"

/*
 * A message of Slack: Block Kit, within its limits, and a text where blocks are not shown.
 * Lengths are counted as Slack does, in UTF-16.  What is too long is left out by the line;
 * only a line that is too long alone is cut, never inside a link or an entity.
 */

enum {
	HEADER_MAX_UNITS = 150,
	SECTION_MAX = 3000,
	TEXT_MAX = 2000,
	ALL_MAX = 10500, /* of about 11,000 that Slack takes */
	BLOCKS_MAX = 50,
	RESERVED = 3, /* blocks that end a message */
	VALUE_MAX = 1900,
	ID_MAX = 200
};

struct sheet {
	const struct press *press;
	const char *place;
	json_t *blocks;
	size_t left; /* units of text there is room for */
};

/* Of the character that begins with this byte; none if none does. */
static size_t
unit(char byte)
{
	if ((byte & 0xc0) == 0x80)
		return 0;
	return (unsigned char)byte >= 0xf0 ? 2 : 1;
}

static size_t
units(const char *from, const char *end)
{
	size_t count = 0;

	for (const char *p = from; p < end; p++)
		count += unit(*p);
	return count;
}

/* So many units at most, ending in "…" if that is not all; of markup no part of a tag. */
static char *
cut(const char *text, size_t len, size_t most, bool markup)
{
	const char *end = text, *safe = text;
	size_t count = 0;
	bool inside = false;

	if (units(text, text + len) <= most)
		return mem_copy(text, len);
	for (; end < text + len && count + 1 < most; end++) {
		count += unit(*end);
		inside = (inside || *end == '<' || *end == '&') && *end != '>' && *end != ';';
		if ((!inside || !markup) && (end[1] & 0xc0) != 0x80 && count + 1 < most)
			safe = end + 1;
	}
	return mem_printf("%.*s…", (int)(safe - text), text);
}

static json_t *
plain(const char *text, size_t most)
{
	char *short_text = cut(text, strlen(text), most, false);
	json_t *made = channel_json(json_pack("{s:s, s:s, s:b}", "type", "plain_text", "text",
	    *short_text != '\0' ? short_text : "-", "emoji", false));

	free(short_text);
	return made;
}

static json_t *
mrkdwn(const char *text)
{
	return channel_json(
	    json_pack("{s:s, s:s, s:b}", "type", "mrkdwn", "text", text, "verbatim", true));
}

/* False where it had no room. */
static bool
put(struct sheet *sheet, json_t *block)
{
	if (json_array_size(sheet->blocks) >= BLOCKS_MAX) {
		json_decref(block);
		return false;
	}
	json_array_append_new(sheet->blocks, channel_json(block));
	return true;
}

static void
put_header(struct sheet *sheet, const json_t *view)
{
	char *text =
	    press_line(sheet->press, "slack/header", TEMPLATE_HEADER, view, sheet->place);

	put(sheet,
	    json_pack("{s:s, s:o}", "type", "header", "text", plain(text, HEADER_MAX_UNITS)));
	sheet->left -= HEADER_MAX_UNITS;
	free(text);
}

static void
put_text(struct sheet *sheet, const char *text, size_t len, bool small)
{
	size_t most = sheet->left < SECTION_MAX ? sheet->left : SECTION_MAX;

	if (len == 0 || most < 2)
		return;
	char *shown = cut(text, len, most, true);
	sheet->left -= units(shown, shown + strlen(shown));
	if (small)
		put(sheet,
		    json_pack("{s:s, s:[o]}", "type", "context", "elements", mrkdwn(shown)));
	else
		put(sheet, json_pack("{s:s, s:o}", "type", "section", "text", mrkdwn(shown)));
	free(shown);
}

/* The lines of a template, as many a block as have room in it. */
static void
put_lines(struct sheet *sheet, const char *name, const json_t *view, bool small)
{
	char *text = press_lines(sheet->press, name, TEMPLATE_MRKDWN, view, sheet->place);
	const char *from = text, *end = text;

	while (*end != '\0') {
		const char *line = end + 1 + strcspn(end + 1, "\n");
		if (units(from, line) > SECTION_MAX && end > from) {
			put_text(sheet, from, (size_t)(end - from), small);
			from = end + (*end == '\n');
		}
		end = line;
	}
	put_text(sheet, from, (size_t)(end - from), small);
	free(text);
}

static json_t *
button(const char *text, const char *answer, const char *alert_id)
{
	char *value = mem_printf("%s:%.*s", answer, VALUE_MAX, alert_id);
	json_t *made =
	    channel_json(json_pack("{s:o, s:s}", "text", plain(text, 75), "value", value));

	free(value);
	return made;
}

/* Whose value says the answer and the alert, as feedback.json has both. */
static void
put_feedback(struct sheet *sheet, const json_t *alert)
{
	const char *alert_id = text_of(alert, "alert_id");
	char *id = cut(alert_id, strlen(alert_id), ID_MAX, false);
	char *block = mem_printf("feedback-%s", id);

	put(sheet,
	    json_pack("{s:s, s:s, s:[{s:s, s:s, s:o, s:o}]}", "type", "context_actions",
		"block_id", block, "elements", "type", "feedback_buttons", "action_id",
		"feedback", "positive_button", button("Useful", "useful", id),
		"negative_button", button("Not useful", "not_relevant", id)));
	free(block);
	free(id);
}

static void
put_on_it(struct sheet *sheet, const json_t *alert)
{
	const char *alert_id = text_of(alert, "alert_id");
	char *id = cut(alert_id, strlen(alert_id), ID_MAX, false);
	char *block = mem_printf("on_it-%s", id);

	put(sheet,
	    json_pack("{s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:o}]}", "type", "actions",
		"block_id", block, "elements", "type", "button", "action_id", "on_it", "style",
		"primary", "value", *id != '\0' ? id : "-", "text", plain("On it", 75)));
	free(block);
	free(id);
}

static bool
state_is(const json_t *view, const char *state)
{
	return strcmp(text_of(view, "state"), state) == 0;
}

/* A drill asks nobody anything; nor does what is over, or what somebody is on already. */
static void
put_questions(struct sheet *sheet, const json_t *view, const json_t *alert)
{
	if (json_is_true(json_object_get(view, "drill")) || state_is(view, "corrected"))
		return;
	if (!state_is(view, "recovered") && !state_is(view, "acknowledged"))
		put_on_it(sheet, alert);
	put_feedback(sheet, alert);
}

static void
put_alert(struct sheet *sheet, const json_t *alert)
{
	put_lines(sheet, "slack/alert", alert, false);
	put_lines(sheet, "slack/actions", alert, false);
	put_lines(sheet, "slack/deals", alert, false);
	put_lines(sheet, "slack/evidence", alert, true);
}

/* Of several alerts each takes three blocks; how many had no room is said. */
static void
put_list(struct sheet *sheet, json_t *view)
{
	const json_t *alerts = json_object_get(view, "alerts"), *alert;
	size_t i;

	json_array_foreach (alerts, i, alert) {
		if (json_array_size(sheet->blocks) + 4 + RESERVED > BLOCKS_MAX
		    || sheet->left < SECTION_MAX)
			break;
		put(sheet, json_pack("{s:s}", "type", "divider"));
		put_lines(sheet, "slack/entry", alert, false);
		put_lines(sheet, "slack/evidence", alert, true);
		put_feedback(sheet, alert);
	}
	if (i < json_array_size(alerts))
		json_object_set_new(
		    view, "cut", json_integer((json_int_t)(json_array_size(alerts) - i)));
}

char *
slack_body(const struct press *press, const struct message *message)
{
	json_t *view = message->view;
	const json_t *alert = json_object_get(view, "first");
	bool alone = json_is_true(json_object_get(view, "single"))
	    && strcmp(text_of(view, "form"), "alert") == 0;
	struct sheet sheet = { press, message->place, json_array(), ALL_MAX };
	char *text = press_line(press, "slack/text", TEMPLATE_MRKDWN, view, message->place);
	char *short_text = cut(text, strlen(text), TEXT_MAX, true);

	put_header(&sheet, view);
	put_lines(&sheet, "slack/opening", view, false);
	if (alone)
		put_alert(&sheet, alert);
	else
		put_list(&sheet, view);
	put_lines(&sheet, "slack/closing", view, true);
	if (alone)
		put_questions(&sheet, view, alert);
	json_t *body =
	    channel_json(json_pack("{s:s, s:o}", "text", short_text, "blocks", sheet.blocks));
	free(text);
	free(short_text);
	return channel_bytes(body);
}
