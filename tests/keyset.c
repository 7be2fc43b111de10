/*
 * keyset - a set of keys against an array that knows.
 *
 *	keyset TURNS RANGE HELD		that many turns with keys below RANGE, spilling beyond HELD
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "keyset.h"
#include "mem.h"

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Keys as ids are: few differ in length, many in their last bytes only. */
static struct span
key_of(uint64_t number, char text[32])
{
	int len = snprintf(text, 32, "D%08ju", (uintmax_t)number);

	return (struct span){ text, (size_t)len };
}

static void
turn(struct keyset *set, bool *known, uint64_t number)
{
	char text[32];
	struct span key = key_of(number, text);

	keyset_expect(set, key);
	if (keyset_has(set, key) != known[number] || keyset_add(set, key) == known[number])
		die(EX_SOFTWARE, "%s: %s", text, known[number] ? "lost" : "never added");
	known[number] = true;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);
	if (argc != 4)
		die(EX_USAGE, "TURNS RANGE HELD");

	size_t turns = strtoul(argv[1], NULL, 10), range = strtoul(argv[2], NULL, 10);
	struct keyset *set = keyset_new();
	bool *known = mem_new(range, sizeof *known);
	uint64_t state = 88172645463325252u;

	keyset_hold(set, strtoul(argv[3], NULL, 10));
	for (size_t i = 0; i < turns; i++)
		turn(set, known, next_random(&state) % range);
	size_t count = 0;
	for (size_t i = 0; i < range; i++)
		count += known[i];
	printf("%zu keys, %zu counted\n", count, keyset_count(set));
	if (count != keyset_count(set))
		die(EX_SOFTWARE, "wrongly counted");
	keyset_free(set);
	free(known);
	return EX_OK;
}
