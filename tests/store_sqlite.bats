# store_sqlite - what of the store is a matter of its file; the rest is in store.bats.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	db=$PWD/saleswatch.db
}

put() { store put "$1" --stage "$2" --db "$db"; }
commit() { store commit "$1" --db "$db" --verbose "${@:2}"; }
get() { store get --db "$db" "$@"; }

won='{"deal_id":"D1","created_date":"2024-01-02","closed_date":"2024-03-01","outcome":"won","amount":15562.50,"stage":"Closed"}'
open='{"deal_id":"D2","created_date":"2024-02-01","outcome":"open","amount":7,"stage":"Demo"}'

@test "what does not fit in memory is sorted on the disk, to the same stream" {
	seq 300000 | awk '{ printf "{\"deal_id\":\"D%06d\",\"outcome\":\"open\",\"note\":\"%0250d\",\"source\":\"a\"}\n", ($1 * 7919) % 300007, $1 }' > many
	put deal r1 < many
	[[ $(wc -l < "$db-staged/r1.deal") == 300000 ]]
	LC_ALL=C sort many | cmp - "$db-staged/r1.deal"
	TMPDIR=$PWD/none run --separate-stderr put deal r1 < many
	expect 73 "" "store: $PWD/none/saleswatch.*: No such file or directory"
}

@test "store and stage are for their owner alone" {
	umask 022
	put deal r1 <<< "$won"
	[[ $(stat -c %a "$db" "$db-staged" "$db-staged/r1.deal") == $'600\n700\n600' ]]
	commit r1
	[[ $(stat -c %a "$db") == 600 && -z $(ls "$db-staged") ]]
}

@test "a store of version 1 is brought up to date, and keeps what it has" {
	sqlite3 "$db" < "$root/schemas/store/sqlite.sql"
	sqlite3 "$db" "PRAGMA application_id = $((0x53574348)); PRAGMA user_version = 1;
		INSERT INTO deal VALUES ('d0', '2024-01-01T00:00:00Z', '{\"deal_id\":\"d0\",\"outcome\":\"open\"}')"
	put incident r1 <<< '{"kind":"incident","v":1,"alert_id":"a1","opened":"2024-03-31","segment":{}}'
	commit r1
	run get deal
	expect 0 '{"deal_id":"d0","outcome":"open"}'
	[[ $(get incident | jq -r .alert_id) == a1 && $(sqlite3 "$db" 'PRAGMA user_version') == 3 ]]
}

@test "a newer store, a foreign database and a file that is none are refused" {
	put deal r1 <<< "$won"
	sqlite3 "$db" 'PRAGMA user_version = 4'
	run --separate-stderr get deal
	expect 78 "" "store: $db: version 4, made by a newer saleswatch; this one knows 3"
	sqlite3 other.db 'CREATE TABLE mine (x)'
	run --separate-stderr store put deal --stage r1 --db other.db <<< "$won"
	expect 65 "" "store: other.db: a database, but not of saleswatch"
	[[ $(sqlite3 other.db '.tables') == mine ]]
	seq 1000 > text
	run --separate-stderr store get deal --db text
	expect 65 "" "store: text: file is not a database"
}

@test "a store that is not there, or may not be, is named" {
	run --separate-stderr get deal
	expect 66 "" "store: $db: No such file or directory"
	run --separate-stderr commit r1
	expect 66 "" "store: $db: No such file or directory"
	run --separate-stderr store put deal --stage r1 --db no/such/place < /dev/null
	expect 73 "" "store: no/such/place: No such file or directory"
	run --separate-stderr store get deal --db postgresql://host/db
	expect 64 "" "store: postgresql://host/db: only sqlite:PATH is known"
}

@test "sqlite:PATH is PATH" {
	store put deal --stage r1 --db "sqlite:$db" <<< "$open"
	store commit r1 --db "sqlite:$db"
	[[ $(get deal) == "$open" ]]
}

@test "who finds the store busy waits, and after a minute is told that time will help" {
	put deal r1 <<< "$won"
	mkfifo hold
	sqlite3 "$db" > held < hold &
	exec 7> hold
	echo "BEGIN IMMEDIATE; SELECT 'held';" >&7
	until [[ -s held ]]; do sleep 0.05; done
	timeout 2 store commit r1 --db "$db" || status=$?
	[[ $status == 124 ]]
	if [[ -n ${SALESWATCH_SOAK-} ]]; then
		run --separate-stderr commit r1
		expect 75 "" "store: $db: database is locked"
	fi
	exec 7>&-
	wait
	run --separate-stderr commit r1
	expect 0 "" "store: r1: 1 changes"
}

@test "ten puts into a store that is not there make one" {
	for i in {0..9}; do put deal "r$i" <<< "${won/D1/D$i}" & done
	wait
	for i in {0..9}; do commit "r$i"; done
	[[ $(get deal | wc -l) == 10 ]]
}
