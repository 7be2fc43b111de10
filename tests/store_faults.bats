# store_faults - who is killed while a store is brought up to date, or on the way to a server,
# has lost nothing and left nothing half.  See faults.bats.
load helpers
load sweep
load postgres

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true # one of them takes the server down
	postgres_start
}
teardown_file() { postgres_stop; }

deal() { printf '{"deal_id":"D%d","created_date":"2024-01-01","outcome":"%s","closed_date":"2024-02-01","stage":"%s"}\n' "$1" "$2" "$3"; }

# fill URL: deals with a history, and a run that is staged.
fill() {
	for i in {1..30}; do deal "$i" open Demo; done | store put deal --stage r1 --db "$1"
	store commit r1 --db "$1"
	for i in {1..30..3} {40..50}; do deal "$i" won Closed; done | store put deal --stage r2 --db "$1"
}

all_or_nothing() {
	known > "$work/known"
	cmp -s "$work/known" "$work/known.before" || cmp -s "$work/known" "$work/known.after" || { echo "half"; return 1; }
}

then_again() {
	all_or_nothing || return
	"$@" > "$work/out" < input || return
	known | cmp - "$work/known.after"
}

# before_and_after COMMAND...: what is known, and will be.
before_and_after() {
	fresh
	known > "$work/known.before"
	"$@" > "$work/out.after" < input
	known > "$work/known.after"
	run ! cmp -s "$work/known.before" "$work/known.after"
}

# ---- SQLite

# old VERSION: the store in the file db as that version would have it.
old() {
	sqlite3 db 'DROP TABLE erased'
	(( $1 == 3 )) || sqlite3 db 'DROP TABLE incident; DROP VIEW incidents; DROP TABLE feedback; DROP VIEW feedbacks;
		DROP TABLE silence; DROP VIEW silences; DROP INDEX delivery_thread'
	sqlite3 db "PRAGMA user_version = $1"
}

@test "a store of the version before that is brought up to date and killed at any call loses nothing" {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	known() { sqlite3 db 'PRAGMA user_version' .dump; }
	fill db
	old 3
	before_and_after store get deal --db db
	[[ $(head -n 1 "$work/known.before") == 3 && $(head -n 1 "$work/known.after") == 4 && $(wc -l < "$work/out.after") == 30 ]]
	kill_everywhere then_again store get deal --db db
}

@test "a store that cannot be brought up to date, the disk being full or broken, is as it was" {
	known() { sqlite3 db 'PRAGMA user_version' .dump; }
	refused_whole() {
		all_or_nothing || return
		(( status == 0 )) || { (( status == 74 )) && says_why; }
	}
	fill db
	old 3
	before_and_after store get deal --db db
	fail_everywhere refused_whole store get deal --db db
}

@test "control: tables that are made one by one are found half" {
	known() { sqlite3 db 'PRAGMA user_version' .dump; }
	fill db
	old 1
	{ cat "$root"/schemas/store/sqlite-{2,3,4}.sql; echo 'PRAGMA user_version = 4;'; } > input
	before_and_after sqlite3 db
	fault fdatasync 4 signal=KILL sqlite3 db
	run ! all_or_nothing
}

# ---- PostgreSQL: its client is killed before and after whatever it sends

admin() { psql -qAth "$POSTGRES_AT" -U saleswatch -d postgres -v ON_ERROR_STOP=1 "$@"; }
on_server() {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	postgres_needed
	was=before$BATS_TEST_NUMBER now=now$BATS_TEST_NUMBER
	admin -c "CREATE DATABASE $was" -c "CREATE DATABASE $now"
	db=$(postgres_url "$now")
	# A killed client's server may be at work for a moment.
	fresh() {
		cd "$work" && rm -rf now && cp -a before now && cd now || return
		admin -c "DROP DATABASE $now WITH (FORCE)" -c "CREATE DATABASE $now TEMPLATE $was"
	}
	# While it waits for an answer, what it asked for is done; before it asks, seldom anything is new.
	chosen() { awk -v soak="${SALESWATCH_SOAK-}" '$1 == "poll" || $1 == "sendto" && (soak != "" || ++sent % 4 == 0)'; }
	known() {
		psql -qAt "$db" -c 'SELECT version FROM saleswatch.store_version'
		pg_dump --schema=saleswatch "$db" | grep -v restrict | awk '/^COPY saleswatch.(committed|staged) / { skip = 1 } !skip; /^\\\.$/ { skip = 0 }'
	}
}

@test "a commit to a server that is killed before or after whatever it sends has changed all or nothing" {
	on_server
	known() { store dump --db "$db" | grep -v '"table":"committed"'; } # numbers of rows have gaps
	fill "$(postgres_url "$was")"
	before_and_after store commit r2 --db "$db"
	kill_everywhere then_again store commit r2 --db "$db"
}

@test "a server's store of the version before that is brought up to date and killed loses nothing" {
	on_server
	fill "$(postgres_url "$was")"
	psql -q "$(postgres_url "$was")" -c 'DROP TABLE saleswatch.erased, saleswatch.staged; UPDATE saleswatch.store_version SET version = 3'
	before_and_after store get deal --db "$db"
	[[ $(head -n 1 "$work/known.before") == 3 && $(head -n 1 "$work/known.after") == 4 && $(wc -l < "$work/out.after") == 30 ]]
	kill_everywhere then_again store get deal --db "$db"
}

staged_whole() {
	local lines
	lines=$(psql -qAt "$db" -c "SELECT string_agg(lines, '' ORDER BY n) FROM saleswatch.staged WHERE run = 'r2'" | sed '/^$/d' | wc -l)
	(( lines == 21 || lines == 40 )) || { echo "$lines lines"; return 1; }
	"$@" < input && store commit r2 --db "$db" && [[ $(store get deal --db "$db" | wc -l) == 40 ]]
}

@test "a put to a server that is killed leaves the stage of before or all of its own" {
	on_server
	fill "$(postgres_url "$was")"
	for i in {1..40}; do deal "$i" won Closed; done > input
	kill_everywhere staged_whole store put deal --stage r2 --db "$db"
}

@test "control: rows written to a server without a transaction are found half when their writer is killed" {
	on_server
	fill "$(postgres_url "$was")"
	before_and_after store commit r2 --db "$db"
	for i in {1..9}; do echo "INSERT INTO saleswatch.deal VALUES ('X$i', '', '{}');"; done > "$work/before/input"
	fault sendto 5 signal=KILL psql -q "$db"
	run ! all_or_nothing
}

@test "a server that goes down in the middle of a commit is 75, and the commit can be done again" {
	on_server
	known() { store dump --db "$db" | grep -v '"table":"committed"'; }
	fill "$(postgres_url "$was")"
	before_and_after store commit r2 --db "$db"
	fresh
	mkfifo hold
	psql -qAt "$db" > held < hold 3>&- &
	exec 7> hold
	echo "BEGIN; LOCK TABLE saleswatch.deal_version IN EXCLUSIVE MODE; SELECT 'held';" >&7
	until [[ -s held ]]; do sleep 0.05; done
	store commit r2 --db "$db" 2> said 3>&- 7>&- &
	until [[ $(admin -c "SELECT count(*) FROM pg_stat_activity WHERE datname = '$now' AND wait_event_type = 'Lock'") == 1 ]]; do sleep 0.05; done
	postgres_down immediate > /dev/null 3>&- 7>&-
	status=0
	wait %2 || status=$?
	exec 7>&-
	[[ $status == 75 && $(cat said) == "store: $db: "* ]] || { echo "$status"; cat said; false; }
	run --separate-stderr store get deal --db "$db"
	expect 75 "" "store: $db: connection to server on socket * failed: *"
	postgres_up > /dev/null 3>&-
	known | cmp - "$work/known.before"
	store commit r2 --db "$db"
	known | cmp - "$work/known.after"
}
