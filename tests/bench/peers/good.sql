-- The rows of the CSV file that validate passes.
CREATE VIEW good AS
	SELECT * FROM read_csv('$input', header = true)
	WHERE deal_id <> '' AND created_date IS NOT NULL AND deal_stage <> '' AND sales_rep_id <> ''
		AND account_id <> '' AND industry <> '' AND region <> '' AND product_type <> ''
		AND lead_source <> '' AND deal_amount >= 0 AND outcome IN ('Won', 'Lost')
		AND closed_date >= created_date AND recorded_at IS NOT NULL AND sales_cycle_days >= 0
