# resolve - what deals are called now, whose they were, what they are worth.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	echo '{"region":{"Europe":"EU","EU":"EMEA"},"sales_rep_id":{"r01":"r1"}}' > aliases.json
	cat > roster.json <<-'END'
	[{"rep": "r1", "name": "Ann Lee", "manager": "kim", "team": "East", "to": "2024-03-31"},
	 {"rep": "r1", "manager": "lou", "team": "West", "from": "2024-04-01"},
	 {"rep": "r2", "manager": "kim", "team": "East", "from": "2024-01-01", "to": "2024-02-29"}]
	END
	echo '{"to":"USD","rates":{"EUR":{"2024-01-01":1.1039,"2024-04-01":"1.0811"}}}' > rates.json
}

# of OPTION... <<< DEALS: what becomes of them.
of() { run --separate-stderr resolve --as-of 2024-04-07 "$@"; }

@test "without files, and where nothing changes, lines pass as the bytes they were" {
	printf '%s\n' '{ "deal_id":"a", "region":"\u0045MEA","sales_rep_id":"r1","manager_id":"lou","team":"West","outcome":"open","amount":1.50,"currency":"USD"}' \
		'{"deal_id":"b","outcome":"open","amount":1e2}' '{"deal_id":"c","region":7,"currency":null,"outcome":"won","closed_date":"2024-02-01"}' > deals
	of < deals
	expect 0 "$(cat deals)" ""
	of --aliases aliases.json --roster roster.json --rates rates.json --currency USD --summary sum < deals
	expect 0 "$(cat deals)" ""
	run cat sum
	expect 0 '{"stage":"resolve","in":3,"out":3,"rejected":0,"dropped":0}'
}

@test "lines that pass and lines that change keep their order, in rows of any length" {
	awk 'BEGIN { for (i = 0; i < 60000; i++) {
		region = i < 100 ? "Asia" : i < 20000 ? (i * i % 97 % 2 ? "Asia" : "EU") : i < 40000 ? "Asia" : i % 9000 ? "EU" : "Asia"
		printf "{\"deal_id\":\"d%d\",\"region\":\"%s\",\"outcome\":\"open\",\"note\":\"%0*d\"}\n", i, region, 1 + i * 7919 % 300, i } }' > deals
	sed 's/"region":"EU"/"region":"EMEA"/' deals > expected
	resolve --aliases aliases.json --as-of 2024-04-07 < deals | cmp - expected
	while read -r count; do head -n "$count" deals; sleep .1; done <<< $'3\n1\n500' | resolve --aliases aliases.json --as-of 2024-04-07 > some
	{ head -n 3 expected; head -n 1 expected; head -n 500 expected; } | cmp - some
}

@test "a value takes its newest name, however it was renamed, and a rep is looked up by it" {
	of --aliases aliases.json --roster roster.json <<-'END'
	{"deal_id":"a","region":"Eur\u006fpe","sales_rep_id":"r01","outcome":"open","x":1}
	{"deal_id":"b","region":"EU","outcome":"open"}
	{"deal_id":"c","region":"Europe ","product":"Europe","outcome":"open"}
	END
	expect 0 '{"deal_id":"a","region":"EMEA","sales_rep_id":"r1","outcome":"open","x":1,"manager_id":"lou","team":"West"}
{"deal_id":"b","region":"EMEA","outcome":"open"}
{"deal_id":"c","region":"Europe ","product":"Europe","outcome":"open"}' ""
}

@test "a dimension of the aliases that no deal has is named" {
	echo '{"regoin":{"Europe":"EMEA"},"region":{"Europe":"EMEA"}}' > wrong.json
	of --aliases wrong.json <<< '{"deal_id":"a","outcome":"open","region":"Europe"}'
	expect 0 '{"deal_id":"a","outcome":"open","region":"EMEA"}' \
		"resolve: wrong.json: /regoin: no deal has such a field, so nothing is renamed in it"
	of --aliases wrong.json < /dev/null
	expect 0 "" ""
}

@test "a deal is of the team and the manager its rep had when it was closed; an open one of today's" {
	of --roster roster.json <<-'END'
	{"deal_id":"a","sales_rep_id":"r1","manager_id":"old","outcome":"won","closed_date":"2024-03-31"}
	{"deal_id":"b","sales_rep_id":"r1","outcome":"lost","closed_date":"2024-04-01"}
	{"deal_id":"c","sales_rep_id":"r1","outcome":"open"}
	{"deal_id":"d","sales_rep_id":"r2","outcome":"won","closed_date":"2024-03-15"}
	{"deal_id":"e","sales_rep_id":"r2","outcome":"open"}
	END
	expect 0 '{"deal_id":"a","sales_rep_id":"r1","manager_id":"kim","outcome":"won","closed_date":"2024-03-31","team":"East"}
{"deal_id":"b","sales_rep_id":"r1","outcome":"lost","closed_date":"2024-04-01","manager_id":"lou","team":"West"}
{"deal_id":"c","sales_rep_id":"r1","outcome":"open","manager_id":"lou","team":"West"}
{"deal_id":"d","sales_rep_id":"r2","outcome":"won","closed_date":"2024-03-15","manager_id":"kim","team":"East"}
{"deal_id":"e","sales_rep_id":"r2","outcome":"open","manager_id":"kim","team":"East","rep_left":"2024-02-29"}' ""
	run --separate-stderr resolve --as-of 2024-02-29 --roster roster.json <<< '{"sales_rep_id":"r2","outcome":"open"}'
	expect 0 '{"sales_rep_id":"r2","outcome":"open","manager_id":"kim","team":"East"}' ""
}

@test "who is not in the roster, or not yet, passes with one warning" {
	printf '{"sales_rep_id":"%s","outcome":"won","closed_date":"%s"}\n' r9 2024-02-01 r8 2024-01-05 r9 2024-01-01 r2 2023-12-31 > deals
	of --roster roster.json < deals
	expect 0 "$(cat deals)" 'resolve: roster.json: reps that are not in it: r9 (2 deals, from 2024-01-01), r8 (1 deal, from 2024-01-05)
resolve: roster.json: reps without a row for the day: r2 (1 deal, from 2023-12-31)'
}

@test "moving a rep leaves the old team's closed metrics byte-identical" {
	sed -n '1,20001p' "$root/tests/data/deals.csv" | fetch csv - --max-rejects 50% 2> /dev/null | validate deal --max-rejects 50% 2> /dev/null > deals
	grep -q '"sales_rep_id":"rep_26"' deals
	jq -n '[range(60) | {rep: "rep_\(if . < 10 then "0" else "" end)\(.)", manager: "m\(. % 6)", team: "T\(. % 6)"}]' > before.json
	jq 'map(if .rep == "rep_26" then (.to = "2023-12-31", {rep, manager: "m5", team: "T5", from: "2024-01-01"}) else . end)' before.json > after.json
	for when in before after; do
		resolve --as-of 2024-04-07 --roster $when.json < deals | tee $when.deals | aggregate --by team > $when.metrics
		grep '"team":"T2"' $when.metrics | awk -F'"date":"' '{ print substr($2, 1, 10) <= "2023-12-31" ? "then" : "since", $0 }' > $when.team
	done
	[[ $(grep -c ^then before.team) -gt 100 ]]
	cmp <(grep ^then before.team) <(grep ^then after.team)
	! cmp -s <(grep ^since before.team) <(grep ^since after.team) || return 1
	cmp <(grep -v rep_26 before.deals) <(grep -v rep_26 after.deals)
}

@test "amounts are converted exactly, by the rate of the day, and what they were is kept" {
	of --rates rates.json --currency USD <<-'END'
	{"deal_id":"a","outcome":"won","closed_date":"2024-03-31","amount":100.05,"currency":"EUR"}
	{"deal_id":"b","outcome":"open","amount":0.10,"currency":"EUR"}
	{"deal_id":"c","outcome":"open","currency":"EUR"}
	{"deal_id":"d","outcome":"lost","closed_date":"2024-01-01","amount":99999999999999,"currency":"USD"}
	{"deal_id":"e","outcome":"open","amount":100,"currency":"CHF","amount_converted":113.5}
	END
	expect 0 '{"deal_id":"a","outcome":"won","closed_date":"2024-03-31","amount":110.45,"currency":"USD","amount_original":100.05,"currency_original":"EUR","rate":1.1039}
{"deal_id":"b","outcome":"open","amount":0.11,"currency":"USD","amount_original":0.10,"currency_original":"EUR","rate":1.0811}
{"deal_id":"c","outcome":"open","currency":"EUR"}
{"deal_id":"d","outcome":"lost","closed_date":"2024-01-01","amount":99999999999999,"currency":"USD"}
{"deal_id":"e","outcome":"open","amount":113.5,"currency":"USD","amount_converted":113.5,"amount_original":100,"currency_original":"CHF","rate":1.135}' ""
	of --rates rates.json <<< '{"outcome":"open","amount":99999999999999,"currency":"EUR"}'
	expect 65 "" 'resolve: stdin:1: the amount is too large to be converted'
}

@test "as Python's decimals have it, whatever the amount and the rate" {
	python3 - > cases <<-'END'
	import json, random
	from decimal import Decimal, ROUND_HALF_UP
	random.seed(4)
	rates, rows = {}, []
	for i in range(400):
	    name = 'X%c%c' % (65 + i // 26, 65 + i % 26)
	    rate = Decimal(random.randint(1, 10 ** random.randint(1, 14))).scaleb(-random.randint(0, 10)).normalize()
	    if rate == 0 or rate >= 10 ** 8: continue
    amount = Decimal(random.randint(0, 10 ** random.randint(1, 12))).scaleb(-random.randint(0, 4))
	    want = (amount * rate).quantize(Decimal('0.01'), ROUND_HALF_UP)
	    if want >= 10 ** 14: continue
	    rates[name] = {'2024-01-01': format(rate, 'f') if i % 2 or len(rate.as_tuple().digits) > 15 else float(rate)}
	    rows.append('{"outcome":"open","amount":%s,"currency":"%s","want":"%s"}' % (format(amount, 'f'), name, want))
	json.dump({'to': 'USD', 'rates': rates}, open('rates.json', 'w'))
	print('\n'.join(rows))
	END
	((($(wc -l < cases)) > 250))
	of --rates rates.json < cases
	[[ $status == 0 && $stderr == "" ]]
	echo "$output" > converted
	python3 - converted <<-'END'
	import json, sys
	from decimal import Decimal
	for line in open(sys.argv[1]):
	    deal = json.loads(line, parse_float=Decimal, parse_int=Decimal)
	    assert deal['currency'] == 'USD' and deal['amount'] == Decimal(deal['want']), line
	END
}

@test "a currency without a rate for the day passes as it is, and is named once" {
	printf '{"outcome":"won","closed_date":"%s","amount":1,"currency":"%s"}\n' 2024-02-01 JPY 2023-12-31 EUR 2024-01-02 JPY > deals
	of --rates rates.json --currency USD < deals
	expect 0 "$(cat deals)" 'resolve: rates.json: no rate, so amounts stay as they are: JPY (2 deals, from 2024-01-02), EUR (1 deal, from 2023-12-31)'
}

@test "changes follow: a rename is none, an amount has the rate of its deal" {
	of --rates rates.json <<< '{"deal_id":"a","outcome":"won","closed_date":"2024-03-31","amount":100,"currency":"EUR"}'
	echo "$output" > deals
	of --aliases aliases.json --deals deals --summary sum <<-'END'
	{"kind":"change","v":1,"deal_id":"a","field":"region","old":"Europe","new":"EMEA"}
	{"kind":"change","v":1,"deal_id":"a","field":"region","old":"APAC","new":"Europe"}
	{"kind":"change","v":1,"deal_id":"a","field":"stage","old":"Europe","new":"EMEA"}
	{"kind":"change","v":1,"deal_id":"a","field":"amount","old":50,"new":100}
	{"kind":"change","v":1,"deal_id":"a","field":"amount","new":50}
	{"kind":"change","v":1,"deal_id":"b","field":"amount","old":50,"new":100}
	END
	expect 0 '{"kind":"change","v":1,"deal_id":"a","field":"region","old":"APAC","new":"EMEA"}
{"kind":"change","v":1,"deal_id":"a","field":"stage","old":"Europe","new":"EMEA"}
{"kind":"change","v":1,"deal_id":"a","field":"amount","old":55.2,"new":110.39}
{"kind":"change","v":1,"deal_id":"a","field":"amount","new":55.2}
{"kind":"change","v":1,"deal_id":"b","field":"amount","old":50,"new":100}' ""
	run jq -c '[.in, .out, .dropped]' sum
	expect 0 '[6,5,1]'
}

@test "what speaks of a segment follows a rename, the id of an alert stays" {
	of --aliases aliases.json <<-'END'
	{"kind":"alert","alert_id":"x","segment":{"region":"Europe"},"message":"Europe wins less. Europeans, (Europe)?","actions":["Ask Europe team"],"why":{"located":{"segment":{"region":"EU","industry":"EU"}}}}
	{"kind":"silence","matchers":["segment.region = Europe","segment.region != \"EU\"","segment = industry=a\\,b,region=EU","segment.industry = EU","segment.region =~ Eur.*","type = x"]}
	{"kind":"metric", "segment":{"industry":"Europe"}}
	END
	expect 0 '{"kind":"alert","alert_id":"x","segment":{"region":"EMEA"},"message":"EMEA wins less. Europeans, (EMEA)?","actions":["Ask EMEA team"],"why":{"located":{"segment":{"region":"EMEA","industry":"EU"}}}}
{"kind":"silence","matchers":["segment.region = \"EMEA\"","segment.region != \"EMEA\"","segment = \"industry=a\\,b,region=EMEA\"","segment.industry = EU","segment.region =~ Eur.*","type = x"]}
{"kind":"metric", "segment":{"industry":"Europe"}}' ""
}

# Two currencies that cannot be made one: SEK without a rate.
unlike() {
	cat <<-'END'
	{"deal_id":"a","outcome":"won","created_date":"2024-01-01","closed_date":"2024-02-01","amount":100,"currency":"USD"}
	{"deal_id":"b","outcome":"won","created_date":"2024-01-01","closed_date":"2024-02-01","amount":7000,"currency":"SEK"}
	{"deal_id":"c","outcome":"won","created_date":"2024-01-01","closed_date":"2024-02-01","amount":5}
	{"deal_id":"d","outcome":"open","created_date":"2024-01-01","amount":9000,"currency":"SEK","expected_close_date":"2024-01-15"}
	{"deal_id":"e","outcome":"open","created_date":"2024-01-01","amount":30,"currency":"USD","expected_close_date":"2024-01-15"}
	END
}

@test "amounts of unlike currencies are added by nobody: refused, or left out of what counts in one" {
	unlike > deals
	rules=$root/pipelines/conf/rules.json
	refused() { run --separate-stderr "$@" < deals; expect 65 "" "$1: stdin:2: *"; }
	refused aggregate --by all
	refused measure --by all
	refused inspect --rules "$rules"
	aggregate --by all < <(grep -v SEK deals | jq -c 'del(.currency)') > metrics
	run --separate-stderr detect --rules "$rules" --deals deals < metrics
	expect 65 "" "detect: deals:2: SEK beside USD: amounts that cannot be added"
	run --separate-stderr detect --rules "$rules" --deals deals --currency USD < metrics
	expect 0 "" "detect: needs * more weeks of recorded deals"
	run --separate-stderr aggregate --by all --currency USD < deals
	expect 0 - ""
	[[ $(jq -c '[.deal_count, .won, .amount, .currency]' <<< "$output") == '[3,3,105,"USD"]' ]]
	run --separate-stderr inspect --rules "$rules" --currency USD --changes <(echo '{"kind":"change","deal_id":"d","field":"amount","old":20000,"new":9000,"seen":"2024-02-01"}') < deals
	expect 0 - ""
	[[ $(jq -c '[.n, .pipeline.amount, .warnings.overdue]' <<< "$output") == '[2,30,2]' ]]
	[[ $output != *amount_cut* ]]
	echo '{"kind":"change","v":1,"deal_id":"d","field":"amount","old":20000,"new":9000,"seen":"2024-01-20"}' > changes
	measure --by all --currency USD --changes changes < deals > measures
	jq -es 'map(select(.value != null and .currency == "USD") | .value) | length > 3 and max <= 200' measures > /dev/null
	run --separate-stderr aggregate --merge --currency USD < /dev/null
	expect 64 "" "aggregate: --merge: *"
}

@test "quarters follow the year of the company" {
	unlike | grep -v SEK > deals
	echo '{"company":"x","fiscal_year_starts":2}' > saleswatch.json
	of() { measure --by all --bucket quarter --last 2 --as-of 2024-03-15 "$@" < deals | jq -rs 'map(select(.bucket == "quarter") | .date) | unique | join(" ")'; }
	[[ $(of) == "2023-10-01 2024-01-01" ]]
	[[ $(of --conf saleswatch.json) == "2023-11-01 2024-02-01" ]]
	[[ $(of --conf "$root/pipelines/conf/saleswatch.json") == "2023-10-01 2024-01-01" ]]
	echo '{"fiscal_year_starts":13}' > saleswatch.json
	run --separate-stderr measure --conf saleswatch.json < deals
	expect 78 "" "measure: saleswatch.json:1: /fiscal_year_starts: must be between 1 and 12"
}

@test "the manager in the roster hears of a rep and gets the list, by whom reporting reaches" {
	echo '{"receivers":[{"name":"all","channel":"file","to":"all@example.com"}],
		"owners":[{"who":"kim","receiver":"all","to":"kim@example.com"},{"who":"pat","receiver":"all","to":"pat@example.com"}],
		"reporting":{"lou":"pat"},"route":{"receiver":"all","routes":[{"matchers":["segment.region = Europe"],"receiver":"all"}]}}' > routes.json
	one() { printf '{"kind":"alert","v":1,"alert_id":"%s","date":"2024-04-07","type":"t","direction":"down","priority":"P1","severity":"critical","segment":%s}\n' "$@"; }
	{ one a '{"sales_rep_id":"r1"}'; one b '{"sales_rep_id":"r2"}'; one c '{"manager_id":"kim"}'; one d '{"manager_id":"lou"}'; one e '{"manager_id":"nobody"}'; } > alerts
	to() { SALESWATCH_NOW=2024-04-08T09:00:00Z route --routes routes.json "$@" < alerts | jq -rs 'map("\(.alerts[0].alert_id) \(.to)") | sort | join(", ")'; }
	[[ $(to --roster roster.json) == "a pat@example.com, b kim@example.com, c kim@example.com, d pat@example.com, e all@example.com" ]] || { to --roster roster.json; return 1; }
	[[ $(to) == "a all@example.com, b all@example.com, c kim@example.com, d pat@example.com, e all@example.com" ]]
	run --separate-stderr route --routes routes.json --aliases aliases.json --test segment.region=EMEA --expect all
	expect 0 - "*: all by /route/routes/0, as expected"
}

@test "what rules and annotations call by an old name follows" {
	echo '{"population":[{"name":"x","where":{"region":["Europe",{"like":"A.*"}]}}]}' > rules.json
	printf '{"deal_id":"%s","region":"%s"}\n' a EMEA b APAC c Europe > deals
	run --separate-stderr sift --rules rules.json --aliases aliases.json < deals
	expect 0 '{"deal_id":"c","region":"Europe"}' ""
	run --separate-stderr sift --rules rules.json < deals
	expect 0 '{"deal_id":"a","region":"EMEA"}' ""
	echo '[{"from":"2024-04-01","to":"2024-04-07","segment":{"region":"Europe"},"text":"prices"}]' > annotations.json
	finding() { echo '{"kind":"finding","v":1,"type":"win_rate_drop","direction":"down","date":"2024-04-07","opened":"2024-04-02","segment":{"region":"'"$1"'"},"value":0.1,"baseline":0.3,"z":-5}'; }
	told() { finding "$1" | prioritize --rules "$root/pipelines/conf/rules.json" --annotations annotations.json "${@:2}" | jq -r '"\(.alert_id) \(.annotations[0].text)"'; }
	old=$(told Europe) new=$(told EMEA) same=$(told EMEA --aliases aliases.json)
	[[ $old == *" prices" && $new == *" null" && $same == "$old" && ${new% *} != "${old% *}" ]]
}

@test "files that are wrong are refused with file, line and key" {
	refused() {	# OPTION JSON MESSAGE
		printf '%b\n' "$2" > wrong.json
		run --separate-stderr resolve "--$1" wrong.json < /dev/null
		expect 78 "" "resolve: wrong.json:$3"
	}
	refused aliases '{"region":{"A":"B",\n"B":"A"}}' '1: /region/A: "A" comes round to itself'
	refused aliases '{"region":{"A":"B",\n"C":"C"}}' '2: /region/C: "C" comes round to itself'
	refused aliases '{"region":{"A":\n1}}' '2: /region/A: must be text'
	refused aliases '{"region":{"A":""}}' '1: /region/A: characters must be at least 1'
	refused aliases '["a"]' '1: /: must be an object'
	refused roster '[{"rep":"a","to":"2024-02-30"}]' '1: /0/to: must be a date that exists, as 2024-03-01'
	refused roster '[{"rep":"a","to":"2024-02-20"},\n{"rep":"a","from":"2024-02-20"}]' '2: /1: a has another row for the same days'
	refused roster '[{"rep":"a"},\n{"rep":"a"}]' '2: /1: a has another row for the same days'
	refused roster '[{"rep":"a","from":"2024-02-20","to":"2024-02-19"}]' '1: /0/to: is before from'
	refused roster '[{"name":"a"}]' '1: /0/rep: is missing'
	refused roster '[{"rep":"a","tean":"x"}]' '1: /0/tean: must not be there'
	refused rates '{"to":"USD","rates":{"EUR":{"2024-13-01":1}}}' '1: /rates/EUR/2024-13-01: 2024-13-01: no such day'
	refused rates '{"to":"USD","rates":{"EUR":{"2024-12-01":0}}}' '1: /rates/EUR/2024-12-01: must be more than 0'
	refused rates '{"to":"USD","rates":{"EUR":{"2024-12-01":1.12345678901}}}' '1: /rates/EUR/2024-12-01: must be a plain decimal above 0, of at most 8 digits and 10 places'
	refused rates '{"rates":{}}' '1: /to: is missing'
	run --separate-stderr resolve --rates rates.json --currency EUR < /dev/null
	expect 78 "" 'resolve: rates.json:1: /to: is USD, but the company counts in EUR'
	run --separate-stderr resolve --roster none.json < /dev/null
	expect 66 "" 'resolve: none.json: *'
}
