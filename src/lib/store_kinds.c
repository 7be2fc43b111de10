#include "store_data.h"

/* What is applied in one go is applied in this order: a receipt needs its delivery, and what a
 * CRM tells of a deal is not told once more. */
static const struct kind kinds[] = {
	{ "change", "deal_changes", { "deal_id", "field", "at" }, "seen",
	    .order = "deal_id, field, seen, n" },
	{ "deal", "deals", { "deal_id" }, "closed_date", .history = "deal_history" },
	{ "quality", "qualities", { "source", "rule", "field", "date" }, "date",
	    .blank = "field" },
	{ "metric", "daily_metrics", { "clock", "bucket", "date", "segment" }, .day = "date",
	    .blank = "segment" },
	{ "alert", "alerts", { "alert_id" }, "date", .history = "alert_history",
	    .columns = { "date", "segment" }, .dated = true },
	{ "incident", "incidents", { "alert_id" }, .day = "opened" },
	{ "delivery", "deliveries", { "delivery_id" }, "due", .columns = { "next_at" },
	    .frozen = true },
	{ "receipt", "receipts", { "delivery_id", "attempt" }, "at", .frozen = true },
	{ "feedback", "feedbacks", { "alert_id", "person", "at" }, "at", .frozen = true },
	{ "silence", "silences", { "silence_id" }, .day = "until" },
	{ "run", "runs", { "pipeline", "period" }, .day = "period" },
	{ "fault", "faults", { "stage", "since" }, .day = "coalesce(until, since)" },
	{ "bookmark", "bookmarks", { "source" }, .day = "at" },
	{ .name = NULL },
};

const struct kind *
store_kinds(void)
{
	return kinds;
}

const struct kind *
store_kind(const char *name)
{
	for (const struct kind *kind = kinds; kind->name != NULL; kind++)
		if (strcmp(kind->name, name) == 0)
			return kind;
	return NULL;
}
