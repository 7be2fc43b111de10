-- The whole job: from CSV, by day of closing, in all 16 groupings.  Deals are first checked
-- and each id taken once.
COPY (
	WITH deals AS (
		SELECT DISTINCT ON (deal_id) * FROM read_csv('$input', header = true)
		WHERE deal_id <> '' AND created_date IS NOT NULL AND deal_stage <> '' AND sales_rep_id <> ''
			AND account_id <> '' AND industry <> '' AND region <> '' AND product_type <> ''
			AND lead_source <> '' AND deal_amount >= 0 AND outcome IN ('Won', 'Lost')
			AND closed_date >= created_date AND recorded_at IS NOT NULL AND sales_cycle_days >= 0
	)
	SELECT closed_date, industry, lead_source, product_type, region, sales_rep_id,
		count(*) deal_count,
		count(*) FILTER (outcome = 'Won') won,
		count(*) FILTER (outcome = 'Lost') lost,
		won / (won + lost) win_rate,
		sum(deal_amount) amount,
		sum(deal_amount) FILTER (outcome = 'Won') won_amount,
		sum(deal_amount) FILTER (outcome = 'Lost') lost_amount,
		sum(sales_cycle_days) cycle_days,
		cycle_days / deal_count avg_cycle
	FROM deals
	GROUP BY GROUPING SETS (
		(closed_date),
		(closed_date, industry), (closed_date, lead_source), (closed_date, product_type),
		(closed_date, region), (closed_date, sales_rep_id),
		(closed_date, industry, lead_source), (closed_date, industry, product_type),
		(closed_date, industry, region), (closed_date, industry, sales_rep_id),
		(closed_date, lead_source, product_type), (closed_date, lead_source, region),
		(closed_date, lead_source, sales_rep_id), (closed_date, product_type, region),
		(closed_date, product_type, sales_rep_id), (closed_date, region, sales_rep_id))
) TO '$output' (FORMAT csv)
