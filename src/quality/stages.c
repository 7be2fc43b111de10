#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "stages.h"

enum { REASONS_MOST = 200 };

static uint64_t
number_of(const json_t *summary, const char *name, const char *path)
{
	const json_t *value = json_object_get(summary, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		die(EX_DATAERR, "%s: no summary: %s is no number of records", path, name);
	return (uint64_t)json_integer_value(value);
}

static void
read_summary(const char *path, const char *gone, uint64_t *in, uint64_t *lost)
{
	struct rec_in *file = rec_open(path);
	const struct rec *rec = rec_next(file);

	if (rec == NULL)
		die(EX_DATAERR, "%s: no summary", path);
	json_t *summary = rec_object(rec);
	*in = number_of(summary, "in", path);
	*lost = number_of(summary, gone, path);
	json_decref(summary);
	rec_close(file);
}

static struct reason *
reason_of(struct stages *stages, struct span code)
{
	static const char other[] = "other";

	if (stages->reasons == NULL)
		stages->reasons = mem_new(REASONS_MOST, sizeof *stages->reasons);
	for (size_t i = 0; i < stages->reason_count; i++)
		if (span_is(code, stages->reasons[i].code))
			return &stages->reasons[i];
	if (stages->reason_count == REASONS_MOST)
		return &stages->reasons[REASONS_MOST - 1];
	if (stages->reason_count == REASONS_MOST - 1)
		code = span(other);
	struct reason *reason = &stages->reasons[stages->reason_count++];
	reason->code = mem_copy(code.at, code.len);
	return reason;
}

static void
read_rejects(struct stages *stages, const char *path)
{
	struct rec_in *in = rec_open(path);
	size_t code = rec_want(in, "code");
	const struct rec *rec;

	while ((rec = rec_next(in)) != NULL) {
		reason_of(stages, rec_text(rec, code))->count++;
		stages->refused++;
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

struct stages
stages_read(const char *fetched, const char *dropped, const char *const *rejects, size_t count)
{
	struct stages stages = { 0 };
	uint64_t unread;

	if (fetched != NULL)
		read_summary(fetched, "rejected", &stages.read, &unread);
	if (dropped != NULL)
		read_summary(dropped, "dropped", &stages.unique_in, &stages.dropped);
	for (size_t i = 0; i < count; i++)
		read_rejects(&stages, rejects[i]);
	if (stages.reason_count > 0)
		qsort(stages.reasons, stages.reason_count, sizeof *stages.reasons, by_count);
	return stages;
}

void
stages_release(struct stages *stages)
{
	for (size_t i = 0; i < stages->reason_count; i++)
		free(stages->reasons[i].code);
	free(stages->reasons);
}
