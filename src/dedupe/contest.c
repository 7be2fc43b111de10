#include <stdlib.h>
#include <unistd.h>

#include "contest.h"
#include "diag.h"
#include "file.h"
#include "fingerprint.h"
#include "mem.h"
#include "piles.h"
#include "rec_out.h"

struct entry {
	struct fingerprint key;
	int64_t stamp;
	uint64_t number; /* of the record, from 1; 0 is an empty place */
};

struct contest {
	uint64_t seed, count;
	int spool;
	struct rec_out *in; /* to the spool, while records enter */
	struct rec_in *out; /* and from it */
	struct piles *piles; /* of entries */
	unsigned char *won; /* a bit a record */
};

struct contest *
contest_new(void)
{
	struct contest *contest = mem_new(1, sizeof *contest);

	contest->seed = fingerprint_seed();
	contest->spool = file_temp();
	contest->in = rec_to(file_again(contest->spool), file_temp_place());
	contest->piles = piles_new();
	return contest;
}

void
contest_enter(struct contest *contest, const struct rec *rec, struct span key, int64_t stamp)
{
	struct entry entry = { fingerprint_of(key, contest->seed), stamp, ++contest->count };

	rec_pass(contest->in, rec);
	piles_put(contest->piles, entry.key.low, &entry, sizeof entry);
}

static bool
beats(const struct entry *later, const struct entry *earlier)
{
	return later->stamp >= earlier->stamp || later->stamp == CONTEST_NO_STAMP
	    || earlier->stamp == CONTEST_NO_STAMP;
}

/* Where the key's best entry so far is, or an empty place. */
static struct entry *
place_of(struct entry *table, size_t size, struct fingerprint key)
{
	size_t i = key.high & (size - 1);

	while (table[i].number != 0 && !fingerprint_equal(table[i].key, key))
		i = (i + 1) & (size - 1);
	return &table[i];
}

static void
judge(struct contest *contest, const struct entry *entry, size_t count)
{
	size_t size = 1;

	while (size < count + count / 2)
		size *= 2;
	struct entry *table = mem_new(size, sizeof *table);
	for (const struct entry *end = entry + count; entry < end; entry++) {
		struct entry *best = place_of(table, size, entry->key);
		if (best->number == 0 || beats(entry, best))
			*best = *entry;
	}
	for (size_t i = 0; i < size; i++)
		contest->won[table[i].number / 8] |= (unsigned char)(1 << table[i].number % 8);
	free(table);
}

static void
decide(struct contest *contest)
{
	rec_finish(contest->in);
	contest->won = mem_new(contest->count / 8 + 1, 1);
	for (size_t i = 0; i < PILES; i++) {
		size_t bytes;
		const void *entries = piles_take(contest->piles, i, &bytes);
		judge(contest, entries, bytes / sizeof(struct entry));
	}
	piles_free(contest->piles);
	if (lseek(contest->spool, 0, SEEK_SET) != 0)
		die_errno(EX_IOERR, "%s", file_temp_place());
	contest->out = rec_from(contest->spool, file_temp_place());
	rec_trust(contest->out);
}

const struct rec *
contest_next(struct contest *contest, bool *won)
{
	if (contest->out == NULL)
		decide(contest);

	const struct rec *rec = rec_next(contest->out);
	if (rec != NULL)
		*won = contest->won[rec->number / 8] >> rec->number % 8 & 1;
	return rec;
}

void
contest_free(struct contest *contest)
{
	rec_close(contest->out);
	free(contest->won);
	free(contest);
}
