# faults - whoever is killed, and whatever the disk does, nothing is lost and nothing is half.
#
# A point is a system call of a program: its name, and the how manieth of that name.  They are
# recorded first; then the program is killed at each, or that call is made to fail.  Each time
# the fault must have fired, or it would prove nothing; and each check has a control, a program
# without the guard, that fails it.  Calls that write are all swept, of the others every eighth;
# SALESWATCH_SOAK=1 sweeps all.
# bats file_tags=whole
load helpers
load sweep

# ---- the store

deal() { printf '{"deal_id":"D%d","created_date":"2024-01-01","outcome":"%s","closed_date":"2024-02-01","stage":"%s","source":"a.csv","line":%d,"offset":1}\n' "$1" "$2" "$3" "$1"; }
alert() { printf '{"kind":"alert","v":1,"alert_id":"a%d","date":"2024-03-%d","segment":{},"n":%d}\n' "$@"; }

# All that the store knows, but when a run was last committed.
known() { sqlite3 db .dump | grep -v 'INTO committed'; }

# A store with a load in it, and the next one staged: changes, new deals, alerts; what a CRM told, among
# it deletions, and how far it was read.
staged_store() {
	for i in {1..30}; do deal "$i" open Demo; done | store put deal --stage r1 --db db
	alert 1 10 1 | store put alert --stage r1 --db db
	store commit r1 --db db
	{ for i in {1..30..3}; do deal "$i" won Closed; done; for i in {40..60}; do deal "$i" lost Closed; done; } |
		store put deal --stage r2 --db db
	{ alert 1 12 2; alert 2 12 1; } | store put alert --stage r2 --db db
	for i in {2..30..3}; do printf '{"kind":"change","v":1,"deal_id":"D%d","field":"deleted","new":true,"at":"2024-03-31T10:00:00Z"}\n' "$i"; done |
		store put change --stage r2 --db db
	echo '{"kind":"bookmark","v":1,"source":"a","at":"2024-04-01T02:00:00Z","until":{}}' | store put bookmark --stage r2 --db db
	known > "$work/known.before"
	fresh
	store commit r2 --db db
	known > "$work/known.after"
	run ! cmp -s "$work/known.before" "$work/known.after"
}

all_or_nothing() {
	known > "$work/known"
	cmp -s "$work/known" "$work/known.before" || cmp -s "$work/known" "$work/known.after" || { echo "half"; return 1; }
}

then_again() {
	all_or_nothing || return
	"$@" < input || return
	known | cmp - "$work/known.after"
}

@test "a commit that is killed at any call has changed all or nothing, and does the rest when run again" {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	staged_store
	kill_everywhere then_again store commit r2 --db db
}

# With nothing changed its status says who must act; or it was done before the fault.
refused_whole() {
	known > "$work/known"
	if (( status == 0 )); then cmp "$work/known" "$work/known.after"
	else (( status == 74 )) && says_why && cmp "$work/known" "$work/known.before"; fi
}

@test "a commit on a disk that is full or broken at any call is 74 and changes nothing" {
	staged_store
	fail_everywhere refused_whole store commit r2 --db db
}

@test "control: rows written without a transaction are found half when their writer is killed" {
	staged_store
	cd "$work/before" || return
	for i in {1..30}; do echo "INSERT INTO deal (deal_id, seen, doc) VALUES ('X$i', '', '{}');"; done > input
	fault fdatasync 9 signal=KILL sqlite3 db
	run ! all_or_nothing
}

# The stage is that of before or all of the new one; the store did not change.
stage_whole() {
	[[ ! -e db ]] || known | cmp - "$work/known.before" || return
	cmp -s db-staged/r2.deal "$work/stage.before" || cmp -s db-staged/r2.deal "$work/stage.after" || { echo "half a stage"; return 1; }
}

put_again() {
	stage_whole || return
	"$@" < input || return
	cmp db-staged/r2.deal "$work/stage.after"
}

staged_again() {
	staged_store
	cd "$work/before" || return
	for i in {1..2000}; do deal "$i" open Offer; done > input
	cp db-staged/r2.deal "$work/stage.before"
	LC_ALL=C sort input > "$work/stage.after"
}

@test "a put that is killed at any call leaves the stage of before or all of its own" {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	staged_again
	kill_everywhere put_again store put deal --stage r2 --db db
}

stage_or_74() {
	stage_whole || return
	if (( status == 0 )); then cmp db-staged/r2.deal "$work/stage.after"
	else (( status == 74 )) && says_why; fi
}

@test "a put on a disk that is full or broken at any call is 74" {
	staged_again
	fail_everywhere stage_or_74 store put deal --stage r2 --db db
}

# Killed while it makes the store, it leaves what the next one can go on with.
made_again() {
	"$@" < input && store commit r2 --db db && [[ $(store get deal --db db | wc -l) == 3 ]]
}

@test "a put that is killed while it makes the store is in nobody's way" {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	for i in {1..3}; do deal "$i" open Demo; done > input
	nth=4 kill_everywhere made_again store put deal --stage r2 --db db
}

# ---- settle

old_or_new() {
	cmp -s file "$work/old" || cmp -s file "$work/new" || { echo "half a file"; return 1; }
}

settled_again() {
	old_or_new || return
	cp "$work/new" file.new
	settle file.new file && cmp file "$work/new" && [[ ! -e file.new ]]
}

unsettled() {
	head -c 300000 /dev/urandom | tee file > "$work/old"
	head -c 300000 /dev/urandom | tee file.new input > "$work/new"
}

@test "a settle that is killed at any call leaves the old file or the new one" {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	unsettled
	kill_everywhere settled_again settle file.new file
	cp "$work/old" "$work/before/file.new"
	cp "$work/old" "$work/new"
	kill_everywhere settled_again settle file.new file
}

whole_or_74() {
	old_or_new || return
	if (( status == 0 )); then cmp file "$work/new"; else (( status == 74 )) && says_why; fi
}

@test "a settle on a disk that is full or broken at any call is 74, and the file whole" {
	unsettled
	fail_everywhere whole_or_74 settle file.new file
}

@test "control: a file that is written in place is found half when its writer is killed" {
	unsettled
	fault write 2 signal=KILL dd of=file bs=64k status=none
	run ! old_or_new
	rm "$work/before/file.new"
	run ! kill_everywhere old_or_new dd of=file bs=64k status=none
}

@test "control: a fault that does not fire fails its test" {
	unsettled
	run ! fault rename 2 signal=KILL settle file.new file
	run ! fault rename 2 error=EIO settle file.new file
}

# ---- spool

# What was accepted is whole; the next one is accepted beside it.
spooled_again() {
	local file
	for file in in/new/*; do [[ ! -e $file ]] || cmp -s input "$file" || { echo "half a file"; return 1; }; done
	"$@" < input && [[ -n $(find in/new -type f) ]]
}

@test "a spool that is killed at any call has accepted all or nothing" {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	printf '{"deal_id":"%s"}\n' {1..2000} > input
	kill_everywhere spooled_again spool in
}

accepted_or_not() {
	local files
	files=$(find in/new -type f 2> /dev/null | wc -l)
	if (( status == 0 )); then (( files == 1 )) && cmp input in/new/*
	else (( status == 74 || status == 73 )) && says_why; fi
}

@test "a spool on a disk that is full or broken at any call accepts nothing that it has not" {
	printf '{"deal_id":"%s"}\n' {1..2000} > input
	fail_everywhere accepted_or_not spool in
}
