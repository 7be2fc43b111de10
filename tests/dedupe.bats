# dedupe - one record of each key.
# shellcheck disable=SC2154 # root and stderr come from helpers and bats
load helpers

@test "passes each id once, in order of arrival" {
	run --separate-stderr dedupe <<-'END'
	{"deal_id":"a","amount":1}
	{"deal_id":"b","amount":2}
	{"deal_id":"a","amount":3}
	END
	expect 0 '{"deal_id":"a","amount":1}
{"deal_id":"b","amount":2}' ""
}

@test "a key may be several fields, and their border counts" {
	run --separate-stderr dedupe --key a -k b <<-'END'
	{"a":"x","b":"yz"}
	{"a":"xy","b":"z"}
	{"b":"yz","a":"x"}
	{"a":"x","b":{"y":1}}
	{"a":"x","b":{"y":1},"c":2}
	END
	expect 0 '{"a":"x","b":"yz"}
{"a":"xy","b":"z"}
{"a":"x","b":{"y":1}}'
}

@test "a key is what it says, however it is written" {
	run --separate-stderr dedupe <<-'END'
	{"deal_id":"\u0061\u00e9"}
	{"deal_id":"aé"}
	{"deal\u005fid":"aé"}
	END
	expect 0 '{"deal_id":"\u0061\u00e9"}'
}

@test "a record without its key is 65 and named" {
	for bad in '{"x":1}' '{"deal_id":""}' '{"deal_id":null}'; do
		run --separate-stderr dedupe <<< '{"deal_id":"a"}'$'\n'"$bad"
		expect 65 - "dedupe: stdin:2: no deal_id"
	done
	run --separate-stderr dedupe -k a -k b <<< '{"a":1}'
	expect 65 "" "dedupe: stdin:1: no b"
}

@test "the newest wins where it stands; of equal or missing stamps the later arrival" {
	run --separate-stderr dedupe --newest at <<-'END'
	{"deal_id":"a","at":"2024-03-02","n":1}
	{"deal_id":"b","at":"2024-03-01","n":2}
	{"deal_id":"a","at":"2024-03-01","n":3}
	{"deal_id":"c","at":"2024-03-01","n":4}
	{"deal_id":"b","at":"2024-03-01","n":5}
	{"deal_id":"c","n":6}
	{"deal_id":"d","n":7}
	{"deal_id":"d","at":"","n":8}
	{"deal_id":"d","at":null,"n":9}
	{"deal_id":"e","n":10}
	{"deal_id":"e","at":"0001-01-01","n":11}
	END
	expect 0 '{"deal_id":"a","at":"2024-03-02","n":1}
{"deal_id":"b","at":"2024-03-01","n":5}
{"deal_id":"c","n":6}
{"deal_id":"d","at":null,"n":9}
{"deal_id":"e","at":"0001-01-01","n":11}'
}

@test "stamps are compared as instants, whatever their offset and to the microsecond" {
	run --separate-stderr dedupe --newest at <<-'END'
	{"deal_id":"a","at":"2024-03-01T12:00:00+05:30"}
	{"deal_id":"a","at":"2024-03-01T06:29:59Z"}
	{"deal_id":"b","at":"2024-03-01T12:00:00.25Z"}
	{"deal_id":"b","at":"2024-03-01T12:00:00.125Z"}
	{"deal_id":"c","at":"2024-03-01"}
	{"deal_id":"c","at":"2024-02-29T23:59:59-00:01"}
	{"deal_id":"d","at":"2024-03-01T00:00:00.000001Z"}
	{"deal_id":"d","at":"2024-03-01"}
	END
	expect 0 '{"deal_id":"a","at":"2024-03-01T12:00:00+05:30"}
{"deal_id":"b","at":"2024-03-01T12:00:00.25Z"}
{"deal_id":"c","at":"2024-02-29T23:59:59-00:01"}
{"deal_id":"d","at":"2024-03-01T00:00:00.000001Z"}'
}

@test "a stamp that is none is 65 and shown" {
	for bad in '"yesterday"' '"2024-02-30"' '"2024-03-01T10:00:00"' '"2024-03-01T10:00:00.Z"' 7 true; do
		run --separate-stderr dedupe --newest at <<< '{"deal_id":"a","at":'"$bad"'}'
		bad=${bad//\"/}
		expect 65 "" "dedupe: stdin:1: at: $bad: neither a date nor an RFC 3339 instant"
	done
}

@test "what is dropped is kept as it came, and counted" {
	for newest in "" at; do
		run --separate-stderr dedupe ${newest:+-n "$newest"} --dropped "$BATS_TEST_TMPDIR/dropped" \
			--summary "$BATS_TEST_TMPDIR/summary" <<-'END'
			{"deal_id":"a","at":"2024-01-01" , "x":1.10}
			{"deal_id":"b"}
			{"deal_id":"a","at":"2024-01-02","x":1.10}
			END
		[[ $status == 0 ]]
		if [[ $newest ]]; then
			[[ $(< "$BATS_TEST_TMPDIR/dropped") == '{"deal_id":"a","at":"2024-01-01" , "x":1.10}' ]]
		else
			[[ $(< "$BATS_TEST_TMPDIR/dropped") == '{"deal_id":"a","at":"2024-01-02","x":1.10}' ]]
		fi
		[[ $(< "$BATS_TEST_TMPDIR/summary") == '{"stage":"dedupe","in":3,"out":2,"rejected":0,"dropped":1}' ]]
	done
}

@test "200,000 records with every key thrice: the same winners as sort's" {
	records() {
		awk 'BEGIN { srand(7); for (i = 1; i <= 200000; i++) {
			at = int(rand() * 1000)
			printf "{\"deal_id\":\"D%d\",\"at\":\"2024-%02d-%02d\",\"n\":%d}\n",
				int(rand() * 66000), at % 12 + 1, at % 28 + 1, i } }'
	}
	records > "$BATS_TEST_TMPDIR/records"
	run --separate-stderr dedupe -n at --dropped "$BATS_TEST_TMPDIR/dropped" < "$BATS_TEST_TMPDIR/records"
	[[ $status == 0 ]]
	# the last of the newest of each key, in order of arrival
	awk -F'"' '$8 >= best[$4] { best[$4] = $8; line[$4] = $0; at[$4] = NR }
		END { for (key in line) print at[key] "\t" line[key] }' "$BATS_TEST_TMPDIR/records" |
		sort -n | cut -f2 | cmp - <(echo "$output")
	cat - "$BATS_TEST_TMPDIR/dropped" <<< "$output" | sort | cmp - <(sort "$BATS_TEST_TMPDIR/records")
	awk -F'"' '!seen[$4]++' "$BATS_TEST_TMPDIR/records" | cmp - <(dedupe < "$BATS_TEST_TMPDIR/records")
	awk -F'"' '!seen[$4]++' "$BATS_TEST_TMPDIR/records" | cmp - <(dedupe --trust < "$BATS_TEST_TMPDIR/records")
}

@test "live input is answered at once" {
	first=$({ echo '{"deal_id":"a"}'; sleep 3; } | dedupe | timeout 2 head -1)
	[[ $first == '{"deal_id":"a"}' ]]
}

@test "a record passes as the bytes it came in: blanks, CRLF, escapes" {
	printf '{ "deal_id" : "a" , "x" : [1,{"y":"}"}], "z":"\\u00e9\\/" }\r\n' > "$BATS_TEST_TMPDIR/odd"
	for newest in "" at; do
		dedupe ${newest:+-n "$newest"} < "$BATS_TEST_TMPDIR/odd" > "$BATS_TEST_TMPDIR/out"
		cmp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/odd"
	done
	dedupe --trust < "$BATS_TEST_TMPDIR/odd" > "$BATS_TEST_TMPDIR/out"
	cmp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/odd"
}

@test "a torn or bad line is 65 and named, a missing last newline is not torn" {
	run --separate-stderr dedupe <<< '{"deal_id":"a"}'$'\n''{"deal_id":"b","a'
	expect 65 - "dedupe: stdin:2: byte *"
	run --separate-stderr dedupe --trust <<< '{"deal_id":"a"}'$'\n''{"deal_id":"b","a'
	expect 65 - "dedupe: stdin:2: byte *"
	run --separate-stderr dedupe <<< '{"deal_id":"b","a":1,"a":2}'
	expect 65 "" "dedupe: stdin:1: byte * duplicate *"
	run --separate-stderr dedupe <<< ''
	expect 65 "" "dedupe: stdin:1: byte 1: not an object"
	run --separate-stderr dedupe < <(printf '{"deal_id":"a"}')
	expect 0 '{"deal_id":"a"}'
}

@test "full disk and closed output are 74, an early reader's end is 141" {
	records=$(seq -f '{"deal_id":"%g"}' 50000)
	for newest in "" at; do
		status=0
		dedupe ${newest:+-n "$newest"} <<< "$records" > /dev/full 2> "$BATS_TEST_TMPDIR/why" || status=$?
		[[ $status == 74 && $(< "$BATS_TEST_TMPDIR/why") == "dedupe: stdout: No space left on device" ]]
		status=0
		dedupe ${newest:+-n "$newest"} <<< "$records" >&- 2> /dev/null || status=$?
		[[ $status == 74 ]]
		status=0
		dedupe ${newest:+-n "$newest"} --dropped /dev/full <<< "$records"$'\n'"$records" \
			> /dev/null 2> /dev/null || status=$?
		[[ $status == 74 ]]
	done
	(
		trap '' PIPE
		{
			seq -f '{"deal_id":"%g"}' 500000 2> /dev/null | dedupe ||
				echo $? > "$BATS_TEST_TMPDIR/status"
		} | true
	)
	[[ $(< "$BATS_TEST_TMPDIR/status") == 141 ]]
}

@test "no room in TMPDIR is an error of its own" {
	TMPDIR=/nowhere run --separate-stderr dedupe --newest at <<< '{"deal_id":"a"}'
	expect 73 "" "dedupe: /nowhere/saleswatch.*: No such file or directory"
	mkdir "$BATS_TEST_TMPDIR/empty"
	TMPDIR=$BATS_TEST_TMPDIR/empty run --separate-stderr dedupe --newest at <<< '{"deal_id":"a"}'
	expect 0 '{"deal_id":"a"}'
	[[ -z $(ls -A "$BATS_TEST_TMPDIR/empty") ]]
}

@test "an unreadable input is 74, a sidecar that cannot be made 73" {
	run --separate-stderr dedupe < .
	expect 74 "" "dedupe: stdin: Is a directory"
	run --separate-stderr dedupe --dropped /nowhere/x <<< '{"deal_id":"a"}'
	expect 73 "" "dedupe: /nowhere/x: No such file or directory"
}

@test "a wrong option is 64 with the usage line; help shows an example first" {
	run --separate-stderr dedupe --nonsense
	expect 64 ""
	[[ $stderr == *"usage: dedupe "* ]]
	run --separate-stderr dedupe operand
	expect 64 "" "usage: dedupe *"
	run --separate-stderr dedupe --dropped -
	expect 64 "" "dedupe: --dropped -: standard output is for what passes"
	run --separate-stderr dedupe --help
	[[ $status == 0 && ${lines[0]} == "example: saleswatch dedupe "* && ${lines[1]} == "usage: dedupe "* ]]
	run --separate-stderr dedupe --version
	expect 0 "dedupe (saleswatch) $(sed -n 's/^VERSION *:= *//p' "$root/Makefile")" ""
}

# ---- look-alikes

# alike WANTED DEAL...: of the deals (name|amount|created|closes|account, more as JSON), the pairs told.
alike() {
	local want=$1 id=0 name amount created closes account more
	shift
	for deal in "$@"; do
		IFS='|' read -r name amount created closes account more <<< "$deal"
		jq -nc --arg id "$((++id))" --arg n "$name" --argjson a "${amount:-null}" --arg c "$created" --arg e "$closes" --arg k "${account:-Acme}" \
			"{deal_id: \$id, name: \$n, amount: \$a, created_date: \$c, expected_close_date: \$e, account: \$k, outcome: \"open\"} + {${more-}}"
	done > "$BATS_TEST_TMPDIR/deals"
	told=$(dedupe --alike --account account < "$BATS_TEST_TMPDIR/deals" | jq -r '"\(.deal_id)=\(.other)"' | paste -sd ' ')
	[[ $told == "$want" ]] || { echo "$told, not $want, of: $*"; return 1; }
}

@test "a look-alike: one account however it is written, near amounts and days, a name alike" {
	alike 2=1 'Acme Renewal|1000|2024-03-01|2024-06-01' 'ACME  renewal|1000|2024-03-01|2024-06-01'
	alike 2=1 'Renewal|1000|2024-03-01|2024-06-01|Müller GmbH & Co. KG' 'Renewal|1000|2024-03-02|2024-06-01|'$'MU\u0308LLER'
	alike 2=1 'Renewal|1000|2024-03-01|2024-06-01|Straße 7 S.A.' 'Renewal|1000|2024-03-02|2024-06-01|STRASSE 7 SA'
	alike 2=1 'Renewal|1000|2024-03-01|2024-06-01|Société Générale' 'Renewal|1000|2024-03-02|2024-06-01|societe ｇenerale, Inc.'
	alike 2=1 'Server licences Berlin|1000|2024-03-01|2024-06-01' 'Server licenses, Berlin|1019|2024-03-12|2024-06-20'
	alike 2=1 'Platform rollout|1000|2024-03-01|2024-06-01' 'Acme Ltd – Platform roll-out (copy)|1000|2024-03-04|2024-06-01'
	alike 2=1 'Seats 2024 Acme|1000|2024-03-01|2024-06-01' 'Acme 2024: seats|1000|2024-03-01|'
	alike 2=1 '|1000|2024-03-01|2024-06-01' '|1000|2024-03-02|2024-06-01'
	# of several the one it is most like, whatever the order of arrival
	alike '2=1 3=1' 'Seats|1000|2024-03-05|2024-06-01' 'Seats|1010|2024-03-01|2024-06-01' 'Seats|1000|2024-03-05|2024-06-02'
}

@test "what only looks like a look-alike is not told" {
	# the same again, in another year, month or fortnight; several years sold at once
	alike '' 'Acme renewal|1000|2022-03-01|2022-06-01' 'Acme renewal|1000|2023-03-01|2023-06-01' 'Acme renewal|1000|2024-03-01|2024-06-01'
	alike '' 'Seats|1000|2024-01-31|2024-02-20' 'Seats|1000|2024-02-29|2024-03-20' 'Seats|1000|2024-03-31|2024-04-20'
	alike '' 'Support|1000|2024-03-01|2024-06-01' 'Support|1000|2024-03-01|2025-06-01' 'Support|1000|2024-03-01|2026-06-01'
	# names that differ by what matters
	alike '' 'Data centre migration phase 1|1000|2024-03-01|2024-06-01' 'Data centre migration phase 2|1000|2024-03-01|2024-06-01'
	alike '' 'Data centre migration site A|1000|2024-03-01|2024-06-01' 'Data centre migration site B|1000|2024-03-01|2024-06-01'
	alike '' 'Platform rollout Europe|1000|2024-03-01|2024-06-01' 'Platform rollout Asia|1000|2024-03-01|2024-06-01'
	alike '' 'Rollout Austria|1000|2024-03-01|2024-06-01' 'Rollout Australia|1000|2024-03-01|2024-06-01'
	alike '' 'Platform|1000|2024-03-01|2024-06-01' 'Platform upgrade|1000|2024-03-01|2024-06-01'
	alike '' 'PO 4711|1000|2024-03-01|2024-06-01' 'PO 4712|1000|2024-03-01|2024-06-01'
	alike '' 'Seats|1000|2024-03-01|2024-06-01' '|1000|2024-03-01|2024-06-01'
	# another account, amount, currency, product; itself once more
	alike '' 'Seats|1000|2024-03-01|2024-06-01|Acme North' 'Seats|1000|2024-03-01|2024-06-01|Acme South'
	alike '' 'Seats|1000|2024-03-01|2024-06-01' 'Seats|1021|2024-03-01|2024-06-01' 'Seats|null|2024-03-01|2024-06-01'
	alike '' 'Seats|1000|2024-03-01|2024-06-01|Acme|"currency":"EUR"' 'Seats|1000|2024-03-01|2024-06-01|Acme|"currency":"USD"'
	alike '' 'Seats|1000|2024-03-01|2024-06-01|Acme|"product_type":"Pro"' 'Seats|1000|2024-03-01|2024-06-01|Acme|"product_type":"Core"'
	alike '' 'Seats|1000|2024-03-01|2024-06-01|Acme|"deal_id":"x"' 'Seats|1000|2024-03-01|2024-06-01|Acme|"deal_id":"x"'
	# without names, two orders of a week, or of one day for other products
	alike '' '|1000|2024-03-01|2024-06-01' '|1000|2024-03-04|2024-06-01' '|1000|2024-03-04|2024-06-02' '|999|2024-03-04|2024-06-02'
	alike '' '|1000|2024-03-01|2024-06-01|Acme|"product_type":"Pro"' '|1000|2024-03-01|2024-06-01'
}

@test "a look-alike is a record that says why, and the sample has none" {
	alike 2=1 'Seats|1000|2024-03-01|2024-06-01' 'seats|1010.50|2024-03-03|2024-06-01'
	dedupe --alike --account account < "$BATS_TEST_TMPDIR/deals" > "$BATS_TEST_TMPDIR/told"
	[[ $(< "$BATS_TEST_TMPDIR/told") == '{"kind":"alike","v":1,"deal_id":"2","other":"1","account":"acme","why":"one account, amounts 1000 and 1010.5, created 2 days apart, one name","score":0.97}' ]]
	validate "$root/schemas/alike.json" < "$BATS_TEST_TMPDIR/told" > "$BATS_TEST_TMPDIR/valid"
	cmp "$BATS_TEST_TMPDIR/valid" "$BATS_TEST_TMPDIR/told"
	fetch csv "$root/tests/data/deals.csv" --max-rejects 50% | validate deal --max-rejects 50% | dedupe > "$BATS_TEST_TMPDIR/sample"
	dedupe --alike --summary "$BATS_TEST_TMPDIR/summary" < "$BATS_TEST_TMPDIR/sample" > "$BATS_TEST_TMPDIR/told"
	n=$(wc -l < "$BATS_TEST_TMPDIR/sample")
	[[ ! -s $BATS_TEST_TMPDIR/told && $(jq -c '[.in, .written]' "$BATS_TEST_TMPDIR/summary") == "[$n,0]" ]]
	# 300 of them entered twice, a day later, with a slip in the name: all are told, and nothing else
	jq -c '.name = "Deal of \(.sales_rep_id | sub("_"; "")), \(.region // "nowhere"), rollout \(.deal_id)"' "$BATS_TEST_TMPDIR/sample" |
		awk '{ print } NR % 90 == 0 && NR <= 27000' | awk '$0 == last { sub(/"deal_id":"/, "&twin"); sub(/rollout/, "rolout") } { print; last = $0 }' > "$BATS_TEST_TMPDIR/twins"
	dedupe --alike < "$BATS_TEST_TMPDIR/twins" | jq -r '[.deal_id, .other] | sort | join("=")' | sort > "$BATS_TEST_TMPDIR/told"
	grep -o '"deal_id":"twin[^"]*' "$BATS_TEST_TMPDIR/twins" | sed 's/.*twin\(.*\)/\1=twin\1/' | sort > "$BATS_TEST_TMPDIR/planted"
	(( $(wc -l < "$BATS_TEST_TMPDIR/planted") > 250 ))
	diff "$BATS_TEST_TMPDIR/planted" "$BATS_TEST_TMPDIR/told"
}

# bats test_tags=figures
@test "many deals of one account on one day take no longer than their number" {
	for kind in same other; do
		for n in 20000 80000; do
			seq "$n" | awk -v kind=$kind '{ printf "{\"deal_id\":\"%d\",\"account_id\":\"a\",\"name\":\"Seats for Europe %s\",\"amount\":100,\"created_date\":\"2024-01-01\"}\n", $1, kind == "same" ? "" : $1 "x" }' > "$BATS_TEST_TMPDIR/deals"
			/usr/bin/time -f %U -o "$BATS_TEST_TMPDIR/spent" dedupe --alike < "$BATS_TEST_TMPDIR/deals" > "$BATS_TEST_TMPDIR/told"
			echo "$n $(< "$BATS_TEST_TMPDIR/spent")"
		done
	done > "$BATS_TEST_TMPDIR/spents"
	awk '{ if ($1 == 80000 && $2 > 8 * last + 0.2) bad = 1; last = $2 } END { exit bad }' "$BATS_TEST_TMPDIR/spents" || { cat "$BATS_TEST_TMPDIR/spents"; return 1; }
}

@test "--alike goes with no option that drops; its own go with nothing else" {
	for options in '--key a' '--newest a' '--dropped x'; do
		# shellcheck disable=SC2086
		run --separate-stderr dedupe --alike $options
		expect 64 "" "dedupe: --alike drops nothing: *"
	done
	for options in '--account a' '--within 3'; do
		# shellcheck disable=SC2086
		run --separate-stderr dedupe $options
		expect 64 "" "dedupe: --account and --within are for --alike"
	done
	for days in '' x -1 3d 367; do
		run --separate-stderr dedupe --alike --within "$days"
		expect 64 "" "dedupe: --within $days: not a number of days up to 366"
	done
	run --separate-stderr dedupe --alike <<< '{"account_id":"a"}'
	expect 65 "" "dedupe: stdin:1: no deal_id"
}
