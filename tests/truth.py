"""The table of `make truth`: figures of both sides, intervals, and where ours are worse.

usage: truth.py TESTDATA FOLDER WORK SET...    reads FOLDER/SET/truth.json, WORK/SET.ours
and WORK/SET.theirs
"""
import json
import random
import sys
from collections import defaultdict
from datetime import date

testdata, folder, work, sets = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
sys.path.insert(0, testdata + "/reference")
sys.dont_write_bytecode = True
from score_alerts import score  # noqa: E402

WIN = ("win_rate_drop", "win_rate_rise")
ROUNDS = 1000


def share(part, whole):
    return part / whole if whole else None


def median(days):
    return sorted(days)[len(days) // 2] if days else None


# A column: its name, whether more is better, how it is counted, and the largest gap that is no
# gap, since figures are compared as they are printed.
def columns():
    def false_week(e, a, weeks):
        return sum(x["label"] in ("false", "misattributed") for x in a) / weeks

    def precision(*labels):
        def of(e, a, weeks):
            counted = [x for x in a if x["label"] != "neutral"]
            return share(sum(x["label"] in labels for x in counted), len(counted))
        return of

    def recall(field):
        return lambda e, a, weeks: share(sum(x[field] is not None for x in e if x["detectable"]), sum(x["detectable"] for x in e))

    def delay(e, a, weeks):
        return median([x["exact"] for x in e if x["exact"] is not None])

    def attribution(e, a, weeks):
        found = [x for x in e if x["any"] is not None]
        return share(sum(x["exact"] is not None and x["exact"] - x["any"] <= 7 for x in found), len(found))

    return [("false/week", False, false_week), ("precision", True, precision("exact", "nested")),
            ("right segment", True, precision("exact")), ("recall exact", True, recall("exact")),
            ("recall any", True, recall("any")), ("median delay", False, delay), ("attribution", True, attribution)]


def read(name, side):
    """A set's events, with the days to their alerts, and its alerts, by kind of event."""
    truth = json.load(open(f"{folder}/{name}/truth.json"))
    alerts = [json.loads(line) for line in open(f"{work}/{name}.{side}")]
    _, judged = score(truth, alerts)
    first = {}
    for alert in judged:
        if alert["label"] in ("exact", "nested"):
            day = date.fromisoformat(alert["date"])
            if alert["label"] == "exact":
                first.setdefault((alert["event"], "exact"), day)
            first.setdefault((alert["event"], "any"), day)

    def days(event, how):
        day = first.get((event["id"], how))
        return None if day is None else (day - date.fromisoformat(event["start"])).days

    events = [dict(kind=e["kind"], detectable=e.get("oracle_z", 99) >= 5, exact=days(e, "exact"), any=days(e, "any")) for e in truth["events"]]
    length = date.fromisoformat(truth["last_day"]) - date.fromisoformat(truth["scored_from"])
    return events, judged, (length.days + 1) / 7


def pool(worlds, kinds):
    events = [e for world in worlds for e in world[0] if e["kind"] in kinds]
    alerts = [a for world in worlds for a in world[1] if a["kind"] in kinds]
    return events, alerts, sum(world[2] for world in worlds)


def resampled(pairs, chance):
    """Sets drawn anew, the same for both sides, then the events of each, and each side's alerts."""
    both = ([], [])
    for ours, theirs in chance.choices(pairs, k=len(pairs)):
        which = chance.choices(range(len(ours[0])), k=len(ours[0])) if ours[0] else []
        for side, drawn in zip((ours, theirs), both):
            drawn.append(([side[0][i] for i in which], chance.choices(side[1], k=len(side[1])) if side[1] else [], side[2]))
    return both


def interval(values):
    values = sorted(v for v in values if v is not None)
    return (values[int(.025 * len(values))], values[int(.975 * (len(values) - 1))]) if values else (None, None)


def shown(value, column):
    if value is None:
        return "-"
    return f"{value:.0f}" if column == "median delay" else f"{value:.3f}"


def bounded(value, ends, column):
    return shown(value, column) if value is None or ends[0] is None else f"{shown(value, column)} [{shown(ends[0], column)}, {shown(ends[1], column)}]"


def gap_of(ours, theirs, more):
    return None if ours is None or theirs is None else (ours - theirs) * (1 if more else -1)


def table(title, pairs, kinds, worse):
    chance = random.Random(20240601)
    draws = [tuple(pool(side, kinds) for side in resampled(pairs, chance)) for _ in range(ROUNDS)]
    whole = pool([p[0] for p in pairs], kinds), pool([p[1] for p in pairs], kinds)
    print(f"\n{title}: {len(whole[0][0])} events in {len(pairs)} sets; alerts: {len(whole[0][1])} ours, {len(whole[1][1])} theirs")
    for name, more, of in columns():
        ours, theirs = of(*whole[0]), of(*whole[1])
        drawn = [(of(*a), of(*b)) for a, b in draws]
        gaps = interval([gap_of(a, b, more) for a, b in drawn])
        gap, mark = gap_of(ours, theirs, more), ""
        if gap is not None and gap < -5e-4:
            mark = "WORSE" if gaps[1] is not None and gaps[1] < 0 else "worse, within chance"
            worse.append(f"{title}, {name}: {shown(ours, name)}, theirs {shown(theirs, name)}{'' if mark == 'WORSE' else ' (within chance)'}")
        elif ours is None and theirs:
            mark = "WORSE: nothing to count"
            worse.append(f"{title}, {name}: nothing, theirs {shown(theirs, name)}")
        print(f"  {name:14} {bounded(ours, interval([a for a, _ in drawn]), name):26} {bounded(theirs, interval([b for _, b in drawn]), name):26} {mark}")


def main():
    groups, worse = defaultdict(list), []
    for name in sets:
        groups[name.rsplit("-", 1)[0]].append((read(name, "ours"), read(name, "theirs")))
    print(f"{'':16} {'ours [95 %]':26} {'reference [95 %]':26}")
    for group, pairs in groups.items():
        table(f"win rates, {group}", pairs, WIN, worse)
    every = [pair for pairs in groups.values() for pair in pairs]
    if len(groups) > 1:
        table("win rates, all sets", every, WIN, worse)
    for kind in ("volume_drop", "mix_shift", "cycle_slowdown", "bulk_close"):
        table(f"{kind}, all sets", every, (kind,), worse)
    print("\nworse than the reference:" if worse else "\nnowhere worse than the reference")
    for line in worse:
        print("  " + line)


main()
