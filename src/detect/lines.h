/*
 * lines - the series of a file of metrics: each a metric of a segment, by bucket and clock.
 *
 * A record has a number in `value`, the name of what it is in `metric`, and in `n`, if it is a
 * rate or a mean, how many it was counted from; `unit` says how it is shown.  One without a
 * value, or of a bucket longer than a month, is passed over.  Lines are in
 * order of what they are, values by the last day of their bucket and then by line: a value is
 * known when its bucket is over.  One bucket twice in a line ends the program (65).
 */
#ifndef LINES_H
#define LINES_H

#include <jansson.h>
#include <stdint.h>

enum bucket { BUCKET_DAY, BUCKET_WEEK, BUCKET_MONTH, BUCKETS };
extern const char *const bucket_names[BUCKETS];

struct line {
	char *key, *metric, *clock, *unit; /* clock, unit: "" if none was said */
	enum bucket bucket;
	json_t *segment;
};

struct value {
	uint32_t line;
	int32_t date, end; /* days: the bucket's first and last */
	double value, n; /* n: 0 if there was none */
};

struct lines {
	struct line *at;
	struct value *values;
	size_t count, value_count, room, value_room;
};

void lines_read(struct lines *, const char *path);
int32_t lines_bucket(enum bucket, int32_t date); /* its number; the next has the next */
void lines_release(struct lines *);

#endif
