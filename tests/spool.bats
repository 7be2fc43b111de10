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
	spool conf/in <<< '{"deal_id":"1","outcome":"won","region":"Europe","extra":{"a":1}}'
	printf '{"deal_id":"2","outcome":"open"}\n{"deal_id":"3","outcome":"lost","modified":null}\n' | spool conf/in
	run --separate-stderr fetch pushed --sources conf/sources.json --bookmark b1 --since /dev/null
	expect 0 - ""
	[[ $(jq -r '[.deal_id, .outcome, .line, (.source | startswith("conf/in/new/"))] | @csv' <<< "$output") == '"1","won",1,true
"2","open",1,true
"3","lost",2,true' ]]
	# Fetched, but not committed: they are all there the next time, and what came since.
	spool conf/in <<< '{"deal_id":"4","outcome":"won"}'
	[[ $(fetch pushed --sources conf/sources.json --since /dev/null --bookmark b2 | wc -l) == 4 ]]
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

@test "a map or a section that asks for something else makes the bookmark void, and says so" {
	spool conf/in <<< '{"deal_id":"1","outcome":"won"}'
	fetch pushed --sources conf/sources.json --bookmark b > /dev/null
	sed -i 's/"region":{}/"region":{"from":"territory"}/' conf/map.json
	run --separate-stderr fetch pushed --sources conf/sources.json --since b
	[[ $output == '{"deal_id":"1",'* ]]
	expect 0 - "fetch: pushed: its section or its map asks for something else than before: all is read again"
}
