#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "diag.h"
#include "mem.h"

/*
 * A message of Teams: one Adaptive Card in the envelope that a Workflows webhook takes.
 * Each line of a template is a block of text of its own, so that no markdown of one reaches
 * another; an empty line makes room.  A card is CARD_MAX bytes at most: what is more is left
 * out by whole lines, and said.
 */

enum { CARD_MAX = 20000, FRAME = 700 }; /* bytes; around the lines and for saying it */

struct card {
	const struct press *press;
	const char *place;
	json_t *body;
};

static const char *
colour_of(const json_t *view, const json_t *alert)
{
	static const struct {
		const char *severity, *colour;
	} colours[] = { { "critical", "attention" }, { "warning", "warning" },
		{ "insight", "good" } };

	for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
		if (strcmp(colours[i].severity, text_of(alert, "severity")) == 0
		    && strcmp(text_of(view, "state"), "recovered") != 0
		    && strcmp(text_of(view, "state"), "corrected") != 0)
			return colours[i].colour;
	return strcmp(text_of(view, "state"), "recovered") == 0 ? "good" : "default";
}

static json_t *
block(const char *text, size_t len, bool apart)
{
	return channel_json(json_pack("{s:s, s:s%, s:b, s:s}", "type", "TextBlock", "text",
	    text, len, "wrap", true, "spacing", apart ? "medium" : "none"));
}

static void
put_heading(
    struct card *card, const char *name, const json_t *view, const json_t *alert, bool first)
{
	char *text = press_line(card->press, name, TEMPLATE_CARD, view, card->place);
	json_t *made = block(text, strlen(text), true);

	json_object_set_new(made, "weight", json_string("bolder"));
	json_object_set_new(made, "size", json_string(first ? "large" : "medium"));
	json_object_set_new(made, "color", json_string(colour_of(view, alert)));
	if (first)
		json_object_set_new(made, "style", json_string("heading"));
	else
		json_object_set_new(made, "separator", json_true());
	json_array_append_new(card->body, made);
	free(text);
}

static void
put_lines(struct card *card, const char *name, const json_t *view, bool small)
{
	char *text = press_lines(card->press, name, TEMPLATE_CARD, view, card->place);
	bool apart = true;

	for (const char *line = text; *line != '\0';) {
		size_t len = strcspn(line, "\n");
		if (len > 0) {
			json_t *made = block(line, len, apart);
			if (small) {
				json_object_set_new(made, "isSubtle", json_true());
				json_object_set_new(made, "size", json_string("small"));
			}
			json_array_append_new(card->body, made);
		}
		apart = len == 0;
		line += len + (line[len] == '\n');
	}
	free(text);
}

static void
put_alert(struct card *card, const json_t *alert)
{
	put_lines(card, "teams/alert", alert, false);
	put_lines(card, "teams/actions", alert, false);
	put_lines(card, "teams/deals", alert, false);
	put_lines(card, "teams/evidence", alert, true);
}

static void
put_list(struct card *card, const json_t *alerts)
{
	const json_t *alert;
	size_t i;

	json_array_foreach (alerts, i, alert) {
		put_heading(card, "teams/entry", alert, alert, false);
		put_alert(card, alert);
	}
}

static size_t
bytes_of(const json_t *value)
{
	return json_dumpb(value, NULL, 0, JSON_COMPACT) + 1;
}

/* From the end, until the rest and what says so have room. */
static void
fit(struct card *card, json_t *view)
{
	size_t used = FRAME, left_out = 0, i;
	const json_t *line;

	json_array_foreach (card->body, i, line)
		used += bytes_of(line);
	while (used > CARD_MAX && (i = json_array_size(card->body)) > 1) {
		used -= bytes_of(json_array_get(card->body, i - 1));
		json_array_remove(card->body, i - 1);
		left_out++;
	}
	if (left_out == 0)
		return;
	json_object_set_new(view, "cut", json_integer((json_int_t)left_out));
	put_lines(card, "teams/cut", view, true);
}

char *
teams_body(const struct press *press, const struct message *message)
{
	json_t *view = message->view;
	bool alone = json_is_true(json_object_get(view, "single"))
	    && strcmp(text_of(view, "form"), "alert") == 0;
	struct card card = { press, message->place, json_array() };

	put_heading(
	    &card, "teams/title", view, json_object_get(view, alone ? "first" : ""), true);
	put_lines(&card, "teams/opening", view, false);
	if (alone)
		put_alert(&card, json_object_get(view, "first"));
	else
		put_list(&card, json_object_get(view, "alerts"));
	put_lines(&card, "teams/closing", view, true);
	fit(&card, view);
	return channel_bytes(channel_json(json_pack(
	    "{s:s, s:[{s:s, s:{s:s, s:s, s:s, s:s, s:o}}]}", "type", "message", "attachments",
	    "contentType", "application/vnd.microsoft.card.adaptive", "content", "$schema",
	    "http://adaptivecards.io/schemas/adaptive-card.json", "type", "AdaptiveCard",
	    "version", "1.4", "fallbackText", message->subject, "body", card.body)));
}
