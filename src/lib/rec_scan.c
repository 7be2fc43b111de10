#define _GNU_SOURCE /* rawmemchr */
#include "rec_line.h"
#include "rec_nest.h"
#include "text.h"

int
shape_slot(const struct shape *shape, struct span name)
{
	for (size_t slot = 0; slot < shape->wanted; slot++)
		if (span_equal(shape->wants[slot], name))
			return (int)slot;
	return NO_SLOT;
}

/* Whole words first, then the bytes that are left: the low ones of the next word. */
static bool
stands_at(const struct key *key, const char *p)
{
	size_t i = 0;

	for (; i + 8 <= key->len; i += 8)
		if (eight_bytes(p + i) != eight_bytes(key->text + i))
			return false;
	uint64_t rest = eight_bytes(p + i) ^ eight_bytes(key->text + i);
	return rest << (7 - key->len % 8) * 8 << 8 == 0; /* << 64 is undefined */
}

static struct key *
learn(struct shape *shape, struct span name)
{
	if (shape->count == SHAPE_MAX || name.len + 3 > KEY_MAX)
		return NULL;
	struct key *key = &shape->keys[shape->count++];
	key->text[0] = '"';
	memcpy(key->text + 1, name.at, name.len);
	memcpy(key->text + 1 + name.len, "\":", 2);
	key->len = name.len + 3;
	key->slot = shape_slot(shape, name);
	return key;
}

/* Among the keys known, beginning where the next one was expected; or a new one. */
static struct key *
find(struct shape *shape, size_t expected, struct span name)
{
	for (size_t i = 0; i < shape->count; i++) {
		struct key *key = &shape->keys[(expected + i) % shape->count];
		if (key->len == name.len + 3 && memcmp(key->text + 1, name.at, name.len) == 0)
			return key;
	}
	return learn(shape, name);
}

/* Reads the key at *p and its colon; NULL if it is none, or one the line already had. */
static struct key *
scan_key(struct shape *shape, size_t expected, const char **p, size_t line)
{
	struct key *key = &shape->keys[expected];

	if (expected < shape->count && stands_at(key, *p)) {
		*p += key->len;
	} else {
		const char *name = *p + 1;
		const char *end = **p == '"' ? text_end(name) : NULL;
		if (end == NULL)
			return NULL;
		*p = blanks_end(end + 1);
		if (*(*p)++ != ':')
			return NULL;
		key = find(shape, expected, (struct span){ name, (size_t)(end - name) });
	}
	if (key == NULL || key->met == line)
		return NULL;
	key->met = line;
	return key;
}

/* A text somebody wants must stand there as it is meant; others may hold escapes. */
static const char *
scan_text(const char *p, bool wanted)
{
	p = text_stop(p);
	return *p == '"' ? p : wanted ? NULL : string_end(p);
}

static const char *
scan_value(const char *p, struct rec_field *field, bool wanted)
{
	const char *end;
	enum rec_type type;

	switch (*p) {
	case '"':
		if ((end = scan_text(p + 1, wanted)) == NULL)
			return NULL;
		*field = (struct rec_field){ p + 1, (uint32_t)(end - p - 1), REC_STRING };
		return end + 1;
	case 't': end = word_end(p, "true"), type = REC_TRUE; break;
	case 'f': end = word_end(p, "false"), type = REC_FALSE; break;
	case 'n': end = word_end(p, "null"), type = REC_NULL; break;
	case '[': end = nested_end(p), type = REC_ARRAY; break;
	case '{': end = nested_end(p), type = REC_OBJECT; break;
	default:
		if ((end = number_end(p)) == NULL)
			return NULL;
		bool whole = memchr(p, '.', (size_t)(end - p)) == NULL;
		type = whole ? REC_INTEGER : REC_REAL;
	}
	if (end != NULL)
		*field = (struct rec_field){ p, (uint32_t)(end - p), type };
	return end;
}

/* The brace a trusted line ends in: that much shows that it was not torn. */
static const char *
last_brace(const char *p)
{
	const char *last = (char *)rawmemchr(p, '\n') - 1;

	while (*last == ' ' || *last == '\t' || *last == '\r')
		last--;
	return *last == '}' ? last : NULL;
}

static const char *
scan_members(struct shape *shape, const char *p, struct rec *rec)
{
	struct rec_field unwanted;
	size_t expected = 0, missing = shape->wanted;

	for (;;) {
		struct key *key = scan_key(shape, expected, &p, rec->number);
		if (key == NULL)
			return NULL;
		bool wanted = key->slot != NO_SLOT;
		struct rec_field *field = wanted ? &rec->fields[key->slot] : &unwanted;
		p = scan_value(blanks_end(p), field, wanted);
		if (p == NULL)
			return NULL;
		p = blanks_end(p);
		if (*p != ',')
			return p;
		missing -= wanted;
		if (missing == 0 && shape->trusted)
			return last_brace(p);
		p = blanks_end(p + 1);
		expected = (size_t)(key - shape->keys) + 1;
	}
}

/* The newline the line ends in, or NULL if the line is not for us. */
const char *
line_scan(struct shape *shape, const char *line, struct rec *rec)
{
	if (*line != '{')
		return NULL;
	for (size_t slot = 0; slot < shape->wanted; slot++)
		rec->fields[slot] = (struct rec_field){ "", 0, REC_ABSENT };

	const char *p = blanks_end(line + 1);
	if (*p != '}')
		p = scan_members(shape, p, rec);
	if (p == NULL || *p != '}')
		return NULL;
	p = blanks_end(p + 1);
	return *p == '\n' ? p : NULL;
}
