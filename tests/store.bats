# store - on SQLite and, as store_postgres.bats, which is this same file, on PostgreSQL.
#
# There everything is done to a store in SQLite as well, and each answer must be the same: its
# status, its bytes and, but for the name of the store, its message.
load helpers
load postgres

setup_file() { [[ $BATS_TEST_FILENAME != *_postgres.bats ]] || postgres_start; }
teardown_file() { postgres_stop; }

setup() {
	PATH=${SALESWATCH_PROBES:-$root/.build/tests}:$PATH
	cd "$BATS_TEST_TMPDIR" || return
	db=$PWD/saleswatch.db
	[[ $BATS_TEST_FILENAME == *_postgres.bats ]] || return 0
	postgres_needed
	twin=$db db=$(postgres_new)
}

# on_both PROGRAM ARGUMENT...: what it says of the one store it must say of the other.
on_both() {
	local here status=0 twins=0
	if [[ -z ${twin-} || " $* " != *" $db "* ]]; then
		command "$@"
		return
	fi
	here=$(mktemp -d -p "$PWD")
	case " $* " in *" put "* | *" load "*) cat > "$here/in" ;; *) : > "$here/in" ;; esac
	command "${@/#"$db"/"$twin"}" < "$here/in" > "$here/twin" 2> "$here/twin.said" || twins=$?
	command "$@" < "$here/in" > "$here/out" 2> "$here/said" || status=$?
	cat "$here/out"
	cat "$here/said" >&2
	[[ $status == "$twins" ]] || { echo "status $status, and on the twin $twins: $*"; return 99; }
	cmp "$here/out" "$here/twin" && diff "$here/said" <(awk -v from="$twin" -v to="$db" '
		(at = index($0, from)) { $0 = substr($0, 1, at - 1) to substr($0, at + length(from)) } 1' "$here/twin.said") || return 99
	return "$status"
}
store() { on_both store "$@"; }
outbox() { on_both outbox "$@"; }

# A day of the year 2024 on which the clock stands.
on() { export SALESWATCH_NOW=2024-$1T04:00:00Z; }
put() { store put "$1" --stage "$2" --db "$db"; }
commit() { store commit "$1" --db "$db" --verbose "${@:2}"; }
get() { store get --db "$db" "$@"; }
sql() {
	if [[ -z ${twin-} ]]; then sqlite3 "$db" "$1"
	else PGOPTIONS='-c search_path=saleswatch' psql -qAt -v ON_ERROR_STOP=1 "$db" -c "$1"; fi
}

# load KIND RUN: what comes on stdin, put and committed.
load_kind() { put "$1" "$2" && commit "$2"; }

won='{"deal_id":"D1","created_date":"2024-01-02","closed_date":"2024-03-01","outcome":"won","amount":15562.50,"stage":"Closed"}'
open='{"deal_id":"D2","created_date":"2024-02-01","outcome":"open","amount":7,"stage":"Demo"}'
from() { sed "s|}$|,\"source\":\"$1\",\"line\":2,\"offset\":97}|"; }

@test "gives back what was put, in order of the keys" {
	run --separate-stderr load_kind metric r1 <<-'END'
	{"kind":"metric","v":1,"clock":"closed","bucket":"day","date":"2024-03-02","segment":{},"deal_count":2}
	{"kind":"metric", "v":1,"clock":"closed","bucket":"day","date":"2024-03-01","segment":{"region":"India"},"win_rate":0.40}
	{"kind":"metric","v":1,"clock":"closed","bucket":"day","date":"2024-03-01","segment":{},"unknown":[1, 2]}
	END
	expect 0 "" "store: r1: 3 changes"
	run --separate-stderr get metric
	expect 0 '{"kind":"metric","v":1,"clock":"closed","bucket":"day","date":"2024-03-01","segment":{},"unknown":[1, 2]}
{"kind":"metric", "v":1,"clock":"closed","bucket":"day","date":"2024-03-01","segment":{"region":"India"},"win_rate":0.40}
{"kind":"metric","v":1,"clock":"closed","bucket":"day","date":"2024-03-02","segment":{},"deal_count":2}' ""
}

@test "nothing that is put shows before it is committed" {
	put deal r1 <<< "$won"
	run --separate-stderr get deal
	expect 0 "" ""
}

@test "a deal loses source, line and offset, keeps all its other bytes, and learns when it was recorded" {
	printf '{ "deal_id" : "D1", "source":"x.csv", "outcome":"won","offset":9,"closed_date":"2024-03-01","note":"a,\\"source\\":\\u00e9","repaired":["region"],"line":3}\n' |
		load_kind deal r1
	run --separate-stderr get deal
	expect 0 '{ "deal_id" : "D1", "outcome":"won","closed_date":"2024-03-01","note":"a,\"source\":\u00e9","repaired":["region"],"recorded_at":"2024-03-01"}' ""
}

@test "a deal that is decided later was recorded on the day we learned of it" {
	from a.csv <<< "$open" | load_kind deal r1
	on 04-05
	from a.csv <<< "${open/\"open\"/\"lost\",\"closed_date\":\"2024-03-30\"}" | load_kind deal r2
	run --separate-stderr get deal
	expect 0 '{"deal_id":"D2","created_date":"2024-02-01","outcome":"lost","closed_date":"2024-03-30","amount":7,"stage":"Demo","recorded_at":"2024-04-05"}' ""
}

@test "a decided deal that is new was recorded today if its source was loaded before, else when it closed" {
	from a.csv <<< "$open" | load_kind deal r1
	on 04-05
	from a.csv <<< "$won" | load_kind deal r2
	from b.csv <<< "${won/D1/D3}" | load_kind deal r3
	run --separate-stderr bash -c "store get deal --db $db | jq -c '[.deal_id, .recorded_at]'"
	expect 0 '["D1","2024-04-05"]
["D2",null]
["D3","2024-03-01"]' ""
}

@test "the day of recording is that of the business zone" {
	from a.csv <<< "$open" | load_kind deal r1
	export SALESWATCH_NOW=2024-04-05T20:30:00Z
	from a.csv <<< "$won" | put deal r2
	commit r2 --zone Asia/Kolkata
	[[ $(get deal | jq -r 'select(.deal_id == "D1").recorded_at') == 2024-04-06 ]]
}

@test "recorded_at stays when a deal comes again without it, and a source's own is left alone" {
	from a.csv <<< "$won" | load_kind deal r1
	from a.csv <<< "${open/\"open\"/\"won\",\"recorded_at\":\"2024-02-09T01:00:00Z\"}" | load_kind deal r2
	on 04-05
	run --separate-stderr load_kind deal r3 < <(from a.csv <<< "$won")
	expect 0 "" "store: r3: 0 changes"
	from a.csv <<< "${won/Closed/Done}" | load_kind deal r4
	run --separate-stderr bash -c "store get deal --db $db | jq -c '[.deal_id, .recorded_at]'"
	expect 0 '["D1","2024-03-01"]
["D2","2024-02-09T01:00:00Z"]' ""
}

@test "committing again, or the same content under another run, changes nothing" {
	from a.csv <<< "$won"$'\n'"$open" | load_kind deal r1
	run --separate-stderr commit r1
	expect 0 "" "store: r1: 0 changes"
	get deal > before
	store dump --db "$db" | grep -v -e committed -e dump_end > dumped
	on 04-09
	run --separate-stderr load_kind deal r2 < <(from other.csv <<< "$won"$'\n'"$open")
	expect 0 "" "store: r2: 0 changes"
	get deal | cmp - before
	diff <(store dump --db "$db" | grep -v -e committed -e other.csv -e dump_end) dumped
}

@test "put under the same run again, a stage takes the place of the first" {
	put deal r1 <<< "$won"$'\n'"$open"
	put deal r1 <<< "$open"
	run --separate-stderr commit r1
	expect 0 "" "store: r1: 1 changes"
	run --separate-stderr get deal
	expect 0 "$open" ""
}

@test "a put that fails leaves the stage of before, and leaves the store alone" {
	put deal r1 <<< "$open"
	run --separate-stderr put deal r1 <<< "$won"$'\n''{"deal_id":'
	expect 65 "" "store: stdin:2: byte *"
	run --separate-stderr commit r1
	expect 0 "" "store: r1: 1 changes"
}

@test "two runs that are staged at once do not meet" {
	put deal r1 <<< "$won"
	put deal r2 <<< "$open"
	commit r1
	run --separate-stderr bash -c "store get deal --db $db | jq -r .deal_id"
	expect 0 D1 ""
	run --separate-stderr commit r2
	expect 0 "" "store: r2: 1 changes"
}

@test "a run that never staged anything cannot be committed" {
	put deal r1 <<< "$won"
	run --separate-stderr commit r2
	expect 66 "" "store: r2: nothing is staged"
}

staged() {
	if [[ -z ${twin-} ]]; then find "$db-staged" -type f
	else sql 'select distinct run, kind from staged' && find "$twin-staged" -type f; fi
}

@test "what a run that failed has left staged is discarded, of every kind, and nothing else" {
	change='{"kind":"change","v":1,"deal_id":"D1","field":"stage","old":"A","new":"B","at":"2024-02-09T08:00:00Z"}'
	put deal r1 <<< "$won"
	put change r1 <<< "$change"
	put deal r2 <<< "$open"
	run --separate-stderr store discard r1 --db "$db"
	expect 0 "" ""
	run --separate-stderr commit r1
	expect 66 "" "store: r1: nothing is staged"
	put deal r1 <<< "$won"
	run --separate-stderr commit r1
	expect 0 "" "store: r1: 1 changes"
	run --separate-stderr get change
	expect 0 "" ""
	commit r2
	[[ $(get deal | wc -l) == 2 ]]
	put change r1 <<< "$change"
	staged | grep -q .
	store discard r1 --db "$db"
	[[ -z $(staged) && $(get deal | wc -l) == 2 ]]
	run --separate-stderr commit r1
	expect 0 "" "store: r1: 0 changes"
}

@test "to discard makes a store that is not there, and what is not staged is none's fault" {
	for again in 1 2; do
		run --separate-stderr store discard r1 --db "$db"
		expect 0 "" "" || { echo "$again"; false; }
	done
	run --separate-stderr get deal
	expect 0 "" ""
}

@test "all the kinds that a run staged are committed as one" {
	put alert r1 <<< '{"kind":"alert","v":1,"alert_id":"a1","date":"2024-03-31","segment":{},"severity":"critical"}'
	put delivery r1 <<< '{"kind":"delivery","v":1,"delivery_id":"d1","due":"2024-04-01T04:00:00Z","alerts":[]}'
	run --separate-stderr commit r1
	expect 0 "" "store: r1: 2 changes"
}

summary() { printf '{"stage":"%s","in":%d,"out":%d,"rejected":0,"dropped":%d%s}\n' "$1" "$2" "$3" $(($2 - $3)) "${4-}"; }

@test "a commit checks that each stage took what the one before gave" {
	summary fetch 5 4 > one
	summary validate 4 3 > two
	summary dedupe 2 2 > three
	put deal r1 <<< "$won"$'\n'"$open"
	run --separate-stderr commit r1 --summary one --summary two --summary three
	expect 65 "" "store: r1: validate gave 3 records, dedupe took 2"
	run --separate-stderr get deal
	expect 0 "" ""
	summary dedupe 3 2 > three
	run --separate-stderr commit r1 --summary one --summary two --summary three
	expect 0 "" "store: r1: 2 changes"
}

@test "a commit checks that all that the last stage gave was staged" {
	summary dedupe 9 3 > last
	put deal r1 <<< "$won"$'\n'"$open"
	run --separate-stderr commit r1 --summary last
	expect 65 "" "store: r1: dedupe gave 3 records, store put deal took 2"
	run --separate-stderr get deal
	expect 0 "" ""
	run --separate-stderr sql 'select count(*) from committed'
	expect 0 "0" ""
}

@test "of a stage that sums, what it wrote is what the next one gets" {
	summary aggregate 900 900 ',"written":2' > one
	put deal r1 --summary two <<< "$won"$'\n'"$open"
	store put deal --stage r1 --db "$db" --summary two <<< "$won"$'\n'"$open"
	run --separate-stderr cat two
	expect 0 '{"stage":"store","in":2,"out":2,"rejected":0,"dropped":0}' ""
	run --separate-stderr commit r1 --summary one --summary two
	expect 0 "" "store: r1: 2 changes"
}

@test "a summary that is missing or is none stops the commit" {
	put deal r1 <<< "$won"
	run --separate-stderr commit r1 --summary none
	expect 66 "" "store: none: No such file or directory"
	echo '{"stage":"dedupe","in":1}' > one
	run --separate-stderr commit r1 --summary one
	expect 65 "" "store: one:1: no summary: *"
}

@test "every change of a deal is kept, field by field, with its exact old and new value" {
	from a.csv <<< "$open" | load_kind deal r1
	on 04-02
	from a.csv <<< '{"deal_id":"D2","created_date":"2024-02-01","outcome":"open","amount":7.10,"modified_at":"2024-04-01T22:10:00Z","owner":"\u00e9"}' | load_kind deal r2
	run --separate-stderr get change
	expect 0 '{"kind":"change","v":1,"deal_id":"D2","field":"amount","old":7,"new":7.10,"at":"2024-04-01T22:10:00Z","seen":"2024-04-02T04:00:00Z"}
{"kind":"change","v":1,"deal_id":"D2","field":"modified_at","new":"2024-04-01T22:10:00Z","at":"2024-04-01T22:10:00Z","seen":"2024-04-02T04:00:00Z"}
{"kind":"change","v":1,"deal_id":"D2","field":"owner","new":"\u00e9","at":"2024-04-01T22:10:00Z","seen":"2024-04-02T04:00:00Z"}
{"kind":"change","v":1,"deal_id":"D2","field":"stage","old":"Demo","at":"2024-04-01T22:10:00Z","seen":"2024-04-02T04:00:00Z"}' ""
	run --separate-stderr sql "select deal_id, field, old, new, at, run from deal_changes where field = 'stage'"
	expect 0 'D2|stage|Demo||2024-04-01T22:10:00Z|r2' ""
	run --separate-stderr get change --as-of 2024-04-01
	expect 0 "" ""
}

@test "as of a day, a deal is what was known by its end" {
	from a.csv <<< "$open" | load_kind deal r1
	get deal > first
	on 04-03
	from a.csv <<< "${open/Demo/Offer}" | load_kind deal r2
	get deal > second
	on 04-05
	from a.csv <<< "${open/Demo/Closed}"$'\n'"$won" | load_kind deal r3
	get deal > third
	for day in 03-31:/dev/null 04-01:first 04-02:first 04-03:second 04-04:second 04-05:third 12-31:third; do
		get deal --as-of "2024-${day%:*}" | cmp - "${day#*:}"
	done
}

@test "a clock that was set back makes nothing known earlier than before" {
	on 04-05
	from a.csv <<< "$open" | load_kind deal r1
	on 04-01
	from a.csv <<< "${open/Demo/Offer}" | load_kind deal r2
	[[ -z $(get deal --as-of 2024-04-04) ]]
	[[ $(get deal --as-of 2024-04-05) == "${open/Demo/Offer}" ]]
}

@test "a deal that is missing from a later load stays" {
	from a.csv <<< "$won"$'\n'"$open" | load_kind deal r1
	from a.csv <<< "$open" | load_kind deal r2
	[[ $(get deal | wc -l) == 2 ]]
}

@test "a metric takes the place of the one of its key; with --full the others go" {
	metric() { printf '{"kind":"metric","v":1,"clock":"closed","bucket":"day","date":"2024-03-%s","segment":{%s},"won":%d}\n' "$@"; }
	{ metric 01 "" 1; metric 01 '"region":"India"' 1; metric 02 "" 1; } | load_kind metric r1
	metric 01 "" 2 | load_kind metric r2
	[[ $(sql "select date || segment || '=' || won from daily_metrics order by date, segment" | paste -sd' ') == \
		"2024-03-01=2 2024-03-01region=India=1 2024-03-02=1" ]]
	metric 02 "" 1 | sed s/closed/created/ | load_kind metric r3
	metric 02 "" 1 | put metric r4
	run --separate-stderr commit r4 --full metric
	expect 0 "" "store: r4: 2 changes"
	[[ $(sql "select clock || date || '=' || won from daily_metrics order by clock" | paste -sd' ') == \
		"closed2024-03-02=1 created2024-03-02=1" ]]
}

alert() { printf '{"kind":"alert","v":1,"alert_id":"%s","type":"win_rate_drop","date":"2024-03-%s","segment":{"region":"Europe","product_type":"Pro"},"priority":"%s"}\n' "$@"; }

@test "an alert is kept once, as of its latest date, and every version of it" {
	alert a1 10 P2 | load_kind alert r1
	on 04-02
	alert a1 12 P1 | load_kind alert r2
	[[ $(get alert) == "$(alert a1 12 P1)" ]]
	[[ $(get alert --to 2024-03-11) == "$(alert a1 10 P2)" ]]
	[[ -z $(get alert --to 2024-03-09) ]]
	[[ $(get alert --from 2024-03-11) == "$(alert a1 12 P1)" ]]
	[[ $(get alert --as-of 2024-04-01) == "$(alert a1 10 P2)" ]]
	[[ $(sql "select count(*), min(segment) from alerts") == "1|product_type=Pro,region=Europe" ]]
	[[ $(sql "select date, until, priority from alert_history") == "2024-03-10|2024-04-02T04:00:00Z|P2" ]]
}

@test "a day that is run again changes no later alert, and nothing if it says the same" {
	alert a1 10 P2 | load_kind alert r1
	alert a1 12 P1 | load_kind alert r2
	run --separate-stderr load_kind alert r3 < <(alert a1 10 P2)
	expect 0 "" "store: r3: 0 changes"
	run --separate-stderr load_kind alert r4 < <(alert a1 10 P3)
	expect 0 "" "store: r4: 1 changes"
	[[ $(get alert) == "$(alert a1 12 P1)" ]]
	[[ $(get alert --to 2024-03-11) == "$(alert a1 10 P3)" ]]
	run --separate-stderr load_kind alert r5 < <(alert a1 10 P3)
	expect 0 "" "store: r5: 0 changes"
}

delivery() { printf '{"kind":"delivery","v":1,"delivery_id":"%s","receiver":"cro","channel":"mail","to":"cro@example.com","priority":"%s","due":"%s","alerts":[{"alert_id":"a1"}]%s}\n' "$@"; }

@test "a delivery is frozen: put again, it changes nothing" {
	delivery d1 P1 2024-04-01T05:00:00+01:00 "" | load_kind delivery r1
	run --separate-stderr load_kind delivery r2 < <(delivery d1 P2 2024-05-01T04:00:00Z ',"subject":"no"')
	expect 0 "" "store: r2: 0 changes"
	run --separate-stderr sql 'select delivery_id, status, attempts, next_at, sent_at, priority, "to" from deliveries'
	expect 0 'd1|queued|0|2024-04-01T04:00:00Z||P1|cro@example.com' ""
}

@test "the outbox gives what is due, the most urgent first, and an attempt is counted before it is made" {
	{ delivery d3 P2 2024-04-01T03:00:00Z ""; delivery d2 P1 2024-04-01T04:00:00Z ""
		delivery d1 P1 2024-04-01T03:00:00Z ""; delivery d4 P1 2024-04-01T04:00:01Z ""; } | load_kind delivery r1
	run --separate-stderr outbox "$db" list
	expect 0 $'d1 0\nd2 0\nd3 0' ""
	run --separate-stderr outbox "$db" attempt
	expect 0 $'d1 1\nd2 1\nd3 1' ""
	run --separate-stderr outbox "$db" list
	expect 0 "" ""
	export SALESWATCH_NOW=2024-04-01T04:05:00Z
	run --separate-stderr outbox "$db" list
	expect 0 $'d4 0\nd1 1\nd2 1\nd3 1' ""
}

@test "what was sent is sent once, its receipt and its alert say when" {
	alert a1 31 P1 | load_kind alert r0
	delivery d1 P1 2024-04-01T03:00:00Z "" | load_kind delivery r1
	outbox "$db" sent '<m1@example.com>'
	run --separate-stderr outbox "$db" list
	expect 0 "" ""
	run --separate-stderr get receipt
	expect 0 '{"kind":"receipt","v":1,"delivery_id":"d1","receiver":"cro","channel":"mail","to":"cro@example.com","at":"2024-04-01T04:00:00Z","attempt":1,"result":"sent","key":"<m1@example.com>"}' ""
	[[ $(sql "select status, attempts, sent_at from deliveries") == "sent|1|2024-04-01T04:00:00Z" ]]
	[[ $(sql "select sent_at from alerts") == 2024-04-01T04:00:00Z ]]
	[[ $(outbox "$db" count sent) == 1 ]]
}

@test "what is put off is due again at its time; what is refused is dead; the reason is kept in any encoding" {
	delivery d1 P1 2024-04-01T03:00:00Z "" | load_kind delivery r1
	outbox "$db" later 60 $'451 greylisted \xff'
	[[ -z $(outbox "$db" list) ]]
	export SALESWATCH_NOW=2024-04-01T04:01:00Z
	run --separate-stderr outbox "$db" refused "550 no such user"
	expect 0 "d1 2" ""
	run --separate-stderr bash -c "store get receipt --db $db | jq -c '[.attempt, .result, .reason]'"
	expect 0 '[1,"later","451 greylisted ?"]
[2,"refused","550 no such user"]' ""
	[[ $(sql "select status, sent_at from deliveries") == "dead|" ]]
}

@test "of one thread the older goes first, unless a later one was sent or says that it is over" {
	thread=',"thread":"0123456789abcdef"'
	delivery d2 P1 2024-04-01T03:00:00Z "$thread" | load_kind delivery r1
	delivery d3 P1 2024-04-01T03:00:00Z ',"thread":"0123456789abcdee"' | load_kind delivery r2
	export SALESWATCH_NOW=2024-04-01T04:01:00Z
	delivery d1 P1 2024-04-01T03:00:00Z "$thread" | load_kind delivery r3
	run --separate-stderr outbox "$db" later 600 "451 greylisted"
	expect 0 $'d1 0 not ours\nd2 1\nd3 1' ""
	export SALESWATCH_NOW=2024-04-01T04:02:00Z
	run --separate-stderr outbox "$db" sent '<m@example.com>'
	expect 0 'd1 1' ""
	export SALESWATCH_NOW=2024-04-01T04:12:00Z
	delivery d4 P1 2024-04-01T03:00:00Z ',"thread":"0123456789abcdee","state":"recovered"' | load_kind delivery r4
	run --separate-stderr outbox "$db" sent '<m@example.com>'
	expect 0 $'d4 1\nd2 2 superseded\nd3 2 superseded' ""
	[[ $(sql "select delivery_id, status, attempts from deliveries order by 1" | paste -sd,) == 'd1|sent|1,d2|dead|2,d3|dead|2,d4|sent|1' ]]
}

@test "a delivery that nobody takes three times is a fault, which is over when it is sent" {
	delivery d1 P1 2024-04-01T03:00:00Z ',"thread":"0123456789abcdef"' | load_kind delivery r1
	for i in 1 2 3; do
		outbox "$db" later 60 "451 greylisted"
		export SALESWATCH_NOW=2024-04-01T04:0$((2 * i)):00Z
	done
	run --separate-stderr get fault
	[[ $(jq -c '[.stage, .since, .delivery_id, .until]' <<< "$output") == '["notify","2024-04-01T04:00:00Z","d1",null]' ]]
	outbox "$db" sent '<m@example.com>'
	[[ $(get fault | jq -r .until) == 2024-04-01T04:06:00Z ]]
	[[ $(sql "select until from faults") == 2024-04-01T04:06:00Z ]]
}

@test "a receipt is added once, and only of a delivery that is there" {
	receipt='{"kind":"receipt","v":1,"delivery_id":"d1","attempt":1,"result":"sent"}'
	run --separate-stderr load_kind receipt r1 <<< "$receipt"
	expect 65 "" "store: $db: FOREIGN KEY constraint failed"
	delivery d1 P1 2024-04-01T03:00:00Z "" | load_kind delivery r2
	load_kind receipt r3 <<< "$receipt"
	run --separate-stderr load_kind receipt r4 <<< "${receipt/sent/later}"
	expect 0 "" "store: r4: 0 changes"
}

@test "runs and faults are kept by their keys" {
	load_kind run r1 <<< '{"kind":"run","v":1,"pipeline":"ingest","period":"2024-04-01","status":"failed","seconds":1.5}'
	load_kind run r2 <<< '{"kind":"run","v":1,"pipeline":"ingest","period":"2024-04-01","status":"ok","seconds":2.5}'
	load_kind fault r3 <<< '{"kind":"fault","v":1,"stage":"fetch","since":"2024-04-01T02:00:00Z","reason":"HTTP 500"}'
	[[ $(sql "select pipeline, period, status, seconds from runs") == "ingest|2024-04-01|ok|2.5" ]]
	[[ $(sql "select stage, since, reason from faults") == "fetch|2024-04-01T02:00:00Z|HTTP 500" ]]
	[[ $(get fault --from 2024-04-01 --to 2024-04-01 | wc -l) == 1 && -z $(get fault --to 2024-03-31) ]]
}

@test "a record of another kind, without its key, twice, or with a day that is none is refused" {
	run --separate-stderr put alert r1 < <(alert a1 10 P1 | sed s/alert/metric/)
	expect 65 "" "store: stdin:1: its kind is not alert"
	run --separate-stderr put deal r1 <<< "$won"$'\n''{"outcome":"open"}'
	expect 65 "" "store: stdin:2: no deal_id"
	run --separate-stderr put deal r1 <<< "$won"$'\n'"$open"$'\n'"$won"
	expect 65 "" "store: stdin: deal D1 comes twice"
	metric='{"kind":"metric","clock":"closed","bucket":"day","date":"2024-03-01","segment":{"region":"Europe"}}'
	run --separate-stderr put metric r1 <<< "$metric"$'\n'"$metric"
	expect 65 "" "store: stdin: metric closed day 2024-03-01 region=Europe comes twice"
	run --separate-stderr put alert r1 < <(alert a1 32 P1)
	expect 65 "" "store: stdin:1: date is no day"
	run --separate-stderr put delivery r1 < <(delivery d1 P1 soon "")
	expect 65 "" "store: stdin:1: due is no instant"
	run --separate-stderr put deal r1 <<< "${won/2024-03-01/1 March}"
	expect 65 "" "store: stdin:1: closed_date is no day"
	run --separate-stderr commit r1
	expect 66 "" "store: r1: nothing is staged"
}

@test "what people answer and silence is kept; an answer never changes, a silence may" {
	id=0123456789abcdef
	put feedback r1 <<< '{"kind":"feedback","v":1,"alert_id":"'$id'","person":"ann","at":"2024-04-01T09:00:00Z","answer":"on_it"}'
	put silence r1 <<< '{"kind":"silence","v":1,"silence_id":"s1","matchers":["type=rep_shift"],"by":"ann","why":"known","from":"2024-04-01T00:00:00Z","until":"2024-04-05T00:00:00Z"}'
	commit r1
	put feedback r2 <<< '{"kind":"feedback","v":1,"alert_id":"'$id'","person":"ann","at":"2024-04-01T09:00:00Z","answer":"useful"}'
	put silence r2 <<< '{"kind":"silence","v":1,"silence_id":"s1","matchers":["type=rep_shift"],"by":"ann","why":"known","from":"2024-04-01T00:00:00Z","until":"2024-04-02T00:00:00Z"}'
	commit r2
	[[ $(sql 'select person, answer from feedbacks') == "ann|on_it" ]]
	[[ $(sql 'select "by", until from silences') == "ann|2024-04-02T00:00:00Z" ]]
	[[ -z $(get silence --from 2024-04-03) && -n $(get silence --from 2024-04-02) ]]
}

@test "ten commits at once each have their turn" {
	for i in {0..9}; do put deal "r$i" <<< "${open/D2/D$i}"; done
	for i in {0..9}; do commit "r$i" & done
	wait
	[[ $(get deal | wc -l) == 10 ]]
}

@test "ten puts into a store that is not there make one" {
	for i in {0..9}; do put deal "r$i" <<< "${open/D2/D$i}" & done
	wait
	for i in {0..9}; do commit "r$i"; done
	[[ $(get deal | wc -l) == 10 ]]
}

@test "views have the columns that analysts ask for" {
	put deal r1 <<< "$won"
	for view in deals deal_history deal_changes daily_metrics alerts alert_history deal_origins deliveries receipts runs faults incidents feedbacks silences bookmarks qualities; do
		sql "select * from $view"
	done
	run --separate-stderr sql "select date, segment, win_rate, deal_count, avg_cycle from daily_metrics"
	expect 0 "" ""
}

change() { printf '{"kind":"change","v":1,"deal_id":"%s","field":"%s","old":%s,"new":%s,"at":"%s"}\n' "$1" "$2" "$4" "$5" "$3"; }

@test "a CRM tells its own history: kept once, seen at the commit, and not told again by comparison" {
	from a.csv <<< "$open" | load_kind deal r1
	on 04-03
	{ change D2 stage 2024-04-01T22:10:00Z '"Demo"' '"Offer"'; change D2 stage 2024-04-02T09:00:00Z '"Offer"' '"Closing"'; change D2 amount 2024-04-02T09:00:00Z 7 8.50
		change D2 note 2024-04-02T09:00:00Z '"x"' null; } > told
	from a.csv <<< '{"deal_id":"D2","created_date":"2024-02-01","outcome":"open","amount":8.5,"stage":"Closing","owner":"bob"}' | put deal r2
	put change r2 < told
	run --separate-stderr commit r2
	expect 0 "" "store: r2: 5 changes"
	run --separate-stderr get change
	expect 0 '{"kind":"change","v":1,"deal_id":"D2","field":"amount","old":7,"new":8.50,"at":"2024-04-02T09:00:00Z","seen":"2024-04-03T04:00:00Z"}
{"kind":"change","v":1,"deal_id":"D2","field":"note","old":"x","new":null,"at":"2024-04-02T09:00:00Z","seen":"2024-04-03T04:00:00Z"}
{"kind":"change","v":1,"deal_id":"D2","field":"owner","new":"bob","seen":"2024-04-03T04:00:00Z"}
{"kind":"change","v":1,"deal_id":"D2","field":"stage","old":"Demo","new":"Offer","at":"2024-04-01T22:10:00Z","seen":"2024-04-03T04:00:00Z"}
{"kind":"change","v":1,"deal_id":"D2","field":"stage","old":"Offer","new":"Closing","at":"2024-04-02T09:00:00Z","seen":"2024-04-03T04:00:00Z"}' ""
	cmp <(get change | validate change) <(get change)
	get change > before
	on 04-09
	run --separate-stderr load_kind change r3 < <(sed 's/}$/,"seen":"2024-01-01T00:00:00Z"}/' told)
	expect 0 "" "store: r3: 0 changes"
	get change | cmp - before
	[[ $(get change --as-of 2024-04-03 | wc -l) == 5 && -z $(get change --as-of 2024-04-02) ]]
	run --separate-stderr sql "select field, at, told, run from deal_changes where told is null"
	expect 0 'owner|||r2' ""
	run --separate-stderr put change r4 < <(change D2 stage "" 1 2)
	expect 65 "" "store: stdin:1: no at"
	run --separate-stderr put change r4 < <(change D2 stage yesterday 1 2)
	expect 65 "" "store: stdin:1: at is no day and no instant"
}

@test "a change of a deal that is not there is kept, and the deal may come later" {
	{ change D2 stage 2024-03-30T10:00:00Z '"Lead"' '"Demo"'; change D7 deleted 2024-03-30T10:00:00Z false true; } | load_kind change r1
	[[ $(get change | jq -r .deal_id | paste -sd' ') == "D2 D7" ]]
	[[ $(sql "select deal_id from deal_changes where deal_id not in (select deal_id from deal) order by 1" | paste -sd' ') == "D2 D7" ]]
	from a.csv <<< "$open" | load_kind deal r2
	[[ $(get deal) == "$open" && $(get change | wc -l) == 2 ]]
}

@test "a deal that is deleted is gone from then on, not from before, and may come back" {
	from a.csv <<< "$won"$'\n'"$open" | load_kind deal r1
	on 04-03
	run --separate-stderr load_kind change r2 < <(change D2 deleted 2024-03-20T10:00:00Z false true)
	expect 0 "" "store: r2: 2 changes"
	[[ $(get deal | jq -r .deal_id) == D1 && $(sql "select deal_id from deals") == D1 ]]
	[[ $(get deal --as-of 2024-04-02 | jq -r .deal_id | paste -sd' ') == "D1 D2" && $(get deal --as-of 2024-04-03 | jq -r .deal_id) == D1 ]]
	[[ $(sql "select deal_id, seen, until from deal_history") == "D2|2024-04-01T04:00:00Z|2024-04-03T04:00:00Z" ]]
	run --separate-stderr load_kind change r3 < <(change D2 deleted 2024-03-20T10:00:00Z false true)
	expect 0 "" "store: r3: 0 changes"
	on 04-05
	run --separate-stderr load_kind deal r4 < <(from a.csv <<< "$open")
	expect 0 "" "store: r4: 1 changes"
	[[ $(get deal | wc -l) == 2 && $(get deal --as-of 2024-04-04 | jq -r .deal_id) == D1 && $(get deal --as-of 2024-04-01 | wc -l) == 2 ]]
	[[ $(get change | jq -c '[.field, .old, .new, .at, .seen[:10]]' | paste -sd' ') == '["deleted",false,true,"2024-03-20T10:00:00Z","2024-04-03"] ["deleted",true,false,null,"2024-04-05"]' ]]
	# what it heard before does not delete it again; what is new does, and another field is told beside it
	on 04-06
	{ change D2 deleted 2024-03-20T10:00:00Z false true; } | load_kind change r5
	[[ $(get deal | wc -l) == 2 ]]
	{ change D2 deleted 2024-03-20T10:00:00Z false true; change D2 deleted 2024-04-05T10:00:00Z false true; } | load_kind change r6
	[[ $(get deal | wc -l) == 1 ]]
	on 04-07
	from a.csv <<< "${open/Demo/Offer}" | put deal r7
	change D2 deleted 2024-04-06T09:00:00Z true false | put change r7
	commit r7
	[[ $(get deal | jq -r 'select(.deal_id == "D2").stage') == Offer && $(get change | jq -r .field | paste -sd' ') == "deleted deleted deleted deleted stage" ]]
	[[ $(get deal --as-of 2024-04-05 | grep D2) == "$open" ]]
}

@test "a deal that the CRM deletes and restores in one night stays; so does one whose data are newer than its end" {
	open=${open/\}/,\"modified_at\":\"2024-03-30T10:00:00Z\"\}}
	from a.csv <<< "$open"$'\n'"${open/D2/D3}"$'\n'"${open/D2/D4}" | load_kind deal r1
	{ change D2 deleted 2024-04-01T01:00:00Z false true; change D2 deleted 2024-04-01T02:00:00Z true false
		change D3 deleted 2024-03-30T09:59:59Z false true; change D4 deleted 2024-03-30T10:00:00Z false true; } | load_kind change r2
	[[ $(get deal | jq -r .deal_id | paste -sd' ') == "D2 D3" && $(get change | wc -l) == 4 ]]
	from a.csv <<< "${open/Demo/Offer}" | put deal r3
	{ change D2 deleted 2024-04-01T03:00:00Z false true; } | put change r3
	commit r3
	[[ $(get deal | jq -r .deal_id | paste -sd' ') == D3 ]]
}

@test "a full load of a source deletes what it lacks of that, and nothing of others" {
	crm() { store put deal --stage "$1" --source "$2" --db "$db"; }
	from x/1 <<< "$won"$'\n'"$open"$'\n'"${open/D2/D3}" | crm r1 crm
	commit r1
	from y.csv <<< "${open/D2/D4}"$'\n'"${open/D2/D5}" | load_kind deal r2
	on 04-03
	from x/2 <<< "$won"$'\n'"${open/D2/D3}" | crm r3 crm
	run --separate-stderr commit r3 --full deal
	expect 0 "" "store: r3: 1 changes"
	[[ $(get deal | jq -r .deal_id | paste -sd' ') == "D1 D3 D4 D5" ]]
	[[ $(get change) == '{"kind":"change","v":1,"deal_id":"D2","field":"deleted","old":false,"new":true,"seen":"2024-04-03T04:00:00Z"}' ]]
	from y.csv <<< "${open/D2/D5}" | put deal r4
	change D4 deleted 2024-04-02T10:00:00Z false true | put change r4
	run --separate-stderr commit r4 --full deal
	expect 0 "" "store: r4: 2 changes"
	[[ $(get deal | jq -r .deal_id | paste -sd' ') == "D1 D3 D5" && $(get change | jq -c '[.deal_id, .at]' | paste -sd' ') == '["D2",null] ["D4","2024-04-02T10:00:00Z"]' ]]
	crm r5 crm < /dev/null
	commit r5 --full deal
	[[ $(get deal | jq -r .deal_id) == D5 && $(get deal --as-of 2024-04-02 | wc -l) == 5 ]]
	on 04-04
	from x/3 <<< "$won" | crm r6 crm
	commit r6 --full deal
	[[ $(get deal | jq -r .deal_id | paste -sd' ') == "D1 D5" && $(sql "select \"from\", source, line, \"offset\", run, until from deal_origins where deal_id = 'D1' order by seen" | paste -sd' ') == \
		"crm|x/1|2|97|r1|2024-04-03T04:00:00Z crm|x/3|2|97|r6|" ]]
}

some() { seq "$1" "$2" | sed 's|.*|{"deal_id":"E&","outcome":"open"}|'; }

@test "a full load that lacks more than a share of a source's deals is refused, and nothing is changed" {
	crm() { store put deal --stage "$1" --source crm --db "$db"; }
	some 1 20 | crm r1
	commit r1
	from y.csv <<< "$won" | load_kind deal r2
	get deal > before
	crm r3 < /dev/null
	run --separate-stderr commit r3 --full deal
	expect 65 "" "store: source crm: 20 of the 20 deals that it had are missing, and more than 20% are not deleted: see that it was read whole; if they are gone, commit with --most-deleted 100%"
	get deal | cmp - before
	# New ones are none of those that it had.
	some 6 99 | crm r3
	run --separate-stderr commit r3 --full deal
	expect 65 "" "store: source crm: 5 of the 20 deals that it had are missing, *"
	get deal | cmp - before
	[[ -z $(get change) ]]
	run --separate-stderr commit r3 --full deal --most-deleted 24.9%
	expect 65 "" "store: source crm: 5 of the 20 deals *more than 24.9% are *"
	# What the CRM itself tells of is not missing, and just as many are not too many.
	change E1 deleted 2024-03-20T10:00:00Z false true | put change r3
	run --separate-stderr commit r3 --full deal
	expect 0 "" "store: r3: 85 changes"
	[[ $(get deal | wc -l) == 95 && $(get change | wc -l) == 5 ]]
	crm r4 < /dev/null
	run --separate-stderr commit r4 --full deal --most-deleted 100%
	expect 0 "" "store: r4: 94 changes"
	[[ $(get deal | jq -r .deal_id) == D1 ]]
}

@test "each source of a full load has its own share; of fewer than ten all may go" {
	{ some 1 20 | from a.csv; some 21 29 | from b.csv; } | load_kind deal r1
	{ some 1 16 | from a.csv; some 21 21 | from b.csv; } | put deal r2
	run --separate-stderr commit r2 --full deal
	expect 0 "" "store: r2: 12 changes"
	{ some 1 12 | from a.csv; some 21 40 | from b.csv; } | put deal r3
	run --separate-stderr commit r3 --full deal
	expect 65 "" "store: source a.csv: 4 of the 16 deals that it had are missing, *"
	run --separate-stderr commit r3 --full deal --most-deleted 25%
	expect 0 "" "store: r3: 23 changes"
}

@test "a deal of another source that was named is refused, until one takes the place of the other" {
	bring() { from "$3" | store put deal --stage "$1" --source "$2" --db "$db"; }
	some 1 12 | bring r1 crm crm/1
	commit r1
	some 12 30 | bring r2 hub hub/1
	run --separate-stderr commit r2
	expect 65 "" "store: deal E12: source hub brings it, and source crm has brought it before: one of them needs ids of its own, or, if hub has taken the place of crm, commit with --take-over crm"
	[[ $(get deal | wc -l) == 12 ]]
	run --separate-stderr commit r2 --take-over clm
	expect 66 "" "store: --take-over clm: no deal came from a source of that name"
	some 13 30 | bring r2 hub hub/1
	commit r2
	some 1 11 | bring r3 crm crm/2
	commit r3 --full deal
	[[ $(get deal | wc -l) == 29 ]]
	# One that was deleted is nobody's, and each goes on with its own.
	some 12 30 | bring r4 hub hub/2
	run --separate-stderr commit r4
	expect 0 "" "store: r4: 1 changes"
	some 1 11 | sed 's/open/won/' | bring r5 crm crm/3
	commit r5
	# Renamed: what did not change is of the new name too, and what it lacks goes.
	some 2 11 | bring r6 sales sales/1
	run --separate-stderr commit r6 --full deal
	expect 65 "" "store: deal E10: source sales brings it, and source crm *"
	run --separate-stderr commit r6 --full deal --take-over crm
	expect 0 "" "store: r6: 11 changes"
	[[ $(sql 'select "from", count(*) from deal_origins where until is null group by 1 order by 1' | paste -sd' ') == "hub|19 sales|10" ]]
	# As of a source that was loaded before.
	on 04-09
	echo '{"deal_id":"F1","outcome":"won","closed_date":"2024-01-01"}' | bring r7 sales sales/2
	commit r7
	[[ $(get deal | jq -r 'select(.deal_id == "F1").recorded_at') == 2024-04-09 ]]
	put deal r8 <<< "$won"
	run --separate-stderr commit r8 --take-over hub
	expect 64 "" "store: --take-over hub: the deals were put without --source"
}

@test "files that are called otherwise each night, and a source that came no more, share their ids" {
	some 1 12 | from deals-1.csv | load_kind deal r1
	some 1 12 | sed 's/open/won/' | from deals-2.csv | load_kind deal r2
	some 1 12 | from crm/1 | store put deal --stage r3 --source crm --db "$db"
	run --separate-stderr commit r3
	expect 0 "" "store: r3: 12 changes"
	some 1 12 | sed 's/open/lost/' | from deals-3.csv | load_kind deal r4
	some 1 12 | from crm/2 | store put deal --stage r5 --source crm --db "$db"
	commit r5
	some 1 12 | sed 's/open/won/' | from hub/1 | store put deal --stage r6 --source hub --db "$db"
	on 05-06
	run --separate-stderr commit r6
	expect 65 "" "store: deal E1: source hub brings it, and source crm *"
	on 05-07
	run --separate-stderr commit r6
	expect 0 "" "store: r6: 12 changes"
}

@test "each version of a deal knows where it came from; one that did not change stays with that" {
	from a.csv <<< "$open" | load_kind deal r1
	on 04-02
	from b.csv <<< "$open" | load_kind deal r2
	on 04-03
	printf '%s\n' "${open/Demo/Offer}" | sed 's/}$/,"source":"c.csv","line":7,"offset":300}/' | load_kind deal r3
	printf '%s\n' "$won" | load_kind deal r4
	run --separate-stderr sql "select deal_id, seen, until, \"from\", source, line, \"offset\", run from deal_origins order by deal_id, seen"
	expect 0 'D1|2024-04-03T04:00:00Z||||||r4
D2|2024-04-01T04:00:00Z|2024-04-03T04:00:00Z|a.csv|a.csv|2|97|r1
D2|2024-04-03T04:00:00Z||c.csv|c.csv|7|300|r3' ""
	[[ $(sql "select count(*) from origin") == 3 ]]
}

@test "trace: each version of a deal, where it came from, and its changes; who is not there is named" {
	from a.csv <<< "$open" | load_kind deal r1
	on 04-02
	printf '%s\n' "${open/Demo/Offer}" | sed 's/}$/,"source":"c \\"1\\".csv","line":7,"offset":300}/' | store put deal --stage r2 --source crm --db "$db"
	commit r2
	change D2 deleted 2024-04-02T10:00:00Z false true | load_kind change r3
	run --separate-stderr store trace D2 --db "$db"
	expect 0 '{"kind":"version","v":1,"deal_id":"D2","seen":"2024-04-01T04:00:00Z","until":"2024-04-02T04:00:00Z","from":"a.csv","source":"a.csv","line":2,"offset":97,"run":"r1","deal":'"$open"'}
{"kind":"version","v":1,"deal_id":"D2","seen":"2024-04-02T04:00:00Z","until":"2024-04-02T04:00:00Z","from":"crm","source":"c \"1\".csv","line":7,"offset":300,"run":"r2","deal":'"${open/Demo/Offer}"'}
{"kind":"change","v":1,"deal_id":"D2","field":"deleted","old":false,"new":true,"at":"2024-04-02T10:00:00Z","seen":"2024-04-02T04:00:00Z"}
{"kind":"change","v":1,"deal_id":"D2","field":"stage","old":"Demo","new":"Offer","seen":"2024-04-02T04:00:00Z"}' ""
	cmp <(grep version <<< "$output" | validate version) <(grep version <<< "$output")
	run --separate-stderr store trace D1 D2 D3 --db "$db"
	expect 66 - "store: D1: no such deal
store: D3: no such deal"
	[[ $(wc -l <<< "$output") == 4 ]]
	from b.csv <<< "$open" | load_kind deal r4
	run --separate-stderr bash -c "store trace D2 --db $db | jq -c 'select(.kind == \"version\") | [.run, .until]' | tail -n 1"
	expect 0 '["r4",null]'
}

@test "a new deal of a source by another name was recorded when it closed only if neither was loaded before" {
	from a.csv <<< "$open" | load_kind deal r1
	on 04-05
	from a.csv <<< "$won" | store put deal --stage r2 --source crm --db "$db"
	commit r2
	from new/1 <<< "${won/D1/D3}" | store put deal --stage r3 --source crm --db "$db"
	commit r3
	from new/1 <<< "${won/D1/D4}" | store put deal --stage r4 --source other --db "$db"
	commit r4
	[[ $(get deal | jq -r '"\(.deal_id)=\(.recorded_at)"' | paste -sd' ') == "D1=2024-04-05 D2=null D3=2024-04-05 D4=2024-03-01" ]]
}

@test "a late edit does not alter what an earlier day is reported to have known" {
	from a.csv <<< "$open"$'\n'"$won" | load_kind deal r1
	for day in 03-31 04-01 04-02; do get deal --as-of "2024-$day" > "deals.$day"; get change --as-of "2024-$day" > "changes.$day"; done
	on 04-03
	from a.csv <<< "${open/Demo/Offer\",\"modified_at\":\"2024-03-01T00:00:00Z}"$'\n'"${won/2024-03-01/2024-02-01}" | put deal r2
	change D1 amount 2024-03-15T10:00:00Z 1 15562.50 | put change r2
	commit r2
	on 04-04
	{ change D2 deleted 2024-03-02T10:00:00Z false true; change D1 stage 2024-02-03T10:00:00Z 1 2; } | load_kind change r3
	for day in 03-31 04-01 04-02; do
		get deal --as-of "2024-$day" | cmp - "deals.$day"
		get change --as-of "2024-$day" | cmp - "changes.$day"
	done
	[[ $(get deal --as-of 2024-04-03 | wc -l) == 2 && $(get deal --as-of 2024-04-04 | wc -l) == 1 ]]
}

@test "how far a source was read and how good its data are moves with what it covers, even if that is nothing" {
	bookmark() { printf '{"kind":"bookmark","v":1,"source":"crm","at":"2024-04-0%dT02:00:00Z","until":{"id":"D%d"}}\n' "$1" "$1"; }
	summary dedupe 3 0 > last
	put deal r1 < /dev/null
	bookmark 1 | put bookmark r1
	put change r1 < /dev/null
	cat > checks <<-'END'
	{"kind":"quality","v":1,"source":"crm","rule":"completeness","field":"amount","date":"2024-04-01","value":0.1,"level":"error"}
	{"kind":"quality","v":1,"source":"crm","rule":"volume","field":"","date":"2024-04-01","value":3,"warn":1.5,"level":"ok"}
	END
	put quality r1 < checks
	run --separate-stderr commit r1 --summary last
	expect 0 "" "store: r1: 3 changes"
	[[ $(get bookmark) == "$(bookmark 1)" && -z $(get deal) && $(get quality --from 2024-04-01) == "$(cat checks)" && -z $(get quality --to 2024-03-31) ]]
	cmp <(get bookmark | validate bookmark) <(bookmark 1)
	put deal r2 <<< "$won"
	bookmark 2 | put bookmark r2
	run --separate-stderr commit r2 --summary last
	expect 65 "" "store: r2: dedupe gave 0 records, store put deal took 1"
	[[ $(get bookmark) == "$(bookmark 1)" && -z $(get deal) ]]
	summary dedupe 3 1 > last
	commit r2 --summary last
	[[ $(get bookmark) == "$(bookmark 2)" && -n $(get deal) ]]
	run --separate-stderr sql "select source, rule, field, level, value from qualities order by rule"
	expect 0 "crm|completeness|amount|error|0.1
crm|volume||ok|3" ""
	put bookmark r3 < <(bookmark 3)
	put quality r3 < checks
	run --separate-stderr commit r3 --summary last
	expect 64 "" "store: r3: several kinds are staged, the summaries tell of one"
}

# A store with some of everything: versions, changes, an outbox under way, answers.
full_store() {
	from a.csv <<< "$won"$'\n'"$open" | load_kind deal r1
	{ alert a1 10 P2; alert a2 10 P1; } | load_kind alert r2
	{ delivery d1 P1 2024-04-01T03:00:00Z ""; delivery d2 P2 2024-05-01T03:00:00Z ""; } | load_kind delivery r3
	outbox "$db" later 60 'greylisted "twice" \ '
	on 04-02
	from b.csv <<< "${won/Closed/Done}"$'\n''{"deal_id":"D3","note":"é\t\\ \"x\" \u00e9","outcome":"lost","closed_date":"2024-03-03"}' | load_kind deal r4
	{ alert a1 12 P1; alert a2 09 P3; } | load_kind alert r5
	load_kind metric r6 <<< '{"kind":"metric","v":1,"clock":"closed","bucket":"day","date":"2024-03-02","segment":{"region":"Asia \"Pacific\""},"won":1}'
	load_kind run r7 <<< '{"kind":"run","v":1,"pipeline":"ingest","period":"2024-04-01","status":"ok"}'
	load_kind fault r8 <<< '{"kind":"fault","v":1,"stage":"fetch","since":"2024-04-01T02:00:00Z"}'
	load_kind incident r9 <<< '{"kind":"incident","v":1,"alert_id":"a1","opened":"2024-03-10","segment":{}}'
	load_kind feedback r10 <<< '{"kind":"feedback","v":1,"alert_id":"a1","person":"ann","at":"2024-04-01T09:00:00Z","answer":"on_it"}'
	load_kind silence r11 <<< '{"kind":"silence","v":1,"silence_id":"s1","until":"2024-04-05T00:00:00Z"}'
	load_kind quality r12 <<< '{"kind":"quality","v":1,"source":"crm","rule":"volume","field":"","date":"2024-04-01","level":"ok"}'
	load_kind bookmark r13 <<< '{"kind":"bookmark","v":1,"source":"crm","at":"2024-04-01T02:00:00Z","until":{"id":"D3"}}'
	{ change D2 stage 2024-03-30T10:00:00Z '"Lead"' '"Demo"'; change D9 deleted 2024-03-31T10:00:00Z false true; change D3 deleted 2024-04-02T01:00:00Z false true; } | load_kind change r14
}

@test "a dump is all there is, and loaded it is the same store: asked, changed and dumped again" {
	full_store
	run --separate-stderr store dump --db "$db" --verbose
	expect 0 - "store: 42 rows"
	echo "$output" > dump
	[[ $(jq -r .kind dump | sort | uniq -c | paste -sd' ' | tr -s ' ') == " 1 dump 1 dump_end 42 kept" ]]
	[[ $(jq -r 'select(.kind == "kept").table' dump | sort -u | wc -l) == 18 ]]
	[[ $(jq -c 'select(.table == "delivery" and .delivery_id == "d1") | [.status, .attempts, .next_at]' dump) == '["queued",1,"2024-04-01T04:01:00Z"]' ]]
	cmp <(validate "$root/schemas/kept.json" < dump) dump
	command store load --db "$PWD/again.db" < dump
	command store dump --db "$PWD/again.db" | cmp - dump
	if [[ -n ${twin-} ]]; then
		server=$(postgres_new)
		command store dump --db "$PWD/again.db" | command store load --db "$server"
		command store dump --db "$server" | cmp - dump
	fi
	for kind in deal change quality bookmark metric alert incident delivery receipt feedback silence run fault; do
		cmp <(command store get "$kind" --db "$PWD/again.db") <(get "$kind")
	done
	cmp <(command store get deal --as-of 2024-04-01 --db "$PWD/again.db") <(get deal --as-of 2024-04-01)
	db=$PWD/again.db
	run --separate-stderr load_kind deal r15 < <(from b.csv <<< "$won")
	expect 0 "" "store: r15: 1 changes"
	[[ $(command outbox "$db" attempt) == "d1 2" ]]
}

@test "some tables are dumped alone, and loaded" {
	full_store
	store dump --db "$db" --table receipt --table delivery > some
	[[ $(jq -r '.table // empty' some | uniq | paste -sd' ') == "delivery receipt" ]]
	store load --db "$PWD/some.db" < some
	cmp <(store get delivery --db "$PWD/some.db") <(get delivery)
	run --separate-stderr store dump --db "$db" --table deals
	expect 64 "" "store: no table deals"
}

@test "a record that has blanks around it, or is nearly as long as one may be, is dumped and loaded as it is" {
	printf ' {"kind":"run","v":1,"pipeline":"a","period":"2024-04-01"}\t \n' | load_kind run r1
	printf '{"kind":"run","v":1,"pipeline":"b","period":"2024-04-01","note":"%01048000d"}\n' 0 | load_kind run r2
	store dump --db "$db" > dumped
	[[ $(jq -c 'select(.next)' dumped | wc -l) == 2 ]]
	store load --db "$PWD/again.db" < dumped
	cmp <(store get run --db "$PWD/again.db") <(get run)
	cmp <(store dump --db "$PWD/again.db") dumped
}

@test "a dump that was cut, is none, or is of a newer saleswatch is refused, and the store is as it was" {
	full_store
	store dump --db "$db" > dumped
	new=$PWD/new.db
	refused() { run --separate-stderr store load --db "$new"; expect "$1" "" "store: $2" || return; run store get deal --db "$new"; expect 0 ""; }
	refused 65 "stdin: no dump of a store is empty" < /dev/null
	refused 65 "stdin: the end of the dump is missing" < <(head -n -1 dumped)
	refused 65 "stdin:42: rows are missing before it" < <(grep -v -e '"table":"silence"' -e '"table":"feedback"' dumped)
	refused 65 "stdin:1: no dump of a store begins so" <<< "$won"
	refused 65 "stdin:2: neither kept nor the end of the dump" < <(head -n 1 dumped; echo "$won")
	refused 65 "stdin:2: of a table that is not known" < <(head -n 1 dumped; echo '{"kind":"kept","v":1,"table":"sqlite_schema"}')
	refused 65 "stdin:2: no doc" < <(head -n 1 dumped; echo '{"kind":"kept","v":1,"table":"deal","deal_id":"x","seen":"x"}')
	refused 65 "$new: FOREIGN KEY constraint failed" < <(grep -v '"table":"delivery"' dumped)
	refused 65 "stdin:*: something follows this end of the dump" < <(cat dumped; echo "$won")
	refused 78 "stdin: version 99, made by a newer saleswatch; this one knows 5" <<< '{"kind":"dump","v":1,"version":99}'
	run --separate-stderr store load --db "$db" < dumped
	expect 65 "" "store: $db: there is something in it; a dump makes a store of its own"
}

@test "what is old goes, kind by kind, in one go; what is needed stays" {
	full_store
	on 12-31
	run --separate-stderr store prune --db "$db" --keep deal=400d --keep change=400d --verbose
	expect 0 "" "store: 0 rows removed"
	run --separate-stderr store prune --db "$db" --keep deal=100d --keep change=100d --keep alert=100d --keep metric=100d --keep quality=100d \
		--keep incident=100d --keep delivery=100d --keep feedback=100d --keep silence=100d --keep run=100d --keep fault=100d --verbose
	expect 0 "" "store: 28 rows removed"
	[[ $(get deal | wc -l) == 2 && -z $(get change) && $(get alert) == "$(alert a1 12 P1)"$'\n'"$(alert a2 10 P1)" ]]
	[[ $(get incident | wc -l) == 1 && $(get fault | wc -l) == 1 && $(get delivery | wc -l) == 2 && $(get receipt | wc -l) == 1 ]]
	[[ -z $(get run)$(get silence)$(get feedback)$(get metric)$(get quality) && -n $(get bookmark) ]]
	run --separate-stderr store prune --db "$db" --keep deal=100d --keep run=100d --verbose
	expect 0 "" "store: 0 rows removed"
}

@test "of deliveries those that wait stay, and those of an alert that still stands" {
	{ alert a1 10 P1; alert a2 10 P1; } | load_kind alert r1
	for i in 1 2 3; do delivery d$i P1 2024-04-01T03:00:00Z ""; done | sed '2s/"a1"/"a2"/; 3s/04-01T03/12-30T03/' | load_kind delivery r2
	outbox "$db" sent '<m@example.com>'
	alert a2 31 P1 | sed 's/2024-03-31/2024-12-01/' | load_kind alert r3
	on 12-31
	run --separate-stderr store prune --db "$db" --keep delivery=100d --verbose
	expect 0 "" "store: 2 rows removed"
	[[ $(get delivery | jq -r .delivery_id | paste -sd' ') == "d2 d3" && $(get receipt | jq -r .delivery_id) == d2 ]]
}

@test "retention that makes no sense is refused" {
	put deal r1 <<< "$won"
	for keep in deal deal=x deal=4 deal=4y deal=-1d delivery=34d receipt=40d thing=40d; do
		run --separate-stderr store prune --db "$db" --keep "$keep"
		expect 64 "" "store: --keep $keep: *"
	done
}

# Everywhere a person can be, as everything can write them.
canary='Zoé O"Canary/7'
canary_store() {
	full_store
	json=${canary/\"/\\\"}
	printf '{"deal_id":"D%d","outcome":"won","closed_date":"2024-03-0%d","amount":%d.50,"sales_rep_id":"%s","note":"(%s), said Zo\\u00e9 O\\"Canary\\/7"}\n' \
		7 7 10 "$json" "$json" 8 8 20 "$json" "$json" | load_kind deal c1
	on 04-03
	printf '{"deal_id":"D7","outcome":"won","closed_date":"2024-03-07","amount":11.50,"sales_rep_id":"bob"}\n' | load_kind deal c2
	printf '{"kind":"metric","v":1,"clock":"closed","bucket":"day","date":"2024-03-02","segment":{"sales_rep_id":"%s"},"won":3}\n' "$json" | load_kind metric c3
	printf '{"kind":"alert","v":1,"alert_id":"a7","date":"2024-03-%d","segment":{"sales_rep_id":"%s"},"title":"%s'"'"'s wins"}\n' 20 "$json" "$json" | load_kind alert c4
	printf '{"kind":"feedback","v":1,"alert_id":"a1","person":"%s","at":"2024-04-01T10:00:00Z","answer":"on_it"}\n' "$json" | load_kind feedback c5
	printf '{"kind":"silence","v":1,"silence_id":"s7","matchers":["sales_rep_id=%s"],"by":"%s","until":"2024-05-05T00:00:00Z"}\n' "$json" "$json" | load_kind silence c6
	mail=$(printf 'To: x\r\n\r\n%s\r\n' "$(printf 'Dear %s, hello' "$canary" | base64 -w 20 | sed 's/$/\r/')" | jq -Rs .)
	{ delivery d5 P1 2024-04-01T03:00:00Z ',"content":{"type":"message/rfc822","body":'"$mail"'}'
		delivery d6 P1 2024-06-01T03:00:00Z "" | sed "s|cro@example.com|${json//\\/\\\\}|"
		delivery d7 P1 2024-06-01T03:00:00Z ',"subject":"'"$json"'"'; delivery d8 P1 2024-06-01T03:00:00Z ',"subject":"Zoé O\"Canary/70"'; } | load_kind delivery c7
	outbox "$db" sent "<$canary@example.com>"
	printf '{"kind":"run","v":1,"pipeline":"ingest","period":"2024-04-03","owner":"%s"}\n' "$json" | load_kind run c8
	printf '{"kind":"quality","v":1,"source":"crm","rule":"drift","field":"sales_rep_id","date":"2024-04-03","sample":["%s"]}\n' "$json" | load_kind quality c11
	printf '{"kind":"bookmark","v":1,"source":"crm","at":"2024-04-03T02:00:00Z","until":{"file":"%s.csv"}}\n' "$json" | load_kind bookmark c12
	printf '{"kind":"change","v":1,"deal_id":"D7","field":"owner","old":"%s","new":null,"at":"2024-04-01T02:00:00Z"}\n' "$json" | load_kind change c13
	printf '{"deal_id":"D6","outcome":"open","source":"%s/x.csv"}\n' "$json" | store put deal --stage c14 --source "of $canary" --db "$db"
	commit c14
	printf '{"deal_id":"D9","outcome":"open","sales_rep_id":"%s"}\n' "$json" | store put deal --stage c9 --source "of $canary" --db "$db"
} > /dev/null

@test "an erased person is gone from everything, another name in their place, and every sum as it was" {
	canary_store
	sums() { get deal | jq -s 'map(.amount // 0) | add, length'; get metric | jq -s 'map(.won) | add, length'; get change | wc -l; get alert | wc -l; get receipt | wc -l; }
	sums > before
	[[ $(store dump --db "$db" | grep -c Canary) == 19 ]]
	run --separate-stderr store erase --person 'ZOé o"CANARY/7' --db "$db" --verbose
	[[ $status == 0 && $stderr =~ ^"store: 20 places: "(erased-[0-9a-f]{16})$ ]] || { echo "$status $stderr $output"; false; }
	alias=${BASH_REMATCH[1]}
	sums | cmp - before
	[[ $(store dump --db "$db" | grep -ci canary) == 1 && $(get delivery | jq -r 'select(.delivery_id == "d8").subject') == 'Zoé O"Canary/70' ]]
	[[ $(get deal | jq -r 'select(.deal_id == "D8").note') == "($alias), said $alias" ]]
	[[ $(get deal --as-of 2024-04-02 | jq -r 'select(.deal_id == "D7").sales_rep_id') == "$alias" ]]
	[[ $(sql "select segment from alerts where alert_id = 'a7'") == "sales_rep_id=$alias" ]]
	[[ $(sql "select person from feedbacks order by person" | paste -sd' ') == "ann $alias" ]]
	[[ $(sql "select delivery_id || status from deliveries order by 1" | paste -sd' ') == "d1sent d2queued d5sent d6dead d8queued" ]]
	[[ $(get delivery | jq -c 'select(.delivery_id == "d5").content') == '{"type":"text/plain","body":"erased"}' ]]
	[[ $(sql "select name from erased") == "$alias" ]]
	[[ $(get quality | jq -r '.sample // [] | .[]')$(get bookmark | jq -r '.until.file // empty') == "$alias$alias.csv" ]]
	[[ $(sql "select \"from\", source from deal_origins where deal_id = 'D6'") == "of $alias|$alias/x.csv" ]]
	commit c9
	[[ $(get deal | jq -r 'select(.deal_id == "D9").sales_rep_id') == "$alias" && $(sql "select \"from\" from deal_origins where deal_id = 'D9'") == "of $alias" ]]
}

@test "a person who is erased again, having come back, takes the place of who was erased" {
	canary_store
	store erase --person "$canary" --db "$db"
	printf '{"kind":"metric","v":1,"clock":"closed","bucket":"day","date":"2024-03-02","segment":{"sales_rep_id":"%s"},"won":4}\n' "$json" | load_kind metric c10
	store erase --person "$canary" --db "$db"
	[[ $(get metric | jq -s 'map(.won) | add, length' | paste -sd' ') == "5 2" ]]
}

@test "nothing in is a stage of nothing" {
	run --separate-stderr load_kind deal r1 < /dev/null
	expect 0 "" "store: r1: 0 changes"
	run --separate-stderr commit r1
	expect 0 "" "store: r1: 0 changes"
}

@test "full disks and closed streams are reported" {
	put deal r1 <<< "$won"
	commit r1
	run --separate-stderr bash -c "store get deal --db $db > /dev/full"
	expect 74 "" "store: stdout: No space left on device"
	run --separate-stderr bash -c "store get deal --db $db >&-"
	expect 74 "" "store: stdout: Bad file descriptor"
	run --separate-stderr bash -c "store put deal --stage r1 --db $db <&-"
	expect 74 "" "store: stdin: Bad file descriptor"
	run --separate-stderr bash -c "store --help > /dev/full"
	expect 74 "" "store: stdout: No space left on device"
}

@test "wrong use is told by the usage line" {
	for args in "" "put deal" "put deal --stage r1" "put --db x" "get deal --db x --stage y" "get deal more --db x" \
		"put deal --db x --as-of 2024-01-01" "trace --db x" "trace D1" "trace D1 --db x --verbose" "commit --db x" "undo r1 --db x" "discard --db x" "discard r1" "discard r1 --db x --verbose" "--unknown" "put deal --stage a --db x --summary a --summary b"; do
		# shellcheck disable=SC2086
		run --separate-stderr store $args
		expect 64 "" "*usage: store --db URL *"
	done
	run --separate-stderr store get deal --db x --as-of 2024-02-30
	expect 64 "" "store: 2024-02-30: no such day"
	run --separate-stderr store get dael --db x
	expect 64 "" "store: no kind dael; --help lists them"
	run --separate-stderr store get metric --db x --as-of 2024-02-01
	expect 64 "" "store: a metric is kept only as it stands, not as of a day"
	run --separate-stderr store put metric --db x --stage r1 --source crm
	expect 64 "" "store: --source: only deals are told apart by it, not a metric"
	run --separate-stderr store put deal --db x --stage ../r1
	expect 64 "" "store: run \"../r1\": letters, digits and ._:+- only"
	run --separate-stderr store discard ../r1 --db x
	expect 64 "" "store: run \"../r1\": letters, digits and ._:+- only"
	run --separate-stderr store commit r1 --db x --full alert
	expect 64 "" "store: --full alert: only metrics and deals can be all there are"
	for most in 20 x% % -1% 101% nan%; do
		run --separate-stderr store commit r1 --db x --full deal --most-deleted "$most"
		expect 64 "" "store: --most-deleted $most: a share is wanted, like 20%"
	done
	[[ ! -e x ]]
}

@test "help begins with an example and fits the manual; the version is told" {
	run --separate-stderr store --help
	[[ $status == 0 && $output == "example: saleswatch store put deal "* ]]
	usage=$(store --help | sed -n 's/^usage: //p')
	manual=$(mandoc -T ascii -O width=500 "$root/src/store/store.1" | col -b | sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' | sed '1d;$d' | tr -s '[:space:]' ' ' | sed 's/^ //; s/ $//')
	[[ $usage == "$manual" ]] || { echo "$usage"; echo "$manual"; false; }
	run --separate-stderr store --version
	[[ $status == 0 && $output == "store (saleswatch) "* ]]
}
