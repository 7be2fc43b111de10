# saleswatch - the umbrella, on a tree of its own whose one pipeline writes down that it ran.
load helpers

setup() {
	T=$BATS_TEST_TMPDIR/tree
	mkdir -p "$T/bin" "$T/pipelines/conf" "$T/pipelines/templates"
	cp "$(command -v saleswatch)" "$(command -v settle)" "$(command -v store)" "$T/bin"
	cp "$root/pipelines/stage.mk" "$T/pipelines"
	printf '%s\n' 'include stage.mk' 'products += ticked' 'ticked:' \
		$'\techo $(day) $(through) >> $(state)/ran; sleep $${NAP:-0}; touch worked; exit $${FAIL:-0}' > "$T/pipelines/tick.mk"
	zone_is UTC
	export SALESWATCH_NOW=2024-04-08T04:00:00Z
	saleswatch=$T/bin/saleswatch
}

zone_is() {
	printf '{"zone":"%s","pipelines":{"tick":{"budget_minutes":1,"owner":"ops"}}}\n' "$1" > "$T/pipelines/conf/saleswatch.json"
}

@test "runs a program by its name, and says where they are" {
	run --separate-stderr "$saleswatch" path
	expect 0 "$T/bin" ""
	run --separate-stderr "$saleswatch" settle --version
	expect 0 "$(settle --version)" ""
	run --separate-stderr "$saleswatch" nonsense
	expect 64 "" "saleswatch: no program nonsense; *"
	run --separate-stderr "$saleswatch"
	expect 64 "" "usage: saleswatch *"
}

@test "runs a pipeline for the business day, once, and says that a second time nothing is to do" {
	run --separate-stderr "$saleswatch" run tick
	expect 0 "" "saleswatch: run: tick 2024-04-08"
	# ticked is never made, so the pipeline is always out of date; make it, and it is not
	[[ $(cat "$T/var/ran") == "2024-04-08 2024-04-07" ]]
	touch "$T/var/days/2024-04-08/ticked"
	run --separate-stderr "$saleswatch" run tick
	expect 0 "" "saleswatch: run: tick 2024-04-08: nothing to do, every stream is up to date"
	run --separate-stderr "$saleswatch" run --quiet tick
	expect 0 "" ""
	[[ $(wc -l < "$T/var/ran") == 1 ]]
}

@test "the day is that of the business zone" {
	zone_is Pacific/Auckland
	SALESWATCH_NOW=2024-04-08T13:00:00Z run --separate-stderr "$saleswatch" run tick
	expect 0 "" "saleswatch: run: tick 2024-04-09"
}

@test "keeps a record of a period's last run, and of a failure what failed" {
	"$saleswatch" run tick
	[[ $("$T/bin/store" get run --db "$T/var/saleswatch.db" | jq -r .status) == ok ]]
	FAIL=65 run --separate-stderr "$saleswatch" run tick
	expect 65 "" "*saleswatch: run: tick 2024-04-08 failed; *"
	run --separate-stderr "$T/bin/store" get run --db "$T/var/saleswatch.db"
	[[ $(jq -sc 'map([.pipeline, .period, .status, .exit, .owner, .budget_seconds])' <<< "$output") == \
		'[["tick","2024-04-08","failed",65,"ops",60]]' ]]
	run --separate-stderr "$T/bin/store" get fault --db "$T/var/saleswatch.db"
	[[ $(jq -c '[.pipeline, .since]' <<< "$output") == '["tick","2024-04-08T04:00:00Z"]' ]]
	run --separate-stderr "$saleswatch" status
	expect 0 - ""
	[[ $output == "tick  failed  2024-04-08  "*" of 1 min  ops" ]]
}

@test "of twenty started at once one runs and nineteen say who holds the lock" {
	local i ended=()
	for i in {1..20}; do
		(NAP=3 "$saleswatch" run tick 2> "$BATS_TEST_TMPDIR/said.$i" 3>&- && status=0 || status=$?
			echo "$status" > "$BATS_TEST_TMPDIR/ended.$i") &
	done
	wait
	mapfile -t ended < <(sort -n "$BATS_TEST_TMPDIR"/ended.* | uniq -c | tr -s ' ')
	[[ ${ended[*]} == " 1 0  19 75" ]] || { echo "${ended[*]}"; return 1; }
	[[ $(grep -l "run: tick: another run of tick is under way" "$BATS_TEST_TMPDIR"/said.* | wc -l) == 19 ]]
	[[ $(wc -l < "$T/var/ran") == 1 ]]
}

@test "a run that was killed does not block the next" {
	NAP=30 setsid "$saleswatch" run tick &
	local runner=$!
	until [[ -e $T/var/ran ]]; do sleep 0.1; done
	kill -9 -- "-$runner"
	wait "$runner" || killed=$?
	[[ $killed == 137 ]]
	run --separate-stderr "$saleswatch" run tick
	expect 0 "" "saleswatch: run: tick 2024-04-08"
}

# ticks ZONE FIRST LAST STEP WHEN: the days it ran on, when looked at every STEP seconds.
ticks() {
	local at last
	zone_is "$1"
	at=$(date -u -d "$2" +%s) last=$(date -u -d "$3" +%s)
	for ((; at <= last; at += $4)); do
		SALESWATCH_NOW=$(date -u -d "@$at" +%Y-%m-%dT%H:%M:%SZ) "$saleswatch" run --at "$5" tick 2> /dev/null
	done
	cut -d' ' -f1 "$T/var/ran" | tr '\n' ' '
}

@test "--at runs once a day where a clock springs past the hour, and where it strikes twice" {
	[[ $(ticks Europe/Berlin 2024-03-30T12:00Z 2024-04-01T12:00Z 1800 02:30) == "2024-03-30 2024-03-31 2024-04-01 " ]]
	rm -r "${T:?}/var"
	[[ $(ticks America/New_York 2024-11-02T12:00Z 2024-11-04T12:00Z 1800 01:30) == "2024-11-02 2024-11-03 2024-11-04 " ]]
	rm -r "${T:?}/var"
	[[ $(ticks Australia/Lord_Howe 2024-04-06T00:00Z 2024-04-07T12:00Z 1800 01:45) == "2024-04-06 2024-04-07 " ]]
}

@test "--at runs once a week and once a month, late rather than never" {
	[[ $(ticks Asia/Kathmandu 2024-12-28T00:00Z 2025-01-08T00:00Z 14400 'Mon 08:00') == "2024-12-28 2024-12-30 2025-01-06 " ]]
	rm -r "${T:?}/var"
	[[ $(ticks UTC 2024-02-27T00:00Z 2024-03-03T00:00Z 14400 '1 04:00') == "2024-02-27 2024-03-01 " ]]
}

@test "--at does not count a run that failed" {
	FAIL=75 run --separate-stderr "$saleswatch" run --at 02:00 tick
	expect 75
	run --separate-stderr "$saleswatch" run --at 02:00 tick
	expect 0 "" "saleswatch: run: tick 2024-04-08"
	run --separate-stderr "$saleswatch" run --at 02:00 tick
	expect 0 "" ""
}

@test "--at that is no time is 64" {
	run --separate-stderr "$saleswatch" run --at noon tick
	expect 64 "" "saleswatch: --at noon: no HH:MM in it"
	run --separate-stderr "$saleswatch" run --at 'Tue 08:00' tick
	expect 64 "" "saleswatch: --at Tue 08:00: neither *"
}

@test "pause leaves a note that says who and why, and status shows it" {
	"$saleswatch" run tick
	run --separate-stderr "$saleswatch" pause moving the mail server
	expect 0 "" "saleswatch: pause: nothing is sent until saleswatch pause --end"
	run --separate-stderr "$saleswatch" status
	expect 0
	[[ $output == "PAUSED: 2024-04-08T04:00:00Z by $(id -un): moving the mail server"* ]]
	run --separate-stderr "$saleswatch" pause --end
	expect 0 "" "saleswatch: pause: over; *"
	[[ ! -e $T/var/paused ]]
}

@test "doctor says in a line each what is well and what is not" {
	"$saleswatch" run tick
	zone_is Mars/Olympus
	run --separate-stderr "$saleswatch" doctor
	expect 1 - ""
	[[ $output == *"ok   state in $T/var"* && $output == *"BAD  time zone Mars/Olympus: "* ]]
}
