# route - who is told of what, alone or in a digest, and when.
load helpers

setup() {
	routes=$BATS_TEST_TMPDIR/routes.json
	: > "$BATS_TEST_TMPDIR/told"
	export SALESWATCH_NOW=2024-04-01T04:00:00Z # a Monday
}

# alert ID PRIORITY [JQ]
alert() {
	local severity=([1]=critical [2]=warning [3]=insight) line
	printf -v line '{"kind":"alert","v":1,"type":"win_rate_drop","date":"2024-03-31","segment":{"region":"LATAM"},"direction":"down","alert_id":"%s","severity":"%s","priority":"%s","state":"new","title":"T"}' \
		"$1" "${severity[${2#P}]}" "$2"
	if [[ -n ${3-} ]]; then jq -c "$3" <<< "$line"; else printf '%s\n' "$line"; fi
}

# to RECEIVERS ROUTE [MORE]: writes routes.json.
to() { printf '{"receivers": [%s],\n"route": %s%s}\n' "$1" "$2" "${3:+,$'\n'$3}" > "$routes"; }

ann='{"name":"ann","channel":"mail","to":"ann@example.com"}'
bob='{"name":"bob","channel":"file","to":"bob@example.com"}'
cat='{"name":"cat","channel":"terminal","to":"tty","immediate":true}'

# told [ROUTES]: who is told of the alerts on stdin, in order.
told() { route --routes "${1-$routes}" "${@:2}" | jq -r '[.receiver, (.alerts | map(.alert_id) | join("+"))] | join(" ")'; }

# next [OPTION...]: what is routed now, after all that was before; it is told from now on.
next() {
	route --routes "$routes" --told "$BATS_TEST_TMPDIR/told" --held "$BATS_TEST_TMPDIR/held" "$@" > "$BATS_TEST_TMPDIR/out"
	cat "$BATS_TEST_TMPDIR/out" >> "$BATS_TEST_TMPDIR/told"
	jq -r '[.receiver, .form, .state // "-", (.alerts | map(.alert_id) | join("+"))] | join(" ")' "$BATS_TEST_TMPDIR/out"
}
at() { SALESWATCH_NOW=$1 next "${@:2}"; }
held() { jq -r '[.alert_id // .stage, .receiver // "-", .reason, .until // "-", .by // "-"] | join(" ")' "$BATS_TEST_TMPDIR/held"; }

@test "a delivery says what, to whom, by what way and when" {
	to "$bob" '{"receiver":"bob"}'
	run --separate-stderr route --routes "$routes" < <(alert a P1)
	expect 0 "{\"kind\":\"delivery\",\"v\":1,\"delivery_id\":\"$(jq -r .delivery_id <<< "$output")\",\"receiver\":\"bob\",\"channel\":\"file\",\"to\":\"bob@example.com\",\"priority\":\"P1\",\"form\":\"alert\",\"state\":\"new\",\"thread\":\"$(jq -r .thread <<< "$output")\",\"due\":\"2024-04-01T04:00:00Z\",\"created\":\"2024-04-01T04:00:00Z\",\"alerts\":[$(alert a P1)]}" ""
	[[ $(jq -r '.delivery_id + .thread' <<< "$output") =~ ^[0-9a-f]{32}$ ]]
	validate delivery < <(printf '%s\n' "$output" | sed 's/"alert_id":"a"/"alert_id":"00000000000000aa"/') > "$BATS_TEST_TMPDIR/valid"
	[[ $(wc -l < "$BATS_TEST_TMPDIR/valid") == 1 ]]
}

standing() { alert a P1; alert b P1; alert c P2; alert d P3; alert e P2; alert f P3; }

@test "P1 goes alone and at once, P2 in one digest at 07:30, P3 on Monday at 08:00: never before, and once" {
	to "$ann" '{"receiver":"ann"}'
	[[ $(at 2024-04-01T04:00:00Z < <(standing)) == $'ann alert new a\nann alert new b' ]]
	[[ $(at 2024-04-01T07:29:59Z < <(standing)) == "" ]]
	[[ $(held) == *"c ann due 2024-04-01T07:30:00Z -"*"f ann due 2024-04-01T08:00:00Z -" ]]
	[[ $(at 2024-04-01T07:30:00Z < <(standing)) == 'ann digest - c+e' ]]
	[[ $(at 2024-04-01T07:59:59Z < <(standing)) == "" ]]
	[[ $(at 2024-04-01T08:00:00Z < <(standing)) == 'ann weekly - d+f' ]]
	[[ $(at 2024-04-01T08:00:00Z < <(standing)) == "" ]]
	[[ $(at 2024-04-08T08:00:00Z < <(standing)) == "" ]]
	[[ $(held) == "a ann told - -"* && $(held | grep -c ' told ') == 6 ]]
	run jq -r '[.priority, .due, .created] | join(" ")' "$BATS_TEST_TMPDIR/told"
	expect 0 'P1 2024-04-01T04:00:00Z 2024-04-01T04:00:00Z
P1 2024-04-01T04:00:00Z 2024-04-01T04:00:00Z
P2 2024-04-01T07:30:00Z 2024-04-01T07:30:00Z
P3 2024-04-01T08:00:00Z 2024-04-01T08:00:00Z'
}

@test "a digest that was missed is made as soon as somebody looks; what comes after it waits for the next" {
	to "$ann" '{"receiver":"ann"}'
	[[ $(at 2024-04-01T15:00:00Z < <(alert a P2)) == 'ann digest - a' ]]
	[[ $(jq -r .due "$BATS_TEST_TMPDIR/told") == 2024-04-01T07:30:00Z ]]
	[[ $(at 2024-04-01T15:01:00Z < <(alert a P2; alert b P2)) == "" ]]
	[[ $(held) == *"b ann due 2024-04-02T07:30:00Z -" ]]
	[[ $(at 2024-04-02T07:30:00Z < <(alert a P2; alert b P2)) == 'ann digest - b' ]]
}

@test "of 14 days and more nobody is told any more, and it is said so" {
	to "$ann" '{"receiver":"ann"}'
	[[ $(at 2024-04-16T04:00:00Z < <(alert a P1; alert b P1 '.date = "2024-04-15"')) == 'ann alert new b' ]]
	[[ $(held) == "a ann old - -" ]]
}

@test "a receiver who is told at once gets each alone" {
	to "$cat" '{"receiver":"cat"}'
	run bash -c 'route --routes "$0" | jq -r "[.priority, .form, .due] | join(\" \")"' "$routes" < <(alert a P1; alert b P2; alert c P3)
	expect 0 'P1 alert 2024-04-01T04:00:00Z
P2 alert 2024-04-01T04:00:00Z
P3 alert 2024-04-01T04:00:00Z'
}

# due DAY INSTANTS [OPTION...]: of an alert of the day before, when its digest and its weekly are made.
due() {
	local at made before
	before=$(date -u -d "$1 - 1 day" +%F)
	{ alert a P2 ".date = \"$before\""; alert b P3 ".date = \"$before\""; } > "$BATS_TEST_TMPDIR/due"
	for at in $2; do
		made=$(SALESWATCH_NOW=2024-$at:00Z route --routes "$routes" --told "$BATS_TEST_TMPDIR/told" "${@:3}" < "$BATS_TEST_TMPDIR/due")
		[[ -z $made ]] || { printf '%s\n' "$made" >> "$BATS_TEST_TMPDIR/told"; jq -r '"\(.form) \(.created[5:16])"' <<< "$made"; }
	done | paste -sd' '
	: > "$BATS_TEST_TMPDIR/told"
}

@test "digests wait for the next workday, and the weekly for Monday" {
	to "$ann" '{"receiver":"ann"}'
	[[ $(due 2024-04-02 "04-02T04:00 04-02T07:29 04-02T07:30 04-03T07:30 04-05T08:00 04-06T08:00 04-07T08:00 04-08T07:59 04-08T08:00") == "digest 04-02T07:30 weekly 04-08T08:00" ]]
	[[ $(due 2024-04-06 "04-06T04:00 04-06T07:30 04-07T07:30 04-07T23:59 04-08T07:29 04-08T07:30 04-08T08:00") == "digest 04-08T07:30 weekly 04-08T08:00" ]] # of Friday, on Saturday
	[[ $(due 2024-01-01 "01-01T00:00 01-01T07:30 01-01T08:00") == "digest 01-01T07:30 weekly 01-01T08:00" ]]
	to "${ann/%\}/,\"workdays\":[\"sunday:thursday\"]\}}" '{"receiver":"ann"}'
	[[ $(due 2024-04-05 "04-05T04:00 04-05T07:30 04-06T07:30 04-07T07:29 04-07T07:30 04-08T08:00") == "digest 04-07T07:30 weekly 04-08T08:00" ]]
}

@test "on the clock of the business, or of the reader, also where it changes" {
	to "$ann" '{"receiver":"ann"}'
	echo '{"zone":"America/New_York"}' > "$BATS_TEST_TMPDIR/company.json"
	# on the Sunday between the clocks change
	[[ $(due 2024-03-09 "03-09T12:30 03-10T11:30 03-11T11:29 03-11T11:30 03-11T11:59 03-11T12:00" --conf "$BATS_TEST_TMPDIR/company.json") == "digest 03-11T11:30 weekly 03-11T12:00" ]]
	to "${ann/%\}/,\"zone\":\"Asia/Kolkata\"\}}" '{"receiver":"ann"}'
	# it is known at 04:00Z, when it is 09:30 there
	[[ $(due 2024-04-02 "04-02T04:00 04-02T12:00 04-03T01:59 04-03T02:00 04-08T02:29 04-08T02:30" --conf "$BATS_TEST_TMPDIR/company.json") == "digest 04-03T02:00 weekly 04-08T02:30" ]]
}

@test "an alert goes to the first route that fits, and to later ones while it is told to continue" {
	to "$ann,$bob,$cat" '{"receiver":"ann","routes":[
		{"matchers":["priority = P1"],"receiver":"cat","continue":true},
		{"matchers":["segment.region=~\"LATAM|APAC\""],"receiver":"bob"},
		{"matchers":["priority=P1"],"receiver":"ann"}]}'
	run told < <(alert a P1; alert b P1 '.segment.region = "Europe"')
	expect 0 'ann b
bob a
cat a
cat b'
}

@test "where no route fits it goes to the node itself, whose receiver is its parent's if it names none" {
	to "$ann,$bob,$cat" '{"receiver":"ann","routes":[
		{"matchers":["severity=critical"],"receiver":"bob","routes":[
			{"matchers":["segment.region=LATAM"],"routes":[{"matchers":["type=rep_shift"],"receiver":"cat"}]}]}]}'
	run told < <(alert a P1; alert b P1 '.segment = {}'; alert c P1 '.severity = "warning"'; alert d P1 '.type = "rep_shift"')
	expect 0 'ann c
bob a
bob b
cat d'
}

@test "matchers know =, !=, =~ and !~, whole values, and what is not there as nothing" {
	fits() {	# MATCHER YES|NO
		to "$ann,$bob" "{\"receiver\":\"bob\",\"routes\":[{\"matchers\":[$(jq -n --arg m "$1" '$m')],\"receiver\":\"ann\"}]}"
		[[ $(told "$routes" < <(alert a P1 '.segment.product_type = "Pro"')) == "$2 a" ]] || { echo "$1"; return 1; }
	}
	fits 'segment.region=LATAM' ann
	fits 'segment.region = "LATAM"' ann
	fits 'segment.region=LATA' bob
	fits 'segment.region!=LATAM' bob
	fits 'segment.region!=LATA' ann
	fits 'segment.region=~L.*' ann
	fits 'segment.region=~L' bob
	fits 'segment.region=~A|LATAM|B' ann
	fits 'segment.region!~L.*' bob
	fits 'segment.region!~L' ann
	fits 'segment.industry=' ann
	fits 'segment.industry!=x' ann
	fits 'segment=product_type=Pro,region=LATAM' ann
	fits 'direction=down' ann
	fits 'state!=new' bob
}

@test "each recipient gets a delivery of his own; who is reached twice gets one" {
	to '{"name":"both","channel":"mail","to":["ann@example.com","bob@example.com"]},'"$ann" '{"receiver":"ann","routes":[
		{"receiver":"both","continue":true},{"receiver":"ann"}]}'
	run bash -c 'route --routes "$0" | jq -r "[.receiver, .to] | join(\" \")"' "$routes" < <(alert a P1)
	expect 0 'both ann@example.com
both bob@example.com'
}

@test "the same alerts give the same ids, another state or day or place others" {
	id() { route --routes "$routes" < <(alert a P1 "$1") | jq -r .delivery_id; }
	to "$ann" '{"receiver":"ann"}'
	first=$(id .)
	[[ $(id '.message = "x"') == "$first" ]]
	[[ $(SALESWATCH_NOW=2024-04-02T10:00:00Z id .) == "$first" ]]
	[[ $(id '.state = "changed"') != "$first" ]]
	[[ $(id '.date = "2024-04-01"') != "$first" ]]
	[[ $(id '.alert_id = "b"') != "$first" ]]
	to "${ann/ann@/eve@}" '{"receiver":"ann"}'
	[[ $(id .) != "$first" ]]
	to "${ann/mail/file}" '{"receiver":"ann"}'
	[[ $(id .) != "$first" ]]
}

@test "of more than a hundred a second digest is made, so that no record grows too long" {
	to "$ann" '{"receiver":"ann"}'
	for i in {1..201}; do alert "a$i" P2; done > "$BATS_TEST_TMPDIR/many"
	export SALESWATCH_NOW=2024-04-01T07:30:00Z
	run bash -c 'route --routes "$0" | jq ".alerts | length" | paste -sd" "' "$routes" < "$BATS_TEST_TMPDIR/many"
	expect 0 '100 100 1'
}

@test "what was held back is delivered to nobody, and counted" {
	to "$ann" '{"receiver":"ann"}'
	export SALESWATCH_NOW=2024-04-01T07:30:00Z
	run --separate-stderr route --routes "$routes" --held "$BATS_TEST_TMPDIR/held" --summary "$BATS_TEST_TMPDIR/sum" < <(alert a P2 '.suppressed = "cap: 0 warning a day"'; alert b P1; alert c P2; alert d P2)
	expect 0 - ""
	[[ ${#lines[@]} == 2 && $output != *cap* ]]
	run jq -r '[.alert_id, .reason, .why] | join(" ")' "$BATS_TEST_TMPDIR/held"
	expect 0 'a suppressed cap: 0 warning a day'
	run cat "$BATS_TEST_TMPDIR/sum"
	expect 0 '{"stage":"route","in":4,"out":3,"rejected":0,"dropped":1,"written":2}'
}

@test "the default routes keep mail in files, and send nothing anywhere; beside them stands one of each channel" {
	SALESWATCH_NOW=2024-04-01T08:00:00Z run told "$root/pipelines/conf/routes.json" < <(alert a P1; alert b P2; alert c P3; alert d P1 '.segment = {sales_rep_id: "rep_1"}'; jq -nc '{kind:"fault",v:1,stage:"fetch",since:"2024-04-01T07:00:00Z",reason:"no"}')
	expect 0 'leaders-now a
leaders b
leaders c
managers d
ops '
	run jq -r '.receivers[] | select(.name | startswith("example-") | not).channel' "$root/pipelines/conf/routes.json"
	[[ $(sort -u <<< "$output") == file ]]
	run jq -r '.receivers[].channel' "$root/pipelines/conf/routes.json"
	[[ $(sort -u <<< "$output" | paste -sd' ') == "alertmanager exec file mail slack teams terminal webhook" ]]
	run jq -r '[.. | .receiver? // empty] + .ops | map(select(startswith("example-"))) | length' "$root/pipelines/conf/routes.json"
	expect 0 0
}

@test "routes that are wrong are refused with file and line" {
	refused() {	# LINE MESSAGE
		run --separate-stderr route --routes "$routes" < /dev/null
		expect 78 "" "route: $routes:$1: $2"
	}
	to "$ann" '{"receiver":"ann","routes":[
		{"matchers":["segment.region=~("]}]}'
	refused 3 '/route/routes/0/matchers/0: missing closing parenthesis'
	to "$ann" '{"receiver":"ann","routes":[
		{"matchers":["colour=red"]}]}'
	refused 3 '/route/routes/0/matchers/0: unknown label "colour"'
	to "$ann" '{"receiver":"ann","routes":[{"matchers":["severity"]}]}'
	refused 2 '/route/routes/0/matchers/0: must be LABEL = VALUE, or != or =~ or !~'
	to "$ann" '{"receiver":"ann","routes":[{"receiver":"zoe"}]}'
	refused 2 '/route/routes/0: unknown receiver "zoe"'
	to "$ann" '{"receiver":"ann","route":[]}'
	refused 2 '/route: unknown key "route"'
	to "$ann" '{"routes":[]}'
	refused 2 '/route: no receiver'
	to "$ann,$ann" '{"receiver":"ann"}'
	refused 1 '/receivers/1: a second receiver named ann'
	to "${ann/mail/pigeon}" '{"receiver":"ann"}'
	refused 1 '/receivers/0: unknown channel "pigeon"'
	to "${bob/\"to\"/\"url\"}" '{"receiver":"bob"}'
	refused 1 '/receivers/0: unknown key "url"'
	for channel in 'slack needs webhook or token' 'teams needs webhook' 'webhook needs url or webhook' 'alertmanager needs url or webhook' 'exec needs command'; do
		to "{\"name\":\"x\",\"channel\":\"${channel%% *}\"}" '{"receiver":"x"}'
		refused 1 "/receivers/0: a receiver of the channel $channel"
	done
	to '{"name":"x","channel":"slack","webhook":"https://hooks.slack.com/x"}' '{"receiver":"x"}'
	refused 1 '/receivers/0: webhook must be the name of a secret, like SALES_WEBHOOK: *'
	to '{"name":"x","channel":"webhook","url":"http://x"}' '{"receiver":"x"}'
	refused 1 '/receivers/0: url must be an https address, unless "private" is true'
	to "$bob,${bob/bob/eve}" '{"receiver":"bob"}'
	run route --routes "$routes" < /dev/null
	expect 0
	to "$bob,$(sed 's/bob"/eve"/; s/}/,"dir":"x"}/' <<< "$bob")" '{"receiver":"bob"}'
	refused 1 '/receivers/1: the same channel and "to" as bob, but another dir'
	for key in '"zone":"Europe/Berlin"' '"workdays":["sunday"]' '"immediate":true' '"weekly":true'; do
		to "$bob,$(sed "s/bob\"/eve\"/; s/}/,${key//\//\\/}}/" <<< "$bob")" '{"receiver":"bob"}'
		refused 1 "/receivers/1: the same channel and \"to\" as bob, but another $(cut -d'"' -f2 <<< "$key")"
	done
	to "$ann" '{"receiver":"ann",
		"repeat_interval":"4 hours"}'
	refused 3 '/route/repeat_interval: must be a duration, like 30m, 4h or 7d'
	to "$ann" '{"receiver":"ann","cap":0}'
	refused 2 '/route/cap: must be between 1 and 100'
	to "$ann" '{"receiver":"ann","group_by":["colour"]}'
	refused 2 '/route/group_by/0: unknown label "colour"'
	to "$ann" '{"receiver":"ann","mute":["nights"]}'
	refused 2 '/route/mute/0: no mute time "nights"'
	to "$ann" '{"receiver":"ann"}' '"mute_times":[{"name":"x","intervals":[{"weekdays":["someday"]}]}]'
	refused 3 '/mute_times/0/intervals/0/weekdays/0: must be days of the week, or a range with a colon'
	to "$ann" '{"receiver":"ann"}' '"mute_times":[{"name":"x","intervals":[{"times":[{"start_time":"20:00","end_time":"08:00"}]}]}]'
	refused 3 '/mute_times/0/intervals/0/times/0: it must end after it starts, on the same day'
	to "$ann" '{"receiver":"ann"}' '"mute_times":[{"name":"x","intervals":[{"days_of_month":["0"]}]}]'
	refused 3 '/mute_times/0/intervals/0/days_of_month/0: must be 1 to 31 or -31 to -1, or a range with a colon'
	to "$ann" '{"receiver":"ann"}' '"ops":["zoe"]'
	refused 3 '/ops: unknown receiver "zoe"'
	to "$ann" '{"receiver":"ann"}' '"inhibit":[{"equal":["type"]}]'
	refused 3 '/inhibit/0: it needs source_matchers and target_matchers, or "parent"'
	to "$ann" '{"receiver":"ann"}' '"owners":[{"receiver":"ann"}]'
	refused 3 '/owners/0: an owner has a segment, or is somebody: "who"'
	to "$ann" '{"receiver":"ann"}' '"reporting":{"rep_1":"kim","kim":"rep_1"}'
	refused 3 '/reporting: rep_1 reports to kim, and no owner says how to reach him or anybody above'
	to "$ann" '{"receiver":"ann"}' '"storm":{"alerts":0}'
	refused 3 '/storm/alerts: must be between 1 and 10000'
	to '{"name":"ann","channel":"mail","to":"a@b\r\nBcc: x@y"}' '{"receiver":"ann"}'
	refused 1 '/receivers/0/to: a control character'
	to '{"name":"ann","channel":"mail","to":[]}' '{"receiver":"ann"}'
	refused 1 '/receivers/0/to: nobody'
	to "${ann/%\}/,\"zone\":\"Mars/Olympus\"\}}" '{"receiver":"ann"}'
	run --separate-stderr route --routes "$routes" < /dev/null
	expect 78 "" "route: *Mars/Olympus*"
}

@test "a line that is no alert, or has no priority, is named" {
	to "$ann" '{"receiver":"ann"}'
	run --separate-stderr route --routes "$routes" < <(alert a P1; echo '{"kind":"finding"}')
	expect 65 "" "route: stdin:2: neither an alert nor a fault"
	run --separate-stderr route --routes "$routes" < <(alert a P1 '.priority = "P9"')
	expect 65 "" "route: stdin:1: priority must be P1, P2 or P3"
	run --separate-stderr route --routes "$routes" < <(alert "" P1)
	expect 65 "" "route: stdin:1: no alert_id"
}

@test "without routes it says how it is used" {
	run --separate-stderr route < /dev/null
	expect 64 "" "usage: route --routes FILE *"
}

# ---- an alert's life

@test "what changed is told again, an older version or the same never, whoever leads there" {
	to "$ann" '{"receiver":"ann"}'
	changed='.state = "changed" | .date = "2024-04-01"'
	[[ $(at 2024-04-01T04:00:00Z < <(alert a P1)) == 'ann alert new a' ]]
	[[ $(at 2024-04-02T04:00:00Z < <(alert a P1 "$changed")) == 'ann alert changed a' ]]
	[[ $(at 2024-04-02T04:01:00Z < <(alert a P1; alert a P1 "$changed")) == "" ]]
	[[ $(at 2024-04-02T04:01:00Z < <(alert a P1)) == "" ]]
	[[ $(jq -r .thread "$BATS_TEST_TMPDIR/told" | uniq | wc -l) == 1 ]]
	to "$ann,${ann/ann\"/eve\"}" '{"receiver":"eve"}' # the same address by another name
	[[ $(at 2024-04-02T04:02:00Z < <(alert a P1 "$changed")) == "" ]]
}

@test "never the same alert over two digests unless it changed" {
	to "$ann" '{"receiver":"ann"}'
	[[ $(at 2024-04-01T08:00:00Z < <(alert a P2; alert b P3)) == $'ann digest - a\nann weekly - b' ]]
	[[ $(at 2024-04-02T08:00:00Z < <(alert a P2; alert b P3)) == "" ]]
	raised='.state = "changed" | .date = "2024-04-01"'
	[[ $(at 2024-04-02T08:00:00Z < <(alert a P2 "$raised"; alert b P2 "$raised")) == 'ann digest - a+b' ]]
	[[ $(at 2024-04-08T08:00:00Z < <(alert a P2 "$raised"; alert b P2 "$raised")) == "" ]]
}

@test "recovered and corrected go once to each who was told, wherever routes lead now; a P2 with the next digest" {
	to "$ann,$bob,$cat" '{"receiver":"ann","routes":[{"matchers":["priority=P2"],"receiver":"bob"}]}'
	[[ $(at 2024-04-01T07:30:00Z < <(alert a P1; alert b P2)) == $'ann alert new a\nbob digest - b' ]]
	to "$ann,$bob,$cat" '{"receiver":"cat"}'
	over='.date = "2024-04-01" | .state = "recovered"'
	[[ $(at 2024-04-02T04:00:00Z < <(alert a P1 "$over"; alert b P2 "$over"; alert c P1 "$over")) == 'ann alert recovered a' ]]
	[[ $(held) == *"b bob due 2024-04-02T07:30:00Z -" ]]
	[[ $(at 2024-04-02T07:30:00Z < <(alert a P1 "$over"; alert b P2 "$over")) == 'bob digest - b' ]]
	wrong='.date = "2024-04-02" | .state = "corrected"'
	[[ $(at 2024-04-03T07:30:00Z < <(alert a P1 "$wrong"; alert b P2 "$wrong")) == $'ann alert corrected a\nbob digest - b' ]]
	[[ $(at 2024-04-04T07:30:00Z < <(alert a P1 "$wrong"; alert b P2 "$wrong")) == "" ]]
	[[ $(jq -rs 'map(select(.receiver == "ann").thread) | unique | length' "$BATS_TEST_TMPDIR/told") == 1 ]]
	to "$bob,$cat" '{"receiver":"cat"}'
	[[ $(at 2024-04-05T07:30:00Z < <(alert a P1 '.date = "2024-04-04" | .state = "recovered"')) == "" ]]
	[[ $(held) == "a ann gone - -" ]]
}

slack='{"name":"sam","channel":"slack","token":"T","to":"C1"}'

@test "a P1 that nobody is on is reminded of after its interval; an answer stops it, and shows where a message can change" {
	to "$ann,$slack" '{"receiver":"ann","repeat_interval":"4h","routes":[{"receiver":"sam","continue":true},{"receiver":"ann"}]}'
	: > "$BATS_TEST_TMPDIR/said"
	[[ $(at 2024-04-01T04:00:00Z < <(alert a P1; alert b P2)) == $'ann alert new a\nsam alert new a' ]]
	[[ $(at 2024-04-01T07:29:59Z < <(alert a P1)) == "" ]]
	[[ $(at 2024-04-01T08:00:00Z < <(alert a P1)) == $'ann alert reminder a\nsam alert reminder a' ]]
	[[ $(at 2024-04-01T08:00:01Z < <(alert a P1)) == "" ]]
	[[ $(at 2024-04-01T12:00:00Z < <(alert a P1)) == $'ann alert reminder a\nsam alert reminder a' ]]
	[[ $(jq -r .delivery_id "$BATS_TEST_TMPDIR/told" | sort -u | wc -l) == 6 ]]
	for answer in useful on_it; do
		jq -nc --arg answer $answer '{kind:"feedback",v:1,alert_id:"a",person:"kim",at:"2024-04-01T13:00:00Z",$answer,note:"calling them"}'
	done > "$BATS_TEST_TMPDIR/said"
	[[ $(at 2024-04-01T12:59:00Z --feedback "$BATS_TEST_TMPDIR/said" < <(alert a P1)) == "" ]] # not said yet
	[[ $(at 2024-04-01T13:00:00Z --feedback "$BATS_TEST_TMPDIR/said" < <(alert a P1)) == 'sam alert acknowledged a' ]]
	[[ $(jq -c .feedback "$BATS_TEST_TMPDIR/out") == '{"person":"kim","at":"2024-04-01T13:00:00Z","answer":"on_it","note":"calling them"}' ]]
	[[ $(at 2024-04-01T23:00:00Z --feedback "$BATS_TEST_TMPDIR/said" < <(alert a P1)) == "" ]]
	# it gets worse: the answer was to what was known before
	worse='.state = "changed" | .date = "2024-04-01"'
	[[ $(at 2024-04-02T04:00:00Z --feedback "$BATS_TEST_TMPDIR/said" < <(alert a P1 "$worse")) == $'ann alert changed a\nsam alert changed a' ]]
	[[ $(at 2024-04-02T08:00:00Z --feedback "$BATS_TEST_TMPDIR/said" < <(alert a P1 "$worse")) == $'ann alert reminder a\nsam alert reminder a' ]]
	[[ $(at 2024-04-03T08:00:00Z < <(alert a P1 '.state = "recovered" | .date = "2024-04-02"')) == $'ann alert recovered a\nsam alert recovered a' ]]
	[[ $(at 2024-04-04T08:00:00Z < <(alert a P1 '.state = "recovered" | .date = "2024-04-02"')) == "" ]]
}

@test "while a message waits for its channel there is no reminder; its interval begins when it was sent or given up" {
	to "$ann" '{"receiver":"ann","repeat_interval":"4h"}'
	receipt() { jq -c --arg at "2024-04-01T$1:00Z" --argjson n "$2" --arg result "$3" '{kind:"receipt",v:1,delivery_id,channel,$at,attempt:$n,$result}' < <(tail -n 1 "$BATS_TEST_TMPDIR/told"); }
	: > "$BATS_TEST_TMPDIR/receipts"
	[[ $(at 2024-04-01T04:00:00Z < <(alert a P1)) == 'ann alert new a' ]]
	cp "$BATS_TEST_TMPDIR/told" "$BATS_TEST_TMPDIR/first"
	[[ $(at 2024-04-01T08:00:00Z < <(alert a P1)) == 'ann alert reminder a' ]] # it is not known that it waits
	cp "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/told"
	after() { at "$1" --receipts "$BATS_TEST_TMPDIR/receipts" < <(alert a P1); }
	[[ $(after 2024-04-01T08:00:00Z) == "" && $(held) == "a ann told - -" ]]
	receipt 08:30 1 later > "$BATS_TEST_TMPDIR/receipts"
	[[ $(after 2024-04-01T12:30:00Z) == "" ]]
	{ receipt 13:00 2 sent; receipt 08:30 1 later; } > "$BATS_TEST_TMPDIR/receipts" # whatever their order
	[[ $(after 2024-04-01T16:59:59Z) == "" ]]
	[[ $(after 2024-04-01T17:00:00Z) == 'ann alert reminder a' ]]
	[[ $(after 2024-04-01T22:00:00Z) == "" ]] # the reminder waits in turn
	receipt 18:00 1 refused >> "$BATS_TEST_TMPDIR/receipts"
	[[ $(after 2024-04-01T22:00:00Z) == 'ann alert reminder a' ]]
	run --separate-stderr route --routes "$routes" --told "$BATS_TEST_TMPDIR/told" --receipts <(sed 's/"at":"/&x/' "$BATS_TEST_TMPDIR/receipts") < /dev/null
	expect 65 "" "route: *:1: at is no instant"
}

# ---- what holds back

silence() {	# MATCHER ALERTS: in force 04:00 to 10:00
	jq -nc --arg m "$1" --argjson alerts "${2-[]}" '{kind:"silence",v:1,silence_id:"00000000000000aa",matchers:[$m],by:"kim",why:"we know",from:"2024-04-01T04:00:00Z",until:"2024-04-01T10:00:00Z",$alerts}' > "$BATS_TEST_TMPDIR/silences"
}
silenced() { at "$1" --silences "$BATS_TEST_TMPDIR/silences" "${@:2}"; }

@test "a silence holds what fits it until it ends, and says who and why" {
	to "$ann" '{"receiver":"ann"}'
	silence 'segment.region = LATAM'
	[[ $(silenced 2024-04-01T04:00:00Z < <(alert a P1; alert b P1 '.segment.region = "APAC"')) == 'ann alert new b' ]]
	[[ $(held) == "a ann silenced 2024-04-01T10:00:00Z kim" && $(jq -r .why "$BATS_TEST_TMPDIR/held") == "we know" ]]
	[[ $(silenced 2024-04-01T09:59:59Z < <(alert a P1)) == "" ]]
	[[ $(silenced 2024-04-01T10:00:00Z < <(alert a P1)) == 'ann alert new a' ]]
	run --separate-stderr route --routes "$routes" --silences <(jq -c '.matchers = ["colour=red"]' "$BATS_TEST_TMPDIR/silences") < /dev/null
	expect 65 "" 'route: *:1: matcher colour=red: unknown label "colour"'
}

@test "what gets worse wakes: its priority rises, its z grows by 1, the stake doubles, or it came later and changed" {
	to "$ann" '{"receiver":"ann"}'
	silence 'segment.region = LATAM' '[{"alert_id":"a","priority":"P1","z":-4,"pipeline":{"amount":100}}]'
	wakes() { : > "$BATS_TEST_TMPDIR/told"; [[ $(silenced 2024-04-01T04:00:00Z < <(alert "${2-a}" P1 "$1")) == "ann alert ${3-new} ${2-a}" ]] || { echo "sleeps: $1"; return 1; }; }
	sleeps() { : > "$BATS_TEST_TMPDIR/told"; [[ $(silenced 2024-04-01T04:00:00Z < <(alert "${2-a}" P1 "$1")) == "" ]] || { echo "wakes: $1"; return 1; }; }
	sleeps '.z = -4.9 | .pipeline.amount = 199'
	wakes '.z = -5 | .pipeline.amount = 100'
	wakes '.z = -4 | .pipeline.amount = 200'
	sleeps '.z = -4 | .pipeline.amount = 100 | .state = "changed"'
	sleeps '.z = -9 | .pipeline.amount = 900' b
	wakes '.state = "changed"' b changed
	silence 'segment.region = LATAM' '[{"alert_id":"a","priority":"P2","z":-4}]'
	wakes '.z = -4'
}

@test "an alert on a segment silences those on its parts, of the same direction and no higher priority" {
	to "$ann" '{"receiver":"ann"}' '"inhibit":[{"parent":true,"equal":["type"]}]'
	part='.segment = {industry:"X",region:"LATAM"}'
	[[ $(at 2024-04-01T04:00:00Z < <(alert a P1; alert b P1 "$part"; alert c P1 "$part"' | .direction = "up"'; alert d P1 "$part"' | .type = "volume_drop"'; alert e P1 '.segment.region = "APAC"')) == \
		$'ann alert new a\nann alert new c\nann alert new d\nann alert new e' ]]
	[[ $(held) == "b ann inhibited - a" ]]
	[[ $(next < <(alert f P2; alert g P1 "$part")) == 'ann alert new g' ]]
	[[ $(next < <(alert a P1 '.suppressed = "off"'; alert h P1 "$part")) == 'ann alert new h' ]]
	[[ $(next < <(alert a P1 '.state = "recovered"'; alert i P1 "$part")) == *'ann alert new i' ]]
	[[ $(next < <(alert j P1 '.segment = {}'; alert k P1 "$part")) == 'ann alert new j' ]]
}

@test "inhibition by matchers is Alertmanager's: equal labels, none of both sides by another of both" {
	to "$ann" '{"receiver":"ann"}' '"inhibit":[{"source_matchers":["type=bulk_close"],"target_matchers":["type=~.*"],"equal":["segment.region"]}]'
	[[ $(next < <(alert a P1 '.type = "bulk_close"'; alert b P1; alert c P1 '.segment.region = "APAC"'; alert d P1 '.type = "bulk_close"')) == \
		$'ann alert new a\nann alert new c\nann alert new d' ]] # a and d are sources, and targets too
	to "$ann" '{"receiver":"ann"}' '"inhibit":[{"source_matchers":["type=bulk_close"],"target_matchers":["type!=bulk_close"],"equal":["segment.region"]}]'
	: > "$BATS_TEST_TMPDIR/told"
	[[ $(next < <(alert a P1 '.type = "bulk_close"'; alert b P1; alert c P1 '.segment.region = "APAC"')) == $'ann alert new a\nann alert new c' ]]
	[[ $(held) == "b ann inhibited - a" ]]
}

mutes='"mute_times":[{"name":"n","zone":"Europe/Berlin","intervals":[{"weekdays":["saturday:sunday"]},{"times":[{"start_time":"20:00","end_time":"24:00"}],"months":["april"]},{"days_of_month":["-1"],"years":["2024"]}]}]'

@test "a muted route waits until its mute time is over; a P1 does not, unless it says so" {
	to "$cat" '{"receiver":"cat","routes":[{"mute":["n"]}]}' "$mutes"
	muted() {	# INSTANT [UNTIL]
		: > "$BATS_TEST_TMPDIR/told"
		[[ $(at "$1" < <(alert a P2 ".date = \"$(date -u -d "$1 - 1 day" +%F)\"")) == "${2:+}${2-cat alert new a}" || -n ${2-} ]] || return 1
		[[ -z ${2-} || $(held) == "a cat muted $2 -" ]] || { held; return 1; }
	}
	muted 2024-04-01T17:59:00Z # Monday, 19:59 there
	muted 2024-04-01T18:00:00Z 2024-04-01T22:00:00Z
	muted 2024-05-02T18:00:00Z # in May not
	muted 2024-04-06T12:00:00Z 2024-04-07T22:00:00Z # Saturday
	muted 2024-03-28T12:00:00Z
	muted 2024-03-31T12:00:00Z 2024-03-31T22:00:00Z # Sunday, and the month's last; in April it ends at 20:00 again
	muted 2024-02-29T12:00:00Z 2024-02-29T23:00:00Z
	muted 2025-03-31T12:00:00Z
	: > "$BATS_TEST_TMPDIR/told"
	[[ $(at 2024-04-06T12:00:00Z < <(alert a P1)) == 'cat alert new a' ]]
	to "$cat" '{"receiver":"cat","routes":[{"mute":["n"],"mute_p1":true}]}' "$mutes"
	[[ $(at 2024-04-06T12:00:00Z < <(alert b P1)) == "" ]]
	# who is reached by two routes is told by the one that is not muted
	to "$cat" '{"receiver":"cat","routes":[{"mute":["n"],"mute_p1":true,"continue":true},{}]}' "$mutes"
	[[ $(at 2024-04-06T12:00:00Z < <(alert b P1)) == 'cat alert new b' ]]
}

@test "alerts of one group go in one message, after waiting for each other" {
	to "$cat" '{"receiver":"cat","group_by":["segment.region"],"group_wait":"5m"}'
	group() { cp "$BATS_TEST_TMPDIR/held" "$BATS_TEST_TMPDIR/before" 2> /dev/null || : > "$BATS_TEST_TMPDIR/before"; at "$1" --waiting "$BATS_TEST_TMPDIR/before"; }
	[[ $(group 2024-04-01T04:00:00Z < <(alert a P1)) == "" ]]
	[[ $(held) == "a cat group_wait 2024-04-01T04:05:00Z -" ]]
	[[ $(group 2024-04-01T04:04:00Z < <(alert a P1; alert b P1; alert c P1 '.segment.region = "APAC"')) == "" ]]
	[[ $(group 2024-04-01T04:05:00Z < <(alert a P1; alert b P1; alert c P1 '.segment.region = "APAC"')) == 'cat digest - a+b' ]]
	[[ $(group 2024-04-01T04:09:00Z < <(alert a P1; alert b P1; alert c P1 '.segment.region = "APAC"')) == 'cat alert new c' ]]
	# and a digest is made for each
	to "$ann" '{"receiver":"ann","group_by":["segment.region"]}'
	[[ $(at 2024-04-01T07:30:00Z < <(alert d P2; alert e P2 '.segment.region = "APAC"'; alert f P2)) == $'ann digest - d+f\nann digest - e' ]]
}

@test "a cap cuts a digest, says how many more there are, and they come with the next" {
	to "$ann" '{"receiver":"ann","cap":2}'
	all() { for i in 1 2 3 4 5; do alert "a$i" P2 ".pipeline.amount = $i"; done; }
	[[ $(at 2024-04-01T07:30:00Z < <(all)) == 'ann digest - a5+a4' && $(jq .more "$BATS_TEST_TMPDIR/out") == 3 ]]
	[[ $(held) == *"a3 ann capped 2024-04-02T07:30:00Z -"*"a1 ann capped "* ]]
	[[ $(at 2024-04-01T07:31:00Z < <(all)) == "" ]]
	[[ $(at 2024-04-02T07:30:00Z < <(all)) == 'ann digest - a3+a2' && $(jq .more "$BATS_TEST_TMPDIR/out") == 1 ]]
	[[ $(at 2024-04-03T07:30:00Z < <(all)) == 'ann digest - a1' && $(jq .more "$BATS_TEST_TMPDIR/out") == null ]]
}

@test "past the storm limit a reader gets one summary, the rest waits, and ops hear of it once" {
	to "$ann,$bob" '{"receiver":"ann"}' '"storm":{"alerts":2,"minutes":30},"ops":["bob"]'
	[[ $(at 2024-04-01T04:00:00Z < <(alert a P1)) == 'ann alert new a' ]]
	[[ $(at 2024-04-01T04:10:00Z < <(for i in a b c d e; do alert $i P1; done)) == $'ann alert new b\nann digest - c+d+e\nbob fault fault ' ]]
	[[ $(jq -c 'select(.storm) | [.priority, .more]' "$BATS_TEST_TMPDIR/out") == '["P1",null]' ]]
	[[ $(jq -r '.faults[0]? | select(.stage == "route").reason' "$BATS_TEST_TMPDIR/out") == 'storm: more than 2 messages in 30 minutes to ann@example.com by mail; *' ||
		$(jq -r '.faults[0]?.reason // empty' "$BATS_TEST_TMPDIR/out") == "storm: more than 2 messages in 30 minutes to ann@example.com by mail; a summary went out, the rest waits" ]]
	[[ $(at 2024-04-01T04:11:00Z < <(for i in a b c d e f; do alert $i P1; done)) == "" ]]
	[[ $(held) == *"f ann storm 2024-04-01T04:40:00Z -" ]]
	[[ $(at 2024-04-01T04:40:00Z < <(for i in a b c d e f; do alert $i P1; done)) == 'ann alert new f' ]]
}

@test "the schemas say of the defaults, of what is held, and of a summary what the program does" {
	cd "$root"
	jq -c . pipelines/conf/routes.json | validate ./schemas/routes.json > "$BATS_TEST_TMPDIR/valid"
	[[ -s $BATS_TEST_TMPDIR/valid ]]
	run --separate-stderr validate ./schemas/routes.json --max-rejects 100% --rejects "$BATS_TEST_TMPDIR/rejects" < <(jq -c '.receivers[0].channel = "pigeon"' pipelines/conf/routes.json; jq -c '.route.routes[0].mut = []' pipelines/conf/routes.json)
	[[ $(wc -l < "$BATS_TEST_TMPDIR/rejects") == 2 ]]
	route --routes pipelines/conf/routes.json --held "$BATS_TEST_TMPDIR/held" < <(for i in {10..40}; do alert "00000000000000$i" "P$((i % 3 + 1))"; done; fault 2024-04-01T03:00:00Z) | validate delivery > "$BATS_TEST_TMPDIR/valid"
	[[ $(wc -l < "$BATS_TEST_TMPDIR/valid") == 11 && $(validate ./schemas/held.json < "$BATS_TEST_TMPDIR/held" | wc -l) == 21 ]]
}

@test "what was told is read whatever else the alerts say, and however they are written" {
	to "$ann" '{"receiver":"ann"}'
	printf '%s\n' '{"kind":"delivery","channel":"mail","to":"ann@example.com","receiver":"ann","form":"alert","created":"2024-04-01T03:00:00Z","alerts":[ { "alert_id" : "\u0041\"}" , "date":"2024-03-31", "x":{"alert_id":"b","y":[1,{"z":"}]"}]} , "state":"new" },{"date":"2024-03-31","alert_id":"c"}]}' \
		'{"kind":"delivery","channel":"mail","to":"ann@example.com"}' '{"kind":"delivery","channel":"mail","to":"ann@example.com","form":"fault","alerts":[],"faults":[{}]}' > "$BATS_TEST_TMPDIR/told"
	[[ $(next < <(alert 'A\"}' P1; alert b P1; alert c P1)) == 'ann alert new b' ]]
	echo '{"kind":"alert"}' > "$BATS_TEST_TMPDIR/told"
	run --separate-stderr route --routes "$routes" --told "$BATS_TEST_TMPDIR/told" < /dev/null
	expect 65 "" "route: $BATS_TEST_TMPDIR/told:1: no delivery"
}

# ---- people

lena='{"name":"lena","channel":"mail","to":"lena@example.com"}'

@test "a segment goes to the owner with the most conditions of it, where a route says owner" {
	to "$ann,$lena,$bob" '{"receiver":"ann","routes":[{"matchers":["priority=P1"],"owner":true}]}' \
		'"owners":[{"segment":{"region":"LATAM"},"receiver":"lena"},{"segment":{"region":"LATAM","industry":"X"},"receiver":"lena","to":"x@example.com"}]'
	run bash -c 'route --routes "$0" | jq -r "[.receiver, .to, .alerts[0].alert_id] | join(\" \")"' "$routes" < <(alert a P1; alert b P1 '.segment.industry = "X"'; alert c P1 '.segment = {}')
	expect 0 'ann ann@example.com c
lena lena@example.com a
lena x@example.com b'
}

@test "a rep's alert goes to the manager only, never to a channel, unless its route says people" {
	people='"owners":[{"who":"kim","receiver":"lena","to":"kim@example.com"},{"who":"pat","receiver":"ann"}],"reporting":{"rep_1":"kim","rep_2":"joe","joe":"pat","kim":"pat"}'
	rep() { alert "$1" P1 ".segment = {sales_rep_id:\"$2\"}"; }
	to "$ann,$slack,$lena" '{"receiver":"sam"}' "$people"
	told_by() { route --routes "$routes" --held "$BATS_TEST_TMPDIR/held" | jq -r '[.receiver, .to, .alerts[0].alert_id] | join(" ")'; }
	run told_by < <(rep a rep_1; rep b rep_2; rep c rep_3; alert d P1)
	expect 0 'ann ann@example.com b
sam C1 d
lena kim@example.com a'
	[[ $(held) == "c sam nobody - -" ]]
	to "$ann,$slack,$lena" '{"receiver":"sam","people":true}' "$people"
	run told_by < <(rep a rep_1; rep c rep_3)
	expect 0 'sam C1 a
sam C1 c'
	to "$ann,$slack,$lena" '{"receiver":"ann"}' "$people"
	run told_by < <(rep a rep_1; rep c rep_3)
	expect 0 'ann ann@example.com c
lena kim@example.com a'
	to "${ann/\"ann@example.com\"/[\"ann@example.com\",\"all@example.com\"]},$slack,$lena" '{"receiver":"ann"}' "$people"
	run told_by < <(rep a rep_1; rep c rep_3)
	expect 0 'lena kim@example.com a'
	[[ $(held) == "c ann nobody - -" ]]
}

# ---- faults

fault() { jq -nc --arg since "$1" "{kind:\"fault\",v:1,stage:\"fetch\",since:\$since,reason:\"no answer\"}${2:+ + $2}"; }

@test "ops get one message of a fault and one when it is over, by another channel than the one that failed" {
	to "$slack,$ann" '{"receiver":"ann"}' '"ops":["sam","ann"]'
	[[ $(at 2024-04-01T04:00:00Z < <(fault 2024-04-01T03:00:00Z)) == 'sam fault fault ' ]]
	[[ $(jq -c '[.alerts, (.faults | length), .priority]' "$BATS_TEST_TMPDIR/out") == '[[],1,"P1"]' ]]
	[[ $(at 2024-04-01T04:01:00Z < <(fault 2024-04-01T03:00:00Z)) == "" ]]
	[[ $(at 2024-04-01T04:02:00Z < <(fault 2024-04-01T03:00:00Z '{until:"2024-04-01T04:02:00Z"}')) == 'sam fault clear ' ]]
	[[ $(at 2024-04-01T04:03:00Z < <(fault 2024-04-01T03:00:00Z '{until:"2024-04-01T04:02:00Z"}'; fault 2024-04-01T03:00:00Z)) == "" ]]
	[[ $(jq -r .thread "$BATS_TEST_TMPDIR/told" | sort -u | wc -l) == 1 ]]
	[[ $(at 2024-04-01T04:04:00Z < <(fault 2024-04-01T03:30:00Z '{until:"2024-04-01T03:40:00Z"}')) == "" ]]
	[[ $(held) == "fetch - over - -" ]]
	dead='{stage:"notify",receiver:"sam",channel:"slack",delivery_id:"00000000000000ab"}'
	[[ $(at 2024-04-01T05:00:00Z < <(fault 2024-04-01T04:30:00Z "$dead")) == 'ann fault fault ' ]]
	to "$slack" '{"receiver":"sam"}' '"ops":["sam"]'
	[[ $(at 2024-04-01T05:00:00Z < <(fault 2024-04-01T04:40:00Z "$dead")) == "" ]]
	[[ $(held) == "notify - nobody - -" ]]
	to "$ann" '{"receiver":"ann"}'
	[[ $(at 2024-04-01T05:00:00Z < <(fault 2024-04-01T04:50:00Z)) == "" && $(held) == "fetch - nobody - -" ]]
	run --separate-stderr route --routes "$routes" < <(fault noon)
	expect 65 "" "route: stdin:1: since is no instant"
}

@test "many faults at once are one summary past the storm limit" {
	to "$ann" '{"receiver":"ann"}' '"ops":["ann"],"storm":{"alerts":2,"minutes":60}'
	[[ $(next < <(for i in 1 2 3 4 5; do fault "2024-04-01T03:0$i:00Z"; done)) == $'ann fault fault \nann fault fault \nann fault fault \nann fault fault ' ]]
	[[ $(jq -c '.faults | length' "$BATS_TEST_TMPDIR/out" | paste -sd' ') == "1 1 3 1" ]] # the last is of the storm itself
	[[ $(next < <(for i in 1 2 3 4 5; do fault "2024-04-01T03:0$i:00Z"; done)) == "" ]]
}

# ---- questions and drills

@test "--test says who would be told of such an alert, and --expect answers 0 or 1, saying by which route" {
	to "$ann,$bob" '{"receiver":"ann","routes":[{"matchers":["segment.region=LATAM"],"receiver":"bob","continue":true},{"matchers":["priority=P1"]}]}'
	run --separate-stderr route --routes "$routes" --test type=win_rate_drop,priority=P1,segment.region=LATAM
	expect 0 $'bob\nann' ""
	run --separate-stderr route --routes "$routes" --test priority=P2,segment.region=LATAM --expect bob
	expect 0 bob "route: priority=P2,segment.region=LATAM: bob by /route/routes/0, as expected"
	run --separate-stderr route --routes "$routes" --test priority=P1,segment.region=LATAM --expect ann,bob
	expect 0
	run --separate-stderr route --routes "$routes" --test priority=P1,segment.region=LATAM --expect bob
	expect 1 $'bob\nann' "route: priority=P1,segment.region=LATAM: bob by /route/routes/0, ann by /route/routes/1, not bob"
	run --separate-stderr route --routes "$routes" --test '' --expect ann
	expect 0 ann
	run --separate-stderr route --routes "$routes" --test colour=red
	expect 64 "" 'route: --test: unknown label "colour"'
	run --separate-stderr route --routes "$routes" --expect ann < /dev/null
	expect 64 "" "usage: *"
}

@test "--only sends to one receiver at once, whatever was told; a drill says so, and counts for nothing" {
	to "$ann,$slack" '{"receiver":"ann"}' '"storm":{"alerts":1,"minutes":60}'
	drill() { alert d P2 '.drill = true'; }
	[[ $(next --only sam < <(drill)) == 'sam alert new d' && $(jq -r '"\(.drill) \(.priority)"' "$BATS_TEST_TMPDIR/out") == "true P2" ]]
	first=$(jq -r .delivery_id "$BATS_TEST_TMPDIR/out")
	[[ $(at 2024-04-01T04:00:01Z --only sam < <(drill)) == 'sam alert new d' && $(jq -r .delivery_id "$BATS_TEST_TMPDIR/out") != "$first" ]]
	to "$ann,$slack" '{"receiver":"sam"}' '"storm":{"alerts":1,"minutes":60}'
	[[ $(at 2024-04-01T04:00:02Z < <(alert a P1)) == 'sam alert new a' ]]
	run --separate-stderr route --routes "$routes" --only zoe < <(drill)
	expect 64 "" "route: --only: no receiver \"zoe\" in $routes"
}

# ---- laws

@test "whatever the order of what comes in, the same deliveries go out" {
	cp "$root/pipelines/conf/routes.json" "$routes"
	jq '.receivers[].immediate = true | .storm.alerts = 3 | .ops = ["ops"]' "$root/pipelines/conf/routes.json" > "$routes"
	for i in {1..40}; do alert "a$i" "P$((i % 3 + 1))"; done | jq -c '(.alert_id[1:] | tonumber) as $i | .segment.region = "R\($i % 4)" | .pipeline.amount = $i % 7' > "$BATS_TEST_TMPDIR/some"
	route --routes "$routes" < "$BATS_TEST_TMPDIR/some" | head -n 4 > "$BATS_TEST_TMPDIR/before"
	fault 2024-04-01T03:00:00Z >> "$BATS_TEST_TMPDIR/some"
	fault 2024-04-01T03:10:00Z >> "$BATS_TEST_TMPDIR/some"
	shuffled() { route --routes "$routes" --told <(shuf --random-source=<(yes "$1") "$BATS_TEST_TMPDIR/before") --held "$BATS_TEST_TMPDIR/held.$1" \
		< <(shuf --random-source=<(yes "$1") "$BATS_TEST_TMPDIR/some") > "$BATS_TEST_TMPDIR/out.$1"; }
	for i in 1 2 3; do shuffled "$i"; done
	[[ $(wc -l < "$BATS_TEST_TMPDIR/out.1") -gt 5 ]]
	for i in 2 3; do
		cmp "$BATS_TEST_TMPDIR/out.1" "$BATS_TEST_TMPDIR/out.$i"
		cmp "$BATS_TEST_TMPDIR/held.1" "$BATS_TEST_TMPDIR/held.$i"
	done
}

# The same trees and label sets for both: a label is written as Alertmanager allows it.
alertmanager_says() {	# TREE LABELS
	jq -c --argjson tree "$1" -n '
		def matcher: capture("^ *(?<l>[a-z._]+) *(?<op>=~|!~|!=|=) *\"?(?<v>[^\"]*)\"?$") | "\(.l | gsub("[.]"; "_"))\(.op)\(.v | tojson)";
		def node: {receiver, continue, matchers: ((.matchers // []) | map(matcher)), routes: ((.routes // []) | map(node))} | with_entries(select(.value != null));
		{route: ($tree | node | del(.matchers)), receivers: ([$tree | .. | .receiver? // empty] | unique | map({name: .}))}' > "$BATS_TEST_TMPDIR/alertmanager.yml"
	tr ',' '\n' <<< "$2" | sed 's/^\([a-z._]*\)=/\1\n/' | paste -d= - - | while IFS='=' read -r label value; do printf '%s\n' "${label//./_}=$value"; done |
		xargs amtool config routes test --config.file="$BATS_TEST_TMPDIR/alertmanager.yml" | tr ',' '\n' | awk '!seen[$0]++' | paste -sd,
}

@test "who wants the report gets it on Monday of a quiet week too, once, and no later than a day after" {
	to '{"name":"ann","channel":"mail","to":["a@x","b@x"],"weekly":true},{"name":"bob","channel":"file","to":"b"}' '{"receiver":"bob"}'
	run at 2024-04-01T07:59:59Z < /dev/null
	expect 0 ""
	run at 2024-04-01T08:00:00Z < /dev/null
	expect 0 'ann weekly - 
ann weekly - '
	[[ $(jq -r '[.to, .due, (.alerts | length)] | join(" ")' "$BATS_TEST_TMPDIR/told") == 'a@x 2024-04-01T08:00:00Z 0
b@x 2024-04-01T08:00:00Z 0' ]]
	run at 2024-04-01T08:05:00Z < /dev/null
	expect 0 ""
	run at 2024-04-09T08:00:00Z < /dev/null
	expect 0 ""
	run at 2024-04-15T09:00:00Z < <(alert a P3 '.date = "2024-04-14"')
	expect 0 'ann weekly - 
ann weekly - 
bob weekly - a'
	[[ $(jq -r .delivery_id "$BATS_TEST_TMPDIR/told" | sort -u | wc -l) == 5 ]]
}

@test "where Alertmanager has the same notion, the same configuration gives the same receivers" {
	command -v amtool > /dev/null || skip "no amtool: apt-get install prometheus-alertmanager"
	receivers=$(for n in a b c d e; do printf '{"name":"%s","channel":"mail","to":"%s@x"},' $n $n; done)
	compared=0
	for tree in '{"receiver":"a"}' \
		'{"receiver":"a","routes":[{"matchers":["priority = P1"],"receiver":"b"},{"receiver":"c"}]}' \
		'{"receiver":"a","routes":[{"matchers":["segment.region =~ \"LATAM|APAC\""],"receiver":"b","continue":true},{"matchers":["type != rep_shift"],"receiver":"c","continue":true},{"matchers":["priority !~ P[12]"],"receiver":"d"}]}' \
		'{"receiver":"a","routes":[{"matchers":["segment.region=LATAM"],"routes":[{"matchers":["priority=P1"],"receiver":"b","continue":true},{"matchers":["type=~win_.*"],"receiver":"c","routes":[{"matchers":["severity=critical"],"receiver":"d"}]}]},{"matchers":["segment.industry="],"receiver":"e"}]}' \
		'{"receiver":"a","routes":[{"matchers":["priority=P1","type=~win"],"receiver":"b"},{"matchers":["segment.region!=","segment.region!~L.*"],"receiver":"c","continue":true,"routes":[{"matchers":["priority=P2"],"receiver":"d","continue":true}]},{"matchers":["direction=\"down\""],"receiver":"e"}]}'; do
		to "${receivers%,}" "$tree"
		for labels in priority=P1,type=win_rate_drop,segment.region=LATAM priority=P2,type=rep_shift,segment.region=APAC priority=P3,type=win_rate_rise \
			priority=P1,type=win_rate_drop,severity=critical,direction=down,segment.region=LATAM,segment.industry=X priority=P2,type=win,segment.region=Europe,direction=down \
			priority=P1,type=win; do
			ours=$(route --routes "$routes" --test "$labels" | paste -sd,) theirs=$(alertmanager_says "$tree" "$labels")
			[[ -n $theirs && $ours == "$theirs" ]] || { echo "$tree, $labels: ours $ours, theirs $theirs"; return 1; }
			compared=$((compared + 1))
		done
	done
	(( compared == 30 ))
}

# bats test_tags=figures
@test "ten thousand alerts, and as many told before, within 64 MiB" {
	to "$cat" '{"receiver":"cat"}'
	alert ID P1 | awk '{ for (i = 0; i < 10000; i++) { line = $0; sub(/"ID"/, sprintf("\"%016x\"", i), line); print line } }' > "$BATS_TEST_TMPDIR/many"
	/usr/bin/time -o "$BATS_TEST_TMPDIR/kib" -f %M route --routes "$routes" < "$BATS_TEST_TMPDIR/many" > "$BATS_TEST_TMPDIR/out"
	[[ $(jq -r .delivery_id "$BATS_TEST_TMPDIR/out" | sort -u | wc -l) == 10000 ]]
	(( $(< "$BATS_TEST_TMPDIR/kib") <= 65536 ))
	/usr/bin/time -o "$BATS_TEST_TMPDIR/kib" -f %M route --routes "$routes" --told "$BATS_TEST_TMPDIR/out" < "$BATS_TEST_TMPDIR/many" > "$BATS_TEST_TMPDIR/again"
	[[ ! -s $BATS_TEST_TMPDIR/again ]]
	(( $(< "$BATS_TEST_TMPDIR/kib") <= 65536 ))
}
