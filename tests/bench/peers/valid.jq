# The deals that validate passes, as leanly as jq can say it.
def text: type == "string" and length > 0;
def date: type == "string" and length == 10;
select(
	(.deal_id | text) and (.created_date | date) and (.stage | text) and (.sales_rep_id | text) and (.account_id | text)
	and (.industry | text) and (.region | text) and (.product_type | text) and (.lead_source | text)
	and (.amount | type == "number" and . >= 0)
	and if .outcome == "won" or .outcome == "lost"
		then (.closed_date | date) and .closed_date >= .created_date and (.recorded_at | date)
			and (.sales_cycle_days | type == "number" and . >= 0)
		else .outcome == "open" and .closed_date == null end
)
