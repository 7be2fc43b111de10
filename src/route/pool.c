#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "due.h"
#include "file.h"
#include "identity.h"
#include "mem.h"
#include "pool.h"
#include "rec.h"
#include "segment.h"
#include "when.h"

/* The fields that are asked for, by their places in `wanted`. */
enum {
	KIND,
	ALERT_ID,
	DATE,
	TYPE,
	DIRECTION,
	SEVERITY,
	PRIORITY,
	STATE,
	SEGMENT,
	Z,
	PIPELINE,
	SUPPRESSED,
	DRILL,
	STAGE,
	SINCE,
	UNTIL,
	RECEIVER,
	CHANNEL,
	DELIVERY_ID,
	FIELDS
};
static const char *const wanted[FIELDS] = { "kind", "alert_id", "date", "type", "direction",
	"severity", "priority", "state", "segment", "z", "pipeline", "suppressed", "drill",
	"stage", "since", "until", "receiver", "channel", "delivery_id" };

struct reading {
	struct pool *pool;
	const char *name, *zone;
	size_t slots[FIELDS], room, fault_room;
	const struct rec *line;
};

static struct span
field(const struct reading *in, size_t which)
{
	return rec_text(in->line, in->slots[which]);
}

static char *
text(const struct reading *in, size_t which)
{
	struct span at = field(in, which);

	return mem_copy(at.at != NULL ? at.at : "", at.len);
}

static _Noreturn void
refuse(const struct reading *in, const char *why)
{
	die(EX_DATAERR, "%s:%zu: %s", in->name, in->line->number, why);
}

/* The line goes into the file. */
static struct place
keep(const struct reading *in)
{
	struct place place = { ftello(in->pool->file), in->line->line.len };

	if (fwrite(in->line->line.at, 1, place.len, in->pool->file) != place.len)
		die_errno(EX_IOERR, "%s", file_temp_place());
	return place;
}

static size_t
plan_of(const struct reading *in, const char *priority)
{
	for (size_t i = 0; i < PLANS; i++)
		if (strcmp(priority, due_plans[i].priority) == 0)
			return i;
	refuse(in, "priority must be P1, P2 or P3");
}

static enum stage
stage_of(const struct alert *alert)
{
	const char *state = alert_state(alert);

	return strcmp(state, "recovered") == 0 ? STAGE_RECOVERED
	    : strcmp(state, "corrected") == 0  ? STAGE_CORRECTED
					       : STAGE_OPEN;
}

static json_t *
object(const struct reading *in, size_t which)
{
	struct span at = field(in, which);
	json_t *value = in->line->fields[in->slots[which]].type == REC_OBJECT
	    ? json_loadb(at.at, at.len, 0, NULL)
	    : json_object();

	if (value == NULL)
		die(EX_OSERR, "out of memory");
	return value;
}

static uint64_t
tie_of(struct span line)
{
	struct identity *identity = identity_new();
	char *all = mem_copy(line.at, line.len);

	identity_add(identity, all);
	char *id = identity_end(identity);
	uint64_t tie = strtoull(id, NULL, 16);
	free(id);
	free(all);
	return tie;
}

/* Nobody can be told of a day before it is over. */
static int64_t
known_at(const struct reading *in, const char *date)
{
	int32_t day;

	if (!when_day(span(date), &day))
		refuse(in, *date == '\0' ? "no date" : "date is no day");
	return when_local(day + 1, 0, in->zone);
}

static double
number(const struct reading *in, size_t which)
{
	char *at = text(in, which);
	double value =
	    in->line->fields[in->slots[which]].type >= REC_INTEGER ? strtod(at, NULL) : 0;

	free(at);
	return value;
}

static void
read_alert(struct reading *in)
{
	struct pool *pool = in->pool;
	struct alert alert = { .id = text(in, ALERT_ID), .date = text(in, DATE) };

	if (*alert.id == '\0')
		refuse(in, "no alert_id");
	for (size_t i = 0; i < ALERT_LABELS; i++)
		alert.labels[i] = text(in, TYPE + i);
	alert.plan = plan_of(in, alert_label(&alert, "priority"));
	alert.stage = stage_of(&alert);
	alert.known = known_at(in, alert.date);
	alert.segment = object(in, SEGMENT);
	alert.segment_text = segment_text(alert.segment);
	alert.z = number(in, Z);
	json_t *pipeline = object(in, PIPELINE);
	alert.stake = json_number_value(json_object_get(pipeline, "amount"));
	json_decref(pipeline);
	if (in->line->fields[in->slots[SUPPRESSED]].type != REC_ABSENT)
		alert.suppressed = text(in, SUPPRESSED);
	alert.drill = in->line->fields[in->slots[DRILL]].type == REC_TRUE;
	alert.place = keep(in);
	alert.tie = tie_of(in->line->line);
	if (pool->count == in->room) {
		in->room = 2 * in->room + 64;
		pool->alerts = mem_grow(pool->alerts, in->room, sizeof *pool->alerts);
	}
	pool->alerts[pool->count++] = alert;
}

static void
read_fault(struct reading *in)
{
	struct pool *pool = in->pool;
	struct fault fault = { .stage = text(in, STAGE),
		.since = text(in, SINCE),
		.receiver = text(in, RECEIVER),
		.channel = text(in, CHANNEL),
		.over = field(in, UNTIL).len > 0 };
	char *delivery_id = text(in, DELIVERY_ID);

	if (*fault.stage == '\0')
		refuse(in, "no stage");
	if (!when_instant(span(fault.since), &fault.began))
		refuse(in, "since is no instant");
	fault.key = fault_key(fault.stage, fault.since, delivery_id);
	free(delivery_id);
	fault.place = keep(in);
	if (pool->fault_count == in->fault_room) {
		in->fault_room = 2 * in->fault_room + 16;
		pool->faults = mem_grow(pool->faults, in->fault_room, sizeof *pool->faults);
	}
	pool->faults[pool->fault_count++] = fault;
}

static int
by_id(const void *a, const void *b)
{
	const struct alert *one = a, *other = b;
	int order = strcmp(one->id, other->id);

	if (order == 0)
		order = strcmp(other->date, one->date);
	if (order == 0)
		order = (int)other->stage - (int)one->stage;
	if (order == 0)
		order = strcmp(alert_state(one), alert_state(other)); /* changed, then new */
	return order != 0 ? order : (one->tie > other->tie) - (one->tie < other->tie);
}

static int
by_weight(const void *a, const void *b)
{
	const struct alert *one = a, *other = b;

	if (one->plan != other->plan)
		return one->plan < other->plan ? -1 : 1;
	if (one->stake != other->stake)
		return one->stake > other->stake ? -1 : 1;
	return strcmp(one->id, other->id);
}

static int
by_beginning(const void *a, const void *b)
{
	const struct fault *one = a, *other = b;
	int order = (one->began > other->began) - (one->began < other->began);

	if (order == 0)
		order = strcmp(one->key, other->key);
	return order != 0 ? order : (int)other->over - (int)one->over;
}

/* The latest version of each alert, and each fault once: that it is over counts more. */
static void
put_in_order(struct pool *pool)
{
	size_t kept = 0, faults = 0;

	if (pool->count > 0)
		qsort(pool->alerts, pool->count, sizeof *pool->alerts, by_id);
	for (size_t i = 0; i < pool->count; i++)
		if (kept > 0 && strcmp(pool->alerts[kept - 1].id, pool->alerts[i].id) == 0)
			alert_release(&pool->alerts[i]);
		else
			pool->alerts[kept++] = pool->alerts[i];
	pool->count = kept;
	if (kept > 0)
		qsort(pool->alerts, kept, sizeof *pool->alerts, by_weight);
	if (pool->fault_count > 0)
		qsort(pool->faults, pool->fault_count, sizeof *pool->faults, by_beginning);
	for (size_t i = 0; i < pool->fault_count; i++)
		if (faults == 0
		    || strcmp(pool->faults[faults - 1].key, pool->faults[i].key) != 0)
			pool->faults[faults++] = pool->faults[i];
	pool->fault_count = faults;
}

struct pool *
pool_read(int fd, const char *name, const char *zone)
{
	struct pool *pool = mem_new(1, sizeof *pool);
	struct reading in = { .pool = pool, .name = name, .zone = zone };
	struct rec_in *records = rec_from(fd, name);

	pool->file = fdopen(file_temp(), "w+");
	if (pool->file == NULL)
		die_errno(EX_OSERR, "%s", file_temp_place());
	for (size_t i = 0; i < FIELDS; i++)
		in.slots[i] = rec_want(records, wanted[i]);
	while ((in.line = rec_next(records)) != NULL) {
		pool->read++;
		if (span_is(field(&in, KIND), "alert"))
			read_alert(&in);
		else if (span_is(field(&in, KIND), "fault"))
			read_fault(&in);
		else
			refuse(&in, "neither an alert nor a fault");
	}
	rec_close(records);
	if (fflush(pool->file) != 0)
		die_errno(EX_IOERR, "%s", file_temp_place());
	put_in_order(pool);
	return pool;
}

char *
pool_text(const struct pool *pool, struct place place)
{
	char *line = mem_new(place.len + 1, 1);
	size_t have = 0;

	while (have < place.len) {
		ssize_t got = pread(
		    fileno(pool->file), line + have, place.len - have, place.at + (off_t)have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			die_errno(EX_IOERR, "%s", file_temp_place());
		have += (size_t)got;
	}
	return line;
}

void
pool_free(struct pool *pool)
{
	for (size_t i = 0; i < pool->count; i++)
		alert_release(&pool->alerts[i]);
	for (size_t i = 0; i < pool->fault_count; i++) {
		struct fault *fault = &pool->faults[i];
		free(fault->key);
		free(fault->stage);
		free(fault->since);
		free(fault->receiver);
		free(fault->channel);
	}
	free(pool->alerts);
	free(pool->faults);
	fclose(pool->file);
	free(pool);
}
