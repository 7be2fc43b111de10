# renamed - the CRM calls a value by another name: with a line in aliases.json nothing happened; and
# a roster says whose a list is, and who has left.
# bats file_tags=whole
load helpers
load pipeline

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	load helpers
	load pipeline
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	plant
	saleswatch run daily 2> /dev/null
	told=$(jq -r 'select(.type == "win_rate_drop" and .segment.lead_source == "Referral") | .alert_id' "$day/alerts")
	echo "$told" > "$BATS_FILE_TMPDIR/told"
	export SALESWATCH_NOW=2024-04-08T10:00:00Z
	saleswatch feedback "$told" not_relevant --by cro 2> /dev/null
	saleswatch silence add 'segment.lead_source = Referral' --for 9d --by kim --why known > /dev/null
	sed 's/,Referral,/,Advocacy,/' "$root/tests/data/deals.csv" > "$T/deals.csv"
	sed -i 's/"Partner", "Referral"/&, "Advocacy"/' "$T/pipelines/conf/maps/default.json"
	cp -r "$T" "$BATS_FILE_TMPDIR/control"
	echo '{"lead_source":{"Referral":"Advocacy"}}' > "$T/pipelines/conf/aliases.json"
	jq -n '[range(60) | {rep: "rep_\(if . < 10 then "0" else "" end)\(.)", name: "Name \(.)", manager: "m\(. % 3)", team: "T\(. % 3)"}
		| if .rep == "rep_12" then .to = "2024-03-31" else . end]' > "$T/pipelines/conf/roster.json"
	export SALESWATCH_NOW=2024-04-09T04:00:00Z SALESWATCH_CSV=$T/deals.csv
	saleswatch run daily 2> "$T/said"
}

setup() {
	T=$BATS_FILE_TMPDIR/tree state=$T/var db=$T/var/saleswatch.db
	before=$state/days/2024-04-08 day=$state/days/2024-04-09 told=$(cat "$BATS_FILE_TMPDIR/told")
	export SALESWATCH_NOW=2024-04-09T04:00:00Z SALESWATCH_CSV=$T/deals.csv
}

@test "without the line the same drop is told as another, and the old one as corrected" {
	T=$BATS_FILE_TMPDIR/control
	saleswatch run daily 2> /dev/null
	run jq -r 'select((.suppressed | not) and .type == "win_rate_drop") | [.segment.lead_source, .state] | join(" ")' "$T/var/days/2024-04-09/alerts"
	expect 0 $'Advocacy new\nReferral corrected'
}

@test "with it deals, trend and incident are what they were, but for the name" {
	[[ -n $told ]]
	cmp <(sed 's/Referral/Advocacy/g' "$before/deals" | jq -c 'del(.modified_at)') <(jq -c 'del(.modified_at, .manager_id, .team, .rep_left)' "$day/deals")
	cmp <(sed 's/Referral/Advocacy/g' "$before/metrics" | sort) <(sort "$day/metrics")
	grep -q '"lead_source":"Advocacy"' "$day/metrics"
	run jq -r --arg id "$told" 'select(.alert_id == $id) | .segment.lead_source' "$day/incidents"
	expect 0 Advocacy
	[[ $(store get incident --db "$db" | grep -c Referral) == 0 ]]
}

@test "and nobody hears it again; votes and silences hold" {
	run jq -r 'select((.suppressed | not) and (.segment | has("manager_id") | not)) | .type' "$day/alerts"
	expect 0 ""
	[[ $(store get feedback --db "$db" | jq -r .alert_id) == "$told" ]]
	[[ $(jq -r '.matchers[0]' "$state/deliver/silences") == 'segment.lead_source = "Advocacy"' ]]
	route --routes "$T/pipelines/conf/routes.json" --silences "$state/deliver/silences" --held "$BATS_TEST_TMPDIR/held" < "$state/deliver/standing" > /dev/null
	run jq -r --arg id "$told" 'select(.alert_id == $id) | .reason' "$BATS_TEST_TMPDIR/held"
	expect 0 silenced
	store get silence --db "$db" > "$BATS_TEST_TMPDIR/unnamed"
	route --routes "$T/pipelines/conf/routes.json" --silences "$BATS_TEST_TMPDIR/unnamed" --held "$BATS_TEST_TMPDIR/held" < "$state/deliver/standing" > /dev/null
	run jq -r --arg id "$told" 'select(.alert_id == $id) | .reason' "$BATS_TEST_TMPDIR/held"
	[[ $output != silenced ]]
}

@test "reports, and whoever asks by the old name, get the new one" {
	run --separate-stderr saleswatch report --segment lead_source=Referral --out "$BATS_TEST_TMPDIR/report.txt"
	expect 0
	grep -q 'Advocacy' "$BATS_TEST_TMPDIR/report.txt"
	! grep -v 'gone "Referral"' "$BATS_TEST_TMPDIR/report.txt" | grep -q Referral || return 1
	run --separate-stderr saleswatch whynot lead_source=Referral 2024-04-08
	expect 0
	[[ $output == *"lead_source=Advocacy: explained by lead_source=Advocacy,product_type=Enterprise"* ]]
	run --separate-stderr saleswatch silence add 'segment.lead_source = Referral' --for 1d --by kim --why x
	expect 0
	[[ $output == *"1 of the alerts there are now" ]]
}

@test "open deals are one list a manager; who has left needs no advice, but their deals an owner" {
	run jq -rs 'map(select(.type == "deal_warnings") | .segment.manager_id) | sort | join(" ")' "$day/warnings"
	expect 0 "m0 m1 m2"
	left=$(jq -s 'map(select(.outcome == "open" and .sales_rep_id == "rep_12")) | length' "$day/deals")
	((left > 0))
	run jq -s 'map(select(.type == "deal_warnings") | .warnings.no_owner // 0) | add' "$day/warnings"
	expect 0 "$left"
	run jq -r 'select(.segment.sales_rep_id == "rep_12") | .suppressed' "$day/alerts"
	expect 0 "left: on 2024-03-31"
	jq -es 'map(select(.suppressed | not) | .actions[] | select(test("Name 12\\b"))) == []' "$day/alerts" > /dev/null
	jq -es 'any(.[].actions[]; test("Name [0-9]+"))' "$day/alerts" > /dev/null
}

@test "deals in several currencies: refused at night without rates; with them counted in one, and what has none in nothing" {
	unset SALESWATCH_CSV
	awk -F, -v OFS=, 'NR == 1 { print $0, "currency"; next } { print $0, NR % 5 == 0 ? "EUR" : NR % 97 == 0 ? "SEK" : NR % 2 ? "USD" : "" }' \
		<(head -n 3000 "$root/tests/data/deals.csv") > "$BATS_TEST_TMPDIR/deals.csv"
	plant "$BATS_TEST_TMPDIR/deals.csv"
	run --separate-stderr saleswatch run ingest analyze
	expect 65 "" "*aggregate: stdin:*: cannot be added to *"
	echo '{"to":"USD","rates":{"EUR":{"2020-01-01":1.1,"2024-01-01":1.09}}}' > "$T/pipelines/conf/rates.json"
	run --separate-stderr saleswatch run daily
	expect 0 "" "*resolve: $T/pipelines/conf/rates.json: no rate, so amounts stay as they are: SEK (*"
	python3 - "$BATS_TEST_TMPDIR/deals.csv" "$day/deals" "$day/metrics" <<-'END'
	import csv, json, sys
	from decimal import Decimal, ROUND_HALF_UP
	source = {row['deal_id']: row for row in csv.DictReader(open(sys.argv[1]))}
	read = lambda name: [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in open(name)]
	won, converted = Decimal(0), 0
	for deal in read(sys.argv[2]):
	    row = source[deal['deal_id']]
	    amount, day = Decimal(row['deal_amount']), deal.get('closed_date', '2024-04-07')
	    if row['currency'] == 'EUR':
	        amount = (amount * Decimal('1.09' if day >= '2024-01-01' else '1.1')).quantize(Decimal('0.01'), ROUND_HALF_UP)
	        converted += 1
	        assert deal['currency'] == 'USD' and deal['currency_original'] == 'EUR', deal
	    assert deal['amount'] == amount, (deal, row)
	    won += amount if deal['outcome'] == 'won' and row['currency'] != 'SEK' else 0
	assert converted > 400
	counted = [metric for metric in read(sys.argv[3]) if metric['segment'] == {}]
	assert sum(metric['won_amount'] for metric in counted) == won and {metric['currency'] for metric in counted} == {'USD'}
	END
}
