#include <stdlib.h>

#include "mem.h"
#include "store_doc.h"
#include "store_load.h"
#include "store_told.h"

/* The end of a deal that the CRM tells of, until another change of its says otherwise. */
struct changes {
	char *deal_id, *told;
};

static void
settle_end(struct load *load)
{
	struct changes *changes = load->own;

	if (changes->told != NULL)
		told_gone(load->store, span(changes->deal_id), span(changes->told));
	free(changes->deal_id);
	free(changes->told);
	changes->deal_id = changes->told = NULL;
}

/* They come in order of their time. */
static void
note_end(struct load *load, const struct store_row *row, bool deleted)
{
	struct changes *changes = load->own;

	if (changes->deal_id == NULL || !span_is(row->keys[0], changes->deal_id)) {
		settle_end(load);
		changes->deal_id = mem_copy(row->keys[0].at, row->keys[0].len);
	}
	free(changes->told);
	changes->told = deleted ? mem_copy(row->keys[2].at, row->keys[2].len) : NULL;
}

static void
change_row(struct load *load, const struct store_row *row)
{
	static const char *const ours[] = { "seen", NULL };
	char *less = mem_new(row->doc.len + 1, 1);
	char *seen = mem_printf("\"%s\"", load->seen);
	size_t len = doc_without(row->doc, ours, less);
	struct span doc = doc_with((struct span){ less, len }, span("seen"), span(seen));
	struct span value = doc_value(row->doc, span("new"));

	told_add(load->store, row->keys[0], row->keys[1], value);
	if (span_is(row->keys[1], "deleted"))
		note_end(load, row, value.at != NULL && span_is(value, "true"));
	for (int i = 0; i < 3; i++)
		sql_bind(load->put, i + 1, row->keys[i]);
	sql_bind(load->put, 4, span(load->seen));
	sql_bind(load->put, 5, span(load->run));
	sql_bind(load->put, 6, doc);
	load->changes += sql_finish(load->put);
	free((char *)doc.at);
	free(seen);
	free(less);
}

static void
changes_end(struct load *load)
{
	settle_end(load);
	load->changes += sql_flush(load->put);
	told_gone_anew(load->store, span(load->run), span(load->seen));
	free(load->own);
}

void
load_changes(struct load *load)
{
	load->put = sql_add(load->store, "change", "deal_id, field, told, seen, run, doc",
	    "ON CONFLICT DO NOTHING");
	load->own = mem_new(1, sizeof(struct changes));
	load->row = change_row;
	load->end = changes_end;
}
