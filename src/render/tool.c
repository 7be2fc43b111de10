#define _GNU_SOURCE /* memfd_create */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "tool.h"
#include "when.h"

/*
 * Its three streams are nameless files: nothing waits for a pipe to be read, and what it said
 * is read when it is over.
 */

enum { POLL_NANOSECONDS = 2000000 };

extern char **environ;

__attribute__((format(printf, 2, 3))) static void
say(struct tool_output *output, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(output->reason, sizeof output->reason, format, args);
	va_end(args);
	for (char *p = output->reason; *p != '\0'; p++)
		*p = *p < ' ' || *p > '~' ? '?' : *p;
}

static int
scratch(struct span text)
{
	int fd = memfd_create("tool", MFD_CLOEXEC);

	if (fd < 0 || write(fd, text.at, text.len) != (ssize_t)text.len
	    || lseek(fd, 0, SEEK_SET) != 0)
		die_errno(EX_OSERR, "scratch file");
	return fd;
}

/* In a group of its own, so that all it starts can be ended with it; SIGPIPE as it came. */
static pid_t
start(char *const argv[], const int files[3])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t how;
	sigset_t pipe;
	pid_t pid;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	signal(SIGCHLD, SIG_DFL); /* or there would be no status to wait for */
	if (posix_spawn_file_actions_init(&actions) != 0 || posix_spawnattr_init(&how) != 0)
		die(EX_OSERR, "out of memory");
	for (int i = 0; i < 3; i++)
		if (posix_spawn_file_actions_adddup2(&actions, files[i], i) != 0)
			die(EX_OSERR, "out of memory");
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&how, &pipe);
	errno = posix_spawnp(&pid, argv[0], &actions, &how, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&how);
	return errno == 0 ? pid : -1;
}

static bool
ends_in_time(pid_t pid, double seconds, int *status)
{
	double end = when_ticks() + seconds;

	while (waitpid(pid, status, WNOHANG) == 0) {
		if (when_ticks() >= end) {
			kill(-pid, SIGKILL);
			waitpid(pid, status, 0);
			return false;
		}
		nanosleep(&(struct timespec){ 0, POLL_NANOSECONDS }, NULL);
	}
	return true;
}

static void
take_output(struct tool_output *output, const char *name, int fd)
{
	struct stat stat;

	if (fstat(fd, &stat) != 0)
		die_errno(EX_OSERR, "scratch file");
	if (stat.st_size > TOOL_OUTPUT_MAX) {
		say(output, "%s: wrote more than %d bytes", name, TOOL_OUTPUT_MAX);
		return;
	}
	output->len = (size_t)stat.st_size;
	output->bytes = mem_new(output->len + 1, 1);
	if (pread(fd, output->bytes, output->len, 0) != (ssize_t)output->len)
		die_errno(EX_OSERR, "scratch file");
}

/* The first line of what it complained of that has a letter in it: gnuplot draws an arrow. */
static void
take_complaint(struct tool_output *output, const char *name, int status, int fd)
{
	char said[TOOL_REASON_MAX] = "";
	ssize_t len = pread(fd, said, sizeof said - 1, 0);
	char *line = said;

	said[len > 0 ? len : 0] = '\0';
	line += strspn(line, " \t\r\n^");
	line[strcspn(line, "\n")] = '\0';
	say(output, "%s: ended with %d%s%s", name,
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
	    *line != '\0' ? ": " : "", line);
}

struct tool_output
tool_run(char *const argv[], struct span input, double seconds)
{
	struct tool_output output = { 0 };
	int files[3] = { scratch(input), scratch(span("")), scratch(span("")) };
	int status = 0;
	pid_t pid = start(argv, files);

	if (pid < 0)
		say(&output, "%s: %s", argv[0], strerror(errno));
	else if (!ends_in_time(pid, seconds, &status))
		say(&output, "%s: no end in %g s", argv[0], seconds);
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		take_complaint(&output, argv[0], status, files[2]);
	else
		take_output(&output, argv[0], files[1]);
	for (int i = 0; i < 3; i++)
		close(files[i]);
	return output;
}
