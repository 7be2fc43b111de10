#include "numbers.h"

static const char *
copy_digits(const char *p, const char *end, char **to)
{
	while (p < end && *p >= '0' && *p <= '9')
		*(*to)++ = *p++;
	return p;
}

bool
numbers_read(
    struct span text, char decimal, char thousands, char plain[NUMBERS_MAX], size_t *len)
{
	const char *p = text.at, *end = p + text.len, *part;
	char *to = plain;

	if (text.len == 0 || text.len > NUMBERS_MAX)
		return false;
	if (*p == '-')
		*to++ = *p++;
	part = p;
	p = copy_digits(part, end, &to);
	if (p == part)
		return false;
	bool grouped = thousands != '\0' && p - part <= 3;
	while (grouped && p < end && *p == thousands) {
		part = p + 1;
		p = copy_digits(part, end, &to);
		if (p - part != 3)
			return false;
	}
	if (p < end && *p == decimal) {
		*to++ = '.';
		part = p + 1;
		p = copy_digits(part, end, &to);
		if (p == part)
			return false;
	}
	*len = (size_t)(to - plain);
	return p == end;
}
