# stages - a stage that fails, whichever and however, reaches neither the store nor a stream.
#
# Each stage of each pipeline is killed half-way, ends with 1 after its whole output, meets a full
# disk, or is fed half a line.  Each time the fault must have fired, the run must fail and not a
# row of deals, metrics, alerts or deliveries may change; mended, the same run succeeds.
# bats file_tags=whole
load helpers
load pipeline

setup() {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: what a pipeline keeps is no matter of memory"
	head -n 1500 "$root/tests/data/deals.csv" > "$BATS_TEST_TMPDIR/deals.csv"
	plant "$BATS_TEST_TMPDIR/deals.csv"
}

kept() {
	local table
	for table in deal deal_version change metric alert alert_version incident delivery; do
		sqlite3 "$db" "select '$table', count(*), total(length(doc)) from $table"
	done
}

# spoil STAGE HOW: from now on that program fails so, and says in $T/fired that it did.
spoil() {
	mv "$T/bin/$1" "$T/bin/$1.whole"
	{
		printf '#!/usr/bin/env bash\necho fired >> %q\n' "$T/fired"
		case $2 in
		killed) printf '%q "$@" | head -n 2\nkill -9 $$\n' "$T/bin/$1.whole" ;;
		status) printf '%q "$@"\nexit 1\n' "$T/bin/$1.whole" ;;
		full) printf 'exec %q "$@" > /dev/full\n' "$T/bin/$1.whole" ;;
		torn) printf '{ head -n 2; printf %%s %q; } | exec %q "$@"\n' '{"torn' "$T/bin/$1.whole" ;;
		esac
	} > "$T/bin/$1"
	chmod +x "$T/bin/$1"
}

mend() { mv "$T/bin/$1.whole" "$T/bin/$1"; }

# each_fails PIPELINE "STAGE..." "HOW...": of a state in which the run has much to do.
each_fails() {
	local stage how status before count=0
	before=$(kept)
	cp -a "$state" "$BATS_TEST_TMPDIR/state"
	for stage in $2; do
		for how in $3; do
			[[ $stage:$how != fetch:torn ]] || continue # it refuses the line and goes on
			rm -f "$T/fired"
			spoil "$stage" "$how"
			status=0
			saleswatch run "$1" > /dev/null 2> "$BATS_TEST_TMPDIR/said" || status=$?
			mend "$stage"
			[[ -s $T/fired ]] || { echo "$stage $how: the fault did not fire"; return 1; }
			(( status != 0 )) || { echo "$stage $how: the run succeeded"; return 1; }
			[[ $(kept) == "$before" ]] || { echo "$stage $how:"; diff <(echo "$before") <(kept); return 1; }
			((++count))
			rm -rf "$state"
			cp -a "$BATS_TEST_TMPDIR/state" "$state"
		done
	done
	saleswatch run "$1" || return
	[[ $(kept) != "$before" ]] || { echo "mended, the run changed nothing: it proves nothing"; return 1; }
	echo "$count faults"
}

@test "a stage of ingest" {
	saleswatch run ingest
	sed -i 's/,Lost,/,Won,/' "$SALESWATCH_CSV"
	touch -d '+2 seconds' "$SALESWATCH_CSV"
	run each_fails ingest 'fetch validate dedupe quality' 'killed status full torn'
	expect 0 - -
	[[ $output == *"15 faults" ]] || { echo "$output"; return 1; }
}

@test "a stage of analyze" {
	saleswatch run ingest
	run each_fails analyze 'sift aggregate detect drivers inspect prioritize' 'killed full torn'
	expect 0 - -
	[[ $output == *"18 faults" ]] || { echo "$output"; return 1; }
}

@test "a stage of deliver" {
	saleswatch run ingest
	saleswatch run analyze
	export SALESWATCH_NOW=2024-04-08T08:00:00Z # when there is something to tell
	run each_fails deliver 'route render' 'killed status full torn'
	expect 0 - -
	[[ $output == *"8 faults" ]] || { echo "$output"; return 1; }
}

@test "a sink that commits at the end of its input is caught by these" {
	saleswatch run ingest
	sed -i 's/,Lost,/,Won,/' "$SALESWATCH_CSV"
	touch -d '+2 seconds' "$SALESWATCH_CSV"
	sed -i 's/| store put deal --stage \(.*\) --db \(.*\)/| { store put deal --stage \1 --db \2; store commit \1 --db \2; }/' "$T/pipelines/ingest.mk"
	grep -q 'put deal .*; store commit' "$T/pipelines/ingest.mk"
	run each_fails ingest dedupe killed
	expect 1 - -
	[[ $output == *"dedupe killed:"* ]] || { echo "$output"; return 1; }
}

# told: the messages and the rows that say what was found and told, but for when.
told() {
	(cd "$state/mail" && md5sum -- *)
	sqlite3 "$db" "select delivery_id, status, attempts from delivery; select alert_id, doc from alert; select clock, bucket, date, segment, doc from metric"
	(cd "$day" && md5sum deals counted metrics findings warnings alerts)
}

@test "a day that is run five times, killed in between wherever it is, is as one that was run once" {
	export SALESWATCH_NOW=2024-04-08T08:00:00Z
	saleswatch run daily
	told > "$BATS_TEST_TMPDIR/once"
	grep -q eml "$BATS_TEST_TMPDIR/once"
	rm -rf "$state"
	local killed=0 pid
	for after in 0.05 0.2 0.35 0.5 0.7 0.9; do
		setsid "$T/bin/saleswatch" run daily 2> /dev/null &
		pid=$!
		sleep "$after"
		kill -9 -- "-$pid" 2> /dev/null && killed=$((killed + 1))
		wait "$pid" || true
	done
	(( killed >= 3 )) || { echo "$killed killed"; return 1; }
	for _ in 1 2 3 4 5; do saleswatch run daily 2> "$BATS_TEST_TMPDIR/said"; done
	[[ $(cat "$BATS_TEST_TMPDIR/said") == *"nothing to do, every stream is up to date"* ]]
	told > "$BATS_TEST_TMPDIR/often"
	diff "$BATS_TEST_TMPDIR/once" "$BATS_TEST_TMPDIR/often"
}
