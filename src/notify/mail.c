#define _GNU_SOURCE /* memfd_create */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "diag.h"
#include "mem.h"

/*
 * msmtp gets the message on stdin and one recipient, and writes its messages and its log line
 * where we read them afterwards: no pipe, so neither side ever waits for the other.  Its status
 * cannot tell later from never, so the server's answer in the log line decides.
 */

enum { ARGUMENTS_MAX = 8, SAID_MAX = 4096, NEVER = -1 };

extern char **environ;

/* A nameless file; -1 if there can be none. */
static int
scratch(struct span text)
{
	int fd = memfd_create("mail", MFD_CLOEXEC);

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

/* What stands after `name` up to `end` or the end of its line; empty if it is not there. */
static struct span
said_after(const char *said, const char *name, const char *end)
{
	const char *at = strstr(said, name);

	if (at == NULL)
		return span("");
	at += strlen(name);
	return (struct span){ at, strcspn(at, end) };
}

/* The best words there are: the server's, else the first line of msmtp's. */
static struct span
reason_in(const char *said)
{
	struct span server = said_after(said, "smtpmsg='", "'\n");

	return server.len > 0 ? server : (struct span){ said, strcspn(said, "\n") };
}

static struct result
judge(int status, const char *said)
{
	struct span answer = said_after(said, "smtpstatus=", " \n"), why = reason_in(said);
	char first = answer.len == 3 ? *answer.at : ' ';
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : EX_TEMPFAIL, len = (int)why.len;

	if (WIFEXITED(status) && code == EX_OK)
		return channel_sent;
	if (first == '4')
		return channel_failed(LATER, EX_TEMPFAIL, "%.*s", len, why.at);
	if (code == EX_NOPERM || code == EX_CONFIG || code == EX_USAGE) /* ours, not its */
		return channel_failed(
		    LATER, code == EX_NOPERM ? EX_NOPERM : EX_CONFIG, "%.*s", len, why.at);
	if (first == '5' || (first == ' ' && code == EX_DATAERR))
		return channel_failed(REFUSED, EX_UNAVAILABLE, "%.*s", len, why.at);
	return channel_failed(
	    LATER, EX_TEMPFAIL, "msmtp ended with %d: %.*s", code, len, why.at);
}

static struct result
run(const struct means *means, char *const argv[], int in, int out)
{
	char said[SAID_MAX + 1];
	pid_t pid = start(argv, in, out);

	if (pid == NEVER)
		return channel_failed(LATER, EX_CONFIG, "%s: %s", argv[0], strerror(errno));
	int status = wait_for(pid, means->seconds);
	if (status == NEVER)
		return channel_failed(LATER, EX_TEMPFAIL, "no answer in %d s", means->seconds);
	ssize_t len = pread(out, said, SAID_MAX, 0);
	said[len > 0 ? len : 0] = '\0';
	return judge(status, said);
}

struct result
mail_send(const struct means *means, const struct letter *letter)
{
	char *argv[ARGUMENTS_MAX] = { mem_printf("%s", means->msmtp),
		mem_printf("--logfile=-") };
	int in = scratch(letter->body), out = scratch(span("")), count = 2;
	struct result result;

	if (means->config != NULL)
		argv[count++] = mem_printf("--file=%s", means->config);
	if (means->account != NULL)
		argv[count++] = mem_printf("--account=%s", means->account);
	if (means->from != NULL)
		argv[count++] = mem_printf("--from=%s", means->from);
	argv[count++] = mem_printf("--");
	argv[count++] = mem_printf("%s", letter->to);
	if (in < 0 || out < 0)
		result =
		    channel_failed(LATER, EX_OSERR, "no scratch file: %s", strerror(errno));
	else
		result = run(means, argv, in, out);
	for (int i = 0; i < count; i++)
		free(argv[i]);
	close(in);
	close(out);
	return result;
}
