#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "contest.h"
#include "diag.h"
#include "file.h"
#include "fingerprint.h"
#include "mem.h"
#include "rec_out.h"

/* Equal keys fall on the same pile, so that each pile can be judged by itself. */
enum { PILES = 128 };

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
	FILE *piles[PILES];
	size_t sizes[PILES]; /* in entries */
	unsigned char *won; /* a bit a record */
};

static _Noreturn void
no_room(void)
{
	die_errno(EX_IOERR, "%s", file_temp_place());
}

struct contest *
contest_new(void)
{
	struct contest *contest = mem_new(1, sizeof *contest);

	contest->seed = fingerprint_seed();
	contest->spool = file_temp();
	contest->in = rec_to(file_again(contest->spool), file_temp_place());
	for (size_t i = 0; i < PILES; i++)
		if ((contest->piles[i] = fdopen(file_temp(), "w+")) == NULL)
			die_errno(EX_OSERR, "memory");
	return contest;
}

void
contest_enter(struct contest *contest, const struct rec *rec, struct span key, int64_t stamp)
{
	struct entry entry = { fingerprint_of(key, contest->seed), stamp, ++contest->count };
	size_t pile = entry.key.low % PILES;

	rec_pass(contest->in, rec);
	if (fwrite(&entry, sizeof entry, 1, contest->piles[pile]) != 1)
		no_room();
	contest->sizes[pile]++;
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
judge(struct contest *contest, FILE *pile, size_t count)
{
	size_t size = 1;
	struct entry entry;

	while (size < count + count / 2)
		size *= 2;
	struct entry *table = mem_new(size, sizeof *table);
	rewind(pile);
	for (size_t i = 0; i < count; i++) {
		if (fread(&entry, sizeof entry, 1, pile) != 1)
			no_room();
		struct entry *best = place_of(table, size, entry.key);
		if (best->number == 0 || beats(&entry, best))
			*best = entry;
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
		judge(contest, contest->piles[i], contest->sizes[i]);
		fclose(contest->piles[i]);
	}
	if (lseek(contest->spool, 0, SEEK_SET) != 0)
		no_room();
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
