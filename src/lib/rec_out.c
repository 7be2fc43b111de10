#define _GNU_SOURCE /* F_SETPIPE_SZ, memmem */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "mem.h"
#include "rec.h"
#include "rec_line.h"
#include "rec_out.h"
#include "text.h"

enum { ENOUGH = 256 << 10 }; /* to be worth a write */

/* [buffer, start) is whole lines, [start, end) the one being put together. */
struct rec_out {
	int fd;
	const char *name;
	char *draft; /* what it is written as until it is whole; NULL: in place */
	bool first; /* the next field needs no comma */
	bool based; /* on a record, which may have the field already */
	char *buffer, *start, *end;
};

struct rec_out *
rec_to(int fd, const char *name)
{
	struct rec_out *out = mem_new(1, sizeof *out);

	out->fd = fd;
	out->name = name;
	out->buffer = mem_new(ENOUGH + 2 * REC_MAX + 2 * TEXT_SLACK, 1);
	out->start = out->end = out->buffer;
	fcntl(fd, F_SETPIPE_SZ, 1 << 20); /* best effort */
	return out;
}

/* A pipe or a device is written as it is; a file under another name until it is whole. */
struct rec_out *
rec_create(const char *path)
{
	struct stat status;
	bool in_place =
	    strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode));
	char *draft = in_place ? NULL : mem_printf("%s.new", path);
	int fd = strcmp(path, "-") == 0
	    ? STDOUT_FILENO
	    : file_open(in_place ? path : draft, O_WRONLY | O_CREAT | O_TRUNC);

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

void
rec_flush(struct rec_out *out)
{
	const char *p = out->buffer;

	while (p < out->start) {
		ssize_t wrote = write(out->fd, p, (size_t)(out->start - p));
		if (wrote < 0 && errno != EINTR)
			give_up(out);
		p += wrote > 0 ? wrote : 0;
	}
	out->start = out->end = out->buffer;
}

/* Room for `len` bytes more in this line, and a few. */
static char *
room(struct rec_out *out, size_t len)
{
	if (len + (size_t)(out->end - out->start) > 2 * REC_MAX)
		die(EX_DATAERR, "%s: a record longer than 1 MiB", out->name);
	return out->end;
}

static void
new_line(struct rec_out *out)
{
	if (out->start - out->buffer >= ENOUGH)
		rec_flush(out);
}

static void
end_line(struct rec_out *out)
{
	if (out->end - out->start > REC_MAX)
		die(EX_DATAERR, "%s: a record longer than 1 MiB", out->name);
	*out->end++ = '\n';
	out->start = out->end;
}

void
rec_pass(struct rec_out *out, const struct rec *rec)
{
	new_line(out);
	memcpy(out->end, rec->line.at, rec->line.len);
	out->end += rec->line.len;
	end_line(out);
}

void
rec_dump(struct rec_out *out, const json_t *object)
{
	size_t len;
	char *text = rec_json(object, &len);

	new_line(out);
	memcpy(room(out, len), text, len);
	out->end += len;
	end_line(out);
	free(text);
}

/* The last byte before `end` that is no blank. */
static char *
before_blanks(char *end)
{
	do
		end--;
	while (*end == ' ' || *end == '\t' || *end == '\r');
	return end;
}

void
rec_begin(struct rec_out *out, const struct rec *base)
{
	new_line(out);
	out->based = base != NULL;
	if (base == NULL) {
		*out->end++ = '{';
		out->first = true;
		return;
	}
	memcpy(out->end, base->line.at, base->line.len);
	out->end += base->line.len;
	out->end = before_blanks(out->end);
	out->first = *before_blanks(out->end) == '{';
}

/* As jansson does it, so that it never shows who wrote a string. */
static char *
escape(char *p, unsigned char c)
{
	static const char hex[] = "0123456789abcdef", plain[] = "\"\\\b\f\n\r\t";
	const char *found = memchr(plain, c, sizeof plain - 1);

	*p++ = '\\';
	if (found != NULL) {
		*p++ = "\"\\bfnrt"[found - plain];
		return p;
	}
	memcpy(p, "u00", 3);
	p[3] = hex[c >> 4];
	p[4] = hex[c & 15];
	return p + 5;
}

static void
put_escaped(struct rec_out *out, struct span text)
{
	char *p = room(out, text.len * 6 + 2);

	*p++ = '"';
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if (c < ' ' || c == '"' || c == '\\')
			p = escape(p, c);
		else
			*p++ = (char)c;
	}
	*p++ = '"';
	out->end = p;
}

/* Written as it is and looked at where it stands: most text needs no escape. */
static void
put_string(struct rec_out *out, struct span text)
{
	char *quote = room(out, text.len + 2), *p = quote + 1;
	bool plain = true;

	*quote = '"';
	memcpy(p, text.at, text.len);
	p[text.len] = '"';
	out->end = p + text.len + 1;
	for (const char *stop = p; (stop = text_stop(stop)) < p + text.len; stop++) {
		if ((unsigned char)*stop > '\177')
			die(EX_DATAERR, "%s: a text that is not UTF-8", out->name);
		plain = false;
	}
	if (!plain) {
		out->end = quote;
		put_escaped(out, text);
	}
}

/* The name and its colon; gives where the field begins, with its comma. */
static char *
begin_field(struct rec_out *out, struct span name)
{
	char *start = room(out, 2);

	if (!out->first)
		*out->end++ = ',';
	out->first = false;
	put_string(out, name);
	*out->end++ = ':';
	return start;
}

static bool
is_named(struct span written, struct span name)
{
	if (memchr(written.at, '\\', written.len) == NULL)
		return span_equal(written, name);

	json_t *meant =
	    json_loadb(written.at - 1, written.len + 2, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	bool same = meant != NULL
	    && span_equal(
		name, (struct span){ json_string_value(meant), json_string_length(meant) });
	json_decref(meant);
	return same;
}

/* Whether the name may be there at all: most often it is not, and one glance shows it. */
static bool
may_have(const struct rec_out *out, size_t len, struct span name)
{
	return memmem(out->start, len, name.at, name.len) != NULL
	    || memchr(out->start, '\\', len) != NULL;
}

/* The field of that name among those before `limit`. */
static bool
find_field(struct rec_out *out, const char *limit, struct span name, struct member *found)
{
	if (!may_have(out, (size_t)(limit - out->start), name))
		return false;
	*out->end = '\n'; /* where the walk must end */
	const char *p = strchr(out->start, '{') + 1;
	while (p < limit && (p = line_member(p, found)) != NULL && p <= limit)
		if (is_named(found->name, name))
			return true;
	return false;
}

/* A field the record had keeps its place: the value just written at the end moves there. */
static void
end_field(struct rec_out *out, char *start, char *value, struct span name)
{
	struct member old;

	if (!out->based || !find_field(out, start, name, &old))
		return;
	size_t len = (size_t)(out->end - value);
	char *copy = mem_copy(value, len), *at = start - (start - old.value.at);
	memmove(at + len, at + old.value.len, (size_t)(start - at) - old.value.len);
	memcpy(at, copy, len);
	out->end = start + len - old.value.len;
	free(copy);
}

void
rec_add(struct rec_out *out, struct span key, struct span value, bool text)
{
	char *p = room(out, key.len + value.len + REC_KEY_SLACK);

	*p = ',';
	p += !out->first;
	out->first = false;
	for (size_t i = 0; i < key.len; i += REC_KEY_SLACK)
		memcpy(p + i, key.at + i, REC_KEY_SLACK);
	p += key.len;
	*p = '"';
	p += text;
	memcpy(p, value.at, value.len);
	p += value.len;
	*p = '"';
	out->end = p + text;
}

void
rec_put_json(struct rec_out *out, struct span name, struct span json)
{
	char *start = begin_field(out, name), *value = room(out, json.len);

	memcpy(value, json.at, json.len);
	out->end += json.len;
	end_field(out, start, value, name);
}

void
rec_put_text(struct rec_out *out, struct span name, struct span text)
{
	char *start = begin_field(out, name), *value = out->end;

	put_string(out, text);
	end_field(out, start, value, name);
}

static bool
is_number(struct span text)
{
	char copy[REAL_MAX + TEXT_SLACK];

	if (text.len > REAL_MAX)
		return false;
	memcpy(copy, text.at, text.len);
	memset(copy + text.len, '\n', TEXT_SLACK);
	return number_end(copy) == copy + text.len;
}

void
rec_put_number(struct rec_out *out, struct span name, struct span text)
{
	(is_number(text) ? rec_put_json : rec_put_text)(out, name, text);
}

void
rec_put_integer(struct rec_out *out, struct span name, int64_t value)
{
	char digits[20], *p = digits + sizeof digits;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	if (value < 0)
		*--p = '-';
	rec_put_json(out, name, (struct span){ p, (size_t)(digits + sizeof digits - p) });
}

void
rec_omit(struct rec_out *out, struct span name)
{
	struct member old;

	if (!find_field(out, out->end, name, &old))
		return;
	size_t from = (size_t)(old.name.at - 1 - out->start);
	size_t to = (size_t)(old.value.at + old.value.len - out->start);
	char *line = out->start;
	to += strspn(line + to, " \t\r");
	if (line[to] == ',')
		to++;
	else if (*before_blanks(line + from) == ',')
		from = (size_t)(before_blanks(line + from) - line);
	memmove(line + from, line + to, (size_t)(out->end - line) - to);
	out->end -= to - from;
	out->first = *before_blanks(out->end) == '{';
}

void
rec_end(struct rec_out *out)
{
	*out->end++ = '}';
	end_line(out);
}

void
rec_drop(struct rec_out *out)
{
	out->end = out->start;
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
