/*
 * mem - memory, or the end of the program (71).
 *
 * mem_new gives zeroed memory, mem_grow keeps what was there; free() takes both back.
 * jansson takes its memory here too, so that no json_t is ever NULL for want of it.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

void *mem_new(size_t count, size_t size);
void *mem_grow(void *old, size_t count, size_t size);
char *mem_copy(const char *text, size_t len);

__attribute__((format(printf, 1, 2))) char *mem_printf(const char *format, ...);

#endif
