# backtest - what a file of deals would have told: as it was known, whatever the order of its
# lines, the number of its files and the names of its columns; placebo, why and whynot.
# bats file_tags=whole
load helpers

setup_file() {
	load helpers
	export SALESWATCH_NOW=2024-04-08T04:00:00Z SALESWATCH_CONF=$root/pipelines/conf
	cd "$BATS_FILE_TMPDIR" || return
	# Each deal once and clean: what a double or a wrong row becomes is no matter of the backtest.
	fetch csv "$root/tests/data/deals.csv" 2> /dev/null | validate deal --map "$root/pipelines/conf/maps/default.json" 2> /dev/null | dedupe |
		jq -r '[.deal_id, .created_date, .closed_date, .sales_rep_id, .industry, .region, .product_type, .lead_source, .amount,
			(.outcome | {won: "Won", lost: "Lost", open: ""}[.]), .recorded_at] | @csv' > rows
	header=deal_id,created_date,closed_date,sales_rep_id,industry,region,product_type,lead_source,amount,outcome,recorded_at
	{ echo $header; cat rows; } > deals.csv
	saleswatch backtest deals.csv > told
}

setup() {
	export SALESWATCH_NOW=2024-04-08T04:00:00Z SALESWATCH_CONF=$root/pipelines/conf TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir -p "$TMPDIR"
	cd "$BATS_FILE_TMPDIR" || return
}

teardown() { [[ -z $(ls -A "$TMPDIR") ]] || { ls -A "$TMPDIR"; return 1; }; }

out() { echo "$BATS_TEST_TMPDIR/$1"; }

# edited PROGRAM: the sample with every row changed by an awk program over its eleven fields, which
# are without their quotes meanwhile.
edited() { awk -F, -v OFS=, "NR > 1 { gsub(/\"/, \"\") } $1 1" deals.csv; }

@test "prints each finding on the day it opened, and a score last" {
	run jq -es '(.[:-1] | all(.date >= .opened and .type and .segment and .direction)) and (map(.date // "9") | . == sort)
		and (.[-1] | .kind == "score" and .tried > 100 and .evaluated_days >= 365 and .visible > 0 and .alerts > 1)' told
	expect 0 true
	[[ $(jq -r 'select(.type == "win_rate_drop") | .segment | tostring' told) == *'{"lead_source":"Referral","product_type":"Enterprise"}'* ]]
	tail -n 1 told | validate score --max-rejects 0 > /dev/null
}

@test "it is what the programs print, one after the other" {
	cd "$BATS_TEST_TMPDIR"
	fetch csv "$BATS_FILE_TMPDIR/deals.csv" | validate deal | dedupe --newest modified_at > deals
	aggregate --clock recorded < deals > metrics
	detect --rules "$root/pipelines/conf/rules.json" --deals deals --from 2023-04-01 < metrics > found
	head -n -1 "$BATS_FILE_TMPDIR/told" | cmp - found
}

@test "a period: only what opened in it, and the score is of its weeks" {
	saleswatch backtest deals.csv --from 2024-01-01 --to 2024-02-04 > "$(out some)"
	head -n -1 told | jq -c 'select(.date >= "2024-01-01" and .date <= "2024-02-04")' | cmp - <(head -n -1 "$(out some)" | jq -c .)
	[[ -s $(out some) && $(tail -n 1 "$(out some)" | jq -c '[.from, .to, .weeks]') == '["2024-01-01","2024-02-04",5]' ]]
}

@test "no look-ahead: what is recorded or created after a day changes nothing that was told by then" {
	local day=2024-02-10
	jq -c --arg day $day 'select(.date and .date <= $day)' told > "$(out known)"
	[[ $(wc -l < "$(out known)") -ge 3 ]]
	# as it was known: later deals are not there, later outcomes are open
	edited "NR > 1 && \$2 > \"$day\" { next } NR > 1 && \$11 > \"$day\" { \$3 = \$10 = \$11 = \"\" }" > "$(out past.csv)"
	saleswatch backtest "$(out past.csv)" --to $day | head -n -1 | jq -c . | cmp - "$(out known)"
	# as it never was: later outcomes turned round, later amounts and names otherwise
	edited "NR > 1 && \$11 > \"$day\" { \$10 = \$10 == \"Won\" ? \"Lost\" : \"Won\" } NR > 1 && \$2 > \"$day\" { \$9 *= 10; \$6 = \"Europe\" }" > "$(out other.csv)"
	run cmp -s deals.csv "$(out other.csv)"
	expect 1
	saleswatch backtest "$(out other.csv)" --to $day | head -n -1 | jq -c . | cmp - "$(out known)"
	saleswatch backtest "$(out other.csv)" | jq -c --arg day $day 'select(.date and .date <= $day)' | cmp - "$(out known)"
	# and it does matter afterwards
	saleswatch backtest "$(out other.csv)" > "$(out after)"
	run cmp -s "$(out after)" told
	expect 1
}

@test "the order of lines does not matter" {
	{ head -n 1 deals.csv; tail -n +2 deals.csv | sort -t, -k9,9 -k1,1r; } > "$(out sorted.csv)"
	saleswatch backtest "$(out sorted.csv)" | cmp - told
	{ head -n 1 deals.csv; tail -n +2 deals.csv | shuf --random-source=deals.csv; } > "$(out shuffled.csv)"
	saleswatch backtest "$(out shuffled.csv)" | cmp - told
}

@test "nor in how many files they are" {
	head -n 9000 deals.csv > "$(out one.csv)"
	{ head -n 1 deals.csv; tail -n +9001 deals.csv | head -n 5000; } > "$(out two.csv)"
	{ head -n 1 deals.csv; tail -n +14001 deals.csv; } > "$(out three.csv)"
	saleswatch backtest "$(out three.csv)" "$(out one.csv)" "$(out two.csv)" | cmp - told
	saleswatch backtest - < deals.csv | cmp - told
}

@test "nor what values are called" {
	# the first in order becomes the last, so that no order of names helps
	edited 'NR > 1 { $6 = $6 == "APAC" ? "Zealand" : $6 == "LATAM" ? "Antilles" : $6; $7 = $7 == "Core" ? "Zero" : $7 == "Pro" ? "Alpha" : $7 }' > "$(out named.csv)"
	saleswatch backtest "$(out named.csv)" | jq -S -c 'walk(if . == "Zealand" then "APAC" elif . == "Antilles" then "LATAM"
		elif . == "Zero" then "Core" elif . == "Alpha" then "Pro" else . end)' | sort > "$(out back)"
	jq -S -c . told | sort | diff - "$(out back)"
}

@test "segments have the names of the file's own columns, and so has a truth" {
	sed '1s/region/Sales Area/; 1s/product_type/Line/' deals.csv > "$(out own.csv)"
	jq '.dimensions.region.from = ["Territory", "Sales Area"] | .dimensions.product_type.from = "Line"' "$root/pipelines/conf/maps/default.json" > "$(out map.json)"
	saleswatch backtest "$(out own.csv)" --map "$(out map.json)" > "$(out own)"
	[[ $(jq -r 'select(.segment) | .segment | keys[]' "$(out own)" | sort -u) == *"Line"*"Sales Area"* ]]
	diff <(jq -c 'def ours: with_entries(.key |= ({"Sales Area": "region", "Line": "product_type"}[.] // .));
		if has("segment") then .segment |= ours else . end | if has("visible_segment") then .visible_segment |= ours else . end' "$(out own)" | jq -S -c .) <(jq -S -c . told)
	jq '.events[].segment |= with_entries(.key |= ({region: "Sales Area", product_type: "Line"}[.] // .))' "$root/tests/data/truth.json" > "$(out truth.json)"
	saleswatch backtest "$(out own.csv)" --map "$(out map.json)" --truth "$(out truth.json)" | tail -n 1 | jq -c 'del(.visible_segment)' > "$(out graded)"
	saleswatch backtest deals.csv --truth "$root/tests/data/truth.json" | tail -n 1 | jq -c 'del(.visible_segment)' | cmp - "$(out graded)"
	jq -e '.win_rate | .found_exact >= 2 and .pipeline_caught > 0 and .precision >= .5 and .delay_median > 0' "$(out graded)"
}

@test "what is wrong is said in a line, with the status that fits" {
	run --separate-stderr saleswatch backtest
	expect 64 "" "usage: saleswatch backtest FILE... *"
	run --separate-stderr saleswatch backtest deals.csv --form 2023-01-01
	expect 64 "" "usage: saleswatch backtest FILE... *"
	run --separate-stderr saleswatch backtest deals.csv --from 2023-02-30
	expect 64 "" "saleswatch: backtest: 2023-02-30: no such day"
	run --separate-stderr saleswatch backtest deals.csv --from 2023-02-03 --to 2023-02-01
	expect 64 "" "saleswatch: backtest: --from 2023-02-03 is after --to 2023-02-01"
	run --separate-stderr saleswatch backtest nowhere.csv
	expect 66 "" "saleswatch: backtest: nowhere.csv: no such file"
	run --separate-stderr saleswatch backtest deals.csv --truth nowhere.json
	expect 66 "" "saleswatch: backtest: nowhere.json: no such file"
	run --separate-stderr saleswatch backtest rows
	expect 65 "" "*fetch: rows:1: *"
	head -n 1 deals.csv > "$(out empty.csv)"
	run --separate-stderr saleswatch backtest "$(out empty.csv)"
	expect 65 "" "*saleswatch: backtest: $(out empty.csv): no deals in it"
	echo '{"detect":{"win_rate":{"treshold":3}}}' > "$(out rules.json)"
	run --separate-stderr saleswatch backtest deals.csv --rules "$(out rules.json)"
	expect 78 "" "detect: *rules.json:1: /detect/win_rate*treshold*"
	run --separate-stderr saleswatch backtest --help
	expect 0 - ""
	[[ $output == "example: saleswatch backtest "*"usage: saleswatch backtest FILE... "* ]]
}

@test "too little history is said, and how much is missing" {
	edited 'NR > 1 && $11 > "2023-06-30" { next }' > "$(out short.csv)"
	run --separate-stderr saleswatch backtest "$(out short.csv)"
	expect 0 - "*detect: needs * more weeks of recorded deals*"
	[[ $(jq -c '[.kind, .alerts]' <<< "$output") == '["score",0]' ]]
}

# bats test_tags=figures
@test "a placebo is the same each time, speaks of each copy and of all, and its rate is quoted by alerts" {
	saleswatch placebo deals.csv --copies 3 > "$(out placebo)"
	saleswatch placebo deals.csv --copies 3 | cmp - "$(out placebo)"
	validate placebo --max-rejects 0 < "$(out placebo)" > /dev/null
	run jq -es 'length == 4 and (.[:3] | map(.copy) == [1, 2, 3]) and (.[3] | .copies == 3 and .false_per_week < .1
		and .false_per_week_low <= .false_per_week and .false_per_week < .false_per_week_high) and (.[:3] | map(.alerts) | add) == .[3].alerts' "$(out placebo)"
	expect 0 true
	rate=$(jq 'select(.copies) | .false_per_week' "$(out placebo)")
	jq -c 'select(.type == "win_rate_drop")' told | prioritize --rules "$root/pipelines/conf/rules.json" --placebo "$(out placebo)" > "$(out alerts)"
	[[ $(jq -s 'map(.false_alarms | [.per_week, .copies]) | unique' -c "$(out alerts)") == "[[$rate,3]]" ]]
	validate alert --max-rejects 0 < "$(out alerts)" > /dev/null
	jq -c 'select(.type == "win_rate_drop") | .segment = {}' told | prioritize --rules "$root/pipelines/conf/rules.json" --placebo "$(out placebo)" |
		jq -es 'length > 0 and all(has("false_alarms") | not)' > /dev/null
	render --as text --templates "$root/pipelines/templates" < "$(out alerts)" | grep -q 'segments tried; false alarms: .* on shuffled outcomes (3 copies); data through'
}

# bats test_tags=figures
@test "copies by hand are those of the placebo: without what a clean-up took, and the company apart" {
	saleswatch placebo deals.csv --copies 2 | jq -c 'select(.copy == 2) | [.alerts, .company]' > "$(out second)"
	cd "$BATS_TEST_TMPDIR"
	read -r day region age n < <(jq -r 'select(.type == "bulk_close") | "\(.date) \(.segment.region) \(.older_than) \(.n)"' "$BATS_FILE_TMPDIR/told")
	fetch csv "$BATS_FILE_TMPDIR/deals.csv" | validate deal | dedupe > all
	jq -c --arg day "$day" --arg region "$region" --argjson age "$age" 'def days: strptime("%Y-%m-%d") | mktime / 86400;
		select(.recorded_at != $day or .region != $region or ($day | days) - (.created_date | days) <= $age)' all > kept
	(( $(wc -l < all) - $(wc -l < kept) >= n && n > 100 ))
	shuffle --seed 2 < kept > deals
	aggregate --clock recorded < deals > metrics
	detect --rules "$root/pipelines/conf/rules.json" --deals deals --from 2023-04-01 < metrics |
		jq -cs 'map(select(.type == "win_rate_drop" or .type == "win_rate_rise") | .segment == {}) | [map(select(not)), map(select(.))] | map(length)' | cmp - second
}

# bats test_tags=figures
@test "what is told of the whole company is no false alarm: a shuffle by week leaves its course" {
	edited 'NR > 1 && $11 > "2023-12-20" && $11 < "2024-03-01" && $10 == "Won" && n++ % 2 { $10 = "Lost" }' > "$(out halved.csv)"
	saleswatch placebo "$(out halved.csv)" --copies 2 > "$(out placebo)"
	run jq -es '.[0].company >= 1 and .[1].company >= 1 and (.[2] | .company >= 2 and .false_per_week < .1)' "$(out placebo)"
	expect 0 true
}

# bats test_tags=figures
@test "a drop planted in an event-free file of the public is found, and without it nothing is, over 80 weeks and more" {
	outside data/sales_data.csv
	export SALESWATCH_NOW=2026-01-01T00:00:00Z
	saleswatch backtest "$testdata/data/sales_data.csv" > "$(out none)"
	[[ -z $(jq -c 'select(.type | . and startswith("win_rate_") and . != "win_rate_watch")' "$(out none)") ]]
	[[ $(tail -n 1 "$(out none)" | jq '.evaluated_days / 7 | floor') -ge 80 ]]
	awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR > 1 && $at["region"] == "Europe" && $at["closed_date"] > "2024-03-01" && $at["outcome"] == "Won" && ++n % 4 { $at["outcome"] = "Lost" } 1' \
		"$testdata/data/sales_data.csv" > "$(out planted.csv)"
	saleswatch backtest "$(out planted.csv)" | jq -c 'select(.type == "win_rate_drop") | .segment' > "$(out found)"
	[[ $(head -n 1 "$(out found)") == '{"region":"Europe"}' ]] || { cat "$(out found)"; return 1; }
}
