/*
 * singer_source - the messages of a Singer tap on the standard input: SCHEMA, RECORD, STATE.
 *
 * Records of "stream" become deals; those of other streams are passed over.  One with
 * _sdc_deleted_at is a deal that was deleted.  The bookmark has the last state that the tap gave,
 * for it to go on from (jq .until.state).
 */
#ifndef SINGER_SOURCE_H
#define SINGER_SOURCE_H

#include "source.h"

void singer_source(struct fetching *);

#endif
