# prioritize - which findings people hear of, how loudly, and that they hear of them once.
load helpers

rules=$root/pipelines/conf/rules.json

# finding KEY=JSON...: a drop of 14 points with 2.4 M at stake, changed as said.
finding() {
	local change='.'
	for pair in "$@"; do change+=" | .${pair%%=*} = ${pair#*=}"; done
	jq -c "$change" <<-'END'
	{"kind":"finding","v":1,"type":"win_rate_drop","date":"2024-03-31","opened":"2024-03-14","segment":{"region":"LATAM"},"direction":"down","days":21,"n":150,"won":42,"expected":63.1,"value":0.28,"baseline":0.42,"effect":-0.14,"z":-5.31,"threshold":4.92,"tried":178,"pipeline":{"amount":2400000,"deals":12},"reps":[{"sales_rep_id":"rep_22","amount":800000,"deals":4},{"sales_rep_id":"rep_14","amount":500000,"deals":3}],"deals":["D7","D9"]}
	END
}

# with JQ: rules.json changed so, in $changed.
with() {
	changed=$BATS_TEST_TMPDIR/rules.json
	jq "$1" "$rules" > "$changed"
}

@test "a drop of many points with much at stake is critical, and says what to do" {
	run --separate-stderr bash -c 'prioritize --rules "$0" | jq -r ".kind, .severity, .priority, .state, .title, .message, .actions[], .data_through"' \
		"$rules" < <(finding)
	expect 0 'alert
critical
P1
new
Win Rate Drop Detected
LATAM wins 28% of its deals, down from 42%.
Review lost deal reasons with LATAM team
Schedule pipeline review with rep_22, rep_14
2024-03-31' ""
}

@test "the alert keeps the finding's fields, in their order, before its own" {
	finding | prioritize --rules "$rules" > "$BATS_TEST_TMPDIR/alert"
	run jq -r 'keys_unsorted | join(" ")' "$BATS_TEST_TMPDIR/alert"
	expect 0 'kind v type date opened segment direction days n won expected value baseline effect z threshold tried pipeline reps deals alert_id severity priority state score title message actions data_through provenance'
	run diff <(finding | jq -S 'del(.kind)') \
		<(jq -S 'del(.kind, .alert_id, .severity, .priority, .state, .score, .title, .message, .actions, .data_through, .provenance)' "$BATS_TEST_TMPDIR/alert")
	expect 0 ""
}

@test "a smaller drop, or less at stake, is a warning; a rise and an insight are insights; a rep's shift is a warning" {
	run bash -c 'prioritize --rules "$0" | jq -r "[.priority, .severity, .type] | @tsv"' "$rules" < <(
		finding effect=-0.0799 'segment={"region":"a"}'
		finding pipeline.amount=249999 'segment={"region":"b"}'
		finding pipeline.amount=250000 effect=-0.08 'segment={"region":"c"}'
		finding 'type="win_rate_rise"' 'direction="up"'
		finding 'type="segment_insight"' 'direction="up"'
		finding 'type="rep_shift"' 'segment={"sales_rep_id":"rep_05"}' pipeline.amount=1
		finding 'type="rep_shift"' 'segment={"sales_rep_id":"rep_06"}' 'direction="up"' pipeline.amount=1
	)
	expect 0 'P1	critical	win_rate_drop
P2	warning	win_rate_drop
P2	warning	win_rate_drop
P2	warning	rep_shift
P3	insight	segment_insight
P3	insight	win_rate_rise
P3	insight	rep_shift'
}

@test "an action that names nobody is left out" {
	run bash -c 'prioritize --rules "$0" | jq -c .actions' "$rules" < <(finding 'reps=[]' 'segment={}')
	expect 0 '["Review lost deal reasons with sales team"]'
}

@test "a drop of one rep's is reviewed with the rep, not with a team" {
	run bash -c 'prioritize --rules "$0" | jq -r ".actions[0]"' "$rules" < <(finding 'segment={"sales_rep_id":"rep_12"}')
	expect 0 'Review lost deal reasons with rep_12'
}

@test "jq can do the arithmetic of the priority again, from the record alone" {
	run bash -c 'prioritize --rules "$0" | jq -r ".severity as \$given | .score as {\$values, \$severities}
		| first(\$severities[] | select(all(to_entries[]; (.key | startswith(\"min_\") | not) or \$values[.key[4:]] >= .value)) | .severity)
		| . == \$given"' "$rules" < <(
		finding
		finding effect=-0.05 'segment={"region":"b"}'
		finding 'pipeline={}' 'segment={"region":"c"}'
	)
	expect 0 'true
true
true'
}

@test "identity is type, segment, direction and the day it began, and no more" {
	finding | prioritize --rules "$rules" | jq -r .alert_id > "$BATS_TEST_TMPDIR/id"
	grep -qxE '[0-9a-f]{16}' "$BATS_TEST_TMPDIR/id"
	for same in 'z=-9' 'date="2024-03-30"' 'segment={"region":"LATAM"}' 'tried=7'; do
		run bash -c 'prioritize --rules "$0" | jq -r .alert_id' "$rules" < <(finding "$same")
		expect 0 "$(cat "$BATS_TEST_TMPDIR/id")"
	done
	for other in 'type="win_rate_rise"' 'segment={"region":"APAC"}' 'segment={"area":"LATAM"}' 'direction="up"' 'opened="2024-03-15"'; do
		run bash -c 'prioritize --rules "$0" | jq -r .alert_id' "$rules" < <(finding "$other")
		[[ $output != "$(cat "$BATS_TEST_TMPDIR/id")" ]]
	done
	run bash -c 'prioritize --rules "$0" | jq -r .alert_id | sort -u | wc -l' "$rules" < <(
		finding 'segment={"region":"a","product_type":"b"}' 'date="2024-03-30"'
		finding 'segment={"product_type":"b","region":"a"}')
	expect 0 1
}

@test "what was told is not told again, unless its priority rose, its z grew by one or its stake doubled" {
	finding effect=-0.05 | prioritize --rules "$rules" > "$BATS_TEST_TMPDIR/told"
	again() { finding effect=-0.05 'date="2024-04-01"' "$@" | prioritize --rules "$rules" --history "$BATS_TEST_TMPDIR/told" | jq -c '[.state, .priority, .score.last.date]'; }
	run again
	expect 0 ""
	run again z=-6.3 pipeline.amount=4799999
	expect 0 ""
	run again z=-6.31
	expect 0 '["changed","P2","2024-03-31"]'
	run again pipeline.amount=4800000
	expect 0 '["changed","P2","2024-03-31"]'
	run again effect=-0.1
	expect 0 '["changed","P1","2024-03-31"]'
}

@test "an alert whose priority fell is not told again" {
	finding | prioritize --rules "$rules" > "$BATS_TEST_TMPDIR/told"
	run prioritize --rules "$rules" --history "$BATS_TEST_TMPDIR/told" < <(finding effect=-0.02 'date="2024-04-02"')
	expect 0 ""
}

@test "an incident keeps its id and its beginning when a later day dates it anew, for 28 days" {
	finding | prioritize --rules "$rules" > "$BATS_TEST_TMPDIR/told"
	run prioritize --rules "$rules" --history "$BATS_TEST_TMPDIR/told" < <(finding 'opened="2024-04-11"' 'date="2024-04-20"')
	expect 0 ""
	run bash -c 'prioritize --rules "$0" --history "$1" | jq -r "[.alert_id, .opened, .state] | @tsv"' "$rules" "$BATS_TEST_TMPDIR/told" \
		< <(finding 'opened="2024-04-11"' 'date="2024-04-20"' z=-8)
	expect 0 "$(jq -r .alert_id "$BATS_TEST_TMPDIR/told")	2024-03-14	changed"
	run bash -c 'prioritize --rules "$0" --history "$1" | jq -r "[.opened, .state] | @tsv"' "$rules" "$BATS_TEST_TMPDIR/told" \
		< <(finding 'opened="2024-04-12"' 'date="2024-04-20"')
	expect 0 '2024-04-12	new'
}

@test "a type may repeat sooner than others, and stand outside the caps" {
	list() { finding 'type="deal_warnings"' 'segment={}' "$@"; }
	list | prioritize --rules "$rules" > "$BATS_TEST_TMPDIR/told"
	run bash -c 'prioritize --rules "$0" --history "$1" | jq -r .opened' "$rules" "$BATS_TEST_TMPDIR/told" < <(
		list 'date="2024-04-01"' 'opened="2024-03-20"'
		list 'date="2024-04-02"' 'opened="2024-03-21"'
	)
	expect 0 2024-03-21
	with '.alerts.caps = {"warning": 1} | .alerts.types.deal_warnings.capped = true'
	for is in "$rules" "$changed"; do
		for i in {1..12}; do list "segment={\"manager_id\":\"m$i\"}"; done | prioritize --rules "$is" | jq -rs 'map(select(.suppressed | not)) | length'
	done > "$BATS_TEST_TMPDIR/counts"
	run cat "$BATS_TEST_TMPDIR/counts"
	expect 0 $'12\n1'
}

@test "a day done twice gives the same bytes, though its own alerts are in the history by then" {
	finding | prioritize --rules "$rules" > "$BATS_TEST_TMPDIR/once"
	finding | prioritize --rules "$rules" --history "$BATS_TEST_TMPDIR/once" > "$BATS_TEST_TMPDIR/twice"
	[[ -s $BATS_TEST_TMPDIR/once ]]
	cmp "$BATS_TEST_TMPDIR/once" "$BATS_TEST_TMPDIR/twice"
}

@test "many days in one run are told as night after night" {
	{ finding; finding 'date="2024-04-01"'; finding 'date="2024-04-02"' z=-6.4; } > "$BATS_TEST_TMPDIR/all"
	: > "$BATS_TEST_TMPDIR/history"
	for day in 1 2 3; do
		sed -n "${day}p" "$BATS_TEST_TMPDIR/all" |
			prioritize --rules "$rules" --history "$BATS_TEST_TMPDIR/history" > "$BATS_TEST_TMPDIR/night"
		cat "$BATS_TEST_TMPDIR/night" >> "$BATS_TEST_TMPDIR/history"
	done
	run prioritize --rules "$rules" < <(tac "$BATS_TEST_TMPDIR/all")
	expect 0 "$(cat "$BATS_TEST_TMPDIR/history")"
	[[ ${#lines[@]} == 2 ]]
}

@test "past a cap the rest is kept, with the reason; a critical one is never held back" {
	with '.alerts.caps = {"warning": 2, "insight": 0}'
	run --separate-stderr bash -c 'prioritize --rules "$0" --summary "$1" | jq -r "[.priority, .pipeline.amount, .suppressed // \"\"] | @tsv"' \
		"$changed" "$BATS_TEST_TMPDIR/sum" < <(
		for i in 1 2 3; do finding 'segment={"region":"'$i'"}'; done
		for i in 4 5 6; do finding effect=-0.01 'segment={"region":"'$i'"}' pipeline.amount=$i; done
		finding 'type="segment_insight"' 'direction="up"')
	expect 0 'P1	2400000	
P1	2400000	
P1	2400000	
P2	6	
P2	5	
P2	4	cap: 2 warning a day
P3	2400000	cap: 0 insight a day' ""
	run cat "$BATS_TEST_TMPDIR/sum"
	expect 0 '{"stage":"prioritize","in":7,"out":7,"rejected":0,"dropped":0,"written":7}'
}

@test "nobody heard what was held back: it may be told the next day" {
	with '.alerts.caps.insight = 0'
	finding 'type="segment_insight"' | prioritize --rules "$changed" > "$BATS_TEST_TMPDIR/held"
	run bash -c 'prioritize --rules "$0" --history "$1" | jq -c "[.state, .suppressed]"' "$rules" "$BATS_TEST_TMPDIR/held" \
		< <(finding 'type="segment_insight"' 'date="2024-04-01"')
	expect 0 '["new",null]'
}

@test "a type, a severity and alerts about one person can be turned off, visibly" {
	with '.alerts.types.win_rate_drop.on = false'
	run bash -c 'prioritize --rules "$0" | jq -r .suppressed' "$changed" < <(finding)
	expect 0 'off: win_rate_drop'
	with '.alerts.types.win_rate_drop.severities[0].on = false'
	run bash -c 'prioritize --rules "$0" | jq -c "[.severity, .suppressed]"' "$changed" < <(finding)
	expect 0 '["warning",null]'
	with '.alerts.rep_alerts = false'
	run bash -c 'prioritize --rules "$0" | jq -r .suppressed' "$changed" < <(
		finding 'segment={"sales_rep_id":"rep_05"}' pipeline.amount=9000000
		finding
		finding 'type="rep_shift"' 'segment={"sales_rep_id":"rep_05"}')
	expect 0 'off: rep_alerts
null
off: rep_alerts'
}

@test "a finding below every minimum is kept, and says what it lacks" {
	with '.alerts.types.win_rate_drop.severities = [{"severity":"critical","min_points":20},{"severity":"warning","min_z":6}]'
	run bash -c 'prioritize --rules "$0" | jq -c "[.severity, .suppressed]"' "$changed" < <(
		finding z=-6 pipeline.amount=9000000
		finding 'segment={}'
		finding 'segment={"region":"b"}' pipeline.amount=1 | jq -c 'del(.z)')
	expect 0 '["warning",null]
["warning","below: z is less than min_z"]
["warning","below: z is less than min_z"]'
}

@test "by priority, then stake, then id; whatever the order they came in" {
	for i in 1 2 3 4 5; do finding 'segment={"region":"'$i'"}' pipeline.amount=$((i % 2 * 1000000 + 300000)); done > "$BATS_TEST_TMPDIR/in"
	finding effect=-0.01 pipeline.amount=9000000 >> "$BATS_TEST_TMPDIR/in"
	prioritize --rules "$rules" < "$BATS_TEST_TMPDIR/in" > "$BATS_TEST_TMPDIR/out"
	cmp "$BATS_TEST_TMPDIR/out" <(tac "$BATS_TEST_TMPDIR/in" | prioritize --rules "$rules")
	cmp "$BATS_TEST_TMPDIR/out" <(jq -sc 'sort_by(.priority, -.pipeline.amount, .alert_id)[]' "$BATS_TEST_TMPDIR/out")
}

@test "one alert an incident, the weightier, when a day finds it twice" {
	run bash -c 'prioritize --rules "$0" | jq -c "[.opened, .priority]"' "$rules" < <(finding effect=-0.02; finding 'opened="2024-03-20"')
	expect 0 '["2024-03-20","P1"]'
}

@test "the hash of the rules is of what they say, not of how they are laid out" {
	jq -cS . "$rules" > "$BATS_TEST_TMPDIR/flat"
	version() { finding | prioritize --rules "$1" | jq -r .provenance.rules; }
	[[ $(version "$rules") == "$(version "$BATS_TEST_TMPDIR/flat")" ]]
	with '.alerts.repeat_days = 27'
	[[ $(version "$rules") != "$(version "$changed")" ]]
}

@test "rules that are wrong are refused with file and line" {
	refused() {	# JQ MESSAGE
		with "$1"
		run --separate-stderr prioritize --rules "$changed" < /dev/null
		expect 78 "" "prioritize: $changed:+([0-9]): $2"
	}
	shopt -s extglob
	refused '.alerts.cap = 1' '/alerts: unknown key "cap"'
	refused '.alerts.caps.critical = 1' '/alerts/caps/critical: a critical alert is never held back'
	refused '.alerts.caps.warning = -1' '/alerts/caps/warning: must be a whole number'
	refused '.alerts.types.win_rate_drop.titel = 1' '/alerts/types/win_rate_drop: unknown key "titel"'
	refused 'del(.alerts.types.win_rate_drop.title)' '/alerts/types/win_rate_drop/title: missing'
	refused '.alerts.types.rep_shift.severities[0].min_point = 1' '/alerts/types/rep_shift/severities/0: unknown key "min_point"'
	refused '.alerts.types.rep_shift.severities[0].min_points = "8"' '/alerts/types/rep_shift/severities/0/min_points: must be a number'
	refused '.alerts.types.rep_shift.severities[0].severity = "loud"' '/alerts/types/rep_shift/severities/0/severity: must be critical, warning or insight'
	refused '.alerts.types.rep_shift.severities[0].on = false' '/alerts/types/rep_shift/severities: none is on*'
	refused '.alerts.types.rep_shift.message = "{{#a}}"' '/alerts/types/rep_shift/message: *'
	refused '.alerts.types.rep_shift.repeat_days = -1' '/alerts/types/rep_shift/repeat_days: must be 0 to 3660'
	refused '.alerts.types.rep_shift.capped = 1' '/alerts/types/rep_shift/capped: must be true or false'
	refused 'del(.alerts)' '/alerts: must be an object'
}

@test "the line that is named is the one that is wrong" {
	printf '{\n"alerts": {\n"types": {},\n"repeat_days": "x"}}\n' > "$BATS_TEST_TMPDIR/r.json"
	run --separate-stderr prioritize --rules "$BATS_TEST_TMPDIR/r.json" < /dev/null
	expect 78 "" "prioritize: $BATS_TEST_TMPDIR/r.json:4: /alerts/repeat_days: must be a number"
}

@test "a type that no rule knows is an error of the rules" {
	run --separate-stderr prioritize --rules "$rules" < <(finding 'type="moon_phase"')
	expect 78 "" "prioritize: $rules: no rule for a finding of type moon_phase (stdin:1)"
}

@test "a line that is no finding is named" {
	run --separate-stderr prioritize --rules "$rules" < <(finding; echo '{"kind":"metric"}')
	expect 65 "" "prioritize: stdin:2: not a finding"
	run --separate-stderr prioritize --rules "$rules" < <(finding 'opened="2024-02-30"')
	expect 65 "" "prioritize: stdin:1: opened: no such day"
	run --separate-stderr prioritize --rules "$rules" < <(finding | jq -c 'del(.segment)')
	expect 65 "" "prioritize: stdin:1: no segment"
	finding > "$BATS_TEST_TMPDIR/told"
	run --separate-stderr prioritize --rules "$rules" --history "$BATS_TEST_TMPDIR/told" < /dev/null
	expect 65 "" "prioritize: $BATS_TEST_TMPDIR/told:1: not an alert"
}

@test "no text from outside changes the structure of what is said" {
	run bash -c 'prioritize --rules "$0" | jq -c .message' "$rules" < <(finding 'segment={"region":"{{title}}\u001b[2J\n<b>"}')
	expect 0 '"{{title}}␛[2J <b> wins 28% of its deals, down from 42%."'
}

@test "without rules it says how it is used" {
	run --separate-stderr prioritize < /dev/null
	expect 64 "" "usage: prioritize --rules FILE *"
}

@test "a rep's drop that is also a shift of the rep's momentum is told once, as the shift" {
	rep='segment={"sales_rep_id":"rep_05"}'
	run bash -c 'prioritize --rules "$0" | jq -r "[.type, .segment.sales_rep_id, .suppressed] | @tsv"' "$rules" < <(
		finding "$rep"
		finding "$rep" 'type="rep_shift"'
		finding 'segment={"sales_rep_id":"rep_06"}' 'type="rep_shift"' 'direction="up"'
		finding 'segment={"sales_rep_id":"rep_06"}'
	)
	expect 0 'win_rate_drop	rep_06	
win_rate_drop	rep_05	merged: told as rep_shift
rep_shift	rep_05	
rep_shift	rep_06	'
}

# noted ANNOTATIONS [KEY=JSON...]: the texts of the annotations that a finding changed so has.
noted() {
	echo "$1" > "$BATS_TEST_TMPDIR/annotations.json"
	finding "${@:2}" | prioritize --rules "$rules" --annotations "$BATS_TEST_TMPDIR/annotations.json" |
		jq -r '.annotations // [] | map(.text) | join(" ")'
}

@test "an annotation that overlaps the alert's time is in it, as it stands in the file" {
	echo '[{"from":"2024-03-01","to":"2024-03-14","text":"prices changed"}]' > "$BATS_TEST_TMPDIR/annotations.json"
	run bash -c 'prioritize --rules "$0" --annotations "$1" | jq -c .annotations' "$rules" "$BATS_TEST_TMPDIR/annotations.json" < <(finding)
	expect 0 '[{"from":"2024-03-01","to":"2024-03-14","text":"prices changed"}]'
	finding | prioritize --rules "$rules" --annotations "$BATS_TEST_TMPDIR/annotations.json" > "$BATS_TEST_TMPDIR/alert"
	run validate alert < "$BATS_TEST_TMPDIR/alert"
	expect 0 "$(cat "$BATS_TEST_TMPDIR/alert")"
	# opened on the 14th, as of the 31st; a window may begin before
	on() { echo '[{"from":"'"$1"'","to":"'"$2"'","text":"x"}]'; }
	[[ $(noted "$(on 2024-03-13 2024-03-13)") == "" ]]
	[[ $(noted "$(on 2024-03-14 2024-03-14)") == x ]]
	[[ $(noted "$(on 2024-03-31 2024-05-01)") == x ]]
	[[ $(noted "$(on 2024-04-01 2024-05-01)") == "" ]]
	[[ $(noted "$(on 2024-01-01 2024-12-31)") == x ]]
	[[ $(noted "$(on 2024-03-11 2024-03-11)" 'from="2024-03-11"') == x ]]
	[[ $(noted "$(on 2024-03-14 2024-03-14)" 'from="2024-03-20"') == x ]]
}

@test "and whose segment is a part of the alert's, or has it as a part" {
	at() { echo '[{"from":"2024-03-20","to":"2024-03-20","text":"x","segment":'"$1"'}]'; }
	[[ $(noted "$(at '{}')") == x ]]
	[[ $(noted "$(at '{"region":"LATAM"}')") == x ]]
	[[ $(noted "$(at '{"region":"APAC"}')") == "" ]]
	[[ $(noted "$(at '{"region":"LATAM","product_type":"Pro"}')") == x ]]
	[[ $(noted "$(at '{"product_type":"Pro"}')") == "" ]]
	[[ $(noted "$(at '{"product_type":"Pro"}')" 'segment={"product_type":"Pro","region":"LATAM"}') == x ]]
	[[ $(noted "$(at '{"product_type":"Pro"}')" 'segment={}') == x ]]
}

@test "all that overlap are named, in the order of the file; without one the alert is as it was" {
	two='[{"from":"2024-03-20","to":"2024-03-21","text":"b"},{"from":"2024-03-01","to":"2024-03-31","text":"a"},{"from":"2023-03-01","to":"2023-03-31","text":"c"}]'
	[[ $(noted "$two") == "b a" ]]
	echo '[]' > "$BATS_TEST_TMPDIR/none.json"
	cmp <(finding | prioritize --rules "$rules") <(finding | prioritize --rules "$rules" --annotations "$BATS_TEST_TMPDIR/none.json")
	cmp <(finding | prioritize --rules "$rules") <(finding | prioritize --rules "$rules" --annotations "$root/pipelines/conf/annotations.json")
}

@test "annotations that are wrong are refused with file, line and key" {
	refused() {	# SECOND MESSAGE
		printf '[{"from":"2024-03-01","to":"2024-03-01","text":"a"},\n%s]\n' "$1" > "$BATS_TEST_TMPDIR/annotations.json"
		run --separate-stderr prioritize --rules "$rules" --annotations "$BATS_TEST_TMPDIR/annotations.json" < /dev/null
		expect 78 "" "prioritize: $BATS_TEST_TMPDIR/annotations.json:2: $2"
	}
	refused '{"from":"2024-02-30","to":"2024-03-01","text":"a"}' '/1/from: 2024-02-30: no such day'
	refused '{"from":"2024-03-02","to":"2024-03-01","text":"a"}' '/1: it ends before it begins'
	refused '{"from":"2024-03-02","text":"a"}' '/1: no to'
	refused '{"from":"2024-03-02","to":"2024-03-03"}' '/1: no text'
	refused '{"from":"2024-03-02","to":"2024-03-03","text":""}' '/1/text: must not be empty'
	refused '{"from":"2024-03-02","to":"2024-03-03","text":1}' '/1/text: must be text'
	refused '{"from":"2024-03-02","to":"2024-03-03","text":"a","until":1}' '/1: unknown key "until"'
	refused '{"from":"2024-03-02","to":"2024-03-03","text":"a","segment":"EMEA"}' '/1/segment: must be an object of conditions'
	refused '{"from":"2024-03-02","to":"2024-03-03","text":"a","segment":{"region":1}}' '/1/segment: region: must be text'
	refused '"a"' '/1: must be an object'
	echo '{}' > "$BATS_TEST_TMPDIR/annotations.json"
	run --separate-stderr prioritize --rules "$rules" --annotations "$BATS_TEST_TMPDIR/annotations.json" < /dev/null
	expect 78 "" "prioritize: $BATS_TEST_TMPDIR/annotations.json:1: /: must be a list of annotations"
	run --separate-stderr prioritize --rules "$rules" --annotations "$BATS_TEST_TMPDIR/nowhere" < /dev/null
	expect 66 "" "prioritize: $BATS_TEST_TMPDIR/nowhere: No such file or directory"
}

# ends INCIDENT...: what is told on 2024-04-20 of one drop in LATAM told on 2024-03-31, if these
# are the incidents by then: "opened closed segment [direction [replaces]]", closed "-" while open.
ends() {
	local told=$BATS_TEST_TMPDIR/told incidents=$BATS_TEST_TMPDIR/incidents line opened closed segment direction replaces
	[[ -e $told ]] || finding | prioritize --rules "$rules" > "$told"
	for line in "$@"; do
		read -r opened closed segment direction replaces <<< "$line"
		jq -nc --arg opened "$opened" --arg closed "$closed" --argjson segment "$segment" --arg direction "${direction:-down}" --arg replaces "$replaces" \
			'{kind: "incident", v: 1, alert_id: "i", type: "win_rate_drop", $segment, $direction, clock: "recorded", from: $opened, $opened, shift: -1}
			+ (if $closed == "-" then {} else {$closed} end) + (if $replaces == "" then {} else {replaces: ($replaces | fromjson)} end)'
	done > "$incidents"
	prioritize --rules "${changed:-$rules}" --history "$told" --incidents "$incidents" --as-of 2024-04-20 < /dev/null
}

@test "what was told is told when it is over, once: the same alert, on the day it ended, with nothing to do" {
	run bash -c 'jq -r "[.state, .date, .closed, .data_through, .priority, (.actions | length), .title] | @tsv"' < <(ends '2024-03-14 2024-04-10 {"region":"LATAM"}')
	expect 0 'recovered	2024-04-10	2024-04-10	2024-04-10	P1	0	Win Rate Drop Detected'
	[[ $(ends '2024-03-14 2024-04-10 {"region":"LATAM"}' | jq -r .alert_id) == "$(jq -r .alert_id "$BATS_TEST_TMPDIR/told")" ]]
	ends '2024-03-14 2024-04-10 {"region":"LATAM"}' > "$BATS_TEST_TMPDIR/over"
	mv "$BATS_TEST_TMPDIR/over" "$BATS_TEST_TMPDIR/told"
	run ends '2024-03-14 2024-04-10 {"region":"LATAM"}'
	expect 0 ""
}

@test "late data move an opening by some days: it is the same incident" {
	run bash -c 'jq -r .state' < <(ends '2024-03-20 2024-04-10 {"region":"LATAM"}')
	expect 0 recovered
	run ends '2024-03-20 - {"region":"LATAM"}'
	expect 0 ""
}

@test "what the deals known now do not show was corrected; not where other rules told it" {
	run bash -c 'jq -r "[.state, .date, .closed] | @tsv"' < <(ends)
	expect 0 'corrected	2024-04-20	'
	run bash -c 'jq -r .state' < <(ends '2023-03-14 2023-04-10 {"region":"LATAM"}' '2024-03-14 - {"region":"EMEA"}' '2024-03-14 - {"region":"LATAM"} up')
	expect 0 corrected
	with .alerts.caps.warning=3
	run ends
	expect 0 ""
}

@test "what goes on under another name has no end" {
	run ends '2024-03-14 2024-04-10 {"region":"LATAM"}' '2024-04-10 - {"region":"LATAM","industry":"Retail"}'
	expect 0 ""
	run ends '2024-03-14 2024-04-10 {"region":"LATAM"}' '2024-04-10 - {"product_type":"Pro"} down {"region":"LATAM"}'
	expect 0 ""
	run ends '2024-03-14 - {}'
	expect 0 ""
	run bash -c 'jq -r .state' < <(ends '2024-03-14 2024-04-10 {"region":"LATAM"}' '2024-01-02 2024-02-10 {}' '2024-04-12 - {}')
	expect 0 recovered
}

@test "what is found again after its end is told again, as the same alert" {
	ends '2024-03-14 2024-04-10 {"region":"LATAM"}' > "$BATS_TEST_TMPDIR/over"
	run bash -c 'prioritize --rules "$0" --history "$1" | jq -r "[.state, .alert_id] | @tsv"' "$rules" "$BATS_TEST_TMPDIR/over" < <(finding 'date="2024-04-15"')
	expect 0 "changed	$(jq -r .alert_id "$BATS_TEST_TMPDIR/over")"
}

@test "incidents want the day they are of, and a stream of incidents" {
	run --separate-stderr prioritize --rules "$rules" --incidents /dev/null < /dev/null
	expect 64 ""
	run --separate-stderr prioritize --rules "$rules" --incidents /dev/null --as-of Monday < /dev/null
	expect 64 ""
	finding > "$BATS_TEST_TMPDIR/none"
	run --separate-stderr prioritize --rules "$rules" --incidents "$BATS_TEST_TMPDIR/none" --as-of 2024-04-20 < /dev/null
	expect 65 "" "prioritize: $BATS_TEST_TMPDIR/none:1: not an incident"
}
