# store_faults - who is killed while a store is brought up to date, or on the way to a server,
# has lost nothing and left nothing half.  See faults.bats.
# bats file_tags=whole
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
	printf '{"kind":"change","v":1,"deal_id":"D%d","field":"deleted","new":true,"at":"2024-03-31T10:00:00Z"}\n' 2 3 5 | store put change --stage r2 --db "$1"
	echo '{"kind":"bookmark","v":1,"source":"a","at":"2024-04-01T02:00:00Z","until":{}}' | store put bookmark --stage r2 --db "$1"
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

# kept_of_old: deals with a history and changes, as versions before 5 have them, in SQL.
kept_of_old() {
	for i in {1..30}; do echo "INSERT INTO deal VALUES ('D$i', '2024-01-0$((i % 3 + 1))T00:00:00Z', '$(deal "$i" open Demo)');"; done
	for i in {1..30..3}; do
		echo "INSERT INTO deal_version (deal_id, seen, until, doc) VALUES ('D$i', '2023-12-01T00:00:00Z', '2024-01-01T00:00:00Z', '$(deal "$i" open Lead)');"
		echo "INSERT INTO change (deal_id, field, run, seen, doc) VALUES ('D$i', 'stage', 'r0', '2024-01-01T00:00:00Z', '{\"kind\":\"change\"}');"
	done
	echo "INSERT INTO source VALUES ('a.csv', '2024-01-01T00:00:00Z'); INSERT INTO committed VALUES ('r0', '2024-01-01T00:00:00Z', 30);"
}

# old VERSION: a store in the file db that was made by that version.
old() {
	{ cat "$root/schemas/store/sqlite.sql"
		for ((i = 2; i <= $1; i++)); do cat "$root/schemas/store/sqlite-$i.sql"; done
		kept_of_old
		echo "PRAGMA application_id = $((0x53574348)); PRAGMA user_version = $1; PRAGMA journal_mode = WAL;"; } | sqlite3 db > made
}

# The same whatever is in it: asked and dumped, but for what did not exist.
same_kept() {
	[[ $(store get deal --db "$1" | wc -l) == 30 && $(store get deal --as-of 2023-12-31 --db "$1" | wc -l) == 10 && $(store get change --db "$1" | wc -l) == 10 ]]
}

@test "a store of the version before that is brought up to date and killed at any call loses nothing" {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "once is enough: a killed program says nothing to a sanitizer"
	known() { sqlite3 db 'PRAGMA user_version' .dump; }
	old 4
	before_and_after store get deal --db db
	[[ $(head -n 1 "$work/known.before") == 4 && $(head -n 1 "$work/known.after") == 5 && $(wc -l < "$work/out.after") == 30 ]]
	kill_everywhere then_again store get deal --db db
	same_kept db
}

@test "a store of any version is brought up to date, and learns where its deals come from when they come again" {
	for version in 1 2 3 4; do
		rm -rf db*
		old $version
		same_kept db
		store get deal --db db | sed 's/}$/,"source":"a.csv","line":2,"offset":97}/' | store put deal --stage r1 --source crm --db db
		run --separate-stderr store commit r1 --verbose --db db
		expect 0 "" "store: r1: 0 changes"
		[[ $(sqlite3 db 'SELECT count(*), min("from"), max(source) FROM deal_origins WHERE until IS NULL AND line = 2') == "30|crm|a.csv" ]]
		same_kept db
		store put deal --stage r2 --source crm --db db < /dev/null
		store commit r2 --full deal --most-deleted 100% --db db
		[[ -z $(store get deal --db db) && $(sqlite3 db 'PRAGMA foreign_key_check; PRAGMA integrity_check') == ok ]]
	done
}

@test "a store that cannot be brought up to date, the disk being full or broken, is as it was" {
	known() { sqlite3 db 'PRAGMA user_version' .dump; }
	refused_whole() {
		all_or_nothing || return
		(( status == 0 )) || { (( status == 74 )) && says_why; }
	}
	old 4
	before_and_after store get deal --db db
	fail_everywhere refused_whole store get deal --db db
}

@test "control: tables that are made one by one are found half" {
	known() { sqlite3 db 'PRAGMA user_version' .dump; }
	old 1
	{ cat "$root"/schemas/store/sqlite-{2,3,4,5}.sql; echo 'PRAGMA user_version = 5;'; } > input
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
	{ echo 'SET search_path = saleswatch;'; cat "$root"/schemas/store/postgres{,-4}.sql; kept_of_old; echo 'INSERT INTO store_version VALUES (4);'; } |
		psql -q -v ON_ERROR_STOP=1 "$(postgres_url "$was")"
	before_and_after store get deal --db "$db"
	[[ $(head -n 1 "$work/known.before") == 4 && $(head -n 1 "$work/known.after") == 5 && $(wc -l < "$work/out.after") == 30 ]]
	kill_everywhere then_again store get deal --db "$db"
	same_kept "$db"
}

staged_whole() {
	local lines
	lines=$(psql -qAt "$db" -c "SELECT string_agg(lines, '' ORDER BY n) FROM saleswatch.staged WHERE run = 'r2' AND kind = 'deal'" | sed '/^$/d' | wc -l)
	(( lines == 21 || lines == 40 )) || { echo "$lines lines"; return 1; }
	"$@" < input && store commit r2 --db "$db" && [[ $(store get deal --db "$db" | wc -l) == 37 ]] # three of them are deleted
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
