#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "chart_script.h"
#include "diag.h"
#include "identity.h"
#include "mem.h"
#include "png.h"
#include "tool.h"
#include "view.h"

enum { SECONDS_MOST = 600 };
static const double seconds_usual = 10;

static const struct chart {
	const char *name;
	int height; /* as shown */
	char *(*script)(const json_t *report, int width, int height);
} charts[CHARTS_MAX] = {
	{ "trend", 230, chart_trend },
	{ "movement", 210, chart_movement },
};

struct draughtsman {
	const char *command;
	double seconds;
};

static struct draughtsman
draughtsman(const struct conf *conf)
{
	static const char *const keys[] = { "command", "seconds", NULL };

	if (conf == NULL || conf_at(conf, "/charts") == NULL)
		return (struct draughtsman){ NULL, 0 };
	conf_only(conf, "/charts", keys);
	const char *command = conf_text(conf, "/charts/command", NULL);
	if (command != NULL && *command == '\0')
		conf_die(conf, "/charts/command", "must name a command");
	return (struct draughtsman){ command,
		conf_within(conf, "/charts/seconds", 0.1, SECONDS_MOST, seconds_usual) };
}

/* The id of a picture comes from what it shows. */
static void
keep(struct album *album, const char *name, const char *script, char *bytes, size_t len)
{
	struct identity *identity = identity_new();
	struct picture *picture = &album->list[album->count++];

	identity_add(identity, script);
	char *id = identity_end(identity);
	picture->cid = mem_printf("%s.%s@saleswatch", name, id);
	picture->name = mem_printf("%s.png", name);
	picture->bytes = (struct span){ bytes, len };
	free(id);
}

static bool
draw(struct album *album, const struct chart *chart, const char *script,
    const struct draughtsman *by)
{
	char *argv[] = { mem_printf("%s", by->command), mem_printf("-d"), mem_printf("-"),
		NULL };
	struct tool_output drawn = tool_run(argv, span(script), by->seconds);
	size_t len;
	char *bytes = drawn.bytes != NULL
	    ? png_strip((struct span){ drawn.bytes, drawn.len }, &len)
	    : NULL;

	if (bytes != NULL)
		keep(album, chart->name, script, bytes, len);
	else
		warn("%s; the mail goes without pictures",
		    drawn.bytes == NULL ? drawn.reason : "charts: no picture came");
	free(drawn.bytes);
	for (size_t i = 0; argv[i] != NULL; i++)
		free(argv[i]);
	return bytes != NULL;
}

static void
empty(struct album *album)
{
	for (size_t i = 0; i < album->count; i++) {
		free((char *)album->list[i].cid);
		free((char *)album->list[i].name);
		free((char *)album->list[i].bytes.at);
	}
	album->count = 0;
}

struct album *
album_make(const json_t *report, const struct conf *conf)
{
	struct draughtsman by = draughtsman(conf);
	struct album *album = mem_new(1, sizeof *album);
	bool drawn = by.command != NULL;

	for (size_t i = 0; i < CHARTS_MAX && drawn; i++) {
		char *script = charts[i].script(report, 2 * CHART_WIDTH, 2 * charts[i].height);
		if (script != NULL)
			drawn = draw(album, &charts[i], script, &by);
		free(script);
	}
	if (!drawn)
		empty(album);
	return album;
}

void
album_free(struct album *album)
{
	empty(album);
	free(album);
}

void
album_put(const struct album *album, json_t *view)
{
	json_t *made = json_object();

	for (size_t i = 0; i < album->count; i++)
		for (size_t c = 0; c < CHARTS_MAX; c++)
			if (strncmp(album->list[i].name, charts[c].name, strlen(charts[c].name))
			    == 0)
				view_part(made, charts[c].name,
				    json_pack("{s:s, s:i, s:i}", "cid", album->list[i].cid,
					"width", CHART_WIDTH, "height", charts[c].height));
	view_part(view, "charts", made);
}
