# measure - deals to the metrics of the field, each held against somebody else's count.
load helpers

setup_file() {
	load helpers
	export W=$BATS_FILE_TMPDIR SALESWATCH_NOW=2024-04-08T04:00:00Z
	fetch csv "$root/tests/data/deals.csv" --max-rejects 50% | validate deal --max-rejects 50% |
		dedupe --key deal_id --newest modified_at > "$W/deals"
	measure < "$W/deals" > "$W/measures"
	sample_table
}

setup() { W=$BATS_FILE_TMPDIR P=$root/tests/data/pipeline; }

# The sample as a table of SQLite, as it was known on its last day.
sample_table() {
	jq -r '[.deal_id, .created_date, .closed_date // "", (.recorded_at // .closed_date // "")[:10], .outcome, .amount,
		.region, .sales_rep_id] | @csv' "$W/deals" > "$W/sample.csv"
	sqlite3 "$W/sample.db" "create table d (id, created, closed, recorded, outcome, amount real, region, rep)" \
		".import --csv $W/sample.csv d"
}

month() {	# the measures of the fixture for March
	measure --by "${BY-all}" --changes "$P/changes" --last 1 --as-of 2024-03-31 "$@" < "$P/deals"
}

of() { jq -c "select(.metric == \"$1\") | ${2-.}"; }

# The same numbers, but for the last digits: lines of words, each number within 2e-6 of the other.
alike() {
	paste -d ' ' "$1" "$2" | awk '
		{ half = NF / 2; for (i = 1; i <= half; i++) { a = $i; b = $(i + half)
			if (a == b) continue
			if (a !~ /^-?[0-9.e-]+$/ || b !~ /^-?[0-9.e-]+$/ || (a - b) ^ 2 > 4e-12 * (1 + b ^ 2)) { print; bad = 1 } } }
		END { exit bad || NR == 0 }' || return 1
	[[ $(wc -l < "$1") == "$(wc -l < "$2")" ]]
}

# --- win rates -------------------------------------------------------------------------------

@test "win rate, by count and by amount, won amount and average deal are those of SQLite" {
	sqlite3 -separator ' ' "$W/sample.db" "
		select substr(recorded, 1, 7) || '-01' m, region, count(*), sum(outcome = 'won'), avg(outcome = 'won')
		from d where outcome <> 'open' and m >= '2023-04-01' and region <> '' group by m, region" |
		sed 's/North America/North_America/' > "$BATS_TEST_TMPDIR/theirs"
	jq -r 'select(.metric == "win_rate" and .bucket == "month" and .segment.region)
		| "\(.date) \(.segment.region | gsub(" "; "_")) \(.n) \(.won) \(.value)"' "$W/measures" | sort > "$BATS_TEST_TMPDIR/ours"
	alike <(sort "$BATS_TEST_TMPDIR/ours") <(sort "$BATS_TEST_TMPDIR/theirs")
	jq -r 'select(.metric == "win_rate_amount" and .bucket == "month" and .segment == {})
		| "\(.date) \(.value) \(.effective_n) \(.won_amount)"' "$W/measures" > "$BATS_TEST_TMPDIR/ours"
	sqlite3 -separator ' ' "$W/sample.db" "
		select substr(recorded, 1, 7) || '-01' m, sum(amount * (outcome = 'won')) / sum(amount),
			sum(amount) * sum(amount) / sum(amount * amount), sum(amount * (outcome = 'won'))
		from d where outcome <> 'open' and m >= '2023-04-01' group by m" > "$BATS_TEST_TMPDIR/theirs"
	alike "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
	jq -r 'select(.metric == "average_deal" and .bucket == "month" and .segment == {}) | "\(.date) \(.n) \((.value * 10 | round))"' \
		"$W/measures" > "$BATS_TEST_TMPDIR/ours"
	sqlite3 -separator ' ' "$W/sample.db" "
		select substr(recorded, 1, 7) || '-01' m, count(*), cast(round(10 * avg(amount)) as int)
		from d where outcome = 'won' and m >= '2023-04-01' group by m" > "$BATS_TEST_TMPDIR/theirs"
	alike "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
}

@test "the year is the 365 days that end with the day" {
	run sqlite3 -separator ' ' "$W/sample.db" "
		select date(max(recorded), '-364 days'), max(recorded) from d where outcome <> 'open'"
	first=${output% *} last=${output#* }
	n=$(sqlite3 "$W/sample.db" "select count(*) from d where outcome <> 'open' and recorded between '$first' and '$last'")
	[[ $(measure --by all --as-of "$last" < "$W/deals" | of win_rate 'select(.bucket == "year") | [.date, .through, .n]') \
		== "[\"$first\",\"$last\",$n]" ]]
}

@test "the interval of a rate by amount is that of as many equal deals" {
	ten=$(for i in {1..10}; do echo "{\"deal_id\":\"$i\",\"created_date\":\"2024-01-02\",\"closed_date\":\"2024-03-01\",\"outcome\":\"$( ((i <= 4)) && echo won || echo lost)\",\"amount\":7}"; done)
	run measure --by all --last 1 <<< "$ten"
	[[ $(of win_rate_amount '[.value, .effective_n, .low, .high]' <<< "$output") == "$(of win_rate '[.value, .n, .low, .high]' <<< "$output")" ]] ||
		{ echo "$output"; return 1; }
	# Wilson: (won + z^2/2 +- z sqrt(won lost / n + z^2/4)) / (n + z^2)
	[[ $(of win_rate '"\(.low * 1e5 | round) \(.high * 1e5 | round)"' <<< "$output" | sort -u) == "$(awk 'BEGIN { z = 1.959964; h = z * sqrt(2.4 + z * z / 4)
		printf "\"%.0f %.0f\"", 1e5 * (4 + z * z / 2 - h) / (10 + z * z), 1e5 * (4 + z * z / 2 + h) / (10 + z * z) }')" ]]
}

@test "the trend is the slope of the line through the deals, its interval by White, as awk has it" {
	jq -r 'select(.outcome != "open") | "\((.recorded_at // .closed_date)[:7]) \(.outcome)"' "$W/deals" |
		awk '$1 >= "2023-04" { split($1, d, "-"); x = (d[1] - 2023) * 12 + d[2] - 4; y = $2 == "won"
				X[++n] = x; Y[n] = y; sx += x; sy += y; sxx += x * x; sxy += x * y }
			END { s = sxx - sx * sx / n; b = (sxy - sx * sy / n) / s
				for (i = 1; i <= n; i++) { e = Y[i] - sy / n - b * (X[i] - sx / n); v += ((X[i] - sx / n) * e) ^ 2 }
				se = sqrt(v * n / (n - 2)) / s
				printf "%.6f %.6f %.6f %d\n", b, b - 1.959964 * se, b + 1.959964 * se, n }' > "$BATS_TEST_TMPDIR/theirs"
	jq -r 'select(.metric == "win_rate_trend" and .segment == {}) | "\(.value) \(.low) \(.high) \(.n)"' "$W/measures" > "$BATS_TEST_TMPDIR/ours"
	alike "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
}

# --- those still open ------------------------------------------------------------------------

five() {	# won after 10 days, lost after 20, open for 25, won after 30, open for 40
	cat <<-'END'
	{"deal_id":"1","created_date":"2024-01-01","closed_date":"2024-01-11","outcome":"won","amount":1}
	{"deal_id":"2","created_date":"2024-01-01","closed_date":"2024-01-21","outcome":"lost","amount":1}
	{"deal_id":"3","created_date":"2024-01-16","outcome":"open","amount":1}
	{"deal_id":"4","created_date":"2024-01-02","closed_date":"2024-02-01","outcome":"won","amount":1}
	{"deal_id":"5","created_date":"2024-01-01","outcome":"open","amount":1}
	END
}

@test "win rates that allow for open deals: Aalen and Johansen by hand" {
	# 1/5; then 4/5 stay, of 4 one is lost: 1/5; 3/5 stay, of the 2 still watched one is won: 3/10.
	run measure --by all --as-of 2024-02-10 --last 2 <<< "$(five)"
	[[ $(of win_rate_cohort 'select(.bucket == "month") | [.date, .value, .lost_share, .open_share, .naive, .won, .lost, .open, .n, .days]' <<< "$output") \
		== '["2024-01-01",0.5,0.2,0.3,0.666667,2,1,2,5,40]' ]]
}

@test "and where nothing is open they are the plain share, with its variance" {
	run measure --by all --as-of 2024-02-10 --last 2 <<< "$(five | grep -v open)"
	# p = 2/3, se = sqrt(p (1 - p) / 3); p^exp(+-1.96 se / (p ln p))
	[[ $(of win_rate_cohort 'select(.bucket == "month") | [.value, .naive, .low, .high]' <<< "$output") == "$(
		awk 'BEGIN { p = 2 / 3; w = exp(1.959964 * sqrt(p * (1 - p) / 3) / -(p * log(p)))
			printf "[0.666667,0.666667,%.6f,%.6f]", p ^ w, p ^ (1 / w) }')" ]]
}

@test "of the sample, month by month, as awk has it" {
	jq -r --arg asof "$(jq -r 'select(.metric == "win_rate_trend" and .segment == {}).through' "$W/measures")" '
		def day: strptime("%Y-%m-%d") | mktime / 86400;
		select(.created_date >= "2023-04-01") | [.created_date[:7], .outcome,
			((if .outcome == "open" then $asof else (.recorded_at // .closed_date)[:10] end | day) - (.created_date | day))] | join(" ")' "$W/deals" |
		sort -k1,1 -k3,3n | awk '
		function end(   i, j, t, r, a, b, s, f, g, left, v, G, c) {
			for (c = 1; c <= 2; c++) { s = 1; f = g = v = 0
				for (i = 1; i <= n; i = j) { t = T[i]; a = b = 0; r = n - i + 1
					for (j = i; j <= n && T[j] == t; j++) { a += O[j] == "won"; b += O[j] == "lost" }
					f += s * a / r; g += s * b / r
					if (c == 2) { left = F - f
						if (r > a + b) v += left ^ 2 * (a + b) / (r * (r - a - b))
						v += s ^ 2 * (r - a) / r * a / r ^ 2 - 2 * left * s * a / r ^ 2 }
					s *= 1 - (a + b) / r }
				F = f; G = g }
			if (F == 0) { n = 0; return }
			w = exp(1.959964 * sqrt(v) / -(F * log(F)))
			printf "%s-01 %.6f %.6f %.6f %.6f %d\n", m, F, G, F ^ w, F ^ (1 / w), n; n = 0 }
		m != $1 { if (n) end(); m = $1 } { T[++n] = $3; O[n] = $2 } END { end() }' > "$BATS_TEST_TMPDIR/theirs"
	jq -r 'select(.metric == "win_rate_cohort" and .bucket == "month" and .segment == {} and .value > 0)
		| "\(.date) \(.value) \(.lost_share) \(.low) \(.high) \(.n)"' "$W/measures" > "$BATS_TEST_TMPDIR/ours"
	alike "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
}

# --- cycle and velocity ----------------------------------------------------------------------

@test "the cycle's mean, median and 90th percentile are those of SQLite" {
	jq -rs 'map(select(.bucket == "month" and .segment == {} and (.metric | startswith("cycle_")))) | group_by(.date)[]
		| "\(.[0].date) \(.[0].n) \(map(.value) | join(" "))"' "$W/measures" | sort > "$BATS_TEST_TMPDIR/ours"
	sqlite3 -separator ' ' "$W/sample.db" "
		with c as (select substr(recorded, 1, 7) || '-01' m, julianday(closed) - julianday(created) days
			from d where outcome <> 'open' and recorded >= '2023-04-01'),
		r as (select *, row_number() over (partition by m order by days) k, count(*) over (partition by m) n from c)
		select m, n, avg(days), min(case when 2 * k >= n then days end), min(case when 10 * k >= 9 * n then days end)
		from r group by m" > "$BATS_TEST_TMPDIR/theirs"
	alike "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
}

@test "velocity: 6 open deals, 2 of 3 won, 135 on average, in 40 days" {
	run month
	[[ $(of sales_velocity 'select(.bucket == "month") | [.value, .open, .win_rate, .average_deal, .won_cycle]' <<< "$output") \
		== '[13.5,6,0.666667,135,40]' ]]
}

@test "the mean's interval is Student's: of 57, 23 and 48 days 42.67 +- 4.3027 * 10.17, cut at 0" {
	run month
	[[ $(of cycle_mean 'select(.bucket == "month") | [.value, .low, (.high * 100 | round), .n, .cycle_days]' <<< "$output") == '[42.666667,0,8643,3,128]' ]] ||
		{ of cycle_mean <<< "$output"; return 1; }
}

# --- stages ----------------------------------------------------------------------------------

story() {	# A skips Demo; B goes back; C is lost in Demo; D is still there; E is won
	cat > "$BATS_TEST_TMPDIR/stages.csv" <<-'END'
	deal_id,stage,entered_date
	A,Lead,2024-01-01
	A,Offer,2024-01-11
	B,Lead,2024-01-01
	B,Demo,2024-01-05
	B,Offer,2024-01-08
	B,Demo,2024-01-12
	B,Offer,2024-01-20
	C,Lead,2024-01-02
	C,Demo,2024-01-06
	C,Closed,2024-01-16
	D,Lead,2024-01-03
	D,Demo,2024-01-13
	E,Lead,2024-01-01
	E,Demo,2024-01-03
	E,Offer,2024-01-04
	E,Closed,2024-01-14
	END
	cat > "$BATS_TEST_TMPDIR/deals" <<-'END'
	{"deal_id":"A","created_date":"2024-01-01","outcome":"open","amount":1,"stage":"Offer"}
	{"deal_id":"B","created_date":"2024-01-01","outcome":"open","amount":1,"stage":"Offer"}
	{"deal_id":"C","created_date":"2024-01-02","closed_date":"2024-01-16","outcome":"lost","amount":1,"stage":"Closed"}
	{"deal_id":"D","created_date":"2024-01-03","outcome":"open","amount":1,"stage":"Demo"}
	{"deal_id":"E","created_date":"2024-01-01","closed_date":"2024-01-14","outcome":"won","amount":1,"stage":"Closed"}
	END
}

staged() { measure --by all --last 1 --as-of 2024-01-31 "$@" < "$BATS_TEST_TMPDIR/deals"; }

@test "stages: order from the deals, skips, returns, and those still there" {
	story
	run staged --stages "$BATS_TEST_TMPDIR/stages.csv"
	# Lead: all five went on.  Demo (B, C, D, E; A was never there): B on after 3 days, E after 1, C lost
	# after 10, D there for 18.  Offer: E won after 10; A there for 20, B, first time, for 23.
	[[ $(of stage_conversion 'select(.bucket == "month") | [.stage, .place, .n, .advanced, .lost, .open, .value, .naive]' <<< "$output") \
		== '["Lead",1,5,5,0,0,1,1]
["Demo",2,4,2,1,1,0.5,0.666667]
["Offer",3,3,1,0,2,0.333333,1]' ]] || { echo "$output"; return 1; }
	# Stays: Lead 10 4 4 10 2; Demo 3 8 10 18+ 1; Offer 20+ 4 11+ 10.
	[[ $(of time_in_stage_median 'select(.bucket == "month") | [.stage, .n, .left, .value]' <<< "$output") \
		== '["Lead",5,5,4]
["Demo",5,4,8]
["Offer",4,2,10]' ]]
	[[ $(of time_in_stage_p90 'select(.bucket == "month") | [.stage, .value]' <<< "$output") == '["Lead",10]
["Demo",null]
["Offer",null]' ]]
}

@test "a map may declare the order of the stages" {
	story
	cat > "$BATS_TEST_TMPDIR/map.json" <<-'END'
	{"fields": {"deal_id": {"from": "id"}, "outcome": {"from": "o"}, "stage": {"from": "s", "known": ["Demo", "Lead", "Offer"]}}}
	END
	run staged --stages "$BATS_TEST_TMPDIR/stages.csv" --map "$BATS_TEST_TMPDIR/map.json"
	[[ $(of stage_conversion 'select(.bucket == "month") | .stage' <<< "$output" | paste -sd' ') == '"Demo" "Lead" "Offer"' ]]
}

@test "the changes of a store that was there from the first deal on tell the same as the history" {
	story
	{ echo '{"kind":"change","v":1,"deal_id":"X","field":"amount","old":1,"new":2,"seen":"2024-01-01T00:00:00Z"}'
		jq -Rrc 'split(",") | select(.[0] != "deal_id") | {deal_id: .[0], stage: .[1], at: .[2]}' "$BATS_TEST_TMPDIR/stages.csv" |
		jq -sc 'group_by(.deal_id)[] | range(1; length) as $i
			| {kind: "change", v: 1, deal_id: .[$i].deal_id, field: "stage", old: .[$i - 1].stage, new: .[$i].stage, at: .[$i].at, seen: "\(.[$i].at)T02:00:00Z"}'
		jq -c 'select(.deal_id == "A") | {kind: "change", v: 1, deal_id, field: "amount", old: 1, new: .amount, seen: "2024-01-01T00:00:00Z"}' "$BATS_TEST_TMPDIR/deals"
	} > "$BATS_TEST_TMPDIR/changes"
	staged --stages "$BATS_TEST_TMPDIR/stages.csv" | grep stage_ > "$BATS_TEST_TMPDIR/one"
	staged --changes "$BATS_TEST_TMPDIR/changes" | grep stage_ > "$BATS_TEST_TMPDIR/two"
	cmp "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
	validate change < "$BATS_TEST_TMPDIR/changes" > /dev/null
}

# bats test_tags=figures
@test "on a whole history: counts as SQLite has them, the order as sales have it" {
	outside data/truth/default-20241/stage_history.csv
	local history=$testdata/data/truth/default-20241/stage_history.csv
	SALESWATCH_NOW=2030-01-01T00:00:00Z
	fetch csv "$testdata/data/truth/default-20241/deals.csv" --max-rejects 50% |
		validate deal --max-rejects 50% | dedupe --newest modified_at > "$BATS_TEST_TMPDIR/deals"
	measure --stages "$history" < "$BATS_TEST_TMPDIR/deals" > "$BATS_TEST_TMPDIR/measures"
	[[ $(jq -r 'select(.metric == "stage_conversion" and .bucket == "year" and .segment == {}) | .stage' "$BATS_TEST_TMPDIR/measures" | paste -sd' ') \
		== "Qualified Demo Proposal Negotiation" ]]
	jq -r '[.deal_id, .outcome, .closed_date // ""] | @csv' "$BATS_TEST_TMPDIR/deals" > "$BATS_TEST_TMPDIR/d.csv"
	through=$(jq -rs '[.[].through] | max' "$BATS_TEST_TMPDIR/measures")
	sqlite3 -separator ' ' "$BATS_TEST_TMPDIR/s.db" "create table d (id, outcome, closed)" ".import --csv $BATS_TEST_TMPDIR/d.csv d" \
		".import --csv $history h" "
		with o(stage, place) as (values ('Qualified', 1), ('Demo', 2), ('Proposal', 3), ('Negotiation', 4)),
		e as (select h.deal_id, o.stage, place, entered_date, outcome from h join o on o.stage = h.stage join d on d.id = h.deal_id),
		furthest as (select deal_id, max(place) as most from e group by deal_id)
		select substr(entered_date, 1, 7) || '-01' m, stage, count(*), sum(most > place or outcome = 'won')
		from e join furthest using (deal_id) where m >= date('$through', 'start of month', '-12 months')
		group by m, stage order by m, place" > "$BATS_TEST_TMPDIR/theirs"
	jq -rs 'map(select(.metric == "stage_conversion" and .bucket == "month" and .segment == {})) | sort_by(.date, .place)[]
		| "\(.date) \(.stage) \(.n) \(.advanced)"' "$BATS_TEST_TMPDIR/measures" > "$BATS_TEST_TMPDIR/ours"
	alike "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
}

# --- pipeline --------------------------------------------------------------------------------

@test "pipeline movement, by hand, of all open deals and of what is expected to close" {
	run month
	[[ $(of pipeline_movement 'select(.bucket == "month") | [.scope, .begin, .new, .reopened, .pulled_in, .up, .down, .pushed_out, .won, .lost, .end]' <<< "$output") \
		== '["all",2100,140,70,0,50,-20,0,-270,-300,1770]
["expected",1100,140,70,400,0,-20,-100,-270,-300,1020]' ]]
	[[ $(of pipeline_movement 'select(.bucket == "month") | [.deals[]]' <<< "$output") \
		== '[6,2,1,0,1,1,0,2,1,6]
[4,2,1,1,0,1,1,2,1,4]' ]]
}

@test "pipeline movement adds up exactly, whatever happens to the deals, and joins from period to period" {
	/usr/bin/python3 - "$BATS_TEST_TMPDIR" <<-'END'
	import datetime, json, random, sys
	random.seed(20240331)
	day = lambda n: (datetime.date(2023, 10, 1) + datetime.timedelta(n)).isoformat()
	money = lambda: round(random.choice([random.uniform(1, 1e6), random.uniform(0, 1), 99999999.9999, 0.0001]), 4)
	deals, changes = open(sys.argv[1] + "/deals", "w"), []
	for i in range(3000):
	    at = random.randrange(200)
	    deal = {"deal_id": f"d{i}", "created_date": day(at), "outcome": "open", "amount": money(), "region": random.choice("EA")}
	    if random.random() < .8: deal["expected_close_date"] = day(random.randrange(220))
	    for _ in range(random.randrange(7)):
	        at += random.randrange(1, 40)
	        if at > 200: break
	        new = dict(deal)
	        what = random.random()
	        if deal["outcome"] != "open":
	            if what < .5: continue
	            new["outcome"] = "open"; new.pop("closed_date")
	        elif what < .3: new["amount"] = money()
	        elif what < .4: new.pop("amount", None)
	        elif what < .7: new["expected_close_date"] = day(random.randrange(260))
	        else: new["outcome"], new["closed_date"] = random.choice(["won", "lost"]), day(at)
	        for field in sorted(set(deal) | set(new)):
	            if deal.get(field) != new.get(field):
	                change = {"kind": "change", "v": 1, "deal_id": f"d{i}", "field": field, "seen": day(at) + "T03:00:00Z"}
	                if field in deal: change["old"] = deal[field]
	                if field in new: change["new"] = new[field]
	                changes.append(change)
	        deal = new
	    print(json.dumps(deal), file=deals)
	random.shuffle(changes)
	with open(sys.argv[1] + "/changes", "w") as to:
	    for change in changes: print(json.dumps(change), file=to)
	END
	for bucket in week month quarter; do
		measure --by all --by region --bucket "$bucket" --last 5 --as-of 2024-04-18 --changes "$BATS_TEST_TMPDIR/changes" \
			< "$BATS_TEST_TMPDIR/deals" | of pipeline_movement > "$BATS_TEST_TMPDIR/moves"
		run jq -sr 'def cents: . * 10000 | round;
			def parts: [.new, .reopened, .pulled_in, .up, .down, .pushed_out, .won, .lost | cents];
			(.[] | select((.begin | cents) + (parts | add) != (.end | cents)) | "does not add up: \(.)"),
			(map(select(.scope == "all" and .bucket != "year")) | group_by(.segment)[] | range(1; length) as $i
				| select(.[$i].begin != .[$i - 1].end) | "does not join: \(.[$i])"),
			(map(select(.scope == "expected")) | map(parts | map(. != 0)) | transpose
				| map(any) | select(all | not) | "a part never happened: \(.)"),
			length' "$BATS_TEST_TMPDIR/moves"
		[[ $output == 33 ]] || { echo "$bucket: $output"; return 1; }
	done
	end=$(jq -s 'map(select(.outcome == "open") | .amount // 0 | . * 10000 | round) | add' "$BATS_TEST_TMPDIR/deals")
	[[ $(jq -s 'map(select(.segment == {} and .scope == "all"))[-1].end * 10000 | round' "$BATS_TEST_TMPDIR/moves") == "$end" ]]
}

@test "of the sample: new, won and lost as SQLite has them" {
	jq -r 'select(.metric == "pipeline_movement" and .bucket == "month" and .segment == {})
		| "\(.date) \(.begin) \(.new) \(.won) \(.lost) \(.deals.end)"' "$W/measures" > "$BATS_TEST_TMPDIR/ours"
	sqlite3 -separator ' ' "$W/sample.db" "
		with recursive m(f, t) as (values ('2023-04-01', '2023-04-30') union all
			select date(f, '+1 month'), date(f, '+2 months', '-1 day') from m where f < '2024-04-01')
		select f, ifnull((select sum(amount) from d where created < f and (outcome = 'open' or recorded >= f)), 0),
			(select sum(amount) from d where created between f and t),
			-(select sum(amount) from d where outcome = 'won' and recorded between f and t),
			-(select sum(amount) from d where outcome = 'lost' and recorded between f and t),
			(select count(*) from d where created <= t and (outcome = 'open' or recorded > t)) from m" > "$BATS_TEST_TMPDIR/theirs"
	alike "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
}

@test "slippage: of four due in March two were still open, one of them put off" {
	run month
	[[ $(of slippage '[.n, .slipped, .pushed_out, .value]' <<< "$output") == '[4,2,1,0.5]' ]]
	[[ $(of slippage_amount '[.n, .due_amount, .slipped_amount, .value, .effective_n]' <<< "$output") == '[4,1100,600,0.545455,3.102564]' ]]
}

@test "a month that is not over counts what was due so far, and what was put off beyond it" {
	run measure --by all --changes "$P/changes" --last 1 --as-of 2024-03-21 < "$P/deals"
	# a was put off to April, b was due on the 15th and is won, c is lost; f is due tomorrow.
	[[ $(of slippage '[.n, .slipped, .pushed_out]' <<< "$output") == '[3,1,1]' ]]
}

@test "pushes: five, of three deals, 130 days in all; one deal for the third time" {
	run month
	[[ $(of push_count 'select(.bucket == "month") | [.value, .n, .pushed_days, .pushed_thrice, .low, .high]' <<< "$output") \
		== '[5,3,130,1,1.623486,11.668332]' ]]
}

@test "coverage and attainment against a target; without one, against what a quarter brings" {
	BY=region run month --by all --targets "$P/targets.csv"
	[[ $(of pipeline_coverage '[.segment.region, .against, .open_amount, .won_amount, .remaining, .value]' <<< "$output") \
		== '["Europe","target",0,270,230,0]
[null,"target",1020,270,730,1.39726]' ]]
	[[ $(of attainment '[.segment.region, .value, .low, .high, .n, .elapsed]' <<< "$output") \
		== '["Europe",0.54,0,1.32887,2,1]
[null,0.27,0,0.664435,2,1]' ]]
	# 31 days of history: since b, the first decided deal, 20 days are known; 270 in these is 1231.875 a quarter.
	run month
	[[ $(of pipeline_coverage '[.against, .days, .open_amount, .value]' <<< "$output") == '["history",20,1770,1.436834]' ]]
}

@test "rep performance: each rep's rate, amount and cycle are those of SQLite" {
	jq -rs 'map(select(.bucket == "year" and .segment.sales_rep_id)) | group_by(.segment.sales_rep_id)[]
		| (map({key: .metric, value: .}) | from_entries) as $m
		| "\(.[0].segment.sales_rep_id) \($m.win_rate.value) \($m.win_rate.n) \($m.won_amount.value) \($m.cycle_mean.value)"' \
		"$W/measures" > "$BATS_TEST_TMPDIR/ours"
	sqlite3 -separator ' ' "$W/sample.db" "
		select rep, avg(outcome = 'won'), count(*), sum(amount * (outcome = 'won')), avg(julianday(closed) - julianday(created))
		from d where outcome <> 'open' and recorded > (select date(max(max(recorded), max(created)), '-365 days') from d)
		group by rep order by rep" > "$BATS_TEST_TMPDIR/theirs"
	alike "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
}

@test "loss reasons: shares of those that were given" {
	lost() { echo "{\"deal_id\":\"$1\",\"created_date\":\"2024-03-01\",\"closed_date\":\"2024-03-09\",\"outcome\":\"lost\",\"amount\":1${2:+,\"lost_reason\":\"$2\"}}"; }
	run measure --by all --last 1 < <(lost 1 Price; lost 2 Price; lost 3 Competitor; lost 4 "No budget"; lost 5)
	[[ $(of loss_reason 'select(.bucket == "month") | [.reason, .value, .lost, .n, .not_given]' <<< "$output") \
		== '["Competitor",0.25,1,4,1]
["No budget",0.25,1,4,1]
["Price",0.5,2,4,1]' ]]
}

@test "what a store saw from one load to the next is what moved" {
	load_deals() {	# DAY, the deals on stdin
		export SALESWATCH_NOW=$1T04:00:00Z
		store put deal --stage "$1" --db "$BATS_TEST_TMPDIR/db"
		store commit "$1" --db "$BATS_TEST_TMPDIR/db"
	}
	deal() { echo "{\"deal_id\":\"$1\",\"created_date\":\"2024-02-0$1\",\"outcome\":\"${6:-open}\",\"amount\":$2,\"stage\":\"$3\",\"expected_close_date\":\"$4\"${5:+,\"closed_date\":\"$5\"},\"source\":\"crm\"}"; }
	load_deals 2024-02-20 < <(deal 1 100 Lead 2024-03-10; deal 2 200 Lead 2024-03-20; deal 3 300 Demo 2024-03-25)
	load_deals 2024-03-12 < <(deal 1 150 Demo 2024-03-30; deal 2 200 Demo 2024-04-20; deal 3 300 Demo 2024-03-11 2024-03-11 won)
	store get deal --db "$BATS_TEST_TMPDIR/db" > "$BATS_TEST_TMPDIR/deals"
	store get change --db "$BATS_TEST_TMPDIR/db" > "$BATS_TEST_TMPDIR/changes"
	validate change < "$BATS_TEST_TMPDIR/changes" > "$BATS_TEST_TMPDIR/good"
	cmp "$BATS_TEST_TMPDIR/good" "$BATS_TEST_TMPDIR/changes"
	run measure --by all --changes "$BATS_TEST_TMPDIR/changes" --last 1 --as-of 2024-03-31 < "$BATS_TEST_TMPDIR/deals"
	[[ $(of pipeline_movement 'select(.bucket == "month") | [.scope, .begin, .up, .pushed_out, .won, .end]' <<< "$output") \
		== '["all",600,50,0,-300,350]
["expected",600,50,-200,-300,150]' ]]
	[[ $(of push_count 'select(.bucket == "month") | [.value, .pushed_days]' <<< "$output") == '[2,51]' ]]
	# Nobody saw when they entered Lead; Demo was entered in March, and nothing has come of it yet.
	[[ $(of stage_conversion 'select(.bucket == "month") | [.stage, .n, .open]' <<< "$output") == '["Demo",2,2]' ]]
	measure --by all --changes "$BATS_TEST_TMPDIR/changes" --last 1 --as-of 2024-03-11 < "$BATS_TEST_TMPDIR/deals" |
		of pipeline_movement 'select(.bucket == "month") | [.begin, .end] | select(. != [600, 600])' | (! grep .)
}

# --- the whole -------------------------------------------------------------------------------

@test "what the data lack is said, once, and only that" {
	run measure --by all --by region <<< "$(five)"
	[[ $(jq -r 'select(.lacks) | "\(.metric) \(.lacks)"' <<< "$output") == "stage_conversion stage history
stage_exit_conversion stage history
time_in_stage_median stage history
time_in_stage_p90 stage history
attainment targets
slippage expected_close_date
push_count expected_close_date
loss_reason lost_reason" ]]
	run --separate-stderr month --targets "$P/targets.csv"
	[[ $(jq -r 'select(.lacks) | .metric' <<< "$output" | paste -sd' ') == "stage_conversion stage_exit_conversion time_in_stage_median time_in_stage_p90" ]]
}

@test "every record is as its schema says, and no two are of the same thing" {
	{ cat "$W/measures"; month --targets "$P/targets.csv"; } | validate measure > /dev/null
	run jq -sr 'group_by([.metric, .bucket, .date, .segment, .stage, .reason, .scope, .target_to])[] | select(length > 1) | .[0]' "$W/measures"
	expect 0 "" ""
}

@test "the order of the lines changes nothing" {
	measure --by all --by region --changes <(tac "$P/changes") --last 1 --as-of 2024-03-31 < <(tac "$P/deals") > "$BATS_TEST_TMPDIR/back"
	BY=all month --by region | cmp - "$BATS_TEST_TMPDIR/back"
	shuf --random-source="$root/tests/data/deals.csv" "$W/deals" | measure | cmp - "$W/measures"
}

@test "what happens after the day changes nothing before it" {
	measure --by all --as-of 2023-12-31 < "$W/deals" > "$BATS_TEST_TMPDIR/then"
	jq -c 'select(.created_date <= "2023-12-31") | if (.recorded_at // .closed_date // "9")[:10] > "2023-12-31"
		then .outcome = "open" | del(.closed_date, .recorded_at) else . end' "$W/deals" |
		measure --by all --as-of 2023-12-31 | cmp - "$BATS_TEST_TMPDIR/then"
}

@test "changes and stages may be CSV or records" {
	jq -r -n '"deal_id,field,old,new,at,seen", (inputs | [.deal_id, .field, .old // "", .new // "", .at, .seen] | @csv)' "$P/changes" > "$BATS_TEST_TMPDIR/changes.csv"
	measure --by all --changes "$BATS_TEST_TMPDIR/changes.csv" --last 1 --as-of 2024-03-31 < "$P/deals" | cmp - <(month)
	story
	jq -Rc 'split(",") | select(.[0] != "deal_id") | {deal_id: .[0], stage: .[1], entered_date: .[2]}' "$BATS_TEST_TMPDIR/stages.csv" > "$BATS_TEST_TMPDIR/stages"
	cmp <(staged --stages "$BATS_TEST_TMPDIR/stages") <(staged --stages "$BATS_TEST_TMPDIR/stages.csv")
}

@test "what is wrong with a file is told with its line" {
	refused() {	# STATUS MESSAGE OPTION FILE-NAME, the file on stdin
		cat > "$BATS_TEST_TMPDIR/$4"
		run --separate-stderr measure "$3" "$BATS_TEST_TMPDIR/$4" <<< "$(five)"
		expect "$1" "" "measure: $BATS_TEST_TMPDIR/$2"
	}
	refused 65 "x.csv:1: no column stage" --stages x.csv <<< 'deal_id,entered_date'
	refused 65 "x.csv:2: entered_date: 1.2.24: neither a date nor an RFC 3339 instant" --stages x.csv <<< $'deal_id,stage,entered_date\n1,Lead,1.2.24'
	refused 65 "x.csv:3: no stage" --stages x.csv <<< $'deal_id,stage,entered_date\n1,Lead,2024-01-01\n1,,2024-01-02'
	refused 65 'x.csv:2: a quote that is not closed, or not doubled' --stages x.csv <<< $'deal_id,stage,entered_date\n1,"Lead,2024-01-01'
	refused 65 "x:1: no field" --changes x <<< '{"deal_id":"1","seen":"2024-01-01"}'
	refused 65 "x:1: new: much is no amount" --changes x <<< '{"deal_id":"1","field":"amount","new":"much","seen":"2024-01-01"}'
	refused 65 "x.csv:1: team: no field of this file" --targets x.csv <<< 'from,to,amount,team'
	refused 65 "x:1: team: no field of this file" --targets x <<< '{"from":"2024-01-01","to":"2024-03-31","amount":5,"team":"A"}'
	refused 65 "x.csv:2: to: before from" --targets x.csv <<< $'from,to,amount\n2024-02-01,2024-01-01,5'
	refused 65 "x.csv:2: amount: -5: no plain number above 0" --targets x.csv <<< $'from,to,amount\n2024-01-01,2024-02-01,-5'
	run --separate-stderr measure --stages "$BATS_TEST_TMPDIR/none.csv" <<< "$(five)"
	expect 66 "" "measure: $BATS_TEST_TMPDIR/none.csv: No such file or directory"
}

@test "wrong deals and wrong options are told" {
	deal='{"deal_id":"a","created_date":"2024-01-01","closed_date":"2024-02-01","outcome":"won","amount":5}'
	while IFS='|' read -r second message; do
		run --separate-stderr measure --by all < <(echo "$deal"; echo "$second")
		expect 65 "" "measure: stdin:$message"
	done <<-'END'
	{"deal_id":"a","outcome":"open"}| deal_id a: twice (dedupe keeps one)
	{"outcome":"open"}|2: deal_id: : there must be one
	{"deal_id":"b"}|2: outcome: : must be won, lost or open
	{"deal_id":"b","outcome":"Won"}|2: outcome: Won: must be won, lost or open
	{"deal_id":"b","outcome":"open","amount":1e3}|2: amount: 1e3: not a plain number
	{"deal_id":"b","outcome":"open","created_date":"2024-02-30"}|2: created_date: 2024-02-30: no such day
	END
	run --separate-stderr measure <<< "${deal/\}/,\"currency\":\"USD\"\}}"$'\n'"${deal/\"a\"*/\"b\",\"outcome\":\"open\",\"currency\":\"EUR\"\}}"
	expect 65 "" "measure: stdin:2: EUR: cannot be added to USD: *"
	run --separate-stderr measure <<< '{"deal_id":"a","outcome":"open"}'
	expect 65 "" "measure: stdin: no deal has a date; --as-of says the day"
	for options in "--bucket day|--bucket day: must be week, month or quarter" "--last 0|--last 0: 1 to 1000" \
		"--as-of 2024-02-30|--as-of 2024-02-30: no such day" "--by a,a|--by a,a: a twice" "--by a,b,c,d|--by a,b,c,d: one to 3 fields" \
		"--as-of 0002-01-01|--last 13: more than there is before that day"; do
		# shellcheck disable=SC2086
		run --separate-stderr measure ${options%%|*} <<< "$deal"
		expect 64 "" "measure: ${options#*|}"
	done
}

@test "a target nobody measures is named" {
	run --separate-stderr measure --by all --changes "$P/changes" --targets "$P/targets.csv" < "$P/deals"
	expect 0 - 'measure: targets: {"region":"Europe"} is not measured: no deals, or --by lacks it'
}

@test "the summary counts what came in and was written" {
	measure --by all --summary "$BATS_TEST_TMPDIR/summary" < "$P/deals" > "$BATS_TEST_TMPDIR/out"
	[[ $(jq -c '[.stage, .in, .out, .written]' "$BATS_TEST_TMPDIR/summary") == "[\"measure\",9,9,$(wc -l < "$BATS_TEST_TMPDIR/out")]" ]]
}
