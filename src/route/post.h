/*
 * post - what lies in the trays becomes deliveries: alone or in groups, in digests, and no more
 * at once than a storm leaves of it.
 */
#ifndef POST_H
#define POST_H

struct office;

void post_trays(struct office *);

#endif
