#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "http_address.h"

enum { BYTES_4 = 4, BYTES_6 = 16 };

struct network {
	uint8_t start[BYTES_6];
	int bits;
};

static const struct network closed_4[] = {
	{ { 0 }, 8 },
	{ { 10 }, 8 },
	{ { 100, 64 }, 10 },
	{ { 127 }, 8 },
	{ { 169, 254 }, 16 },
	{ { 172, 16 }, 12 },
	{ { 192, 0, 0 }, 24 },
	{ { 192, 0, 2 }, 24 },
	{ { 192, 88, 99 }, 24 },
	{ { 192, 168 }, 16 },
	{ { 198, 18 }, 15 },
	{ { 198, 51, 100 }, 24 },
	{ { 203, 0, 113 }, 24 },
	{ { 224 }, 3 },
};

/* Within the 2000::/3 that the open internet has of IPv6. */
static const struct network open_6 = { { 0x20 }, 3 };
static const struct network closed_6[] = {
	{ { 0x20, 0x01, 0x00, 0x00 }, 23 },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },
	{ { 0x3f, 0xff }, 20 },
};

/* Where an IPv4 address stands in an IPv6 one. */
static const struct {
	struct network within;
	int at;
} carriers[] = {
	{ { { [10] = 0xff, [11] = 0xff }, 96 }, 12 },
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 },
	{ { { 0x20, 0x02 }, 16 }, 2 },
};

static bool
is_within(const uint8_t *address, const struct network *network)
{
	int whole = network->bits / 8, rest = network->bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	return memcmp(address, network->start, (size_t)whole) == 0
	    && (rest == 0 || ((address[whole] ^ network->start[whole]) & mask) == 0);
}

static bool
is_in_any(const uint8_t *address, const struct network *networks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_within(address, &networks[i]))
			return true;
	return false;
}

static bool
is_open_4(const uint8_t *address)
{
	return !is_in_any(address, closed_4, sizeof closed_4 / sizeof *closed_4);
}

static bool
is_open_6(const uint8_t *address)
{
	for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++)
		if (is_within(address, &carriers[i].within))
			return is_open_4(address + carriers[i].at);
	return is_within(address, &open_6)
	    && !is_in_any(address, closed_6, sizeof closed_6 / sizeof *closed_6);
}

bool
http_address_is_open(const struct sockaddr *address)
{
	uint8_t bytes[BYTES_6];

	if (address->sa_family == AF_INET) {
		memcpy(bytes, &((const struct sockaddr_in *)(const void *)address)->sin_addr,
		    BYTES_4);
		return is_open_4(bytes);
	}
	if (address->sa_family == AF_INET6) {
		memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
		    BYTES_6);
		return is_open_6(bytes);
	}
	return false;
}
