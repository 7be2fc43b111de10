# sift - which deals count.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cat > deals <<-'END'
	{"deal_id":"a", "deal_type":"New","amount":100}
	{"deal_id":"b","deal_type":"Renewal","amount":200}
	{"deal_id":"c","account_id":"TEST-7","deal_type":"Renewal"}
	{"deal_id":"d","account_id":"Contest","deal_type":"New","amount":0.00,"trial":true}
	{"deal_id":"e","account_id":"test","amount":null,"deal_type":"\u004eew"}
	END
}

# rows JSON...: the population of rules.json.
rows() { printf '%s\n' "$@" | jq -s '{population: .}' > rules.json; }

# ids [ROW...]: which deals count.
ids() {
	rows "$@"
	sift --rules rules.json < deals | jq -r .deal_id | tr -d '\n'
}

@test "by default every deal counts, as the bytes it came in" {
	sift --rules "$root/pipelines/conf/rules.json" --excluded others --summary sum < deals > out
	cmp deals out
	[[ -e others && ! -s others ]]
	run cat sum
	expect 0 '{"stage":"sift","in":5,"out":5,"rejected":0,"dropped":0}'
}

@test "rules without a population leave nothing out" {
	echo '{"alerts":{}}' > rules.json
	run --separate-stderr sift --rules rules.json < deals
	expect 0 "$(cat deals)" ""
}

@test "what is left out is kept, with the first row that it fits, and counted" {
	rows '{"name":"tests","where":{"account_id":{"like":"(?i)test.*"}}}' '{"name":"renewals","where":{"deal_type":"Renewal"}}'
	run --separate-stderr sift --rules rules.json --excluded others --summary sum < deals
	expect 0 "$(sed -n '1p;4p' deals)" ""
	run cat others
	expect 0 '{"deal_id":"b","deal_type":"Renewal","amount":200,"left_out":"renewals"}
{"deal_id":"c","account_id":"TEST-7","deal_type":"Renewal","left_out":"tests"}
{"deal_id":"e","account_id":"test","amount":null,"deal_type":"\u004eew","left_out":"tests"}'
	run cat sum
	expect 0 '{"stage":"sift","in":5,"out":2,"rejected":0,"dropped":3,"left_out":{"tests":2,"renewals":1}}'
	run validate summary < sum
	expect 0 "$(cat sum)"
}

@test "a row can be off" {
	[[ $(ids '{"name":"r","on":false,"where":{"deal_type":"Renewal"}}') == abcde ]]
	[[ $(ids '{"name":"r","on":true,"where":{"deal_type":"Renewal"}}') == ade ]]
}

@test "a value is a text, a number, true, false, null or a pattern; a list is any of them; a field is what it says" {
	is() { [[ $(ids "{\"name\":\"x\",\"where\":{$1}}") == "$2" ]] || { echo "$1: $(ids "{\"name\":\"x\",\"where\":{$1}}"), not $2"; return 1; }; }
	is '"deal_type":"New"' bc
	is '"deal_type":["Renewal","new"]' ade
	is '"amount":0' abce
	is '"amount":[0,200.0]' ace
	is '"amount":"200"' abcde
	is '"amount":null' abd
	is '"account_id":null' cde
	is '"trial":true' abce
	is '"trial":[false]' abcde
	is '"account_id":{"like":"test"}' abcd
	is '"account_id":{"like":".*[Tt]est.*"}' abc
	is '"account_id":[{"like":"TEST-\\d"},"Contest"]' abe
	is '"amount":{"like":"\\d00"}' cde
	is '"trial":{"like":".*"}' abcde
}

@test "all the fields of a row must fit" {
	[[ $(ids '{"name":"x","where":{"deal_type":"Renewal","amount":200}}') == acde ]]
	[[ $(ids '{"name":"x","where":{"deal_type":"Renewal","amount":null}}') == abde ]]
}

@test "what came in is what went out and what was left out, whatever the order" {
	fetch csv "$root/tests/data/deals.csv" --max-rejects 50% 2> /dev/null | validate deal --max-rejects 50% > all 2> /dev/null
	rows '{"name":"r","where":{"region":["Europe","India"]}}' '{"name":"s","where":{"lead_source":{"like":"[A-O].*"},"outcome":"won"}}'
	sift --rules rules.json --excluded others --summary sum < all > counted
	jq -es '.[0] | .in == .out + .dropped and .dropped == (.left_out | add) and .dropped > 1000 and .out > 1000' sum > /dev/null
	cmp <(sort counted <(jq -c 'del(.left_out)' others)) <(jq -c . all | sort)
	tac all | sift --rules rules.json --excluded tac.others > tac.counted
	cmp counted <(tac tac.counted)
	cmp others <(tac tac.others)
}

@test "a field that no deal has is named, since it may be misspelt" {
	rows '{"name":"renewals","where":{"dealtype":"Renewal"}}' '{"name":"free","where":{"price":[0,null],"deal_id":"z"}}'
	run --separate-stderr sift --rules rules.json < deals
	expect 0 "$(cat deals)" 'sift: rules.json: population: renewals: no deal has a dealtype'
	run --separate-stderr sift --rules rules.json < /dev/null
	expect 0 "" ""
}

@test "rules that are wrong are refused with file, line and key, also where they are off" {
	refused() {	# ROW MESSAGE
		rows '{"name":"a","where":{"x":1}}' "$1"
		run --separate-stderr sift --rules rules.json < /dev/null
		expect 78 "" "sift: rules.json:+([0-9]): $2"
	}
	shopt -s extglob
	refused '{"name":"b","on":false,"where":{}}' '/population/1/where: no field'
	refused '{"name":"b"}' '/population/1/where: must be an object of fields'
	refused '{"where":{"x":1}}' '/population/1/name: must not be empty'
	refused '{"name":"a","where":{"x":1}}' '/population/1/name: "a" is there twice'
	refused '{"name":"b","wher":{"x":1}}' '/population/1: unknown key "wher"'
	refused '{"name":"b","on":"no","where":{"x":1}}' '/population/1/on: must be true or false'
	refused '{"name":"b","where":{"x":[]}}' '/population/1/where/x: no value'
	refused '{"name":"b","where":{"x/y":[[1]]}}' '/population/1/where/x~1y/0: must be a value or a pattern'
	refused '{"name":"b","where":{"x":{"is":"a"}}}' '/population/1/where/x: unknown key "is"'
	refused '{"name":"b","where":{"x":{"like":"("}}}' '/population/1/where/x/like: missing closing parenthesis'
	refused '{"name":"b","where":{"x":[1,{"like":2}]}}' '/population/1/where/x/1/like: must be text'
	printf '{\n"population": [\n{"name": "a",\n"where": 1}]}\n' > rules.json
	run --separate-stderr sift --rules rules.json < /dev/null
	expect 78 "" 'sift: rules.json:4: /population/0/where: must be an object of fields'
}

@test "without rules it says how it is used; the excluded have a file of their own" {
	run --separate-stderr sift < /dev/null
	expect 64 "" "usage: sift --rules FILE *"
	run --separate-stderr sift --rules x --excluded - < /dev/null
	expect 64 "" "sift: --excluded -: *"
}

# bats test_tags=whole
@test "the pipeline analyzes what counts, keeps what does not, and says so in the run and the report; notes reach the alerts" {
	load pipeline
	plant
	saleswatch run daily weekly 2> /dev/null
	cmp "$day/deals" "$day/counted"
	[[ -e $day/counted.excluded && ! -s $day/counted.excluded ]]
	! grep -q "Left out" "$day/report.html" || return 1
	[[ $(jq -r '.annotations // empty' "$day/alerts") == "" ]]
	rm -r "${T:?}/var"
	jq '.population = [{"name": "Indian deals", "where": {"region": "India"}}]' "$root/pipelines/conf/rules.json" > "$T/pipelines/conf/rules.json"
	echo '[{"from":"2024-03-20","to":"2024-03-21","text":"prices changed"}]' > "$T/pipelines/conf/annotations.json"
	saleswatch run daily weekly 2> /dev/null
	out=$(jq -r 'select(.region == "India") | .deal_id' "$day/deals" | wc -l)
	((out > 100))
	[[ $(wc -l < "$day/counted.excluded") == "$out" ]]
	[[ $(jq -c .left_out "$day/counted.summary") == "{\"Indian deals\":$out}" ]]
	! grep -q '"region":"India"' "$day/metrics" || return 1
	[[ $(sqlite3 "$db" "select count(*) from deals") == "$(wc -l < "$day/deals")" ]]
	number=$out; ((out < 1000)) || number=$((out / 1000)),$(printf %03d $((out % 1000)))
	grep -q "Left out: $number Indian deals" "$day/report.html"
	saleswatch store get run --db "$db" | jq -es --argjson out "$out" \
		'any(.[].stages[]?; .stage == "sift" and .dropped == $out and .left_out == {"Indian deals": $out})' > /dev/null
	jq -es 'any(.annotations[0].text == "prices changed")' "$day/alerts" > /dev/null
	grep -q 'Note: prices changed 2024-03-20 – 2024-03-21' "$day/report.html"
}
