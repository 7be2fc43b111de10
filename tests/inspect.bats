# inspect - open deals: what their chances are made of, and the list of those to look at.
load helpers

rules=$root/pipelines/conf/rules.json

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	: > changes
}

# open ID CREATED AMOUNT [FIELDS]: an open deal; FIELDS as JSON members.
open() { printf '{"deal_id":"%s","created_date":"%s","outcome":"open","amount":%s%s}\n' "$1" "$2" "$3" "${4:+,$4}"; }

# change ID FIELD OLD NEW DAY: a change, values as JSON, seen that day.
change() { printf '{"kind":"change","v":1,"deal_id":"%s","field":"%s","old":%s,"new":%s,"seen":"%sT02:00:00Z"}\n' "$@"; }

# cycles N: as many won deals, closed on 2024-02-01 after 1, 2, ... N days.
cycles() {
	for ((i = 1; i <= $1; i++)); do
		printf '{"deal_id":"w%03d","created_date":"%s","closed_date":"2024-02-01","outcome":"won","amount":1}\n' \
			"$i" "$(date -d "2024-02-01 - $i days" +%F)"
	done
}

# rule JSON: a rules file whose deal_warnings are these.
rule() { printf '{"detect":{"deal_warnings":%s}}' "$1" > rules.json; rules=$PWD/rules.json; }

look() { inspect --rules "$rules" --changes changes --as-of 2024-03-31 --risks risks "$@" < deals; }

# why ID: the reasons for which a deal is on a list, one a line.
why() { look | jq -r --arg id "$1" '.deals[] | select(.deal_id == $id) | .reasons[]'; }

# those: the deals on lists.
those() { look | jq -r '[.deals[].deal_id] | join(" ")'; }

# company: 2,400 decided deals of two years, made by a fixed series, and 300 open ones.  Half of the
# partners' are won, a third of the rest; what was lost was open for longer.
company() {
	awk 'function chance() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
	function date(day,	m, year) {
		year = 2022 + int(day / 365); day = day % 365
		for (m = 1; day >= length_of[m]; m++) day -= length_of[m]
		return sprintf("%d-%02d-%02d", year, m, day + 1)
	}
	BEGIN {
		seed = 7; split("31 28 31 30 31 30 31 31 30 31 30 31", length_of, " ")
		for (i = 0; i < 2700; i++) {
			from = int(chance() * 730); source = chance() < .5 ? "Partner" : "Inbound"
			won = chance() < (source == "Partner" ? .6 : .3)
			to = from + (won ? 10 + int(chance() * 50) : 20 + int(chance() * 180))
			is_open = i >= 2400; if (is_open) from = 650 + int(chance() * 80)
			printf "{\"deal_id\":\"d%04d\",\"created_date\":\"%s\",", i, date(from)
			if (!is_open) printf "\"closed_date\":\"%s\",", date(to)
			printf "\"outcome\":\"%s\",\"amount\":%d,\"sales_rep_id\":\"rep_%d\",\"lead_source\":\"%s\"}\n", is_open ? "open" : won ? "won" : "lost", 1000 + int(chance() * 9000), 1 + int(chance() * 5), source
		}
	}' > deals
}

@test "an open deal past its expected close is overdue, from the day after" {
	{ open late 2024-03-20 10 '"expected_close_date":"2024-03-30"'
	open today 2024-03-20 10 '"expected_close_date":"2024-03-31"'
	open silent 2024-03-20 10; } > deals
	run why late
	expect 0 "expected to close 2024-03-30, 1 day ago"
	[[ $(those) == late ]]
	rule '{"overdue":{"days":1}}'
	[[ $(those) == "" ]]
}

@test "a close pushed three times is told, pulling it in is no push" {
	{ open pushed 2024-01-20 10 '"expected_close_date":"2024-05-01"'
	open pulled 2024-01-20 10 '"expected_close_date":"2024-04-20"'; } > deals
	{ change pushed expected_close_date '"2024-02-01"' '"2024-03-01"' 2024-02-02
	change pushed expected_close_date '"2024-03-01"' '"2024-04-01"' 2024-03-02
	change pushed expected_close_date '"2024-04-01"' '"2024-05-01"' 2024-03-20
	change pulled expected_close_date '"2024-03-01"' '"2024-04-01"' 2024-02-02
	change pulled expected_close_date '"2024-04-01"' '"2024-05-01"' 2024-03-02
	change pulled expected_close_date '"2024-05-01"' '"2024-04-20"' 2024-03-20
	change pulled expected_close_date null '"2024-03-01"' 2024-01-25; } > changes
	[[ $(those) == pushed ]]
	run why pushed
	expect 0 "close date pushed 3 times"
	[[ $(look | jq -r '.deals[0].since') == 2024-03-20 ]]
	rule '{"pushed":{"times":2}}'
	[[ $(those) == "pulled pushed" ]]
}

@test "an amount cut by a fifth within the days is told; one restored or long past is not" {
	{ open cut 2024-01-20 75; open restored 2024-01-20 100; open past 2023-01-20 50; open little 2024-01-20 81
	open steps 2024-01-20 78; open partly 2024-01-20 60; } > deals
	{ change cut amount 100 75 2024-03-01
	change restored amount 100 60 2024-03-01
	change restored amount 60 100 2024-03-05
	change past amount 100 50 2023-12-01
	change little amount 100 81 2024-03-01
	change steps amount 100 89 2024-02-01
	change steps amount 89 78 2024-03-01
	change partly amount 100 50 2024-03-01
	change partly amount 50 60 2024-03-05; } > changes
	[[ $(those) == "steps cut partly" ]]
	run why partly
	expect 0 "amount cut by 40%, last on 2024-03-01"
	run why cut
	expect 0 "amount cut by 25%, last on 2024-03-01"
	rule '{"amount_cut":{"percent":24,"days":200}}'
	[[ $(those) == "cut partly past" ]]
}

@test "no activity: by last_activity_date, else by modified_at; a deal that has neither says nothing" {
	{ open idle 2024-01-01 10 '"last_activity_date":"2024-02-29","modified_at":"2024-03-30"'
	open busy 2024-01-01 10 '"last_activity_date":"2024-03-01"'
	open touched 2024-01-01 10 '"modified_at":"2024-02-01T10:00:00Z"'
	open silent 2024-01-01 10; } > deals
	[[ $(those) == "idle touched" ]]
	run why idle
	expect 0 "no activity for 31 days"
}

@test "stalled, without a history of stages: older than nine of ten won deals were" {
	{ cycles 50; open old 2024-02-14 10; open young 2024-02-15 10; } > deals
	[[ $(those) == old ]]
	run why old
	expect 0 "open for 46 days; 90% of won deals took 45 or less"
	[[ $(look | jq -r '.deals[0].since') == 2024-03-31 ]]
	{ cycles 19; open old 2020-01-01 10; } > deals
	[[ $(those) == "" ]]
}

@test "stalled, with a history of stages: longer in the stage than nine of ten" {
	for i in {101..150}; do
		printf '{"deal_id":"w%d","created_date":"2024-01-01","closed_date":"2024-02-20","outcome":"won","amount":1,"stage":"Offer"}\n' "$i"
	done > deals
	{ open old 2024-01-01 10 '"stage":"Offer"'; open young 2024-01-01 10 '"stage":"Offer"'
	open first 2024-02-01 10 '"stage":"New"'; open before 2023-12-01 10 '"stage":"New"'; } >> deals
	{ for i in {101..150}; do change "w$i" stage '"New"' '"Offer"' 2024-01-$((i % 5 + 10)); done
	change old stage '"New"' '"Offer"' 2024-01-20
	change young stage '"New"' '"Offer"' 2024-03-25
	change first stage '"New"' '"New"' 2024-01-01; } > changes
	[[ $(why old) == "in stage Offer for 71 days; 90% of deals leave it within "* ]]
	[[ $(why first) == "in stage New for "* ]]
	# it was not seen when it began: how long it has been in its stage, nobody knows
	[[ $(why before) == "open for 121 days; 90% of won deals took 50 or less" ]]
	[[ $(those) == "before first old" ]]
}

@test "a deal of which no day is known is on no list" {
	{ printf '{"deal_id":"x","outcome":"open","amount":5}\n'; cycles 20; } > deals
	look > lists
	[ ! -s lists ]
	jq -e 'select(.deal_id == "x")' risks > /dev/null
}

@test "each row can be off, and all of them" {
	{ cycles 50; open bad 2023-06-01 10 '"expected_close_date":"2024-03-01","last_activity_date":"2024-01-01"'; } > deals
	{ for month in 01 02 03; do change bad expected_close_date "\"2023-$month-01\"" '"2024-03-01"' "2024-$month-02"; done
	change bad amount 20 10 2024-03-01; } > changes
	[[ $(look | jq -r '.deals[0].warnings | join(" ")') == "overdue pushed stalled amount_cut no_activity" ]]
	for row in overdue pushed stalled amount_cut no_activity; do
		rule "{\"$row\":{\"on\":false}}"
		[[ $(look | jq -r --arg row $row '.deals[0].warnings | length == 4 and (index($row) == null)') == true ]]
	done
	rule '{"on":false}'
	run look
	expect 0 ""
	rule '{"min_pipeline":11}'
	run look
	expect 0 ""
}

@test "one list a manager, and one of the company's for who has none; the field may be another" {
	late='"expected_close_date":"2024-03-01"'
	{ open a 2024-03-01 10 "$late,\"manager_id\":\"Zoe\""; open b 2024-03-01 20 "$late,\"manager_id\":\"Zoe\""
	open c 2024-03-01 5 "$late,\"manager\":\"Ann\""; open d 2024-03-01 1 "$late,\"manager_id\":\"\""
	open e 2024-03-01 1 '"manager_id":"Zoe"'; } > deals
	run bash -c "inspect --rules '$rules' --as-of 2024-03-31 < deals | jq -c '[.segment, .n, .open_deals, .pipeline.amount, [.deals[].deal_id]]'"
	expect 0 '[{"manager_id":"Zoe"},2,3,30,["b","a"]]
[{"manager":"Ann"},1,1,5,["c"]]
[{},1,1,1,["d"]]'
	rule '{"by":"region"}'
	[[ $(look | jq -c .segment) == '{}' ]]
}

@test "ten deals are shown, the largest first, and the rest counted" {
	for i in {10..24}; do open "d$i" 2024-03-01 "$i" '"expected_close_date":"2024-03-01","sales_rep_id":"rep_1"'; done > deals
	[[ $(look | jq -c '[.n, .pipeline.amount, (.deals | length), .deals[0].amount, .deals[9].deal_id, .reps]') == \
		'[15,255,10,24,"d15",[{"sales_rep_id":"rep_1","amount":255,"deals":15}]]' ]]
	look | prioritize --rules "$rules" | render --templates "$root/pipelines/templates" --as text > shown
	grep -qF 'Worth a look: 15 deals of 15 open, $255' shown
	grep -qE '^d24 +\$24 +rep_1 +[0-9]+% +expected to close 2024-03-01, 30 days ago$' shown
	grep -qx 'and 5 more' shown
	[[ $(grep -c '^d' shown) == 10 ]]
	look | prioritize --rules "$rules" | render --templates "$root/pipelines/templates" --as html > page
	grep -qF '15 open deals of 15, worth $255, should be looked at; the lists are with their managers' page
	[[ $(grep -c 'd24' page) == 0 ]] # a page is for anybody
	look | prioritize --rules "$rules" | render --templates "$root/pipelines/templates" --as mail | tr -d "\r" > mailed
	grep -q '^Subject: .*Open Deals to Look At: 15 deals, \$255' mailed
	grep -qE '^d24 +\$24 +rep_1 ' mailed
	jq -c '.url = "https://crm.example.com/" + .deal_id' deals > there && mv there deals
	[[ $(look | jq -r .deals[0].url) == https://crm.example.com/d24 ]]
}

# told DAY: what prioritize makes of that day's list, given all that was told before.
told() {
	inspect --rules "$rules" --as-of "$1" < deals | prioritize --rules "$rules" --history history > now
	cat now >> history
	jq -r '"\(.date) \(.n)"' now
}

@test "a list is told once a week at most, and only in a week when a deal came onto it" {
	: > history
	{ open a 2024-03-01 10 '"expected_close_date":"2024-03-05"'; open b 2024-03-01 10 '"expected_close_date":"2024-03-07"'
	open c 2024-03-01 10 '"expected_close_date":"2024-03-20"'; } > deals
	for day in {01..31}; do told "2024-03-$day"; done > days
	run cat days
	# b comes in the same week as a, which doubles what is at stake; c two weeks later
	expect 0 "2024-03-06 1
2024-03-08 2
2024-03-21 3"
	[[ $(jq -r .opened history | sort -u | xargs) == "2024-03-03 2024-03-17" ]]
}

@test "the order of the lines changes nothing" {
	company
	look --map "$root/pipelines/conf/maps/default.json" > first
	cp risks risks.first
	[[ -s first && -s risks ]]
	for seed in 1 2; do
		shuf --random-source=<(yes $seed) deals > other && mv other deals
		look | cmp - first
		cmp risks risks.first
	done
}

@test "what happens later changes nothing: of deals, and of changes" {
	company
	{ change d2401 expected_close_date '"2023-11-01"' '"2023-12-01"' 2023-11-02
	change d2402 amount 9000 500 2023-11-20; } > changes
	ask() { inspect --rules "$rules" --changes changes --as-of 2023-12-01 --risks "$1" < deals; }
	ask one > first
	[[ -s first ]]
	# decided later, they are still open; created later, they are not there
	jq -c 'if .outcome != "open" and .closed_date > "2023-12-01" then .outcome = (if .outcome == "won" then "lost" else "won" end) else . end
		| if .deal_id == "d2402" then .amount = 1 else . end
		| if .deal_id == "d2403" then .expected_close_date = "2025-01-01" else . end' deals > later
	open new 2023-12-02 1000000 '"expected_close_date":"2023-01-01"' >> later
	was=$(jq 'select(.deal_id == "d2402") | .amount' deals)
	mv later deals
	{ change d2402 amount "$was" 1 2023-12-02
	change d2403 expected_close_date null '"2025-01-01"' 2023-12-05; } >> changes
	ask two | cmp - first
	cmp one two
}

@test "the parts multiply to the odds of the chance, and those of the segment to the segment" {
	company
	look > /dev/null
	jq -es 'length >= 300 and all(
		(.parts | .company * .segment * .age * .pushes) as $odds
		| (($odds / (1 + $odds) - .chance) | fabs) < 1e-4 and .chance > 0 and .chance < 1
		and ((([.parts.segment_by[]] | reduce .[] as $x (1; . * $x)) - .parts.segment) | fabs) < 1e-3)' risks
	# partners win twice as often, and it says so
	jq -es '(map(select(.parts.segment_by.lead_source > 1)) | length) as $n | $n > 100 and $n < 200' risks
	grep -q '"lead_source Partner wins more often than others: odds times ' risks
	# nobody has won after sixty days
	inspect --rules "$rules" --as-of 2023-12-31 --risks risks < deals > /dev/null
	jq -es 'map(select(.age_days > 70) | .parts.age) as $old | map(select(.age_days < 30) | .parts.age) as $young |
		($old | length) > 50 and ($young | length) > 50 and ($old | max) < ($young | min)' risks
}

@test "nothing to learn from is even odds; all won or all lost is no certainty" {
	open a 2024-03-01 10 > deals
	look > /dev/null
	[[ $(jq -c '[.chance, .risk, .parts.age, .reasons]' risks) == '[0.5,"low",1,["as most deals of the company"]]' ]]
	{ cycles 30; open a 2024-03-01 10; open b 1990-01-01 0; printf '{"deal_id":"c","outcome":"open"}\n'; } > deals
	look > /dev/null
	jq -es 'length == 3 and all(.chance > .9 and .chance < 1)' risks
	sed -i 's/"won"/"lost"/' deals
	look > /dev/null
	jq -es 'length == 3 and all(.chance < .1 and .chance > 0)' risks
}

@test "more pushes never raise a chance: learned from deals, and as far as none say so" {
	{ for k in {0..5}; do open "o$k" 2024-01-01 10 '"expected_close_date":"2024-06-01"'; done; } > deals
	for k in {1..5}; do for ((i = 1; i <= k; i++)); do
		change "o$k" expected_close_date "\"2024-05-0$i\"" "\"2024-05-1$i\"" "2024-02-0$i"
	done; done > changes
	look > /dev/null
	[[ $(jq -r .parts.pushes risks | xargs) == "1 0.85 0.7225 0.6141 0.522 0.522" ]]
	# forty deals that were pushed twice were lost, forty that were not were won
	for i in {100..139}; do
		printf '{"deal_id":"p%d","created_date":"2024-01-05","closed_date":"2024-03-20","outcome":"lost","amount":1}\n' "$i"
		printf '{"deal_id":"q%d","created_date":"2024-01-05","closed_date":"2024-03-20","outcome":"won","amount":1}\n' "$i"
	done >> deals
	for i in {100..139}; do for k in 1 2; do
		change "p$i" expected_close_date "\"2024-05-0$k\"" "\"2024-05-1$k\"" "2024-01-0$((k + 5))"
	done; done >> changes
	look > /dev/null
	jq -es '[.[].parts.pushes] as $p | $p == ($p | sort | reverse) and $p[0] > 1.2 and $p[2] < .4' risks
	jq -es '.[2].reasons | any(startswith("close pushed 2 times: odds times 0."))' risks
}

# judge: of records {p, prior, y}: log loss of both, and AUC, as one object.
judge() {
	jq -s 'def loss(f): map(if .y then -(f | log) else -(1 - f | log) end) | add / length;
		length as $n | (map(select(.y)) | length) as $won
		| {n: $n, loss: loss(.p), prior: loss(.prior),
		auc: (((sort_by(.p) | to_entries | map(select(.value.y) | .key + 1) | add) - $won * ($won + 1) / 2) / ($won * ($n - $won)))}'
}

# hindsight DEALS DAY [OPTION...]: every deal open that day whose outcome came later, with both chances.
hindsight() {
	inspect --rules "$rules" --as-of "$2" --risks risks "${@:3}" < "$1" > /dev/null
	jq -c --slurpfile of <(jq -c 'select(.outcome != "open") | {(.deal_id): (.outcome == "won")}' "$1" | jq -s add) '
		select($of[0][.deal_id] != null) | (.parts.company * .parts.segment) as $o
		| {p: .chance, prior: ($o / (1 + $o)), y: $of[0][.deal_id]}' risks
}

@test "on the sample, chances are nearer to what came of the deals than the rate of their segment is" {
	fetch csv "$root/tests/data/deals.csv" --max-rejects 50% 2> /dev/null | validate deal --max-rejects 50% 2> /dev/null | dedupe --key deal_id > all
	for day in 2023-10-01 2023-12-01; do hindsight all "$day"; done | judge > figures
	jq -e '.n > 3000 and .loss < .prior - .005 and .auc > .6' figures || { cat figures; return 1; }
}

# bats test_tags=figures
@test "so they are in a world of the truth sets, and far nearer where stages have a history" {
	outside data/truth/default-20241/stage_history.csv
	export SALESWATCH_NOW=2030-01-01T00:00:00Z
	world=$testdata/data/truth/default-20241
	fetch csv "$world/deals.csv" --max-rejects 50% 2> /dev/null | validate deal --max-rejects 50% 2> /dev/null | dedupe --key deal_id > all
	for day in 2023-03-01 2023-09-01; do hindsight all "$day"; done | judge > figures
	jq -e '.n > 8000 and .loss < .prior - .015 and .auc > .62' figures || { cat figures; return 1; }
	# a stage is known from the day it was entered, a closing one when the outcome was recorded
	jq -r '[.deal_id, (.recorded_at // .closed_date // "")[:10]] | @csv' all | tr -d '"' > recorded
	awk -F, 'NR == FNR { recorded[$1] = $2; next } FNR > 1 {
		if ($1 == id) printf "{\"kind\":\"change\",\"v\":1,\"deal_id\":\"%s\",\"field\":\"stage\",\"old\":\"%s\",\"new\":\"%s\",\"at\":\"%s\",\"seen\":\"%s\"}\n",
			$1, stage, $2, $3, ($2 ~ /^Closed/ && recorded[$1] > $3 ? recorded[$1] : $3)
		id = $1; stage = $2 }' recorded "$world/stage_history.csv" > history
	for day in 2023-03-01 2023-09-01; do hindsight all "$day" --changes history; done | judge > figures
	jq -e '.loss < .prior - .1 and .auc > .75' figures || { cat figures; return 1; }
}

@test "wrong rules are 78, with the line" {
	: > deals
	while IFS='|' read -r text message; do
		printf '{\n"detect": {\n%s\n}}\n' "$text" > wrong.json
		run --separate-stderr inspect --rules wrong.json < deals
		expect 78 "" "inspect: wrong.json:$message"
	done <<-'END'
	"deal_warnings": {"overdu": {}}|3: /detect/deal_warnings: unknown key "overdu"
	"deal_warnings": {"on": 1}|3: /detect/deal_warnings/on: must be true or false
	"deal_warnings": {"overdue": {"on": "no"}}|3: /detect/deal_warnings/overdue/on: must be true or false
	"deal_warnings": {"pushed": {"times": 0}}|3: /detect/deal_warnings/pushed/times: must be between 1 and 1000
	"deal_warnings": {"pushed": {"times": 2.5}}|3: /detect/deal_warnings/pushed/times: must be a whole number
	"deal_warnings": {"stalled": {"percentile": 100}}|3: /detect/deal_warnings/stalled/percentile: must be between 50 and 99
	"deal_warnings": {"amount_cut": {"points": 9}}|3: /detect/deal_warnings/amount_cut: unknown key "points"
	"deal_warnings": {"no_activity": {"days": 0}}|3: /detect/deal_warnings/no_activity/days: must be between 1 and 3660
	"deal_warnings": {"most": 1000}|3: /detect/deal_warnings/most: must be between 1 and 100
	"deal_risk": {"per_push": 2}|3: /detect/deal_risk/per_push: must be between 0.1 and 1
	"deal_risk": {"high": 0.9}|3: /detect/deal_risk/high: must not be above medium
	END
}

@test "wrong records are 65, with the line, here and among the changes; a missing file is 66" {
	while IFS='|' read -r line message; do
		{ open a 2024-01-01 1; echo "$line"; } > deals
		run --separate-stderr look
		expect 65 "" "inspect: stdin:2: $message"
	done <<-'END'
	{"deal_id":"x","created_date":"2022-01-01","outcome":"won"}|decided without recorded_at or closed_date
	{"deal_id":"x","created_date":"2022-01-01","outcome":"maybe"}|outcome maybe is not won, lost or open
	{"created_date":"2022-01-01","outcome":"open"}|no deal_id
	{"deal_id":"x","created_date":"2022-13-01","outcome":"open"}|2022-13-01 is no day
	{"deal_id":"x","expected_close_date":"soon","outcome":"open"}|soon is no day
	{"deal_id":"x","created_date":"2022-01-01","outcome":"open","amount":1e3}|amount 1e3 is no money
	END
	open a 2024-01-01 1 > deals
	while IFS='|' read -r line message; do
		echo "$line" > changes
		run --separate-stderr look
		expect 65 "" "inspect: changes:1: $message"
	done <<-'END'
	{"deal_id":"a","field":"stage","old":"A","new":"B"}|no instant it was seen at
	{"deal_id":"a","field":"amount","old":"much","new":1,"seen":"2024-01-01"}|amount much is no money
	{"deal_id":"a","field":"expected_close_date","old":"May","new":null,"seen":"2024-01-01"}|May is no day
	{"deal_id":"a",|*
	END
	run --separate-stderr inspect --rules "$rules" --changes none < deals
	expect 66 "" "inspect: none: No such file or directory"
	{ open a 2024-01-01 1 '"currency":"EUR"'; open b 2024-01-01 1 '"currency":"USD"'; } > deals
	run --separate-stderr inspect --rules "$rules" < deals
	expect 65 "" "inspect: stdin:2: USD beside EUR: amounts that cannot be added"
}

@test "rules must be given, and a day must be one" {
	for args in "" "--rules x more"; do
		# shellcheck disable=SC2086
		run --separate-stderr inspect $args < /dev/null
		expect 64 "" "usage: inspect *"
	done
	run --separate-stderr inspect --rules x --as-of 2024-02-30 < /dev/null
	expect 64 "" "inspect: 2024-02-30: no such day"
}

@test "findings and risks are what their schemas say; the summary counts" {
	{ cycles 50; open a 2023-06-01 10.5 '"expected_close_date":"2024-03-01","manager_id":"Ann","stage":"Offer","sales_rep_id":"r"'; } > deals
	look --summary sum > findings
	run cat sum
	expect 0 '{"stage":"inspect","in":51,"out":51,"rejected":0,"dropped":0,"written":1}'
	for pair in finding:findings risk:risks; do
		run --separate-stderr validate "${pair%:*}" < "${pair#*:}"
		expect 0 "$(cat "${pair#*:}")" ""
		jq -es --slurpfile schema "$root/schemas/${pair%:*}.json" 'length > 0 and all((keys - ($schema[0].properties | keys)) == [])' "${pair#*:}"
	done
	look | prioritize --rules "$rules" > alerts
	run --separate-stderr validate alert < alerts
	expect 0 "$(cat alerts)" ""
}
