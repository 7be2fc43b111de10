# watch - ops hear of silence by a way that does not depend on what hung.
# bats file_tags=figures
load helpers

setup() {
	T=$BATS_TEST_TMPDIR/tree day=$T/var/days/2024-04-08
	mkdir -p "$T/bin" "$T/pipelines/conf" "$T/pipelines/templates" "$day"
	# no store, no make's pipelines: it needs none of them
	cp "$(command -v saleswatch)" "$(command -v settle)" "$T/bin"
	cp "$root/pipelines/stage.mk" "$T/pipelines"
	conf '{}'
	saleswatch=$T/bin/saleswatch
	unset SALESWATCH_NOW
}

conf() {
	jq -n --arg sent "$BATS_TEST_TMPDIR/sent" "{zone: \"Europe/Berlin\", pipelines: {ingest: {budget_minutes: 15}},
		watch: ({command: [\"sh\", \"-c\", \"cat >> \$0\", \$sent]} + $1)}" > "$T/pipelines/conf/saleswatch.json"
}

# watch_at INSTANT...: how each look ended.
watch_at() {
	for at in "$@"; do
		SALESWATCH_NOW=$at "$saleswatch" watch && echo well || echo "$?"
	done | tr '\n' ' '
}

sent() { cat "$BATS_TEST_TMPDIR/sent" 2> /dev/null; }

@test "not analyzed by 06:00 business time: told once that day, again the next, and once that it is over" {
	[[ $(watch_at 2024-04-08T03:55:00Z) == "well " && -z $(sent) ]]
	[[ $(watch_at 2024-04-08T04:00:00Z 2024-04-08T04:05:00Z 2024-04-08T21:55:00Z) == "1 1 1 " ]]
	[[ $(sent) == "saleswatch: 2024-04-08 not analyzed by 06:00: nothing has failed, nothing runs: see whether cron does" ]] || { sent; return 1; }
	[[ $(watch_at 2024-04-09T04:00:00Z 2024-04-09T04:05:00Z) == "1 1 " && $(sent | wc -l) == 2 ]]
	mkdir "$T/var/days/2024-04-09"
	touch "$T/var/days/2024-04-09/analyzed"
	[[ $(watch_at 2024-04-09T04:10:00Z 2024-04-09T04:15:00Z) == "well well " ]]
	[[ $(sent | tail -n 1) == "saleswatch: over: 2024-04-09 not analyzed by 06:00: "* && $(sent | wc -l) == 3 ]]
	# control: a day that is analyzed in time is not told of
	rm "$BATS_TEST_TMPDIR/sent"
	[[ $(watch_at 2024-04-09T04:20:00Z 2024-04-09T21:00:00Z) == "well well " && -z $(sent) ]]
}

@test "the hour is configuration, and what is not sent is told at the next look" {
	conf '{by: "07:30"}'
	[[ $(watch_at 2024-04-08T05:25:00Z 2024-04-08T05:30:00Z) == "well 1 " && $(sent) == *"by 07:30"* ]]
	rm -r "$T/var/watch" "$BATS_TEST_TMPDIR/sent"
	conf '{command: ["false"]}'
	SALESWATCH_NOW=2024-04-08T05:30:00Z run --separate-stderr "$saleswatch" watch
	expect 1 "" "saleswatch: watch: could not be sent: 2024-04-08 not analyzed by 06:00: *"
	conf '{}'
	[[ $(watch_at 2024-04-08T05:35:00Z 2024-04-08T05:40:00Z) == "1 1 " && $(sent | wc -l) == 1 ]]
}

@test "without a command it says so on stderr, for cron to mail; with watch.mail it is a mail by msmtp" {
	conf '{command: null}'
	SALESWATCH_NOW=2024-04-08T05:30:00Z run --separate-stderr "$saleswatch" watch
	expect 1 "" "saleswatch: 2024-04-08 not analyzed by 06:00: *"
	rm -r "$T/var/watch"
	printf '#!/bin/sh\n{ echo "$@"; cat; } >> %s\n' "$BATS_TEST_TMPDIR/sent" > "$T/msmtp"
	chmod +x "$T/msmtp"
	conf '{command: null, mail: "ops@example.com"}'
	jq --arg command "$T/msmtp" '.msmtp = {command: $command, from: "watch@example.com"}' "$T/pipelines/conf/saleswatch.json" > "$T/c" && mv "$T/c" "$T/pipelines/conf/saleswatch.json"
	SALESWATCH_NOW=2024-04-08T05:30:00Z run --separate-stderr "$saleswatch" watch
	expect 1 "" ""
	[[ $(sent) == "--from=watch@example.com -- ops@example.com"$'\n'"From: watch@example.com"$'\n'"To: ops@example.com"$'\n'"Subject: saleswatch: 2024-04-08 not analyzed"*$'\n\n'"saleswatch: 2024-04-08 not analyzed"* ]] || { sent; return 1; }
}

@test "a run that hangs beyond its budget is told while it hangs, and what it keeps from being done" {
	touch "$day/analyzed"
	mkdir -p "$T/var"
	echo "$$.$(awk '{ print $22 }' /proc/$$/stat) 2024-04-08T00:00:00Z ingest" > "$T/var/lock.ingest"
	flock "$T/var/lock.ingest" sleep 60 3>&- &
	holder=$!
	sleep 0.3
	[[ $(watch_at 2024-04-08T00:15:00Z) == "well " ]]
	[[ $(watch_at 2024-04-08T00:16:00Z 2024-04-08T00:21:00Z) == "1 1 " ]]
	[[ $(sent) == "saleswatch: ingest runs since 2024-04-08T00:00:00Z: over its budget of 15 min" ]] || { sent; return 1; }
	rm "$day/analyzed"
	[[ $(watch_at 2024-04-08T04:00:00Z) == "1 " && $(sent) == *"not analyzed by 06:00: ingest runs since 2024-04-08T00:00:00Z" ]]
	touch "$day/analyzed"
	pkill -P "$holder" || true
	kill "$holder" 2> /dev/null || true
	wait "$holder" || true
	[[ $(watch_at 2024-04-08T04:05:00Z) == "well " && $(sent | grep -c 'over: ') == 2 ]]
}

@test "deliver that has not run for an hour, and a pause that was forgotten, are told too" {
	mkdir -p "$T/var/looked"
	touch "$day/analyzed"
	echo 2024-04-08T05:00:00Z | tee "$T/var/looked/deliver" > "$T/var/delivered"
	[[ $(watch_at 2024-04-08T05:59:00Z 2024-04-08T06:00:00Z) == "well 1 " ]]
	[[ $(sent) == "saleswatch: nothing is delivered: deliver has not run since 2024-04-08T05:00:00Z" ]]
	echo 2024-04-08T06:01:00Z | tee "$T/var/looked/deliver" > "$T/var/delivered"
	echo "2024-04-07T06:30:00Z by ops: moving the mail server" > "$T/var/paused"
	[[ $(watch_at 2024-04-08T06:02:00Z 2024-04-08T06:31:00Z) == "well 1 " ]]
	[[ $(sent | tail -n 1) == "saleswatch: nothing is sent for 24 hours: paused 2024-04-07T06:30:00Z by ops: moving the mail server" ]] || { sent; return 1; }
}

@test "deliver that runs each minute and fails each time is told: what counts is when it last ended well" {
	mkdir -p "$T/var/looked"
	touch "$day/analyzed"
	echo 2024-04-08T06:29:00Z > "$T/var/looked/deliver"
	echo 2024-04-08T05:30:00Z > "$T/var/delivered"
	[[ $(watch_at 2024-04-08T06:29:00Z 2024-04-08T06:30:00Z) == "well 1 " ]]
	[[ $(sent) == "saleswatch: nothing is delivered: deliver fails since 2024-04-08T05:30:00Z: saleswatch status says why" ]] || { sent; return 1; }
	echo 2024-04-08T06:31:00Z > "$T/var/delivered"
	[[ $(watch_at 2024-04-08T06:32:00Z) == "well " && $(sent | tail -n 1) == "saleswatch: over: nothing is delivered: "* ]]
	rm "$T/var/delivered"
	[[ $(watch_at 2024-04-08T06:33:00Z) == "1 " && $(sent | tail -n 1) == "saleswatch: nothing is delivered: deliver fails: saleswatch status says why" ]]
}

@test "it needs no store, and a broken one does not stop it" {
	head -c 4096 /dev/urandom > "$T/var/saleswatch.db"
	rm -rf "$T/pipelines/stage.mk.not"
	[[ $(watch_at 2024-04-08T04:00:00Z) == "1 " && $(sent | wc -l) == 1 ]]
	run ! grep -qE '/store"|make ' "$root/src/saleswatch/watch.sh"
}

# hours FROM N: cron and the world outside, hour by hour by the clock of faketime; cron stops at
# $stopped.  Says at which hour the silence was noticed from outside.
hours() {
	local hour at
	for ((hour = 0; hour <= $2; hour += 2)); do
		at=$(date -u -d "$1 + $hour hours" '+%F %T')
		mkdir -p "$T/var/days/${at% *}"
		touch "$T/var/days/${at% *}/analyzed"
		(( hour >= stopped )) || TZ=UTC faketime "$at" "$saleswatch" watch
		TZ=UTC faketime "$at" "$saleswatch" watch --heartbeat "$allowed" > "$BATS_TEST_TMPDIR/noticed" || { echo "$hour"; return; }
	done
	echo never
}

@test "a cron that stopped is noticed within 26 hours, by whoever asks for the heartbeat, or misses the call" {
	command -v faketime > /dev/null || skip "no faketime"
	conf '{zone: "UTC", alive: ["sh", "-c", "date +%FT%TZ >> $0", "'"$BATS_TEST_TMPDIR"'/alive"]}'
	stopped=6 allowed=26
	run hours 2024-04-08T00:00:00Z 60
	[[ $output =~ ^[0-9]+$ ]] || { echo "$output"; return 1; }
	(( output > stopped && output - (stopped - 2) <= 26 + 2 )) || { echo "noticed at $output"; return 1; }
	[[ $(cat "$BATS_TEST_TMPDIR/noticed") == "watch: has not looked since 2024-04-08T04:00:0"?"Z: see whether cron runs" ]]
	[[ $(tail -n 1 "$BATS_TEST_TMPDIR/alive") == 2024-04-08T04:00:0?Z && $(wc -l < "$BATS_TEST_TMPDIR/alive") == 3 ]]
	# control: while cron runs nothing is noticed, and nothing would be without the limit
	stopped=99
	[[ $(hours 2024-04-10T00:00:00Z 30) == never ]]
	stopped=2 allowed=1000
	[[ $(hours 2024-04-12T00:00:00Z 40) == never ]]
}

@test "where something is wrong the service elsewhere is not called" {
	conf '{alive: ["sh", "-c", "echo beat >> $0", "'"$BATS_TEST_TMPDIR"'/alive"]}'
	[[ $(watch_at 2024-04-08T03:55:00Z 2024-04-08T04:00:00Z) == "well 1 " && $(cat "$BATS_TEST_TMPDIR/alive") == beat ]]
}
