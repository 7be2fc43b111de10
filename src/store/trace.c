#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "rec.h"
#include "rec_out.h"
#include "store_trace.h"
#include "verbs.h"

struct trace {
	struct rec_out *out;
	struct span deal_id;
};

static void
put_text(struct rec_out *out, const char *name, struct span text)
{
	if (text.at != NULL)
		rec_put_text(out, span(name), text);
}

static void
put_number(struct rec_out *out, const char *name, struct span digits)
{
	if (digits.at != NULL)
		rec_put_json(out, span(name), digits);
}

static void
write_version(void *context, const struct version *version)
{
	const struct trace *trace = context;
	struct rec_out *out = trace->out;

	rec_begin(out, NULL);
	rec_put_text(out, span("kind"), span("version"));
	rec_put_integer(out, span("v"), 1);
	rec_put_text(out, span("deal_id"), trace->deal_id);
	put_text(out, "seen", version->seen);
	put_text(out, "until", version->until);
	put_text(out, "from", version->from);
	put_text(out, "source", version->source);
	put_number(out, "line", version->line);
	put_number(out, "offset", version->offset);
	put_text(out, "run", version->run);
	rec_put_json(out, span("deal"), version->doc);
	rec_end(out);
}

static void
write_change(void *context, struct span doc)
{
	const struct trace *trace = context;

	rec_pass(trace->out, &(struct rec){ .line = doc });
}

void
trace_deals(const struct options *opts)
{
	bool missing = false;

	check_open(STDOUT_FILENO, "stdout");
	struct store *store = store_open(opts->url, STORE_READ);
	struct trace trace = { .out = rec_to(STDOUT_FILENO, "stdout") };

	for (int i = 0; i < opts->file_count; i++) {
		trace.deal_id = span(opts->files[i]);
		if (store_trace(store, trace.deal_id, write_version, write_change, &trace) > 0)
			continue;
		warn("%s: no such deal", opts->files[i]);
		missing = true;
	}
	store_close(store);
	rec_finish(trace.out);
	if (missing)
		exit(EX_NOINPUT);
}
