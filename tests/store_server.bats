# store_server - what of the store is a matter of the server it is on; the rest is in store.bats,
# which store_postgres.bats runs on one.
load helpers
load postgres

setup_file() { postgres_start; }
teardown_file() { postgres_stop; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	postgres_needed
	db=$(postgres_new)
	name=${db#*@/} name=${name%%\?*}
}

admin() { psql -qAth "$POSTGRES_AT" -U saleswatch -v ON_ERROR_STOP=1 "$@"; }
put() { store put "$1" --stage "$2" --db "$db"; }
get() { store get --db "$db" "$@"; }
open='{"deal_id":"D2","created_date":"2024-02-01","outcome":"open","amount":7,"stage":"Demo"}'

@test "tables are in a schema of their own, made unless somebody gave it to us; others are left alone" {
	admin -d "$name" -c 'CREATE TABLE deal (mine INTEGER)' -c "CREATE ROLE keeper$name LOGIN" -c "CREATE SCHEMA saleswatch AUTHORIZATION keeper$name" \
		-c "REVOKE CREATE ON DATABASE $name FROM PUBLIC"
	run --separate-stderr get deal
	expect 66 "" "store: $db: there is nothing in it yet"
	db=${db/saleswatch@/keeper$name@}
	put deal r1 <<< "$open"
	store commit r1 --db "$db"
	[[ $(get deal) == "$open" && -z $(admin -d "$name" -c 'SELECT * FROM public.deal') ]]
	[[ $(admin -d "$name" -c "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'saleswatch.deal'::regclass") == "keeper$name" ]]
}

@test "numbers are numbers, and texts are in the order of their bytes whatever the database says" {
	for id in a B é Z b; do printf '{"deal_id":"%s","outcome":"won","closed_date":"2024-03-01","amount":%s}\n' $id 2.50; done | put deal r1
	store commit r1 --db "$db"
	[[ $(get deal | jq -r .deal_id | paste -sd' ') == "B Z a b é" ]]
	[[ $(admin -d "$name" -c "SELECT sum(amount) FROM saleswatch.deals WHERE deal_id < 'é'") == 10.00 ]]
}

@test "a newer store, a foreign schema and an encoding that loses texts are refused" {
	put deal r1 <<< "$open"
	admin -d "$name" -c 'UPDATE saleswatch.store_version SET version = 6'
	run --separate-stderr get deal
	expect 78 "" "store: $db: version 6, made by a newer saleswatch; this one knows 5"
	db=$(postgres_new) other=${db#*@/}
	admin -d "${other%%\?*}" -c 'CREATE SCHEMA saleswatch' -c 'CREATE TABLE saleswatch.mine (x INTEGER)'
	run --separate-stderr put deal r1 <<< "$open"
	expect 65 "" "store: $db: a database, but not of saleswatch"
	admin -d postgres -c "CREATE DATABASE latin$name ENCODING 'LATIN1' TEMPLATE template0"
	db=$(postgres_url "latin$name")
	run --separate-stderr put deal r1 <<< "$open"
	expect 78 "" "store: $db: its encoding is not UTF8; *"
}

@test "no server, no database, no such role, no right: the status says who must act" {
	run --separate-stderr store get deal --db "postgresql://saleswatch@/x?host=$PWD"
	expect 75 "" "store: postgresql://saleswatch@/x?host=$PWD: connection to server on socket * failed: No such file or directory"
	run --separate-stderr store get deal --db postgresql://saleswatch@127.0.0.1:1/x
	expect 75 "" "store: postgresql://saleswatch@127.0.0.1:1/x: connection to server at * failed: Connection refused"
	run --separate-stderr store get deal --db "$(postgres_url none)"
	expect 66 "" "store: $(postgres_url none): database \"none\" does not exist"
	run --separate-stderr store get deal --db "${db/saleswatch@/nobody@}"
	expect 77 "" "store: ${db/saleswatch@/nobody@}: role \"nobody\" does not exist"
	put deal r1 <<< "$open"
	admin -d "$name" -c "CREATE ROLE reader$name LOGIN" -c "GRANT USAGE ON SCHEMA saleswatch TO reader$name" \
		-c "GRANT SELECT ON ALL TABLES IN SCHEMA saleswatch TO reader$name"
	run --separate-stderr store get deal --db "${db/saleswatch@/reader$name@}"
	expect 0 "" ""
	run --separate-stderr store commit r1 --db "${db/saleswatch@/reader$name@}"
	expect 77 "" "store: ${db/saleswatch@/reader$name@}: permission denied for table *"
	run --separate-stderr store get deal --db "postgresql://saleswatch@[::1/x"
	expect 64 "" "store: the store is no URL like postgresql://USER@HOST/DATABASE"
}

@test "who finds the server's store being written to waits; readers do not" {
	put deal r1 <<< "$open"
	mkfifo hold
	admin -d "$name" > held < hold 3>&- &
	exec 7> hold
	echo "BEGIN; SELECT 'held' || pg_advisory_xact_lock(1398227784)::text;" >&7
	until [[ -s held ]]; do sleep 0.05; done
	timeout 2 store commit r1 --db "$db" 7>&- || status=$?
	[[ $status == 124 && -z $(get deal 7>&-) ]]
	if [[ -n ${SALESWATCH_SOAK-} ]]; then
		run --separate-stderr store commit r1 --db "$db" 7>&-
		expect 75 "" "store: $db: database is locked"
	fi
	exec 7>&-
	wait
	store commit r1 --db "$db"
	[[ $(get deal) == "$open" ]]
}

@test "a server that does not answer is 75 within its time" {
	python3 -c 'import socket, time; s = socket.socket(socket.AF_UNIX); s.bind(".s.PGSQL.5432"); s.listen(); print(flush=True); time.sleep(60)' > ready 3>&- &
	until [[ -s ready ]]; do sleep 0.05; done
	started=$SECONDS
	run --separate-stderr store get deal --db "postgresql://saleswatch@/x?host=$PWD"
	kill %1
	expect 75 "" "store: postgresql://saleswatch@/x?host=$PWD: no answer in 10 s"
	(( SECONDS - started <= 12 ))
}

@test "a password comes from a file or the environment; wrong, missing or shown it is refused, and never told" {
	secret=canary-$RANDOM-secret
	put deal r1 <<< "$open"
	admin -d "$name" -c "CREATE ROLE keeper$name LOGIN SUPERUSER PASSWORD '$secret'"
	{ echo "local all keeper$name scram-sha-256"; cat "$POSTGRES_AT/data/pg_hba.conf"; } > hba
	cat hba > "$POSTGRES_AT/data/pg_hba.conf"
	admin -d "$name" -c 'SELECT pg_reload_conf()' > reloaded
	db=${db/saleswatch@/keeper$name@}
	until run --separate-stderr get deal; (( status != 0 )); do sleep 0.05; done
	expect 77 "" "store: $db: it wants a password: \$PGPASSFILE or \$SALESWATCH_DB_PASSWORD_FILE names it"
	(umask 077; echo "$secret" > right; echo "$secret-not" > wrong; echo "*:*:*:*:$secret" > passfile)
	SALESWATCH_DB_PASSWORD_FILE=./right run --separate-stderr get deal
	expect 0 "" ""
	SALESWATCH_DB_PASSWORD=$secret run --separate-stderr get deal
	expect 0 "" ""
	PGPASSFILE=./passfile run --separate-stderr get deal
	expect 0 "" ""
	SALESWATCH_DB_PASSWORD_FILE=./wrong run --separate-stderr get deal
	expect 77 "" "store: $db: password authentication failed for user \"keeper$name\""
	cp right open && chmod 644 open
	SALESWATCH_DB_PASSWORD_FILE=./open run --separate-stderr get deal
	expect 77 "" "store: ./open: others may read or change this secret; *"
	for url in "${db/@/:$secret@}" "$db&password=$secret" "$db&sslpassword=$secret" "postgresql://x:$secret@[/"; do
		run --separate-stderr store get deal --db "$url"
		expect 64 "" "store: the*" || return
		[[ $stderr != *"$secret"* ]]
	done
	SALESWATCH_DB_PASSWORD_FILE=./right strace -f -qq -v -s 4096 -o trace store get deal --db "$db" || skip "strace may not trace here"
	run grep -cF "$secret" <(grep execve trace)
	expect 1 0
}

@test "an erased person is in no table's file" {
	for i in {1..300}; do printf '{"deal_id":"D%d","outcome":"open","stage":"canary person"}\n' "$i"; done | put deal r1
	store commit r1 --db "$db"
	get deal | sed 's/canary person/bob/' | put deal r2
	store commit r2 --db "$db"
	oid=$(admin -d "$name" -c CHECKPOINT -c "SELECT oid FROM pg_database WHERE datname = '$name'")
	grep -qra 'canary person' "$POSTGRES_AT/data/base/$oid"
	run --separate-stderr store erase --person 'Canary Person' --db "$db" --verbose
	expect 0 "" "store: 600 places: erased-*"
	admin -d "$name" -c CHECKPOINT
	run grep -rail 'canary person' "$POSTGRES_AT/data/base/$oid"
	expect 1 ""
}

@test "who still reads what is erased is waited for, and then it is in no file" {
	for i in {1..300}; do printf '{"deal_id":"D%d","outcome":"open","stage":"canary person"}\n' "$i"; done | put deal r1
	store commit r1 --db "$db"
	mkfifo hold
	admin -d "$name" > held < hold 3>&- &
	exec 7> hold
	echo "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 'held', count(*) FROM saleswatch.deal;" >&7
	until [[ -s held ]]; do sleep 0.05; done
	timeout 2 store erase --person 'canary person' --db "$db" 7>&- || status=$?
	get deal 7>&- > left
	[[ $status == 124 ]]
	run ! grep canary left
	exec 7>&-
	wait
	store erase --person 'canary person' --db "$db"
	oid=$(admin -d "$name" -c CHECKPOINT -c "SELECT oid FROM pg_database WHERE datname = '$name'")
	run grep -rail 'canary person' "$POSTGRES_AT/data/base/$oid"
	expect 1 ""
}

@test "a server's store is not backed up into a file" {
	put deal r1 <<< "$open"
	run --separate-stderr store backup copy --db "$db"
	expect 64 "" "store: a server is backed up by pg_dump, or by store dump into a file"
	[[ -z $(ls copy* 2> /dev/null) ]]
}

# bats test_tags=figures
@test "what a server has is read and dumped in little memory, however much it is" {
	seq 100000 | awk '{ printf "{\"deal_id\":\"D%06d\",\"outcome\":\"open\",\"note\":\"%0300d\"}\n", $1, $1 }' | put deal r1
	store commit r1 --db "$db"
	for ask in "get deal" dump; do
		# shellcheck disable=SC2086
		env time -o peak -f %M store $ask --db "$db" | wc -c > size
		(( $(cat size) > 30000000 && $(cat peak) < 20000 )) || { echo "$ask: $(cat peak) KiB for $(cat size) bytes"; return 1; }
	done
}
