#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "rec_out.h"
#include "record.h"
#include "risk.h"

/* What moves the odds by less is not worth a word. */
static const double WORTH_SAYING = .05;

static bool
is_said(double factor)
{
	return fabs(log(factor)) >= log(1 + WORTH_SAYING);
}

static double
rounded(double factor)
{
	return round(factor * 1e4) / 1e4;
}

static json_t *
dimensions_of(const struct risk *risk, const struct deal *deal)
{
	json_t *list = json_object();

	for (size_t i = 0; i < risk->deals->dimensions; i++)
		if (code_in(risk->deals, deal, i) != CODE_NONE)
			set_real(list, risk->deals->dimension[i].name,
			    exp(rates_offset(&risk->rates, deal, i)), 4);
	return list;
}

static json_t *
parts_json(const struct risk *risk, const struct deal *deal, const struct parts *parts)
{
	json_t *list = json_object();

	set_real(list, "company", parts->company, 4);
	set_real(list, "segment", parts->segment, 4);
	set_real(list, "age", parts->age, 4);
	set_real(list, "pushes", parts->pushes, 4);
	set(list, "segment_by", dimensions_of(risk, deal));
	return list;
}

static void
say_dimensions(json_t *reasons, const struct risk *risk, const struct deal *deal)
{
	for (size_t i = 0; i < risk->deals->dimensions; i++) {
		const struct dimension *dimension = &risk->deals->dimension[i];
		double factor = rounded(exp(rates_offset(&risk->rates, deal, i)));
		if (!is_said(factor))
			continue;
		add_text(reasons,
		    mem_printf("%s %s wins %s often than others: odds times %.2f",
			dimension->name,
			names_text(dimension->values, code_in(risk->deals, deal, i)),
			factor < 1 ? "less" : "more", factor));
	}
}

static const char *
plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static json_t *
reasons_of(const struct risk *risk, const struct deal *deal, const struct parts *parts)
{
	json_t *reasons = json_array();
	size_t days = parts->days > 0 ? (size_t)parts->days : 0;

	say_dimensions(reasons, risk, deal);
	if (is_said(parts->age) && parts->staged)
		add_text(reasons,
		    mem_printf("%zu day%s in stage %s: odds times %.2f", days, plural(days),
			names_text(risk->deals->stages, deal->stage), parts->age));
	else if (is_said(parts->age))
		add_text(reasons,
		    mem_printf(
			"open for %zu day%s: odds times %.2f", days, plural(days), parts->age));
	if (is_said(parts->pushes) && parts->standing.pushes == 0)
		add_text(
		    reasons, mem_printf("close never pushed: odds times %.2f", parts->pushes));
	else if (is_said(parts->pushes))
		add_text(reasons,
		    mem_printf("close pushed %zu time%s: odds times %.2f",
			parts->standing.pushes, plural(parts->standing.pushes), parts->pushes));
	if (json_array_size(reasons) == 0)
		add_text(reasons, mem_printf("as most deals of the company"));
	return reasons;
}

void
risk_write(struct rec_out *out, const struct risk *risk, const struct deal *deal)
{
	const struct deals *deals = risk->deals;
	struct parts parts = risk_of(risk, deal);
	json_t *record = json_object();

	set_text(record, "kind", "risk");
	set_count(record, "v", 1);
	set_day(record, "date", deals->day);
	set_text(record, "deal_id", deal->id);
	set_real(record, "chance", parts.chance, 4);
	set_text(record, "risk", risk_level(risk, parts.chance));
	set(record, "parts", parts_json(risk, deal, &parts));
	set_money(record, "amount", deal->amount);
	if (deal->rep != CODE_NONE)
		set_text(record, "sales_rep_id", names_text(deals->reps, deal->rep));
	if (deal->stage != CODE_NONE)
		set_text(record, "stage", names_text(deals->stages, deal->stage));
	if (deal->created != DAY_NONE)
		set_count(record, "age_days", (size_t)(deals->day - deal->created));
	if (parts.staged)
		set_count(record, "stage_days", (size_t)parts.days);
	if (risk->pushes.known)
		set_count(record, "pushes", parts.standing.pushes);
	set(record, "learned_from",
	    json_pack("{s:I, s:I, s:I}", "decided", (json_int_t)risk->rates.decided, "won",
		(json_int_t)risk->rates.won, "pushes", (json_int_t)risk->pushes.seen));
	set(record, "reasons", reasons_of(risk, deal, &parts));
	rec_dump(out, record);
	json_decref(record);
}
