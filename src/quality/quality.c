#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "field.h"
#include "aliases.h"
#include "map.h"
#include "mem.h"
#include "night.h"
#include "rec.h"
#include "rec_out.h"
#include "summary.h"
#include "when.h"

struct options {
	const char *checks, *out, *source, *map, *aliases, *earlier, *fetched, *dropped,
	    *summary;
	const char **rejects;
	size_t reject_files;
	int32_t day;
	bool increment;
};

static void
watch_values(struct profile *profile, const json_t *rule, const struct map *map)
{
	const json_t *field;
	size_t i;

	for (i = 0; rule != NULL && map != NULL && i < map->dimension_count; i++)
		if (!lists(rule, "ignore", span(map->dimensions[i])))
			profile_watch(profile, map->dimensions[i]);
	json_array_foreach (json_object_get(rule, "fields"), i, field)
		profile_watch(profile, json_string_value(field));
}

static void
watch_dates(struct profile *profile, const json_t *rule)
{
	const json_t *field;
	size_t i;

	json_array_foreach (json_object_get(rule, "fields"), i, field)
		profile_date(profile, json_string_value(field));
}

static uint64_t
pass(struct rec_in *in, struct rec_out *out, struct profile *profile)
{
	const struct rec *deal;
	uint64_t count = 0;

	while ((deal = rec_next(in)) != NULL) {
		profile_add(profile, deal);
		rec_pass(out, deal);
		count++;
	}
	return count;
}

/* Of a night that is not stored nothing is to be learnt: else it would be usual after a while. */
static void
write_records(const char *path, const struct night *night)
{
	struct rec_out *out = rec_create(path);
	json_t *record;
	size_t i;

	json_array_foreach (night->records, i, record) {
		if (night->errors > 0)
			json_object_set_new(record, "stopped", json_true());
		rec_dump(out, record);
	}
	rec_finish(out);
}

/* Names the rule, the value, what it is past, and what a person can do. */
static _Noreturn void
stop(const struct night *night, const struct options *opts)
{
	const json_t *worst = night->worst;
	const char *field = text_of(worst, "field");
	char *others = night->errors > 1
	    ? mem_printf("; %zu more in %s", night->errors - 1, opts->out)
	    : mem_printf("%s", "");

	die(EX_DATAERR,
	    "%s: %s%s%s: %.4g is %s error %.4g: %s%s; mend the source, or set the rule's "
	    "error "
	    "in %s",
	    night->source, text_of(worst, "rule"), *field != '\0' ? " " : "", field,
	    json_number_value(json_object_get(worst, "value")),
	    night->worst_falls ? "below" : "past",
	    json_number_value(json_object_get(worst, "error")), text_of(worst, "reason"),
	    others, opts->checks);
}

static void
judge_night(struct night *night, const struct options *opts)
{
	struct stages stages =
	    stages_read(opts->fetched, opts->dropped, opts->rejects, opts->reject_files);

	night->stages = &stages;
	night->records = json_array();
	night_judge(night);
	write_records(opts->out, night);
	stages_release(&stages);
}

static void
quality(const struct options *opts)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	struct checks *checks = checks_load(opts->checks, opts->source);
	struct map *map = opts->map != NULL ? map_load(opts->map) : NULL;
	struct aliases *aliases = opts->aliases != NULL ? aliases_load(opts->aliases) : NULL;
	struct earlier *earlier =
	    earlier_read(opts->earlier, opts->source, opts->day, opts->increment);
	struct profile *profile = profile_new(in);
	struct night night = { .checks = checks,
		.profile = profile,
		.earlier = earlier,
		.map = map,
		.aliases = aliases,
		.source = opts->source,
		.day = opts->day,
		.increment = opts->increment };
	struct summary sum = { .stage = "quality" };

	watch_values(profile, checks_rule(checks, "values"), map);
	watch_dates(profile, checks_rule(checks, "freshness"));
	profile_begin(profile);
	rec_tie(in, out);
	sum.in = sum.out = pass(in, out, profile);
	rec_flush(out);
	judge_night(&night, opts);
	summary_finish(opts->summary, &sum, out, NULL);
	if (night.errors > 0)
		stop(&night, opts);
	json_decref(night.records);
	profile_free(profile);
	earlier_free(earlier);
	checks_free(checks);
	if (map != NULL)
		map_free(map);
	aliases_free(aliases);
	rec_close(in);
}

static const struct usage usage = {
	.example = "saleswatch quality --checks pipelines/conf/checks.json --out told < deals",
	.line = "quality --checks FILE --out FILE [--source NAME] [--as-of DAY] [--map MAP]"
		" [--aliases FILE] [--earlier FILE] [--increment] [--fetched SUMMARY] "
		"[--rejects FILE]..."
		" [--dropped SUMMARY] [--summary FILE] < deals",
	.options =
	    "  -c, --checks FILE      what the deals are held to\n"
	    "  -o, --out FILE         write the quality records there, whatever they say\n"
	    "  -s, --source NAME      where the deals come from; deals unless another is "
	    "named\n"
	    "  -a, --as-of DAY        the business day of this night; today in UTC unless "
	    "named\n"
	    "  -m, --map MAP          the map fetch read them by: its dimensions are watched\n"
	    "  -A, --aliases FILE     what values are called now: a rename is no news\n"
	    "  -e, --earlier FILE     quality records of earlier nights\n"
	    "  -i, --increment        only what changed comes\n"
	    "  -f, --fetched SUMMARY  of fetch: how many rows were read\n"
	    "  -r, --rejects FILE     what was refused; may be given again\n"
	    "  -d, --dropped SUMMARY  of dedupe: how many came more than once\n"
	    "  -S, --summary FILE     write what came in and went out\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "checks", required_argument, NULL, 'c' },
		{ "out", required_argument, NULL, 'o' },
		{ "source", required_argument, NULL, 's' },
		{ "as-of", required_argument, NULL, 'a' },
		{ "map", required_argument, NULL, 'm' },
		{ "aliases", required_argument, NULL, 'A' },
		{ "earlier", required_argument, NULL, 'e' },
		{ "increment", no_argument, NULL, 'i' },
		{ "fetched", required_argument, NULL, 'f' },
		{ "rejects", required_argument, NULL, 'r' },
		{ "dropped", required_argument, NULL, 'd' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .source = "deals",
		.day = NO_DAY,
		.rejects = mem_new((size_t)argc, sizeof(char *)) };
	int opt;

	while (
	    (opt = getopt_long(argc, argv, "c:o:s:a:m:A:e:if:r:d:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'c': opts.checks = optarg; break;
		case 'o': opts.out = optarg; break;
		case 's': opts.source = optarg; break;
		case 'a': opts.day = when_asked(optarg); break;
		case 'm': opts.map = optarg; break;
		case 'A': opts.aliases = optarg; break;
		case 'e': opts.earlier = optarg; break;
		case 'i': opts.increment = true; break;
		case 'f': opts.fetched = optarg; break;
		case 'r': opts.rejects[opts.reject_files++] = optarg; break;
		case 'd': opts.dropped = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.checks == NULL || opts.out == NULL)
		diag_misuse(&usage);
	if (strcmp(opts.out, "-") == 0)
		die(EX_USAGE, "--out -: standard output is for the deals");
	if (opts.day == NO_DAY)
		opts.day = when_local_day(when_now(), NULL);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);

	quality(&opts);
	free(opts.rejects);
	return EX_OK;
}
