# trace - a deal, or what an alert is of, can be followed back to the line it came from.
# bats file_tags=whole
load helpers
load pipeline

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cat > deals.csv <<-'END'
	deal_id,created_date,closed_date,sales_rep_id,industry,region,product_type,lead_source,deal_stage,deal_amount,outcome,account_id
	OPP-1,2024-01-02,2024-03-01,rep_1,SaaS,Europe,Pro,Inbound,Closed,100.50,Won,"two
	lines, ""quoted"""
	OPP-2,2024-02-01,,rep_1,SaaS,Europe,Pro,Inbound,Demo,7,Open,A2
	END
	plant "$PWD/deals.csv"
	run saleswatch run ingest
	(( status == 0 )) || { echo "$output"; return 1; }
}

commit() { "$T/bin/store" put "$1" --stage "$2" --db "$db" && "$T/bin/store" commit "$2" --db "$db"; }
alert() { jq -nc --arg id "$1" --argjson deals "$2" '{kind: "alert", v: 1, alert_id: $id, type: "win_rate_drop", date: "2024-04-07", segment: {region: "Europe"}, title: "Win rate down", deals: $deals}'; }

@test "trace: a deal, its line in the file, what changed and when" {
	run --separate-stderr saleswatch trace OPP-1
	expect 0 "OPP-1: won, 100.5
2024-04-08T04:00:00Z on: $PWD/deals.csv:2 (deals), run ingest-deals-2024-04-08
    OPP-1,2024-01-02,2024-03-01,rep_1,SaaS,Europe,Pro,Inbound,Closed,100.50,Won,\"two
    lines, \"\"quoted\"\"\"" ""
	export SALESWATCH_NOW=2024-04-09T04:00:00Z
	sed -i 's/Demo,7/Offer,8/' deals.csv
	saleswatch run ingest
	printf '{"kind":"change","v":1,"deal_id":"OPP-2","field":"deleted","old":false,"new":true,"at":"2024-04-09T03:00:00Z"}\n' | commit change r3
	run --separate-stderr saleswatch trace OPP-2
	expect 0 "OPP-2: deleted, as of 2024-04-09T04:00:00Z; it was open, 8
2024-04-08T04:00:00Z to 2024-04-09T04:00:00Z: $PWD/deals.csv:4 (deals), run ingest-deals-2024-04-08
    OPP-2,2024-02-01,,rep_1,SaaS,Europe,Pro,Inbound,Offer,8,Open,A2
2024-04-09T04:00:00Z to 2024-04-09T04:00:00Z: $PWD/deals.csv:4 (deals), run ingest-deals-2024-04-09
    OPP-2,2024-02-01,,rep_1,SaaS,Europe,Pro,Inbound,Offer,8,Open,A2
2024-04-09T04:00:00Z: amount: 7 -> 8
2024-04-09T04:00:00Z: deleted: false -> true, in the CRM 2024-04-09T03:00:00Z
2024-04-09T04:00:00Z: stage: Demo -> Offer" ""
}

@test "trace: a file that has changed is said, one that is gone is not asked; a link to the CRM and its name are told" {
	sed -i 's/,SaaS,/,Software,/' deals.csv
	run --separate-stderr saleswatch trace OPP-2
	expect 0 "OPP-2: open, 7
2024-04-08T04:00:00Z on: $PWD/deals.csv:4 (deals), run ingest-deals-2024-04-08" "saleswatch: trace: $PWD/deals.csv: has not got OPP-2 at byte * any more"
	printf '{"deal_id":"006A","outcome":"open","name":"Acme\\u001b[31m","amount":5,"currency":"EUR","url":"https://crm.example.com/006A","source":"https://crm.example.com/query"}\n' |
		"$T/bin/store" put deal --stage r2 --source crm --db "$db"
	"$T/bin/store" commit r2 --db "$db"
	run --separate-stderr saleswatch trace 006A
	expect 0 $'006A, Acme\ufffd[31m: open, 5 EUR\nhttps://crm.example.com/006A\n2024-04-08T04:00:00Z on: https://crm.example.com/query (crm), run r2' ""
	rm deals.csv
	run --separate-stderr saleswatch trace OPP-2
	expect 0 "OPP-2: open, 7
2024-04-08T04:00:00Z on: $PWD/deals.csv:4 (deals), run ingest-deals-2024-04-08" ""
}

@test "trace: what a file says does not move the cursor" {
	printf 'OPP-3,2024-02-01,,rep_1,SaaS,Europe,Pro,Inbound,\e[2J\u202eDemo,7,Open,A2\n' >> deals.csv
	export SALESWATCH_NOW=2024-04-09T04:00:00Z
	saleswatch run ingest
	run --separate-stderr saleswatch trace OPP-3
	expect 0 - ""
	[[ ${lines[2]} == $'    OPP-3,2024-02-01,,rep_1,SaaS,Europe,Pro,Inbound,\ufffd[2J\ufffdDemo,7,Open,A2' ]] || { echo "${lines[2]}" | od -c | head; return 1; }
}

@test "trace: an alert, by how its id begins: its deals as they were known then, and the runs that brought them" {
	{ alert aaaa1 '["OPP-1", "OPP-9", "OPP-2"]'; alert aabb2 '[{"deal_id": "OPP-2", "amount": 7}]'; alert cccc3 null; } | commit alert r2
	export SALESWATCH_NOW=2024-04-10T04:00:00Z
	sed -i 's/Demo,7/Offer,8/' deals.csv
	saleswatch run ingest
	run --separate-stderr saleswatch trace aaa
	expect 0 "Win rate down: region=Europe, 2024-04-07; alert aaaa1
OPP-1: won, 100.5; $PWD/deals.csv:2 (deals), run ingest-deals-2024-04-08, seen 2024-04-08T04:00:00Z
OPP-2: open, 7; $PWD/deals.csv:4 (deals), run ingest-deals-2024-04-08, seen 2024-04-08T04:00:00Z
run ingest-deals-2024-04-08: brought 2" "store: OPP-9: no such deal"
	run --separate-stderr saleswatch trace aab
	expect 0 - ""
	[[ ${lines[1]} == "OPP-2: open, 7; "* ]]
	run --separate-stderr saleswatch trace cccc3
	expect 0 "Win rate down: region=Europe, 2024-04-07; alert cccc3
it names no deals; saleswatch why cccc3 says what it is made of" ""
	run --separate-stderr saleswatch trace aa
	expect 64 "" "saleswatch: trace: aa: more than one alert begins so: aaaa1 aabb2"
}

@test "trace: an unknown id, no store and wrong use are told" {
	run --separate-stderr saleswatch trace nothing
	expect 66 "" "saleswatch: trace: nothing: no deal and no alert of that id in $db"
	for args in "" "a b" "--all"; do
		# shellcheck disable=SC2086
		run --separate-stderr saleswatch trace $args
		expect 64 "" "usage: saleswatch trace DEAL|ALERT"
	done
	run --separate-stderr saleswatch trace --help
	expect 0 $'example: saleswatch trace OPP-0042\nusage: saleswatch trace DEAL|ALERT' ""
	SALESWATCH_DB=$PWD/none.db run --separate-stderr saleswatch trace OPP-1
	expect 66 "" "saleswatch: trace: $PWD/none.db: nothing has run yet"
	echo nonsense > odd.db
	SALESWATCH_DB=$PWD/odd.db run --separate-stderr saleswatch trace OPP-1
	expect 65 "" "store: $PWD/odd.db: file is not a database"
}
