#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "keyset_run.h"
#include "mem.h"

enum { PAGE = 4096, ON_PAGE = PAGE / sizeof(struct fingerprint) };
enum { BLOCK_WORDS = 8, BLOCK_KEYS = 51, BITS = 6 }; /* 512 bits, a cache line: 10 a key */

struct run {
	size_t start, count; /* on file, in keys */
	struct fingerprint *firsts; /* of each page */
	size_t blocks;
	uint64_t *filter;
};

struct runs {
	int fd;
	size_t keys, count;
	struct run *runs;
};

struct runs *
runs_new(void)
{
	struct runs *runs = mem_new(1, sizeof *runs);

	runs->fd = file_temp();
	return runs;
}

static uint64_t *
block_of(const struct run *run, struct fingerprint print)
{
	return run->filter + (((print.low >> 32) * run->blocks) >> 32) * BLOCK_WORDS;
}

/* Which of a block's bits stand for the key: nine bits of it say so for each. */
static unsigned
bit_of(struct fingerprint print, int i)
{
	return (unsigned)(print.high >> 9 * i) % (BLOCK_WORDS * 64);
}

static void
filter_add(const struct run *run, struct fingerprint print)
{
	uint64_t *block = block_of(run, print);

	for (int i = 0; i < BITS; i++) {
		unsigned bit = bit_of(print, i);
		block[bit / 64] |= (uint64_t)1 << bit % 64;
	}
}

static bool
filter_has(const struct run *run, struct fingerprint print)
{
	const uint64_t *block = block_of(run, print);

	for (int i = 0; i < BITS; i++) {
		unsigned bit = bit_of(print, i);
		if ((block[bit / 64] >> bit % 64 & 1) == 0)
			return false;
	}
	return true;
}

static void
write_keys(const struct runs *runs, const struct fingerprint *keys, size_t count)
{
	const char *p = (const char *)keys, *end = (const char *)(keys + count);

	while (p < end) {
		ssize_t wrote = write(runs->fd, p, (size_t)(end - p));
		if (wrote < 0)
			die_errno(EX_IOERR, "%s", file_temp_place());
		p += wrote;
	}
}

void
runs_add(struct runs *runs, const struct fingerprint *sorted, size_t count)
{
	size_t pages = (count + ON_PAGE - 1) / ON_PAGE;
	struct run run = { .start = runs->keys, .count = count };

	run.firsts = mem_new(pages, sizeof *run.firsts);
	run.blocks = count / BLOCK_KEYS + 1;
	run.filter = mem_new(run.blocks * BLOCK_WORDS, sizeof *run.filter);
	for (size_t i = 0; i < pages; i++)
		run.firsts[i] = sorted[i * ON_PAGE];
	for (size_t i = 0; i < count; i++)
		filter_add(&run, sorted[i]);
	write_keys(runs, sorted, count);
	runs->keys += count;
	runs->runs = mem_grow(runs->runs, runs->count + 1, sizeof run);
	runs->runs[runs->count++] = run;
}

/* The last of the sorted keys that is not past `print`; the first if there is none. */
static size_t
last_not_past(const struct fingerprint *sorted, size_t count, struct fingerprint print)
{
	size_t from = 0;

	for (size_t left = count; left > 1;) {
		size_t half = left / 2;
		if (!fingerprint_less(print, sorted[from + half]))
			from += half;
		left -= half;
	}
	return from;
}

static bool
page_has(const struct runs *runs, const struct run *run, struct fingerprint print)
{
	struct fingerprint keys[ON_PAGE];
	size_t pages = (run->count + ON_PAGE - 1) / ON_PAGE;
	size_t first = last_not_past(run->firsts, pages, print) * ON_PAGE;
	size_t count = run->count - first < ON_PAGE ? run->count - first : ON_PAGE;
	size_t size = count * sizeof *keys;

	if (pread(runs->fd, keys, size, (off_t)((run->start + first) * sizeof *keys))
	    != (ssize_t)size)
		die_errno(EX_IOERR, "%s", file_temp_place());
	return fingerprint_equal(keys[last_not_past(keys, count, print)], print);
}

bool
runs_have(const struct runs *runs, struct fingerprint print)
{
	for (size_t i = 0; i < runs->count; i++)
		if (filter_has(&runs->runs[i], print) && page_has(runs, &runs->runs[i], print))
			return true;
	return false;
}

void
runs_expect(const struct runs *runs, struct fingerprint print)
{
	for (size_t i = 0; i < runs->count; i++)
		__builtin_prefetch(block_of(&runs->runs[i], print));
}

void
runs_free(struct runs *runs)
{
	for (size_t i = 0; i < runs->count; i++) {
		free(runs->runs[i].firsts);
		free(runs->runs[i].filter);
	}
	free(runs->runs);
	close(runs->fd);
	free(runs);
}
