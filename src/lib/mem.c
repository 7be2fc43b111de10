#define _GNU_SOURCE /* vasprintf */
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"

static void *
sure(void *memory)
{
	if (memory == NULL)
		die_errno(EX_OSERR, "memory");
	return memory;
}

static void *
sure_bytes(size_t size)
{
	return sure(malloc(size));
}

/* jansson without memory would lose bytes, or call a good line bad. */
__attribute__((constructor)) static void
make_jansson_sure(void)
{
	json_set_alloc_funcs(sure_bytes, free);
}

void *
mem_new(size_t count, size_t size)
{
	return sure(calloc(count, size));
}

void *
mem_grow(void *old, size_t count, size_t size)
{
	return sure(reallocarray(old, count, size));
}

char *
mem_copy(const char *text, size_t len)
{
	char *copy = mem_new(len + 1, 1);

	memcpy(copy, text, len);
	return copy;
}

char *
mem_printf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	return sure(len < 0 ? NULL : text);
}

FILE *
mem_stream(char **text, size_t *len)
{
	*text = NULL;
	return sure(open_memstream(text, len));
}

/* fclose() may find no room for the last bytes and yet call that well. */
void
mem_stream_end(FILE *stream, char *const *text)
{
	bool whole = !ferror(stream);

	sure(fclose(stream) == 0 && whole ? *text : NULL);
}
