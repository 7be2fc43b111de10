# spool - what is pushed to us is kept until it is fetched and committed.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir conf
	echo '{"fields":{"deal_id":{},"outcome":{},"modified_at":{"from":"modified","type":"date","dates":"instant"},
	"closed_date":{"from":"modified","type":"date","dates":"instant"}},"dimensions":{"region":{}}}' > conf/map.json
	echo '{"sources":{"pushed":{"type":"spool","directory":"in","map":"map.json"}}}' > conf/sources.json
}

@test "what is spooled is fetched in order, each refusal with its file and line, and goes once its bookmark is back" {
	SALESWATCH_NOW=2024-04-01T04:00:00.000009Z spool conf/in <<< '{"deal_id":"1","outcome":"won","region":"Europe","extra":{"a":1}}'
	printf '{"deal_id":"2","outcome":"open"}\n{"deal_id":"3","outcome":"lost","modified":null}\n' | SALESWATCH_NOW=2024-04-01T04:00:00.000010Z spool conf/in
	run --separate-stderr fetch pushed --sources conf/sources.json --bookmark b1 --since /dev/null
	expect 0 - ""
	[[ $(jq -r '[.deal_id, .outcome, .line, (.source | startswith("conf/in/new/"))] | @csv' <<< "$output") == '"1","won",1,true
"2","open",1,true
"3","lost",2,true' ]]
	# Fetched, but not committed: they are all there the next time, and what came since.
	SALESWATCH_NOW=2024-04-01T04:00:01Z spool conf/in <<< '{"deal_id":"4","outcome":"won"}'
	[[ $(fetch pushed --sources conf/sources.json --since /dev/null --bookmark b2 | wc -l) == 4 ]]
	cmp b1 <(validate bookmark < b1)
	# b1 is committed: its files go, and only the newest is fetched.
	[[ $(fetch pushed --sources conf/sources.json --since b1 --bookmark b3 | jq -r .deal_id) == 4 ]]
	[[ $(find conf/in/new -type f | wc -l) == 1 ]]
	[[ $(fetch pushed --sources conf/sources.json --since b3 --bookmark b4) == "" && -s b4 ]]
	[[ $(find conf/in/new conf/in/tmp -type f) == "" ]]
	echo garbage > conf/in/new/x
	run --separate-stderr fetch pushed --sources conf/sources.json --rejects r --max-rejects 1
	[[ $(jq -r '[.source, .line, .code, .text] | @csv' r) == '"conf/in/new/x",1,"not_object","garbage"' ]]
}

@test "spool accepts all it is given or nothing, and says which line is no record" {
	printf '{"a":1}\n{"a":\n' > bad
	run --separate-stderr spool in < bad
	expect 65 "" "spool: stdin:2: *"
	[[ -z $(find in/new -type f) ]]
	run --separate-stderr spool in < /dev/null
	expect 0 "" ""
	mkdir closed && chmod 500 closed
	run --separate-stderr as_nobody spool closed/in <<< '{}'
	[[ $status == 77 && $stderr == "spool: closed/in: Permission denied" ]]
}

# Rights are nothing to root.
as_nobody() {
	if (( $(id -u) == 0 )); then
		chmod 711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/*/ 2> /dev/null
		setpriv --reuid=nobody --clear-groups "$@"
	else "$@"; fi
}

# heap PREFIX FIRST LAST: files in the spool, with a deal each.
heap() {
	mkdir -p conf/in/new conf/in/tmp
	python3 -c 'import sys
for i in range(int(sys.argv[2]), int(sys.argv[3]) + 1):
    with open("conf/in/new/%s%05d" % (sys.argv[1], i), "w") as file:
        file.write("{\"deal_id\":\"%d\",\"outcome\":\"won\"}\n" % i)' "$@"
}

pushed() { fetch pushed --sources conf/sources.json "$@" > deals; }

# bats test_tags=figures
@test "of more files than a bookmark holds the oldest are fetched, and the others the next time" {
	heap "" 1 10003
	run --separate-stderr pushed --full --bookmark b1
	expect 75 "" "fetch: pushed: its spool has 3 files more than one fetch reads: --full can be had once they are fetched without it"
	[[ ! -e b1 ]]
	run --separate-stderr pushed --since /dev/null --bookmark b1
	expect 0 "" "fetch: pushed: its spool has 3 files more, which wait for the next fetch"
	[[ $(wc -l < deals) == 10000 && $(tail -n 1 deals) == '{"deal_id":"10000",'* ]]
	store put bookmark --stage s --db db < b1
	store commit s --db db
	store get bookmark --db db > since
	run --separate-stderr pushed --since since --bookmark b2
	expect 0 "" ""
	[[ $(jq -r .deal_id deals | xargs) == "10001 10002 10003" && $(find conf/in/new -type f | wc -l) == 3 ]]
	[[ $(fetch pushed --sources conf/sources.json --full --bookmark b1 | wc -l) == 3 ]]	# (control)
	# Names that are as long as they can be: fewer.
	heap "$(printf 'x%.0s' {1..250})" 1 4000
	run --separate-stderr pushed --since b2 --bookmark b3
	expect 0 "" "fetch: pushed: its spool has * files more, which wait for the next fetch"
	[[ $(wc -c < b3) -gt 900000 && $(wc -c < b3) -lt 1048576 ]]
	(( $(jq '.until.files | length' b3) + $(fetch pushed --sources conf/sources.json --since b3 | wc -l) == 4000 ))
}

@test "a map or a section that asks for something else makes the bookmark void, and says so" {
	spool conf/in <<< '{"deal_id":"1","outcome":"won"}'
	fetch pushed --sources conf/sources.json --bookmark b > /dev/null
	sed -i 's/"region":{}/"region":{"from":"territory"}/' conf/map.json
	run --separate-stderr fetch pushed --sources conf/sources.json --since b
	[[ $output == '{"deal_id":"1",'* ]]
	expect 0 - "fetch: pushed: its section or its map asks for something else than before: all is read again"
}
