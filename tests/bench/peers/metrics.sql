-- The metrics of the deals by day of closing, in all 16 groupings.
CREATE VIEW metrics AS
	SELECT closed_date, industry, lead_source, product_type, region, sales_rep_id,
		count(*) deal_count,
		count(*) FILTER (outcome = 'Won') won,
		count(*) FILTER (outcome = 'Lost') lost,
		won / (won + lost) win_rate,
		sum(deal_amount) amount,
		coalesce(sum(deal_amount) FILTER (outcome = 'Won'), 0) won_amount,
		coalesce(sum(deal_amount) FILTER (outcome = 'Lost'), 0) lost_amount,
		sum(sales_cycle_days) cycle_days,
		cycle_days / deal_count avg_cycle
	FROM once
	GROUP BY GROUPING SETS (
		(closed_date),
		(closed_date, industry), (closed_date, lead_source), (closed_date, product_type),
		(closed_date, region), (closed_date, sales_rep_id),
		(closed_date, industry, lead_source), (closed_date, industry, product_type),
		(closed_date, industry, region), (closed_date, industry, sales_rep_id),
		(closed_date, lead_source, product_type), (closed_date, lead_source, region),
		(closed_date, lead_source, sales_rep_id), (closed_date, product_type, region),
		(closed_date, product_type, sales_rep_id), (closed_date, region, sales_rep_id))
