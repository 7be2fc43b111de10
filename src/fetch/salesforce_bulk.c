#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "http_place.h"
#include "input.h"
#include "mem.h"
#include "rows.h"
#include "salesforce_query.h"
#include "when.h"

enum { PART = 10000 }; /* records of a part of the results */

#define PAUSE 0.25 /* seconds until we look again, then twice as long */
#define PAUSE_MOST 20.0

struct job {
	struct org *org;
	const struct query *query;
	char *id;
	json_int_t told; /* how many records it has, by its own account */
	json_int_t taken;
};

/* ---- a job, and whether it is done */

static struct job
job_begin(struct org *org, const struct query *query, const char *soql)
{
	json_t *asked = json_pack("{s:s, s:s, s:s, s:s, s:s}", "operation",
	    query->with_deleted ? "queryAll" : "query", "query", soql, "contentType", "CSV",
	    "columnDelimiter", "COMMA", "lineEnding", "LF");
	json_t *job = org_post(org, "/jobs/query", asked);
	const char *id = json_string_value(json_object_get(job, "id"));

	if (id == NULL || *id == '\0')
		crm_die(&org->crm, EX_UNAVAILABLE, "a bulk job without an id");
	struct job begun = { .org = org, .query = query, .id = http_place_escape(id) };
	json_decref(job);
	json_decref(asked);
	return begun;
}

/* Without it nobody would know whether its parts are all of it. */
static void
note_count(struct job *job, const json_t *about)
{
	const json_t *count = json_object_get(about, "numberRecordsProcessed");

	if (!json_is_integer(count))
		crm_die(&job->org->crm, EX_TEMPFAIL,
		    "its bulk job has no numberRecordsProcessed: whether its results are all "
		    "is not known");
	job->told = json_integer_value(count);
}

static bool
is_done(struct job *job)
{
	char *what = mem_printf("/jobs/query/%s", job->id);
	json_t *about = org_get(job->org, what);
	const char *state = json_string_value(json_object_get(about, "state"));
	bool done = state != NULL && strcmp(state, "JobComplete") == 0;

	free(what);
	if (state == NULL || strcmp(state, "Failed") == 0)
		crm_die(&job->org->crm, EX_UNAVAILABLE, "its bulk job failed");
	if (strcmp(state, "Aborted") == 0)
		crm_die(&job->org->crm, EX_TEMPFAIL, "somebody ended its bulk job");
	if (done)
		note_count(job, about);
	json_decref(about);
	return done;
}

static void
await(struct job *job)
{
	double end = when_ticks() + job->query->bulk_wait, pause = PAUSE;

	while (!is_done(job)) {
		if (when_ticks() + pause > end)
			crm_die(&job->org->crm, EX_TEMPFAIL,
			    "its bulk job is not done in %.0f s", job->query->bulk_wait);
		crm_pause(pause);
		pause = pause < PAUSE_MOST / 2 ? 2 * pause : PAUSE_MOST;
	}
}

/* ---- results */

/* The answer as a file, which is what rows are read from. */
static struct input
input_of(const struct job *job)
{
	struct span body = job->org->crm.answer.body;
	int fd = file_temp();

	for (size_t done = 0; done < body.len;) {
		ssize_t put = write(fd, body.at + done, body.len - done);
		if (put < 0)
			die_errno(EX_IOERR, "%s", file_temp_place());
		done += (size_t)put;
	}
	if (lseek(fd, 0, SEEK_SET) != 0)
		die_errno(EX_IOERR, "%s", file_temp_place());
	return input_from(fd, job->org->crm.source->name, NULL);
}

static json_t *
names_of(const struct job *job, const struct row *header)
{
	json_t *names = json_array();

	if (header == NULL || header->code != NULL)
		crm_die(&job->org->crm, EX_UNAVAILABLE, "its results have no header");
	for (size_t i = 0; i < header->count; i++)
		json_array_append_new(
		    names, json_stringn(header->cells[i].at, header->cells[i].len));
	return names;
}

static void
take_row(const struct job *job, const json_t *names, const struct row *row)
{
	const struct query *query = job->query;

	if (row->code != NULL || row->count != json_array_size(names)) {
		query->refuse(query->own, row->bytes, row->code != NULL ? row->code : "width",
		    row->code != NULL ? row->reason : "has not the cells of the header");
		return;
	}
	json_t *record = json_object();
	for (size_t i = 0; i < row->count; i++) {
		struct span cell = row->cells[i];
		json_object_set_new(record, json_string_value(json_array_get(names, i)),
		    cell.len > 0 ? json_stringn(cell.at, cell.len) : json_null());
	}
	query->take(query->own, record);
	json_decref(record);
}

/* What a part says of itself; where it does not, it may be cut off, or not be the last. */
static char *
header_of(const struct job *job, const char *name)
{
	struct span header = http_header(&job->org->crm.answer, name);

	if (header.at == NULL || header.len == 0)
		crm_die(&job->org->crm, EX_TEMPFAIL,
		    "a part of its results has no %s: whether it is all is not known", name);
	return mem_copy(header.at, header.len);
}

/* A part that is not whole is no part: it says itself how many records it has. */
static void
check_part(const struct job *job, json_int_t rows)
{
	char *number = header_of(job, "Sforce-NumberOfRecords"), *end;
	long long told = strtoll(number, &end, 10);

	if (*end != '\0' || told != rows)
		crm_die(&job->org->crm, EX_TEMPFAIL,
		    "of the %.20s records of a part of its results there came %lld", number,
		    (long long)rows);
	free(number);
}

static void
check_all(const struct job *job)
{
	if (job->taken != job->told)
		crm_die(&job->org->crm, EX_TEMPFAIL,
		    "of the %lld records of its bulk job there came %lld", (long long)job->told,
		    (long long)job->taken);
}

static void
take_part(struct job *job)
{
	struct input in = input_of(job);
	struct rows rows;
	const struct row *row;
	json_int_t count = 0;

	rows_begin(&rows, &in, ',');
	json_t *names = names_of(job, rows_next(&rows));
	for (; (row = rows_next(&rows)) != NULL; count++)
		take_row(job, names, row);
	check_part(job, count);
	job->taken += count;
	json_decref(names);
	rows_end(&rows);
	input_close(&in);
}

/* The place of the next part, to free(); NULL if there is none. */
static char *
next_part(const struct job *job)
{
	char *locator = header_of(job, "Sforce-Locator");
	char *escaped = http_place_escape(locator);
	char *what = strcmp(locator, "null") == 0
	    ? NULL
	    : mem_printf(
		"/jobs/query/%s/results?maxRecords=%d&locator=%s", job->id, PART, escaped);

	free(escaped);
	free(locator);
	return what;
}

/* A locator that comes again would never end. */
void
query_bulk(struct org *org, const struct query *query, const char *soql)
{
	struct job job = job_begin(org, query, soql);

	await(&job);
	for (char *what = mem_printf("/jobs/query/%s/results?maxRecords=%d", job.id, PART),
		  *next;
	     what != NULL; what = next) {
		org_text(org, what);
		next = next_part(&job);
		if (next != NULL && strcmp(next, what) == 0)
			crm_die(&org->crm, EX_UNAVAILABLE, "its results do not go on");
		take_part(&job);
		free(what);
	}
	check_all(&job);
	free(job.id);
}
