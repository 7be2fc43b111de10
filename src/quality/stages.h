/*
 * stages - what the stages before say: how many rows they read, refused and dropped, and why.
 *
 * Their files are whole when the last deal has come, so they are read then.  What is not given
 * counts as 0 of 0.
 */
#ifndef STAGES_H
#define STAGES_H

#include <stddef.h>
#include <stdint.h>

struct reason {
	char *code;
	uint64_t count;
};

struct stages {
	uint64_t read, refused; /* rows of the source */
	uint64_t unique_in, dropped; /* of dedupe */
	struct reason *reasons; /* the commonest first; the last may be "other" */
	size_t reason_count;
};

struct stages stages_read(
    const char *fetched, const char *dropped, const char *const *rejects, size_t count);
void stages_release(struct stages *);

#endif
