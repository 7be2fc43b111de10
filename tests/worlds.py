"""worlds - companies with planted changes, for judging what detect tells of them.

	worlds.py KIND SEED DIR        writes DIR/deals.csv and DIR/truth.json

A company has two and a half years of some 63,000 deals, of five dimensions with effects on the
chance to win: most closings fall on Mondays and Fridays, some are pulled in to the end of the
month, outcomes are recorded with a lag, accounts differ, and the win rate of the company, of
each region and of each industry has noise of its own from week to week (AR(1), .6).  Planted
are drops and rises of the win rate, of segments of none to two conditions or of a rep, in one
step or as a ramp, of the deals closed or of those created in the time; and what only looks like
one: slower cycles, less volume, another mix, open deals closed in bulk.

A deal counts as closed in the time by the middle of the days on which it would be won or lost, so
that some close a little before it begins or after it ends.  truth.json is what the scorer of
`make truth` reads; oracle_z is what a test would see that knew the segment and just those deals.
A kind is one of KINDS: what is hard about a world.
"""
import json
import os
import sys
from datetime import date, timedelta

import numpy as np

FIRST, DAYS, OLDEST, SCORED_FROM = date(2022, 1, 1), 912, -120, 180
HORIZON = DAYS + 3000  # no closing is later than this

USUAL = dict(deals=74000, sizes=(5, 6, 3, 4, 40), drops=10, rises=4, reps=3, volume=3, cycles=2, mixes=2, bulks=3,
             points=(.10, .25), week=.10, account=.30, season=.12, month_end=.35, lags=(.5, 3.))
KINDS = {
    "default": {},
    "noisy": dict(week=.22, account=.60),
    "quiet": dict(drops=0, rises=0, reps=0, volume=0, cycles=0, mixes=0, bulks=0),
    "lag": dict(lags=(3., 14.)),
    "season": dict(season=.35, month_end=.70),
    "many": dict(drops=20, rises=8, reps=6),
    "small": dict(points=(.05, .10)),
    "segments": dict(sizes=(8, 10, 4, 6, 80)),
}

DIMENSIONS = {  # the spread of its effects on the chance to win (logit), and how even its shares are
    "region": (.12, 12), "industry": (.15, 12), "product_type": (.15, 12), "lead_source": (.20, 12), "sales_rep_id": (.28, 6)}
CONDITIONS = ("region", "industry", "product_type", "lead_source")
NOISY = ("region", "industry")
AMOUNT, PACE = np.array([4900, 9000, 27000, 15000]), np.array([.77, 1., 1.27, 1.1])  # by product
CYCLE_WON, CYCLE_LOST, CYCLE_SPREAD = 42, 57, .62  # days: medians; log
ACCOUNTS, PULLED = 4000, .25


def chance(logit):
    return 1 / (1 + np.exp(-logit))


def day_name(day):
    return str(FIRST + timedelta(days=int(day)))


def calendar():
    """Of each day from OLDEST on: its weekday, its day of the month, and how many days are left of the month."""
    days = [FIRST + timedelta(days=i) for i in range(OLDEST, HORIZON + 10)]
    left = [((d.replace(day=28) + timedelta(days=4)).replace(day=1) - d).days - 1 for d in days]
    return np.array([d.weekday() for d in days]), np.array([d.day for d in days]), np.array(left)


WEEKDAY, MONTH_DAY, DAYS_LEFT = calendar()


class World:
    def __init__(self, kind, seed):
        self.kind, self.seed = kind, seed
        self.rng = np.random.default_rng([seed, sorted(KINDS).index(kind)])
        self.of = dict(USUAL, **KINDS[kind])
        self.values = {d: [f"{d.split('_')[-2 if d.endswith('id') else 0]}_{i + 1:02d}" for i in range(n)]
                       for d, n in zip(DIMENSIONS, self.of["sizes"])}
        self.effects = {d: self.rng.normal(0, spread, len(self.values[d])) for d, (spread, _) in DIMENSIONS.items()}
        self.events = []
        self.create()
        self.plan()
        self.change_what_is_created()
        self.close()
        self.decide()
        self.close_in_bulk()

    # What there is.

    def create(self):
        rng, days = self.rng, np.arange(OLDEST - 90, DAYS)
        weekend = np.array([(FIRST + timedelta(days=int(d))).weekday() >= 5 for d in days])
        weight = np.where(weekend, .15, 1.) * np.exp(.06 * np.sin(2 * np.pi * days / 365.25 + rng.uniform(0, 6)))
        self.created = np.sort(rng.choice(days, self.of["deals"], p=weight / weight.sum()))
        self.code = {d: rng.choice(len(v), self.of["deals"], p=rng.dirichlet([DIMENSIONS[d][1]] * len(v)))
                     for d, v in self.values.items()}
        self.account = rng.integers(0, ACCOUNTS, self.of["deals"])

    def keep(self, which):
        self.created, self.account = self.created[which], self.account[which]
        self.code = {d: c[which] for d, c in self.code.items()}

    def within(self, segment):
        held = np.ones(len(self.created), bool)
        for d, v in segment.items():
            held &= self.code[d] == v
        return held

    # What is planted.

    def segment(self, form):
        dims = ["sales_rep_id"] if form == "rep" else self.rng.choice(CONDITIONS, int(form), replace=False)
        return {str(d): int(self.rng.integers(len(self.values[d]))) for d in dims}

    def add(self, kind, forms, odds, shortest, longest, **more):
        """An event of a segment that no other of its group has at the time, nor a part or a whole of it."""
        group = "win" if kind.startswith("win") else "cycle" if kind.startswith("cycle") else "created"
        while True:
            segment = self.segment(str(self.rng.choice(forms, p=odds)))
            start = int(self.rng.integers(205, DAYS - 45))
            end = min(start + int(self.rng.integers(shortest, longest + 1)), DAYS - 1)
            if any(e["group"] == group and start <= e["end"] + 30 and e["start"] <= end + 30
                   and (e["segment"].items() <= segment.items() or e["segment"].items() >= segment.items()) for e in self.events):
                continue
            self.events.append(dict(kind=kind, group=group, segment=segment, start=start, end=end, **more))
            return self.events[-1]

    def plan(self):
        rng, of = self.rng, self.of
        for count, kind, forms, odds in ((of["drops"], "win_rate_drop", "012", (.05, .48, .47)),
                                         (of["reps"], "win_rate_drop", ["rep"], (1,)), (of["rises"], "win_rate_rise", "12", (.65, .35))):
            for _ in range(count):
                event = self.add(kind, list(forms), odds, 40, 180)
                drop, rep = kind == "win_rate_drop", "sales_rep_id" in event["segment"]
                least, most = of["points"]
                event["points"] = rng.uniform(least, most if event["segment"] else 1.4 * least) * (-1 if drop else 1)
                event["shape"] = "ramp" if drop and not rep and rng.random() < .3 else "step"
                event["basis"] = "created" if drop and not rep and rng.random() < .25 else "closed"
        for count, kind, days, factor in ((of["volume"], "volume_drop", (32, 90), (.35, .6)), (of["mixes"], "mix_shift", (60, 120), (2, 3)),
                                          (of["cycles"], "cycle_slowdown", (70, 150), (1.4, 1.8))):
            for _ in range(count):
                self.add(kind, ["1"], (1,), *days, factor=rng.uniform(*factor), shape="step", basis="created")

    def change_what_is_created(self):
        kept = np.ones(len(self.created), bool)
        for e in self.events:
            now = (self.created >= e["start"]) & (self.created <= e["end"])
            inside = now & self.within(e["segment"])
            if e["kind"] == "volume_drop":
                kept &= ~inside | (self.rng.random(len(kept)) < e["factor"])
            elif e["kind"] == "mix_shift":
                (dimension, value), = e["segment"].items()
                share = inside.sum() / now.sum()
                moved = (min(.8, share * e["factor"]) - share) / (1 - share)
                self.code[dimension][now & ~inside & (self.rng.random(len(kept)) < moved)] = value
        self.keep(kept)

    # When and how deals are decided.

    def closing(self, days):
        """Some of the first days of a month are pulled in to the end of the last; weekends are moved."""
        rng, count = self.rng, len(self.created)
        closed = np.minimum(self.created + np.maximum(1, np.round(days)).astype(int), HORIZON)
        day = MONTH_DAY[closed - OLDEST]
        pulled = (day <= 6) & (rng.random(count) < PULLED)
        closed = np.where(pulled, np.maximum(self.created + 1, closed - day - rng.integers(0, 3, count)), closed)
        weekday = WEEKDAY[closed - OLDEST]
        moved = (weekday >= 5) & (rng.random(count) < .86)
        friday = (weekday == 5) & (closed - 1 > self.created)
        return np.where(moved, np.where(friday, closed - 1, closed + 7 - weekday), closed)

    def close(self):
        self.keep(self.created >= OLDEST)
        rng, count, product = self.rng, len(self.created), self.code["product_type"]
        self.amount = np.maximum(50, np.round(AMOUNT[product] * np.exp(rng.normal(0, .75, count)))).astype(int)
        pace = PACE[product] * np.exp(rng.normal(0, CYCLE_SPREAD, count))
        for e in self.events:
            if e["kind"] == "cycle_slowdown":
                pace[self.within(e["segment"]) & (self.created >= e["start"]) & (self.created <= e["end"])] *= e["factor"]
        self.closed_if = self.closing(CYCLE_LOST * pace), self.closing(CYCLE_WON * pace)

    def weekly(self, count, spread):
        weeks, same = (HORIZON - OLDEST) // 7 + 2, .6
        noise = self.rng.normal(0, spread, (count, weeks))
        for week in range(1, weeks):
            noise[:, week] = same * noise[:, week - 1] + np.sqrt(1 - same ** 2) * noise[:, week]
        return noise

    def usual_logit(self):
        rng, of = self.rng, self.of
        noise = {d: self.weekly(len(self.values[d]), of["week"]) for d in NOISY}
        shared, phase = self.weekly(1, of["week"] / 2)[0], rng.uniform(0, 2 * np.pi)
        base = sum(self.effects[d][c] for d, c in self.code.items()) - .25 - .33 * np.log(self.amount / 9000)
        base += rng.normal(0, of["account"], ACCOUNTS)[self.account]
        both = 0
        for closed in self.closed_if:
            week = (closed - OLDEST) // 7
            both = both + of["season"] * np.sin(2 * np.pi * closed / 365.25 + phase) + shared[week] \
                + of["month_end"] * (DAYS_LEFT[closed - OLDEST] <= 2) + sum(noise[d][self.code[d], week] for d in NOISY)
        return base + both / 2

    def shift_of(self, event, usual):
        """The shift of the logit that moves the mean chance by so many points, by bisection."""
        low, high = -6., 6.
        for _ in range(50):
            middle = (low + high) / 2
            less = chance(usual + middle).mean() - chance(usual).mean() < event["points"]
            low, high = (middle, high) if less else (low, middle)
        return low

    def decide(self):
        usual = self.usual_logit()
        shift = np.zeros(len(usual))
        for e in self.events:
            if e["group"] != "win":
                continue
            day = self.created if e["basis"] == "created" else sum(self.closed_if) // 2
            e["deals"] = self.within(e["segment"]) & (day >= e["start"]) & (day <= e["end"])
            e["shift"] = self.shift_of(e, usual[e["deals"]]) if e["deals"].any() else 0.
            ramp = np.clip(2 * (day - e["start"] + 1) / max(1, e["end"] - e["start"]), 0, 1)
            shift[e["deals"]] += e["shift"] * (ramp if e["shape"] == "ramp" else np.ones(len(day)))[e["deals"]]
        self.won = self.rng.random(len(usual)) < chance(usual + shift)
        self.closed = np.where(self.won, self.closed_if[1], self.closed_if[0])
        often = 1 / (1 + np.where(self.won, *self.of["lags"]))
        self.recorded = self.closed + self.rng.geometric(often) - 1
        self.measure(chance(usual), chance(usual + shift))

    def measure(self, before, after):
        for e in self.events:
            if e["group"] != "win":
                continue
            decided = e["deals"] & (self.recorded < DAYS)
            e["n_decided"], e["base_rate"] = int(decided.sum()), float(before[decided].mean()) if decided.any() else .5
            e["size"] = float((after - before)[decided].mean()) if decided.any() else 0.
            e["oracle_z"] = abs(e["size"]) / np.sqrt(e["base_rate"] * (1 - e["base_rate"]) / max(1, e["n_decided"]))

    def close_in_bulk(self):
        """Of a region or a rep, all that has been open for long is given up on one day."""
        rng = self.rng
        for _ in range(self.of["bulks"]):
            while True:
                form = "rep" if rng.random() < .4 else "region"
                segment = self.segment("rep") if form == "rep" else {"region": int(rng.integers(len(self.values["region"])))}
                day = int(rng.integers(230, DAYS - 30))
                old = self.within(segment) & (self.created <= day - int(rng.integers(70, 110))) & (self.closed > day)
                if old.sum() >= (15 if form == "rep" else 60):
                    break
            self.closed[old] = self.recorded[old] = day
            self.won[old] = False
            self.events.append(dict(kind="bulk_close", group="bulk", segment=segment, start=day, end=day, shape="spike", basis="closed"))

    # What is written.

    def rows(self):
        yield "deal_id,created_date,closed_date,sales_rep_id,industry,region,product_type,lead_source,deal_stage," \
            "deal_amount,sales_cycle_days,outcome,account_id,recorded_at"
        names = [day_name(day) for day in range(OLDEST, DAYS)]
        for i in np.nonzero(self.closed >= 0)[0]:
            known = self.recorded[i] < DAYS
            value = {d: self.values[d][c[i]] for d, c in self.code.items()}
            closed = (names[self.closed[i] - OLDEST], str(self.closed[i] - self.created[i]), "Won" if self.won[i] else "Lost",
                      names[self.recorded[i] - OLDEST]) if known else ("", "", "", "")
            yield ",".join((f"D{i:06d}", names[self.created[i] - OLDEST], closed[0], value["sales_rep_id"], value["industry"], value["region"],
                            value["product_type"], value["lead_source"], "Closed" if known and self.won[i] else "Demo", str(self.amount[i]),
                            closed[1], closed[2], f"A{self.account[i]}", closed[3]))

    def event_record(self, number, e):
        record = dict(id=f"E{number:02d}", kind=e["kind"], segment={d: self.values[d][v] for d, v in e["segment"].items()},
                      direction="up" if e["kind"] in ("win_rate_rise", "mix_shift", "cycle_slowdown") else "down",
                      decoy=e["kind"] in ("mix_shift", "bulk_close"), shape=e["shape"], basis=e["basis"])
        if e["group"] == "win":
            record.update(size_pp=round(100 * e["size"], 1), shift_logit=round(e["shift"], 3), base_rate=round(e["base_rate"], 4),
                          n_decided=e["n_decided"], oracle_z=round(e["oracle_z"], 2))
        elif "factor" in e:
            record.update(factor=round(e["factor"], 2))
        return dict(record, start=day_name(e["start"]), end=day_name(e["end"]))

    def truth(self):
        planted = sorted((e for e in self.events if e.get("n_decided", 5) >= 5), key=lambda e: e["start"])
        return dict(seed=self.seed, scenario=self.kind, first_day=day_name(0), last_day=day_name(DAYS - 1), scored_from=day_name(SCORED_FROM),
                    dims=self.values, events=[self.event_record(i + 1, e) for i, e in enumerate(planted)])


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS or not sys.argv[2].isdigit():
        sys.exit(f"usage: worlds.py {{{','.join(KINDS)}}} SEED DIR")
    kind, seed, folder = sys.argv[1:]
    world = World(kind, int(seed))
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/deals.csv", "w", encoding="utf-8") as file:
        file.writelines(row + "\n" for row in world.rows())
    with open(folder + "/truth.new", "w", encoding="utf-8") as file:
        json.dump(world.truth(), file, indent=1)
    os.rename(folder + "/truth.new", folder + "/truth.json")


main()
