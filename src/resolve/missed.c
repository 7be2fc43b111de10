#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "missed.h"
#include "names.h"
#include "when.h"

enum { SHOWN = 5 };

struct one {
	uint64_t deals;
	int32_t first;
};

struct missed {
	struct names *names;
	struct one *list; /* by name */
	size_t room;
};

struct missed *
missed_new(void)
{
	struct missed *missed = mem_new(1, sizeof *missed);

	missed->names = names_new();
	return missed;
}

void
missed_add(struct missed *missed, struct span name, int32_t day)
{
	uint32_t known = names_count(missed->names), number = names_add(missed->names, name);

	if (known == missed->room) {
		missed->room = 2 * missed->room + 8;
		missed->list = mem_grow(missed->list, missed->room, sizeof *missed->list);
	}
	if (number == known)
		missed->list[number] = (struct one){ 0, day };
	missed->list[number].deals++;
	if (day < missed->list[number].first)
		missed->list[number].first = day;
}

void
missed_tell(const struct missed *missed, const char *path, const char *what)
{
	uint32_t count = names_count(missed->names);
	char *text, day[WHEN_DAY_LEN];
	size_t len;

	if (count == 0)
		return;
	FILE *to = mem_stream(&text, &len);
	for (uint32_t i = 0; i < count && i < SHOWN; i++) {
		const struct one *one = &missed->list[i];
		when_text(one->first, day);
		fprintf(to, "%s%s (%" PRIu64 " deal%s, from %.*s)", i > 0 ? ", " : "",
		    names_text(missed->names, i), one->deals, one->deals == 1 ? "" : "s",
		    WHEN_DAY_LEN, day);
	}
	if (count > SHOWN)
		fprintf(to, " and %" PRIu32 " more", count - SHOWN);
	mem_stream_end(to, &text);
	warn("%s: %s: %s", path, what, text);
	free(text);
}

void
missed_free(struct missed *missed)
{
	names_free(missed->names);
	free(missed->list);
	free(missed);
}
