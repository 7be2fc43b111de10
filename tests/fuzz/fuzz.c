#define _GNU_SOURCE
#include <sanitizer/asan_interface.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "file.h"
#include "fuzz.h"

/*
 * The linker gives the library these instead of what it calls (--wrap in the Makefile), so that
 * nothing in it need know of the fuzzer.  Outside of fuzz_run they are the real ones: the
 * fuzzer is linked in, too.
 */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *memory);
void __real_exit(int status) __attribute__((noreturn));
ssize_t __real_write(int fd, const void *bytes, size_t size);
int __real_close(int fd);
size_t __real_file_read(int fd, const char *name, char *to, size_t room);
char *__real_file_text(const char *path, size_t max);
int __real_vasprintf(char **text, const char *format, va_list args);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
void __wrap_free(void *memory);
void __wrap_exit(int status) __attribute__((noreturn));
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
int __wrap_close(int fd);
size_t __wrap_file_read(int fd, const char *name, char *to, size_t room);
char *__wrap_file_text(const char *path, size_t max);
int __wrap_vasprintf(char **text, const char *format, va_list args);

enum { PLACES = 1 << 15, SAID_MAX = 4096, WRITTEN_MAX = 4 << 20 };
enum { LARGE = 1 << 20, LARGE_MAX = 32 << 20, LARGE_COUNT = 16, RED_ZONE = 4096 };

/* What was allocated in this run and not yet freed; a place of an earlier run is empty. */
static struct {
	struct {
		void *at;
		unsigned run;
	} places[PLACES];
	size_t held;
	unsigned run;
} memory;

/*
 * A stream's buffers are a MiB and more of which a run touches some pages.  Always new from the
 * allocator they would take nine tenths of the time, so they come from here.
 */
static struct large {
	char *at;
	size_t size; /* 0: not in use */
} large[LARGE_COUNT];

static bool running;
static jmp_buf end;
static int status;
static char said[SAID_MAX], written[WRITTEN_MAX];
static size_t written_len, pace;
static struct span bytes_to_read;
static FILE *people; /* the fuzzer's stderr; the library's is `said` */

void
must(bool holds, const char *format, ...)
{
	va_list args;

	if (holds)
		return;
	running = false;
	fputs("broken: ", people);
	va_start(args, format);
	vfprintf(people, format, args);
	va_end(args);
	fputc('\n', people);
	fflush(people);
	abort();
}

static size_t
place_of(const void *at)
{
	size_t i = ((uintptr_t)at >> 4) * 0x9e3779b97f4a7c15 >> 49;

	for (size_t turns = 0; turns < PLACES; turns++, i = (i + 1) % PLACES)
		if (memory.places[i].run != memory.run || memory.places[i].at == at)
			return i;
	must(false, "more than %d allocations", PLACES);
	return 0;
}

static void *
hold(void *at)
{
	if (running && at != NULL) {
		size_t i = place_of(at);
		memory.held++;
		memory.places[i].at = at;
		memory.places[i].run = memory.run;
	}
	return at;
}

/* A place that was given back stays one of this run's, so that others behind it are found. */
static void
release(const void *at)
{
	size_t i = running && at != NULL ? place_of(at) : PLACES;

	if (i < PLACES && memory.places[i].run == memory.run) {
		memory.places[i].at = NULL;
		memory.held--;
	}
}

static void *
take_large(size_t size)
{
	struct large *free_one = large;

	while (free_one < large + LARGE_COUNT && free_one->size != 0)
		free_one++;
	must(free_one < large + LARGE_COUNT && size <= LARGE_MAX - RED_ZONE,
	    "no room for %zu bytes", size);
	if (free_one->at == NULL)
		free_one->at = mmap(NULL, LARGE_MAX, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	must(free_one->at != MAP_FAILED, "no memory for the fuzzer");
	free_one->size = size;
	__asan_unpoison_memory_region(free_one->at, size);
	__asan_poison_memory_region(free_one->at + size, RED_ZONE);
	memory.held++;
	return free_one->at;
}

static bool
free_large(const void *at)
{
	for (struct large *block = large; block < large + LARGE_COUNT; block++)
		if (at != NULL && block->at == at) {
			must(block->size != 0, "a large block is freed twice");
			madvise(block->at, block->size, MADV_DONTNEED);
			__asan_poison_memory_region(block->at, block->size);
			block->size = 0;
			memory.held--;
			return true;
		}
	return false;
}

static void
free_all(void)
{
	for (size_t i = 0; memory.held > 0 && i < PLACES; i++)
		if (memory.places[i].run == memory.run && memory.places[i].at != NULL) {
			__real_free(memory.places[i].at);
			memory.held--;
		}
	for (struct large *block = large; memory.held > 0 && block < large + LARGE_COUNT;
	     block++)
		if (block->size != 0)
			free_large(block->at);
}

void *
__wrap_malloc(size_t size)
{
	return hold(__real_malloc(size));
}

void *
__wrap_calloc(size_t count, size_t size)
{
	if (running && size != 0 && count * size >= LARGE)
		return take_large(count * size);
	return hold(__real_calloc(count, size));
}

void *
__wrap_realloc(void *old, size_t size)
{
	for (size_t i = 0; old != NULL && i < LARGE_COUNT; i++)
		if (large[i].at == old) {
			void *other =
			    size < LARGE ? hold(__real_malloc(size)) : take_large(size);
			memcpy(other, old, size < large[i].size ? size : large[i].size);
			free_large(old);
			return other;
		}
	release(old);
	return hold(__real_realloc(old, size));
}

void *
__wrap_reallocarray(void *old, size_t count, size_t size)
{
	size_t bytes;

	must(!__builtin_mul_overflow(count, size, &bytes), "%zu times %zu bytes", count, size);
	return __wrap_realloc(old, bytes);
}

void
__wrap_free(void *at)
{
	if (free_large(at))
		return;
	release(at);
	__real_free(at);
}

int
__wrap_vasprintf(char **text, const char *format, va_list args)
{
	int len = __real_vasprintf(text, format, args);

	if (len >= 0)
		hold(*text);
	return len;
}

void
__wrap_exit(int code)
{
	if (!running)
		__real_exit(code);
	status = code;
	longjmp(end, 1);
}

ssize_t
__wrap_write(int fd, const void *bytes, size_t size)
{
	if (fd != FUZZ_FD)
		return __real_write(fd, bytes, size);
	must(size <= WRITTEN_MAX - written_len, "more is written than there is room for");
	memcpy(written + written_len, bytes, size);
	written_len += size;
	return (ssize_t)size;
}

int
__wrap_close(int fd)
{
	return fd == FUZZ_FD ? 0 : __real_close(fd);
}

size_t
__wrap_file_read(int fd, const char *name, char *to, size_t room)
{
	size_t size = bytes_to_read.len < room ? bytes_to_read.len : room;

	if (fd != STDIN_FILENO)
		return __real_file_read(fd, name, to, room);
	if (pace > 0 && size > pace)
		size = pace;
	memcpy(to, bytes_to_read.at, size);
	bytes_to_read.at += size;
	bytes_to_read.len -= size;
	return size;
}

/* A file with a NUL in it is refused before anybody sees it; no need to try. */
char *
__wrap_file_text(const char *path, size_t max)
{
	if (strcmp(path, FUZZ_FILE) != 0)
		return __real_file_text(path, max);
	char *text = __wrap_malloc(bytes_to_read.len + 1);
	memcpy(text, bytes_to_read.at, bytes_to_read.len);
	text[bytes_to_read.len] = '\0';
	return text;
}

int
fuzz_run(void (*work)(void *), void *of)
{
	FILE *listening = fmemopen(said, sizeof said, "w");

	status = -1;
	memory.run++;
	memory.held = written_len = 0;
	stderr = listening;
	running = true;
	if (setjmp(end) == 0)
		work(of);
	running = false;
	stderr = people;
	fclose(listening);
	must(status >= 0 || memory.held == 0, "%zu pieces of memory were not given back",
	    memory.held);
	free_all();
	return status;
}

const char *
fuzz_said(void)
{
	return said;
}

void
fuzz_read_from(struct span bytes, size_t at_once)
{
	bytes_to_read = bytes;
	pace = at_once;
}

struct span
fuzz_written(void)
{
	struct span all = { written, written_len };

	written_len = 0;
	return all;
}

struct span
fuzz_input(const uint8_t *data, size_t size, unsigned *choice)
{
	*choice = size > 0 ? data[size - 1] : 0;
	return (struct span){ (const char *)data, size > 0 ? size - 1 : 0 };
}

bool
fuzz_next(struct span *rest, char mark, struct span *piece)
{
	if (rest->at == NULL || rest->len == 0)
		return false;
	const char *stop = memchr(rest->at, mark, rest->len);
	size_t len = stop != NULL ? (size_t)(stop - rest->at) : rest->len;
	*piece = (struct span){ rest->at, len };
	len += stop != NULL;
	rest->at += len;
	rest->len -= len;
	return true;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	people = stderr;
	return 0;
}
