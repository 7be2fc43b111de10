# singer - Singer's messages, both ways.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir conf
	echo '{"fields":{"deal_id":{},"outcome":{},"modified_at":{"from":"modified","type":"date","dates":"instant"},
	"closed_date":{"from":"modified","type":"date","dates":"instant"}},"dimensions":{"region":{}}}' > conf/map.json
}

@test "the messages of a tap are deals, deletions and a state to go on from" {
	echo '{"sources":{"tap":{"type":"singer","stream":"deals","map":"map.json","tap":["tap-x"]}}}' > conf/sources.json
	cat > messages <<-'END'
	{"type":"SCHEMA","stream":"deals","schema":{},"key_properties":["deal_id"]}
	{"type":"RECORD","stream":"deals","record":{"deal_id":"1","outcome":"won","modified":"2024-03-01T00:00:00.000000Z"}}
	{"type":"RECORD","stream":"owners","record":{"id":7}}
	{"type":"STATE","value":{"at":1}}
	{"type":"RECORD","stream":"deals","record":{"deal_id":"2","outcome":"won","_sdc_deleted_at":"2024-03-02T00:00:00Z"}}
	{"type":"STATE","value":{"at":2}}
	{"type":"BATCH"}
	END
	run --separate-stderr fetch tap --sources conf/sources.json --since /dev/null --bookmark b --changes c --rejects r --max-rejects 1 --summary s < messages
	expect 0 '{"deal_id":"1","outcome":"won","modified_at":"2024-03-01T00:00:00Z","closed_date":"2024-03-01","source":"tap","line":1}'
	[[ $(< c) == '{"kind":"change","v":1,"deal_id":"2","field":"deleted","old":false,"new":true,"at":"2024-03-02T00:00:00Z"}' ]]
	[[ $(jq -c .until b) == '{"state":{"at":2}}' && $(jq -r .code r) == singer ]]
	[[ $(< s) == '{"stage":"fetch","in":3,"out":1,"rejected":1,"dropped":1}' ]]
	cmp b <(validate bookmark < b)
	# A tap that has nothing new says no state: the one before stands.
	head -n 1 messages | fetch tap --sources conf/sources.json --since b --bookmark b2
	[[ $(jq -c .until b2) == '{"state":{"at":2}}' ]]
	sed -i 's/"stream":"deals"/"stream":"opportunities"/' messages
	run --separate-stderr fetch tap --sources conf/sources.json < messages
	expect 78 "" 'fetch: conf/sources.json:1: /sources/tap/stream: the tap has no stream "deals", but "opportunities"'
}

@test "a deal is deleted once, at a time that the store takes, whatever the tap says of it" {
	echo '{"sources":{"tap":{"type":"singer","stream":"deals","map":"map.json"}}}' > conf/sources.json
	gone() { jq -nc --arg id "$1" --argjson at "$2" '{type: "RECORD", stream: "deals", record: {deal_id: $id, outcome: "won", _sdc_deleted_at: $at}}'; }
	{
		gone 1 '"2024-03-02T00:00:00Z"'; gone 1 '"2024-03-02T01:00:00.000+01:00"'; gone 1 '"2024-03-03T00:00:00Z"'
		gone 2 '"2024-04-07 10:00:00"'; gone 3 '"2024-04-07"'; gone 4 '"2024-04-07T10:00:00.5"'; gone 5 1712484000000
		gone 6 '"yesterday"'; gone 6 true; gone 7 '""'; gone 8 null; gone 9 false; gone '' '"2024-04-07"'
	} > messages
	fetch tap --sources conf/sources.json --changes c < messages > deals
	[[ $(jq -r '[.deal_id, .at] | join(" ")' c) == '1 2024-03-02T00:00:00Z
1 2024-03-03T00:00:00Z
2 2024-04-07T10:00:00Z
3 2024-04-07T00:00:00Z
4 2024-04-07T10:00:00.500Z
5 2024-04-07T10:00:00Z
6 2024-04-01T04:00:00Z' ]] || { cat c; return 1; }
	[[ $(jq -r .deal_id deals | xargs) == "7 8 9 null" ]] || { cat deals; return 1; }
	store put change --stage s --db db < c
	store commit s --db db
	[[ $(store get change --db db | wc -l) == 7 ]]
}

@test "the reference library of Singer reads what singer says, and fetch what it writes" {
	local python=$root/.build/judges/bin/python
	"$python" -c 'import singer' 2> /dev/null || skip "no singer-python: make judges has it"
	fetch csv "$root/tests/data/deals.csv" --max-rejects 100% 2> /dev/null | head -n 300 > told
	run --separate-stderr singer deals --schema "$root/schemas/deal.json" --key deal_id < told
	expect 0 - ""
	"$python" - > said <<-END
	import json, singer
	records = 0
	for line in '''$output'''.splitlines():
	    message = singer.parse_message(line)
	    if isinstance(message, singer.RecordMessage):
	        records += 1
	        print(json.dumps(message.record))
	    elif isinstance(message, singer.SchemaMessage):
	        assert message.key_properties == ["deal_id"] and "region" in message.schema["properties"]
	    else:
	        assert message.value == {"deals": {"records": records}}
	END
	cmp <(jq -cS . told) <(jq -cS . said)
	echo '{"sources":{"tap":{"type":"singer","stream":"deals","map":"map.json"}}}' > conf/sources.json
	"$python" - > messages <<-'END'
	import singer
	singer.write_schema("deals", {"properties": {"deal_id": {"type": "string"}}}, "deal_id")
	singer.write_record("deals", {"deal_id": "7", "outcome": "won", "region": "Süd"})
	singer.write_state({"bookmarks": {"deals": "x"}})
	END
	run --separate-stderr fetch tap --sources conf/sources.json --bookmark b < messages
	expect 0 '{"deal_id":"7","outcome":"won","region":"Süd","source":"tap","line":1}' ""
	[[ $(jq -c .until.state b) == '{"bookmarks":{"deals":"x"}}' ]]
}
