#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "progress.h"
#include "when.h"

static const double PATIENCE = 1, PACE = 0.25; /* seconds */

static bool
is_pipe(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

static double
size_left(int fd)
{
	struct stat status;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return 0;
	return (double)(status.st_size - lseek(fd, 0, SEEK_CUR));
}

struct progress
progress_of(int fd)
{
	double now = when_ticks();

	return (struct progress){
		.watched = isatty(STDERR_FILENO) && !isatty(fd)
		    && !(is_pipe(fd) && is_pipe(STDOUT_FILENO)),
		.began = now,
		.due = now + PATIENCE,
		.size = size_left(fd),
	};
}

void
progress_show(struct progress *progress, size_t records, size_t bytes)
{
	double now = progress->watched ? when_ticks() : 0, spent = now - progress->began;

	if (!progress->watched || now < progress->due)
		return;
	progress->due = now + PACE;
	if (progress->size > 0 && bytes > 0) {
		int left = (int)((progress->size / (double)bytes - 1) * spent);
		diag_progress("%zu records, %.0f a second, %d:%02d left", records,
		    (double)records / spent, left / 60, left % 60);
	} else {
		diag_progress("%zu records, %.0f a second", records, (double)records / spent);
	}
}
