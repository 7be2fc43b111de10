# notify_faults - notify is killed at any system call: no message is lost, and of at most one that
# was on its way a second copy comes, with the same key.  The receivers count.
#
# SALESWATCH_SOAK=1 kills at every call, else at a part of them.
# bats file_tags=whole
load helpers
load queue
load sink
load sweep

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

# How often these are called is up to the network.
fickle='poll|recvfrom|getsockopt|futex|rt_sigaction|rt_sigprocmask|clock_nanosleep'

writing+='|openat|sendto|connect|socket'

chosen() {
	awk -v writing="^($writing)$" -v fickle="^($fickle)$" -v soak="${SALESWATCH_SOAK-}" '
		$1 !~ fickle && (soak != "" || $1 ~ writing || ++others % 8 == 0)' | tee "$work/all" |
		awk -v soak="${SALESWATCH_SOAK-}" -v step="${STEP-9}" 'soak != "" || (NR + 4) % step == 0'
}

again() { SALESWATCH_NOW=$(later 10) notify --db db --state var --routes routes.json > /dev/null 2>&1; }

# Both are sent now, and each was, to its folder.
both_filed() {
	again || return
	[[ $(state | cut -d' ' -f1 | paste -sd' ') == "sent sent" ]] || { state; return 1; }
	for i in 1 2; do
		cmp <(delivery "$i" file a@example.com | jq -j .content.body) "var/mail/000000000000000$i.eml" || return
	done
	[[ $(find var -type f ! -name '.*' | wc -l) == 2 ]]
}

# The same for a server that counts: at most one came twice.
both_posted() {
	again || return
	[[ $(state | cut -d' ' -f1 | paste -sd' ') == "sent sent" ]] || { state; return 1; }
	requests -r '.headers["idempotency-key"] + " " + .body' > "$work/got"
	rm -f "$sink/requests"
	[[ $(sort -u "$work/got" | wc -l) == 2 && $(wc -l < "$work/got") -le 3 ]] || { cat "$work/got"; return 1; }
	[[ $(wc -l < "$work/got") == 2 ]] || echo twice >> "$work/twice"
}

# Each time nothing is left of the time before.
fresh() {
	cd "$work" && rm -rf now && cp -a before now && cd now || return
	[[ -z ${sink-} ]] || rm -f "$sink/requests"
}

two() { { delivery 1 "$1" a@example.com; delivery 2 "$1" a@example.com; } | queue; }

@test "killed at any call, a file is there once and whole, and marked in the end" {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	receiver '{channel: "file"}'
	two file
	kill_everywhere both_filed notify --db db --state var
}

@test "killed at any call, no web request is lost, and at most one comes a second time, its key the same" {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	sink_fresh "$BATS_FILE_TMPDIR/sink"
	receiver '{channel: "webhook", url: "'"$url"'/200"}'
	two webhook
	kill_everywhere both_posted notify --db db --state var --routes routes.json
	[[ -s $work/twice ]]	# some kill was after the server had it
}

@test "control: a message that is marked before it is sent is lost to a kill" {
	sink_fresh "$BATS_FILE_TMPDIR/sink"
	receiver '{channel: "webhook", url: "'"$url"'/200"}'
	two webhook
	sqlite3 db "CREATE TRIGGER early AFTER UPDATE OF attempts ON delivery BEGIN UPDATE delivery SET status = 'sent' WHERE delivery_id = new.delivery_id; END"
	call=$(points notify --db db --routes routes.json | awk '$1 == "connect" { print $2; exit }')
	fault connect "$call" signal=KILL notify --db db --routes routes.json
	run ! both_posted
}

@test "without faults each comes once, over many" {
	sink_fresh "$BATS_FILE_TMPDIR/sink"
	receiver '{channel: "webhook", url: "'"$url"'/200"}'
	delivery 0 webhook a | jq -c 'range(200) as $i | .delivery_id = .delivery_id[:13] + "\($i + 100)"' | queue
	notify --db db --routes routes.json > /dev/null
	[[ $(requests . | wc -l) == 200 && $(requests -r '.headers["idempotency-key"]' | sort -u | wc -l) == 200 ]]
}

# bats test_tags=figures
@test "a thousand go out in 64 MiB, to files and to a server" {
	jq -nc --arg pad "$(printf 'x%.0s' {1..3000})" 'range(1000) | (tostring | ("0" * (16 - length)) + .) as $id | {kind: "delivery", v: 1, delivery_id: $id,
		receiver: "r", channel: (if . % 2 == 0 then "file" else "webhook" end), to: "a", priority: "P1", form: "alert", due: "2024-04-01T04:00:00Z",
		alerts: [{alert_id: $id}], content: {type: "application/json", body: ({$pad} | tojson)}}' | queue
	sink_fresh "$BATS_FILE_TMPDIR/sink"
	receiver '{channel: "webhook", url: "'"$url"'/200"}'
	/usr/bin/time -f '%e %M' -o cost notify --db db --state var --routes routes.json > receipts
	[[ $(wc -l < receipts) == 1000 && $(find var -name '*.json' | wc -l) == 500 && $(requests . | wc -l) == 500 ]]
	awk '{ print; exit !($2 <= 65536) }' cost
}

# ---- a disk that is full or broken

# It says so, by its status too, and nothing is lost; or it was done before the fault.
said_and_kept() {
	(( status == 0 || status == 74 || status == 75 )) && { (( status == 0 )) || says_why; } && both_filed
}

@test "on a disk that is full or broken at any call it says so, and no message is lost" {
	writing='write|pwrite64|fsync|fdatasync|rename|mkdir'
	eval "$(declare -f points | sed '1s/points/every_point/')"
	points() { every_point "$@" | grep -E "^($writing) " | awk -v soak="${SALESWATCH_SOAK-}" 'soak != "" || NR % 24 == 5'; }
	receiver '{channel: "file"}'
	two file
	fail_everywhere said_and_kept notify --db db --state var
}

@test "receipts that nobody can write down are 74, and what they tell is in the store" {
	receiver '{channel: "file"}'
	two file
	run --separate-stderr bash -c 'notify --db db --state var > /dev/full'
	expect 74 "" 'notify: stdout: No space left on device'
	run --separate-stderr bash -c 'notify --db db --list > /dev/full'
	expect 74 "" 'notify: stdout: No space left on device'
	again
	[[ $(state | cut -d' ' -f1 | paste -sd' ') == "sent sent" && $(find var -name '*.eml' | wc -l) == 2 ]]
}
