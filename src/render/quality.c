#define _GNU_SOURCE /* memrchr */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "quality.h"
#include "rec.h"
#include "view.h"
#include "words.h"

enum { REASONS_MAX = 200 };

struct reason {
	char *stage, *code, *text, *example;
	long long count;
};

struct tally {
	struct reason reasons[REASONS_MAX]; /* the last takes what is too various */
	size_t used;
	long long total;
};

static char *
copy(struct span text)
{
	return mem_copy(text.at, text.len);
}

static struct reason *
reason_for(struct tally *tally, struct span stage, struct span code)
{
	for (size_t i = 0; i < tally->used; i++) {
		struct reason *known = &tally->reasons[i];
		if (span_is(stage, known->stage) && span_is(code, known->code))
			return known;
	}
	if (tally->used == REASONS_MAX)
		return &tally->reasons[REASONS_MAX - 1];
	struct reason *reason = &tally->reasons[tally->used++];
	reason->stage = copy(stage);
	reason->code = copy(code);
	return reason;
}

/* The file without its folders, and the line. */
static char *
place(struct span source, struct span line)
{
	const char *slash = source.len > 0 ? memrchr(source.at, '/', source.len) : NULL;
	size_t skip = slash != NULL ? (size_t)(slash + 1 - source.at) : 0;

	return mem_printf(
	    "%.*s:%.*s", (int)(source.len - skip), source.at + skip, (int)line.len, line.at);
}

static void
read_rejects(struct tally *tally, const char *path)
{
	struct rec_in *in = rec_open(path);
	size_t stage = rec_want(in, "stage"), code = rec_want(in, "code"),
	       text = rec_want(in, "reason"), source = rec_want(in, "source"),
	       line = rec_want(in, "line");
	const struct rec *reject;

	while ((reject = rec_next(in)) != NULL) {
		struct reason *reason =
		    reason_for(tally, rec_text(reject, stage), rec_text(reject, code));
		struct span at = rec_text(reject, source), number = rec_text(reject, line);
		if (reason->count++ == 0) {
			reason->text = copy(rec_text(reject, text));
			reason->example = place(at, number);
		}
		tally->total++;
	}
	rec_close(in);
}

static int
by_count(const void *a, const void *b)
{
	const struct reason *one = a, *other = b;

	if (one->count != other->count)
		return one->count < other->count ? 1 : -1;
	return strcmp(one->code, other->code);
}

static json_t *
row(struct reason *reason)
{
	json_t *made = json_object();

	view_text(made, "stage", reason->stage);
	view_text(made, "code", reason->code);
	view_text(made, "reason", reason->text);
	view_text(made, "example", reason->example);
	view_text(made, "count", words_number(reason->count));
	return made;
}

json_t *
quality(const char *const *paths, size_t count)
{
	struct tally *tally = mem_new(1, sizeof *tally);
	json_t *view = json_object(), *rows = json_array();

	for (size_t i = 0; i < count; i++)
		read_rejects(tally, paths[i]);
	qsort(tally->reasons, tally->used, sizeof *tally->reasons, by_count);
	for (size_t i = 0; i < tally->used && i < QUALITY_ROWS; i++)
		if (json_array_append_new(rows, row(&tally->reasons[i])) != 0)
			die(EX_OSERR, "quality: out of memory");
	json_object_set_new(view, "rows", rows);
	if (tally->total == 0)
		view_truth(view, "none");
	if (tally->used > QUALITY_ROWS)
		view_text(view, "more",
		    words_count((long long)tally->used - QUALITY_ROWS, "other reason",
			"other reasons"));
	if (tally->total > 0)
		view_text(view, "total", words_count(tally->total, "row", "rows"));
	free(tally);
	return view;
}
