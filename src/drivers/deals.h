/*
 * deals - the decided deals, as numbers, in the order they came.
 *
 * Fields are what deals are told apart by: the dimensions of the tables, and those that a
 * segment is asked for by.  Codes number a field's values in the order of their bytes; the
 * last code, names_count(values), is that of no value.  A day that a deal does not have is
 * NO_DAY; it is recorded when it was closed if nobody says otherwise.
 *
 * What is wrong in a deal ends the program (65, naming the line).
 */
#ifndef DEALS_H
#define DEALS_H

#include <stdint.h>
#include "names.h"
#include "rec.h"
#include "summary.h"

enum { NO_DAY = INT32_MIN };
enum clock { CLOCK_RECORDED, CLOCK_CLOSED, CLOCK_CREATED, CLOCKS };

struct deal {
	int32_t day[CLOCKS];
	bool won;
};

struct field {
	const char *name;
	struct names *values;
};

struct deals {
	size_t count, room, fields;
	struct deal *at;
	struct field *field;
	uint32_t *codes; /* fields of them each */
};

/* The names must live as long as the deals. */
void deals_read(
    struct deals *, struct rec_in *, const char *const *fields, size_t count, struct summary *);
size_t deals_field(const struct deals *, const char *name); /* or the number of fields */
void deals_release(struct deals *);

bool clock_named(const char *name, enum clock *);
const char *clock_name(enum clock);

static inline uint32_t
deals_code(const struct deals *deals, size_t deal, size_t field)
{
	return deals->codes[deal * deals->fields + field];
}

#endif
