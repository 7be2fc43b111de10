#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "diag.h"
#include "disk.h"
#include "erase.h"
#include "mem.h"
#include "person.h"
#include "store_keep.h"
#include "verbs.h"
#include "when.h"

enum { DAY = 24 * 60 * 60 };

/* "delivery=400d": its kind, to free(); how many days. */
static char *
read_keep(const char *keep, long *days)
{
	const char *equals = strchr(keep, '=');
	char *end;

	if (equals == NULL)
		die(EX_USAGE, "--keep %s: KIND=DAYSd is wanted, like delivery=400d", keep);
	errno = 0;
	*days = strtol(equals + 1, &end, 10);
	if (end == equals + 1 || strcmp(end, "d") != 0 || *days < 0 || *days > 36500
	    || errno != 0)
		die(EX_USAGE, "--keep %s: KIND=DAYSd is wanted, like delivery=400d", keep);
	char *kind = mem_copy(keep, (size_t)(equals - keep));
	if (prune_least(kind) < 0)
		die(EX_USAGE, "--keep %s: nothing is pruned of %s", keep, kind);
	if (*days < prune_least(kind))
		die(EX_USAGE, "--keep %s: at least %dd are needed", keep, prune_least(kind));
	return kind;
}

static size_t
prune_kind(struct store *store, const char *keep)
{
	char day[WHEN_DAY_LEN + 1] = "";
	long days;
	char *kind = read_keep(keep, &days);

	when_text((int32_t)(when_now() / DAY - days), day);
	size_t rows = store_prune(store, kind, day);
	free(kind);
	return rows;
}

void
prune_store(const struct options *opts)
{
	size_t rows = 0;
	long days;

	for (int i = 0; i < opts->keep_count; i++)
		free(read_keep(opts->keeps[i], &days));
	struct store *store = store_open(opts->url, STORE_CHANGE);
	store_begin(store);
	for (int i = 0; i < opts->keep_count; i++)
		rows += prune_kind(store, opts->keeps[i]);
	store_done(store);
	store_close(store);
	if (opts->verbose)
		warn("%zu rows removed", rows);
}

/* What is staged in files beside the store. */
static size_t
erase_staged(const struct options *opts, const struct person *person)
{
	size_t files = 0;

	if (store_path(opts->url) == NULL)
		return 0;
	char *folder = mem_printf("%s-staged", store_path(opts->url));
	DIR *names = opendir(folder);
	struct dirent *name;
	if (names == NULL && errno != ENOENT)
		disk_fail(EX_NOINPUT, folder);
	while (names != NULL && (name = readdir(names)) != NULL) {
		char *path = mem_printf("%s/%s", folder, name->d_name);
		struct stat is;
		if (stat(path, &is) == 0 && S_ISREG(is.st_mode))
			files += erase_file(path, person);
		free(path);
	}
	if (names != NULL)
		closedir(names);
	free(folder);
	return files;
}

void
erase_person(const struct options *opts)
{
	struct person *person = person_new(opts->person);
	size_t places = 0;

	if (opts->file_count == 0) {
		struct store *store = store_open(opts->url, STORE_CHANGE);
		places = store_erase(store, person);
		store_close(store);
		places += erase_staged(opts, person);
	}
	for (int i = 0; i < opts->file_count; i++)
		places += erase_file(opts->files[i], person);
	if (opts->verbose)
		warn("%zu places: %s", places, person_alias(person));
	person_free(person);
}
