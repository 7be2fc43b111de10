#include <stdlib.h>

#include "cells.h"
#include "mem.h"
#include "text.h"

struct cells
cells_new(size_t count)
{
	return (struct cells){ .count = count, .at = mem_new(count + 1, sizeof(struct span)) };
}

void
cells_begin(struct cells *cells, size_t bytes)
{
	size_t need = bytes + cells->count + TEXT_SLACK;

	if (need > cells->room) {
		cells->texts = mem_grow(cells->texts, need, 1);
		memset(cells->texts + cells->room, '\n', need - cells->room);
		cells->room = need;
	}
	cells->used = 0;
	for (size_t i = 0; i < cells->count; i++)
		cells->at[i] = (struct span){ "", 0 };
}

void
cells_put(struct cells *cells, size_t cell, struct span text)
{
	char *copy = cells->texts + cells->used;

	memcpy(copy, text.at, text.len);
	copy[text.len] = '\n';
	cells->used += text.len + 1;
	cells->at[cell] = (struct span){ copy, text.len };
}

void
cells_release(struct cells *cells)
{
	free(cells->at);
	free(cells->texts);
}
