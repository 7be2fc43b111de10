#include <endian.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "mem.h"
#include "order.h"

enum { ROOM = 64 << 20, KEY_ROOM = 2 * REC_MAX + 64 }; /* a segment may be escaped */

/* Of a record in memory: its keys, each ended by a NUL, then its line. */
struct item {
	uint64_t first; /* bytes of it, as a number */
	struct span key;
	size_t line_len;
};

/* A part that was sorted before, and the record it is at. */
struct part {
	int fd;
	struct rows *rows;
	const struct rec *rec; /* NULL: it is at its end */
	struct span key;
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
	struct span last; /* key that was written, in a room of its own */
	size_t written;
};

struct order *
order_new(const struct kind *kind, const char *name)
{
	struct order *order = mem_new(1, sizeof *order);

	order->kind = kind;
	order->name = name;
	order->room = mem_new(ROOM, 1);
	order->last.at = mem_new(KEY_ROOM, 1);
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
by_key(const void *a, const void *b)
{
	const struct item *left = a, *right = b;

	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	return span_order(left->key, right->key);
}

static _Noreturn void
refuse_twice(const struct order *order, struct span key)
{
	char *text = mem_copy(key.at, key.len);

	for (size_t i = 0; i < key.len; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	for (size_t end = key.len; end > 0 && text[end - 1] == ' '; end--)
		text[end - 1] = '\0';
	die(EX_DATAERR, "%s: %s %s comes twice", order->name, order->kind->name, text);
}

static void
write_one(struct order *order, struct span key, struct span line, struct rec_out *out)
{
	if (order->written++ > 0 && span_equal(order->last, key))
		refuse_twice(order, key);
	memcpy((char *)order->last.at, key.at, key.len);
	order->last.len = key.len;
	rec_pass(out, &(struct rec){ .line = line });
}

static void
write_items(struct order *order, struct rec_out *out)
{
	if (order->count > 0)
		qsort(order->items, order->count, sizeof *order->items, by_key);
	for (size_t i = 0; i < order->count; i++) {
		const struct item *item = &order->items[i];
		write_one(order, item->key,
		    (struct span){ item->key.at + item->key.len, item->line_len }, out);
	}
	order->used = order->count = 0;
}

/* Onto the disk with what is here, to make room for more. */
static void
spill(struct order *order)
{
	int fd = file_temp();
	struct rec_out *out = rec_to(file_again(fd), file_temp_place());

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
	    (struct item){ be64toh(first), { key, key_len }, rec->line.len };
	order->used += key_len + rec->line.len;
}

static void
part_next(struct part *part)
{
	struct store_row row;

	part->rec = rows_next(part->rows, &row);
	if (part->rec == NULL)
		return;
	part->key.len = key_length(&row);
	part->key.at = mem_grow((char *)part->key.at, part->key.len, 1);
	put_key((char *)part->key.at, &row);
}

static void
part_begin(struct order *order, struct part *part)
{
	if (lseek(part->fd, 0, SEEK_SET) != 0)
		die_errno(EX_IOERR, "%s", file_temp_place());
	struct rec_in *in = rec_from(part->fd, file_temp_place());
	part->rows = rows_from(in, file_temp_place(), order->kind);
	part_next(part);
}

static struct part *
least(struct order *order)
{
	struct part *least = NULL;

	for (size_t i = 0; i < order->part_count; i++) {
		struct part *part = &order->parts[i];
		if (part->rec != NULL
		    && (least == NULL || span_order(part->key, least->key) < 0))
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
		write_one(order, part->key, part->rec->line, out);
		part_next(part);
	}
	for (size_t i = 0; i < order->part_count; i++) {
		rows_free(order->parts[i].rows);
		free((char *)order->parts[i].key.at);
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
	free((char *)order->last.at);
	free(order);
	return written;
}
