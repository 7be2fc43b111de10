#include "csvfile.h"
#include "hubspot.h"
#include "postgres_source.h"
#include "salesforce.h"
#include "singer_source.h"
#include "spool_source.h"
#include "types.h"

/* clang-format off */
static const struct source_type types[] = {
	{ "csv", (const char *const[]){ "files", "whole", NULL },
	    (const char *const[]){ "files", NULL }, csv_source },
	{ "hubspot", hubspot_keys, hubspot_asked, hubspot_source },
	{ "salesforce", salesforce_keys, salesforce_asked, salesforce_source },
	{ "postgres",
	    (const char *const[]){ "url", "query", "password", "newest", "overlap_minutes",
		"seconds", "whole", NULL },
	    (const char *const[]){ "url", "query", "newest", NULL }, postgres_source },
	{ "spool", (const char *const[]){ "directory", NULL }, (const char *const[]){ NULL },
	    spool_source },
	{ "singer", (const char *const[]){ "stream", "tap", NULL },
	    (const char *const[]){ "stream", "tap", NULL }, singer_source },
	{ 0 },
};
/* clang-format on */

const struct source_type *
source_types(void)
{
	return types;
}
