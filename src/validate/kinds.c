#include <stddef.h>
#include <string.h>

#include "kinds.h"

/* The files themselves, so that what people read is what is checked. */
#define BUILT_IN(kind) \
	__asm__(".section .rodata\n" \
		".global schema_" #kind "\n" \
		"schema_" #kind ": .incbin \"schemas/" #kind ".json\"\n" \
		".byte 0\n" \
		".previous"); \
	extern const char schema_##kind[]

BUILT_IN(deal);
BUILT_IN(change);
BUILT_IN(bookmark);
BUILT_IN(version);
BUILT_IN(metric);
BUILT_IN(measure);
BUILT_IN(finding);
BUILT_IN(alert);
BUILT_IN(delivery);
BUILT_IN(receipt);
BUILT_IN(reject);
BUILT_IN(risk);
BUILT_IN(run);
BUILT_IN(fault);
BUILT_IN(incident);
BUILT_IN(ledger);
BUILT_IN(summary);
BUILT_IN(score);
BUILT_IN(placebo);
BUILT_IN(drivers);
BUILT_IN(quality);

const char *
kind_schema(const char *kind)
{
	static const struct {
		const char *kind, *schema;
	} kinds[] = {
		{ "deal", schema_deal },
		{ "change", schema_change },
		{ "bookmark", schema_bookmark },
		{ "version", schema_version },
		{ "metric", schema_metric },
		{ "measure", schema_measure },
		{ "finding", schema_finding },
		{ "alert", schema_alert },
		{ "delivery", schema_delivery },
		{ "receipt", schema_receipt },
		{ "reject", schema_reject },
		{ "risk", schema_risk },
		{ "run", schema_run },
		{ "fault", schema_fault },
		{ "incident", schema_incident },
		{ "ledger", schema_ledger },
		{ "summary", schema_summary },
		{ "score", schema_score },
		{ "placebo", schema_placebo },
		{ "drivers", schema_drivers },
		{ "quality", schema_quality },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].schema;
	return NULL;
}
