#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "order.h"

enum { ROOM = 64 << 20 };

/* Of a record in memory: its keys, each ended by a NUL, then its line. */
struct item {
	uint64_t first; /* bytes of it, as a number */
	const char *key;
	size_t key_len, line_len;
};

/* A part that was sorted before, and the record it is at. */
struct part {
	int fd;
	struct rows *rows;
	const struct rec *rec; /* NULL: it is at its end */
	char *key;
	size_t key_len;
};

struct order {
	const struct kind *kind;
	const char *name;
	char *room;
	size_t used;
	struct item *items;
	size_t count, most;
	struct part *parts;
	size_t part_count;
	char *last; /* key that was written */
	size_t last_len, written;
};

struct order *
order_new(const struct kind *kind, const char *name)
{
	struct order *order = mem_new(1, sizeof *order);

	order->kind = kind;
	order->name = name;
	order->room = mem_new(ROOM, 1);
	order->last = mem_new(2 * REC_MAX, 1);
	return order;
}

static size_t
key_length(const struct store_row *row)
{
	size_t len = 0;

	for (int i = 0; i < STORE_KEYS; i++)
		len += row->keys[i].len + 1;
	return len;
}

static char *
put_key(char *to, const struct store_row *row)
{
	for (int i = 0; i < STORE_KEYS; i++) {
		memcpy(to, row->keys[i].at, row->keys[i].len);
		to += row->keys[i].len;
		*to++ = '\0';
	}
	return to;
}

static int
compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int
by_key(const void *a, const void *b)
{
	const struct item *left = a, *right = b;

	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	return compare(left->key, left->key_len, right->key, right->key_len);
}

static void
write_one(
    struct order *order, const char *key, size_t len, struct span line, struct rec_out *out)
{
	if (order->written++ > 0 && compare(order->last, order->last_len, key, len) == 0)
		die(EX_DATAERR, "%s: %s %s comes twice", order->name, order->kind->name, key);
	memcpy(order->last, key, len);
	order->last_len = len;
	rec_pass(out, &(struct rec){ .line = line });
}

static void
write_items(struct order *order, struct rec_out *out)
{
	if (order->count > 0)
		qsort(order->items, order->count, sizeof *order->items, by_key);
	for (size_t i = 0; i < order->count; i++) {
		const struct item *item = &order->items[i];
		write_one(order, item->key, item->key_len,
		    (struct span){ item->key + item->key_len, item->line_len }, out);
	}
	order->used = order->count = 0;
}

/* Onto the disk with what is here, to make room for more. */
static void
spill(struct order *order)
{
	FILE *file = tmpfile();
	int fd = file != NULL ? dup(fileno(file)) : -1;

	if (fd < 0 || fclose(file) != 0)
		die_errno(EX_CANTCREAT, "a temporary file");
	struct rec_out *out = rec_to(dup(fd), "a temporary file");
	write_items(order, out);
	rec_finish(out);
	order->written = 0;
	order->parts = mem_grow(order->parts, order->part_count + 1, sizeof *order->parts);
	order->parts[order->part_count++] = (struct part){ .fd = fd };
}

void
order_add(struct order *order, const struct store_row *row, const struct rec *rec)
{
	size_t key_len = key_length(row);

	if (order->used + key_len + rec->line.len > ROOM)
		spill(order);
	if (order->count == order->most) {
		order->most = order->most * 2 + 1024;
		order->items = mem_grow(order->items, order->most, sizeof *order->items);
	}
	char *key = order->room + order->used;
	uint64_t first = 0;
	memcpy(put_key(key, row), rec->line.at, rec->line.len);
	memcpy(&first, key, key_len < sizeof first ? key_len : sizeof first);
	order->items[order->count++] =
	    (struct item){ be64toh(first), key, key_len, rec->line.len };
	order->used += key_len + rec->line.len;
}

static void
part_next(struct part *part)
{
	struct store_row row;

	part->rec = rows_next(part->rows, &row);
	if (part->rec == NULL)
		return;
	part->key_len = key_length(&row);
	part->key = mem_grow(part->key, part->key_len, 1);
	put_key(part->key, &row);
}

static void
part_begin(struct order *order, struct part *part)
{
	if (lseek(part->fd, 0, SEEK_SET) != 0)
		die_errno(EX_IOERR, "a temporary file");
	struct rec_in *in = rec_from(part->fd, "a temporary file");
	part->rows = rows_from(in, "a temporary file", order->kind);
	part_next(part);
}

static struct part *
least(struct order *order)
{
	struct part *least = NULL;

	for (size_t i = 0; i < order->part_count; i++) {
		struct part *part = &order->parts[i];
		if (part->rec != NULL
		    && (least == NULL
			|| compare(part->key, part->key_len, least->key, least->key_len) < 0))
			least = part;
	}
	return least;
}

static void
merge(struct order *order, struct rec_out *out)
{
	struct part *part;

	if (order->count > 0)
		spill(order);
	for (size_t i = 0; i < order->part_count; i++)
		part_begin(order, &order->parts[i]);
	while ((part = least(order)) != NULL) {
		write_one(order, part->key, part->key_len, part->rec->line, out);
		part_next(part);
	}
	for (size_t i = 0; i < order->part_count; i++) {
		rows_free(order->parts[i].rows);
		free(order->parts[i].key);
	}
}

size_t
order_write(struct order *order, struct rec_out *out)
{
	if (order->part_count == 0)
		write_items(order, out);
	else
		merge(order, out);

	size_t written = order->written;
	free(order->room);
	free(order->items);
	free(order->parts);
	free(order->last);
	free(order);
	return written;
}
