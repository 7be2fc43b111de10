#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "diag.h"
#include "fold.h"
#include "mem.h"

struct folded {
	char *text;
	size_t len;
};

static void
put_space(struct folded *to)
{
	if (to->len > 0 && to->text[to->len - 1] != ' ')
		to->text[to->len++] = ' ';
}

static void
put_code(struct folded *to, ucs4_t code, const uint8_t *bytes, size_t len)
{
	if (code == '.' || code == '\'' || code == 0x2019) /* S.A. is SA, Ann's Anns */
		return;
	if (code == '&') {
		put_space(to);
		memcpy(to->text + to->len, "and ", 4);
		to->len += 4;
	} else if (uc_is_general_category_withtable(
		       code, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N)) {
		memcpy(to->text + to->len, bytes, len);
		to->len += len;
	} else if (!uc_is_general_category_withtable(code, UC_CATEGORY_MASK_M)) {
		put_space(to);
	}
}

static bool
is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] >= 0x80)
			return false;
	return true;
}

static void
put_ascii(struct folded *to, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c | ' ');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			to->text[to->len++] = c;
		else
			put_code(to, (ucs4_t)c, NULL, 0);
	}
}

static void
put_unicode(struct folded *to, const uint8_t *text, size_t len)
{
	ucs4_t code;

	for (size_t i = 0, step; i < len; i += step) {
		step = (size_t)u8_mbtouc(&code, text + i, len - i);
		put_code(to, code, text + i, step);
	}
}

char *
fold_text(struct span text)
{
	size_t len = text.len;
	bool plain = is_ascii(text);
	uint8_t *cased = plain
	    ? NULL
	    : u8_casefold((const uint8_t *)text.at, text.len, NULL, UNINORM_NFKD, NULL, &len);

	if (!plain && cased == NULL)
		die_errno(EX_OSERR, "memory");
	struct folded to = { mem_new(5 * len + 1, 1), 0 }; /* "&" becomes five */
	if (plain)
		put_ascii(&to, text);
	else
		put_unicode(&to, cased, len);
	free(cased);
	to.len -= to.len > 0 && to.text[to.len - 1] == ' ';
	to.text[to.len] = '\0';
	return to.text;
}

bool
fold_is_form(struct span word)
{
	static const char *const forms[] = { "ab", "ag", "and", "aps", "as", "asa", "bhd", "bv",
		"co", "company", "corp", "corporation", "doo", "gesmbh", "gmbh", "inc",
		"incorporated", "kft", "kg", "kgaa", "kk", "limited", "llc", "llp", "lp", "ltd",
		"ltda", "mbh", "nv", "ohg", "oy", "oyj", "plc", "pte", "pty", "pvt", "sa",
		"sarl", "sas", "sdn", "se", "sl", "slu", "spa", "srl", "sro", "ug", "zrt" };

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (span_is(word, forms[i]))
			return true;
	return false;
}

char *
fold_account(struct span text)
{
	char *folded = fold_text(text), *space;

	while ((space = strrchr(folded, ' ')) != NULL && fold_is_form(span(space + 1)))
		*space = '\0';
	return folded;
}
