#include <stdlib.h>
#include <string.h>

#include "backoff.h"
#include "identity.h"
#include "mem.h"

/* Between -1 and 1. */
static double
chance(const char *delivery_id, int attempts)
{
	struct identity *identity = identity_new();
	char *number = mem_printf("%d", attempts);

	identity_add(identity, delivery_id);
	identity_add(identity, number);
	char *digits = identity_end(identity);
	digits[8] = '\0';
	double unit = (double)strtoul(digits, NULL, 16) / 0xffffffff;
	free(digits);
	free(number);
	return 2 * unit - 1;
}

int64_t
backoff_seconds(const char *delivery_id, int attempts)
{
	static const int minutes[] = { 1, 5, 15, 60, 240 };
	enum { LAST = sizeof minutes / sizeof *minutes - 1 };
	int step = attempts < 1 ? 0 : attempts - 1 > LAST ? LAST : attempts - 1;

	return (int64_t)(60 * minutes[step] * (1 + 0.2 * chance(delivery_id, attempts)));
}
