#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "when.h"

struct answers {
	struct answer *list;
	size_t count, room;
};

static char *
copied(const struct rec *line, size_t slot)
{
	struct span text = rec_text(line, slot);

	return mem_copy(text.at != NULL ? text.at : "", text.len);
}

static int
by_alert(const void *a, const void *b)
{
	const struct answer *one = a, *other = b;
	int order = strcmp(one->alert_id, other->alert_id);

	if (order == 0)
		order = (one->at > other->at) - (one->at < other->at);
	return order != 0 ? order : strcmp(one->person, other->person);
}

struct answers *
answers_read(const char *path)
{
	struct answers *answers = mem_new(1, sizeof *answers);
	const struct rec *line;

	if (path == NULL)
		return answers;
	struct rec_in *in = rec_open(path);
	size_t id = rec_want(in, "alert_id"), person = rec_want(in, "person"),
	       at = rec_want(in, "at"), said = rec_want(in, "answer"),
	       note = rec_want(in, "note");
	while ((line = rec_next(in)) != NULL) {
		struct answer answer;
		if (!when_instant(rec_text(line, at), &answer.at))
			die(EX_DATAERR, "%s:%zu: at is no instant", path, line->number);
		if (!span_is(rec_text(line, said), "on_it"))
			continue;
		answer.alert_id = copied(line, id);
		answer.person = copied(line, person);
		answer.note = copied(line, note);
		if (answers->count == answers->room) {
			answers->room = 2 * answers->room + 16;
			answers->list =
			    mem_grow(answers->list, answers->room, sizeof *answers->list);
		}
		answers->list[answers->count++] = answer;
	}
	rec_close(in);
	if (answers->count > 0)
		qsort(answers->list, answers->count, sizeof *answers->list, by_alert);
	return answers;
}

const struct answer *
answers_on_it(const struct answers *answers, const char *alert_id, int64_t since, int64_t now)
{
	size_t from = 0, to = answers->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct answer *answer = &answers->list[middle];
		int order = strcmp(answer->alert_id, alert_id);
		if (order < 0 || (order == 0 && answer->at < since))
			from = middle + 1;
		else
			to = middle;
	}
	if (from == answers->count || strcmp(answers->list[from].alert_id, alert_id) != 0
	    || answers->list[from].at > now)
		return NULL;
	return &answers->list[from];
}

void
answers_free(struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		free(answers->list[i].alert_id);
		free(answers->list[i].person);
		free(answers->list[i].note);
	}
	free(answers->list);
	free(answers);
}
