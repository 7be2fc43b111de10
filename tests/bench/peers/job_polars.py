"""job_polars.py INPUT OUTPUT: the job of metrics.sql in polars."""
import sys
from itertools import combinations

import polars as pl

source, target = sys.argv[1:]
DIMENSIONS = ["industry", "lead_source", "product_type", "region", "sales_rep_id"]
col = pl.col

won = col.outcome == "Won"
deals = (
    pl.scan_csv(source, try_parse_dates=True)
    .filter(pl.all_horizontal(col(name).is_not_null() for name in ["deal_id", "created_date", "recorded_at", "deal_stage", "account_id", *DIMENSIONS]),
            col.deal_amount >= 0, col.sales_cycle_days >= 0, col.outcome.is_in(["Won", "Lost"]),
            col.closed_date >= col.created_date)
    .unique("deal_id", keep="first")
    .select("closed_date", *DIMENSIONS, won=won, amount=col.deal_amount, cycle=col.sales_cycle_days)
    .collect()
    .lazy()
)
sums = [
    pl.len().alias("deal_count"), col.won.sum(), (~col.won).sum().alias("lost"), col.amount.sum(),
    col.amount.filter(col.won).sum().alias("won_amount"), col.amount.filter(~col.won).sum().alias("lost_amount"),
    col.cycle.sum().alias("cycle_days"), col.won.mean().alias("win_rate"), col.cycle.mean().alias("avg_cycle"),
]
groupings = [by for size in range(3) for by in combinations(DIMENSIONS, size)]
metrics = pl.collect_all([deals.group_by("closed_date", *by).agg(sums) for by in groupings])
pl.concat(metrics, how="diagonal").write_csv(target)
