#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "diag.h"
#include "mem.h"
#include "template.h"

static const char *const folders[] = { "html", "mail", "slack", "teams", "text", NULL };

/* What the program itself asks for; the rest are asked for by these. */
static const char *const asked_for[] = { "html/page", "mail/digest", "mail/message",
	"mail/subject", "mail/weekly", "slack/actions", "slack/alert", "slack/closing",
	"slack/deals", "slack/entry", "slack/evidence", "slack/header", "slack/opening",
	"slack/text", "teams/actions", "teams/alert", "teams/closing", "teams/cut",
	"teams/deals", "teams/entry", "teams/evidence", "teams/opening", "teams/title",
	"text/digest", "text/message", "text/weekly", NULL };

static int
is_template(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && end != NULL && strcmp(end, ".mustache") == 0;
}

static void
read_folder(const char *dir, const char *folder)
{
	char *path = mem_printf("%s/%s", dir, folder);
	struct dirent **entries;
	int count = scandir(path, &entries, is_template, alphasort);

	if (count < 0)
		die_errno(errno == ENOENT ? EX_CONFIG : EX_IOERR, "%s", path);
	for (int i = 0; i < count; i++) {
		char *file = mem_printf("%s/%s", path, entries[i]->d_name);
		template_free(template_load(file));
		free(file);
		free(entries[i]);
	}
	free(entries);
	free(path);
}

void
check_templates(const char *dir)
{
	for (const char *const *name = asked_for; *name != NULL; name++) {
		char *file = mem_printf("%s/%s.mustache", dir, *name);
		if (access(file, F_OK) != 0)
			die_errno(EX_CONFIG, "%s", file);
		free(file);
	}
	for (const char *const *folder = folders; *folder != NULL; folder++)
		read_folder(dir, *folder);
}
