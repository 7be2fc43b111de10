# reconcile - a report of the CRM beside our deals: every difference, and the totals of both.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cat > here <<-'END'
	{"deal_id":"D1","outcome":"won","amount":1000,"currency":"EUR","created_date":"2024-01-01","closed_date":"2024-02-01","stage":"Closed"}
	{"deal_id":"D2","outcome":"lost","amount":500.50,"currency":"EUR","created_date":"2024-01-02","closed_date":"2024-02-02","stage":"Closed"}
	{"deal_id":"D3","outcome":"open","amount":70,"currency":"USD","created_date":"2024-01-03","stage":"Demo"}
	END
}

@test "what says the same is 0, however it is written and in whatever order" {
	tac here | sed 's/500.50/500.5000/; s/"D3"/"\\u0044\\u0033"/; s/"stage":"Demo"/"stage":"Demo","closed_date":null,"more":1/' > there
	run --separate-stderr reconcile --with here < there
	expect 0 "won EUR: here 1 deals, 1000; there 1 deals, 1000; difference +0 deals, 0
open USD: here 1 deals, 70; there 1 deals, 70; difference +0 deals, 0
lost EUR: here 1 deals, 500.5; there 1 deals, 500.5; difference +0 deals, 0
3 deals here, 3 there: 0 missing here, 0 missing there, 0 fields differ" ""
	run --separate-stderr reconcile --with here --as json < there
	expect 0 "" ""
	run --separate-stderr reconcile --with /dev/null < /dev/null
	expect 0 "0 deals here, 0 there: 0 missing here, 0 missing there, 0 fields differ" ""
}

@test "every difference is named, by id, and the totals tell the difference" {
	cat > there <<-'END'
	{"deal_id":"D4","outcome":"won","amount":5,"currency":"EUR"}
	{"deal_id":"D1","outcome":"lost","amount":1000.01,"currency":"EUR","created_date":"2024-01-01","closed_date":"2024-02-03","stage":"Closed Lost"}
	{"deal_id":"D3","outcome":"open","currency":"USD","created_date":"2024-01-03","stage":"Demo"}
	{"deal_id":"D3","outcome":"open","currency":"USD","created_date":"2024-01-03","stage":"Offer\u001b[2J"}
	END
	run --separate-stderr reconcile --with here < there
	expect 1 "D1: amount: here 1000, there 1000.01
D1: outcome: here won, there lost
D1: stage: here Closed, there Closed Lost
D1: closed_date: here 2024-02-01, there 2024-02-03
D2: missing there
D3: amount: here 70, there none
D3: stage: here Demo, there Offer?[2J
D3: several times there
D4: missing here
won EUR: here 1 deals, 1000; there 1 deals, 5; difference +0 deals, -995
open USD: here 1 deals, 70; there 1 deals, 0; difference +0 deals, -70
lost EUR: here 1 deals, 500.5; there 1 deals, 1000.01; difference +0 deals, +499.51
3 deals here, 4 there: 1 missing here, 1 missing there, 6 fields differ" ""
	run --separate-stderr reconcile --with here --as json < there
	[[ $status == 1 && $(jq -c . <<< "$output" | wc -l) == 9 ]]
	[[ ${lines[0]} == '{"kind":"difference","v":1,"deal_id":"D1","field":"amount","here":"1000","there":"1000.01"}' ]]
	validate "$root/schemas/difference.json" <<< "$output" | cmp - <(echo "$output")
}

@test "a field that a report does not have is not compared; a currency it does not have is ours" {
	jq -c 'del(.stage, .currency)' here > there
	run --separate-stderr reconcile --with here < there
	expect 0 "currency: not compared, since no deal there has it
stage: not compared, since no deal there has it
won EUR: here 1 deals, 1000; there 1 deals, 1000; difference +0 deals, 0
open USD: here 1 deals, 70; there 1 deals, 70; difference +0 deals, 0
lost EUR: here 1 deals, 500.5; there 1 deals, 500.5; difference +0 deals, 0
3 deals here, 3 there: 0 missing here, 0 missing there, 0 fields differ" ""
}

@test "of 20,000 deals, each of 300 planted differences is told and nothing else" {
	seq 20000 | awk '{ printf "{\"deal_id\":\"D%d\",\"outcome\":\"won\",\"amount\":%d,\"closed_date\":\"2024-01-%02d\"}\n", $1, $1 * 7 % 9000, $1 % 28 + 1 }' > many
	awk 'NR % 200 == 1 { next } NR % 200 == 2 { sub(/"amount":/, "&1") } NR % 200 == 3 { sub(/"won"/, "\"lost\"") } { print }' many | sort -r > there
	run --separate-stderr reconcile --with many < there
	[[ $status == 1 && $(grep -c ': missing there$' <<< "$output") == 100 && $(grep -c ': amount: here ' <<< "$output") == 100 ]]
	[[ $(grep -c ': outcome: here won, there lost$' <<< "$output") == 100 && $(wc -l <<< "$output") == 303 ]]
	[[ ${lines[-1]} == "20000 deals here, 19900 there: 0 missing here, 100 missing there, 200 fields differ" ]]
}

@test "saleswatch reconcile reads the report by the map, and names the rows it cannot read" {
	export SALESWATCH_STATE=$PWD/state SALESWATCH_CONF=$root/pipelines/conf
	head -n 300 "$root/tests/data/deals.csv" > report.csv
	fetch csv report.csv --max-rejects 50% > deals
	run --separate-stderr saleswatch reconcile report.csv --deals deals
	expect 0 - ""
	[[ ${lines[-1]} == "299 deals here, 299 there: 0 missing here, 0 missing there, 0 fields differ" ]]
	run --separate-stderr saleswatch reconcile report.csv
	expect 66 "" "saleswatch: reconcile: $PWD/state/saleswatch.db: no such store; --deals FILE names other deals"
	mkdir state
	validate deal --max-rejects 50% < deals | dedupe | store put deal --stage r1 --db state/saleswatch.db
	store commit r1 --db state/saleswatch.db
	id=$(store get deal --db state/saleswatch.db | jq -r 'select(.amount > 0) | .deal_id' | head -n 1)
	{ head -n 1 report.csv; grep "^$id," report.csv | awk -F, -v OFS=, '{ $10 = 1; print }'; echo 'torn,row'; } > odd.csv
	run --separate-stderr saleswatch reconcile odd.csv
	expect 1 - "saleswatch: reconcile: odd.csv:3: not compared, since it has 2 cells, the header 14"
	[[ $output == *"$id: amount: here "*", there 1"* && ${lines[-1]} == *" 0 missing here, "*" missing there, 1 field differs" ]]
	run --separate-stderr saleswatch reconcile
	expect 64 "" "usage: reconcile *"
	run --separate-stderr saleswatch reconcile nowhere.csv
	expect 66 "" "saleswatch: reconcile: nowhere.csv: no such file"
	cp deals same
	run --separate-stderr saleswatch reconcile --with deals < same
	expect 0
}

@test "bad input is 65 and named, a missing file 66, a full disk 74, no memory 71" {
	for bad in '{"deal_id":"a","x' '{"outcome":"won"}' '[]'; do
		run --separate-stderr reconcile --with here <<< "$bad"
		expect 65 "" "reconcile: stdin:1: *"
		run --separate-stderr reconcile --with <(echo "$bad") < here
		expect 65 "" "reconcile: /dev/fd/*:1: *"
	done
	run --separate-stderr reconcile --with nowhere < here
	expect 66 "" "reconcile: nowhere: No such file or directory"
	for as in text json; do
		run --separate-stderr bash -c 'reconcile --with /dev/null --as $0 < here > /dev/full' "$as"
		expect 74 "" "reconcile: stdout: No space left on device"
	done
	cp here same
	TMPDIR=/nowhere run --separate-stderr reconcile --with here < same
	expect 73 "" "reconcile: /nowhere/saleswatch.*"
	for options in "" "--with -" "--with here x" "--with here --as xml"; do
		# shellcheck disable=SC2086
		run --separate-stderr reconcile $options < here
		expect 64 ""
	done
	seq 12 | sed 's/.*/{"deal_id":"&","outcome":"won","amount":99999999999999}/' | tee rich > richer
	run --separate-stderr reconcile --with rich < richer
	expect 65 "" "reconcile: won: the sum of amounts does not fit"
}
