# grade - alerts are held to what was planted by the rules of the outside scorer, figure by figure.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cat > truth.json <<-'END'
	{"scored_from":"2023-01-01","last_day":"2023-12-31","events":[
	{"kind":"win_rate_drop","segment":{"region":"Europe"},"start":"2023-02-01","end":"2023-03-31","oracle_z":6,"amount":300},
	{"kind":"win_rate_drop","segment":{"product_type":"Pro","region":"India"},"start":"2023-06-01","end":"2023-06-30","basis":"created","oracle_z":3,"amount":100},
	{"kind":"volume_drop","segment":{"lead_source":"Partner"},"start":"2023-08-01","end":"2023-08-31"},
	{"kind":"mix_shift","segment":{"lead_source":"Referral"},"start":"2023-10-01","end":"2023-10-31"},
	{"kind":"moon_phase","segment":{},"start":"2023-10-01","end":"2023-10-31"}]}
	END
}

# alert DATE TYPE SEGMENT
alert() { printf '{"kind":"finding","date":"%s","type":"%s","segment":%s,"direction":"down"}\n' "$@"; }
graded() { grade --truth truth.json; }

# label DATE TYPE SEGMENT: which of the five it counts as.
label() { alert "$@" | graded | jq -r '[.win_rate, .volume_drop | to_entries[] | select(.value == 1 and (.key | IN("exact", "nested", "misattributed", "false", "neutral"))) | .key] | join(" ")'; }

@test "an alert is exact, nested, misattributed, false, or not counted" {
	[[ $(label 2023-02-20 win_rate_drop '{"region":"Europe"}') == exact ]]
	[[ $(label 2023-02-20 win_rate_drop '{"region":"Europe","product_type":"Pro"}') == nested ]]
	[[ $(label 2023-02-20 win_rate_drop '{}') == nested ]]
	[[ $(label 2023-06-20 win_rate_drop '{"region":"India"}') == nested ]]
	[[ $(label 2023-06-20 win_rate_drop '{}') == false ]]
	[[ $(label 2023-06-20 win_rate_drop '{"region":"India","product_type":"Core"}') == misattributed ]]
	[[ $(label 2023-02-20 win_rate_rise '{"region":"Europe"}') == false ]]
	[[ $(label 2023-07-01 win_rate_rise '{"region":"Europe"}') == neutral ]]
	[[ $(label 2023-10-15 win_rate_rise '{}') == neutral ]]
	[[ $(label 2023-02-20 volume_drop '{"region":"Europe"}') == false ]]
}

@test "an event lives as long after its end as its kind and basis say, and no day longer" {
	[[ $(label 2023-04-14 win_rate_drop '{"region":"Europe"}') == exact ]]
	[[ $(label 2023-04-15 win_rate_drop '{"region":"Europe"}') == false ]]
	[[ $(label 2023-09-28 win_rate_drop '{"product_type":"Pro","region":"India"}') == exact ]]
	[[ $(label 2023-09-29 win_rate_drop '{"product_type":"Pro","region":"India"}') == false ]]
	[[ $(label 2023-09-30 volume_drop '{"lead_source":"Partner"}') == exact ]]
	[[ $(label 2023-10-01 volume_drop '{"lead_source":"Partner"}') == false ]]
	[[ $(label 2023-01-31 win_rate_drop '{"region":"Europe"}') == false ]]
}

@test "repeats within 28 days of the one before are one alert" {
	for day in 2023-02-05 2023-03-05 2023-04-02 2023-05-01; do alert $day win_rate_drop '{"region":"APAC"}'; done > alerts
	run --separate-stderr bash -c 'grade --truth truth.json < alerts | jq -c "[.raw_alerts, .alerts, .win_rate.false]"'
	expect 0 '[4,2,2]' ""
}

@test "recall, delay, attribution, precision and pipeline caught are as they should be" {
	{ alert 2022-12-31 win_rate_drop '{"region":"Europe"}'
		alert 2023-02-11 win_rate_drop '{"product_type":"Core","region":"Europe"}'
		alert 2023-02-20 win_rate_drop '{"region":"Europe"}'
		alert 2023-05-20 win_rate_drop '{"region":"LATAM"}'; } > alerts
	run --separate-stderr bash -c 'grade --truth truth.json < alerts | jq -c "[.weeks, .alerts, (.win_rate | .events, .found_exact, .recall_exact,
		.detectable, .recall_detectable, .delay_median, .delay_median_any, .attribution, .precision, .precision_strict, .false_per_week, .pipeline_caught)]"'
	expect 0 '[52.1,3,2,1,0.5,1,1,19,10,0,0.667,0.333,0.019,0.75]' ""
}

@test "with the deals, an event weighs what was open in its segment while it lasted" {
	jq 'del(.events[].amount)' truth.json > bare.json
	cat > deals <<-'END'
	{"deal_id":"a","created_date":"2023-01-01","closed_date":"2023-02-01","outcome":"won","amount":30,"region":"Europe"}
	{"deal_id":"b","created_date":"2023-01-01","closed_date":"2023-01-31","outcome":"won","amount":1000,"region":"Europe"}
	{"deal_id":"c","created_date":"2023-06-30","outcome":"open","amount":10,"region":"India","product_type":"Pro"}
	{"deal_id":"d","created_date":"2023-07-01","outcome":"open","amount":1000,"region":"India","product_type":"Pro"}
	END
	run bash -c 'echo "$1" | grade --truth bare.json --deals deals | jq .win_rate.pipeline_caught' _ "$(alert 2023-02-20 win_rate_drop '{"region":"Europe"}')"
	expect 0 0.75
}

@test "a period of one's own leaves out what lies outside it" {
	alert 2023-02-20 win_rate_drop '{"region":"Europe"}' > alerts
	run bash -c 'grade --truth truth.json --from 2023-05-01 --to 2023-12-31 < alerts | jq -c "[.alerts, .win_rate.events, .weeks]"'
	expect 0 '[0,1,35]'
}

@test "without a truth alerts are counted, and nothing is said of what was right" {
	alert 2023-02-20 win_rate_drop '{"region":"Europe"}' > alerts
	run bash -c 'grade --from 2023-01-01 --to 2023-01-28 < alerts | jq -c ".weeks, .win_rate"'
	expect 0 $'4\n{"alerts":0,"alerts_per_week":0}'
	run bash -c 'grade --from 2023-02-01 --to 2023-02-28 < alerts | jq -c ".weeks, .win_rate"'
	expect 0 $'4\n{"alerts":1,"alerts_per_week":0.25}'
}

@test "a placebo: each copy, and all with the interval of a Poisson count" {
	{ for copy in 1 1 3; do alert 2023-02-20 win_rate_drop '{"region":"Europe"}' | jq -c --argjson copy $copy '. + {copy: $copy}'; done
		{ alert 2023-02-21 rep_shift '{"sales_rep_id":"r1"}'; alert 2023-02-21 volume_drop '{"region":"Europe"}'; } | jq -c '. + {copy: 2}'
		for type in win_rate_drop win_rate_watch; do alert 2023-02-22 $type '{}' | jq -c '. + {copy: 3}'; done; } > alerts
	grade --copies 4 --from 2023-01-01 --to 2023-12-30 < alerts > placebo
	run jq -c '[.copy, .copies, .alerts, .company, .false_per_week, .false_per_week_max]' placebo
	expect 0 '[1,null,1,0,0.01923,null]
[2,null,0,0,0,null]
[3,null,1,1,0.01923,null]
[4,null,0,0,0,null]
[null,4,2,1,0.00962,0.01923]'
	# half the chi-square quantiles for 2: .2422093 and 7.2246877, over 208 weeks
	run jq -c 'select(.copies) | [.false_per_week_low, .false_per_week_high, .types.rep_shift.alerts]' placebo
	expect 0 '[0.00116,0.03473,1]'
	# the watch too is of the company, which is in none of these; and no outcome makes a volume
	[[ $(jq -c 'select(.copies) | .types | map_values(.alerts)' placebo) == '{"win_rate_drop":2,"rep_shift":1,"win_rate_watch":0}' ]]
	run --separate-stderr grade --copies 2 < alerts
	expect 65 "" "grade: stdin: an alert of copy 3, which is not 1 to 2"
}

@test "the order of alerts does not matter" {
	{ alert 2023-02-20 win_rate_drop '{"region":"Europe"}'
		alert 2023-03-20 win_rate_drop '{"region":"Europe"}'
		alert 2023-02-11 win_rate_drop '{"product_type":"Core","region":"Europe"}'; } > alerts
	tac alerts | graded | cmp - <(graded < alerts)
}

@test "a truth that is wrong is 78 with its line; an alert without a day is 65" {
	sed 's/2023-08-31/2023-08-32/' truth.json > wrong.json
	run --separate-stderr grade --truth wrong.json < /dev/null
	expect 78 "" "grade: wrong.json:4: /events/2/end: must be a day, YYYY-MM-DD"
	echo '{"last_day":"2023-01-01"}' > wrong.json
	run --separate-stderr grade --truth wrong.json < /dev/null
	expect 78 "" "grade: wrong.json*first_day*"
	echo '{"type":"win_rate_drop","segment":{}}' > alerts
	run --separate-stderr grade < alerts
	expect 65 "" "grade: stdin:1: no date"
	run --separate-stderr grade --from 2023-02-01 --to 2023-01-01 < alerts
	expect 64 "" "usage: *"
}

@test "on the committed sample: one of the planted drops, found exactly, in the period that was asked for" {
	alert 2024-03-30 win_rate_drop '{"product_type":"Enterprise","lead_source":"Referral"}' > alerts
	run bash -c 'grade --truth "$1" < alerts | jq -c ".weeks, (.win_rate | [.events, .found_exact, .delay_median, .precision])"' _ "$root/tests/data/truth.json"
	expect 0 $'52.3\n[10,1,19,1]'
	grade --truth "$root/tests/data/truth.json" < alerts | validate score --max-rejects 0 > /dev/null
}

# same_as_scorer TRUTH ALERTS: every figure is the one that the outside scorer gives.
same_as_scorer() {
	jq '.scored_from //= .first_day' "$1" > scored.json
	grade --truth scored.json < "$2" > ours
	python3 "$testdata/reference/score_alerts.py" --truth scored.json --alerts "$2" --json > theirs
	jq -en --slurpfile ours ours --slurpfile theirs theirs '$theirs[0] | [paths(scalars)] | length > 60 and
		all(.[]; . as $at | ($theirs[0] | getpath($at)) == ($ours[0] | getpath($at)))' > /dev/null ||
		{ diff <(jq -S '.. |= (if type == "object" then with_entries(select(.value != null)) else . end)' theirs) <(jq -S . ours); return 1; }
}

# chance_alerts TRUTH SEED: some near its events, some anywhere, many again and again.
chance_alerts() {
	python3 - "$1" "$2" <<-'END'
	import json, random, sys
	from datetime import date, timedelta
	t = json.load(open(sys.argv[1])); r = random.Random(int(sys.argv[2]))
	first = date.fromisoformat(t.get('scored_from', t['first_day'])); days = (date.fromisoformat(t['last_day']) - first).days
	kinds = ['win_rate_drop', 'win_rate_rise', 'volume_drop', 'cycle_slowdown', 'mix_shift', 'bulk_close', 'rep_momentum', 'win_rate_watch']
	values = {'region': ['Europe', 'India'], 'product_type': ['Core', 'Pro'], 'sales_rep_id': ['rep_01'], 'lead_source': ['Partner', 'Referral']}
	for i in range(600):
	    e = r.choice(t['events']) if t['events'] and r.random() < .7 else None
	    s = dict(e['segment']) if e else {}
	    d = date.fromisoformat(e['start']) + timedelta(r.randint(-20, 260)) if e else first + timedelta(r.randint(-30, days + 30))
	    if r.random() < .4:
	        k = r.choice(list(values)); s[k] = r.choice(values[k])
	    if s and r.random() < .3: s.pop(r.choice(list(s)))
	    print(json.dumps(dict(date=str(d), type=e['kind'] if e and r.random() < .7 else r.choice(kinds), segment=s, direction=r.choice(['up', 'down']))))
	END
}

@test "on the committed sample every figure is that of the outside scorer" {
	outside reference/score_alerts.py
	for seed in 1 2 3; do
		chance_alerts "$root/tests/data/truth.json" $seed > alerts
		same_as_scorer "$root/tests/data/truth.json" alerts
	done
}

# bats test_tags=figures
@test "on every outside world too, for alerts by chance and for those of a backtest" {
	outside reference/score_alerts.py
	outside data/truth
	export SALESWATCH_NOW=2026-01-01T00:00:00Z
	for world in "$testdata"/data/truth/*/; do
		chance_alerts "$world/truth.json" 7 > alerts
		same_as_scorer "$world/truth.json" alerts
		saleswatch backtest "$world/deals.csv" 2> /dev/null > alerts
		same_as_scorer "$world/truth.json" alerts
	done
}
