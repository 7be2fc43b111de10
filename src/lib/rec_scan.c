#define _GNU_SOURCE /* rawmemchr */
#include "rec_line.h"
#include "text.h"

static const char *
skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r')
		p++;
	return p;
}

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
		*p = skip_blanks(end + 1);
		if (*(*p)++ != ':')
			return NULL;
		key = find(shape, expected, (struct span){ name, (size_t)(end - name) });
	}
	if (key == NULL || key->met == line)
		return NULL;
	key->met = line;
	return key;
}

static const char *
scan_word(const char *p, const char *word, enum rec_type type, struct rec_field *field)
{
	size_t len = strlen(word);

	if (strncmp(p, word, len) != 0)
		return NULL;
	*field = (struct rec_field){ p, (uint32_t)len, type };
	return p + len;
}

static const char *
scan_value(const char *p, struct rec_field *field)
{
	const char *end;

	switch (*p) {
	case '"':
		if ((end = text_end(p + 1)) == NULL)
			return NULL;
		*field = (struct rec_field){ p + 1, (uint32_t)(end - p - 1), REC_STRING };
		return end + 1;
	case 't': return scan_word(p, "true", REC_TRUE, field);
	case 'f': return scan_word(p, "false", REC_FALSE, field);
	case 'n': return scan_word(p, "null", REC_NULL, field);
	default:
		if ((end = number_end(p)) == NULL)
			return NULL;
		bool whole = memchr(p, '.', (size_t)(end - p)) == NULL;
		*field = (struct rec_field){ p, (uint32_t)(end - p),
			whole ? REC_INTEGER : REC_REAL };
		return end;
	}
}

/* The brace a trusted line ends in: that much shows that it was not torn. */
static const char *
last_brace(const char *p)
{
	const char *newline = rawmemchr(p, '\n');

	return newline[-1] == '}' ? newline - 1 : NULL;
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
		struct rec_field *field =
		    key->slot == NO_SLOT ? &unwanted : &rec->fields[key->slot];
		p = scan_value(skip_blanks(p), field);
		if (p == NULL)
			return NULL;
		p = skip_blanks(p);
		if (*p != ',')
			return p;
		missing -= key->slot != NO_SLOT;
		if (missing == 0 && shape->trusted)
			return last_brace(p);
		p = skip_blanks(p + 1);
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

	const char *p = skip_blanks(line + 1);
	if (*p != '}')
		p = scan_members(shape, p, rec);
	if (p == NULL || *p != '}')
		return NULL;
	p = skip_blanks(p + 1);
	return *p == '\n' ? p : NULL;
}
