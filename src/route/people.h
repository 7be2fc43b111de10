/*
 * people - whose business a segment is, and who reports to whom: "owners" and "reporting".
 *
 *	"owners": [{"segment": {"region": "Europe"}, "receiver": "europe"},
 *	    {"who": "kim", "receiver": "managers", "to": "kim@example.com"}]
 *	"reporting": {"rep_05": "kim", "kim": "pat"}
 *
 * An owner is told by a receiver, at an address of his own if there is one.  What is said of a
 * rep is his manager's business: the first above him of whom an owner says how he is reached.
 * Where there is a roster, it says who manages a rep today, and "reporting" who is above.
 * What is of a manager (its segment has a manager_id) is his, or that of the first above him.
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
	json_t *reporting; /* its own */
};

struct people people_load(
    const struct conf *, const struct receivers *, const char *roster, int32_t today);
void people_release(struct people *);

/* The owner with the most conditions that are all the alert's; or NULL. */
const struct owner *people_owner(const struct people *, const struct alert *);

const struct owner *people_lead(const struct people *, const struct alert *); /* or NULL */
const char *people_rep(const struct alert *); /* whom it is about, or NULL */
const struct owner *people_manager(const struct people *, const char *rep); /* or NULL */

#endif
