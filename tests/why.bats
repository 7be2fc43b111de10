# why - an alert and a silence can be followed to their evidence, number by number.
# bats file_tags=whole
load helpers
load pipeline

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	load helpers
	load pipeline
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	plant
	saleswatch run daily weekly 2> /dev/null
}

setup() {
	T=$BATS_FILE_TMPDIR/tree state=$T/var day=$T/var/days/2024-04-08
	export SALESWATCH_NOW=2024-04-08T04:00:00Z
}

# lines_hold: each jq line that was printed gives, run anew, what stands below it; and there are N.
lines_hold() {
	local line want count=0
	while IFS= read -r line; do
		[[ $line == '    jq '* ]] || continue
		IFS= read -r want
		[[ -n ${want//[[:space:]]/} && "    $(bash -c "${line#    }")" == "$want" ]] || { echo "$line gives $(bash -c "${line#    }"), not $want"; return 1; }
		((++count))
	done <<< "$output"
	(( count >= $1 )) || { echo "$count lines"; return 1; }
}

drop() { jq -r 'select(.type == "win_rate_drop" and .severity == "critical") | .alert_id' "$day/alerts" | head -n 1; }
record() { jq -r --arg id "$(drop)" "select(.alert_id == \$id) | $1" "$day/alerts"; }

@test "why: each number of an alert, with the jq line that gives it" {
	run --separate-stderr saleswatch why "$(drop)"
	expect 0 - ""
	[[ ${lines[0]} == "Win Rate Drop Detected: "* ]]
	lines_hold 6
	[[ $output == *"$(record '"\(.won) of \(.n) deals of \(.from) to \(.to) were won"')"* ]]
	[[ $output == *"it is critical: "*'    "critical"'* ]]
}

@test "why: the deals themselves, counted, are those of the alert" {
	run --separate-stderr saleswatch why "$(drop)"
	[[ $output == *"the same from the deals: "*$'\n    '"$(record '"[\(.n),\(.won)]"')"* ]] || { echo "$output"; return 1; }
}

@test "why: of the id its beginning is enough, if it is that of one alert only" {
	id=$(drop)
	run --separate-stderr saleswatch why "${id:0:10}"
	expect 0
	[[ $output == *"alert $id"* ]]
	jq -c --arg id "${id:0:15}" 'select(.alert_id | startswith($id)) | .alert_id = $id + (if .alert_id[15:] == "0" then "1" else "0" end)' "$day/alerts" > "$BATS_TEST_TMPDIR/twin"
	cp "$day/alerts" "$BATS_TEST_TMPDIR/alerts"
	cat "$BATS_TEST_TMPDIR/twin" >> "$day/alerts"
	run --separate-stderr saleswatch why "${id:0:10}"
	cp "$BATS_TEST_TMPDIR/alerts" "$day/alerts"
	expect 64 "" "saleswatch: why: ${id:0:10}: more than one alert begins so: *"
}

@test "why: of an id that is none it says which there are" {
	run --separate-stderr saleswatch why zzz
	expect 66 "" "saleswatch: why: zzz: no alert of that id in *; the newest are:*$(drop)*"
	run --separate-stderr saleswatch why
	expect 64 "" "usage: saleswatch why ALERT"
	SALESWATCH_STATE=$BATS_TEST_TMPDIR/none run --separate-stderr saleswatch why zzz
	expect 66 "" "saleswatch: why: zzz: no alert of that id in $BATS_TEST_TMPDIR/none/days"
}

@test "why: z comes from its parts, where the ledger has them" {
	segment=$(record '.segment | tojson')
	cp "$day/findings.ledger" "$BATS_TEST_TMPDIR/ledger"
	jq -c --argjson segment "$segment" 'if .segment == $segment then . + {r: -20, v_sum: 36, rest: -0.05, rest_var: 0.001, noise: 0.002, own_var: 0.003, z: -2.75} else . end' \
		"$BATS_TEST_TMPDIR/ledger" > "$day/findings.ledger"
	run --separate-stderr saleswatch why "$(drop)"
	lines_hold 7
	cp "$BATS_TEST_TMPDIR/ledger" "$day/findings.ledger"
	# (-20 + 36 x .05) / sqrt(36 (1 + 36 x .006)) = -18.2 / 6.616
	expect 0
	[[ $output == *"that day: z = "*$'\n    -2.75'* ]] || { echo "$output"; return 1; }
}

@test "whynot: a quiet segment, with its numbers and the jq lines that give them" {
	run --separate-stderr saleswatch whynot region=Europe 2024-04-07
	expect 0 - ""
	[[ ${lines[0]} == "2024-04-07, region=Europe: nothing that chance would not do" ]]
	lines_hold 4
	row=$(jq -c 'select(.segment == {region: "Europe"})' "$day/findings.ledger")
	[[ $output == *"$(jq -r '"of \(.days) days: \(.won) of \(.n) deals won"' <<< "$row")"* ]]
	[[ $output == *"$(jq -r '"z is \(.z) there, and an alert opens beyond \(.threshold)"' <<< "$row")"* ]]
}

# bare: the output without how the segment is written.
bare() { printf '%s\n' "$output" | sed 's/{[^}]*}//g'; }

@test "whynot: the order of conditions and blanks do not matter, and all is the company" {
	run --separate-stderr saleswatch whynot 'region = Europe, product_type=Pro' 2024-04-07
	expect 0
	one=$(bare)
	run --separate-stderr saleswatch whynot product_type=Pro,region=Europe 2024-04-07
	[[ $(bare) == "$one" ]]
	run --separate-stderr saleswatch whynot all 2024-04-07
	expect 0
	[[ ${lines[0]} == "2024-04-07, the whole company: "* ]]
}

# held WHY: what whynot says if the alert of the drop was held back so.
held() {
	cp "$day/alerts" "$BATS_TEST_TMPDIR/alerts"
	jq -c --arg why "$1" --arg id "$(drop)" 'if .alert_id == $id then .suppressed = $why else . end' "$BATS_TEST_TMPDIR/alerts" > "$day/alerts"
	run --separate-stderr saleswatch whynot "$where" 2024-04-07
	cp "$BATS_TEST_TMPDIR/alerts" "$day/alerts"
}

@test "whynot: told, held back, taken by no route, told before, paused" {
	where=$(record '.segment | to_entries | map("\(.key)=\(.value)") | join(",")')
	id=$(drop)
	run --separate-stderr saleswatch whynot "$where" 2024-04-07
	expect 0
	[[ $output == *": it did fire"*"alert $id, win_rate_drop: told"* ]]
	held 'cap: 10 warning a day'
	[[ $output == *"alert $id, win_rate_drop: held back: cap: 10 warning a day"* ]]
	mv "$day/deliveries" "$BATS_TEST_TMPDIR/deliveries"
	: > "$day/deliveries"
	run --separate-stderr saleswatch whynot "$where" 2024-04-07
	mv "$BATS_TEST_TMPDIR/deliveries" "$day/deliveries"
	[[ $output == *"alert $id: no route of routes.json takes it"* ]]
	mkdir -p "$state/days/2024-03-20"
	jq -c --arg id "$id" 'select(.alert_id == $id) | .date = "2024-03-19"' "$day/alerts" > "$state/days/2024-03-20/alerts"
	echo 'by me' > "$state/paused"
	run --separate-stderr saleswatch whynot "$where" 2024-04-07
	rm -r "$state/days/2024-03-20" "$state/paused"
	[[ $output == *"told before: alert $id, win_rate_drop, 2024-03-19; "*"nothing is sent: paused, by me"* ]]
}

@test "whynot: each verdict in words; one it does not know as it is" {
	cp "$day/findings.ledger" "$BATS_TEST_TMPDIR/ledger"
	verdict() {
		jq -c --arg verdict "$1" 'if .segment == {region: "Europe"} then .verdict = $verdict else . end' "$BATS_TEST_TMPDIR/ledger" > "$day/findings.ledger"
		saleswatch whynot region=Europe 2024-04-07 | head -n 1
	}
	[[ $(verdict "too small") == *": too small: no window of it had deals enough"* ]]
	[[ $(verdict "explained by region=India") == *": explained by region=India: what it shows, that incident shows" ]]
	[[ $(verdict "fired, but not wanted") == *"rules.json does not want it"* ]]
	[[ $(verdict "over before it showed: from 2024-03-01 to 2024-03-20") == *"to 2024-03-20; what was decided after that was as usual" ]]
	[[ $(verdict "too many today") == *"but for the other segments"* ]]
	[[ $(verdict "eclipsed") == *"region=Europe: eclipsed" ]]
	cp "$BATS_TEST_TMPDIR/ledger" "$day/findings.ledger"
}

@test "whynot: a day without a run is replayed, as detect would have looked at it" {
	run --separate-stderr saleswatch whynot region=Europe 2024-02-10
	expect 0 - "saleswatch: whynot: no run of that day is left; replayed from $day/deals"
	[[ ${lines[0]} == "2024-02-10, region=Europe: "* ]]
	lines_hold 3
	detect --rules "$T/pipelines/conf/rules.json" --deals "$day/deals" --as-of 2024-02-10 --ledger "$BATS_TEST_TMPDIR/ledger" < "$day/metrics" > /dev/null
	cmp "$BATS_TEST_TMPDIR/ledger" "$state/replays/2024-02-10.ledger"
}

@test "whynot: of a segment or a day that is not there it says what there is" {
	run --separate-stderr saleswatch whynot region=Erope,planet=Mars 2024-04-07
	expect 66 "" "saleswatch: whynot: region=Erope,planet=Mars: no region Erope; there are: APAC, Europe, *; no dimension planet; there are: industry, *"
	run --separate-stderr saleswatch whynot region=Europe,sales_rep_id=rep_01 2024-04-07
	expect 66 "" "*: segments like that are not looked at, only the company, one condition, and pairs without a rep"
	run --separate-stderr saleswatch whynot region=Europe 2024-05-01
	expect 66 "" "saleswatch: whynot: 2024-05-01: no data of that day yet; the newest days are: 2024-04-07"
	run --separate-stderr saleswatch whynot region=Europe 2019-05-01
	expect 66 "" "*saleswatch: whynot: 2019-05-01: before the first recorded deal"
	run --separate-stderr saleswatch whynot Europe 2024-04-07
	expect 64 "" "saleswatch: whynot: Europe: no segment; write it as region=Europe *"
	run --separate-stderr saleswatch whynot region=Europe yesterday
	expect 64 "" "saleswatch: whynot: yesterday: no such day"
	SALESWATCH_STATE=$BATS_TEST_TMPDIR/none run --separate-stderr saleswatch whynot region=Europe 2024-04-07
	expect 66 "" "saleswatch: whynot: $BATS_TEST_TMPDIR/none/days: nothing has run yet"
}

@test "the weekly report names the segments where a change must be large to show, by what is at stake" {
	[[ $(< "$day/report.html") == *"What we could not have seen"* ]]
	# the first of them, from the ledger and the deals
	first=$(jq -rn --slurpfile ledger "$day/findings.ledger" '[inputs | select(.outcome == "open")] as $open
		| $ledger | map(select((.visible > .15 or .visible <= 0) and .segment.sales_rep_id == null)) | map(.segment as $s | {s: $s, visible,
			amount: ([$open[] | select(. as $d | $s | to_entries | all(.value == $d[.key])) | .amount] | add // 0)})
		| max_by(.amount) | "\(.visible * 100 | round) points \(if .amount < 999500 then "\(.amount / 1e3 | round)K" else "\(.amount / 1e5 | round / 10)M" end)"' "$day/deals")
	run bash -c 'sed -n "/could not have seen/,/<\/section>/p" "$1" | grep -m1 "^<tr><th scope=.row.>"' _ "$day/report.html"
	[[ $output == *"\$${first##* }<"*"${first% *}<"* ]] || { echo "$first: $output"; return 1; }
}

@test "with too little history the report says how much is missing" {
	cd "$BATS_TEST_TMPDIR"
	jq -c 'select((.recorded_at // .closed_date // "9") > "2024-02-01")' "$day/deals" > deals
	aggregate < deals > metrics
	detect --rules "$T/pipelines/conf/rules.json" --deals deals --as-of 2024-04-07 --ledger ledger < metrics > findings 2> said
	weeks=$(sed -n 's/.*needs \([0-9]*\) more weeks.*/\1/p' said)
	[[ -n $weeks ]]
	render --as html --templates "$T/pipelines/templates" --ledger ledger --deals deals < /dev/null > page
	grep -q "Anything yet: $weeks weeks more of recorded deals are needed before any change can be told" page || { cat said; grep -A2 "could not" page; return 1; }
	run --separate-stderr render --as html --templates "$T/pipelines/templates" --ledger ledger < /dev/null
	expect 64 "" "usage: *"
}

@test "feedback: an answer is kept, with who gave it and when; each stands" {
	run --separate-stderr saleswatch feedback "$(drop | head -c 10)" on_it --by ann review on Tuesday
	expect 0 "" "saleswatch: feedback: $(drop): on_it, by ann"
	SALESWATCH_NOW=2024-04-08T05:00:00Z saleswatch feedback "$(drop)" useful --by bob 2> /dev/null
	run sqlite3 "$state/saleswatch.db" "select alert_id, person, at, answer, note from feedbacks order by at"
	expect 0 "$(drop)|ann|2024-04-08T04:00:00Z|on_it|review on Tuesday
$(drop)|bob|2024-04-08T05:00:00Z|useful|"
}

@test "feedback: to no alert, or with no answer, is told" {
	run --separate-stderr saleswatch feedback ffffffffffff useful
	expect 66 "" "saleswatch: feedback: ffffffffffff: no alert of that id in *"
	run --separate-stderr saleswatch feedback "$(drop)" perhaps
	expect 64 "" "usage: saleswatch feedback *"
	run --separate-stderr saleswatch feedback "$(drop)" useful --by
	expect 64 "" "usage: saleswatch feedback *"
}
