#define _GNU_SOURCE /* F_SETPIPE_SZ, SCHED_BATCH */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "mem.h"
#include "rec.h"
#include "rec_buffer.h"
#include "text.h"

enum { ENOUGH = 1 << 20 }; /* to be worth a write */

/*
 * The programs of a pipe wake each other with every block; who is woken need not stop at once
 * the one that woke it.  See sched(7); best effort.
 */
static void
take_turns(void)
{
	if (sched_getscheduler(0) == SCHED_OTHER)
		sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 });
}

struct rec_out *
rec_to(int fd, const char *name)
{
	struct rec_out *out = mem_new(1, sizeof *out);

	out->fd = fd;
	out->name = name;
	out->buffer = mem_new(ENOUGH + 2 * REC_MAX + 2 * TEXT_SLACK, 1);
	out->start = out->end = out->buffer;
	fcntl(fd, F_SETPIPE_SZ, 1 << 20); /* best effort */
	take_turns();
	return out;
}

/*
 * What is no plain file is never replaced: not a pipe, nor a link.  /dev/stderr is one, and may
 * lead to a log that others write to.
 */
static bool
stays(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

/* A pipe or a device is written as it is; a file under another name until it is whole. */
struct rec_out *
rec_create(const char *path)
{
	bool in_place = strcmp(path, "-") == 0 || stays(path);
	char *draft = in_place ? NULL : mem_printf("%s.new", path);
	int afresh = strncmp(path, "/dev/", 5) == 0 ? O_APPEND : O_TRUNC;
	int fd = strcmp(path, "-") == 0
	    ? STDOUT_FILENO
	    : file_open(in_place ? path : draft, O_WRONLY | O_CREAT | afresh);

	if (fd < 0)
		die_errno(EX_CANTCREAT, "%s", path);
	struct rec_out *out = rec_to(fd, path);
	out->draft = draft;
	return out;
}

/* Who ignores SIGPIPE must still end as if he did not. */
static _Noreturn void
give_up(const struct rec_out *out)
{
	if (errno == EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	die_errno(EX_IOERR, "%s", out->name);
}

/* Takes what was written off the front of the spans; how many spans that were. */
static int
take_off(struct iovec *span, size_t wrote)
{
	int whole = 0;

	for (; wrote > 0 && wrote >= span[whole].iov_len; whole++)
		wrote -= span[whole].iov_len;
	if (wrote > 0) {
		span[whole].iov_base = (char *)span[whole].iov_base + wrote;
		span[whole].iov_len -= wrote;
	}
	return whole;
}

void
rec_settle(struct rec_out *out)
{
	for (int done = 0; done < out->waiting;) {
		ssize_t wrote = writev(out->fd, out->span + done, out->waiting - done);
		if (wrote < 0 && errno != EINTR)
			give_up(out);
		done += take_off(out->span + done, wrote > 0 ? (size_t)wrote : 0);
	}
	out->waiting = 0;
}

void
rec_flush(struct rec_out *out)
{
	const char *p = out->buffer;

	rec_settle(out);
	while (p < out->start) {
		ssize_t wrote = write(out->fd, p, (size_t)(out->start - p));
		if (wrote < 0 && errno != EINTR)
			give_up(out);
		p += wrote > 0 ? wrote : 0;
	}
	out->start = out->end = out->buffer;
}

void
rec_too_long(const struct rec_out *out)
{
	die(EX_DATAERR, "%s: a record longer than 1 MiB", out->name);
}

void
rec_new_line(struct rec_out *out)
{
	if (out->waiting > 0 || out->start - out->buffer >= ENOUGH)
		rec_flush(out);
}

void
rec_end_line(struct rec_out *out)
{
	if (out->end - out->start > REC_MAX)
		rec_too_long(out);
	*out->end++ = '\n';
	out->start = out->end;
}

static void
wait_in_place(struct rec_out *out, struct span line)
{
	struct iovec *last = out->waiting > 0 ? &out->span[out->waiting - 1] : NULL;

	if (line.len > REC_MAX)
		rec_too_long(out);
	if (last != NULL && (char *)last->iov_base + last->iov_len == line.at) {
		last->iov_len += line.len + 1;
		return;
	}
	if (out->waiting == SPANS)
		rec_settle(out);
	out->span[out->waiting++] = (struct iovec){ (void *)line.at, line.len + 1 };
}

void
rec_pass(struct rec_out *out, const struct rec *rec)
{
	if (out->start - out->buffer >= ENOUGH)
		rec_flush(out);
	if (out->start == out->buffer && out->source != NULL
	    && rec_holds(out->source, rec->line.at)) {
		wait_in_place(out, rec->line);
		return;
	}
	rec_new_line(out);
	memcpy(out->end, rec->line.at, rec->line.len);
	out->end += rec->line.len;
	rec_end_line(out);
}

void
rec_dump(struct rec_out *out, const json_t *object)
{
	size_t len;
	char *text = rec_json(object, &len);

	rec_new_line(out);
	memcpy(rec_room(out, len), text, len);
	out->end += len;
	rec_end_line(out);
	free(text);
}

/* Buffered output fails late; a filter that exits 0 must have asked. */
void
rec_finish(struct rec_out *out)
{
	rec_flush(out);
	if (close(out->fd) != 0)
		die_errno(EX_IOERR, "%s", out->name);
	if (out->draft != NULL && rename(out->draft, out->name) != 0)
		die_errno(EX_IOERR, "%s", out->name);
	free(out->draft);
	free(out->buffer);
	free(out);
}
