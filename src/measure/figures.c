#include "figures.h"

static figure *const figures[] = { figure_rates, figure_trend, figure_cycle, figure_velocity,
	figure_cohort, figure_stages, figure_coverage, figure_attainment, figure_slippage,
	figure_pushes, figure_movement, figure_reasons };

void
figures_write(const struct data *data, const struct group *group, struct out *out)
{
	out->segment = group->text;
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		figures[i](data, group, out);
}

void
figures_lacking(const struct data *data, struct out *out)
{
	const struct {
		const char *metric, *field;
		bool there;
	} needs[] = {
		{ "stage_conversion", "stage history", data->stages->count > 0 },
		{ "stage_exit_conversion", "stage history", data->stages->count > 0 },
		{ "time_in_stage_median", "stage history", data->stages->count > 0 },
		{ "time_in_stage_p90", "stage history", data->stages->count > 0 },
		{ "attainment", "targets", data->targets->count > 0 },
		{ "slippage", "expected_close_date", data->expected },
		{ "push_count", data->expected ? "changes" : "expected_close_date",
		    data->expected && data->changes },
		{ "loss_reason", "lost_reason", data->reasons },
	};
	struct period today = { "day", data->periods.as_of, data->periods.as_of, 0 };

	out->segment = "{}";
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		if (!needs[i].there) {
			out_begin(out, needs[i].metric, &today);
			out_text(out, "lacks", needs[i].field);
			out_end(out);
		}
}

/* It is created later, or was decided before and let be since. */
bool
deal_is_idle(const struct deal *deal, const struct period *period)
{
	return (deal->created != NO_DAY && deal->created > period->to)
	    || (deal->last_change < period->from && deal->decided < period->from);
}
