#include <math.h>
#include <stdlib.h>

#include "eight.h"
#include "schema_value.h"

enum { EXACT_LEN = 16 }; /* of a decimal whose digits, and power of ten, a double holds */

struct value
value_of(const json_t *tree)
{
	static const enum rec_type types[] = {
		[JSON_OBJECT] = REC_OBJECT,
		[JSON_ARRAY] = REC_ARRAY,
		[JSON_STRING] = REC_STRING,
		[JSON_INTEGER] = REC_INTEGER,
		[JSON_REAL] = REC_REAL,
		[JSON_TRUE] = REC_TRUE,
		[JSON_FALSE] = REC_FALSE,
		[JSON_NULL] = REC_NULL,
	};
	struct value value = {
		.type = types[json_typeof(tree)], .text = { "", 0 }, .tree = tree
	};

	if (value.type == REC_STRING)
		value.text = (struct span){ json_string_value(tree), json_string_length(tree) };
	return value;
}

/* Of one digit to eight, added up in pairs, fours and eights (D. Lemire). */
static int64_t
few_digits(const char *p, size_t len)
{
	uint64_t digits = (eight_bytes(p) - EACH_BYTE * '0') << (8 - len) * 8;
	const uint64_t each_fourth = 0x000000ff000000ff;

	digits = digits * 10 + (digits >> 8);
	uint64_t odd = (digits & each_fourth) * (100 + (1000000ull << 32));
	uint64_t even = (digits >> 16 & each_fourth) * (1 + (10000ull << 32));
	return (int64_t)((odd + even) >> 32);
}

/* Negative all the way, for there is one more number on that side. */
static int64_t
whole_number(struct span text)
{
	bool negative = *text.at == '-';
	size_t len = text.len - negative;
	int64_t value = 0;

	if (len <= 8) {
		value = few_digits(text.at + negative, len);
		return negative ? -value : value;
	}
	for (size_t i = negative; i < text.len; i++)
		value = value * 10 - (text.at[i] - '0');
	return negative ? value : -value;
}

/* Digits over a power of ten, both exact, give the nearest double; strtod for the rest. */
static double
real_number(struct span text)
{
	static const double tens[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
		1e11, 1e12, 1e13, 1e14, 1e15 };
	bool negative = *text.at == '-';
	int64_t digits = 0;
	size_t places = 0;

	if (text.len > EXACT_LEN)
		return strtod(text.at, NULL);
	for (size_t i = negative; i < text.len; i++) {
		if (text.at[i] == '.')
			places = text.len - i - 1;
		else if (text.at[i] >= '0' && text.at[i] <= '9')
			digits = digits * 10 + (text.at[i] - '0');
		else
			return strtod(text.at, NULL);
	}
	return (double)(negative ? -digits : digits) / tens[places];
}

static struct number
tree_number(const json_t *tree)
{
	return json_is_integer(tree)
	    ? (struct number){ .whole = true, .integer = json_integer_value(tree) }
	    : (struct number){ .real = json_real_value(tree) };
}

struct number
value_number(const struct value *value)
{
	if (value->tree != NULL)
		return tree_number(value->tree);
	if (value->type == REC_INTEGER)
		return (struct number){ .whole = true, .integer = whole_number(value->text) };
	return (struct number){ .real = real_number(value->text) };
}

static long double
widened(struct number number)
{
	return number.whole ? (long double)number.integer : (long double)number.real;
}

int
number_compare(struct number a, struct number b)
{
	if (a.whole && b.whole)
		return (a.integer > b.integer) - (a.integer < b.integer);

	long double first = widened(a), second = widened(b);
	return (first > second) - (first < second);
}

bool
number_is_integer(struct number number)
{
	return number.whole || floor(number.real) == number.real;
}

static bool
trees_equal(const json_t *a, const json_t *b)
{
	struct value first = value_of(a), second = value_of(b);

	return value_equal(&first, &second);
}

static bool
arrays_equal(const json_t *a, const json_t *b)
{
	size_t count = json_array_size(a);

	if (count != json_array_size(b))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!trees_equal(json_array_get(a, i), json_array_get(b, i)))
			return false;
	return true;
}

static bool
objects_equal(const json_t *a, const json_t *b)
{
	const char *name;
	json_t *member;

	if (json_object_size(a) != json_object_size(b))
		return false;
	json_object_foreach ((json_t *)a, name, member) {
		const json_t *other = json_object_get(b, name);
		if (other == NULL || !trees_equal(member, other))
			return false;
	}
	return true;
}

bool
value_equal(const struct value *a, const struct value *b)
{
	if ((type_bit(a->type) & ANY_NUMBER) && (type_bit(b->type) & ANY_NUMBER))
		return number_compare(value_number(a), value_number(b)) == 0;
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case REC_STRING: return span_equal(a->text, b->text);
	case REC_ARRAY: return arrays_equal(a->tree, b->tree);
	case REC_OBJECT: return objects_equal(a->tree, b->tree);
	default: return true;
	}
}
