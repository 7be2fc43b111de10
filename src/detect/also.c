#include "also.h"

void
also_make(struct also *also, const struct segments *segments, const struct conf *conf,
    int32_t first, int32_t days)
{
	bulk_rules(&also->bulk_rules, conf);
	speed_rules(&also->speed_rules, conf);
	share_rules(&also->share_rules, conf);
	bulks_find(&also->bulks, segments, &also->bulk_rules, first, days);
	speeds_make(
	    &also->speeds, segments, &also->speed_rules, also->bulks.of_deal, first, days);
	shares_make(&also->shares, segments, &also->share_rules, first, days);
}

size_t
also_write(const struct also *also, int32_t today, bool opened_only, struct rec_out *out)
{
	return speeds_write(&also->speeds, today, opened_only, out)
	    + shares_write(&also->shares, today, opened_only, out)
	    + bulk_write(&also->bulks, today, opened_only, out);
}

void
also_release(struct also *also)
{
	bulks_release(&also->bulks);
	speeds_release(&also->speeds);
	shares_release(&also->shares);
}
