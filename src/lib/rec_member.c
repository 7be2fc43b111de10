#include "rec_line.h"

const char *
after_string(const char *p)
{
	for (p++; *p != '"' && *p != '\n'; p++)
		if (*p == '\\' && p[1] != '\n')
			p++;
	return *p == '"' ? p + 1 : p;
}

static const char *
after_scalar(const char *p)
{
	return p + strcspn(p, ",]} \t\r\n");
}

static const char *
after_value(const char *p)
{
	size_t depth = 0;

	do {
		if (*p == '"') {
			p = after_string(p);
		} else if (*p == '{' || *p == '[') {
			depth++;
			p++;
		} else if (depth > 0 && (*p == '}' || *p == ']')) {
			depth--;
			p++;
		} else {
			p = depth == 0 ? after_scalar(p) : p + 1;
		}
	} while (depth > 0 && *p != '\n');
	return p;
}

const char *
line_member(const char *p, struct member *member)
{
	p += strspn(p, " \t\r,");
	if (*p != '"')
		return NULL;
	const char *name = p + 1;
	p = after_string(p);
	member->name = (struct span){ name, (size_t)(p - name) - 1 };
	p += strspn(p, " \t\r:");
	member->value.at = p;
	p = after_value(p);
	member->value.len = (size_t)(p - member->value.at);
	return p;
}
