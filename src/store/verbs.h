/*
 * verbs - what the store program can be told to do.
 */
#ifndef VERBS_H
#define VERBS_H

#include "store_data.h"

enum { SUMMARIES_MAX = 64, KEEPS_MAX = 16, TABLES_MAX = 16 };

struct options {
	const char *url;
	const char *what; /* the kind, the run to commit or discard, or the file of a backup */
	const char *run; /* that is staged */
	const char *source; /* of the deals that are */
	const char *summaries[SUMMARIES_MAX];
	int summary_count;
	const char *zone;
	struct store_when when;
	const char *full; /* the kind of which this is all */
	const char *take_over; /* the name that the source of the run takes the place of */
	double most_deleted; /* the share of a source's deals that it may lack */
	const char *keeps[KEEPS_MAX];
	int keep_count;
	const char *tables[TABLES_MAX]; /* to dump; none: all */
	int table_count;
	const char *person;
	char *const *files; /* to erase them from; or deals to trace */
	int file_count;
	bool past, verbose;
};

void put_records(const struct options *);
void discard_run(const struct options *);
void commit_run(const struct options *);
void get_records(const struct options *);
void trace_deals(const struct options *);
void dump_store(const struct options *);
void load_store(const struct options *);
void backup_store(const struct options *);
void prune_store(const struct options *);
void erase_person(const struct options *);

const struct kind *kind_named(const char *name); /* none: the end (64) */

/* A stream that was closed is to be missed before the store opens a file in its place. */
void check_open(int fd, const char *name);

#endif
