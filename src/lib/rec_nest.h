/*
 * rec_nest - passing over the small things of JSON, for rec alone.
 *
 * nested_end gives the byte after the array or object at p; NULL if it is none, or too much
 * to be judged at a glance: deep, long, many names, or a name with an escape in it.
 */
#ifndef REC_NEST_H
#define REC_NEST_H

#include <stddef.h>
#include <string.h>

const char *nested_end(const char *p);

static inline const char *
word_end(const char *p, const char *word)
{
	size_t len = strlen(word);

	return strncmp(p, word, len) == 0 ? p + len : NULL;
}

static inline const char *
blanks_end(const char *p)
{
	while (*p <= ' ' && (*p == ' ' || *p == '\t' || *p == '\r')) /* most often one look */
		p++;
	return p;
}

#endif
