"""drivers_worlds - companies of known truth, for judging what drivers finds.

	drivers_worlds.py KIND SEED        a world as deals on stdout; its truth on stderr
	drivers_worlds.py judge KIND SEED COUNT [OPTION...]
	                                   so many worlds through drivers: how often it was right

4,000 deals in the first period and 1,000 in the second; four dimensions of 5, 6, 3 and 4
values with effects on the chance to win, and noise of each deal's own.  A kind is single-15,
single-8 (one value drops by so many points), pair-25, pair-15 (a pair of values does), mix
(one value comes three times as often) or quiet.
"""
import json, math, random, subprocess, sys

SIZES, SPREADS = (5, 6, 3, 4), (.12, .15, .15, .25)
SHIFTS = {"single-15": (1, -.65), "single-8": (1, -.34), "pair-25": (2, -1.15), "pair-15": (2, -.65),
    "mix": (0, 0), "quiet": (0, 0)}
PERIODS = "2023-01-01..2023-12-31", "2024-01-01..2024-03-31"
DAYS = "2023-06-01", "2024-02-01"


def dirichlet(rng, k):
    parts = [rng.gammavariate(6, 1) for _ in range(k)]
    return [p / sum(parts) for p in parts]


class World:
    def __init__(self, kind, seed):
        rng = self.rng = random.Random(seed)
        self.effects = [[rng.gauss(0, s) for _ in range(k)] for s, k in zip(SPREADS, SIZES)]
        self.shares = [dirichlet(rng, k) for k in SIZES]
        self.conditions, self.shift = SHIFTS[kind]
        dims = sorted(rng.sample(range(len(SIZES)), self.conditions))
        self.segment = {d: rng.randrange(SIZES[d]) for d in dims}
        self.tripled = None
        if kind == "mix":
            d = rng.randrange(len(SIZES))
            self.tripled = d, rng.randrange(SIZES[d])
        self.periods = [self.draw(4000, False), self.draw(1000, True)]

    def holds(self, deal):
        return all(deal[d] == v for d, v in self.segment.items())

    def draw(self, count, after):
        rng = self.rng
        columns = [rng.choices(range(k), s, k=count) for k, s in zip(SIZES, self.shares)]
        deals = list(zip(*columns))
        if after and self.tripled:
            d, v = self.tripled
            same = [deal for deal in deals if deal[d] == v]
            deals += rng.choices(same, k=2 * len(same)) if same else []
        made = []
        for deal in deals:
            x = -.15 + sum(e[c] for e, c in zip(self.effects, deal)) + rng.gauss(0, .25)
            if after and self.segment and self.holds(deal):
                x += self.shift
            made.append((deal, rng.random() < 1 / (1 + math.exp(-x))))
        return made

    def enough(self):
        return not self.segment or sum(self.holds(deal) for deal, _ in self.periods[1]) >= 25

    def truth(self):
        return {"d%d" % d: "v%d" % v for d, v in self.segment.items()}

    def lines(self):
        for day, period in zip(DAYS, self.periods):
            for deal, won in period:
                fields = {"d%d" % d: "v%d" % v for d, v in enumerate(deal)}
                yield json.dumps({"outcome": "won" if won else "lost", "closed_date": day, **fields})


def worlds(kind, seed):
    """Those in which the segment has 25 deals after; the others hold nothing to be found."""
    while True:
        world = World(kind, seed)
        if world.enough():
            yield world
        seed += 1


def nested(a, b):
    return a.items() <= b.items() or b.items() <= a.items()


def judge(kind, seed, count, options):
    command = ["drivers", "--before", PERIODS[0], "--after", PERIODS[1],
        *(word for d in range(len(SIZES)) for word in ("--by", "d%d" % d)), *options]
    tally = {"worlds": 0, "exact": 0, "nested": 0, "near": 0, "stands_out": 0, "stands_out_right": 0}
    for _, world in zip(range(count), worlds(kind, seed)):
        seed += 1
        out = subprocess.run(command, input="\n".join(world.lines()) + "\n", capture_output=True, text=True, check=True)
        total = json.loads(out.stdout.splitlines()[0])
        found, truth = total["located"]["segment"], world.truth()
        tally["worlds"] += 1
        tally["exact"] += found == truth
        tally["nested"] += nested(found, truth)
        tally["near"] += truth in [found] + [near["segment"] for near in total["near"]]
        tally["stands_out"] += total["stands_out"]
        tally["stands_out_right"] += total["stands_out"] and nested(found, truth)
    print(json.dumps({"kind": kind, **{k: v if k == "worlds" else round(v / tally["worlds"], 3) for k, v in tally.items()}}))


if __name__ == "__main__":
    if sys.argv[1] == "judge":
        judge(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
    else:
        world = next(worlds(sys.argv[1], int(sys.argv[2])))
        print("\n".join(world.lines()))
        print(json.dumps(world.truth()), file=sys.stderr)
