-- The metrics as aggregate writes them: the same records in the same order.
COPY (
	SELECT 'metric' kind, 1 v, 'closed' clock, 'day' bucket, closed_date AS date,
		('{' || conditions || '}')::JSON segment,
		deal_count, won, lost, 0 open, win_rate, amount, won_amount, lost_amount, 0 open_amount,
		cycle_days, deal_count cycle_count, avg_cycle
	FROM (SELECT *, concat_ws(',', '"industry":' || to_json(industry), '"lead_source":' || to_json(lead_source),
			'"product_type":' || to_json(product_type), '"region":' || to_json(region),
			'"sales_rep_id":' || to_json(sales_rep_id)) conditions
		FROM metrics)
	ORDER BY date, conditions
) TO '$output' (FORMAT json)
