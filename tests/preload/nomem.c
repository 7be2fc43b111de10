/*
 * nomem - lets the Nth allocation of a program fail, and says in a file that it did.
 *
 *	LD_PRELOAD=nomem.so NOMEM_AT=3 NOMEM_FIRED=/tmp/fired program ...
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

/* dlsym itself allocates, before there is anything to allocate with. */
static char early[8192];
static size_t early_used;
static long count, at = -1;

static bool
fails(void)
{
	if (at < 0) {
		const char *text = getenv("NOMEM_AT");
		at = text != NULL ? atol(text) : 0;
	}
	if (++count != at)
		return false;

	const char *path = getenv("NOMEM_FIRED");
	int fd = path != NULL ? open(path, O_WRONLY | O_CREAT, 0600) : -1;
	if (fd >= 0)
		close(fd);
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	static void *(*real)(size_t);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "malloc");
	return fails() ? NULL : real(size);
}

void *
calloc(size_t number, size_t size)
{
	static void *(*real)(size_t, size_t);
	static bool looking;

	if (real == NULL && looking) {
		void *piece = early + early_used;
		early_used += (number * size + 15) / 16 * 16;
		return early_used <= sizeof early ? piece : NULL;
	}
	if (real == NULL) {
		looking = true;
		*(void **)&real = dlsym(RTLD_NEXT, "calloc");
	}
	return fails() ? NULL : real(number, size);
}

void *
realloc(void *old, size_t size)
{
	static void *(*real)(void *, size_t);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "realloc");
	return fails() ? NULL : real(old, size);
}

void
free(void *memory)
{
	static void (*real)(void *);

	if ((char *)memory >= early && (char *)memory < early + sizeof early)
		return;
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "free");
	real(memory);
}
