#include <stdlib.h>

#include "fold.h"
#include "likeness.h"

enum { WORDS = 32, LETTERS = 128, PREFIX = 4, SLIP_LEAST = 5, SLIPS_LEAST = 9 };
static const double PREFIX_WEIGHT = 0.1;

struct words {
	struct span at[WORDS];
	size_t count;
	bool whole; /* there are no more */
};

struct letters {
	char at[LETTERS];
	size_t len;
};

/* How many letters of a are in b, near their place; and marks them in both. */
static size_t
matches(const struct letters *a, const struct letters *b, bool in_a[], bool in_b[])
{
	size_t longer = a->len > b->len ? a->len : b->len, reach = longer / 2, count = 0;

	reach -= reach > 0;
	for (size_t i = 0; i < a->len; i++) {
		size_t from = i > reach ? i - reach : 0;
		for (size_t j = from; j < b->len && j <= i + reach; j++)
			if (!in_b[j] && a->at[i] == b->at[j]) {
				in_a[i] = in_b[j] = true;
				count++;
				break;
			}
	}
	return count;
}

static double
jaro_winkler(const struct letters *a, const struct letters *b)
{
	bool in_a[LETTERS] = { false }, in_b[LETTERS] = { false };
	size_t common = matches(a, b, in_a, in_b), moved = 0, j = 0, prefix = 0;

	if (common == 0)
		return a->len == b->len && a->len == 0 ? 1 : 0;
	for (size_t i = 0; i < a->len; i++) {
		if (!in_a[i])
			continue;
		while (!in_b[j])
			j++;
		moved += a->at[i] != b->at[j++];
	}
	while (prefix < PREFIX && prefix < a->len && prefix < b->len
	    && a->at[prefix] == b->at[prefix])
		prefix++;
	double m = (double)common;
	double jaro =
	    (m / (double)a->len + m / (double)b->len + (m - (double)(moved / 2)) / m) / 3;
	return jaro + (double)prefix * PREFIX_WEIGHT * (1 - jaro);
}

static struct words
words_of(const char *text)
{
	struct words words = { .whole = false };

	while (words.count < WORDS && *text != '\0') {
		size_t len = strcspn(text, " ");
		words.at[words.count++] = (struct span){ text, len };
		text += len + (text[len] == ' ');
	}
	words.whole = *text == '\0';
	return words;
}

static void
take_out(struct words *words, size_t i)
{
	words->count--;
	memmove(words->at + i, words->at + i + 1, (words->count - i) * sizeof *words->at);
}

static bool
has(const struct words *words, struct span word, size_t *at)
{
	for (*at = 0; *at < words->count; (*at)++)
		if (span_equal(words->at[*at], word))
			return true;
	return false;
}

static void
take_out_shared(struct words *a, struct words *b)
{
	size_t other;

	for (size_t i = 0; i < a->count;)
		if (has(b, a->at[i], &other)) {
			take_out(b, other);
			take_out(a, i);
		} else {
			i++;
		}
}

static bool
says_nothing(struct span word)
{
	static const char *const fillers[] = { "a", "an", "copy", "deal", "duplicate", "for",
		"of", "opp", "opportunity", "the", "with" };

	for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
		if (span_is(word, fillers[i]))
			return true;
	return fold_is_form(word);
}

char *
likeness_words(struct span text, const char *of_account)
{
	char *name = fold_text(text), *to = name;
	struct words words = words_of(name), account = words_of(of_account);
	size_t at;

	if (!words.whole)
		return name;
	for (size_t i = 0; i < words.count; i++) {
		struct span word = words.at[i];
		if (says_nothing(word) || has(&account, word, &at))
			continue;
		if (to > name)
			*to++ = ' ';
		memmove(to, word.at, word.len);
		to += word.len;
	}
	*to = '\0';
	return name;
}

static bool
has_digit(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.at[i] >= '0' && word.at[i] <= '9')
			return true;
	return false;
}

/* The words as one; so much of them as there is room for. */
static struct letters
join(const struct words *words)
{
	struct letters letters = { .len = 0 };

	for (size_t i = 0; i < words->count; i++) {
		struct span word = words->at[i];
		size_t room = LETTERS - letters.len, len = word.len < room ? word.len : room;
		memcpy(letters.at + letters.len, word.at, len);
		letters.len += len;
	}
	return letters;
}

static int
by_letters(const void *a, const void *b)
{
	return span_order(*(const struct span *)a, *(const struct span *)b);
}

double
likeness_of(const char *first, const char *second)
{
	struct words a = words_of(first), b = words_of(second);
	struct letters x = join(&a), y = join(&b);
	double as_written = jaro_winkler(&x, &y);
	qsort(a.at, a.count, sizeof *a.at, by_letters);
	qsort(b.at, b.count, sizeof *b.at, by_letters);
	x = join(&a);
	y = join(&b);
	double sorted = jaro_winkler(&x, &y);
	return sorted > as_written ? sorted : as_written;
}

/* Letters to put in, leave out, replace or swap with the next (optimal string alignment). */
static size_t
slips(const struct letters *a, const struct letters *b)
{
	size_t rows[3][LETTERS + 1];

	for (size_t j = 0; j <= b->len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a->len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3],
		       *before = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b->len; j++) {
			size_t best = above[j - 1] + (a->at[i - 1] != b->at[j - 1]);
			best = above[j] + 1 < best ? above[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a->at[i - 1] == b->at[j - 2]
			    && a->at[i - 2] == b->at[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a->len % 3][b->len];
}

bool
likeness_same(const char *first, const char *second)
{
	struct words a = words_of(first), b = words_of(second);

	if (!a.whole || !b.whole)
		return strcmp(first, second) == 0;
	take_out_shared(&a, &b);
	if (a.count == 0 && b.count == 0)
		return true;
	for (size_t i = 0; i < a.count + b.count; i++)
		if (has_digit(i < a.count ? a.at[i] : b.at[i - a.count]))
			return false;
	struct letters rest_a = join(&a), rest_b = join(&b);
	size_t shorter = rest_a.len < rest_b.len ? rest_a.len : rest_b.len;
	if (shorter < SLIP_LEAST)
		return false;
	return slips(&rest_a, &rest_b) <= (shorter < SLIPS_LEAST ? 1 : 2);
}

/* The words with digits must all be shared, so it is enough to sum what stands for each. */
uint64_t
likeness_digits(const char *name)
{
	struct words words = words_of(name);
	uint64_t sum = 0;

	for (size_t i = 0; i < words.count; i++) {
		uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */
		if (!has_digit(words.at[i]))
			continue;
		for (size_t j = 0; j < words.at[i].len; j++)
			hash = (hash ^ (unsigned char)words.at[i].at[j]) * 0x100000001b3;
		sum += hash;
	}
	return sum;
}
