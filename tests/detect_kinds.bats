# detect_kinds - what detect finds beside win rates: slower deals, fewer or other new deals, clean-ups.
load helpers

rules=$root/pipelines/conf/rules.json

# invent [WHAT WHERE FROM [DAYS]]: 460 days of 30 new deals from 2022-01-01, 45 % won after 5 to 65 days.  From
# day FROM on, those WHERE ("region=India", or "all") are slow (take twice as long), fewer (every other one),
# more (twice as many) or, on that day alone, dead: 40 of them, 120 days old, lost.  Chance is a fixed series.
invent() {
	awk -v what="${1-}" -v where="${2-}" -v from="${3-0}" -v days="${4-460}" '
	function chance() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
	function pick(list,	n, of) { n = split(list, of, " "); return of[int(chance() * n) + 1] }
	function date(day,	m, year) {
		year = day < 0 ? 2021 : day < 365 ? 2022 : 2023
		day = day < 0 ? day + 365 : day % 365
		for (m = 1; day >= length_of[m]; m++) day -= length_of[m]
		return sprintf("%d-%02d-%02d", year, m, day + 1)
	}
	function is_there(	of) {
		if (where == "all") return 1
		split(where, of, "=")
		return value[of[1]] == of[2]
	}
	function deal(created, closed, won) {
		printf "{\"deal_id\":\"d%d\",\"created_date\":\"%s\",", ++id, date(created)
		if (closed < days) printf "\"closed_date\":\"%s\",", date(closed)
		printf "\"outcome\":\"%s\",\"amount\":%d.5,", (closed >= days ? "open" : won ? "won" : "lost"), 100 + int(chance() * 900)
		printf "\"sales_rep_id\":\"%s\",\"product_type\":\"%s\",\"region\":\"%s\"}\n", value["sales_rep_id"], value["product_type"], value["region"]
	}
	function draw() {
		value["region"] = pick("APAC Europe India LATAM")
		value["product_type"] = pick("Core Pro Enterprise")
		value["sales_rep_id"] = "rep_" int(chance() * 6 + 1)
	}
	BEGIN {
		seed = 20240601
		split("31 28 31 30 31 30 31 31 30 31 30 31", length_of, " ")
		for (day = -60; day < days; day++) {
			for (k = 0; k < 30; k++) {
				draw()
				there = is_there() && day >= from
				age = 5 + int(chance() * 60)
				if (what == "slow" && there) age *= 2
				if (day + age < 0 || what == "fewer" && there && k % 2) continue
				deal(day, day + age, chance() < 0.45)
				if (what == "more" && there) deal(day, day + age, chance() < 0.45)
			}
			for (k = 0; what == "dead" && day == from && k < 40; k++) {
				do draw(); while (!is_there())
				deal(day - 120 - k, day, 0)
			}
		}
	}'
}

# company [WHAT WHERE FROM [DAYS]]: its deals and metrics, in files.
company() {
	invent "$@" > deals
	count_deals
}

count_deals() {
	aggregate --clock recorded --by all --by region --by product_type --by sales_rep_id < deals > metrics
}

look() { detect --rules "$rules" --deals deals "$@" < metrics; }

# of_these: of findings those of no win rate.
of_these() { jq -c 'select(.type | IN("cycle_slowdown", "volume_drop", "mix_shift", "bulk_close"))'; }

# opened: type and segment of what opened, in that order; until $to, if it is set.
opened() { look --from 2022-01-01 ${to:+--to "$to"} | of_these | jq -c '[.type, .segment]'; }

# one TYPE FILTER: there is one finding of that type, and the filter holds for it.
one() { jq -es --arg type "$1" "map(select(.type == \$type)) | length == 1 and all($2)" > /dev/null; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "in noise there is none of these" {
	company
	run opened
	expect 0 ""
}

@test "deals of one region that take longer are found, open ones counted, and nothing else is" {
	company slow region=India 300
	run opened
	expect 0 '["cycle_slowdown",{"region":"India"}]'
	look --from 2022-01-01 | one cycle_slowdown '.direction == "up" and .z > .threshold and .clock == "created"
		and .opened == .date and .date > "2022-11-01" and .date < "2022-12-31" and .decided < .expected
		and .pace == (.decided / .expected * 100 | round / 100) and .cycle_days > .usual_cycle_days
		and .tried == 8 and .pipeline.deals > 100 and (.reps | length) == 3 and .n > .decided'
}

@test "a company that is slower as a whole is named so" {
	company slow all 300
	run opened
	expect 0 '["cycle_slowdown",{}]'
}

@test "more new deals of a quick product make nobody slower" {
	# Core takes half as long all the time; from 2022-11-17 on there is twice as much of it
	invent more product_type=Core 320 | jq -c 'def day: strptime("%Y-%m-%d") | mktime;
		if .product_type == "Core" and .closed_date
		then .closed_date = ((.created_date | day) + (.closed_date | day) | . / 2 | floor | strftime("%Y-%m-%d")) else . end' > deals
	count_deals
	to=2023-02-05 # all that was created by then is decided in time
	run opened
	expect 0 '["mix_shift",{"product_type":"Core"}]'
}

@test "the same region may be slow again: its first time is not what is usual" {
	invent slow region=India 250 640 | jq -c 'select(.created_date < "2022-12-07")' > deals
	invent "" "" 0 640 | sed 's/:"d/:"e/' | jq -c 'select(.created_date >= "2022-12-07" and .created_date < "2023-06-15")' >> deals
	invent slow region=India 500 640 | sed 's/:"d/:"f/' | jq -c 'select(.created_date >= "2023-06-15")' >> deals
	count_deals
	run opened
	expect 0 '["cycle_slowdown",{"region":"India"}]
["cycle_slowdown",{"region":"India"}]'
}

@test "fewer new deals of one region are a drop of its share" {
	company fewer region=Europe 320
	run opened
	expect 0 '["volume_drop",{"region":"Europe"}]'
	look --from 2022-01-01 | one volume_drop '.direction == "down" and .z < -.threshold and .value < .baseline
		and .value_low < .value and .value < .value_high and .value == (.created / .n * 10000 | round / 10000)
		and .effect < 0 and .days == 28 and .date > "2022-11-20" and .date < "2022-12-20"'
}

# until_day DAY: from that day on the deals are as they would have been.
until_day() {
	jq -c --arg day "$1" 'select(.created_date < $day)' deals > until
	invent | sed 's/:"d/:"e/' | jq -c --arg day "$1" 'select(.created_date >= $day)' >> until
	mv until deals
	count_deals
}

@test "more new deals of one region are a shift of the mix, and its end is no drop" {
	company more region=LATAM 300
	until_day 2023-01-01
	run opened
	expect 0 '["mix_shift",{"region":"LATAM"}]'
}

@test "nor is it where it ends about when it would have become what is usual" {
	local day
	for day in 2022-12-25 2023-01-04 2023-01-14; do
		company more region=LATAM 230
		until_day "$day"
		run opened
		expect 0 '["mix_shift",{"region":"LATAM"}]'
	done
}

@test "many old deals closed as lost on one day are told once, and are left out of the speed of deals" {
	company dead region=India 330
	run opened
	expect 0 '["bulk_close",{"region":"India"}]'
	look --from 2022-01-01 > findings
	one bulk_close '.opened == "2022-11-27" and .n == 40 and .older_than >= 40 and .older_than < 120
		and (.deals | length) == 20 and .amount > 4000 and .expected < 2 and .direction == "down"' < findings
	jq -s 'map({(.deal_id): .}) | add' deals > by_id
	jq -es --slurpfile deals by_id 'map(select(.type == "bulk_close"))[0] | [.deals[] as $id | $deals[0][$id]] |
		all(.region == "India" and .outcome == "lost" and .closed_date == "2022-11-27")
		and ([.[].amount] == ([.[].amount] | sort | reverse))' findings
	jq -es 'all(.type | startswith("win_rate") | not)' findings
}

@test "a clean-up is named after whom it explains best: a rep, a product, or all" {
	for who in sales_rep_id=rep_3 product_type=Pro all; do
		company dead "$who" 330
		want='["bulk_close",{"'${who%=*}'":"'${who#*=}'"}]'
		[[ $who != all ]] || want='["bulk_close",{}]'
		run opened
		expect 0 "$want"
	done
}

@test "old deals of which many were won are no clean-up" {
	company dead region=India 330
	jq -c 'if .closed_date == "2022-11-27" and (.deal_id[-1:] | tonumber) < 3 then .outcome = "won" else . end' deals > worked
	mv worked deals
	count_deals
	run opened
	expect 0 ""
}

@test "a night is the last day of a backtest; what opened stays until it is over" {
	company slow region=India 300
	day=$(look --from 2022-01-01 | of_these | jq -r .opened)
	look --from 2022-01-01 | of_these > told
	look --as-of "$day" | of_these | cmp - told
	[[ -z $(look --as-of "$(date -d "$day - 1 day" +%F)" | of_these) ]]
	[[ $(look --as-of "$(date -d "$day + 60 days" +%F)" | of_these | jq -r .opened) == "$day" ]]
	company dead region=India 330
	[[ $(look --as-of 2022-12-03 | of_these | jq -r .opened) == 2022-11-27 ]]
	[[ -z $(look --as-of 2022-12-04 | of_these) ]]
}

@test "neither the order of deals nor the names of segments change anything" {
	for what in "slow region=India 300" "fewer region=Europe 320" "dead region=India 330"; do
		# shellcheck disable=SC2086
		company $what
		look --from 2022-01-01 | of_these > told
		[[ -s told ]]
		sort -t'"' -k4,4r deals > other && mv other deals
		look --from 2022-01-01 | of_these | cmp - told
		sed -i 's/"India"/"Zealand"/; s/"Europe"/"Abroad"/' deals
		count_deals
		look --from 2022-01-01 | of_these | sed 's/"Zealand"/"India"/; s/"Abroad"/"Europe"/' | cmp - told
	done
}

@test "what happens later changes nothing that was found before" {
	for what in "slow region=India 250" "fewer region=Europe 260" "more region=LATAM 260" "dead region=India 300"; do
		# shellcheck disable=SC2086
		company $what
		look --from 2022-01-01 --to 2022-12-20 | of_these > before
		[[ -s before ]]
		jq -c 'select(.created_date <= "2022-12-20") | if .outcome != "open" and .closed_date > "2022-12-20"
			then .outcome = "open" | del(.closed_date) else . end' deals > known
		mv known deals
		count_deals
		look --from 2022-01-01 --to 2022-12-20 | of_these | cmp - before
	done
}

@test "each kind can be off, and have its own bar" {
	rules=$PWD/rules.json
	while IFS='|' read -r what quiet; do
		# shellcheck disable=SC2086
		company $what
		echo '{}' > rules.json
		[[ -n $(opened) ]]
		echo "{\"detect\":$quiet}" > rules.json
		run opened
		expect 0 ""
	done <<-'END'
	slow region=India 300|{"cycle_slowdown":{"on":false}}
	slow region=India 300|{"cycle_slowdown":{"min_pipeline":1e9}}
	fewer region=Europe 320|{"volume_drop":{"on":false}}
	fewer region=Europe 320|{"volume_drop":{"min_points":40}}
	more region=LATAM 300|{"mix_shift":{"on":false}}
	more region=LATAM 300|{"mix_shift":{"min_pipeline":1e9}}
	dead region=India 330|{"bulk_close":{"on":false}}
	dead region=India 330|{"bulk_close":{"min_deals":60}}
	END
}

@test "who allows more false alarms is told sooner, by a lower threshold" {
	rules=$PWD/rules.json
	company slow region=India 300
	for budget in 0.01 0.5; do
		echo "{\"detect\":{\"cycle_slowdown\":{\"max_false_alarms_per_quarter\":$budget}}}" > rules.json
		look --from 2022-01-01 | of_these | jq -r '[.threshold, .opened] | @tsv' >> told
	done
	# 8 segments, 6 windows, 13 weeks: 0.01 in 624 looks, one-sided, is z = 4.16; 0.5 is 3.16
	run cut -f 1 told
	expect 0 '4.16
3.16'
	[[ $(sed -n 1p told | cut -f 2) > $(sed -n 2p told | cut -f 2) || $(sed -n 1p told | cut -f 2) == $(sed -n 2p told | cut -f 2) ]]
}

@test "wrong rules are 78, with the line and the key" {
	company
	while IFS='|' read -r text message; do
		printf '{\n"detect": {\n%s\n}}\n' "$text" > wrong.json
		run --separate-stderr detect --rules wrong.json --deals deals < metrics
		expect 78 "" "detect: wrong.json:$message"
	done <<-'END'
	"cycle_slowdown": {"treshold": 4}|3: /detect/cycle_slowdown: unknown key "treshold"
	"cycle_slowdown": {"threshold": 2}|3: /detect/cycle_slowdown/threshold: must be between 3 and 10
	"cycle_slowdown": {"threshold": 4, "max_false_alarms_per_quarter": 1}|3: /detect/cycle_slowdown/max_false_alarms_per_quarter: beside a threshold: one of the two
	"cycle_slowdown": {"min_points": 4}|3: /detect/cycle_slowdown: unknown key "min_points"
	"volume_drop": {"on": "no"}|3: /detect/volume_drop/on: must be true or false
	"volume_drop": {"min_points": -1}|3: /detect/volume_drop/min_points: must be between 0 and 100
	"mix_shift": {"max_false_alarms_per_quarter": 101}|3: /detect/mix_shift/max_false_alarms_per_quarter: must be between 0 and 100
	"bulk_close": {"min_deals": 1}|3: /detect/bulk_close/min_deals: must be between 2 and 1e+06
	END
}

@test "they are alerts that say what they are about, and as the schemas say" {
	for what in "slow region=India 300" "fewer region=Europe 320" "more region=LATAM 300" "dead region=India 330"; do
		# shellcheck disable=SC2086
		company $what
		look --from 2022-01-01 | of_these
	done > findings
	validate "$root/schemas/finding.json" < findings > valid && cmp valid findings
	prioritize --rules "$root/pipelines/conf/rules.json" < findings > alerts
	validate "$root/schemas/alert.json" < alerts > valid && cmp valid alerts
	run bash -c 'jq -rs "sort_by(.type)[] | [.type, .severity, .title, .message] | @tsv" alerts | sed -E "s/[0-9.]+%/N%/g; s/[0-9]+ (deals|days)/N \1/g; s/ [0-9]+ (are|expected)/ N \1/g"'
	expect 0 'bulk_close	insight	Old Deals Cleaned Up	India: N deals older than N days were closed as lost on 2022-11-27; they are left out of win rates.
cycle_slowdown	warning	Slower Deals	India: of the deals created in the last N days N are decided, N expected by now (N% of the usual pace). N% are decided within N days, usually within N days.
mix_shift	insight	Shift in the Mix of New Deals	LATAM is N% of the deals created in the last N days, up from N%.
volume_drop	warning	Fewer New Deals	Europe is N% of the deals created in the last N days, down from N%.'
	render --templates "$root/pipelines/templates" --as text < alerts > shown
	grep -E '^Evidence: [0-9]+ decided, [0-9]+ expected; 8 segments tried; ' shown
	grep -E '^Evidence: [0-9]+ of [0-9]+ new deals, [0-9]+ expected; 4 segments tried; ' shown
	grep -E '^Evidence: 40 old deals closed, [0-9.]+ expected; ' shown
	[[ $(grep -ci won shown) == 0 ]]
	for each in $(jq -r .type alerts); do
		jq -c "select(.type == \"$each\")" alerts | render --templates "$root/pipelines/templates" --as mail | grep -i '^Subject: \[P[23]\] .*: [A-Z]'
	done
}

# figures WORLD: per kind, what is asked of it, on a world of planted events.
figures() {
	local world=$testdata/data/truth/$1
	fetch csv "$world/deals.csv" --map "$root/pipelines/conf/maps/default.json" --rejects /dev/null |
		validate deal --map "$root/pipelines/conf/maps/default.json" --rejects /dev/null | dedupe > deals
	aggregate --clock recorded < deals > metrics
	look --from 2022-01-01 | of_these > alerts
	python3 "$testdata/reference/score_alerts.py" --truth "$world/truth.json" --alerts alerts --json
}

# bats test_tags=figures
@test "planted slowdowns, drops, shifts and clean-ups are found in worlds from outside, and no others" {
	outside data/truth/default-601
	export SALESWATCH_NOW=2032-01-01T00:00:00Z
	for world in "$testdata"/data/truth/*/; do
		figures "$(basename "$world")"
	done | jq -es '[.[] | .cycle_slowdown, .volume_drop, .mix_shift, .bulk_close] |
		(map(.events) | add) as $events | (map(.found_exact) | add) as $found | (map(.false + .misattributed + .nested) | add) as $false |
		$found >= .95 * $events and $false <= .05 * $events' > /dev/null
}

# bats test_tags=figures
@test "5,000 deals without a signal raise none of these; a clean-up planted there is found" {
	outside data/sales_data.csv
	export SALESWATCH_NOW=2030-01-01T00:00:00Z
	fetch csv "$testdata/data/sales_data.csv" | validate deal > deals
	count_deals
	run opened
	expect 0 ""
	jq -c 'select(.region == "India" and .closed_date > "2023-12-01") |
		.deal_id += "x" | .created_date = "2023-02-01" | .closed_date = "2023-11-15" | .outcome = "lost"' deals | sed 30q > dead
	cat dead >> deals
	count_deals
	run opened
	expect 0 '["bulk_close",{"region":"India"}]'
}
