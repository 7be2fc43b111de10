#include "csvfile.h"
#include "salesforce.h"
#include "types.h"

/* clang-format off */
static const struct source_type types[] = {
	{ "csv", (const char *const[]){ "files", NULL },
	    (const char *const[]){ "files", NULL }, csv_source },
	{ "salesforce", salesforce_keys, salesforce_asked, salesforce_source },
	{ 0 },
};
/* clang-format on */

const struct source_type *
source_types(void)
{
	return types;
}
