/*
 * backoff - how long to leave somebody alone who could not take a message.
 *
 * 1, 5, 15, 60 minutes, then 4 hours, each up to a fifth more or less, so that what failed
 * together does not come back together; by how much is the same whenever it is asked.
 */
#ifndef BACKOFF_H
#define BACKOFF_H

#include <stdint.h>

int64_t backoff_seconds(const char *delivery_id, int attempts); /* after so many */

#endif
