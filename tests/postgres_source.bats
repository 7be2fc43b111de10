# postgres_source - deals of a query to a PostgreSQL server.
load helpers
load postgres

setup_file() { postgres_start; }
teardown_file() { postgres_stop; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	postgres_needed
	url=$(postgres_new)
	name=${url#*@/} name=${name%%\?*}
	admin -d "$name" <<-'END'
	CREATE TABLE opportunity (id BIGINT, stage TEXT, amount NUMERIC(18,2), territory TEXT, closed DATE, changed TIMESTAMPTZ);
	INSERT INTO opportunity VALUES (9007199254740993, 'Closed Won', 1234567890123456.50, 'S "ü" d', '2024-03-01', '2024-03-02 12:00:00.25+02'),
		(2, 'Demo', NULL, NULL, NULL, '2024-03-03 12:00:00+02');
	END
	cat > map.json <<-'END'
	{"fields":{"deal_id":{"from":"id"},"outcome":{"from":"stage","values":{"Closed Won":"won","Demo":"open"}},
	"amount":{"type":"number"},"closed_date":{"from":"closed","type":"date"},
	"modified_at":{"from":"changed","type":"date","dates":"instant"}},"dimensions":{"region":{"from":"territory"}},"others":"drop"}
	END
	sources 'SELECT * FROM opportunity WHERE changed >= $1 ORDER BY changed' '"newest": "changed",'
}

sources() {
	jq -n --arg url "$url" --arg query "$1" "{sources: {crm: {type: \"postgres\", url: \$url, query: \$query, ${2-} map: \"map.json\"}}}" > sources.json
}
admin() { psql -qAth "$POSTGRES_AT" -U saleswatch -v ON_ERROR_STOP=1 "$@"; }
crm() { fetch crm --sources sources.json "$@"; }

@test "reads the rows of a query, digit for digit, and remembers the newest" {
	run --separate-stderr crm --since /dev/null --bookmark b
	expect 0 '{"deal_id":"9007199254740993","outcome":"won","amount":1234567890123456.50,"region":"S \"ü\" d","closed_date":"2024-03-01","modified_at":"2024-03-02T10:00:00.250Z","source":"crm","line":1}
{"deal_id":"2","outcome":"open","modified_at":"2024-03-03T10:00:00Z","source":"crm","line":2}' ""
	[[ $(jq -c .until b) == '{"newest":"2024-03-03T10:00:00Z"}' ]]
	cmp b <(validate bookmark < b)
}

@test "the next time it asks from a while before the newest, and the bookmark never goes back" {
	crm --since /dev/null --bookmark b > all
	admin -d "$name" -c "INSERT INTO opportunity VALUES (3, 'Demo', 1, 'N', NULL, '2024-03-03 09:55:00+00'), (4, 'Demo', 1, 'N', NULL, '2024-03-03 09:45:00+00')"
	run --separate-stderr crm --since b --bookmark b2
	[[ $(jq -r .deal_id <<< "$output") == 3$'\n'2 ]]
	[[ $(jq -c .until b2) == '{"newest":"2024-03-03T10:00:00Z"}' ]]
	admin -d "$name" -c "DELETE FROM opportunity"
	[[ $(crm --since b2 --bookmark b3) == "" && $(jq -c .until b3) == "$(jq -c .until b2)" ]]
	[[ $(crm --since b2 --bookmark b3 --full | wc -l) == 0 ]]
}

@test "a stamp of a time to come hides nothing that changes after it, nor does a bookmark that has one" {
	admin -d "$name" -c "INSERT INTO opportunity VALUES (5, 'Demo', 1, 'N', NULL, now() + interval '1 day')"
	crm --since /dev/null --bookmark b > all
	[[ $(wc -l < all) == 3 && $(jq -r .until.newest b) < $(date -ud '1 hour' +%FT%TZ) ]]
	admin -d "$name" -c "INSERT INTO opportunity VALUES (6, 'Demo', 1, 'N', NULL, now())"
	run --separate-stderr crm --since b --bookmark b2
	[[ $status == 0 && $stderr == "" && $(jq -r .deal_id <<< "$output") == 6$'\n'5 && $(jq -r .until.newest b2) < $(date -ud '1 hour' +%FT%TZ) ]]
	jq -c '.until.newest = "2999-01-01T00:00:00Z"' b2 > late
	run --separate-stderr crm --since late --bookmark b3
	expect 0 - 'fetch: crm: what its bookmark has of "newest" is no time that was: all is read again'
	[[ $(wc -l <<< "$output") == 4 && $(jq -r .until.newest b3) < $(date -ud '1 hour' +%FT%TZ) ]]
}

@test "what is wrong is one line: the query, a column, the server, a password in the URL" {
	sources 'SELECT * FROM opportunities'
	run --separate-stderr crm --check
	expect 78 "" 'fetch: sources.json:*: /sources/crm/query: relation "opportunities" does not exist'
	sources 'SELECT * FROM opportunity WHERE changed >= $1'
	run --separate-stderr crm --check
	expect 78 "" 'fetch: sources.json:*: /sources/crm/query: bind message supplies 0 parameters, but prepared statement "" requires 1'
	sources 'SELEKT 1'
	run --separate-stderr crm
	expect 78 "" 'fetch: sources.json:*: /sources/crm/query: syntax error at or near "SELEKT"'
	# A semicolon at the end is what people write.
	sources 'SELECT * FROM opportunity; '
	run --separate-stderr crm --check
	expect 0 "" ""
	sources 'SELECT id FROM opportunity WHERE changed > $1' '"newest": "changed",'
	run --separate-stderr crm --check
	expect 78 "" 'fetch: sources.json:*: /sources/crm/newest: the query has no column "changed"'
	sources 'SELECT * FROM opportunity' '"newest": "changed",'
	run --separate-stderr crm
	expect 78 "" 'fetch: sources.json:*: /sources/crm/query: must have $1 where "changed" is to be at least so new'
	sources 'SELECT id FROM opportunity'
	run --separate-stderr crm
	expect 65 "" 'fetch: crm:1: no column "stage" for outcome; *'
	url=postgresql://nobody@127.0.0.1:1/x sources 'SELECT 1'
	run --separate-stderr crm
	[[ $status == 75 && $stderr == "fetch: "*"Connection refused"* ]] || { echo "$status $stderr"; return 1; }
	url=postgresql://u:secret@127.0.0.1/x sources 'SELECT 1'
	run --separate-stderr crm
	[[ $status == 64 && $stderr != *secret* ]]
}

@test "it only reads" {
	sources 'INSERT INTO opportunity SELECT * FROM opportunity RETURNING *'
	run --separate-stderr crm
	[[ $status == 77 && $stderr == "fetch: crm: cannot execute INSERT in a read-only transaction" ]]
	[[ $(admin -d "$name" -c 'SELECT count(*) FROM opportunity') == 2 ]]
}

@test "a connection that breaks while rows come is 75, and writes no bookmark" {
	sources "SELECT *, pg_terminate_backend(pg_backend_pid()) FROM opportunity"
	run --separate-stderr crm --bookmark b
	[[ $status == 75 && ! -e b ]]
	control=$(sources "SELECT * FROM opportunity" && crm --bookmark b | wc -l)
	[[ $control == 2 && -e b ]]
}

# stalled: the server's process that sleeps for us is stopped, as soon as there is one.
stalled() {
	local pid=
	for _ in {1..100}; do
		pid=$(admin -d "$name" -c "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid != pg_backend_pid()")
		[[ -z $pid ]] || break
		sleep 0.05
	done
	kill -STOP "$pid" && echo "$pid" > stalled
}

@test "a query is over after its seconds, whether the server ends it or says no more" {
	sources 'SELECT *, pg_sleep(30)::text FROM opportunity' '"seconds": 1,'
	run --separate-stderr timeout 10 fetch crm --sources sources.json --bookmark b
	expect 75 "" 'fetch: crm: its query is not done in 1 s, which is what "seconds" of its section allows'
	[[ ! -e b ]]
	stalled &
	run --separate-stderr timeout 10 fetch crm --sources sources.json --bookmark b
	wait
	[[ $(ps -o state= -p "$(< stalled)") == T ]]
	kill -CONT "$(< stalled)"
	expect 75 "" 'fetch: crm: its query is not done in 1 s, *'
	[[ ! -e b ]]
	sources 'SELECT *, pg_sleep(0.1)::text FROM opportunity' '"seconds": 1,'	# (control)
	[[ $(crm --bookmark b | wc -l) == 2 && -e b ]]
	sources 'SELECT 1' '"seconds": 0,'
	run --separate-stderr crm
	expect 78 "" 'fetch: sources.json:*: /sources/crm/seconds: *'
}
