#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "store_table.h"

static const struct table tables[] = {
	{ "source", { "source", "loaded" }, 1 },
	{ "origin", { "n", "name", "source", "run" }, 1 },
	{ "deal", { "deal_id", "seen", "origin", "line", "byte", "deleted", "doc" }, 1 },
	{ "deal_version", { "deal_id", "seen", "until", "origin", "line", "byte", "doc" }, 0 },
	{ "change", { "deal_id", "field", "run", "seen", "told", "doc" }, 0 },
	{ "bookmark", { "source", "seen", "doc" }, 1 },
	{ "quality", { "source", "rule", "field", "date", "seen", "doc" }, 4 },
	{ "metric", { "clock", "bucket", "date", "segment", "seen", "doc" }, 4 },
	{ "alert", { "alert_id", "date", "segment", "sent_at", "seen", "doc" }, 1 },
	{ "alert_version", { "alert_id", "date", "seen", "until", "doc" }, 0 },
	{ "incident", { "alert_id", "seen", "doc" }, 1 },
	{ "delivery",
	    { "delivery_id", "status", "attempts", "next_at", "sent_at", "seen", "doc" }, 1 },
	{ "receipt", { "delivery_id", "attempt", "seen", "doc" }, 2 },
	{ "feedback", { "alert_id", "person", "at", "seen", "doc" }, 3 },
	{ "silence", { "silence_id", "seen", "doc" }, 1 },
	{ "run", { "pipeline", "period", "seen", "doc" }, 2 },
	{ "fault", { "stage", "since", "seen", "doc" }, 2 },
	{ "committed", { "run", "at", "changes" }, 1 },
	{ "erased", { "name", "at" }, 1 },
	{ .name = NULL },
};

const struct table *
store_tables(void)
{
	return tables;
}

int
table_count(const struct table *table)
{
	int count = 0;

	while (count < TABLE_COLUMNS && table->columns[count] != NULL)
		count++;
	return count;
}

bool
table_has_doc(const struct table *table)
{
	return strcmp(table->columns[table_count(table) - 1], "doc") == 0;
}

bool
column_is_integer(const char *name)
{
	static const char *const integers[] = { "attempts", "attempt", "changes", "n", "origin",
		"line", "byte", "deleted" };

	for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
		if (strcmp(name, integers[i]) == 0)
			return true;
	return false;
}

char *
table_list(const struct table *table, int count)
{
	char *list = mem_printf("%s", table->columns[0]);

	for (int i = 1; i < count; i++) {
		char *longer = mem_printf("%s, %s", list, table->columns[i]);
		free(list);
		list = longer;
	}
	return list;
}

char *
table_order(const struct table *table)
{
	return table->keys > 0 ? table_list(table, table->keys) : mem_printf("n");
}
