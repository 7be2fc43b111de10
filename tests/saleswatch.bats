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
	[[ $output == "tick  failed  2024-04-08  "*" of 1 min  ops"*"FAILED 2024-04-08T04:00:00Z tick: a stage ended with status 65"*"outbox: 0 wait; 0 in all" ]] || { echo "$output"; return 1; }
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

@test "--at runs once a week and once a month, late rather than never, and as of the day it was due" {
	[[ $(ticks Asia/Kathmandu 2024-12-28T00:00Z 2025-01-08T00:00Z 14400 'Mon 08:00') == "2024-12-23 2024-12-30 2025-01-06 " ]]
	rm -r "${T:?}/var"
	[[ $(ticks UTC 2024-02-27T00:00Z 2024-03-03T00:00Z 14400 '1 04:00') == "2024-02-01 2024-03-01 " ]]
}

@test "--at does not count a period in which it found another run under way" {
	"$saleswatch" run tick
	touch "$T/var/days/2024-04-08/ticked"
	flock "$T/var/lock.tick" sleep 3 3>&- &
	sleep 0.5
	run --separate-stderr "$saleswatch" run --quiet --at 02:00 tick
	expect 0 "" ""
	[[ ! -e $T/var/periods/tick ]]
	wait
	"$saleswatch" run --quiet --at 02:00 tick
	[[ $(cat "$T/var/periods/tick") == 2024-04-08 ]]
}

@test "pipelines that run at the same time keep their records apart" {
	sed 's/echo/sleep 1; echo no such luck >\&2; touch other.summary; exit 65; echo/' "$T/pipelines/tick.mk" > "$T/pipelines/fails-first.mk"
	"$saleswatch" run fails-first 2> "$BATS_TEST_TMPDIR/said" 3>&- && failed=0 || failed=$? &
	sleep 0.3
	NAP=2 "$saleswatch" run tick
	wait
	run --separate-stderr "$T/bin/store" get run --db "$T/var/saleswatch.db"
	[[ $(jq -sc 'map([.pipeline, .exit])' <<< "$output") == '[["fails-first",65],["tick",0]]' ]] || { echo "$output"; return 1; }
	[[ $("$T/bin/store" get fault --db "$T/var/saleswatch.db" | jq -r .reason) == "no such luck" ]]
}

@test "what the environment tells make, and in what language, changes nothing" {
	FAIL=65 MAKEFLAGS=-n LC_ALL=C.UTF-8 LANGUAGE=de run --separate-stderr "$saleswatch" run tick
	expect 65
}

@test "a state and a CSV may be named from where one is; a blank in a name is refused in a plain line" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' 'include stage.mk' 'products += told' 'told: $(SALESWATCH_CSV)' $'\tcat $< > $@' > "$T/pipelines/tell.mk"
	echo deals > "some.csv"
	echo deals > "other deals.csv"
	SALESWATCH_STATE=elsewhere SALESWATCH_CSV=some.csv run --separate-stderr "$saleswatch" run tell
	expect 0
	[[ $(cat elsewhere/days/2024-04-08/told) == deals ]]
	SALESWATCH_CSV="$PWD/other deals.csv" run --separate-stderr "$saleswatch" run tell
	expect 78 "" "saleswatch: run: *other deals.csv: a blank or a special character in its name; *"
	SALESWATCH_CSV='$(shell' run --separate-stderr "$saleswatch" run tell
	expect 78 "" "saleswatch: run: *: a blank or a special character in its name"
	SALESWATCH_STATE="else where" run --separate-stderr "$saleswatch" run tell
	expect 78 "" "saleswatch: run: *else where: a blank or a special character in its name"
	SALESWATCH_CSV=none.csv run --separate-stderr "$saleswatch" run tell
	expect 66
	[[ $("$T/bin/store" get fault --db "$T/var/saleswatch.db" | jq -r .reason) == "tell: $PWD/none.csv: not there, and nothing makes it" ]]
}

@test "a configuration that cannot be read, or a zone that is none, is 78 and not silence" {
	zone_is Mars/Olympus
	run --separate-stderr "$saleswatch" run --at 02:00 tick
	expect 78 "" "saleswatch: run: *: zone: no such zone: Mars/Olympus"
	echo '{' > "$T/pipelines/conf/saleswatch.json"
	run --separate-stderr "$saleswatch" run --at 02:00 tick
	expect 78 "" "*saleswatch: run: *saleswatch.json: absent, or no JSON"
}

@test "a state of another user is 77, for root too" {
	(( $(id -u) == 0 )) || skip "root is needed to become somebody else"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR" 2> /dev/null || true
	mkdir -p "$T/var"
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups "$saleswatch" run tick
	expect 77 "" "saleswatch: run: $T/var belongs to root; do it as that user"
	chown 65534:65534 "$T/var"
	run --separate-stderr "$saleswatch" run tick
	expect 77 "" "saleswatch: run: $T/var belongs to *; do it as that user"
	[[ -z $(ls -A "$T/var") ]] || { ls -A "$T/var"; return 1; }
}

@test "a pipeline's name is a name, not a path" {
	run --separate-stderr "$saleswatch" run ../pipelines/tick
	expect 64 "" "saleswatch: run: no pipeline ../pipelines/tick; *"
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
	run --separate-stderr "$saleswatch" pause --for-now
	expect 64 "" "usage: *"
	[[ ! -e $T/var/paused ]]
}

@test "doctor says in a line each what is well and what is not" {
	"$saleswatch" run tick
	zone_is Mars/Olympus
	run --separate-stderr "$saleswatch" doctor
	expect 1 - ""
	[[ $output == *"ok   state in $T/var"* && $output == *"BAD  time zone Mars/Olympus: "* ]]
}
