# detect - what changed: planted changes are found and named, noise is not.
load helpers

rules=$root/pipelines/conf/rules.json

# invent [WHERE FROM RATE [UNTIL]]: 400 days of 24 deals from 2022-01-01, 45 % won; from day FROM on, up
# to UNTIL, RATE of those WHERE ("all", "region=India", "product_type=Core,region=India").  Chance is a fixed series.
invent() {
	awk -v where="${1-}" -v from="${2-0}" -v rate="${3-0}" -v until="${4-400}" '
	function chance() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
	function pick(list,	n, of) { n = split(list, of, " "); return of[int(chance() * n) + 1] }
	function date(day,	m, year) {
		year = day < 0 ? 2021 : day < 365 ? 2022 : 2023
		day = day < 0 ? day + 365 : day % 365
		for (m = 1; day >= length_of[m]; m++) day -= length_of[m]
		return sprintf("%d-%02d-%02d", year, m, day + 1)
	}
	function is_there(	n, i, part, part_of) {
		if (where == "all") return 1
		n = split(where, part, ",")
		for (i = 1; i <= n; i++) { split(part[i], part_of, "="); if (value[part_of[1]] != part_of[2]) return 0 }
		return n > 0
	}
	BEGIN {
		seed = 20240601
		split("31 28 31 30 31 30 31 31 30 31 30 31", length_of, " ")
		for (day = 0; day < 400; day++) for (k = 0; k < 24; k++) {
			value["region"] = pick("APAC Europe India LATAM")
			value["product_type"] = pick("Core Pro Enterprise")
			value["sales_rep_id"] = "rep_" int(chance() * 6 + 1)
			there = is_there() && day >= from && day < until
			won = chance() < (there ? rate : 0.45)
			printf "{\"deal_id\":\"d%d\",\"created_date\":\"%s\",\"closed_date\":\"%s\",\"outcome\":\"%s\",\"amount\":%d.5,", ++id, date(day - int((there ? 2 : 3) * (4 + chance() * 12))), date(day), won ? "won" : "lost", 100 + int(chance() * 900)
			printf "\"sales_rep_id\":\"%s\",\"product_type\":\"%s\",\"region\":\"%s\"}\n", value["sales_rep_id"], value["product_type"], value["region"]
		}
		for (k = 0; k < 3; k++)
			printf "{\"deal_id\":\"o%d\",\"created_date\":\"2023-01-2%d\",\"outcome\":\"open\",\"amount\":%s,\"sales_rep_id\":\"rep_%d\",\"product_type\":\"Core\",\"region\":\"India\"}\n", k, k, k == 0 ? "1000.10" : "2000.20", k == 0 ? 5 : 2
	}'
}

# company [WHERE FROM RATE [UNTIL]]: its deals and metrics, in files.
company() {
	invent "$@" > deals
	count_deals
}

count_deals() {
	aggregate --clock recorded --by all --by region --by product_type --by sales_rep_id \
		--by product_type,region < deals > metrics
}

look() { detect --rules "$rules" --deals deals "$@" < metrics; }

# opened TYPE: the segments of the findings of a type, in the order in which they opened.
opened() { look --from 2022-01-01 | jq -c "select(.type | test(\"^$1\")) | .segment"; }

# one TYPE FILTER: there is one finding of that type, and the filter holds for it.
one() { jq -es --arg type "$1" "map(select(.type == \$type)) | length == 1 and all($2)" > /dev/null; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "in noise it finds no change and no insight" {
	company
	run opened "win_rate_[dr]"
	expect 0 ""
	run opened segment
	expect 0 ""
}

@test "a drop of one region is found, and nothing else is" {
	company region=India 340 0.2
	run opened "win_rate_[dr]"
	expect 0 '{"region":"India"}'
	look --from 2022-01-01 | one win_rate_drop '.direction == "down" and .z < -.threshold
		and .opened == .date and .date > "2022-12-07" and .date < "2023-01-20"'
}

@test "a drop of a pair is found, and named as the pair" {
	company product_type=Core,region=India 320 0.1
	run opened win_rate_drop
	expect 0 '{"product_type":"Core","region":"India"}'
}

@test "a drop of the whole company is found, and named so" {
	company all 330 0.25
	run opened win_rate_drop
	expect 0 '{}'
}

@test "a drop of which nothing was recorded for eight weeks is told no more" {
	company region=India 340 0.2
	[[ -n $(look --as-of 2023-03-20 | jq -c 'select(.type == "win_rate_drop")') ]]
	look --as-of 2023-05-01 --incidents told | jq -e -s 'all(.type != "win_rate_drop")'
	jq -es 'length == 1 and .[0].segment == {region: "India"} and .[0].closed > "2023-03-20"' told
}

@test "a drop that is over on the day it shows is not told, and the ledger says so" {
	company region=India 330 0.2 348
	run opened "win_rate_[dr]"
	expect 0 ""
	look --as-of 2022-12-15 | one win_rate_watch '.segment == {region: "India"}'
	look --as-of 2022-12-16 --ledger ledger > /dev/null
	[[ $(jq -r 'select(.segment == {region: "India"}) | .verdict' ledger) == "over before it showed: from 2022-11-26 to 2022-12-15" ]]
	company region=India 330 0.2 360
	run opened "win_rate_[dr]"
	expect 0 '{"region":"India"}'
}

@test "of what was over before it was told nothing is a recovery; what was not wanted was not over" {
	invent region=India 330 0.2 348 | jq -c 'select(.closed_date < "2022-12-19")' > deals
	invent region=India 352 0.8 | sed 's/:"d/:"e/' | jq -c 'select(.closed_date >= "2022-12-19" or .outcome == "open")' >> deals
	count_deals
	look --from 2022-01-01 | jq -c 'select(.type | test("^win_rate_[dr]|recovery")) | [.type, .segment]' > told
	[[ $(cat told) == '["win_rate_rise",{"region":"India"}]' ]]
	company region=India 330 0.2 360
	jq '.detect.win_rate.drop = false' "$rules" > own.json
	rules=own.json look --as-of 2022-12-20 --ledger ledger > /dev/null
	[[ $(jq -r 'select(.segment == {region: "India"}) | .verdict' ledger) == "fired, but not wanted" ]]
	rules=own.json look --as-of 2023-01-10 --ledger ledger > /dev/null
	jq -es 'all(.verdict | startswith("over") | not)' ledger
}

@test "a rise is found" {
	company region=LATAM 330 0.75
	run opened "win_rate_[dr]"
	expect 0 '{"region":"LATAM"}'
	look --from 2022-01-01 | one win_rate_rise '.direction == "up" and .z > .threshold'
}

@test "a rep who wins less is found, and the momentum is the ratio of the rates it prints" {
	company sales_rep_id=rep_3 240 0.28
	[[ $(opened rep_shift) == '{"sales_rep_id":"rep_3"}' ]]
	look --from 2022-01-01 | one rep_shift '
		(.value / .baseline * 100 | round) == (.momentum * 100 | round) and .momentum < .9 and .probability > .8
		and .raw.recent_n == .n and .raw.historical_n == .baseline_n and .direction == "down"'
}

@test "a clean-up of dead deals on one day is no drop" {
	company
	jq -c 'select(.closed_date == "2022-12-20" and .region == "India") |
		range(12) as $i | .deal_id += "-\($i)" | .outcome = "lost" | .created_date = "2022-05-01"' deals > extra
	cat extra >> deals
	aggregate --clock recorded --by all --by region --by product_type --by sales_rep_id < deals > metrics
	run opened "win_rate_[dr]"
	expect 0 ""
}

@test "a segment that wins more all year is an insight, with its speed" {
	company region=APAC 0 0.65
	run opened segment_insight
	expect 0 '{"region":"APAC"}'
	look | one segment_insight '.value > .6 and .baseline < .55
		and .velocity > 1.3 and .velocity < 1.45 and .opened < .date and .z > .threshold'
}

@test "an insight says by which clock its deals were counted: that of the metrics" {
	company region=APAC 0 0.65
	for clock in closed recorded; do
		aggregate --clock "$clock" < deals > metrics
		look | one segment_insight ".clock == \"$clock\""
	done
}

@test "a finding carries its evidence: counts, intervals, what is at stake, who and which" {
	company region=India 340 0.2
	look > findings
	one win_rate_drop '.value_low < .value and .value < .value_high and (.value * .n | round) == .won
		and .expected > .won and .tried == 26 and .evaluated_days == 400
		and (.deals | length) == 20 and .opened < .date and .to == .date' < findings
	run jq -c 'select(.type == "win_rate_drop") | [.pipeline, .reps]' findings
	expect 0 '[{"amount":5000.5,"deals":3},[{"sales_rep_id":"rep_2","amount":4000.4,"deals":2},{"sales_rep_id":"rep_5","amount":1000.1,"deals":1}]]'
	jq -s 'map({(.deal_id): .}) | add' deals > by_id
	jq -es --slurpfile deals by_id 'map(select(.type == "win_rate_drop"))[0] | [.deals[] as $id | $deals[0][$id]] |
		all(.region == "India" and .outcome == "lost") and ([.[].amount] == ([.[].amount] | sort | reverse))' findings
	# Where deals have an address, so have those that are named.
	jq -c '.url = "https://crm.example.com/" + .deal_id' deals > there && mv there deals
	[[ $(look | jq -c 'select(.type == "win_rate_drop") | [.deals[].deal_id] == [.deals[].url[24:]], [.deals[].deal_id]') == \
		"true"$'\n'"$(jq -c 'select(.type == "win_rate_drop").deals' findings)" ]]
	look | validate finding > /dev/null
}

@test "a night is the last day of a backtest, and an episode keeps the day it opened" {
	company region=India 340 0.2
	day=$(look --from 2022-01-01 | jq -r 'select(.type == "win_rate_drop") | .opened')
	look --from 2022-01-01 | jq -c 'select(.type == "win_rate_drop")' > told
	look --as-of "$day" | jq -c 'select(.type == "win_rate_drop")' | cmp - told
	[[ $(look --as-of "$(date -d "$day + 1 day" +%F)" | jq -r 'select(.type == "win_rate_drop") | .opened') == "$day" ]]
	[[ -z $(look --as-of "$(date -d "$day - 1 day" +%F)" | jq -c 'select(.type == "win_rate_drop")') ]]
}

@test "what happens later changes nothing that was found before" {
	company region=India 320 0.2
	look --from 2022-01-01 --to 2022-12-20 > before
	[[ -s before ]]
	jq -c 'select(.created_date <= "2022-12-20") | if .outcome != "open" and .closed_date > "2022-12-20"
		then .outcome = (if .outcome == "won" then "lost" else "won" end) else . end' deals > changed
	mv changed deals
	count_deals
	look --from 2022-01-01 --to 2022-12-20 | cmp - before
	jq -c 'select(.created_date <= "2022-12-20") | if .outcome != "open" and .closed_date > "2022-12-20"
		then .outcome = "open" | del(.closed_date) else . end' deals > known
	mv known deals
	count_deals
	look --from 2022-01-01 --to 2022-12-20 | cmp - before
}

@test "the same bytes in any locale and zone, and in any order of the deals of other days" {
	company region=India 340 0.2
	look --ledger one > first
	LC_ALL=C.UTF-8 TZ=Pacific/Kiritimati look --ledger two | cmp - first
	cmp one two
	(unset LANG; LC_ALL=C TZ=America/Adak look) | cmp - first
	sort -s -t'"' -k12,12r deals > other && mv other deals
	look | jq -c 'del(.deals)' | cmp - <(jq -c 'del(.deals)' first)
}

@test "the ledger has every segment and why it was told or not" {
	company region=India 340 0.2
	look --ledger ledger > /dev/null
	[[ $(jq -rs 'map(select(.segment == {region: "India"}))[0].verdict' ledger) == fired ]]
	[[ $(jq -rs 'map(select(.segment == {region: "APAC"}))[0].verdict' ledger) == "below threshold" ]]
	[[ $(jq -rs 'map(select(.segment == {product_type: "Pro", region: "India"}))[0].verdict' ledger) == "explained by region=India" ]]
	jq -es 'length == 26 and all(.evaluated_days == 400 and .tried == 26)' ledger
	jq -es 'all(.verdict != "below threshold" or .visible > .05)' ledger
}

@test "with too little history it says how much is missing" {
	company
	run --separate-stderr look --as-of 2022-03-31
	expect 0 "" "detect: needs 9 more weeks of recorded deals"
	run --separate-stderr look --as-of 2022-05-31
	expect 0 - ""
}

@test "no deal, or none decided, is too little history and nothing else" {
	company
	jq -c 'select(.outcome == "open")' deals > open
	for deals in /dev/null open; do
		for asked in "" "--as-of 2022-06-30" "--from 2022-01-01"; do
			# shellcheck disable=SC2086	# options
			run --separate-stderr detect --rules "$rules" --deals $deals $asked < metrics
			expect 0 "" "detect: needs 22 more weeks of recorded deals"
		done
	done
}

@test "deals of unknown creation tell a change all the same" {
	company region=India 340 0.2
	jq -c 'del(.created_date)' deals > undated
	detect --rules "$rules" --deals undated < metrics |
		one win_rate_drop '.segment == {"region": "India"} and .clock == "recorded"'
}

@test "a deal recorded before the day it was created counts as created that day" {
	company region=India 340 0.2
	jq -c 'if .outcome != "open" then .created_date = .closed_date else . end' deals > same
	jq -c 'if .outcome != "open" then .created_date |= (. + "T00:00:00Z" | fromdate + 30 * 86400 | todate[:10]) else . end' same > later
	detect --rules "$rules" --deals same --from 2022-01-01 --ledger same.ledger < metrics > wanted
	detect --rules "$rules" --deals later --from 2022-01-01 --ledger later.ledger < metrics > got
	[ -s wanted ]
	cmp wanted got
	cmp same.ledger later.ledger
}

@test "thousands of reps cost no more than their number" {
	company region=India 340 0.2
	jq -c '.sales_rep_id = "rep_\(.deal_id[1:] | tonumber % 3000)"' deals > many
	timeout 60 detect --rules "$rules" --deals many < metrics > found
	one win_rate_drop '.segment == {"region": "India"}' < found
}

@test "a mistyped year is left out, and said; it makes no history" {
	company region=India 340 0.2
	look --from 2022-01-01 --ledger wanted.ledger > wanted
	{ cat deals; head -n 1 deals | jq -c '.deal_id = "old" | .created_date = "1900-01-01" | .closed_date = "1900-02-01"'; } > typo
	run --separate-stderr detect --rules "$rules" --deals typo --from 2022-01-01 --ledger got.ledger < metrics
	expect 0 "$(cat wanted)" "detect: left out: 1 recorded years before the rest, which begin on 2022-01-01"
	cmp wanted.ledger got.ledger
}

@test "rules turn findings off and raise the bar" {
	company region=India 340 0.2
	rules=$PWD/rules.json
	for quiet in '{"win_rate":{"drop":false}}' '{"win_rate":{"segments":["pair","rep"]}}' \
		'{"win_rate":{"threshold":{"company":9,"condition":9,"pair":9,"rep":9}}}' \
		'{"win_rate":{"min_points":60}}' '{"win_rate":{"min_pipeline":1e9}}'; do
		echo "{\"detect\":$quiet}" > rules.json
		run opened win_rate_drop
		[[ $output != *'{"region":"India"}'* ]] || { echo "$quiet"; return 1; }
	done
	echo '{"detect":{"win_rate":{"min_points":10,"min_pipeline":5000}}}' > rules.json
	run opened win_rate_drop
	expect 0 '{"region":"India"}'
}

@test "a larger budget of false alarms tells the same drop sooner, at a lower threshold" {
	company region=India 340 0.2
	look --from 2022-01-01 | jq -c 'select(.type == "win_rate_drop")' > usual
	rules=$PWD/rules.json
	echo '{"detect":{"win_rate":{"max_false_alarms_per_quarter":3}}}' > rules.json
	look --from 2022-01-01 | jq -c 'select(.type == "win_rate_drop" and .segment == {region: "India"})' > soon
	jq -es --slurpfile usual usual '.[0].threshold < $usual[0].threshold and .[0].date <= $usual[0].date' soon
}

@test "what comes close to its threshold is to be watched, before it is told; and can be off" {
	company region=India 340 0.2
	look --from 2022-01-01 > found
	jq -es 'map(select(.segment == {region: "India"})) | .[0].type == "win_rate_watch" and .[1].type == "win_rate_drop"
		and (.[0] | -.z <= .threshold and -.z > .threshold - .5 and .date < "2023-01-10")' found
	rules=$PWD/rules.json
	echo '{"detect":{"win_rate":{"watch":false}}}' > rules.json
	look --from 2022-01-01 | jq -c 'select(.type != "win_rate_watch")' | cmp - <(jq -c 'select(.type != "win_rate_watch")' found)
	[[ -z $(look --from 2022-01-01 | jq -c 'select(.type == "win_rate_watch")') ]]
}

@test "wrong rules are 78, with the line" {
	company
	while IFS='|' read -r text message; do
		printf '{\n"detect": {\n%s\n}}\n' "$text" > wrong.json
		run --separate-stderr detect --rules wrong.json --deals deals < metrics
		expect 78 "" "detect: wrong.json:$message"
	done <<-'END'
	"win_rat": {}|2: /detect: unknown key "win_rat"
	"win_rate": {"drop": 1}|3: /detect/win_rate/drop: must be true or false
	"win_rate": {"segments": ["team"]}|3: /detect/win_rate/segments: only company, condition, pair and rep
	"win_rate": {"threshold": {"pair": 1}}|3: /detect/win_rate/threshold/pair: must be between 3 and 10
	"win_rate": {"max_false_alarms_per_quarter": 99}|3: /detect/win_rate/max_false_alarms_per_quarter: must be between 0.01 and 13
	"win_rate": {"max_false_alarms_per_quarter": 1, "threshold": {"pair": 4}}|3: /detect/win_rate/max_false_alarms_per_quarter: say either this or threshold
	"rep_shift": {"days": 7}|3: /detect/rep_shift/days: must be between 14 and 365
	"segment_insight": {"off": true}|3: /detect/segment_insight: unknown key "off"
	END
}

@test "torn and wrong records are 65, with the line; a missing file is 66" {
	company
	run --separate-stderr detect --rules "$rules" --deals deals < <(head -c -20 metrics)
	expect 65 "" "detect: stdin:*"
	while IFS='|' read -r line message; do
		(head -n 3 metrics; echo "$line") > wrong
		run --separate-stderr detect --rules "$rules" --deals deals < wrong
		expect 65 "" "detect: stdin:4: $message"
	done <<-'END'
	{"clock":"closed","bucket":"month","date":"2022-01-01","segment":{}}|not a metric of one day
	{"clock":"closed","bucket":"day","date":"2022-01-01"}|no segment
	{"clock":"recorded","bucket":"day","date":"2022-02-30","segment":{}}|no date
	END
	while IFS='|' read -r line message; do
		(head -n 3 deals; echo "$line") > wrong
		run --separate-stderr detect --rules "$rules" --deals wrong < metrics
		expect 65 "" "detect: wrong:4: $message"
	done <<-'END'
	{"deal_id":"x","created_date":"2022-01-01","outcome":"won"}|decided without recorded_at or closed_date
	{"deal_id":"x","created_date":"2022-01-01","outcome":"maybe"}|outcome maybe is not won, lost or open
	{"created_date":"2022-01-01","outcome":"open"}|no deal_id
	{"deal_id":"x","created_date":"2022-13-01","outcome":"open"}|2022-13-01 is no day
	{"deal_id":"x","created_date":"2022-01-01","outcome":"open","amount":1e3}|amount 1e3 is no money
	END
	printf '%s\n' '{"deal_id":"x","outcome":"open","amount":1,"currency":"EUR"}' '{"deal_id":"y","outcome":"open","amount":1,"currency":"USD"}' > wrong
	run --separate-stderr detect --rules "$rules" --deals wrong < metrics
	expect 65 "" "detect: wrong:2: USD beside EUR: amounts that cannot be added"
	run --separate-stderr detect --rules "$rules" --deals none < metrics
	expect 66 "" "detect: none: No such file or directory"
}

@test "rules and deals must be given, and one form of days" {
	for args in "--deals x" "--rules x" "--rules x --deals x --as-of 2022-01-01 --from 2022-01-01" \
		"--rules x --deals x --from 2022-02-01 --to 2022-01-01" "--rules x --deals x more"; do
		# shellcheck disable=SC2086
		run --separate-stderr detect $args < /dev/null
		expect 64 "" "usage: detect *"
	done
	run --separate-stderr detect --rules x --deals x --as-of 2022-02-30 < /dev/null
	expect 64 "" "detect: 2022-02-30: no such day"
}

@test "the summary counts metrics in and findings out" {
	company region=India 340 0.2
	look --summary sum > findings
	run cat sum
	expect 0 "{\"stage\":\"detect\",\"in\":$(wc -l < metrics),\"out\":$(wc -l < metrics),\"rejected\":0,\"dropped\":0,\"written\":$(wc -l < findings)}"
}

# sales_data DEALS: that file as deals and metrics, changed by a jq filter on the way.
sales_data() {
	SALESWATCH_NOW=2030-01-01T00:00:00Z fetch csv "$csv" | SALESWATCH_NOW=2030-01-01T00:00:00Z validate deal |
		jq -c "$1" > deals
	aggregate < deals > metrics
}

# bats test_tags=figures
@test "5,000 deals without a signal raise no win-rate alert in 80 weeks; a drop planted there does" {
	outside data/sales_data.csv
	csv=$testdata/data/sales_data.csv
	sales_data .
	run detect --rules "$rules" --deals deals --from 2023-01-01 --ledger ledger < metrics
	[[ $status == 0 && $output != *win_rate_[dr]* && $output != *segment_insight* ]]
	jq -es 'all(.evaluated_days >= 80 * 7) and length > 100' ledger

	# of what India won in the last eight busy weeks, four of five are lost
	sales_data 'if .region == "India" and .outcome == "won" and .closed_date > "2024-03-25" and .closed_date <= "2024-05-20"
		and (.deal_id[-1:] | tonumber) < 8 then .outcome = "lost" else . end'
	detect --rules "$rules" --deals deals --from 2023-01-01 < metrics | jq -c 'select(.type == "win_rate_drop") | [.segment, .date]' > told
	run cat told
	[[ $(wc -l < told) == 1 && $output == '[{"region":"India"},"2024-0'[45]* ]]
}
