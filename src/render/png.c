#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "png.h"

enum { LENGTH = 4, TYPE = 4, CHECK = 4, AROUND = LENGTH + TYPE + CHECK };

static const struct span signature = { "\x89PNG\r\n\x1a\n", 8 };

static size_t
length_at(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (size_t)u[0] << 24 | (size_t)u[1] << 16 | (size_t)u[2] << 8 | u[3];
}

static bool
is_seen(const char *type)
{
	static const char *const seen[] = { "IHDR", "PLTE", "tRNS", "IDAT", "IEND" };

	for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
		if (memcmp(type, seen[i], TYPE) == 0)
			return true;
	return false;
}

char *
png_strip(struct span bytes, size_t *len)
{
	const char *p = bytes.at + signature.len, *end = bytes.at + bytes.len;
	char *made, *to;

	if (bytes.len < signature.len || memcmp(bytes.at, signature.at, signature.len) != 0)
		return NULL;
	made = mem_new(bytes.len, 1);
	memcpy(made, signature.at, signature.len);
	to = made + signature.len;
	while (end - p >= AROUND && length_at(p) <= (size_t)(end - p) - AROUND) {
		size_t size = AROUND + length_at(p);
		const char *type = p + LENGTH;
		if (is_seen(type)) {
			memcpy(to, p, size);
			to += size;
		}
		p += size;
		if (memcmp(type, "IEND", TYPE) == 0) {
			*len = (size_t)(to - made);
			return made;
		}
	}
	free(made);
	return NULL;
}
