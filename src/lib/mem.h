/*
 * mem - memory, or the end of the program (71).
 *
 * mem_new gives zeroed memory, mem_grow keeps what was there; free() takes both back.
 * jansson takes its memory here too, so that no json_t is ever NULL for want of it.
 *
 * mem_stream is a stream into memory; at mem_stream_end *text is all that was put there and a
 * NUL, to free(), and *len its bytes.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>
#include <stdio.h>

void *mem_new(size_t count, size_t size);
void *mem_grow(void *old, size_t count, size_t size);
char *mem_copy(const char *text, size_t len);

FILE *mem_stream(char **text, size_t *len);
void mem_stream_end(FILE *, char *const *text);

__attribute__((format(printf, 1, 2))) char *mem_printf(const char *format, ...);

#endif
