# deliver - the pipeline that is run each minute: what stands, what was told, who is told now.
# bats file_tags=whole
load helpers
load pipeline

setup() {
	T=$BATS_TEST_TMPDIR/tree state=$T/var db=$T/var/saleswatch.db
	mkdir -p "$T"
	cp -r "$(dirname "$(command -v settle)")" "$T/bin"
	cp -r "$root/pipelines" "$T"
	cat > "$T/pipelines/conf/routes.json" <<-'END'
	{ "receivers": [
		{ "name": "now", "channel": "file", "to": "now@example.com" },
		{ "name": "cro", "channel": "file", "to": "cro@example.com" },
		{ "name": "ops", "channel": "file", "to": "ops@example.com" } ],
	"ops": ["ops"],
	"route": { "receiver": "cro", "routes": [{ "matchers": ["priority = P1"], "receiver": "now", "repeat_interval": "4h" }] } }
	END
	export SALESWATCH_NOW=2024-04-01T04:00:00Z
}

# alerts ID PRIORITY [JQ]: one more alert in the store.
alerts() {
	jq -c --arg id "000000000000000$1" --arg p "$2" '.alert_id = $id | .priority = $p | .state = "new"'"${3:+ | $3}" <<< '{"kind":"alert","v":1,"type":"win_rate_drop","date":"2024-03-31","opened":"2024-03-25","segment":{"region":"LATAM"},"direction":"down","severity":"critical","title":"Win rate drop","message":"It fell.","data_through":"2024-03-31","z":-4}' |
		kept alert
}
kept() { store put "$1" --stage "test-$1" --db "$db" && store commit "test-$1" --db "$db"; }

# deliver [INSTANT]: runs it; then what is new in the outbox, and what was said.
deliver() {
	local before
	before=$(told)
	SALESWATCH_NOW=${1-$SALESWATCH_NOW} "$T/bin/saleswatch" run deliver 2> "$BATS_TEST_TMPDIR/said" || return
	comm -13 <(sort <<< "$before") <(told | sort)
}
told() { [[ ! -e $db ]] || store get delivery --db "$db" | jq -r '[.receiver, .form, .state // "-", (.alerts | map(.alert_id[-1:]) | join("+")), .created] | join(" ")'; }
mails() { find "$state/mail" -name '*.eml' 2> /dev/null | wc -l; }
nothing="saleswatch: run: deliver 2024-04-01: nothing to do, every stream is up to date"

@test "before there is a store it does nothing" {
	[[ $(deliver) == "" && $(cat "$BATS_TEST_TMPDIR/said") == "$nothing" && ! -e $db ]]
}

@test "each is told once: a P1 now, a P2 at 07:30; in between and afterwards nothing is to do" {
	mkdir -p "$state"
	alerts a P1
	alerts b P2
	[[ $(deliver) == "now alert new a 2024-04-01T04:00:00Z" && $(mails) == 1 ]]
	[[ $(deliver) == "" && $(cat "$BATS_TEST_TMPDIR/said") == "$nothing" ]]
	[[ $(jq -r '.alert_id[-1:] + " " + .reason' "$state/deliver/held" | paste -sd,) == "a told,b due" ]]
	[[ $(jq -r '.alert_id[-1:] + " " + .reason' "$state/days/2024-04-01/held") == "b due" ]] # as it was then
	[[ $(deliver 2024-04-01T07:29:59Z) == "" ]]
	[[ $(deliver 2024-04-01T07:30:00Z) == "cro digest - b 2024-04-01T07:30:00Z" && $(mails) == 2 ]]
	[[ $(deliver 2024-04-01T07:31:00Z) == "" && $(cat "$BATS_TEST_TMPDIR/said") == "$nothing" ]]
	[[ $(deliver 2024-04-02T07:31:00Z) == "now alert reminder a "* && $(mails) == 3 ]]
}

@test "what comes to the store is seen the next minute: an alert, a fault, an answer, a silence" {
	mkdir -p "$state"
	alerts a P1
	[[ $(deliver) == "now alert new a "* ]]
	[[ $(deliver 2024-04-01T08:00:00Z) == "now alert reminder a 2024-04-01T08:00:00Z" ]]
	jq -nc '{kind:"feedback",v:1,alert_id:"000000000000000a",person:"kim",at:"2024-04-01T08:30:00Z",answer:"on_it"}' | kept feedback
	[[ $(deliver 2024-04-01T12:00:00Z) == "" ]]
	jq -nc '{kind:"fault",v:1,stage:"fetch",since:"2024-04-01T12:00:00Z",reason:"no answer"}' | kept fault
	[[ $(deliver 2024-04-01T12:01:00Z) == "ops fault fault  2024-04-01T12:01:00Z" ]]
	jq -nc '{kind:"fault",v:1,stage:"fetch",since:"2024-04-01T12:00:00Z",reason:"no answer",until:"2024-04-01T12:02:00Z"}' | kept fault
	[[ $(deliver 2024-04-01T12:02:00Z) == "ops fault clear  2024-04-01T12:02:00Z" ]]
	SALESWATCH_NOW=2024-04-01T12:03:00Z "$T/bin/saleswatch" silence add 'segment.region = LATAM' --for 1h --by kim --why 'we know'
	alerts b P1
	alerts a P1 '.state = "recovered" | .date = "2024-04-01"'
	[[ $(deliver 2024-04-01T12:04:00Z) == "now alert recovered a 2024-04-01T12:04:00Z" ]] # who was told hears of the end
	[[ $(jq -r 'select(.reason == "silenced") | [.alert_id[-1:], .by, .until, .why] | join(" ")' "$state/deliver/held") == "b kim 2024-04-01T13:03:00Z we know" ]]
	[[ $(deliver 2024-04-01T13:03:00Z) == "now alert new b 2024-04-01T13:03:00Z" ]]
}

@test "who was told of what lasts for months hears its end: of an alert alone or in a digest, and of a fault" {
	mkdir -p "$state"
	fault() { jq -nc "{kind:\"fault\",v:1,stage:\"fetch\",since:\"2024-04-01T03:00:00Z\",reason:\"no answer\"} + $1" | kept fault; }
	alerts a P1
	alerts b P2
	alerts c P2
	fault '{}'
	[[ $(deliver 2024-04-01T07:30:00Z) == $'cro digest - b+c 2024-04-01T07:30:00Z\nnow alert new a '*$'\nops fault fault  '* ]]
	for id in a b; do
		jq -nc --arg id "000000000000000$id" '{kind:"incident",v:1,alert_id:$id,type:"win_rate_drop",segment:{},direction:"down",clock:"recorded",from:"2024-03-20",opened:"2024-03-25",shift:-1}'
	done | kept incident
	SALESWATCH_NOW=2024-06-09T06:00:00Z store prune --db "$db" --keep delivery=35d --keep fault=35d
	[[ $(told | wc -l) == 3 ]]
	alerts a P1 '.state = "recovered" | .date = "2024-06-09"'
	alerts b P2 '.state = "corrected" | .date = "2024-06-09"'
	fault '{until:"2024-06-10T06:00:00Z"}'
	[[ $(deliver 2024-06-10T07:30:00Z) == $'cro digest - b 2024-06-10T07:30:00Z\nnow alert recovered a 2024-06-10T07:30:00Z\nops fault clear  2024-06-10T07:30:00Z' ]]
	[[ $(deliver 2024-06-10T07:31:00Z) == "" ]]
	[[ $(store get delivery --from 2024-06-10 --db "$db" | wc -l) == 6 ]]
	# what is over and was told is asked for no more
	jq -nc '{kind:"incident",v:1,type:"win_rate_drop",segment:{},direction:"down",clock:"recorded",from:"2024-03-20",opened:"2024-03-25",closed:"2024-06-09",shift:-1} | .alert_id = ("a", "b" | "000000000000000" + .)' | kept incident
	[[ $(store get delivery --from 2024-06-11 --db "$db" | wc -l) == 0 ]]
}

@test "a silence is listed, wakes when it gets worse, and can be ended" {
	mkdir -p "$state"
	run --separate-stderr "$T/bin/saleswatch" silence list
	expect 0 "" ""
	alerts a P1
	alerts b P1 '.segment.region = "APAC"'
	run --separate-stderr "$T/bin/saleswatch" silence add 'segment.region = LATAM' --for 1d12h --by kim --why 'we know'
	expect 0 - ""
	[[ $output == "silence "*" until 2024-04-02T16:00:00Z: 1 of the alerts there are now" ]]
	id=$(cut -d' ' -f2 <<< "$output")
	cd "$root"
	[[ $(store get silence --db "$db" | validate ./schemas/silence.json | jq -c .alerts) == '[{"alert_id":"000000000000000a","priority":"P1","z":-4}]' ]]
	run --separate-stderr "$T/bin/saleswatch" silence list
	expect 0 "$id  until 2024-04-02T16:00:00Z  by kim  segment.region = LATAM  we know" ""
	[[ $(deliver) == "now alert new b "* ]]
	alerts a P1 '.state = "changed" | .date = "2024-04-01" | .z = -5.5'
	[[ $(deliver 2024-04-02T04:00:00Z) == *"now alert changed a 2024-04-02T04:00:00Z"* ]]
	alerts c P1
	[[ $(deliver 2024-04-02T04:01:00Z) == "" ]]
	SALESWATCH_NOW=2024-04-02T04:02:00Z run --separate-stderr "$T/bin/saleswatch" silence end "${id:0:6}"
	expect 0 "" "saleswatch: silence: $id: over"
	[[ $(deliver 2024-04-02T04:02:00Z) == "now alert new c "* ]]
	SALESWATCH_NOW=2024-04-02T04:02:00Z run --separate-stderr "$T/bin/saleswatch" silence end "$id"
	expect 66 "" "saleswatch: silence: $id: no silence of that id is in force; saleswatch silence list"
}

@test "a silence that is none is refused, and nothing is kept" {
	for wrong in '' 'a=b --by kim --why x' 'type=x --for 7d --by kim' 'type=x --for 7x --by kim --why x' 'colour=red --for 7d --by kim --why x' 'type=x --for 0d --by kim --why x'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$T/bin/saleswatch" silence add $wrong
		expect 64 "" "*"
	done
	[[ $stderr == "saleswatch: silence: --for 0d: no time at all" ]]
	run --separate-stderr "$T/bin/saleswatch" silence add 'colour = red' --for 7d --by kim --why x
	expect 64 "" 'saleswatch: silence: colour = red: unknown label "colour"'
	[[ ! -e $db ]]
}

@test "killed between routing and the store, it loses nothing and tells nothing twice" {
	mkdir -p "$state"
	alerts a P1
	alerts b P1
	local broken=0
	for program in route render store settle; do
		cp "$T/bin/$program" "$T/bin/$program.whole"
		printf '#!/bin/bash\n[[ %s == store && $1 == get ]] && exec "%s/bin/store.whole" "$@"\n"%s/bin/%s.whole" "$@" | head -c 700\necho fired >> "%s/fired"\nkill -9 $$\n' \
			"$program" "$T" "$T" "$program" "$T" > "$T/bin/$program"
		run deliver
		(( status != 0 )) && broken=$((broken + 1))
		mv "$T/bin/$program.whole" "$T/bin/$program"
	done
	(( broken == 4 )) && [[ $(wc -l < "$T/fired") -ge 4 && $(told) == "" && $(mails) == 0 ]]
	run deliver
	[[ $(grep '^now' <<< "$output") == $'now alert new a 2024-04-01T04:00:00Z\nnow alert new b 2024-04-01T04:00:00Z' ]]
	[[ $(grep -c '^ops fault fault' <<< "$output") -ge 1 ]] # of the runs that were killed
	messages=$(mails)
	(( messages == ${#lines[@]} ))
	run deliver # the next minute ops hear that it works again, and that is all
	run ! grep -v '^ops fault clear\|^$' <<< "$output"
	messages=$(mails)
	[[ $(deliver) == "" && $(mails) == "$messages" ]]
}

@test "wrong routes are said by the run with their line, and nothing is told" {
	mkdir -p "$state"
	alerts a P1
	sed -i 's/"receiver": "cro"/"receiver": "zoe"/' "$T/pipelines/conf/routes.json"
	run deliver
	[[ $status == 78 && $(told) == "" ]]
	[[ $(cat "$BATS_TEST_TMPDIR/said") == *'routes.json:6: /route: unknown receiver "zoe"'* ]]
}

@test "an unchanged minute writes nothing but that it looked" {
	mkdir -p "$state"
	for i in 1 2 3 4 5 6 7 8 9; do jq -nc --arg id "000000000000000$i" '{kind:"alert",v:1,type:"win_rate_drop",date:"2024-03-31",opened:"2024-03-25",segment:{},direction:"down",severity:"warning",title:"T",message:"M",data_through:"2024-03-31",$id}
		| .alert_id = .id | .priority = "P2" | .state = "new" | del(.id)'; done | kept alert
	deliver 2024-04-01T07:30:00Z > /dev/null
	deliver 2024-04-01T07:31:00Z > /dev/null
	touch "$BATS_TEST_TMPDIR/mark"
	SALESWATCH_NOW=2024-04-01T07:32:00Z "$T/bin/saleswatch" run --quiet deliver
	run find "$state" -type f -newer "$BATS_TEST_TMPDIR/mark" ! -name '.*' ! -name routed ! -name 'lock.*' ! -path '*/looked/*' ! -name delivered ! -name metrics.prom ! -name '*.db-wal' ! -name '*.db-shm'
	expect 0 ""
}
