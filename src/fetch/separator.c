#include "separator.h"

char
separator_guess(struct span header)
{
	static const char candidates[] = ",;\t|";
	size_t counts[sizeof candidates] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < header.len; i++) {
		const char *found = strchr(candidates, header.at[i]);
		if (header.at[i] == '"')
			quoted = !quoted;
		else if (!quoted && found != NULL)
			counts[found - candidates]++;
	}
	for (size_t i = 1; i < sizeof candidates - 1; i++)
		if (counts[i] > counts[best])
			best = i;
	return candidates[best];
}

size_t
separator_count(struct span line, char separator)
{
	size_t count = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.at[i] == '"')
			return SEPARATOR_UNSURE;
		count += line.at[i] == separator;
	}
	return count;
}
