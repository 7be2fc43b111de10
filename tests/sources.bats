# sources - deals of sources that a file of ours tells of.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir conf
	echo 'deal_id,outcome,region,modified
1,won,Europe,2024-03-31T23:30:00.125+0000
2,open,India,2024-03-31' > conf/deals.csv
	echo '{"fields":{"deal_id":{},"outcome":{},"modified_at":{"from":"modified","type":"date","dates":"instant"},
	"closed_date":{"from":"modified","type":"date","dates":"instant"}},"dimensions":{"region":{}}}' > conf/map.json
	echo '{"sources":{"exports":{"type":"csv","files":["deals.csv"],"map":"map.json"}}}' > conf/sources.json
}

@test "reads a source by its name; files are looked for beside the file of sources" {
	run --separate-stderr fetch exports --sources conf/sources.json --bookmark b --summary s
	expect 0 '{"deal_id":"1","outcome":"won","region":"Europe","modified_at":"2024-03-31T23:30:00.125Z","closed_date":"2024-03-31","source":"conf/deals.csv","line":2,"offset":32}
{"deal_id":"2","outcome":"open","region":"India","modified_at":"2024-03-31","closed_date":"2024-03-31","source":"conf/deals.csv","line":3,"offset":74}' ""
	[[ ! -s b && -e b && $(< s) == '{"stage":"fetch","in":2,"out":2,"rejected":0,"dropped":0}' ]]
}

@test "an instant that is to be a day is that of the business zone" {
	run --separate-stderr fetch exports --sources conf/sources.json --zone Europe/Berlin
	[[ $output == *'"closed_date":"2024-04-01"'*'"closed_date":"2024-03-31"'* ]]
	printf 'deal_id,outcome,modified\n3,won,1711927800125\n4,won,yesterday\n' > conf/deals.csv
	run --separate-stderr fetch exports --sources conf/sources.json --zone Asia/Tokyo --rejects r --max-rejects 1
	expect 0 '{"deal_id":"3","outcome":"won","modified_at":"2024-03-31T23:30:00.125Z","closed_date":"2024-04-01","source":"conf/deals.csv","line":2,"offset":25}' ""
	[[ $(jq -r '.code + ": " + .field + " " + .reason' r) == 'date_format: modified_at must be an instant, as 2026-11-22T13:38:08Z' ]]
}

@test "says in one line what is wrong with a file of sources" {
	local wrong
	while read -r wrong message; do
		echo "$wrong" > conf/sources.json
		run --separate-stderr fetch exports --sources conf/sources.json --check
		expect 78 ""
		# shellcheck disable=SC2053 # a pattern
		[[ $stderr == "fetch: conf/sources.json:1: "$message ]]
	done <<-'END'
	{"sources":{}} /sources: no source "exports"; there are: none
	{"sources":{"exports":{}}} /sources/exports/type: must be one of csv*
	{"sources":{"exports":{"type":"csv"}}} /sources/exports/files: must name a file of this source
	{"sources":{"exports":{"type":"csv","file":"x"}}} /sources/exports: unknown key "file"
	{"source":{}} /: unknown key "source"
	{"sources":{"exports":{"type":"csv","files":"a","whole":"no"}}} /sources/exports/whole: must be true or false
	{"sources":{"exports":{"type":"hubspot","map":"map.json","token":"pat-na1-canary"}}} /sources/exports/token: must be the name of a secret, in capitals, as CRM_TOKEN: *
	{"sources":{"exports":{"type":"csv","files":"a"}},"more":1} /: unknown key "more"
	END
	echo '{"sources":{"exports":{"type":"csv","files":"none.csv"}}}' > conf/sources.json
	run --separate-stderr fetch exports --sources conf/sources.json --check
	expect 66 "" "fetch: conf/none.csv: No such file or directory"
	for content in '' $'id,outcome\n' ; do
		printf '%s' "$content" > conf/deals.csv
		echo '{"sources":{"exports":{"type":"csv","files":"deals.csv","map":"map.json"}}}' > conf/sources.json
		run --separate-stderr fetch exports --sources conf/sources.json --check
		expect 65 "" "fetch: conf/deals.csv:*"
	done
}

@test "a source is called as a stream can be" {
	for name in deals week 9 -x "a b" 'a$(b)' ../x; do
		jq -n --arg name "$name" '{sources: {($name): {type: "csv", files: "x"}}}' > conf/sources.json
		run --separate-stderr fetch --sources conf/sources.json -- "$name"
		expect 78 "" 'fetch: conf/sources.json:*: /sources: "'*'" cannot be the name of a source: a letter, then letters, digits, - or _; and not deals or week'
	done
}

@test "--check is silent where all is well" {
	run --separate-stderr fetch exports --sources conf/sources.json --check
	expect 0 "" ""
}
