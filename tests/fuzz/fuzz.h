/*
 * fuzz - what every target needs: the library as it is, but with its doors held.
 *
 * fuzz_run calls work() and gives -1, or the status with which the library ended the program
 * there; what it said is then fuzz_said().  Once it is over, all memory it took must have been
 * given back, unless it ended the program; that is taken back here.
 *
 * The library reads what fuzz_read_from() was given, `pace` bytes a time, wherever it reads
 * from stdin, and as the file FUZZ_FILE; what it writes to FUZZ_FD is fuzz_written().
 *
 * must() is a property: what breaks it stops the fuzzer, which then shows the input.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include "span.h"

enum { FUZZ_FD = 1000 };
#define FUZZ_FILE "fuzz.json"

int fuzz_run(void (*work)(void *), void *of);
const char *fuzz_said(void);
void fuzz_read_from(struct span bytes, size_t pace);
struct span fuzz_written(void); /* since it was last asked */

/* The fuzzer's bytes as two: what they say, and the last one, which chooses. */
struct span fuzz_input(const uint8_t *data, size_t size, unsigned *choice);

/* The text before the next mark, NULs and all; false when there is none left. */
bool fuzz_next(struct span *rest, char mark, struct span *piece);

__attribute__((format(printf, 2, 3))) void must(bool holds, const char *format, ...);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#endif
