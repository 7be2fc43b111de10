#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"

static const char *program = "saleswatch";
static bool in_progress; /* its line stands on the terminal */

void
diag_name(const char *argv0)
{
	const char *slash = strrchr(argv0, '/');

	program = slash != NULL ? slash + 1 : argv0;
}

/* Buffered output fails late. */
static _Noreturn void
told(void)
{
	if (fflush(stdout) != 0)
		die_errno(EX_IOERR, "stdout");
	exit(EX_OK);
}

void
diag_help(const struct usage *usage)
{
	printf("example: %s\nusage: %s\n%s", usage->example, usage->line, usage->options);
	puts("  -h, --help\n  -V, --version");
	told();
}

void
diag_misuse(const struct usage *usage)
{
	fprintf(stderr, "usage: %s\n", usage->line);
	exit(EX_USAGE);
}

void
diag_version(void)
{
	printf("%s (saleswatch) %s\n", program, VERSION);
	told();
}

char **
diag_operands(int argc, char *argv[], const struct usage *usage, int count)
{
	static const struct option longopts[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int opt = getopt_long(argc, argv, "hV", longopts, NULL);

	if (opt == 'h')
		diag_help(usage);
	if (opt == 'V')
		diag_version();
	if (opt != -1 || argc - optind != count)
		diag_misuse(usage);
	return argv + optind;
}

void
diag_progress(const char *format, ...)
{
	char line[80]; /* a longer one would wrap, and not be erased */
	va_list args;

	snprintf(line, sizeof line, "%s: ", program);
	size_t len = strlen(line);
	va_start(args, format);
	vsnprintf(line + len, sizeof line - len, format, args);
	va_end(args);
	fprintf(stderr, "\r%s\033[K", line);
	in_progress = true;
}

void
diag_progress_end(void)
{
	if (in_progress)
		fputs("\r\033[K", stderr);
	in_progress = false;
}

/* The last words of a program go also to who must tell others why it ended. */
static void
leave(const char *message, const char *reason)
{
	const char *path = getenv("SALESWATCH_DIED");
	FILE *file = path != NULL ? fopen(path, "ae") : NULL;

	if (file == NULL)
		return;
	setvbuf(file, NULL, _IOFBF, BUFSIZ); /* a line at once: others die too */
	fprintf(file, "%s: %s%s%s\n", program, message, *reason ? ": " : "", reason);
	fclose(file);
}

static void
say(bool last, const char *format, va_list args, const char *reason)
{
	char message[2048];

	diag_progress_end();
	vsnprintf(message, sizeof message, format, args);
	for (char *p = message; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == '\177')
			*p = '?';
	fprintf(stderr, "%s: %s%s%s\n", program, message, *reason ? ": " : "", reason);
	if (last)
		leave(message, reason);
}

void
warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(false, format, args, "");
	va_end(args);
}

void
die(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(true, format, args, "");
	va_end(args);
	exit(status);
}

void
die_errno(int status, const char *format, ...)
{
	const char *reason = strerror(errno);
	va_list args;

	va_start(args, format);
	say(true, format, args, reason);
	va_end(args);
	exit(status);
}
