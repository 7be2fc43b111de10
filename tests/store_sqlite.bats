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
	[[ $(get incident | jq -r .alert_id) == a1 && $(sqlite3 "$db" 'PRAGMA user_version') == 5 ]]
}

@test "a newer store, a foreign database and a file that is none are refused" {
	put deal r1 <<< "$won"
	sqlite3 "$db" 'PRAGMA user_version = 6'
	run --separate-stderr get deal
	expect 78 "" "store: $db: version 6, made by a newer saleswatch; this one knows 5"
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
	run --separate-stderr store get deal --db mysql://me:secret@host/db
	expect 64 "" "store: mysql://: only sqlite:PATH and postgresql://HOST/DATABASE are known"
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

@test "a backup is the store of one moment, whole, while another goes on writing to it" {
	for i in {1..200}; do echo "${won/D1/D$i}"; done | put deal r0
	commit r0 2> /dev/null
	touch go
	(n=0; while [[ -e go ]]; do
		((++n))
		for i in {1..200}; do echo "${won/D1/D$i}"; done | sed "s/Closed/Stage $n/" | put deal "w$n" && store commit "w$n" --db "$db" || exit 1
		echo "$n" > written
	done) 3>&- &
	until [[ -s written ]]; do sleep 0.05; done
	for i in 1 2 3; do
		before=$(cat written)
		run --separate-stderr store backup "copy$i" --db "$db"
		expect 0 "" "" || { rm go; return 1; }
		until (( $(cat written) > before )); do sleep 0.05; done
	done
	rm go
	wait
	(( $(cat written) >= 4 ))
	for i in 1 2 3; do
		[[ $(stat -c %a copy$i) == 600 && $(sqlite3 copy$i 'PRAGMA integrity_check') == ok ]]
		[[ $(store get deal --db copy$i | jq -r .stage | sort | uniq -c | awk '{ print $1 }') == 200 ]]
		[[ $(store get deal --db copy$i | wc -l) == 200 ]]
	done
	run cmp copy1 copy3
	(( status == 1 ))
	store dump --db copy3 > dumped
	store load --db loaded.db < dumped && store dump --db loaded.db | cmp - dumped
	[[ -z $(ls ./*.new 2> /dev/null) ]]
}

@test "a backup takes nothing's place, and says what is wrong" {
	put deal r1 <<< "$won"
	echo mine > there
	run --separate-stderr store backup there --db "$db"
	expect 73 "" "store: there: there is a store of that name already"
	[[ $(cat there) == mine ]]
	run --separate-stderr store backup "$db" --db "$db"
	expect 73 "" "store: $db: there is a store of that name already"
	run --separate-stderr store backup no/such/place --db "$db"
	expect 73 "" "store: no/such/place.new: No such file or directory"
	run --separate-stderr store backup copy --db none.db
	expect 66 "" "store: none.db: No such file or directory"
}

@test "control: a file that is copied while it is written to is no backup" {
	for i in {1..2000}; do echo "${won/D1/D$i}"; done | put deal r0
	commit r0 2> /dev/null
	sqlite3 "$db" 'BEGIN; UPDATE deal SET seen = 1; SELECT 1; COMMIT; PRAGMA wal_checkpoint' > /dev/null
	sqlite3 "$db" "PRAGMA wal_autocheckpoint = 0; UPDATE deal SET doc = replace(doc, 'Closed', 'Opened')" '.shell cp saleswatch.db copied' > /dev/null
	[[ $(sqlite3 copied "select count(*) from deal where doc like '%Opened%'") == 0 ]]
	[[ $(sqlite3 "$db" "select count(*) from deal where doc like '%Opened%'") == 2000 ]]
}

@test "no file of the store has an erased person in it, though they were deleted, changed and staged" {
	person=canary.person@example.com
	for i in {1..3000}; do echo "${won/D1/D$i}"; done | sed "s/}$/,\"sales_rep_id\":\"$person\"}/" | put deal r1
	commit r1
	get deal | sed "s/$person/bob/" | put deal r2
	commit r2
	echo "${open/Demo/$person}" | put deal r3
	printf '%s\n' "${open/Demo/$person}" > "$db-staged/other.new"
	grep -qaiF "$person" "$db" && grep -qaiF "$person" "$db-staged/r3.deal"
	run --separate-stderr store erase --person "$person" --db "$db" --verbose
	expect 0 "" "store: 6002 places: erased-????????????????"
	run grep -raiF canary .
	expect 1 ""
	[[ $(sqlite3 "$db" 'PRAGMA integrity_check') == ok && $(sqlite3 "$db" 'PRAGMA foreign_key_check') == "" ]]
	commit r3
	[[ $(get deal --as-of 2024-04-01 | wc -l) == 3000 ]]
}

@test "control: an update alone leaves a person in pages and log" {
	for i in {1..300}; do echo "${won/D1/D$i}"; done | sed 's/Closed/canary/' | put deal r1
	commit r1
	sqlite3 "$db" "PRAGMA secure_delete = OFF; UPDATE deal SET doc = '{}'" > /dev/null
	grep -qra canary .
}

@test "files are erased in place: records stay records and keep their time, a mail that hides them goes" {
	person='Ann Lee'
	printf '{"code":"x","original":"1,%s,\\"%s\\""}\n{"line":2}\n' "$person" Annalee > rejects
	printf 'a,b\n1,ann lee\n2,Ann Leeward\n' > data.csv
	{ printf 'Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n'; printf 'We congratulate %s on her wins' "$person" | base64 -w 12 | sed 's/$/\r/'; } > mail.eml
	printf 'Hello Ann=20=\r\nLee, and Ann_Lee\r\n' > quoted.eml
	printf '{"kind":"delivery","to":"x","content":{"type":"text/html","body":"<b>Ann&#32;Lee</b>"},"subject":"of \\u0041nn Lee"}' > rendered
	echo nothing > other
	touch -d 2024-01-01T00:00:00Z ./*
	run --separate-stderr store erase --person "$person" --verbose rejects data.csv mail.eml quoted.eml rendered other
	expect 0 "" $'store: mail.eml: removed, for they could not be replaced in it\nstore: 5 places: erased-'*
	alias=${stderr##* }
	[[ $(jq -r '.original // empty' rejects) == "1,$alias,\"Annalee\"" && $(wc -l < rejects) == 2 ]]
	[[ $(cat data.csv) == $'a,b\n1,'"$alias"$'\n2,Ann Leeward' ]]
	[[ ! -e mail.eml && $(cat quoted.eml) == "Hello $alias, and $alias"$'\r' ]]
	[[ $(cat rendered) == '{"kind":"delivery","to":"x","subject":"of '"$alias"'","content":{"type":"text/plain","body":"erased"}}' ]]
	for file in rejects data.csv quoted.eml rendered other; do [[ $(stat -c %Y $file) == 1704067200 ]]; done
	printf 'x\0Ann Lee' > binary
	run --separate-stderr store erase --person "$person" binary
	expect 0 "" "store: binary: removed, for they could not be replaced in it"
	[[ ! -e binary ]]
	sqlite3 copy "CREATE TABLE x (y); INSERT INTO x VALUES ('$person')"
	run --separate-stderr store erase --person "$person" copy
	expect 69 "" "store: copy: a database; erase them in it by --db"
	run --separate-stderr store erase --person "$person" none
	expect 66 "" "store: none: No such file or directory"
	run --separate-stderr store erase --person A other
	expect 64 "" 'store: "A": a name of two characters at least'
}
