/*
 * post - a message that goes out as the body of an HTTP request to a receiver.
 *
 * Each carries its delivery's id as Idempotency-Key, by which copies are known to be one.  The
 * address is the receiver's `url` with `path` behind it, or the secret that its `webhook` names;
 * `token` names the secret of a bearer, if there is one.  A wrong or lacking configuration keeps
 * the message (later, 78); what http.h calls refused is refused.
 */
#ifndef POST_H
#define POST_H

#include "channel.h"

struct result post_to(const struct means *, const struct letter *, const char *path);

/* The parts, for who must look at the answer. */
char *post_secret(const json_t *receiver, const char *key, struct result *); /* NULL: result */
struct result post_body(const struct means *, const struct letter *, const char *url,
    const char *token, struct span body, struct http_answer *);

#endif
