# notify_channels - Slack, Teams, webhooks, Alertmanager and commands get what is theirs, and what
# they answer decides: sent, later or never.
load helpers
load queue
load sink

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	load helpers
	load sink
	sink_start "$BATS_FILE_TMPDIR/sink"
}

teardown_file() {
	load sink
	sink_stop "$BATS_FILE_TMPDIR/sink"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	sink_fresh "$BATS_FILE_TMPDIR/sink"
	export HOOK=$url/services/T0/canary-hook-1/200 TOKEN=xoxb-canary-token-2
}

# at MINUTES [ARGUMENT...]: notify, so long after four.
at() { SALESWATCH_NOW=$(later "$1") notify --db db --routes routes.json --seconds 1 "${@:2}"; }

# once CHANNEL RECEIVER: one delivery of that channel to that receiver, sent at four.
once() {
	rm -f db db-wal db-shm
	receiver "$2"
	delivery 1 "$1" C1 "${3-}" | queue
	run --separate-stderr at 0
}

result() { jq -r .result <<< "$output"; }

@test "a webhook gets the bytes that were frozen, with the delivery's id as its key" {
	once webhook '{channel: "webhook", webhook: "HOOK"}'
	expect 0 '{"kind":"receipt","v":1,"delivery_id":"0000000000000001","receiver":"r","channel":"webhook","to":"C1","at":"2024-04-01T04:00:00Z","attempt":1,"result":"sent","key":"0000000000000001"}' ""
	[[ $(requests '[.method, .path, .body, .headers["content-type"], .headers["idempotency-key"]]') == \
		'["POST","/services/T0/canary-hook-1/200","{\"text\":\"ALERT: ü\",\"n\":\"0000000000000001\"}","application/json","\"0000000000000001\""]' ]]
}

@test "and a bearer, if its receiver names one" {
	once webhook '{channel: "webhook", url: "'"$url"'/200", token: "TOKEN"}'
	expect 0 - ""
	[[ $(requests -r .headers.authorization) == "Bearer xoxb-canary-token-2" ]]
}

@test "Teams says 202, Alertmanager is asked at its API, wherever that is said to be" {
	HOOK=$url/x/202 once teams '{channel: "teams", webhook: "HOOK"}'
	expect 0 - ""
	for at in "$url" "$url/" "$url/api/v2/alerts"; do
		sink_fresh "$sink"
		once alertmanager '{channel: "alertmanager", url: "'"$at"'"}'
		expect 0 - ""
		[[ $(requests -r .path) == /api/v2/alerts ]]
	done
}

# answers NAME: of the table on stdin (HOW RESULT SAID), all in one round, each to a receiver of
# its own; and that the message says so.
answers() {
	local how wanted said n=0
	while read -r how wanted said; do
		((++n))
		script_line "$how"
		delivery "$n" "$1" "C$n" ".receiver = \"r$n\"" >> deliveries
		[[ $wanted == sent ]] || printf 'notify: %016x to r%d: %s: %s\n' "$n" "$n" "$wanted" "$said"
		echo "$wanted" >> wanted
	done > messages
	jq -n --argjson n "$n" '{receivers: [range(1; $n + 1) | {name: "r\(.)", private: true} + ('"$2"')]}' > routes.json
	queue < deliveries
	run --separate-stderr at 0
	[[ $stderr == "$(cat messages)" ]] || { diff messages <(echo "$stderr"); return 1; }
	[[ $(result) == "$(cat wanted)" ]]
}

script_line() { echo "$1" >> "$sink/script"; }

@test "what a web server answers decides" {
	answers webhook '{channel: "webhook", url: "'"$url"'/x"}' <<-'END'
	200 sent
	202 sent
	204 sent
	400 refused HTTP 400: said 400
	401 refused HTTP 401: said 401
	404 refused HTTP 404: said 404
	410 refused HTTP 410: said 410
	429 later HTTP 429: slow down
	500 later HTTP 500: said 500
	reset later the connection ended without an answer
	silent later no answer in 1 s
	drip later no answer in 1 s
	endless sent
	away refused HTTP 307: it sends us on to somewhere else
	END
	(( status == 69 ))
}

@test "and who must act" {
	while read -r how code; do
		script "$how"
		once webhook '{channel: "webhook", url: "'"$url"'/x"}'
		expect "$code"
	done <<-'END'
	200 0
	400 69
	403 77
	500 75
	END
}

@test "what is wrong on our side keeps the message and calls a person" {
	once webhook '{channel: "webhook", webhook: "NO_SUCH"}'
	expect 78 - 'notify: 0000000000000001 to r: later: neither $NO_SUCH_FILE nor $NO_SUCH is set'
	once webhook '{channel: "webhook"}'
	expect 78 - '*: later: its receiver has neither url nor webhook'
	once webhook '{channel: "webhook", url: "'"$url"'/200", private: false}'
	expect 78 - '*: later: no https address'
	once webhook '{channel: "webhook", url: "https://localhost:1/200", private: false}'
	expect 78 - '*: later: its address is none of the open internet, and it is not private'
	once webhook '{channel: "slack", webhook: "HOOK"}'
	expect 78 - '*: later: made for webhook, and routes.json has its receiver at slack now'
	once webhook '{name: "other", channel: "webhook", webhook: "HOOK"}'
	expect 78 - '*: later: no such receiver in routes.json'
	once exec '{channel: "exec", command: []}'
	expect 78 - '*: later: its receiver names no command'
	[[ -z $(requests .) && $(state) == 'queued 1 '* ]]
}

@test "a secret that others may read stops its receiver, not the others" {
	echo "$HOOK" > hook
	chmod 644 hook
	jq -n '{receivers: [{name: "r", private: true, channel: "webhook", webhook: "SECOND"}, {name: "s", private: true, channel: "webhook", webhook: "HOOK"}]}' > routes.json
	{ delivery 1 webhook a; delivery 2 webhook a '.receiver = "s"'; } | queue
	SECOND_FILE=$PWD/hook run --separate-stderr at 0
	expect 77 - "notify: 0000000000000001 to r: later: $PWD/hook: others may read or change this secret; chmod 600 it"
	[[ $(result) == $'later\nsent' ]]
	chmod 600 hook
	SECOND_FILE=$PWD/hook run --separate-stderr at 2
	expect 0 - ""
}

@test "Retry-After is obeyed: a delivery is not tried before, nor is its receiver with another" {
	receiver '{channel: "slack", webhook: "HOOK"}'
	{ delivery 1 slack C1; delivery 2 slack C1; } | queue
	script '429 1800'
	run --separate-stderr at 0
	expect 75 - 'notify: 0000000000000001 to r: later: HTTP 429: slow down'
	[[ $(state) == 'queued 1 2024-04-01T04:30:00Z
queued 0 2024-04-01T04:00:00Z' && $(requests . | wc -l) == 1 ]]
	run --separate-stderr at 29
	expect 0 - ""
	[[ $(result) == sent && $(jq -r .delivery_id <<< "$output") == *2 ]]
	run --separate-stderr at 30
	[[ $(result) == sent ]]
}

@test "of a long Retry-After four hours are granted, so that ops hear of it on the same day" {
	once webhook '{channel: "webhook", url: "'"$url"'/429%20432000"}'
	expect 75 - '*: later: HTTP 429: slow down'
	[[ $(state) == 'queued 1 2024-04-01T08:00:00Z' ]]
	at 240 > /dev/null 2>&1 || true
	at 480 > /dev/null 2>&1 || true
	[[ $(faults .reason) == '"r by webhook: 3 attempts failed, the last: HTTP 429: slow down"' ]] || { state; faults; return 1; }
}

@test "(control: without Retry-After it comes again after a minute)" {
	receiver '{channel: "slack", webhook: "HOOK"}'
	delivery 1 slack C1 | queue
	script 500
	at 0 > /dev/null 2>&1 || true
	run --separate-stderr at 2
	[[ $(result) == sent ]]
}

@test "one message a second goes to a Slack channel, and others need not wait for it" {
	jq -n '{receivers: [{name: "r", private: true, channel: "slack", webhook: "HOOK"}, {name: "s", private: true, channel: "webhook", webhook: "HOOK"}]}' > routes.json
	{ for i in 1 2 3; do delivery $i slack C1; done; delivery 9 webhook a '.receiver = "s"'; } | queue
	run --separate-stderr at 0
	expect 0 - ""
	[[ $(requests -r '.headers["idempotency-key"]' | tr -d '"0' | paste -sd' ') == '1 9 2 3' ]]
	run jq -se 'map(select(.headers["idempotency-key"] != "\"0000000000000009\"").at) | .[1] - .[0] >= 0.99 and .[2] - .[1] >= 0.99' "$sink/requests"
	expect 0 true
}

# ---- Slack by token

slack='{channel: "slack", token: "TOKEN", api: "'
thread='.thread = "00000000000000ff"'

@test "with a token Slack is told the channel and the key, and its name of the message is kept" {
	once slack "$slack$url/api\"}" "$thread"
	expect 0 - ""
	[[ $(jq -r .ref <<< "$output") == C1/1700000000.* ]]
	[[ $(requests '[.path, .headers.authorization, (.body | fromjson)]') == \
		'["/api/chat.postMessage","Bearer xoxb-canary-token-2",{"channel":"C1","text":"ALERT: ü","n":"0000000000000001","metadata":{"event_type":"saleswatch_delivery","event_payload":{"delivery_id":"0000000000000001"}}}]' ]]
}

@test "news of an alert edits its message, and is a short reply below it" {
	once slack "$slack$url/api\"}" "$thread"
	ref=$(jq -r .ref <<< "$output")
	sink_fresh "$sink"
	delivery 2 slack C1 "$thread"' | .state = "changed" | .content.body = ({text:"worse",blocks:[1]} | tojson)' | queue r2
	delivery 3 slack C1 "$thread"' | .state = "acknowledged"' | queue r3
	run --separate-stderr at 5
	expect 0 - ""
	[[ $(jq -r .ref <<< "$output" | sort -u) == "$ref" ]]
	[[ $(requests '[.path, (.body | fromjson | .channel, .ts, .thread_ts, .text, has("blocks"))]') == \
		'["/api/chat.update","C1","'"${ref#*/}"'",null,"worse",true]
["/api/chat.postMessage","C1",null,"'"${ref#*/}"'","worse",false]
["/api/chat.update","C1","'"${ref#*/}"'",null,"ALERT: ü",false]' ]] || { requests '[.path, .body]'; return 1; }
}

@test "a message that is gone, or that Slack lets nobody edit any more, is posted anew" {
	for why in message_not_found cant_update_message edit_window_closed; do
		once slack "$slack$url/api\"}" "$thread"
		old=$(jq -r .ref <<< "$output")
		sink_fresh "$sink"
		delivery 2 slack C1 "$thread"' | .state = "recovered"' | queue r2
		script "slack $why"
		run --separate-stderr at 5
		expect 0 - ""
		new=$(jq -r .ref <<< "$output")
		[[ $new == C1/* && $new != "$old" && $(requests -r .path) == $'/api/chat.update\n/api/chat.postMessage' ]]
	done
}

@test "Slack's words for no, each with HTTP 200, are told apart" {
	sed 's/^\(S*[a-z_]*\) /slack:\1 /' <<-'END' | sed 's/^\(slack:\)\([a-z_]*\) \([a-z]*\)$/\1\2 \3 \2/' > table
	ratelimited later
	internal_error later
	fatal_error later
	service_unavailable later
	request_timeout later
	invalid_auth refused
	token_revoked refused
	missing_scope refused
	account_inactive refused
	channel_not_found refused
	not_in_channel refused
	is_archived refused
	msg_too_long refused
	invalid_blocks refused
	some_new_word refused
	END
	script_line() { echo "${1/:/ }" >> "$sink/script"; }
	printf '%s\n' '500 later HTTP 500: said 500' '200 later its answer is no whole JSON' \
		'halfway later its answer is no whole JSON' >> table
	answers slack "$slack$url/api\"}" < table
	(( status == 77 ))
	[[ $(requests . | wc -l) == 18 ]]
}

@test "a Slack webhook's words are told" {
	script 404
	once slack '{channel: "slack", webhook: "HOOK"}'
	expect 69 - '*: refused: HTTP 404: said 404'
}

# ---- exec

@test "a command gets the record on its stdin, its words with no shell between, and ends as it likes" {
	printf '%s\n' '#!/bin/bash' 'cat > got' 'printf "<%s>" "$@" > arguments' 'echo "not today"' 'exit ${END:-0}' > taker
	chmod +x taker
	once exec '{channel: "exec", command: ["./taker", "a b", "$(touch hurt)"]}'
	expect 0 - ""
	[[ $(cat got) == '{"text":"ALERT: ü","n":"0000000000000001"}' && $(cat arguments) == '<a b><$(touch hurt)>' && ! -e hurt ]]
	END=75 once exec '{channel: "exec", command: ["./taker"]}'
	expect 75 - '*: later: ./taker: later: not today'
	END=3 once exec '{channel: "exec", command: ["./taker"]}'
	expect 69 - '*: refused: ./taker ended with 3: not today'
	once exec '{channel: "exec", command: ["./none"]}'
	expect 78 - '*: later: ./none: No such file or directory'
}

@test "a command that takes too long is ended, with all it started" {
	printf '%s\n' '#!/bin/bash' 'sleep 987 &' 'echo $! > child' 'wait' > taker
	chmod +x taker
	SECONDS=0
	once exec '{channel: "exec", command: ["./taker"]}'
	expect 75 - '*: later: ./taker: not done in 1 s'
	(( SECONDS <= 3 ))
	sleep 0.2
	[[ -z $(tr -d "\0" < "/proc/$(cat child)/cmdline" 2> /dev/null) ]]	# gone, or waits to be buried
}

@test "one that took too long is not run again in the round, and others are" {
	printf '%s\n' '#!/bin/bash' 'echo >> slow' 'sleep 9' > taker
	chmod +x taker
	receiver '{channel: "exec", command: ["./taker"]}'
	jq '.receivers += [{name: "s", channel: "file"}]' routes.json > r && mv r routes.json
	{ for i in 1 2 3 4; do delivery $i exec C1; done; delivery 5 file a '.receiver = "s"'; } | queue
	run --separate-stderr at 0
	expect 75 - 'notify: 0000000000000001 to r: later: ./taker: not done in 1 s'
	[[ $(wc -l < slow) == 1 && $(result) == $'later\nsent' ]]
}

@test "a round that lasts long enough begins nothing more; the next one does" {
	printf '%s\n' '#!/bin/bash' 'sleep 9' > taker
	chmod +x taker
	jq -n '{receivers: [range(1; 5) | {name: "r\(.)", channel: "exec", command: ["./taker"]}]}' > routes.json
	for i in 1 2 3 4; do delivery $i exec C$i ".receiver = \"r$i\""; done | queue
	run --separate-stderr at 0 --round 1
	expect 75
	[[ $(result) == later && $(state | cut -d' ' -f2 | paste -sd,) == 1,0,0,0 ]] || { state; return 1; }
	run --separate-stderr at 0 --round 2
	[[ $(state | cut -d' ' -f2 | paste -sd,) == 1,1,1,0 ]] || { state; return 1; }
	run --separate-stderr at 0 --round x
	expect 64 "" 'notify: --round: x: must be 1 to 3600'
}

# ---- secrets

@test "no secret is in what is said, in the store, or in any command line while it is sent" {
	printf '%s\n' "$url/services/canary-hook-3/silent" > hook
	printf '%s\n' canary-bearer-4 > bearer
	chmod 600 hook bearer
	unset HOOK TOKEN
	export HOOK_FILE=$PWD/hook TOKEN_FILE=$PWD/bearer
	receiver '{channel: "webhook", webhook: "HOOK", token: "TOKEN"}'
	jq '.receivers += [{name: "s", private: true, channel: "slack", token: "TOKEN", api: "'"$url"'/api"}, {name: "t", private: true, channel: "webhook", webhook: "HOOK"}]' routes.json > r && mv r routes.json
	{ delivery 1 webhook a; delivery 2 slack C '.receiver = "s"'; } | queue
	at 0 > said 2>&1 &
	for _ in {1..100}; do [[ -e $sink/requests ]] && break; sleep 0.02; done
	# on its way just now: of all processes, but this test's own
	cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\0' '\n' > lines
	cat /proc/[0-9]*/environ 2> /dev/null | tr '\0' '\n' > environments
	wait
	for answer in 401 echo 500 'slack invalid_auth'; do
		sed -i "s/canary-hook-3.*/canary-hook-3\/x/" hook
		script "$answer" "$answer"
		delivery "$RANDOM" webhook a | queue "x$RANDOM"
		delivery "$RANDOM" slack a '.receiver = "s"' | queue "y$RANDOM"
		at 10000 >> said 2>&1 || true
	done
	notify --db db --list >> said
	[[ $(requests 'select(.path | contains("canary-hook-3"))' | wc -l) -ge 4 ]]
	[[ $(requests 'select(.headers.authorization == "Bearer canary-bearer-4")' | wc -l) -ge 4 ]]
	run grep -aE 'canary-(hook-3|bearer-4)' said lines environments db db-wal routes.json
	(( status == 1 || status == 2 )) && [[ -z ${output/*No such file*/} ]] || { echo "$output"; return 1; }
	grep -q 'notify' lines
}

@test "(control: a secret in an argument is found so)" {
	bash -c 'sleep 1; :' canary-argument-5 &
	sleep 0.2
	cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\0' '\n' | grep -q canary-argument-5
}

# ---- a real Alertmanager

@test "an Alertmanager takes the alerts, and shows them" {
	command -v prometheus-alertmanager > /dev/null || skip "no prometheus-alertmanager"
	printf '%s\n' 'route: {receiver: none}' 'receivers: [{name: none}]' > am.yml
	local port
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	prometheus-alertmanager --config.file=am.yml --storage.path=am --web.listen-address="127.0.0.1:$port" \
		--cluster.listen-address= > am.log 2>&1 3>&- &
	for _ in {1..100}; do grep -q 'Listening on' am.log && break; sleep 0.1; done
	once alertmanager '{channel: "alertmanager", url: "http://127.0.0.1:'"$port"'"}' \
		'.content.body = ([{labels: {alertname: "win_rate_drop", region: "Europe"}, annotations: {summary: "ALERT"}}] | tojson)'
	result=$status
	shown=$(amtool alert query --alertmanager.url="http://127.0.0.1:$port" -o json)
	once alertmanager '{channel: "alertmanager", url: "http://127.0.0.1:'"$port"'"}' '.content.body = "[{}]"'
	kill %1
	[[ $result == 0 && $(jq -c 'map([.labels.alertname, .labels.region])' <<< "$shown") == '[["win_rate_drop","Europe"]]' ]] || { echo "$shown"; return 1; }
	[[ $status == 69 && $stderr == *'refused: HTTP 4'* ]] || { echo "$status $stderr"; return 1; }
}
