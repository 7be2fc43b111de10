/*
 * money - amounts, and numbers with other people's marks: what is read is what the digits say,
 * its text is the shortest and reads the same; sums are exact or refused.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "../../src/fetch/numbers.h"
#include "fuzz.h"
#include "money.h"
#include "text.h"

static size_t
digits_at(struct span text, size_t from)
{
	size_t i = from;

	while (i < text.len && text.at[i] >= '0' && text.at[i] <= '9')
		i++;
	return i - from;
}

/* What an amount may look like, said once more. */
static bool
is_amount(struct span text)
{
	size_t at = text.len > 0 && *text.at == '-', whole = digits_at(text, at), places;

	if (whole < 1 || whole > 14)
		return false;
	at += whole;
	if (at == text.len)
		return true;
	if (text.at[at++] != '.')
		return false;
	places = digits_at(text, at);
	return places >= 1 && places <= MONEY_PLACES && at + places == text.len;
}

static void
judge_amount(struct span text)
{
	char shown[MONEY_TEXT_MAX], copy[32] = { 0 };
	int64_t amount, back, sum;
	bool is = money_read(text, &amount);

	must(is == is_amount(text), "an amount for one, none for the other");
	if (!is)
		return;
	memcpy(copy, text.at, text.len);
	must(amount == llroundl(strtold(copy, NULL) * MONEY_ONE),
	    "is %" PRId64 " ten-thousandths", amount);
	struct span written = money_text(amount, shown);
	must(money_read(written, &back) && back == amount, "written as %.*s", (int)written.len,
	    written.at);
	must(written.len <= text.len, "written as %.*s, which is longer", (int)written.len,
	    written.at);
	sum = INT64_MAX - (amount < 0 ? 0 : amount);
	must(money_add(&sum, amount), "a sum that fits does not");
	must(amount <= 0 || !money_add(&sum, amount), "a sum that does not fit does");
}

/* Any number of ten-thousandths, whatever text it came from. */
static void
judge_text(struct span bytes)
{
	char shown[MONEY_TEXT_MAX];
	int64_t amount = 0, back;

	memcpy(&amount, bytes.at, bytes.len < sizeof amount ? bytes.len : sizeof amount);
	struct span written = money_text(amount, shown);
	must(written.at >= shown && written.at + written.len == shown + sizeof shown,
	    "does not fit its room");
	if (money_read(written, &back))
		must(back == amount, "written as %.*s", (int)written.len, written.at);
	else
		must(llabs(amount / MONEY_ONE) > 99999999999999, "its text is no amount");
}

static void
judge_number(struct span text, char decimal, char thousands)
{
	char plain[NUMBERS_MAX + TEXT_SLACK], again[NUMBERS_MAX];
	size_t len, again_len, from = 0;

	if (!numbers_read(text, decimal, thousands, plain, &len))
		return;
	must(len <= text.len && len <= NUMBERS_MAX, "it has grown");
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == thousands && thousands != '\0')
			continue;
		char wanted = text.at[i] == decimal ? '.' : text.at[i];
		must(from < len && plain[from++] == wanted, "a digit is lost: %.*s", (int)len,
		    plain);
	}
	must(from == len, "digits are made up: %.*s", (int)len, plain);
	must(numbers_read((struct span){ plain, len }, '.', '\0', again, &again_len)
		&& again_len == len && memcmp(plain, again, len) == 0,
	    "read again it is %.*s", (int)again_len, again);
}

/* Whatever is a number to JSON and to us is the same kind of number. */
static void
judge_json(struct span text)
{
	char line[256];
	bool whole;

	if (text.len > sizeof line - TEXT_SLACK - 1)
		return;
	memcpy(line, text.at, text.len);
	memset(line + text.len, '\n', TEXT_SLACK + 1);
	const char *end = number_end(line, &whole);
	if (end == NULL)
		return;
	must(
	    end <= line + text.len && end > line, "a number that ends at byte %td", end - line);
	for (const char *p = line; p < end; p++)
		must(strchr("-.0123456789", *p) != NULL, "a number with a %c", *p);
	must(whole == (memchr(line, '.', (size_t)(end - line)) == NULL), "whole or not?");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char marks[][2] = { { '.', '\0' }, { '.', ',' }, { ',', '.' },
		{ ',', ' ' }, { '.', '\'' } };
	unsigned choice;
	struct span text = fuzz_input(data, size, &choice);

	judge_amount(text);
	judge_text(text);
	judge_json(text);
	judge_number(text, marks[choice % 5][0], marks[choice % 5][1]);
	return 0;
}
