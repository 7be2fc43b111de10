#include <stdlib.h>

#include "candidates.h"
#include "mem.h"

enum { MOST = 1000 };
static const double least_variance = 1.5;

struct family {
	size_t dims, dim[LOCATE_PARTS], cells;
	struct shift *cell;
	uint32_t *index;
};

static size_t
cell_of(const struct candidates *all, const struct family *family, size_t kind)
{
	const struct model *model = all->model;
	size_t cell = 0;

	for (size_t i = 0; i < family->dims; i++) {
		size_t dim = family->dim[i];
		uint32_t code = model->frame->codes[kind * model->frame->dims + dim];
		uint32_t rank = model->rank[dim][code];
		if (rank == NO_RANK)
			return SIZE_MAX;
		cell = cell * model->ranks[dim] + rank;
	}
	return cell;
}

uint32_t
candidates_index(const struct candidates *all, size_t family, size_t kind)
{
	size_t cell = cell_of(all, &all->family[family], kind);

	return cell != SIZE_MAX ? all->family[family].index[cell] : NO_INDEX;
}

static void
add_family(struct candidates *all, size_t dims, size_t first, size_t second)
{
	struct family *family = &all->family[all->families++];

	*family = (struct family){ .dims = dims, .dim = { first, second }, .cells = 1 };
	for (size_t i = 0; i < dims; i++)
		family->cells *= all->model->ranks[family->dim[i]];
	family->cell = mem_new(family->cells + 1, sizeof *family->cell);
	family->index = mem_new(family->cells + 1, sizeof *family->index);
}

static void
list_families(struct candidates *all)
{
	size_t dims = all->model->frame->dims;

	all->family = mem_new(1 + dims + dims * dims, sizeof *all->family);
	add_family(all, 0, 0, 0);
	for (size_t a = 0; a < dims; a++)
		add_family(all, 1, a, 0);
	for (size_t a = 0; a < dims; a++)
		for (size_t b = a + 1; b < dims; b++)
			add_family(all, 2, a, b);
}

/* What is expected of the segment after, by either fit, and what came. */
static void
add_kind(const struct candidates *all, const struct family *family, size_t kind)
{
	const struct model *model = all->model;
	size_t cell = cell_of(all, family, kind), after = kind * PERIODS + AFTER;

	if (cell == SIZE_MAX)
		return;
	struct shift *shift = &family->cell[cell];
	double n = model->design.n[after];
	double chance = logit_chance(&model->both, &model->design, after);
	shift->conditions = family->dims;
	for (size_t i = 0; i < family->dims; i++) {
		shift->dim[i] = family->dim[i];
		shift->code[i] =
		    model->frame->codes[kind * model->frame->dims + family->dim[i]];
	}
	for (int period = 0; period < PERIODS; period++) {
		shift->counts.n[period] += model->frame->count[kind].n[period];
		shift->counts.won[period] += model->frame->count[kind].won[period];
	}
	shift->expected +=
	    n * logit_chance(&model->before, &model->design, kind * PERIODS + BEFORE);
	shift->v += n * chance * (1 - chance);
	shift->slope += model->design.won[after] - n * chance;
}

static bool
same_deals(const struct shift *a, const struct shift *b)
{
	return a->counts.n[BEFORE] == b->counts.n[BEFORE]
	    && a->counts.n[AFTER] == b->counts.n[AFTER];
}

/* A shorter name for the same deals is the better one. */
static bool
says_nothing_new(const struct candidates *all, const struct shift *shift)
{
	if (shift->conditions > 0 && same_deals(shift, &all->family[0].cell[0]))
		return true;
	for (size_t i = 0; shift->conditions > 1 && i < shift->conditions; i++) {
		const struct family *parent = &all->family[1 + shift->dim[i]];
		uint32_t rank = all->model->rank[shift->dim[i]][shift->code[i]];
		if (same_deals(shift, &parent->cell[rank]))
			return true;
	}
	return false;
}

static int
by_promise(const void *a, const void *b)
{
	const double *one = a, *other = b;

	return (*one < *other) - (*one > *other);
}

static double
promise(const struct shift *shift)
{
	return shift->slope * shift->slope / shift->v;
}

/* What a segment must promise so that no more than MOST are tried in full. */
static double
least_promise(const struct shift *at, size_t count)
{
	if (count <= MOST)
		return 0;
	double *promises = mem_new(count, sizeof *promises);
	for (size_t i = 0; i < count; i++)
		promises[i] = promise(&at[i]);
	qsort(promises, count, sizeof *promises, by_promise);
	double least = promises[MOST - 1];
	free(promises);
	return least;
}

static bool
is_tried(const struct candidates *all, const struct shift *shift)
{
	return shift->v >= least_variance && !says_nothing_new(all, shift);
}

static void
choose(struct candidates *all)
{
	size_t cells = 0, chosen = 0;

	for (size_t f = 0; f < all->families; f++)
		cells += all->family[f].cells;
	all->at = mem_new(cells + 1, sizeof *all->at);
	for (size_t f = 0; f < all->families; f++)
		for (size_t i = 0; i < all->family[f].cells; i++)
			if (is_tried(all, &all->family[f].cell[i]))
				all->at[all->tried++] = all->family[f].cell[i];
	double least = least_promise(all->at, all->tried);
	for (size_t f = 0; f < all->families; f++)
		for (size_t i = 0; i < all->family[f].cells; i++) {
			const struct shift *shift = &all->family[f].cell[i];
			all->family[f].index[i] = NO_INDEX;
			if (!is_tried(all, shift) || promise(shift) < least)
				continue;
			all->family[f].index[i] = (uint32_t)chosen;
			all->at[chosen++] = *shift;
		}
	all->count = chosen;
}

void
candidates_make(struct candidates *all, const struct model *model)
{
	*all = (struct candidates){ .model = model };
	list_families(all);
	for (size_t f = 0; f < all->families; f++)
		for (size_t kind = 0; kind < model->frame->kinds; kind++)
			add_kind(all, &all->family[f], kind);
	choose(all);
}

void
candidates_release(struct candidates *all)
{
	for (size_t f = 0; f < all->families; f++) {
		free(all->family[f].cell);
		free(all->family[f].index);
	}
	free(all->family);
	free(all->at);
}
