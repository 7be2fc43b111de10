# daily - the main job on the sample company: alerts that are true, told once.
load helpers
load pipeline

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	load helpers
	load pipeline
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	plant
	saleswatch run daily weekly > "$T/said" 2>&1
}

setup() {
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	T=$BATS_FILE_TMPDIR/tree state=$T/var day=$T/var/days/2024-04-08 db=$T/var/saleswatch.db
	export SALESWATCH_CSV=$root/tests/data/deals.csv SALESWATCH_NOW=2024-04-08T04:00:00Z
}

@test "raises a critical, a warning and an insight" {
	run jq -r .severity "$day/alerts"
	[[ $output == *critical* && $output == *warning* && $output == *insight* ]]
}

@test "and each change is true: planted, and live" {
	run jq -r --slurpfile truth "$root/tests/data/truth.json" '
		($truth[0]) as $t
		| def live: .start <= "2024-04-07" and .end >= "2024-03-24";
		def within($s): . as $e | ($s | to_entries | all(.value == $e[.key])) or ($e | to_entries | all(.value == $s[.key]));
		select(.type | IN("segment_insight", "deal_warnings") | not) | . as $a | .segment as $s
		| any($t.events[]; live and (.kind == $a.type or ($a.type == "rep_shift" and (.kind | startswith("win_rate"))))
			and .direction == $a.direction and (.segment | within($s)))
		' "$day/alerts"
	[[ $(sort -u <<< "$output") == "true" ]] || { echo "$output"; return 1; }
}

@test "and each insight: its segment wins more than the company in either half of the year, as SQLite counts" {
	sqlite3 "$BATS_TEST_TMPDIR/sample.db" ".import --csv $root/tests/data/deals.csv deals"
	while read -r where; do
		for half in "< '2023-10-08'" ">= '2023-10-08'"; do
			run sqlite3 "$BATS_TEST_TMPDIR/sample.db" "
				with decided as (select * from deals where outcome in ('Won', 'Lost') and recorded_at $half)
				select (select avg(outcome = 'Won') from decided where $where) > (select avg(outcome = 'Won') from decided) + .05"
			expect 0 1
		done
	done < <(jq -r 'select(.type == "segment_insight") | .segment | to_entries | map("\(.key) = '"'\(.value)'"'") | join(" and ")' "$day/alerts")
}

@test "every planted dirty row is refused, repaired or dropped, and no clean one is" {
	run jq -rn --slurpfile truth "$root/tests/data/truth.json" \
		--slurpfile refused <(cat "$day/deals.unread" "$day/deals.refused") --slurpfile dropped "$day/deals.dropped" \
		--slurpfile deals "$day/deals" '
		($truth[0].dirty_rows | map({key: (.line | tostring), value: .}) | from_entries) as $dirty
		| ($refused | map(.line | tostring)) as $out
		| ($dropped | map(.deal_id)) as $doubled
		| ($deals | map(select(.repaired)) | map(.deal_id)) as $mended
		| ($refused[] | select($dirty[.line | tostring] == null) | "clean, but refused: \(.line) \(.code)"),
		  ($dirty[] | select((.problem | startswith("duplicate")) and (.deal_id | IN($doubled[]) | not)) | "double, but kept: \(.line)"),
		  ($dirty[] | select((.problem | startswith("duplicate") | not)
			and (.line | tostring | IN($out[]) | not) and (.deal_id | IN($mended[]) | not)) | "dirty, but kept: \(.line) \(.problem)")'
	expect 0 ""
}

@test "open deals to look at come as one list, and each of them is as old as it says, as SQLite counts" {
	[[ $(jq -s 'map(select(.type == "deal_warnings")) | length' "$day/alerts") == 1 ]]
	jq -r 'select(.type == "deal_warnings") | .deals[] | [.deal_id, (.reasons[0] | capture("^open for (?<days>[0-9]+) days").days)] | @csv' "$day/alerts" > "$BATS_TEST_TMPDIR/stalled"
	[[ $(wc -l < "$BATS_TEST_TMPDIR/stalled") == 10 ]]
	run sqlite3 "$BATS_TEST_TMPDIR/listed.db" ".import --csv $root/tests/data/deals.csv deals" "create table stalled (id, days)" \
		".import --csv $BATS_TEST_TMPDIR/stalled stalled" "select count(*) from stalled join deals on deal_id = id
		where outcome = '' and julianday('2024-04-07') - julianday(created_date) = cast(days as int)"
	expect 0 10
}

@test "what is counted adds up at every stage" {
	run jq -sr '.[] | select(.in != .out + .rejected + .dropped) | .stage' "$day"/deals.fetched "$day"/deals.validated "$day"/deals.unique
	expect 0 ""
	[[ $(jq .out "$day/deals.fetched") == "$(jq .in "$day/deals.validated")" ]]
	[[ $(jq .out "$day/deals.validated") == "$(jq .in "$day/deals.unique")" ]]
}

@test "a second run redoes nothing, says so, and sends nothing twice" {
	find "$state/days" "$state/mail" -type f ! -name .errors -exec md5sum {} + | sort > "$BATS_TEST_TMPDIR/before"
	run --separate-stderr "$T/bin/saleswatch" run daily
	expect 0 "" "saleswatch: run: daily 2024-04-08: nothing to do, every stream is up to date"
	find "$state/days" "$state/mail" -type f ! -name .errors -exec md5sum {} + | sort | diff - "$BATS_TEST_TMPDIR/before"
}

@test "a day made anew from nothing gives the same bytes" {
	cp -r "$day" "$BATS_TEST_TMPDIR/first"
	rm -r "${state:?}"
	"$T/bin/saleswatch" run daily weekly
	for stream in deals metrics findings alerts deliveries report.html; do
		cmp "$day/$stream" "$BATS_TEST_TMPDIR/first/$stream"
	done
}

@test "the incidents in the store are those that a replay of the deals gives" {
	[[ $(wc -l < "$day/incidents") -ge 3 ]]
	detect --rules "$root/pipelines/conf/rules.json" --deals "$day/counted" --as-of 2024-04-07 --incidents "$BATS_TEST_TMPDIR/again" < "$day/metrics" > /dev/null
	cmp "$BATS_TEST_TMPDIR/again" "$day/incidents"
	store get incident --db "$db" | sort | cmp - <(sort "$day/incidents")
	run jq -s 'map(select(.closed | not) | .opened) | sort' "$day/incidents"
	[[ $(jq -s 'map(select(.type | test("win_rate_[dr]|recovery")) | .opened) | sort' "$day/findings") == "$output" ]]
}

@test "the next day the same drop is not told again" {
	SALESWATCH_NOW=2024-04-09T04:00:00Z run --separate-stderr "$T/bin/saleswatch" run daily
	expect 0 "" "saleswatch: run: daily 2024-04-09"
	run jq -rs 'map(select(.state == "new" and .priority == "P1" and (.suppressed | not))) | length' "$state/days/2024-04-09/alerts"
	expect 0 0
	[[ -s $state/days/2024-04-09/warnings ]]
	run jq -rs 'map(select(.type == "deal_warnings")) | length' "$state/days/2024-04-09/alerts"
	expect 0 0
	# the night went on from the one before, and found what a whole replay finds
	[[ -s $state/replay && $state/replay -ot $state/days/2024-04-08/incidents ]]
	cd "$state/days/2024-04-09"
	detect --rules "$root/pipelines/conf/rules.json" --deals counted --series series --as-of 2024-04-08 < metrics | cmp - findings
}

# bats test_tags=whole
@test "deliver makes digests when they are due, late rather than never, and sends what waits once no pause holds it" {
	rm -r "${state:?}"
	run --separate-stderr "$T/bin/saleswatch" run --quiet deliver
	expect 0 "" ""
	"$T/bin/saleswatch" run daily weekly 2> /dev/null
	run --separate-stderr "$T/bin/saleswatch" status
	expect 0
	[[ $output == *"outbox: 0 wait; 1 in all" ]] || { echo "$output"; return 1; }
	export SALESWATCH_NOW=2024-04-08T07:29:00Z
	run --separate-stderr "$T/bin/saleswatch" run --quiet deliver
	expect 0 "" ""
	export SALESWATCH_NOW=2024-04-10T00:01:00Z
	"$T/bin/saleswatch" pause
	run --separate-stderr "$T/bin/saleswatch" run --quiet deliver
	expect 0 "" ""
	run --separate-stderr "$T/bin/saleswatch" run --quiet deliver
	expect 0 "" ""
	run --separate-stderr "$T/bin/saleswatch" status
	[[ $output == *"outbox: 2 wait, due from 2024-04-08T08:00:00Z; 3 in all" ]] || { echo "$output"; return 1; }
	"$T/bin/saleswatch" pause --end
	run --separate-stderr "$T/bin/saleswatch" run deliver
	expect 0 "" "saleswatch: run: deliver 2024-04-10"
	run --separate-stderr "$T/bin/saleswatch" run deliver
	expect 0 "" "saleswatch: run: deliver 2024-04-10: nothing to do, every stream is up to date"
	run --separate-stderr "$T/bin/saleswatch" run analyze
	expect 0 "" "saleswatch: run: analyze 2024-04-10: no new deals; those through 2024-04-07 stand in"$'\n'"saleswatch: run: analyze 2024-04-10"
}

@test "nothing is sent by mail: the messages lie in a folder, and a rep's numbers go to managers alone" {
	[[ -n $(find "$state/mail" -name '*.eml') ]]
	run sqlite3 "$db" "select distinct json_extract(doc, '\$.channel') from deliveries order by 1"
	expect 0 file
	[[ $(store get delivery --db "$db" | jq -r 'select(any(.alerts[]; .segment.sales_rep_id)) | .receiver' | sort -u) == managers ]]
}

@test "a run leaves its record, within budget" {
	run --separate-stderr "$T/bin/saleswatch" store get run --db "$db"
	expect 0
	[[ $(jq -rs 'map(select(.pipeline == "daily"))[0] | "\(.status) \(.owner) \(.budget_seconds) \(.stages | length > 3)"' <<< "$output") == "ok ops 2700 true" ]]
}

@test "the weekly report says what drove the company's rate: parts that add up, and the segment that was planted" {
	jq -es 'map(select(.part == "dimension")) | length == 5 and all((.mix + .rate - .change | fabs < 1e-9))' "$day/week.drivers"
	[[ $(jq -c 'select(.part == "total") | [.stands_out, .located.segment]' "$day/week.drivers") == \
		'[true,{"lead_source":"Referral","product_type":"Enterprise"}]' ]]
	grep -q '<h2>Drivers, 11 March – 7 April 2024</h2>' "$day/report.html"
	grep -q 'by rate; what moved is Enterprise + Referral Leads (' "$day/report.html"
}

@test "and each alert on a win rate why it moved" {
	[[ -s $day/explained ]]
	jq -es 'map(select(.type | startswith("win_rate_drop"))) | length > 0 and all(.why | .change_points < 0 and has("located"))' "$day/alerts"
}
