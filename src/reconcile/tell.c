#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "differ.h"
#include "mem.h"
#include "money.h"
#include "rec_out.h"

static int
by_id(const void *a, const void *b)
{
	const struct difference *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

/* What came from outside is no command to a terminal. */
static void
show(const char *text)
{
	for (; *text != '\0'; text++)
		putchar((unsigned char)*text < ' ' || *text == '\177' ? '?' : *text);
}

static void
show_value(const char *side, const char *value)
{
	printf("%s ", side);
	show(*value != '\0' ? value : "none");
}

static void
show_difference(const struct difference *difference)
{
	show(difference->id);
	if (difference->what != NULL) {
		printf(": %s\n", difference->what);
		return;
	}
	printf(": %s: ", difference->field);
	show_value("here", difference->here);
	show_value(", there", difference->there);
	putchar('\n');
}

static const char *
amount_text(int64_t amount, char text[MONEY_TEXT_MAX + 1])
{
	struct span shown = money_text(amount, text);

	memmove(text, shown.at, shown.len);
	text[shown.len] = '\0';
	return text;
}

static void
show_total(const struct total *total)
{
	char text[3][MONEY_TEXT_MAX + 1];
	int64_t less;

	if (__builtin_sub_overflow(total->amounts[THERE], total->amounts[HERE], &less))
		die(EX_DATAERR, "%s: the sum of amounts does not fit", total->outcome);
	show(total->outcome);
	if (*total->currency != '\0')
		putchar(' ');
	show(total->currency);
	printf(": here %zu deals, %s; there %zu deals, %s; difference %+ld deals, %s%s\n",
	    total->deals[HERE], amount_text(total->amounts[HERE], text[0]), total->deals[THERE],
	    amount_text(total->amounts[THERE], text[1]),
	    (long)total->deals[THERE] - (long)total->deals[HERE], less > 0 ? "+" : "",
	    amount_text(less, text[2]));
}

/* How many of the differences say so. */
static size_t
count_what(const struct differ *differ, const char *what)
{
	size_t count = 0;

	for (size_t i = 0; i < differ->count; i++)
		count +=
		    differ->found[i].what != NULL && strcmp(differ->found[i].what, what) == 0;
	return count;
}

static void
show_not_compared(const struct sides *sides)
{
	static const char *const where[SIDES] = { "here", "there" };

	for (int side = HERE; side < SIDES; side++)
		for (size_t i = 0; i < FIELDS; i++)
			if (!sides->has[side][i] && sides->has[SIDES - 1 - side][i])
				printf("%s: not compared, since no deal %s has it\n",
				    field_names[i], where[side]);
}

static void
show_all(const struct differ *differ)
{
	const struct sides *sides = differ->sides;
	size_t fields = 0;

	for (size_t i = 0; i < differ->count; i++) {
		show_difference(&differ->found[i]);
		fields += differ->found[i].field != NULL;
	}
	show_not_compared(sides);
	for (size_t i = 0; i < differ->totals.count; i++)
		show_total(&differ->totals.at[i]);
	printf("%zu deals here, %zu there: %zu missing here, %zu missing there, %zu field%s "
	       "differ%s\n",
	    sides->count[HERE], sides->count[THERE], count_what(differ, "missing here"),
	    count_what(differ, "missing there"), fields, fields == 1 ? "" : "s",
	    fields == 1 ? "s" : "");
	if (fflush(stdout) != 0 || ferror(stdout))
		die_errno(EX_IOERR, "stdout");
}

static json_t *
difference_record(const struct difference *difference)
{
	json_t *record = json_pack(
	    "{s:s, s:i, s:s}", "kind", "difference", "v", 1, "deal_id", difference->id);

	if (difference->what != NULL)
		json_object_set_new(record, "what", json_string(difference->what));
	else
		json_object_update_new(record,
		    json_pack("{s:s, s:s, s:s}", "field", difference->field, "here",
			difference->here, "there", difference->there));
	return record;
}

static void
write_all(const struct differ *differ)
{
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");

	for (size_t i = 0; i < differ->count; i++) {
		json_t *record = difference_record(&differ->found[i]);
		rec_dump(out, record);
		json_decref(record);
	}
	rec_finish(out);
}

size_t
differ_tell(struct differ *differ, bool as_json)
{
	if (differ->count > 0)
		qsort(differ->found, differ->count, sizeof *differ->found, by_id);
	totals_sort(&differ->totals);
	if (as_json)
		write_all(differ);
	else
		show_all(differ);
	for (size_t i = 0; i < differ->count; i++) {
		free(differ->found[i].id);
		free(differ->found[i].here);
		free(differ->found[i].there);
	}
	free(differ->found);
	totals_release(&differ->totals);
	return differ->count;
}
