#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert.h"
#include "annotations.h"
#include "conf.h"
#include "diag.h"
#include "history.h"
#include "keyset.h"
#include "leavers.h"
#include "life.h"
#include "mem.h"
#include "placebo.h"
#include "rec.h"
#include "rec_out.h"
#include "summary.h"
#include "when.h"

struct options {
	const char *rules, *history, *incidents, *as_of, *annotations, *conf, *placebo,
	    *aliases, *roster, *summary;
};

struct desk {
	const struct options *opts;
	struct rules *rules;
	struct history *history;
	struct annotations *annotations; /* or NULL */
	struct conf *conf;
	const json_t *company;
	json_t *placebo; /* or NULL */
	struct aliases *aliases; /* or NULL, both */
	struct roster *roster;
	struct summary sum;
};

/* A finding must say what, where, since when and as of when, or it has no identity. */
static void
check_finding(const json_t *finding, size_t line)
{
	static const char *const texts[] = { "type", "direction", "date", "opened" };
	const char *kind = json_string_value(json_object_get(finding, "kind"));
	int32_t day;

	if (kind == NULL || strcmp(kind, "finding") != 0)
		die(EX_DATAERR, "stdin:%zu: not a finding", line);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *text = json_string_value(json_object_get(finding, texts[i]));
		if (text == NULL)
			die(EX_DATAERR, "stdin:%zu: no %s", line, texts[i]);
		if (i >= 2 && !when_day(span(text), &day))
			die(EX_DATAERR, "stdin:%zu: %s: no such day", line, texts[i]);
	}
	if (!json_is_object(json_object_get(finding, "segment")))
		die(EX_DATAERR, "stdin:%zu: no segment", line);
}

static const struct rule *
rule_of(const struct desk *desk, const json_t *finding, size_t line)
{
	const char *type = json_string_value(json_object_get(finding, "type"));
	const char *direction = json_string_value(json_object_get(finding, "direction"));
	const struct rule *rule = rules_find(desk->rules, type, direction);

	if (rule == NULL)
		die(EX_CONFIG, "%s: no rule for a finding of type %s (stdin:%zu)",
		    desk->opts->rules, type, line);
	return rule;
}

struct finding {
	json_t *record;
	const struct rule *rule;
	const char *date;
	size_t line;
};

struct findings {
	struct finding *list;
	size_t count, room;
};

static struct findings
read_findings(struct desk *desk)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct findings all = { 0 };
	const struct rec *line;

	while ((line = rec_next(in)) != NULL) {
		json_t *record = rec_object(line);
		check_finding(record, line->number);
		if (all.count == all.room) {
			all.room = 2 * all.room + 16;
			all.list = mem_grow(all.list, all.room, sizeof *all.list);
		}
		all.list[all.count++] = (struct finding){
			.record = record,
			.rule = rule_of(desk, record, line->number),
			.date = json_string_value(json_object_get(record, "date")),
			.line = line->number,
		};
	}
	rec_close(in);
	desk->sum.in = all.count;
	return all;
}

static int
by_date(const void *a, const void *b)
{
	const struct finding *one = a, *other = b;
	int order = strcmp(one->date, other->date);

	return order != 0 ? order : (one->line > other->line) - (one->line < other->line);
}

static int
by_weight(const void *a, const void *b)
{
	const struct alert *one = a, *other = b;

	if (one->severity != other->severity)
		return one->severity < other->severity ? -1 : 1;
	if (one->stake != other->stake)
		return one->stake > other->stake ? -1 : 1;
	return strcmp(one->id, other->id);
}

/* Another finding of the day that says the same of the same segment, and better. */
static const json_t *
better(const struct findings *day, const struct finding *finding)
{
	for (size_t i = 0; finding->rule->told_as != NULL && i < day->count; i++) {
		const json_t *other = day->list[i].record;
		if (strcmp(json_string_value(json_object_get(other, "type")),
			finding->rule->told_as)
			== 0
		    && json_equal(json_object_get(other, "segment"),
			json_object_get(finding->record, "segment"))
		    && json_equal(json_object_get(other, "direction"),
			json_object_get(finding->record, "direction")))
			return other;
	}
	return NULL;
}

/* How rarely it is wrong, where somebody tried it on chance alone. */
static void
quote_placebo(const struct desk *desk, json_t *finding)
{
	const char *type = json_string_value(json_object_get(finding, "type"));
	const json_t *segment = json_object_get(finding, "segment");
	json_t *rate = desk->placebo != NULL ? placebo_of(desk->placebo, type, segment) : NULL;

	if (rate != NULL && json_object_set_new(finding, "false_alarms", rate) != 0)
		die(EX_OSERR, "out of memory");
}

/* The findings of one day that are news, in the order people should hear of them. */
static size_t
make_alerts(const struct desk *desk, const struct findings *day, struct alert *alerts)
{
	size_t count = 0;

	for (size_t i = 0; i < day->count; i++) {
		struct finding *finding = &day->list[i];
		const json_t *last =
		    history_last(desk->history, finding->record, finding->rule->repeat_days);
		quote_placebo(desk, finding->record);
		char *left = leavers_mark(desk->roster, finding->record);
		alerts[count] = alert_make(
		    finding->record, desk->rules, finding->rule, last, desk->aliases);
		if (alerts[count].held == NULL)
			alerts[count].held = left;
		else
			free(left);
		if (alerts[count].held == NULL && better(day, finding) != NULL)
			alerts[count].held =
			    mem_printf("merged: told as %s", finding->rule->told_as);
		if (alert_news(&alerts[count], last))
			count++;
		else
			alert_free(&alerts[count]);
	}
	if (count > 0)
		qsort(alerts, count, sizeof *alerts, by_weight);
	return count;
}

static void
hold_at_cap(const struct rules *rules, struct alert *alert, uint64_t told[SEVERITIES])
{
	uint64_t cap = rules->caps[alert->severity];

	if (alert->held != NULL || !alert->rule->capped)
		return;
	if (told[alert->severity] < cap)
		told[alert->severity]++;
	else
		alert->held = mem_printf(
		    "cap: %ju %s a day", (uintmax_t)cap, severity_names[alert->severity]);
}

/* One alert an incident: the weightiest, if a day found it in several ways. */
static void
do_day(struct desk *desk, const struct findings *day, struct rec_out *out)
{
	struct alert *alerts = mem_new(day->count, sizeof *alerts);
	size_t count = make_alerts(desk, day, alerts);
	struct keyset *told_of = keyset_new();
	uint64_t told[SEVERITIES] = { 0 };

	for (size_t i = 0; i < count; i++) {
		char *incident = history_incident(alerts[i].record);
		if (keyset_add(told_of, span(incident))) {
			hold_at_cap(desk->rules, &alerts[i], told);
			if (desk->annotations != NULL)
				annotations_add(desk->annotations, alerts[i].record);
			alert_write(out, &alerts[i], desk->rules, desk->company);
			if (alerts[i].held == NULL)
				history_add(desk->history, alerts[i].record);
			desk->sum.out++;
		}
		alert_free(&alerts[i]);
		free(incident);
	}
	keyset_free(told_of);
	free(alerts);
}

/* What was told before and is over, told last; found again today, it is not over. */
static void
tell_ends(struct desk *desk, struct rec_out *out)
{
	json_t *ends =
	    life_ends(desk->history, desk->rules, desk->opts->incidents, desk->opts->as_of);
	const json_t *end;
	size_t i;

	json_array_foreach (ends, i, end)
		rec_dump(out, end);
	desk->sum.written += json_array_size(ends);
	json_decref(ends);
}

static void
prioritize(struct desk *desk)
{
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	struct findings all = read_findings(desk);
	size_t next;

	if (all.count > 0)
		qsort(all.list, all.count, sizeof *all.list, by_date);
	for (size_t i = 0; i < all.count; i = next) {
		for (next = i + 1; next < all.count; next++)
			if (strcmp(all.list[i].date, all.list[next].date) != 0)
				break;
		struct findings day = { .list = all.list + i, .count = next - i };
		do_day(desk, &day, out);
	}
	desk->sum.dropped = desk->sum.in - desk->sum.out;
	desk->sum.written = desk->sum.out;
	if (desk->opts->incidents != NULL)
		tell_ends(desk, out);
	rec_finish(out);
	summary_write(desk->opts->summary, &desk->sum);
	free(all.list);
}

static const struct usage usage = {
	.example =
	    "saleswatch prioritize --rules pipelines/conf/rules.json < findings > alerts",
	.line = "prioritize --rules FILE [--history ALERTS] [--incidents FILE --as-of DAY]"
		" [--annotations FILE] [--conf FILE] [--aliases FILE] [--roster FILE]"
		" [--placebo FILE]"
		" [--summary FILE] < findings",
	.options =
	    "  -r, --rules FILE      which findings are critical, warning, insight: "
	    "\"alerts\"\n"
	    "                        of rules.json\n"
	    "  -p, --history ALERTS  alerts given before: what is no news is left out\n"
	    "  -i, --incidents FILE  those of detect, to tell of what is over: known by "
	    "--as-of\n"
	    "  -D, --as-of DAY       the day whose findings these are, with --incidents\n"
	    "  -n, --annotations FILE  what happened when: named in alerts of that time and\n"
	    "                        segment (annotations.json)\n"
	    "  -c, --conf FILE       the company: currency, names to show (saleswatch.json)\n"
	    "  -a, --aliases FILE    renames, so that the ids of alerts outlive them\n"
	    "  -R, --roster FILE     names of reps, and who has left: no advice on them\n"
	    "  -q, --placebo FILE    how often alerts are false: what saleswatch placebo "
	    "printed\n"
	    "  -S, --summary FILE    counts of findings in, out and dropped, as JSON\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "rules", required_argument, NULL, 'r' },
		{ "history", required_argument, NULL, 'p' },
		{ "incidents", required_argument, NULL, 'i' },
		{ "as-of", required_argument, NULL, 'D' },
		{ "annotations", required_argument, NULL, 'n' },
		{ "conf", required_argument, NULL, 'c' },
		{ "aliases", required_argument, NULL, 'a' },
		{ "roster", required_argument, NULL, 'R' },
		{ "placebo", required_argument, NULL, 'q' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { 0 };
	int opt;

	while ((opt = getopt_long(argc, argv, "r:p:i:D:n:c:a:R:q:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'r': opts.rules = optarg; break;
		case 'p': opts.history = optarg; break;
		case 'i': opts.incidents = optarg; break;
		case 'D': opts.as_of = optarg; break;
		case 'n': opts.annotations = optarg; break;
		case 'c': opts.conf = optarg; break;
		case 'a': opts.aliases = optarg; break;
		case 'R': opts.roster = optarg; break;
		case 'q': opts.placebo = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.rules == NULL
	    || (opts.incidents == NULL) != (opts.as_of == NULL))
		diag_misuse(&usage);
	if (opts.as_of != NULL)
		when_asked(opts.as_of);
	return opts;
}

static struct desk
open_desk(const struct options *opts)
{
	struct desk desk = { .opts = opts,
		.rules = rules_load(opts->rules),
		.history = history_new(),
		.aliases = aliases_load(opts->aliases),
		.roster = roster_load(opts->roster),
		.sum = { .stage = "prioritize", .sums = true } };

	if (opts->history != NULL)
		history_read(desk.history, opts->history);
	if (opts->annotations != NULL)
		desk.annotations = annotations_load(opts->annotations, desk.aliases);
	if (opts->placebo != NULL)
		desk.placebo = placebo_read(opts->placebo);
	if (opts->conf != NULL) {
		desk.conf = conf_load(opts->conf);
		roster_show(desk.roster, conf_root(desk.conf));
		desk.company = conf_root(desk.conf);
	}
	return desk;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct desk desk = open_desk(&opts);

	prioritize(&desk);
	history_free(desk.history);
	annotations_free(desk.annotations);
	json_decref(desk.placebo);
	aliases_free(desk.aliases);
	roster_free(desk.roster);
	rules_free(desk.rules);
	if (desk.conf != NULL)
		conf_free(desk.conf);
	return EX_OK;
}
