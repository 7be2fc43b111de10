/*
 * summary - what a filter did, counted: {"stage","in","out","rejected","dropped"}.
 *
 * Each record that came in is counted once more, by what became of it, so that
 * in = out + rejected + dropped; summary_write() ends the program (70) where that is not so.
 * A filter that sums says so, and in `written` how many records it made of those it took; one
 * that drops by rules of somebody's may say how many by which, in `left_out`.
 *
 * summary_finish() ends the streams of a filter: what stands beside the records, and the
 * summary, are whole before the records end, so that who reads both may rely on them.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct summary {
	const char *stage;
	uint64_t in, out, rejected, dropped, written;
	bool sums; /* written is another number than out, though it be 0 */
	json_t *left_out; /* {name: count}, borrowed; or NULL */
};

struct rec_out;

void summary_write(const char *path, const struct summary *); /* NULL path: nothing */
void summary_finish(
    const char *path, const struct summary *, struct rec_out *out, struct rec_out *beside);

#endif
