/*
 * store_fault - ops are told of a delivery that nobody takes: once, and once when it is over.
 *
 * Within the transaction that settles the delivery; for the outbox alone.
 */
#ifndef STORE_FAULT_H
#define STORE_FAULT_H

#include <jansson.h>
#include "store_sql.h"

/* Of the delivery, a row of that name, whether it says that its alert, or fault, is over. */
#define STORE_IS_OVER(row) \
	"coalesce(json_extract(" row \
	".doc, '$.state'), '') IN ('recovered', 'corrected', 'clear')"

/* what: in words, what became of it; is_dead: it is not tried again.  Nothing is done for a
 * drill, nor where it is told already. */
void fault_begin(
    struct store *, const json_t *delivery, int64_t since, bool is_dead, const char *what);
/* The faults of the delivery and of its thread ("": none) are over. */
void fault_end(struct store *, struct span delivery_id, struct span thread);

#endif
