# saleswatch - the umbrella, on a tree of its own whose one pipeline writes down that it ran.
# bats file_tags=whole
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
	[[ $output == "tick  failed  2024-04-08  "*" of 1 min  ops"*"FAULT 2024-04-08T04:00:00Z tick: a stage ended with status 65"*"outbox: 0 wait; 0 in all" ]] || { echo "$output"; return 1; }
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

@test "nor does what it left behind: whoever holds the lock for a dead run is ended first, and nobody else" {
	NAP=300 "$saleswatch" run tick 2> /dev/null 3>&- &
	until [[ -e $T/var/ran ]]; do sleep 0.1; done
	# control: while it lives, the next one waits for nothing
	run --separate-stderr "$saleswatch" run tick
	expect 75 "" "saleswatch: run: tick: another run of tick is under way"
	read -r holder _ < "$T/var/lock.tick"
	kill -9 "${holder%.*}"
	left=$(grep -lsz "^SALESWATCH_RUN=$holder\$" /proc/[0-9]*/environ | wc -l)
	(( left > 0 ))
	run ! flock --nonblock "$T/var/lock.tick" true
	run --separate-stderr "$saleswatch" run tick
	expect 0 "" "saleswatch: run: tick 2024-04-08"
	run ! grep -qsz "^SALESWATCH_RUN=$holder\$" /proc/[0-9]*/environ
	[[ $(wc -l < "$T/var/ran") == 2 ]]
}

# ticks ZONE WHEN INSTANT...: the days it ran on, when looked at then.
ticks() {
	local at when=$2
	zone_is "$1"
	shift 2
	rm -rf "${T:?}/var"
	for at in "$@"; do SALESWATCH_NOW=$at "$saleswatch" run --at "$when" tick 2> /dev/null; done
	cut -d' ' -f1 "$T/var/ran" | tr '\n' ' '
}

@test "--at runs a day, a week, a month once, late rather than never, and as of the day it was due" {
	# the clock springs from 02:00 to 03:00; it strikes 01:30 twice
	[[ $(ticks Europe/Berlin 02:30 2024-03-31T00:59:00Z 2024-03-31T01:00:00Z 2024-03-31T01:05:00Z) == "2024-03-31 " ]]
	[[ $(ticks America/New_York 01:30 2024-11-03T05:29:00Z 2024-11-03T05:30:00Z 2024-11-03T06:30:00Z) == "2024-11-03 " ]]
	[[ $(ticks Asia/Kathmandu 'Mon 08:00' 2024-12-29T00:00:00Z 2024-12-30T02:14:00Z 2024-12-30T02:15:00Z 2025-01-05T18:00:00Z) == "2024-12-23 2024-12-30 " ]]
	[[ $(ticks UTC '1 04:00' 2024-02-29T23:00:00Z 2024-03-01T03:59:00Z 2024-03-02T04:00:00Z) == "2024-02-01 2024-03-01 " ]]
}

@test "--at runs once a period at every change of clocks from 2024 to 2030 in five zones, leap days and week 53" {
	run --separate-stderr bash "$root/tests/periods.bash" every_edge
	expect 0 - ""
	(( ${output% edges} >= 5 * (5 + 13) ))
	run --separate-stderr bash "$root/tests/periods.bash" cron_fails
	expect 0 "" ""
}

@test "the Monday of a day is the one that date knows, from 1999 to 2101" {
	run --separate-stderr bash "$root/tests/periods.bash" mondays
	expect 0 "" ""
}

@test "a clock that is set back, or was years ahead, makes no period run twice and none go without" {
	for SALESWATCH_NOW in 2024-04-08T04:00:00Z 2024-04-09T04:00:00Z 2024-04-08T05:00:00Z 2024-04-09T05:00:00Z 2034-01-01T05:00:00Z 2024-04-10T05:00:00Z; do
		"$saleswatch" run --at 02:00 tick
	done
	[[ $(cut -d' ' -f1 "$T/var/ran" | tr '\n' ' ') == "2024-04-08 2024-04-09 2034-01-01 2024-04-10 " ]] || { cat "$T/var/ran"; return 1; }
	# control: had only the last one been kept, the first would have run again
	echo 2024-04-09 > "$T/var/periods/tick"
	SALESWATCH_NOW=2024-04-08T05:00:00Z "$saleswatch" run --at 02:00 tick
	[[ $(tail -n 1 "$T/var/ran") == 2024-04-08* ]]
}

@test "--at does not count a period in which it found another run under way" {
	"$saleswatch" run tick
	touch "$T/var/days/2024-04-08/ticked"
	flock "$T/var/lock.tick" sleep 5 3>&- &
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
	zone_is ""
	run --separate-stderr "$saleswatch" run --at 02:00 tick
	expect 78 "" "saleswatch: run: *: zone: is empty"
	for text in '{' '' '[]' null; do
		printf %s "$text" > "$T/pipelines/conf/saleswatch.json"
		run --separate-stderr "$saleswatch" run --at 02:00 tick
		expect 78 "" "*saleswatch: run: *saleswatch.json: absent, or no JSON"
	done
}

@test "a setting that is null or false is as none, and one of two lines is one" {
	jq -nc '{zone: null, monitor: {textfile: false}, note: "a\n/zone", "a/b": ["c", {"": 1}], note2: "/zone\nMars"}' > "$T/pipelines/conf/saleswatch.json"
	run --separate-stderr "$saleswatch" run tick
	expect 0 "" "saleswatch: run: tick 2024-04-08"
	[[ -s $T/var/metrics.prom ]]
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

faults() { "$T/bin/store" get fault --db "$T/var/saleswatch.db"; }

@test "a fault is one incident: told once while it fails again and again, and once when it is over" {
	local at
	for at in 04:00 04:05 04:10; do
		FAIL=65 SALESWATCH_NOW=2024-04-08T$at:00Z run --separate-stderr "$saleswatch" run --quiet tick
		# what ops know is not said each time
		if [[ $at == 04:00 ]]; then expect 65 "" "make: *Error 65"*"tick 2024-04-08 failed; *"; else expect 65 "" ""; fi
	done
	[[ $(faults | jq -c '[.pipeline, .stage, .since, .until, .owner]') == '["tick","tick","2024-04-08T04:00:00Z",null,"ops"]' ]] || { faults; return 1; }
	[[ $("$T/bin/store" get run --db "$T/var/saleswatch.db" | jq -r .started) == 2024-04-08T04:10:00Z ]]
	faults > "$BATS_TEST_TMPDIR/before"
	SALESWATCH_NOW=2024-04-08T04:15:00Z "$saleswatch" run --quiet tick
	[[ $(faults | jq -c '[.since, .until]') == '["2024-04-08T04:00:00Z","2024-04-08T04:15:00Z"]' ]]
	faults > "$BATS_TEST_TMPDIR/after"
	SALESWATCH_NOW=2024-04-08T04:20:00Z "$saleswatch" run --quiet tick
	faults | cmp - "$BATS_TEST_TMPDIR/after"
	run --separate-stderr "$saleswatch" status
	[[ $output != *FAULT* ]]
	# control: the next failure is another incident
	FAIL=65 SALESWATCH_NOW=2024-04-08T04:25:00Z run --separate-stderr "$saleswatch" run --quiet tick
	expect 65
	[[ $(faults | wc -l) == 2 && $(faults | tail -n 1 | jq -c '[.since, .until]') == '["2024-04-08T04:25:00Z",null]' ]]
}

@test "what a message met with is no failure of the pipeline: the store tells ops of it, and nothing is over by it" {
	printf '%s\n' 'include stage.mk' 'send::' $'\techo "notify: no luck" >&2; [[ -z $${TOLD-} ]] || echo "{}" >> receipts; exit $${FAIL:-0}' > "$T/pipelines/post.mk"
	post() { SALESWATCH_NOW=2024-04-08T$1:00Z run --separate-stderr "$saleswatch" run --quiet post; }
	"$saleswatch" run --quiet tick
	for status in 69 77 78; do TOLD=1 FAIL=$status post 04:01; expect $status "" ""; done
	TOLD=1 FAIL=75 post 04:02
	expect 0 "" ""
	post 04:03
	expect 0 "" ""
	[[ -z $(faults) && $("$T/bin/store" get run --db "$T/var/saleswatch.db" | jq -r 'select(.pipeline == "post").status') == ok ]] || { faults; return 1; }
	# control: without a receipt nobody else would tell of it; and any other status is the pipeline's
	FAIL=78 post 04:04
	expect 78 "" "*notify: no luck*post 2024-04-08 failed; *"
	TOLD=1 FAIL=69 post 04:05
	[[ $(faults | jq -c '[.pipeline, .stage, .since, .until]') == '["post","notify","2024-04-08T04:04:00Z",null]' ]] || { faults; return 1; }
	post 04:06
	[[ $(faults | jq -r .until) == 2024-04-08T04:06:00Z ]]
	TOLD=1 FAIL=65 post 04:07
	[[ $(faults | jq -c 'select(.until == null) | .since') == '"2024-04-08T04:07:00Z"' ]]
}

@test "of several pipelines each has its turn, and the worst status is that of the whole" {
	printf '%s\n' 'include stage.mk' 'products += tocked' 'tocked:' $'\techo tock >> $(state)/ran; touch tocked' > "$T/pipelines/tock.mk"
	FAIL=65 run --separate-stderr "$saleswatch" run --quiet tick tock
	expect 65 "" "*tick 2024-04-08 failed; *"
	[[ $(tail -n 1 "$T/var/ran") == tock ]]
	# and no recipe of a pipeline goes on after an error of its own
	[[ $(grep -c . "$T/var/ran") == 2 ]]
}

@test "two stages of a pipeline are two incidents, one success ends both, and none of another pipeline or of a delivery" {
	mkdir -p "$T/var"
	printf '%s\n' '{"kind":"fault","v":1,"stage":"notify","since":"2024-04-08T01:00:00Z","reason":"refused","pipeline":"tick","receiver":"ops","channel":"mail","delivery_id":"0123456789abcdef"}' \
		'{"kind":"fault","v":1,"stage":"fetch","since":"2024-04-08T01:00:00Z","reason":"fetch: gone","pipeline":"other"}' |
		"$T/bin/store" put fault --stage x --db "$T/var/saleswatch.db" 
	"$T/bin/store" commit x --db "$T/var/saleswatch.db"
	cp "$T/pipelines/tick.mk" "$BATS_TEST_TMPDIR/tick.mk"
	for stage in one two; do
		sed "s/echo/echo $stage: no luck >\\&2; exit 69; echo/" "$BATS_TEST_TMPDIR/tick.mk" > "$T/pipelines/tick.mk"
		run --separate-stderr "$saleswatch" run tick
		expect 69
	done
	[[ $(faults | jq -r 'select(.until == null) | .stage' | sort | tr '\n' ' ') == "fetch notify one two " ]] || { faults; return 1; }
	cp "$BATS_TEST_TMPDIR/tick.mk" "$T/pipelines/tick.mk"
	"$saleswatch" run tick
	[[ $(faults | jq -r 'select(.until == null) | .stage' | sort | tr '\n' ' ') == "fetch notify " ]] || { faults; return 1; }
}

@test "a run over its budget is one fault until one is in time, be it done or not" {
	sed -i 's/"budget_minutes":1/"budget_minutes":0.01/' "$T/pipelines/conf/saleswatch.json"
	NAP=1 "$saleswatch" run tick
	[[ $("$T/bin/store" get run --db "$T/var/saleswatch.db" | jq -r .status) == late ]]
	NAP=1 SALESWATCH_NOW=2024-04-08T04:05:00Z "$saleswatch" run tick
	[[ $(faults | jq -c '[.pipeline, .stage, .since, .until]') == '["tick","budget","2024-04-08T04:00:00Z",null]' ]] || { faults; return 1; }
	zone_is UTC
	SALESWATCH_NOW=2024-04-08T04:10:00Z "$saleswatch" run tick
	[[ $(faults | jq -c '[.since, .until]') == '["2024-04-08T04:00:00Z","2024-04-08T04:10:00Z"]' ]]
	# one that hangs never ends: deliver, which cron starts each minute, tells of it meanwhile
	cp "$T/pipelines/tick.mk" "$T/pipelines/deliver.mk"
	NAP=300 "$saleswatch" run tick 2> /dev/null 3>&- &
	until [[ $(wc -l < "$T/var/ran") == 4 ]]; do sleep 0.1; done
	for at in 04:00:59 04:02:00 04:03:00; do SALESWATCH_NOW=2024-04-08T${at}Z "$saleswatch" run --quiet deliver; done
	[[ $(faults | jq -c 'select(.until == null) | [.pipeline, .stage, .since, .reason]') == \
		'["tick","budget","2024-04-08T04:02:00Z","tick: runs since 2024-04-08T04:00:00Z: over its budget of 1 min"]' ]] || { faults; return 1; }
	read -r holder _ < "$T/var/lock.tick"
	kill -9 "${holder%.*}"
	SALESWATCH_NOW=2024-04-08T04:04:00Z "$saleswatch" run tick
	[[ -z $(faults | jq -c 'select(.until == null)') && $(faults | wc -l) == 2 ]]
}

@test "a disk that is nearly full is one fault, and one all-clear" {
	cp "$T/pipelines/tick.mk" "$T/pipelines/deliver.mk"
	"$saleswatch" run deliver
	jq '.watch.free_kib = 1e15' "$T/pipelines/conf/saleswatch.json" > "$T/full" && mv "$T/full" "$T/pipelines/conf/saleswatch.json"
	for at in 04:01 04:02; do SALESWATCH_NOW=2024-04-08T$at:00Z "$saleswatch" run --quiet deliver; done
	[[ $(faults | jq -c '[.stage, .since, .until]') == '["disk","2024-04-08T04:01:00Z",null]' ]] || { faults; return 1; }
	run --separate-stderr "$saleswatch" doctor
	[[ $output == *"BAD  room on its disk: "* && $output == *"BAD  open faults: disk: "*": nearly full"* ]] || { echo "$output"; return 1; }
	zone_is UTC
	for at in 04:03 04:04; do SALESWATCH_NOW=2024-04-08T$at:00Z "$saleswatch" run --quiet deliver; done
	[[ $(faults | jq -c '[.stage, .since, .until]') == '["disk","2024-04-08T04:01:00Z","2024-04-08T04:03:00Z"]' ]] || { faults; return 1; }
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

@test "doctor says in a line each what the permissions, clock, routes, mail and last runs are" {
	cp "$(command -v route)" "$T/bin"
	"$saleswatch" run tick
	printf '{"receivers":[{"name":"a","channel":"file","to":"a"}],"route":{"receiver":"a"}}\n' > "$T/pipelines/conf/routes.json"
	run --separate-stderr "$saleswatch" doctor
	for well in clock 'permissions in it' 'room on its disk' 'the store' routes mail secrets 'last runs' 'open faults' sending; do
		grep -qx "ok   $well" <<< "$output" || { echo "$output"; return 1; }
	done
	# each of them can be wrong
	printf '{"receivers":[{"name":"a","channel":"mail","to":"a@example.com"}],"route":{"receiver":"b","routes":[{"receiver":"a"}]}}\n' > "$T/pipelines/conf/routes.json"
	mkdir "$T/var/days/2025-01-01"
	chmod o+r "$T/var/saleswatch.db"
	echo 2024-04-07T01:00:00Z > "$T/var/looked/ingest"
	jq '.msmtp.command = "/no/msmtp"' "$T/pipelines/conf/saleswatch.json" > "$T/c" && mv "$T/c" "$T/pipelines/conf/saleswatch.json"
	"$saleswatch" pause at night 2> /dev/null
	FAIL=65 run "$saleswatch" run tick
	HOOK_TOKEN_FILE=/no/such/file run --separate-stderr "$saleswatch" doctor
	expect 1
	for ill in 'clock: it says 2024-04-08T04:00:00Z, but there was a run of 2025-01-01: *' 'permissions in it: others may read *saleswatch.db: chmod go= *' \
		'routes: *b*' 'mail: routes.json sends mail, but /no/msmtp does not run' 'secrets: *' 'last runs: ingest: cron has not started it since 2024-04-07T01:00:00Z' \
		'open faults: tick: a stage ended with status 65' 'sending: paused: *at night'; do
		[[ $'\n'$output == *$'\n'"BAD  "$ill* ]] || { echo "$ill"; echo "$output"; return 1; }
	done
	# what no route leads to is nobody's trouble; what one leads to needs its secret
	printf '{"receivers":[{"name":"a","channel":"file","to":"a"},{"name":"m","channel":"mail","to":"a@example.com"},{"name":"s","channel":"slack","webhook":"OUR_HOOK"}],"route":{"receiver":"a"}}\n' > "$T/pipelines/conf/routes.json"
	run --separate-stderr "$saleswatch" doctor
	[[ $output == *"ok   mail"* && $output == *"ok   secrets"* ]]
	sed -i 's/"route":{"receiver":"a"}/"route":{"receiver":"s"}/' "$T/pipelines/conf/routes.json"
	run --separate-stderr "$saleswatch" doctor
	[[ $output == *"BAD  secrets: routes.json needs the secret OUR_HOOK: set OUR_HOOK_FILE to the file it is in, "* ]]
	# a source that is not there
	echo 'csv = /no/deals.csv' > "$T/pipelines/conf/sources.mk"
	run --separate-stderr "$saleswatch" doctor
	[[ $output == *"BAD  source: /no/deals.csv: named in $T/pipelines/conf/sources.mk, but not there, or not to be read"* ]]
}
