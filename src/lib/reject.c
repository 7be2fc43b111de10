#include <jansson.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "money.h"
#include "rec_out.h"
#include "reject.h"

enum { TOLD = 5 }; /* codes */

static json_t *
base64(struct span bytes)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = mem_new(bytes.len / 3 + 1, 4), *p = text;

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		unsigned three = 0;
		for (size_t j = 0; j < 3; j++)
			three = three << 8 | (j < left ? (unsigned char)bytes.at[i + j] : 0);
		*p++ = digits[three >> 18];
		*p++ = digits[three >> 12 & 63];
		*p++ = left > 1 ? digits[three >> 6 & 63] : '=';
		*p++ = left > 2 ? digits[three & 63] : '=';
	}
	json_t *string = json_stringn(text, (size_t)(p - text));
	free(text);
	return string;
}

static void
put(json_t *record, const char *name, json_t *value)
{
	if (json_object_set_new(record, name, value) != 0)
		die(EX_OSERR, "reject: out of memory");
}

static void
put_text(json_t *record, const char *name, const char *text)
{
	if (text != NULL)
		put(record, name, json_string(text));
}

static void
put_place(json_t *record, const char *name, int64_t place)
{
	if (place > 0)
		put(record, name, json_integer(place));
}

static void
put_codes(json_t *record, const char *name, const char *const *codes)
{
	json_t *list = json_array();

	for (; codes != NULL && *codes != NULL; codes++)
		if (json_array_append_new(list, json_string(*codes)) != 0)
			die(EX_OSERR, "reject: out of memory");
	if (json_array_size(list) > 0)
		put(record, name, list);
	else
		json_decref(list);
}

/* A cut goes between characters, or what was text would be so no more. */
static void
put_bytes(json_t *record, struct span bytes)
{
	bool cut = bytes.len > REJECT_KEPT;

	if (cut) {
		bytes.len = REJECT_KEPT;
		while (bytes.len > REJECT_KEPT - 4
		    && ((unsigned char)bytes.at[bytes.len] & 0xC0) == 0x80)
			bytes.len--;
	}
	json_t *text = memchr(bytes.at, '\0', bytes.len) == NULL
	    ? json_stringn(bytes.at, bytes.len)
	    : NULL;

	if (text != NULL)
		put(record, "text", text);
	else
		put(record, "base64", base64(bytes));
	if (cut)
		put(record, "cut", json_true());
}

void
reject_write(struct rec_out *out, const struct reject *reject)
{
	if (out == NULL)
		return;

	json_t *record =
	    json_pack("{s:s, s:i, s:s}", "kind", "reject", "v", 1, "stage", reject->stage);
	if (record == NULL)
		die(EX_OSERR, "reject: out of memory");
	if (reject->source.at != NULL && reject->source.len > 0)
		put(record, "source", json_stringn(reject->source.at, reject->source.len));
	put_place(record, "line", reject->line);
	put_place(record, "offset", reject->offset);
	put_place(record, "byte", reject->byte);
	put_text(record, "code", reject->code);
	put_text(record, "field", reject->field);
	put_text(record, "reason", reject->reason);
	put_codes(record, "also", reject->also);
	put_bytes(record, reject->bytes);
	rec_dump(out, record);
	json_decref(record);
}

struct reject_limit
reject_limit(const char *text)
{
	struct reject_limit limit = { .text = text };
	struct span number = span(text);

	limit.share = number.len > 0 && number.at[number.len - 1] == '%';
	number.len -= limit.share;
	if (!money_read(number, &limit.amount) || limit.amount < 0
	    || (limit.share && limit.amount > 100 * (int64_t)MONEY_ONE))
		die(EX_USAGE, "--max-rejects %s: must be a share, as 5%%, or a number", text);
	return limit;
}

void
reject_count(struct reject_tally *tally, const char *code, uint64_t times)
{
	size_t i = 0;

	if (times == 0)
		return;
	while (i < tally->codes && strcmp(tally->counts[i].code, code) != 0)
		i++;
	if (i == tally->codes) {
		tally->counts = mem_grow(tally->counts, ++tally->codes, sizeof *tally->counts);
		tally->counts[i] = (struct reject_count){ .code = code };
	}
	tally->counts[i].count += times;
}

/* The first of those that are as common. */
static const struct reject_count *
commonest_below(const struct reject_tally *tally, const struct reject_count *above)
{
	const struct reject_count *best = NULL;

	for (const struct reject_count *c = tally->counts; c < tally->counts + tally->codes;
	     c++)
		if ((above == NULL || c->count < above->count
			|| (c->count == above->count && c > above))
		    && (best == NULL || c->count > best->count))
			best = c;
	return best;
}

/* "width 5, quote 1" */
static char *
told(const struct reject_tally *tally)
{
	const struct reject_count *next = commonest_below(tally, NULL);
	size_t len, said = 0;
	char *text;
	FILE *to = mem_stream(&text, &len);

	for (; next != NULL && said < TOLD; next = commonest_below(tally, next), said++)
		fprintf(
		    to, "%s%s %ju", said > 0 ? ", " : "", next->code, (uintmax_t)next->count);
	if (next != NULL)
		fprintf(to, " and %zu more", tally->codes - said);
	mem_stream_end(to, &text);
	return text;
}

static bool
is_too_many(struct reject_limit limit, uint64_t rejected, uint64_t in)
{
	uint64_t per = limit.share ? 100 : 1, of = limit.share ? in : 1;

	return rejected * per * MONEY_ONE > of * (uint64_t)limit.amount;
}

void
reject_judge(
    const struct reject_tally *tally, struct reject_limit limit, uint64_t in, bool kept)
{
	uint64_t rejected = 0;

	for (size_t i = 0; i < tally->codes; i++)
		rejected += tally->counts[i].count;
	if (rejected == 0)
		return;

	char *codes = told(tally);
	if (is_too_many(limit, rejected, in))
		die(EX_DATAERR, "%ju of %ju refused: more than %s: %s", (uintmax_t)rejected,
		    (uintmax_t)in, limit.text, codes);
	if (!kept)
		warn("%ju of %ju refused: %s; --rejects FILE keeps them", (uintmax_t)rejected,
		    (uintmax_t)in, codes);
	free(codes);
}

void
reject_tally_release(struct reject_tally *tally)
{
	free(tally->counts);
}
