# validate: good records pass as they came, the others are refused with one stable code each.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	one='{"deal_id":"a","created_date":"2024-01-02","closed_date":"2024-03-01","outcome":"won","amount":15562,"sales_cycle_days":59,"region":"India"}'
	two='{"deal_id":"b","created_date":"2024-02-29","outcome":"open","stage":"Demo","x":{"y":[1]},"z":null}'
}

# refused CODE FIELD RECORD: between two good ones it is refused so, its bytes are kept, and the
# good ones pass.
refused() {
	printf '%s\n' "$one" "$3" "$two" > records
	run --separate-stderr validate deal --rejects rejects --max-rejects 50% < records
	expect 0 "$one"$'\n'"$two" ""
	[[ $(jq -r '[.kind, .stage, .source, .line, .code, .field // "-"] | join(" ")' rejects) == "reject validate stdin 2 $1 $2" ]] ||
		{ echo "wanted $1 $2:"; cat rejects; return 1; }
	[[ $(jq -r .reason rejects) == ?* ]]
	[[ $(jq -j .text rejects) == "$3" ]]
}

@test "records that are good pass as they came, whatever else they hold" {
	records=$(printf '%s\n' "$one" "$two" '{ "outcome" : "open", "deal_id":"\u00e9\n", "amount": 1.50 }' \
		'{"deal_id":"c","outcome":"lost","created_date":"2024-01-02","closed_date":"2024-01-02","amount":0,"recorded_at":"2024-01-02T23:00:00.5-08:00","modified_at":"2024-01-03"}')
	run --separate-stderr validate deal <<< "$records"
	expect 0 "$records" ""
}

@test "a field that is missing, of another type, or out of its bounds" {
	refused deal_id_required deal_id '{"outcome":"open"}'
	refused deal_id_type deal_id '{"deal_id":7,"outcome":"open"}'
	refused deal_id_minLength deal_id '{"deal_id":"","outcome":"open"}'
	refused deal_id_maxLength deal_id "{\"deal_id\":\"$(printf 'é%.0s' {1..201})\",\"outcome\":\"open\"}"
	refused outcome_required outcome '{"deal_id":"x"}'
	refused outcome_type outcome '{"deal_id":"x","outcome":null}'
	refused outcome_enum outcome '{"deal_id":"x","outcome":"won?"}'
	refused outcome_enum outcome '{"deal_id":"x","outcome":"Won"}'
	refused amount_type amount '{"deal_id":"x","outcome":"open","amount":"12"}'
	refused amount_type amount '{"deal_id":"x","outcome":"open","amount":[12]}'
	refused amount_minimum amount '{"deal_id":"x","outcome":"open","amount":-0.01}'
	refused amount_format amount '{"deal_id":"x","outcome":"open","amount":1e3}'
	refused amount_format amount '{"deal_id":"x","outcome":"open","amount":0.00001}'
	refused amount_format amount '{"deal_id":"x","outcome":"open","amount":123456789012345}'
	refused currency_maxLength currency '{"deal_id":"x","outcome":"open","currency":"Euro"}'
	refused sales_cycle_days_type sales_cycle_days '{"deal_id":"x","outcome":"open","sales_cycle_days":1.5}'
	refused sales_cycle_days_minimum sales_cycle_days '{"deal_id":"x","outcome":"open","sales_cycle_days":-1}'
	refused region_minLength region '{"deal_id":"x","outcome":"open","region":""}'
	refused region_type region '{"deal_id":"x","outcome":"open","region":{"a":1}}'
}

@test "a date that does not exist, or is written otherwise" {
	for date in 2023-02-29 2024-02-30 2024-13-01 2024-00-10 0000-01-01 27/10/2021 2024-1-02 20240102 "2024-01-02 " ""; do
		refused created_date_format created_date '{"deal_id":"x","outcome":"open","created_date":"'"$date"'"}'
	done
	refused closed_date_type closed_date '{"deal_id":"x","outcome":"won","closed_date":20240102}'
	refused expected_close_date_format expected_close_date '{"deal_id":"x","outcome":"open","expected_close_date":"soon"}'
	refused recorded_at_format recorded_at '{"deal_id":"x","outcome":"open","recorded_at":"2024-01-02T25:00:00Z"}'
	refused modified_at_format modified_at '{"deal_id":"x","outcome":"open","modified_at":"yesterday"}'
}

@test "a decided deal has its dates and its amount, an open one no closing date" {
	refused created_date_required created_date '{"deal_id":"x","outcome":"won","closed_date":"2024-01-02","amount":1}'
	refused amount_required amount '{"deal_id":"x","outcome":"lost","created_date":"2024-01-02","closed_date":"2024-01-02"}'
	refused outcome_without_closed_date closed_date '{"deal_id":"x","outcome":"won","created_date":"2024-01-02","amount":1}'
	refused closed_date_without_outcome closed_date '{"deal_id":"x","outcome":"open","created_date":"2024-01-02","closed_date":"2024-01-03"}'
}

@test "dates that contradict each other, or the cycle between them" {
	refused closed_before_created closed_date '{"deal_id":"x","outcome":"won","amount":1,"created_date":"2024-01-02","closed_date":"2024-01-01"}'
	refused closed_before_created closed_date '{"deal_id":"x","outcome":"won","amount":1,"created_date":"2024-01-02","closed_date":"2023-12-31","sales_cycle_days":7}'
	refused cycle_contradicts_dates sales_cycle_days '{"deal_id":"x","outcome":"won","amount":1,"created_date":"2024-02-28","closed_date":"2024-03-01","sales_cycle_days":1}'
	run --separate-stderr validate deal <<< '{"deal_id":"x","outcome":"won","amount":1,"created_date":"2024-02-28","closed_date":"2024-03-01","sales_cycle_days":2.0}'
	expect 0 - ""
}

@test "the future is what has begun nowhere on Earth" {
	for field in created closed recorded modified; do
		case $field in
		created | closed) name=${field}_date ;;
		*) name=${field}_at ;;
		esac
		deal='{"deal_id":"x","outcome":"lost","amount":1,"created_date":"2024-03-01","closed_date":"2024-03-31","'$name'":"DAY"}'
		[[ $field == created ]] && deal='{"deal_id":"x","outcome":"open","created_date":"DAY"}'
		[[ $field == closed ]] && deal='{"deal_id":"x","outcome":"lost","amount":1,"created_date":"2024-03-01","closed_date":"DAY"}'
		SALESWATCH_NOW=2024-03-31T10:00:00Z run --separate-stderr validate deal <<< "${deal/DAY/2024-04-01}"
		expect 0 "${deal/DAY/2024-04-01}" ""
		export SALESWATCH_NOW=2024-03-31T09:59:59Z
		one=${one/2024-03-01/2024-03-01} refused "${field}_in_future" "$name" "${deal/DAY/2024-04-01}"
	done
}

@test "the most basic fault is the reason, the others are told too" {
	run --separate-stderr validate deal --rejects rejects --max-rejects 100% <<-'END'
	{"deal_id":"x","outcome":"won","created_date":"30/02/2023","closed_date":"2024-03-01","sales_cycle_days":4,"amount":-5}
	END
	expect 0 "" ""
	[[ $(jq -c '[.code, .field, .reason, .also]' rejects) == \
		'["created_date_format","created_date","must be a date that exists, as 2024-03-01",["amount_minimum"]]' ]]
}

@test "what is no record at all" {
	refused syntax - '{"deal_id":"x","outcome":open}'
	refused torn - '{"deal_id":"x","outc'
	refused not_object - '["deal_id"]'
	refused not_object - ''
	refused duplicate_field - '{"deal_id":"x","outcome":"open","deal_id":"y"}'
	refused nul - '{"deal_id":"x\u0000","outcome":"open"}'
	refused surrogate - '{"deal_id":"x\ud800","outcome":"open"}'
	refused number - '{"deal_id":"x","outcome":"open","n":1e999}'
	refused depth - "{\"deal_id\":\"x\",\"outcome\":\"open\",\"n\":$(printf '[%.0s' {1..70})$(printf ']%.0s' {1..70})}"
}

@test "bytes that are not UTF-8 are kept to the bit" {
	{ echo "$one"; printf '{"deal_id":"\xff\xfe"}\n'; printf '{"deal_id":"a\0b"}\n'; echo "$two"; } > records
	run --separate-stderr validate deal --rejects rejects --max-rejects 50% < records
	expect 0 "$one"$'\n'"$two" ""
	[[ $(jq -r .code rejects | paste -sd' ') == "encoding nul" ]]
	jq -r .base64 rejects | while read -r line; do base64 -d <<< "$line"; echo; done | cmp - <(sed -n 2,3p records)
}

@test "a line too long is refused, cut, and the next one read" {
	{ echo "$one"; printf '{"deal_id":"%s"}\n' "$(head -c 1200000 /dev/zero | tr '\0' x)"; echo "$two"; } > records
	run --separate-stderr validate deal --rejects rejects --max-rejects 50% < records
	expect 0 "$one"$'\n'"$two" ""
	[[ $(jq -c '[.code, .line, .cut, (.text | length)]' rejects) == '["long_line",2,true,131072]' ]]
}

@test "a reject says where the source had it, as fetch wrote it into the record" {
	run --separate-stderr validate deal --rejects rejects --max-rejects 100% \
		<<< '{"deal_id":"x","outcome":"won?","source":"crm.csv","line":12,"offset":1234}'
	expect 0 "" ""
	[[ $(jq -c '[.source, .line, .offset]' rejects) == '["crm.csv",12,1234]' ]]
}

@test "what the map marks as required is required, known to the schema or not" {
	cat > map.json <<-'END'
	{
		"fields": { "deal_id": { "from": "id" }, "outcome": { "from": "outcome" } },
		"dimensions": { "region": { "from": "region", "required": true }, "tier": { "from": "tier", "required": true }, "team": { "from": "team" } }
	}
	END
	run --separate-stderr validate deal --map map.json --rejects rejects --max-rejects 100% <<-'END'
	{"deal_id":"a","outcome":"open","region":"India","tier":"1"}
	{"deal_id":"b","outcome":"open","tier":"1"}
	{"deal_id":"c","outcome":"open","region":"India"}
	END
	expect 0 '{"deal_id":"a","outcome":"open","region":"India","tier":"1"}' ""
	[[ $(jq -r .code rejects | paste -sd' ') == "region_required tier_required" ]]
}

# records GOOD BAD
records() {
	for ((i = 0; i < $1; i++)); do echo "$two"; done
	for ((i = 0; i < $2; i++)); do echo '{"outcome":"open"}'; done
}

@test "four in a hundred may be bad, five too, six fail after everything is read" {
	records 96 4 > four
	records 95 5 > five
	records 94 6 > six
	run --separate-stderr validate deal --rejects rejects < four
	expect 0 "$(records 96 0)" ""
	run --separate-stderr validate deal --rejects rejects < five
	expect 0 - ""
	run --separate-stderr validate deal --rejects rejects --summary summary < six
	expect 65 "$(records 94 0)" "validate: 6 of 100 refused: more than 5%: deal_id_required 6"
	[[ $(wc -l < rejects) == 6 ]]
	[[ $(cat summary) == '{"stage":"validate","in":100,"out":94,"rejected":6,"dropped":0}' ]]
	run --separate-stderr validate deal --max-rejects 6 --rejects rejects < six
	expect 0 - ""
	run --separate-stderr validate deal --max-rejects 5 --rejects rejects < six
	expect 65
	run --separate-stderr validate deal --max-rejects many < six
	expect 64 "" "validate: --max-rejects many: must be a share, as 5%, or a number"
}

@test "refusals nobody keeps are at least told" {
	run --separate-stderr validate deal --max-rejects 50% < <(records 1 1)
	expect 0 "$two" "validate: 1 of 2 refused: deal_id_required 1; --rejects FILE keeps them"
}

@test "of many codes the five commonest are told" {
	{
		records 0 2
		printf '{"deal_id":"a","outcome":"%s"}\n' no nay never
		echo '[]'
		echo '{'
		echo '{"deal_id":1,"outcome":"open"}'
		printf '{"deal_id":"\0","outcome":"open"}\n'
	} > many
	run --separate-stderr validate deal --rejects rejects < many
	expect 65 "" "validate: 9 of 9 refused: more than 5%: outcome_enum 3, deal_id_required 2, not_object 1, torn 1, deal_id_type 1 and 1 more"
}

@test "upstream's refusals count too, over the rows it read" {
	records 94 3 > rows
	echo '{"stage":"fetch","in":100,"out":97,"rejected":3,"dropped":0}' > fetched
	run --separate-stderr validate deal --rejects rejects --upstream fetched < rows
	expect 65 - "validate: 6 of 100 refused: more than 5%: deal_id_required 3, upstream 3"
	echo '{"stage":"fetch","in":120,"out":97,"rejected":3,"dropped":20}' > fetched
	run --separate-stderr validate deal --rejects rejects --upstream fetched --summary counts < rows
	expect 0 - ""
	[[ $(cat counts) == '{"stage":"validate","in":97,"out":94,"rejected":3,"dropped":0}' ]]
}

@test "an upstream that sent on more than came, or left no summary, is an error" {
	echo '{"stage":"fetch","in":100,"out":98,"rejected":2,"dropped":0}' > fetched
	run --separate-stderr validate deal --rejects rejects --upstream fetched < <(records 97 0)
	expect 65 - "validate: fetched: 98 records sent on, but 97 came"
	run --separate-stderr validate deal --rejects rejects --upstream nowhere < <(records 97 0)
	expect 66 - "validate: nowhere: No such file or directory"
	echo '{"stage":"fetch"}' > fetched
	run --separate-stderr validate deal --rejects rejects --upstream fetched < <(records 97 0)
	expect 78 - "validate: fetched:1: /out: must be a number of records"
}

@test "a schema of one's own is a file, and nested faults say where they are" {
	cat > visit.json <<-'END'
	{
		"type": "object",
		"properties": {
			"who": { "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] },
			"pages": { "type": "array", "items": { "type": "object", "properties": { "ms": { "minimum": 0 } } } }
		}
	}
	END
	run --separate-stderr validate ./visit.json --rejects rejects --max-rejects 100% <<-'END'
	{"who":{"name":"Ann"},"pages":[{"ms":1},{"ms":0.5}]}
	{"who":{"name":7},"pages":[]}
	{"who":{"nom":"Ann"}}
	{"pages":[{"ms":1},{"ms":2},{"ms":-1}]}
	END
	expect 0 '{"who":{"name":"Ann"},"pages":[{"ms":1},{"ms":0.5}]}' ""
	[[ $(jq -r '.code + " " + .field' rejects) == "who_name_type who/name
who_name_required who/name
pages_items_ms_minimum pages/2/ms" ]]
}

@test "a kind nobody knows is a wrong use" {
	run --separate-stderr validate visit < /dev/null
	expect 64 "" "validate: visit: no kind of record we know, nor a file"
	run --separate-stderr validate < /dev/null
	expect 64 "" "usage: validate KIND *"
	run --separate-stderr validate ./nowhere.json < /dev/null
	expect 66 "" "validate: ./nowhere.json: No such file or directory"
}

@test "what the programs write fits the schemas of its kinds" {
	{ records 3 2; echo '{'; printf '{"\xff":1}\n'; } | validate deal --rejects rejects --summary counts --max-rejects 100% > /dev/null
	run --separate-stderr validate reject --max-rejects 0 < rejects
	expect 0 "$(cat rejects)" ""
	run --separate-stderr validate summary --max-rejects 0 < counts
	expect 0 "$(cat counts)" ""
}

# world CSV NOW: its deals through fetch and validate, and what they counted, which must add up.
# Its map says that this company knows of each deal when it began and what it is worth.
world() {
	jq '.fields.created_date.required = true | .fields.amount.required = true' \
		"$root/pipelines/conf/maps/default.json" > map.json
	SALESWATCH_NOW=$2 fetch csv "$1" --rejects unread --summary fetched > rows
	SALESWATCH_NOW=$2 validate deal --map map.json --upstream fetched \
		--rejects rejects --summary validated < rows > deals
	jq -es '(.[0].out == .[1].in) and all(.in == .out + .rejected + .dropped)' fetched validated > /dev/null
	[[ $(jq -s '.[1].out, .[0].rejected, .[1].rejected' fetched validated | paste -sd' ') == \
		"$(wc -l < deals) $(wc -l < unread) $(wc -l < rejects)" ]]
}

# dirt TRUTH: what became of each row that was spoilt on purpose, and of each that was not; prints
# what does not fit.
dirt() {
	python3 - "$1" <<-'END'
	import json, re, sys

	fits = {
	    "missing_field": "(region|amount|created_date)_required",
	    "unknown_value": "outcome_enum|repaired region",
	    "bad_amount": "amount_minimum|amount_type",
	    "bad_date_format": "created_date_format",
	    "impossible_date": "created_date_format",
	    "outcome_date_conflict": "outcome_without_closed_date",
	    "closed_before_created_or_future": "closed_before_created|created_in_future",
	    "duplicate_exact": "passed",
	    "duplicate_id_changed": "passed",
	    "clean": "passed",
	}
	dirty = {row["line"]: row["problem"] for row in json.load(open(sys.argv[1]))["dirty_rows"]}
	fate = {}
	for deal in map(json.loads, open("deals")):
	    fate[deal["line"]] = "repaired " + ",".join(deal["repaired"]) if "repaired" in deal else "passed"
	for reject in map(json.loads, [*open("unread"), *open("rejects")]):
	    fate[reject["line"]] = reject["code"]
	for line in sorted(dirty.keys() - fate.keys()):
	    print(line, "is gone")
	for line, what in fate.items():
	    problem = dirty.get(line, "clean")
	    if not re.fullmatch(fits[problem], what):
	        print(line, problem, what)
	print(len(dirty) > 400, "of", len(fate) > 60000)
	END
}

@test "of the simulated worlds every spoilt row is refused, repaired or left to dedupe, and no clean one" {
	outside data/truth
	for folder in "$testdata"/data/truth/*/; do
		echo "$folder"
		world "$folder/deals.csv" 2024-07-01T04:00:00Z
		run dirt "$folder/truth.json"
		expect 0 "True of True"
	done
}

@test "5,000 deals of a real-looking company: all pass" {
	outside data/sales_data.csv
	csv=$testdata/data/sales_data.csv
	world "$csv" 2025-01-01T04:00:00Z
	[[ $(cat validated) == '{"stage":"validate","in":5000,"out":5000,"rejected":0,"dropped":0}' ]]
}

# bad MODE: see bad.py.
bad() {
	local suite
	for suite in JSONTestSuite/test_parsing csv-spectrum utf8tests/utf8tests.txt utf8tests/utf8tests.bin naughty-strings/blns.json; do
		outside "suites/$suite"
	done
	run python3 "$root/tests/bad.py" "$1" "$testdata/suites"
}

@test "R6: all bad lines of the suites in one stream, each between two good ones, are refused, bit for bit" {
	bad stream
	expect 0 ""
}

# bats test_tags=figures
@test "R6: each alone, first, between, last and without a newline, too" {
	bad lines
	expect 0 "2033 lines, each refused alone"
}

# bats test_tags=figures
@test "R6: what refuses nothing is ended by each of them: the control" {
	bad fatal
	expect 0 "2033 lines, each that is no record ends what does not refuse"
}

@test "R6: nor do bad rows of a CSV file stop its good ones, through the whole pipe: in = out + rejected + dropped" {
	bad rows
	expect 0 "1987 rows in 7948 files, True"
}
