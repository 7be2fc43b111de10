/*
 * kinds - the schemas this program was built with: schemas/KIND.json, word for word.
 */
#ifndef KINDS_H
#define KINDS_H

const char *kind_schema(const char *kind); /* NULL if there is no such kind */

#endif
