/*
 * store - what is kept between runs, behind one URL (sqlite:PATH, a plain path, or
 * postgresql://[USER@]HOST[:PORT]/DATABASE).  store_data.h: how records get in and out;
 * outbox.h: the deliveries that wait to be sent.
 *
 * Whatever fails ends the program and says so: no store where one is read (66), no right to
 * it (77), none can be made (73), damaged or not ours (65), made by a newer saleswatch (78),
 * full disk and I/O (74), another program has been writing to it for a minute (75).
 */
#ifndef STORE_H
#define STORE_H

#include "span.h"

struct store;
enum store_use {
	STORE_READ, /* it must be there; nothing is changed */
	STORE_CHANGE, /* it must be there */
	STORE_MAKE, /* it is made if it is not there, readable by its owner alone */
};

struct store *store_open(const char *url, enum store_use);
void store_close(struct store *);
const char *store_path(const char *url); /* the file it is in; NULL: in none */

#endif
