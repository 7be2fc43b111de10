#include <math.h>
#include <stdlib.h>

#include "say.h"
#include "when.h"
#include "words.h"

enum { SHOWN = 60 };

static void
say(FILE *to, char *text)
{
	fputs(text, to);
	free(text);
}

void
say_count(FILE *to, uint64_t count)
{
	say(to, words_number((long long)count));
}

void
say_deals(FILE *to, uint64_t count)
{
	say(to, words_count((long long)count, "deal", "deals"));
}

void
say_share(FILE *to, double share)
{
	say(to, words_percent(share, 0));
}

void
say_day(FILE *to, int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	fwrite(text, 1, sizeof text, to);
}

/* As precisely as it is known. */
void
say_amount(FILE *to, double amount)
{
	double step = pow(10, floor(log10(amount)) - 1);

	if (amount < 100)
		fprintf(to, "%.2g", amount);
	else
		say_count(to, (uint64_t)llround(round(amount / step) * step));
}

/* No letter is cut in two. */
void
say_text(FILE *to, const char *text)
{
	size_t len = strlen(text), shown = len < SHOWN ? len : SHOWN;

	while (shown < len && (text[shown] & 0xC0) == 0x80)
		shown--;
	fprintf(to, "\"%.*s%s\"", (int)shown, text, shown < len ? "…" : "");
}
