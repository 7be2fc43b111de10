# notify_outbox - what nobody takes is told once to those who look after us, tried for five days,
# and then listed; and a person can look, try again, or give it up.
load helpers
load queue

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export END=75
	printf '%s\n' '#!/bin/bash' 'echo "${SAID-no}"' 'exit "$END"' > taker
	chmod +x taker
	receiver '{channel: "exec", command: ["./taker"]}'
}

# at MINUTES [ARGUMENT...]: notify, so long after four.
at() { SALESWATCH_NOW=$(later "$1") notify --db db --routes routes.json --seconds 2 "${@:2}"; }
quiet() { at "$@" > /dev/null 2>&1 || true; }
result() { jq -r .result <<< "$output"; }
receipts() { store get receipt --db db | jq -r "[.attempt, .result] | join(\" \")" | paste -sd,; }

@test "the third failure puts exactly one fault into the store, and the one that goes through after all ends it" {
	delivery 1 exec C1 | queue
	for minutes in 0 2; do quiet $minutes; [[ -z $(faults) ]]; done
	run --separate-stderr at 10
	expect 75
	[[ $(faults) == '{"kind":"fault","v":1,"stage":"notify","since":"2024-04-01T04:00:00Z","reason":"r by exec: 3 attempts failed, the last: ./taker: later: no","pipeline":"deliver","receiver":"r","channel":"exec","to":"C1","delivery_id":"0000000000000001"}' ]]
	run validate fault < <(faults)
	expect 0
	for minutes in 30 120 500; do quiet $minutes; done
	[[ $(faults | wc -l) == 1 && $(faults .until) == null && $(receipts) == '1 later,2 later,3 later,4 later,5 later,6 later' ]]
	END=0 run --separate-stderr at 1000
	expect 0
	[[ $(faults '[.since, .until]') == '["2024-04-01T04:00:00Z","2024-04-01T20:40:00Z"]' && $(faults | wc -l) == 1 ]]
}

@test "one that is refused is told at once, and is dead" {
	delivery 1 exec C1 | queue
	END=1 run --separate-stderr at 0
	expect 69
	[[ $(faults .reason) == '"r by exec: refused: ./taker ended with 1: no"' && $(state) == 'dead 1 '* ]]
	quiet 10000
	[[ $(receipts) == '1 refused' ]]
}

@test "one that fails for five days has expired: it is dead, and was told of once" {
	delivery 1 exec C1 | queue
	for ((minutes = 0; minutes < 7400; minutes += 300)); do quiet $minutes; done
	[[ $(receipts) == *',24 later,25 expired' && $(state) == 'dead 25 '* && $(faults | wc -l) == 1 ]] || { receipts; return 1; }
	run --separate-stderr notify --db db --list
	[[ $(jq -c '[.status, .result, .reason, .attempts]' <<< "$output") == '["dead","expired","./taker: later: no",25]' ]]
}

@test "one that expires without having failed thrice is told of then" {
	delivery 1 exec C1 | queue
	quiet 0
	SAID=$'still no\nmore' run --separate-stderr at 7200
	[[ $(result) == expired && $stderr == *': expired: '* && $(faults .reason) == '"r by exec: given up after 5 days: ./taker: later: still no"' ]] || { faults; return 1; }
}

@test "a message about a fault that is not taken is a fault that says what was unsaid, once; a drill is told of by nobody" {
	{ delivery 1 exec C1 '.form = "fault" | .alerts = [] | .faults = [{stage: "load"}] | .subject = "load failed"'
		delivery 2 exec C1 '.drill = true'; delivery 3 exec C1 '.form = "fault" | .faults = [{stage: "disk"}] | .subject = "disk full"'; } | queue
	for minutes in 0 2; do quiet $minutes; [[ -z $(faults) ]]; done
	for minutes in 10 30; do quiet $minutes; done
	# each, though they wait on one way: the other says another thing
	[[ $(faults .reason | sort) == '"r by exec: 3 attempts failed, the last: ./taker: later: no; it was to say: disk full"
"r by exec: 3 attempts failed, the last: ./taker: later: no; it was to say: load failed"' ]] || { faults; return 1; }
	run validate fault < <(faults)
	expect 0
	# what tells of that by the next way is not told of by a third
	delivery 4 exec C2 '.form = "fault" | .alerts = [] | .faults = ['"$(faults | head -n 1)"']' | queue r2
	for minutes in 31 33 40; do quiet $minutes; done
	END=1 quiet 200
	[[ $(state | cut -d' ' -f1 | sort -u) == dead && $(faults | wc -l) == 2 ]] || { state; faults; return 1; }
}

@test "the fault of a letter goes to the next of ops, and is over when the letter is taken" {
	jq -n '{receivers: [{name: "r", channel: "exec", command: ["./taker"], to: "C1"}, {name: "second", channel: "file", to: "ops@example.com"}],
		ops: ["r", "second"], route: {receiver: "second"}}' > routes.json
	delivery 1 exec C1 '.form = "fault" | .alerts = [] | .faults = [{stage: "load"}] | .subject = "load failed"' | queue
	for minutes in 0 2 10; do quiet $minutes; done
	run --separate-stderr route --routes routes.json < <(faults)
	[[ $(jq -c '[.receiver, .form, .state, .faults[0].reason]' <<< "$output") == '["second","fault","fault","r by exec: 3 attempts failed, the last: ./taker: later: no; it was to say: load failed"]' ]] || { echo "$output $stderr"; return 1; }
	END=0 quiet 100
	[[ $(faults .until) == "\"$(later 100)\"" ]]
}

@test "what a person must put right is told at its first failure, once, and is over when it is sent" {
	receiver '{channel: "exec", command: []}'
	{ delivery 1 exec C1; delivery 2 exec C1; } | queue
	run --separate-stderr at 0
	expect 78
	[[ $(faults '[.reason, .delivery_id[-1:]]') == '["r by exec: it waits for a person: its receiver names no command","1"]' ]] || { faults; return 1; }
	for minutes in 2 10 30; do run --separate-stderr at $minutes; expect 78; done
	[[ $(faults | wc -l) == 1 && $(faults .until) == null ]]
	jq -n '{receivers: [{name: "r", channel: "webhook", url: "https://localhost", token: "NO_SUCH"}]}' > routes.json
	delivery 3 webhook W '.channel = "webhook"' | queue r2
	run --separate-stderr at 31
	expect 78
	[[ $(faults 'select(.channel == "webhook") | .reason') == '"r by webhook: it waits for a person: neither $NO_SUCH_FILE nor $NO_SUCH is set"' ]] || { faults; return 1; }
	receiver '{channel: "exec", command: ["./taker"]}'
	END=0 quiet 200
	[[ $(faults 'select(.channel == "exec") | .until') == "\"$(later 200)\"" ]]
}

@test "of many that wait on one way the first one's fault stands for all; another way has its own" {
	{ for i in 1 2 3 4 5; do delivery $i exec C1; done; delivery 6 exec C2; } | queue
	for minutes in 0 2 10 30; do quiet $minutes; done
	[[ $(faults '[.to, .delivery_id]' | sort) == '["C1","0000000000000001"]
["C2","0000000000000006"]' ]]
	# of two that began in one second each is kept
	[[ $(faults .since | sort) == '"2024-04-01T04:00:00Z"
"2024-04-01T04:00:01Z"' ]]
	# the first goes through, the others do not: now there is one for them
	store get delivery --db db > /dev/null
	printf '%s\n' '#!/bin/bash' 'grep -q 0000000000000001' '(( $? == 0 )) || exit 75' > taker
	quiet 300
	[[ $(faults 'select(.to == "C1") | [.delivery_id == "0000000000000001", has("until")]' | sort) == '[false,false]
[true,true]' ]] || { faults; return 1; }
}

@test "killed at any call of the third attempt: one fault, and no message is lost" {
	strace -qq -e trace=none true 2> /dev/null || skip "strace may not trace here"
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	delivery 1 exec C1 | queue
	quiet 0; quiet 2
	cp db before
	local fired=0 n
	for call in pwrite64 fdatasync fsync write unlink; do
		for n in {1..30}; do
			cp before db && rm -f db-wal db-shm
			SALESWATCH_NOW=$(later 10) strace -qq -o log -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" \
				"$(command -v notify)" --db db --routes routes.json > /dev/null 2>&1 && status=0 || status=$?
			(( status == 137 )) || break
			((++fired))
			for minutes in 20 40 200 500; do quiet $minutes; done
			[[ $(faults | wc -l) == 1 && $(faults .until) == null ]] || { echo "$call $n: $(faults)"; return 1; }
			END=0 quiet 2000
			[[ $(state) == sent* && $(faults .until) == '"'* ]] || { echo "$call $n"; return 1; }
			[[ -n ${SALESWATCH_SOAK-} ]] || (( n < 3 )) || ((n += 6))
		done
	done
	(( fired >= 10 ))
}

@test "(control: a fault in a transaction of its own is found missing, or twice)" {
	delivery 1 exec C1 | queue
	quiet 0; quiet 2; quiet 10
	sqlite3 db "DELETE FROM fault"	# as if killed in between
	[[ $(faults | wc -l) != 1 ]]
}

# ---- messages of one thread

# told MINUTES ID STATE [JQ]: a message of the thread, put so long after four, due then.
told() {
	delivery "$2" exec C1 ".thread = \"00000000000000ff\" | .state = \"$3\" | .due = \"$(later "$1")\"${4+ | $4}" |
		SALESWATCH_NOW=$(later "$1") queue "r$2"
}
went() { jq -r '[.result, (.delivery_id | ltrimstr("000000000000000"))] | join(" ")' <<< "$output" | paste -sd,; }

@test "after an outage nobody hears of a live alert that is over: what it says is superseded" {
	for state in recovered corrected clear; do
		rm -f db db-wal db-shm
		told 0 1 new; quiet 0
		told 1 2 changed
		told 2 3 $state
		END=0 run --separate-stderr at 30
		expect 0 - ""
		[[ $(went | tr , '\n' | sort) == $'dropped 1\ndropped 2\nsent 3' ]] || { went; return 1; }
		[[ $(store get receipt --db db | jq -r 'select(.result == "dropped") | .reason' | sort -u) == 'superseded: a later message of its thread tells more' ]]
		run validate receipt < <(store get receipt --db db)
		expect 0
		END=0 run --separate-stderr at 300
		expect 0 "" ""
		[[ -z $(notify --db db --list) ]]
	done
}

@test "(control: of two threads neither supersedes the other, nor do messages of none)" {
	told 0 1 new; told 1 3 recovered '.thread = "00000000000000ee"'
	told 1 4 new 'del(.thread)'; told 2 5 recovered 'del(.thread)'
	END=0 run --separate-stderr at 30
	expect 0
	[[ $(went) == 'sent 1,sent 3,sent 4,sent 5' ]]
}

@test "what is due goes in the order it was put, whatever is due first or is more urgent" {
	told 0 1 new '.priority = "P2"'
	quiet 0
	told 1 2 changed
	END=0 quiet 2; END=0 quiet 3; END=0 quiet 4
	[[ $(store get receipt --db db | jq -r 'select(.result == "sent") | .delivery_id[-1:] + " " + .at' | sort -k 2 | cut -c1 | paste -sd,) == 1,2 ]]
}

@test "one that waits to be tried again keeps no later one back, and is superseded when that was sent" {
	told 0 1 new
	for minutes in 0 2 10 30; do quiet $minutes; done	# again in an hour
	told 31 2 changed
	END=0 run --separate-stderr at 31
	[[ $(went) == 'sent 2' && $(faults .until) == "\"$(later 31)\"" && $(faults | wc -l) == 1 ]] || { went; faults; return 1; }
	END=0 run --separate-stderr at 300
	expect 0
	[[ $(went) == 'dropped 1' ]]
}

@test "one that is dead keeps no later one back, and is not tried again when that says more" {
	told 0 1 new
	END=1 quiet 0
	told 1 2 recovered
	run --separate-stderr notify --db db --retry 0000000000000001
	expect 65 "" 'notify: 0000000000000001: a later message of its thread tells more'
	END=0 run --separate-stderr at 1
	[[ $(went) == 'sent 2' ]]
	run --separate-stderr notify --db db --retry 0000000000000001
	expect 65 "" 'notify: 0000000000000001: a later message of its thread tells more'
	told 5 3 changed
	END=1 quiet 5
	run --separate-stderr notify --db db --retry 0000000000000003
	expect 0 "" ""
}

@test "the fault of one that is superseded stands until the later one is sent, and that adds none" {
	told 0 1 new
	for minutes in 0 2 10; do quiet $minutes; done
	told 11 2 recovered
	for minutes in 11 30 60 90 200; do quiet $minutes; done
	[[ $(state | cut -d' ' -f1 | paste -sd,) == dead,queued && $(faults '[.delivery_id[-1:], .until]') == '["1",null]' ]] || { state; faults; return 1; }
	END=0 quiet 600
	[[ $(faults .until) == "\"$(later 600)\"" ]]
}

@test "while one is on its way no later one of its thread goes" {
	printf '%s\n' '#!/bin/bash' 'kill -9 $PPID' > taker
	told 0 1 new; quiet 0
	printf '%s\n' '#!/bin/bash' > taker
	told 1 2 recovered
	run --separate-stderr at 1
	expect 0 "" ""
	run --separate-stderr at 5
	[[ $(went | tr , '\n' | sort) == $'dropped 1\nsent 2' ]] || { went; return 1; }
}

# ---- by hand

@test "a person sees what waits and what is dead" {
	{ delivery 1 exec C1; delivery 2 exec C2 '.priority = "P2"'; delivery 3 terminal tty '.due = "2024-04-02T04:00:00Z"'; } | queue
	quiet 0 --only 0000000000000001
	END=1 quiet 0 --only 0000000000000002
	run --separate-stderr notify --db db --list
	expect 0 - ""
	[[ $(jq -c '[.kind, .status, .delivery_id, .result, .attempts, .receiver, .subject]' <<< "$output") == \
'["outbox","queued","0000000000000001","later",1,"r","T"]
["outbox","queued","0000000000000003",null,0,"r","T"]
["outbox","dead","0000000000000002","refused",1,"r","T"]' ]] || { echo "$output"; return 1; }
	END=0 quiet 0; END=0 quiet 5
	[[ $(notify --db db --list | jq -r .delivery_id) == $'0000000000000003\n0000000000000002' ]]
}

@test "tries again: a waiting one is due now, a dead one queued again, its failures forgotten" {
	{ delivery 1 exec C1; delivery 2 exec C2; } | queue
	quiet 0 --only 0000000000000001
	END=1 quiet 0 --only 0000000000000002
	run --separate-stderr notify --db db --retry 0000000000000001
	expect 0 "" ""
	run --separate-stderr notify --db db --retry 0000000000000002
	expect 0 "" ""
	[[ $(state | sort -u) == 'queued 1 2024-04-01T04:00:00Z' ]]
	END=0 run --separate-stderr at 0
	expect 0 - ""
	[[ $(result) == $'sent\nsent' && $(faults .until) == '"2024-04-01T04:00:00Z"' ]]
}

@test "one that had expired is tried for five days more" {
	delivery 1 exec C1 | queue
	quiet 0; quiet 7200
	[[ $(state) == dead* ]]
	SALESWATCH_NOW=$(later 9000) notify --db db --retry 0000000000000001
	for minutes in 9000 9300 16000; do run --separate-stderr at $minutes; [[ $(result) == later ]]; done
	run --separate-stderr at 16201
	[[ $(result) == expired && $(faults | wc -l) == 1 ]]
}

@test "gives it up, saying who and why; its fault is over" {
	delivery 1 exec C1 | queue
	for minutes in 0 2 10; do quiet $minutes; done
	SALESWATCH_NOW=$(later 20) run --separate-stderr notify --db db --drop 0000000000000001 --why 'the deal was "a test"'
	expect 0 - ""
	[[ $(jq -c '[.attempt, .result, .reason]' <<< "$output") == '[4,"dropped","by '"$(id -un)"': the deal was \"a test\""]' ]]
	run validate receipt <<< "$output"
	expect 0
	[[ $(faults .until) == '"2024-04-01T04:20:00Z"' && -z $(notify --db db --list) ]]
	END=0 quiet 100
	[[ $(state) == 'dead 4 '* ]]
}

@test "what is on its way just now is left alone, until its time is over" {
	printf '%s\n' '#!/bin/bash' 'kill -9 $PPID' > taker
	delivery 1 exec C1 | queue
	quiet 0
	for what in "--retry 0000000000000001" "--drop 0000000000000001 --why x"; do
		# shellcheck disable=SC2086
		run --separate-stderr notify --db db $what
		expect 75 "" 'notify: 0000000000000001: it is on its way just now; see what becomes of it'
	done
	SALESWATCH_NOW=$(later 5) run --separate-stderr notify --db db --retry 0000000000000001
	expect 0 "" ""
}

@test "what was sent is neither tried again nor given up; what is not there is said so" {
	delivery 1 exec C1 | queue
	END=0 quiet 0
	for what in "--retry" "--why x --drop"; do
		# shellcheck disable=SC2086
		run --separate-stderr notify --db db $what 0000000000000001
		expect 65 "" 'notify: 0000000000000001: it was sent'
		# shellcheck disable=SC2086
		run --separate-stderr notify --db db $what 0000000000000009
		expect 66 "" 'notify: 0000000000000009: no such delivery'
	done
	run --separate-stderr notify --db db --drop 0000000000000001
	expect 64 "" 'usage: notify *'
}
