#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "by_hand.h"
#include "diag.h"

enum { MSMTP_SECONDS = 60, ROUND_SECONDS = 50, SECONDS_MOST = 3600 };

static const struct usage usage = {
	.example = "saleswatch notify --db sqlite:var/store.db --dry-run | jq -r .to",
	.line = "notify --db URL [--conf FILE] [--routes FILE] [--state DIR] [--terminal FILE]"
		" [--paused FILE] [--seconds N] [--round N] [--limit N] [--only ID] "
		"[--dry-run] | --list |"
		" --retry ID | --drop ID --why TEXT",
	.options =
	    "  -d, --db URL         the store whose outbox is emptied\n"
	    "  -c, --conf FILE      \"msmtp\" of saleswatch.json: command, account, file,\n"
	    "                       from, seconds\n"
	    "  -r, --routes FILE    where to send, for all but terminal, file and mail\n"
	    "      --state DIR      the folder that the channel file writes under [.]\n"
	    "      --terminal FILE  where the channel terminal writes [stderr]\n"
	    "      --paused FILE    send nothing while it exists\n"
	    "      --seconds N      what a call over the network or a command may take [30]\n"
	    "      --round N        the seconds after which nothing more is begun [50]\n"
	    "  -n, --limit N        send at most N\n"
	    "      --only ID        send this delivery, if it is due\n"
	    "      --dry-run        send nothing, count nothing: say what is due\n"
	    "      --list           what waits and what is dead, a record each\n"
	    "      --retry ID       a waiting delivery is due now, a dead one queued again\n"
	    "      --drop ID --why TEXT\n"
	    "                       a delivery is given up, with who and why\n",
};

static size_t
parse_limit(const char *text)
{
	char *end;
	unsigned long limit = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0')
		die(EX_USAGE, "--limit: %s: no number", text);
	return limit;
}

static int
parse_seconds(const char *name, const char *text)
{
	char *end;
	long seconds = strtol(text, &end, 10);

	if (end == text || *end != '\0' || seconds < 1 || seconds > SECONDS_MOST)
		die(EX_USAGE, "--%s: %s: must be 1 to %d", name, text, SECONDS_MOST);
	return (int)seconds;
}

static const struct means means_usual = {
	.state = ".", .msmtp = "msmtp", .mail_seconds = MSMTP_SECONDS, .seconds = HTTP_SECONDS
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "db", required_argument, NULL, 'd' },
		{ "conf", required_argument, NULL, 'c' },
		{ "routes", required_argument, NULL, 'r' },
		{ "state", required_argument, NULL, 's' },
		{ "terminal", required_argument, NULL, 't' },
		{ "paused", required_argument, NULL, 'p' },
		{ "seconds", required_argument, NULL, 'S' },
		{ "round", required_argument, NULL, 'u' },
		{ "only", required_argument, NULL, 'o' },
		{ "list", no_argument, NULL, 'l' },
		{ "retry", required_argument, NULL, 'R' },
		{ "drop", required_argument, NULL, 'D' },
		{ "why", required_argument, NULL, 'w' },
		{ "limit", required_argument, NULL, 'n' },
		{ "dry-run", no_argument, NULL, 'y' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = {
		.limit = SIZE_MAX, .round_seconds = ROUND_SECONDS, .means = means_usual
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "d:c:r:n:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'd': opts.db = optarg; break;
		case 'c': opts.conf = optarg; break;
		case 'r': opts.routes = optarg; break;
		case 'S': opts.means.seconds = parse_seconds("seconds", optarg); break;
		case 'u': opts.round_seconds = parse_seconds("round", optarg); break;
		case 'o': opts.only = optarg; break;
		case 'l': opts.list = true; break;
		case 'R': opts.retry = optarg; break;
		case 'D': opts.drop = optarg; break;
		case 'w': opts.why = optarg; break;
		case 's': opts.means.state = optarg; break;
		case 't': opts.means.terminal = optarg; break;
		case 'p': opts.paused = optarg; break;
		case 'n': opts.limit = parse_limit(optarg); break;
		case 'y': opts.dry_run = true; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.db == NULL || (opts.drop != NULL) != (opts.why != NULL)
	    || opts.list + (opts.retry != NULL) + (opts.drop != NULL) > 1)
		diag_misuse(&usage);
	return opts;
}

static void
read_msmtp(const struct conf *conf, struct means *means)
{
	static const char *const keys[] = { "command", "account", "file", "from", "seconds",
		NULL };

	if (conf_at(conf, "/msmtp") != NULL)
		conf_only(conf, "/msmtp", keys);
	means->msmtp = conf_text(conf, "/msmtp/command", "msmtp");
	means->account = conf_text(conf, "/msmtp/account", NULL);
	means->config = conf_text(conf, "/msmtp/file", NULL);
	means->from = conf_text(conf, "/msmtp/from", NULL);
	means->mail_seconds =
	    (int)conf_within(conf, "/msmtp/seconds", 1, SECONDS_MOST, MSMTP_SECONDS);
}

/* Nothing that holds a secret leaves a picture of itself behind. */
static void
keep_secrets(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}

static int
notify(struct options *opts, const struct conf *routes)
{
	signal(SIGPIPE, SIG_IGN); /* a terminal that went away is a reason, no end */
	keep_secrets();
	opts->means.http = http_new();
	int status = round_go(opts, routes);
	http_free(opts->means.http);
	return status;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct conf *conf = opts.conf != NULL ? conf_load(opts.conf) : NULL;
	struct conf *routes = opts.routes != NULL ? conf_load(opts.routes) : NULL;
	bool by_hand = opts.list || opts.retry != NULL || opts.drop != NULL;

	if (conf != NULL)
		read_msmtp(conf, &opts.means);
	int status = by_hand ? by_hand_do(&opts) : notify(&opts, routes);
	if (conf != NULL)
		conf_free(conf);
	if (routes != NULL)
		conf_free(routes);
	return status;
}
