#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "checkpoint.h"
#include "diag.h"
#include "disk.h"
#include "file.h"
#include "known.h"
#include "mem.h"

/* The day, and the fingerprints of what it rests on and of the numbers that follow. */
struct head {
	int32_t day;
	struct fingerprint known, numbers;
};

/* In hexadecimal every bit of a number comes back. */
static void
put(FILE *to, double number)
{
	fprintf(to, "%a\n", number);
}

/* The next of them; at the end of the text it stays there. */
static double
get(char **from)
{
	return strtod(*from, from);
}

static void
put_expectation(FILE *to, const struct watch *watch, size_t known)
{
	const struct company *company = &watch->company;
	size_t shifted = 0;

	for (size_t i = 0; i < company->expect.size; i++)
		put(to, company->expect.coefficient[i]);
	for (size_t i = 0; i < known; i++)
		shifted += company->shift[i] != 0;
	put(to, (double)shifted);
	for (size_t i = 0; i < known; i++)
		if (company->shift[i] != 0) {
			put(to, (double)i);
			put(to, company->shift[i]);
		}
}

static void
get_expectation(char **from, struct watch *watch)
{
	struct company *company = &watch->company;

	for (size_t i = 0; i < company->expect.size; i++)
		company->expect.coefficient[i] = get(from);
	for (size_t left = (size_t)get(from); left > 0; left--) {
		size_t deal = (size_t)get(from);
		company->shift[deal] = get(from);
	}
}

static void
put_incident(FILE *to, const struct incident *incident)
{
	put(to, incident->segment);
	put(to, incident->replaces);
	put(to, incident->sign);
	put(to, incident->cohort);
	put(to, incident->open);
	put(to, incident->recovery);
	put(to, incident->told);
	put(to, incident->from);
	put(to, incident->began);
	put(to, incident->opened);
	put(to, incident->raised);
	put(to, incident->ended);
	put(to, incident->shift);
	put(to, (double)incident->count);
	for (size_t i = 0; i < incident->count; i++)
		put(to, incident->deals[i]);
}

static struct incident
get_incident(char **from)
{
	struct incident incident;

	incident.segment = (uint32_t)get(from);
	incident.replaces = (uint32_t)get(from);
	incident.sign = (int)get(from);
	incident.cohort = get(from) != 0;
	incident.open = get(from) != 0;
	incident.recovery = get(from) != 0;
	incident.told = get(from) != 0;
	incident.from = (int32_t)get(from);
	incident.began = (int32_t)get(from);
	incident.opened = (int32_t)get(from);
	incident.raised = (int32_t)get(from);
	incident.ended = (int32_t)get(from);
	incident.shift = get(from);
	incident.count = incident.room = (size_t)get(from);
	incident.deals = mem_new(incident.count + 1, sizeof incident.deals[0]);
	for (size_t i = 0; i < incident.count; i++)
		incident.deals[i] = (uint32_t)get(from);
	return incident;
}

static void
put_lists(FILE *to, const struct watch *watch)
{
	for (size_t i = 0; i < watch->segments.count; i++) {
		put(to, watch->watchlist.at[i].sign);
		put(to, watch->watchlist.at[i].opened);
		put(to, watch->watchlist.at[i].close);
		put(to, (double)watch->watchlist.at[i].window);
	}
	for (size_t i = 0; i < watch->reps.count; i++) {
		put(to, watch->reps.at[i].sign);
		put(to, watch->reps.at[i].opened);
		put(to, watch->reps.at[i].fired);
	}
}

static void
get_lists(char **from, struct watch *watch)
{
	for (size_t i = 0; i < watch->segments.count; i++) {
		watch->watchlist.at[i].sign = (int)get(from);
		watch->watchlist.at[i].opened = (int32_t)get(from);
		watch->watchlist.at[i].close = (int32_t)get(from);
		watch->watchlist.at[i].window = (size_t)get(from);
	}
	for (size_t i = 0; i < watch->reps.count; i++) {
		watch->reps.at[i].sign = (int)get(from);
		watch->reps.at[i].opened = (int32_t)get(from);
		watch->reps.at[i].fired = (int32_t)get(from);
	}
}

static char *
state_text(const struct watch *watch, int32_t today, size_t *len)
{
	const struct incidents *incidents = &watch->incidents;
	char *text;
	FILE *to = mem_stream(&text, len);

	put_expectation(to, watch, deals_from(&watch->deals, watch->company.first + today));
	put(to, (double)incidents->count);
	for (size_t i = 0; i < incidents->count; i++)
		put_incident(to, &incidents->at[i]);
	put_lists(to, watch);
	mem_stream_end(to, &text);
	return text;
}

static void
read_state(struct watch *watch, char *text)
{
	struct incidents *incidents = &watch->incidents;

	get_expectation(&text, watch);
	size_t count = (size_t)get(&text);
	incidents->at = mem_new(count + 1, sizeof incidents->at[0]);
	for (; incidents->count < count; incidents->count++)
		incidents->at[incidents->count] = get_incident(&text);
	get_lists(&text, watch);
}

/* Its length, or 0 if it is none of ours. */
static size_t
read_head(const char *text, struct head *head)
{
	int len = 0;

	if (text == NULL
	    || sscanf(text,
		   "saleswatch replay %" SCNd32 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64
		   "%n",
		   &head->day, &head->known.high, &head->known.low, &head->numbers.high,
		   &head->numbers.low, &len)
		!= 5
	    || text[len] != '\n')
		return 0;
	return (size_t)len + 1;
}

int32_t
checkpoint_load(const char *path, struct watch *watch)
{
	size_t len = 0, begin;
	char *text = path != NULL ? file_bytes(path, &len) : NULL;
	struct head head = { 0 };
	bool fits = (begin = read_head(text, &head)) > 0 && head.day > 0
	    && head.day < watch->days
	    && fingerprint_equal(
		fingerprint_of((struct span){ text + begin, len - begin }, 0), head.numbers)
	    && fingerprint_equal(known_before(watch, head.day), head.known);

	if (fits)
		read_state(watch, text + begin);
	free(text);
	return fits ? head.day : 0;
}

/* Whole or not at all. */
static void
write_whole(const char *path, const char *head, struct span state)
{
	char *draft = mem_printf("%s.new", path);
	int fd = file_open(draft, O_WRONLY | O_CREAT | O_TRUNC);
	FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (to == NULL)
		disk_fail(EX_CANTCREAT, draft);
	fputs(head, to);
	fwrite(state.at, 1, state.len, to);
	bool failed = ferror(to) != 0;
	if (fclose(to) != 0 || failed)
		disk_fail(EX_IOERR, draft);
	if (rename(draft, path) != 0)
		disk_fail(EX_CANTCREAT, path);
	free(draft);
}

void
checkpoint_save(const char *path, const struct watch *watch, int32_t today)
{
	struct span state;
	char *text = state_text(watch, today, &state.len);
	struct fingerprint known = known_before(watch, today);

	state.at = text;
	struct fingerprint numbers = fingerprint_of(state, 0);
	char *head = mem_printf("saleswatch replay %" PRId32 " %016" PRIx64 " %016" PRIx64
				" %016" PRIx64 " %016" PRIx64 "\n",
	    today, known.high, known.low, numbers.high, numbers.low);
	write_whole(path, head, state);
	free(head);
	free(text);
}
