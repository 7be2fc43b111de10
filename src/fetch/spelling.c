#include <stdlib.h>

#include "mem.h"
#include "print.h"
#include "spelling.h"

enum { FOLDED_MAX = 256 };

struct entry {
	struct print print; /* of the text */
	struct span text, said; /* text.at is NULL where there is none */
	bool unsure; /* more is said for it than one thing */
};

/* Two tables, at most half full: texts as they are, and folded. */
struct spelling {
	size_t mask, longest;
	bool fancy; /* something said needs an escape */
	struct entry *exact, *folded;
};

static inline struct entry *
find(const struct spelling *spelling, struct entry *table, struct span text)
{
	struct print print = print_of(text);

	for (size_t i = print_spot(print);; i++) {
		struct entry *entry = &table[i & spelling->mask];
		if (entry->text.at == NULL
		    || print_same(entry->print, entry->text, print, text))
			return entry;
	}
}

/* A blank, ASCII or not; its length. */
static size_t
blank(const char *p, size_t len)
{
	if (len >= 2 && memcmp(p, "\xC2\xA0", 2) == 0)
		return 2;
	return len > 0 && strchr(" \t\r\n", *p) != NULL && *p != '\0';
}

static struct span
trim(struct span text)
{
	size_t step;

	while ((step = blank(text.at, text.len)) > 0) {
		text.at += step;
		text.len -= step;
	}
	while (text.len > 0
	    && ((step = blank(text.at + text.len - 1, 1)) > 0
		|| (text.len > 1 && (step = blank(text.at + text.len - 2, 2)) == 2)))
		text.len -= step;
	return text;
}

static struct span
fold(struct span text, char folded[FOLDED_MAX])
{
	text = trim(text);
	if (text.len > FOLDED_MAX)
		return text;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		folded[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	return (struct span){ folded, text.len };
}

bool
spelling_alike(struct span a, struct span b)
{
	char folded_a[FOLDED_MAX], folded_b[FOLDED_MAX];

	return span_equal(fold(a, folded_a), fold(b, folded_b));
}

static void
add(struct spelling *spelling, struct span text, struct span said)
{
	char buffer[FOLDED_MAX];
	struct entry *exact = find(spelling, spelling->exact, text);

	if (exact->text.at == NULL)
		*exact = (struct entry){ print_of(text), text, said, false };
	for (size_t i = 0; i < said.len; i++)
		spelling->fancy |=
		    (unsigned char)said.at[i] < ' ' || strchr("\"\\", said.at[i]) != NULL;
	if (said.len > spelling->longest)
		spelling->longest = said.len;

	struct span key = fold(text, buffer);
	struct entry *folded = find(spelling, spelling->folded, key);
	if (folded->text.at == NULL)
		*folded = (struct entry){ print_of(key), { mem_copy(key.at, key.len), key.len },
			said, false };
	else if (!span_equal(folded->said, said))
		folded->unsure = true;
}

static struct span
text_of(const json_t *value)
{
	return (struct span){ json_string_value(value), json_string_length(value) };
}

struct spelling *
spelling_new(const struct map_field *field)
{
	size_t count = 2 * json_object_size(field->values) + json_array_size(field->known);
	const char *text;
	json_t *said;
	size_t i;

	if (count == 0)
		return NULL;
	struct spelling *spelling = mem_new(1, sizeof *spelling);
	for (spelling->mask = 1; spelling->mask < 2 * count;)
		spelling->mask *= 2;
	spelling->exact = mem_new(spelling->mask, sizeof *spelling->exact);
	spelling->folded = mem_new(spelling->mask, sizeof *spelling->folded);
	spelling->mask--;
	json_object_foreach ((json_t *)field->values, text, said)
		add(spelling, span(text), text_of(said));
	json_object_foreach ((json_t *)field->values, text, said)
		if (json_string_length(said) > 0)
			add(spelling, text_of(said), text_of(said));
	json_array_foreach (field->known, i, said)
		add(spelling, text_of(said), text_of(said));
	return spelling;
}

/* What is said for a text that differs from one known. */
static struct span
repair(const struct spelling *spelling, struct span text, bool *repaired)
{
	char buffer[FOLDED_MAX];
	const struct entry *entry = find(spelling, spelling->folded, fold(text, buffer));

	if (entry->text.at == NULL || entry->unsure)
		return text;
	*repaired = true;
	return entry->said;
}

struct span
spelling_of(const struct spelling *spelling, struct span text, bool *repaired)
{
	const struct entry *entry = find(spelling, spelling->exact, text);

	return entry->text.at != NULL ? entry->said : repair(spelling, text, repaired);
}

size_t
spelling_longest(const struct spelling *spelling)
{
	return spelling != NULL ? spelling->longest : 0;
}

bool
spelling_is_plain(const struct spelling *spelling)
{
	return !spelling->fancy;
}

void
spelling_free(struct spelling *spelling)
{
	if (spelling == NULL)
		return;
	for (size_t i = 0; i <= spelling->mask; i++)
		free((char *)spelling->folded[i].text.at);
	free(spelling->exact);
	free(spelling->folded);
	free(spelling);
}
