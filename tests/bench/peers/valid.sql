-- The deals that validate passes.
COPY (
	SELECT * FROM read_ndjson('$input')
	WHERE deal_id <> '' AND created_date IS NOT NULL AND stage <> '' AND sales_rep_id <> '' AND account_id <> ''
		AND industry <> '' AND region <> '' AND product_type <> '' AND lead_source <> '' AND amount >= 0
		AND (outcome IN ('won', 'lost') AND closed_date >= created_date AND recorded_at IS NOT NULL
				AND sales_cycle_days >= 0
			OR outcome = 'open' AND closed_date IS NULL)
) TO '$output' (FORMAT json)
