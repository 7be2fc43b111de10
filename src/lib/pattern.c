#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "pattern.h"

struct pattern {
	pcre2_code *code;
	pcre2_match_data *match;
};

struct pattern *
pattern_new(const char *text, char why[PATTERN_WHY])
{
	int error;
	size_t at;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
	    PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error, &at, NULL);

	if (code == NULL && error == PCRE2_ERROR_HEAP_FAILED)
		die(EX_OSERR, "out of memory");
	if (code == NULL) {
		pcre2_get_error_message(error, (PCRE2_UCHAR *)why, PATTERN_WHY);
		return NULL;
	}
	struct pattern *pattern = mem_new(1, sizeof *pattern);
	pattern->code = code;
	pattern->match = pcre2_match_data_create(1, NULL);
	if (pattern->match == NULL)
		die(EX_OSERR, "out of memory");
	return pattern;
}

bool
pattern_fits(const struct pattern *pattern, struct span text)
{
	int found = pcre2_match(
	    pattern->code, (PCRE2_SPTR)text.at, text.len, 0, 0, pattern->match, NULL);

	if (found == PCRE2_ERROR_NOMEMORY || found == PCRE2_ERROR_HEAPLIMIT)
		die(EX_OSERR, "out of memory");
	return found >= 0;
}

void
pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_match_data_free(pattern->match);
	pcre2_code_free(pattern->code);
	free(pattern);
}
