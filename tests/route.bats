# route - who is told of what, alone or in a digest, and when.
load helpers

setup() {
	routes=$BATS_TEST_TMPDIR/routes.json
	export SALESWATCH_NOW=2024-04-01T04:00:00Z # a Monday
}

# alert ID PRIORITY [JQ]
alert() {
	local severity=([1]=critical [2]=warning [3]=insight)
	jq -nc --arg id "$1" --arg p "$2" --arg s "${severity[${2#P}]}" \
		'{kind:"alert",v:1,type:"win_rate_drop",date:"2024-03-31",segment:{region:"LATAM"},direction:"down",alert_id:$id,severity:$s,priority:$p,state:"new",title:"T"}'"${3:+ | $3}"
}

# to RECEIVERS ROUTE: writes routes.json.
to() { printf '{"receivers": [%s],\n"route": %s}\n' "$1" "$2" > "$routes"; }

ann='{"name":"ann","channel":"mail","to":"ann@example.com"}'
bob='{"name":"bob","channel":"file","to":"bob@example.com","dir":"out"}'
cat='{"name":"cat","channel":"terminal","to":"tty","immediate":true}'

# told [ROUTES]: who is told of the alerts on stdin, in order.
told() { route --routes "${1-$routes}" | jq -r '[.receiver, (.alerts | map(.alert_id) | join("+"))] | join(" ")'; }

@test "a delivery says what, to whom, by what way and when" {
	to "$bob" '{"receiver":"bob"}'
	run --separate-stderr route --routes "$routes" < <(alert a P1)
	expect 0 "{\"kind\":\"delivery\",\"v\":1,\"delivery_id\":\"$(jq -r .delivery_id <<< "$output")\",\"receiver\":\"bob\",\"channel\":\"file\",\"to\":\"bob@example.com\",\"dir\":\"out\",\"priority\":\"P1\",\"form\":\"alert\",\"due\":\"2024-04-01T04:00:00Z\",\"created\":\"2024-04-01T04:00:00Z\",\"alerts\":[$(alert a P1)]}" ""
	[[ $(jq -r .delivery_id <<< "$output") =~ ^[0-9a-f]{16}$ ]]
}

@test "P1 goes alone and at once, P2 in one digest at 07:30, P3 on Monday at 08:00" {
	to "$ann" '{"receiver":"ann"}'
	run bash -c 'route --routes "$0" | jq -r "[.priority, .form, .due, (.alerts | map(.alert_id) | join(\"+\"))] | join(\" \")"' "$routes" < <(
		alert a P1; alert b P1; alert c P2; alert d P3; alert e P2; alert f P3)
	expect 0 'P1 alert 2024-04-01T04:00:00Z a
P1 alert 2024-04-01T04:00:00Z b
P2 digest 2024-04-01T07:30:00Z c+e
P3 weekly 2024-04-01T08:00:00Z d+f'
}

@test "a receiver who is told at once gets each alone" {
	to "$cat" '{"receiver":"cat"}'
	run bash -c 'route --routes "$0" | jq -r "[.priority, .form, .due] | join(\" \")"' "$routes" < <(alert a P1; alert b P2; alert c P3)
	expect 0 'P1 alert 2024-04-01T04:00:00Z
P2 alert 2024-04-01T04:00:00Z
P3 alert 2024-04-01T04:00:00Z'
}

due() { SALESWATCH_NOW=$1 route --routes "$routes" "${@:2}" < <(alert a P2; alert b P3) | jq -r .due | paste -sd' '; }

@test "digests wait for the next workday, and the weekly for Monday" {
	to "$ann" '{"receiver":"ann"}'
	run due 2024-04-01T07:30:00Z # Monday
	expect 0 '2024-04-01T07:30:00Z 2024-04-01T08:00:00Z'
	run due 2024-04-01T08:00:01Z
	expect 0 '2024-04-02T07:30:00Z 2024-04-08T08:00:00Z'
	run due 2024-04-05T07:30:01Z # Friday
	expect 0 '2024-04-08T07:30:00Z 2024-04-08T08:00:00Z'
	run due 2024-04-06T04:00:00Z # Saturday
	expect 0 '2024-04-08T07:30:00Z 2024-04-08T08:00:00Z'
	run due 2024-12-31T23:00:00Z # Tuesday
	expect 0 '2025-01-01T07:30:00Z 2025-01-06T08:00:00Z'
}

@test "on the clock of the business, or of the reader, also where it changes" {
	to "$ann" '{"receiver":"ann"}'
	echo '{"zone":"America/New_York"}' > "$BATS_TEST_TMPDIR/company.json"
	run due 2024-03-08T12:30:01Z --conf "$BATS_TEST_TMPDIR/company.json" # Friday; on Sunday the clocks change
	expect 0 '2024-03-11T11:30:00Z 2024-03-11T12:00:00Z'
	to "${ann/%\}/,\"zone\":\"Asia/Kolkata\"\}}" '{"receiver":"ann"}'
	run due 2024-04-01T04:00:00Z --conf "$BATS_TEST_TMPDIR/company.json" # there it is 09:30
	expect 0 '2024-04-02T02:00:00Z 2024-04-08T02:30:00Z'
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
	run told < <(alert a P1; alert b P1 '.segment = {}'; alert c P2; alert d P1 '.type = "rep_shift"')
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
	run bash -c 'route --routes "$0" | jq ".alerts | length" | paste -sd" "' "$routes" < "$BATS_TEST_TMPDIR/many"
	expect 0 '100 100 1'
}

@test "what was held back is delivered to nobody, and counted" {
	to "$ann" '{"receiver":"ann"}'
	run --separate-stderr route --routes "$routes" --summary "$BATS_TEST_TMPDIR/sum" < <(alert a P2 '.suppressed = "cap: 0 warning a day"'; alert b P1; alert c P2; alert d P2)
	expect 0 - ""
	[[ ${#lines[@]} == 2 && $output != *cap* ]]
	run cat "$BATS_TEST_TMPDIR/sum"
	expect 0 '{"stage":"route","in":4,"out":3,"rejected":0,"dropped":1,"written":2}'
}

@test "the default routes keep mail in files, and send nothing anywhere" {
	run told "$root/pipelines/conf/routes.json" < <(alert a P1; alert b P2; alert c P3)
	expect 0 'leaders a
leaders b
leaders c'
	run jq -r '.receivers[].channel' "$root/pipelines/conf/routes.json"
	expect 0 'file
file'
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
	to "${bob/file/mail}" '{"receiver":"bob"}'
	refused 1 '/receivers/0: dir is for the channel file'
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
	expect 65 "" "route: stdin:2: not an alert"
	run --separate-stderr route --routes "$routes" < <(alert a P1 '.priority = "P9"')
	expect 65 "" "route: stdin:1: priority must be P1, P2 or P3"
	run --separate-stderr route --routes "$routes" < <(alert "" P1)
	expect 65 "" "route: stdin:1: no alert_id"
}

@test "without routes it says how it is used" {
	run --separate-stderr route < /dev/null
	expect 64 "" "usage: route --routes FILE *"
}
