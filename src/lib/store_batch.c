#include <stdlib.h>

#include "mem.h"
#include "store_batch.h"

enum { BYTES = 4 << 20 };

struct batch {
	size_t count, most, bytes;
	struct store_row *rows;
	struct span *keys;
};

struct batch *
batch_new(size_t most)
{
	struct batch *batch = mem_new(1, sizeof *batch);

	batch->most = most;
	batch->rows = mem_new(most, sizeof *batch->rows);
	batch->keys = mem_new(most, sizeof *batch->keys);
	return batch;
}

static char *
put(char *to, struct span *text)
{
	if (text->at == NULL)
		return to;
	memcpy(to, text->at, text->len);
	text->at = to;
	return to + text->len;
}

static size_t
size_of(const struct store_row *row)
{
	size_t size =
	    row->note.len + row->more.len + row->line.len + row->byte.len + row->doc.len;

	for (int i = 0; i < STORE_KEYS; i++)
		size += row->keys[i].len;
	return size;
}

/* All in one piece, the first key at its start. */
bool
batch_add(struct batch *batch, const struct store_row *row)
{
	struct store_row *copy = &batch->rows[batch->count];
	char *to = mem_new(size_of(row) + 1, 1);

	*copy = *row;
	for (int i = 0; i < STORE_KEYS; i++)
		to = put(to, &copy->keys[i]);
	to = put(put(to, &copy->note), &copy->more);
	put(put(put(to, &copy->line), &copy->byte), &copy->doc);
	batch->keys[batch->count++] = copy->keys[0];
	batch->bytes += size_of(row);
	return batch->count == batch->most || batch->bytes >= BYTES;
}

const struct store_row *
batch_rows(const struct batch *batch, size_t *count)
{
	*count = batch->count;
	return batch->rows;
}

const struct span *
batch_keys(const struct batch *batch)
{
	return batch->keys;
}

void
batch_empty(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		free((char *)batch->rows[i].keys[0].at);
	batch->count = batch->bytes = 0;
}

void
batch_free(struct batch *batch)
{
	batch_empty(batch);
	free(batch->rows);
	free(batch->keys);
	free(batch);
}
