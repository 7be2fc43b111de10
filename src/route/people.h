/*
 * people - whose business a segment is, and who reports to whom: "owners" and "reporting".
 *
 *	"owners": [{"segment": {"region": "Europe"}, "receiver": "europe"},
 *	    {"who": "kim", "receiver": "managers", "to": "kim@example.com"}]
 *	"reporting": {"rep_05": "kim", "kim": "pat"}
 *
 * An owner is told by a receiver, at an address of his own if there is one.  What is said of a
 * rep is his manager's business: the first above him of whom an owner says how he is reached.
 */
#ifndef PEOPLE_H
#define PEOPLE_H

#include "receivers.h"

struct alert;

struct owner {
	const json_t *segment; /* the conditions of what he owns, or NULL */
	const char *who; /* a person, or NULL */
	size_t receiver;
	const char *to; /* or NULL: those of the receiver */
};

struct people {
	struct owner *owners;
	size_t count;
	json_t *reporting; /* or NULL */
};

struct people people_load(const struct conf *, const struct receivers *);
void people_release(struct people *);

/* The owner with the most conditions that are all the alert's; or NULL. */
const struct owner *people_owner(const struct people *, const struct alert *);

const char *people_rep(const struct alert *); /* whom it is about, or NULL */
const struct owner *people_manager(const struct people *, const char *rep); /* or NULL */

#endif
