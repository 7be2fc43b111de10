#define _GNU_SOURCE /* memrchr, F_SETPIPE_SZ */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "input.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

enum { CHUNK = 256 << 10 };

struct input
input_open(const char *path, struct rec_out *tied)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : file_open(path, O_RDONLY);

	if (fd < 0)
		die_errno(EX_NOINPUT, "%s", path);
	return input_from(fd, is_stdin ? "stdin" : path, tied);
}

struct input
input_from(int fd, const char *name, struct rec_out *tied)
{
	struct input in = { .fd = fd, .name = name, .tied = tied };

	in.buffer = mem_new(REC_MAX + CHUNK + TEXT_SLACK, 1);
	in.at = in.whole = in.end = in.buffer;
	*in.end = '\n';
	in.progress = progress_of(in.fd);
	fcntl(in.fd, F_SETPIPE_SZ, 1 << 20); /* best effort */
	return in;
}

static size_t
read_chunk(struct input *in)
{
	if (in->tied != NULL && file_would_wait(in->fd))
		rec_flush(in->tied);
	progress_show(&in->progress, in->rows, in->bytes);
	size_t got = file_read(in->fd, in->name, in->end, CHUNK);
	in->bytes += got;
	in->end += got;
	*in->end = '\n';
	return got;
}

static void
make_room(struct input *in)
{
	size_t rest = (size_t)(in->end - in->at), whole = (size_t)(in->whole - in->at);

	memmove(in->buffer, in->at, rest);
	in->at = in->buffer;
	in->whole = in->buffer + whole;
	in->end = in->buffer + rest;
}

/* A CR counts only when it is known what follows: it may be the half of a CR LF. */
static char *
last_line_end(char *fresh, char *end)
{
	char *newline = memrchr(fresh, '\n', (size_t)(end - fresh));

	if (newline == NULL)
		newline = memrchr(fresh, '\r', (size_t)(end - fresh) - 1);
	return newline;
}

bool
input_more(struct input *in)
{
	while (!in->ended && in->end - in->at <= REC_MAX) {
		make_room(in);
		char *fresh = in->end;
		in->ended = read_chunk(in) == 0;
		if (in->ended)
			break;
		if (fresh > in->whole)
			fresh--;
		char *newline = last_line_end(fresh, in->end);
		if (newline != NULL) {
			in->whole = newline + 1;
			return true;
		}
	}
	bool some = in->ended && in->whole < in->end;
	if (some)
		in->whole = in->end;
	return some;
}

/* A pipe may bring empty lines by themselves. */
struct span
input_first_line(struct input *in)
{
	size_t empty = 0, end;

	do
		while (in->at + empty < in->whole
		    && (in->at[empty] == '\n' || in->at[empty] == '\r'))
			empty++;
	while (in->at + empty == in->whole && input_more(in));
	for (end = empty; in->at[end] != '\n' && in->at[end] != '\r';)
		end++;
	return (struct span){ in->at + empty, end - empty };
}

void
input_close(struct input *in)
{
	diag_progress_end();
	if (in->fd != STDIN_FILENO)
		close(in->fd);
	free(in->buffer);
}
