#define _GNU_SOURCE /* memrchr, F_SETPIPE_SZ */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "mem.h"
#include "progress.h"
#include "rec_all.h"
#include "rec_buffer.h"
#include "rec_line.h"
#include "rec_out.h"
#include "text.h"

enum { CHUNK = 256 << 10, BATCH = 64, AHEAD = 6 };
enum { PARSED_MAX = 128 << 10 }; /* bytes of a batch, for jansson takes 80 times as many */

/*
 * The buffer holds [at, end); up to `whole` there are only whole lines.  They are read a
 * batch at a time, never more than have arrived, so that rec_ahead has something to show.
 */
struct rec_in {
	int fd;
	const char *name;
	bool tolerant;
	bool begun;
	bool skipping; /* the rest of a line that was too long */
	struct rec_out *tied;
	size_t lines, bytes;
	struct progress progress;
	char *buffer, *at, *whole, *end;
	size_t next, count, parsed; /* parsed: bytes that jansson was shown */
	struct rec batch[BATCH];
	json_t *roots[BATCH];
	struct shape shape;
};

struct rec_in *
rec_from(int fd, const char *name)
{
	struct rec_in *in = mem_new(1, sizeof *in);

	in->fd = fd;
	in->name = name;
	in->buffer = mem_new(REC_MAX + CHUNK + TEXT_SLACK, 1);
	in->at = in->whole = in->end = in->buffer;
	for (size_t i = 0; i < BATCH; i++)
		in->batch[i].fields =
		    mem_new(shape_fields(&in->shape), sizeof *in->batch[i].fields);
	fcntl(fd, F_SETPIPE_SZ, 1 << 20); /* best effort */
	return in;
}

struct rec_in *
rec_open(const char *path)
{
	if (strcmp(path, "-") == 0)
		return rec_from(STDIN_FILENO, "stdin");

	int fd = file_open(path, O_RDONLY);
	if (fd < 0)
		die_errno(EX_NOINPUT, "%s", path);
	return rec_from(fd, path);
}

size_t
rec_want(struct rec_in *in, const char *field)
{
	if (in->begun)
		die(EX_SOFTWARE, "%s: %s wanted after the first record", in->name, field);

	size_t slot = shape_want(&in->shape, span(field));
	for (size_t i = 0; i < BATCH; i++)
		in->batch[i].fields = mem_grow(
		    in->batch[i].fields, shape_fields(&in->shape), sizeof *in->batch[i].fields);
	return slot;
}

void
rec_want_all(struct rec_in *in)
{
	struct shape *shape = &in->shape;

	shape->all = true;
	shape->named = shape->wanted;
	for (size_t i = 0; i < BATCH; i++) {
		struct rec_field *fields = in->batch[i].fields;
		in->batch[i].fields = fields =
		    mem_grow(fields, shape_fields(shape), sizeof *fields);
		for (size_t slot = 0; slot < shape_fields(shape); slot++)
			fields[slot] = (struct rec_field){ "", 0, REC_ABSENT };
	}
}

size_t
rec_all(const struct rec_in *in)
{
	return in->shape.wanted;
}

struct span
rec_name(const struct rec_in *in, size_t slot)
{
	return in->shape.wants[slot];
}

void
rec_tolerate(struct rec_in *in)
{
	in->tolerant = true;
}

void
rec_trust(struct rec_in *in)
{
	in->shape.trusted = true;
}

void
rec_tie(struct rec_in *in, struct rec_out *out)
{
	in->tied = out;
	out->source = in;
}

bool
rec_holds(const struct rec_in *in, const char *at)
{
	return at >= in->buffer && at < in->end;
}

static size_t
read_more(struct rec_in *in)
{
	if (in->tied != NULL && file_would_wait(in->fd))
		rec_flush(in->tied);
	progress_show(&in->progress, in->lines, in->bytes);
	size_t got = file_read(in->fd, in->name, in->end, CHUNK);
	in->bytes += got;
	return got;
}

/* A byte order mark, as soon as so many bytes have arrived. */
static void
skip_mark(struct rec_in *in, size_t got)
{
	bool now = in->lines == 0 && in->bytes >= 3 && in->bytes - got < 3;

	if (now && memcmp(in->at, "\xEF\xBB\xBF", 3) == 0)
		in->at += 3;
}

/* What has arrived since `fresh`, less what belongs to a line that was too long. */
static void
skip_rest(struct rec_in *in, char *fresh)
{
	char *newline = memchr(fresh, '\n', (size_t)(in->end - fresh));

	in->skipping = newline == NULL;
	in->at = newline != NULL ? newline + 1 : in->end;
}

/* Read until there is a whole line; false at the end of the input. */
static bool
fill(struct rec_in *in)
{
	for (;;) {
		size_t rest = (size_t)(in->end - in->at);
		if (in->tied != NULL)
			rec_settle(in->tied);
		if (in->at != in->buffer) /* a line may come a byte at a time */
			memmove(in->buffer, in->at, rest);
		in->at = in->buffer;
		in->end = in->buffer + rest;

		size_t got = read_more(in);
		char *fresh = in->end;
		in->end += got;
		skip_mark(in, got);
		if (in->skipping)
			skip_rest(in, fresh);
		char *newline = memrchr(fresh, '\n', got);
		if (newline != NULL && newline >= in->at) {
			in->whole = newline + 1;
			return true;
		}
		if (got > 0 && in->end - in->at <= REC_MAX)
			continue;
		if (in->end == in->at)
			return false;
		/* The last line lacks its newline, or this one will not get it here. */
		in->skipping = got > 0;
		*in->end++ = '\n';
		in->whole = in->end;
		return true;
	}
}

/* Gives how many bytes jansson was shown, with the newline. */
static size_t
read_line(struct rec_in *in, struct rec *rec, json_t **root)
{
	rec->number = ++in->lines;
	const char *end = line_scan(&in->shape, in->at, rec);
	bool plain = end != NULL && end - in->at <= REC_MAX;

	if (end == NULL)
		end = memchr(in->at, '\n', (size_t)(in->end - in->at));
	rec->line = (struct span){ in->at, (size_t)(end - in->at) };
	if (!plain)
		*root = line_parse(&in->shape, rec);
	in->at += rec->line.len + 1;
	return plain ? 0 : rec->line.len + 1;
}

static void
forget_batch(struct rec_in *in)
{
	for (size_t i = 0; in->parsed > 0 && i < in->count; i++) {
		json_decref(in->roots[i]);
		in->roots[i] = NULL;
		free((char *)in->batch[i].wrong);
		in->batch[i].wrong = in->batch[i].code = NULL;
	}
	in->next = in->count = in->parsed = 0;
}

static bool
read_batch(struct rec_in *in)
{
	if (!in->begun)
		in->progress = progress_of(in->fd);
	in->begun = true;
	forget_batch(in);
	if (in->at == in->whole && !fill(in)) {
		diag_progress_end();
		return false;
	}
	while (in->at < in->whole && in->count < BATCH && in->parsed < PARSED_MAX) {
		size_t i = in->count++;
		in->parsed += read_line(in, &in->batch[i], &in->roots[i]);
	}
	return true;
}

const struct rec *
rec_next(struct rec_in *in)
{
	if (in->next == in->count && !read_batch(in))
		return NULL;

	const struct rec *rec = &in->batch[in->next++];
	if (rec->wrong != NULL && !in->tolerant)
		die(EX_DATAERR, "%s:%zu: byte %zu: %s", in->name, rec->number, rec->wrong_at,
		    rec->wrong);
	return rec;
}

const struct rec *
rec_ahead(const struct rec_in *in)
{
	size_t place = in->next - 1 + AHEAD;

	return &in->batch[place < in->count ? place : in->count - 1];
}

bool
rec_is_missing(const struct rec *rec, size_t slot)
{
	return rec->fields[slot].len == 0 || rec->fields[slot].type == REC_NULL;
}

void
rec_close(struct rec_in *in)
{
	forget_batch(in);
	for (size_t i = 0; i < BATCH; i++)
		free(in->batch[i].fields);
	shape_release(&in->shape);
	if (in->fd != STDIN_FILENO)
		close(in->fd);
	free(in->buffer);
	free(in);
}
