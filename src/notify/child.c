#define _GNU_SOURCE /* memfd_create */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "diag.h"

enum { NEVER = -1 };

extern char **environ;

/* A nameless file; -1 if there can be none. */
static int
scratch(struct span text)
{
	int fd = memfd_create("child", MFD_CLOEXEC);

	if (fd >= 0
	    && (write(fd, text.at, text.len) != (ssize_t)text.len
		|| lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static sigset_t
only(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	return set;
}

static pid_t
start(char *const argv[], int in, int out)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, pipe = only(SIGPIPE), child = only(SIGCHLD);
	pid_t pid;

	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &child, NULL); /* its end is waited for */
	sigemptyset(&none);
	if (posix_spawn_file_actions_init(&files) != 0 || posix_spawnattr_init(&how) != 0
	    || posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO) != 0
	    || posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO) != 0
	    || posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO) != 0)
		die(EX_OSERR, "out of memory");
	posix_spawnattr_setflags(
	    &how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &pipe);
	errno = posix_spawnp(&pid, argv[0], &files, &how, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	return errno == 0 ? pid : NEVER;
}

static int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Its wait status, or NEVER: then it and all it started are dead now. */
static int
wait_for(pid_t pid, int seconds)
{
	int64_t end = milliseconds() + (int64_t)seconds * 1000, left;
	sigset_t child = only(SIGCHLD);
	int status = EX_TEMPFAIL << 8;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		left = end - milliseconds();
		if (left <= 0) {
			kill(-pid, SIGKILL);
			waitpid(pid, &status, 0);
			return NEVER;
		}
		sigtimedwait(
		    &child, NULL, &(struct timespec){ left / 1000, left % 1000 * 1000000 });
	}
	return status;
}

static enum child_end
run(char *const argv[], int in, int out, int seconds, struct child *child)
{
	pid_t pid = start(argv, in, out);

	if (pid == NEVER)
		return CHILD_NOT_STARTED;
	int status = wait_for(pid, seconds);
	ssize_t len = pread(out, child->said, CHILD_SAID, 0);
	child->said[len > 0 ? len : 0] = '\0';
	if (status == NEVER)
		return CHILD_TOO_LONG;
	child->code = WIFEXITED(status) ? WEXITSTATUS(status) : EX_TEMPFAIL;
	return CHILD_ENDED;
}

enum child_end
child_run(char *const argv[], struct span text, int seconds, struct child *child)
{
	int in = scratch(text), out = in < 0 ? -1 : scratch(span(""));
	enum child_end end = out < 0 ? CHILD_NOT_STARTED : run(argv, in, out, seconds, child);
	int reason = errno;

	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	errno = reason;
	return end;
}
