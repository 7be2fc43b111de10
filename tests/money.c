/*
 * money - the arithmetic of amounts.
 *
 *	money add TEXT...	their sum, or why there is none
 */
#include <stdio.h>

#include "diag.h"
#include "money.h"

int
main(int argc, char *argv[])
{
	char text[MONEY_TEXT_MAX];
	int64_t sum = 0, amount;

	diag_name(argv[0]);
	for (int i = 1; i < argc; i++) {
		if (!money_read(span(argv[i]), &amount))
			die(EX_DATAERR, "%s: no amount", argv[i]);
		if (!money_add(&sum, amount))
			die(EX_DATAERR, "%s: the sum does not fit", argv[i]);
	}
	struct span shown = money_text(sum, text);
	printf("%.*s\n", (int)shown.len, shown.at);
	return EX_OK;
}
