#include <stdlib.h>

#include "mem.h"
#include "store_load.h"

struct alerts {
	struct query *find, *last, *history;
};

static void
keep(struct load *load, struct span alert_id, struct span date, struct span seen,
    struct span doc)
{
	struct alerts *alerts = load->own;

	sql_bind(alerts->history, 1, alert_id);
	sql_bind(alerts->history, 2, date);
	sql_bind(alerts->history, 3, seen);
	sql_bind(alerts->history, 4, span(load->seen));
	sql_bind(alerts->history, 5, doc);
	sql_finish(alerts->history);
}

/* A day that is run again: to its history, if that does not end in it already. */
static void
earlier_version(struct load *load, const struct store_row *row)
{
	struct alerts *alerts = load->own;

	sql_bind(alerts->last, 1, row->keys[0]);
	sql_bind(alerts->last, 2, row->note);
	bool known = sql_step(alerts->last) && span_equal(sql_text(alerts->last, 0), row->doc);
	sql_reset(alerts->last);
	if (known)
		return;
	keep(load, row->keys[0], row->note, span(load->seen), row->doc);
	load->changes++;
}

static void
alert_row(struct load *load, const struct store_row *row)
{
	struct alerts *alerts = load->own;

	sql_bind(alerts->find, 1, row->keys[0]);
	if (!sql_step(alerts->find)) {
		load_put(load, row, span(load->seen));
	} else if (span_order(row->note, sql_text(alerts->find, 2)) < 0) {
		earlier_version(load, row);
	} else if (!span_equal(sql_text(alerts->find, 0), row->doc)) {
		keep(load, row->keys[0], sql_text(alerts->find, 2), sql_text(alerts->find, 1),
		    sql_text(alerts->find, 0));
		load_put(load, row, span(load->seen));
	}
	sql_reset(alerts->find);
}

static void
alerts_end(struct load *load)
{
	struct alerts *alerts = load->own;

	sql_free(alerts->find);
	sql_free(alerts->last);
	sql_free(alerts->history);
	free(alerts);
}

/* The version of the latest date is the alert as it stands; the others are its history. */
void
load_alerts(struct load *load)
{
	struct alerts *alerts = mem_new(1, sizeof *alerts);

	alerts->find = sql_find(load->store, "alert", "alert_id", "doc, seen, date");
	alerts->last = sql_prepare(load->store,
	    "SELECT doc FROM alert_version WHERE alert_id = ?1 AND date = ?2"
	    " ORDER BY n DESC LIMIT 1");
	alerts->history =
	    sql_add(load->store, "alert_version", "alert_id, date, seen, until, doc", "");
	load->own = alerts;
	load->row = alert_row;
	load->end = alerts_end;
}
