/*
 * conf - our configuration files: JSON a person wrote, read with care.
 *
 * A file that cannot be read ends the program (66), one that is wrong does so with its line
 * (78); conf_die() does the same for whatever a program finds wrong in it later, given the
 * place as a JSON Pointer ("/receivers/2/to"): "rules.json:14: /rules/3/title: must be text".
 * conf_only() refuses keys nobody knows, so that a misspelt one is not silently nothing.
 * Values are borrowed and live as long as the conf.
 *
 * conf_secret() gives a secret: the first line of the file that $NAME_FILE names, else $NAME
 * itself, else NULL.  A file that others may read is refused (77).  The caller frees it.
 * conf_secret_whole() gives all lines, of a key for instance.
 * conf_secret_or() goes on where such a file would end the program: *why, to free(), says what
 * is wrong with it; NULL if nothing is.
 */
#ifndef CONF_H
#define CONF_H

#include <jansson.h>
#include <stdbool.h>

struct conf;

struct conf *conf_load(const char *path);
struct conf *conf_from(const char *name, const char *text); /* built in, not a file */
json_t *conf_root(const struct conf *);
void conf_free(struct conf *);

__attribute__((format(printf, 3, 4))) _Noreturn void conf_die(
    const struct conf *, const char *pointer, const char *format, ...);

char *conf_below(const char *base, const char *name); /* the pointer one step on; free() it */
json_t *conf_at(const struct conf *, const char *pointer); /* NULL if there is none */
const char *conf_text(const struct conf *, const char *pointer, const char *otherwise);
double conf_number(const struct conf *, const char *pointer, double otherwise);
double conf_within(const struct conf *, const char *pointer, double least, double most,
    double otherwise); /* both included */
bool conf_truth(const struct conf *, const char *pointer, bool otherwise);
void conf_only(
    const struct conf *, const char *pointer, const char *const *keys); /* NULL ends */

char *conf_secret(const char *name);
char *conf_secret_whole(const char *name);
char *conf_secret_or(const char *name, int *status, char **why);

#endif
