/*
 * decide - which readers are told of an alert or a fault now, and what holds back the others.
 */
#ifndef DECIDE_H
#define DECIDE_H

struct alert;
struct fault;
struct office;

void decide_alert(struct office *, const struct alert *);
void decide_fault(struct office *, const struct fault *);

/* Everything to one receiver, at once, whatever the routes say: a drill. */
void decide_only(struct office *, const char *receiver);

#endif
