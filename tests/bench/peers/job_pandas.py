"""job_pandas.py INPUT OUTPUT: the job of metrics.sql in pandas."""
import sys
from itertools import combinations

import pandas as pd

source, target = sys.argv[1:]
DIMENSIONS = ["industry", "lead_source", "product_type", "region", "sales_rep_id"]
SUMS = ["deal_count", "won", "lost", "amount", "won_amount", "lost_amount", "cycle_days"]

kinds = dict.fromkeys([*DIMENSIONS, "outcome", "deal_stage", "account_id", "created_date", "closed_date", "recorded_at"], "category")
deals = pd.read_csv(source, dtype=kinds, keep_default_na=False, na_values=[""])
needed = ["deal_id", "created_date", "closed_date", "recorded_at", "deal_stage", "account_id", *DIMENSIONS]
deals = deals[deals[needed].notna().all(axis=1) & (deals.deal_amount >= 0) & (deals.sales_cycle_days >= 0)
              & deals.outcome.isin(["Won", "Lost"])]
deals = deals[deals.closed_date.astype(str) >= deals.created_date.astype(str)].drop_duplicates("deal_id")
won = (deals.outcome == "Won").astype("int64")
deals = deals[["closed_date", *DIMENSIONS]].assign(
    deal_count=1, won=won, lost=1 - won, amount=deals.deal_amount, won_amount=deals.deal_amount * won,
    lost_amount=deals.deal_amount * (1 - won), cycle_days=deals.sales_cycle_days.astype("int64"))
groupings = [by for size in range(3) for by in combinations(DIMENSIONS, size)]
metrics = pd.concat(
    [deals.groupby(["closed_date", *by], observed=True)[SUMS].sum().reset_index() for by in groupings])
metrics["win_rate"] = metrics.won / metrics.deal_count
metrics["avg_cycle"] = metrics.cycle_days / metrics.deal_count
metrics.to_csv(target, index=False)
