#define _GNU_SOURCE /* rawmemchr */
#include <stdlib.h>

#include "eight.h"
#include "mem.h"
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

size_t
shape_want(struct shape *shape, struct span name)
{
	int known = shape_slot(shape, name);

	if (known != NO_SLOT)
		return (size_t)known;
	shape->wants = mem_grow(shape->wants, shape->wanted + 1, sizeof *shape->wants);
	shape->wants[shape->wanted] = name;
	shape->absent = mem_grow(shape->absent, shape->wanted + 1, sizeof *shape->absent);
	shape->absent[shape->wanted] = (struct rec_field){ "", 0, REC_ABSENT };
	return shape->wanted++;
}

int
shape_meet(struct shape *shape, struct span name)
{
	int slot = shape_slot(shape, name);

	if (slot != NO_SLOT || !shape->all || shape->wanted == shape->named + SHAPE_MAX)
		return slot;
	return (int)shape_want(shape, (struct span){ mem_copy(name.at, name.len), name.len });
}

size_t
shape_fields(const struct shape *shape)
{
	return shape->wanted + 1 + (shape->all ? SHAPE_MAX : 0);
}

void
shape_clear(const struct shape *shape, struct rec_field *fields)
{
	if (shape->wanted > 0)
		memcpy(fields, shape->absent, shape->wanted * sizeof *fields);
}

void
shape_release(struct shape *shape)
{
	for (size_t i = shape->named; shape->all && i < shape->wanted; i++)
		free((char *)shape->wants[i].at);
	free(shape->wants);
	free(shape->absent);
}

/* Looks at all of a usual key at once: how long it is would be a guess. */
static inline bool
stands_at(const struct key *key, const char *p)
{
	unsigned near = block_bits(block_at(p) == block_at(key->text));
	unsigned far = block_bits(block_at(p + BLOCK) == block_at(key->text + BLOCK));

	return (near | far << BLOCK | key->ignored) == UINT32_MAX
	    && (key->len <= KEY_GLANCE || strncmp(p, key->text, key->len) == 0);
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
	key->ignored = key->len < KEY_GLANCE ? UINT32_MAX << key->len : 0;
	int slot = shape_meet(shape, name);
	key->wanted = slot != NO_SLOT && (!shape->all || (size_t)slot < shape->named);
	key->slot = slot != NO_SLOT ? (size_t)slot : shape->wanted;
	return key;
}

/* Among the keys known, beginning where the next one was expected; or a new one. */
static struct key *
find(struct shape *shape, const struct key *expected, struct span name)
{
	size_t first = (size_t)(expected - shape->keys);

	for (size_t i = 0; i < shape->count; i++) {
		struct key *key = &shape->keys[(first + i) % shape->count];
		if (key->len == name.len + 3 && memcmp(key->text + 1, name.at, name.len) == 0)
			return key;
	}
	return learn(shape, name);
}

/* Reads a key that was not expected, or not so soon, and its colon. */
static struct key *
read_key(struct shape *shape, const struct key *expected, const char **p)
{
	const char *quote = blanks_end(*p), *name = quote + 1;
	const char *end = *quote == '"' ? text_end(name) : NULL;

	if (end == NULL)
		return NULL;
	*p = blanks_end(end + 1);
	if (*(*p)++ != ':')
		return NULL;
	return find(shape, expected, (struct span){ name, (size_t)(end - name) });
}

/* Reads the key at *p and its colon; NULL if it is none, or one the line already had. */
static inline struct key *
scan_key(struct shape *shape, struct key *expected, const char **p, size_t line)
{
	struct key *key = expected;

	if (stands_at(key, *p))
		*p += key->len;
	else if ((key = read_key(shape, expected, p)) == NULL)
		return NULL;
	if (key->met == line)
		return NULL;
	key->met = line;
	return key;
}

/* The end of a number as most are, of a few digits and nothing else; or NULL. */
static inline const char *
digits_end(const char *p)
{
	block bytes = block_at(p);
	unsigned others = block_bits((bytes < '0') | (bytes > '9')) | 1u << BLOCK;
	const char *end = p + __builtin_ctz(others);

	return *p != '0' && end > p && (*end == ',' || *end == '}') ? end : NULL;
}

static const char *
scan_other(const char *p, struct rec_field *field)
{
	const char *end = digits_end(p);
	enum rec_type type = REC_INTEGER;
	bool whole = true;

	if (end == NULL)
		switch (*p) {
		case 't': end = word_end(p, "true"), type = REC_TRUE; break;
		case 'f': end = word_end(p, "false"), type = REC_FALSE; break;
		case 'n': end = word_end(p, "null"), type = REC_NULL; break;
		case '[': end = nested_end(p), type = REC_ARRAY; break;
		case '{': end = nested_end(p), type = REC_OBJECT; break;
		default: end = number_end(p, &whole), type = whole ? REC_INTEGER : REC_REAL;
		}
	if (end != NULL)
		*field = (struct rec_field){ p, (uint32_t)(end - p), type };
	return end;
}

/* A text somebody wants must stand there as it is meant; others may hold escapes. */
static inline const char *
scan_value(const char *p, struct rec_field *field, bool wanted)
{
	if (*p != '"' && *(p = blanks_end(p)) != '"')
		return scan_other(p, field);

	const char *text = p + 1, *end = text_stop(text);
	if (*end != '"' && (wanted || (end = string_end(end)) == NULL))
		return NULL;
	field->text = text;
	field->len = (uint32_t)(end - text);
	field->type = REC_STRING;
	return end + 1;
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
	struct key *expected = shape->keys;
	struct rec_field *fields = rec->fields;
	const size_t line = rec->number;
	size_t missing = shape->trusted ? shape->wanted : SIZE_MAX;

	for (;;) {
		struct key *key = scan_key(shape, expected, &p, line);
		if (key == NULL)
			return NULL;
		p = scan_value(p, &fields[key->slot], key->wanted);
		if (p == NULL)
			return NULL;
		if (*p != ',' && *(p = blanks_end(p)) != ',')
			return p;
		missing -= key->wanted;
		if (missing == 0)
			return last_brace(p);
		p++;
		expected = key + 1;
	}
}

/* The newline the line ends in, or NULL if the line is not for us. */
const char *
line_scan(struct shape *shape, const char *line, struct rec *rec)
{
	if (*line != '{')
		return NULL;
	shape_clear(shape, rec->fields);

	const char *p = blanks_end(line + 1);
	if (*p != '}')
		p = scan_members(shape, p, rec);
	if (p == NULL || *p != '}')
		return NULL;
	p = blanks_end(p + 1);
	return *p == '\n' ? p : NULL;
}
