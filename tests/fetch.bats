# fetch - deals from CSV.
load helpers

map=pipelines/conf/maps/default.json
crm=pipelines/conf/maps/crm_opportunities.json

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	echo '{"fields":{"deal_id":{"from":"id"},"outcome":{}}}' > bare.json
}

# fields FIELD...: of the records in $output, tab-separated.
fields() {
	local list
	list=$(printf '.%s,' "$@")
	jq -r "[${list%,}] | @tsv" <<< "$output"
}

@test "reads a CSV file to deals, each with its source, line and offset" {
	printf 'deal_id,outcome,deal_amount,region\nD1,Won,1200.50,Europe\nD2,,,\n' > deals.csv
	run --separate-stderr fetch csv deals.csv
	expect 0 '{"deal_id":"D1","outcome":"won","amount":1200.50,"region":"Europe","source":"deals.csv","line":2,"offset":35}
{"deal_id":"D2","outcome":"open","source":"deals.csv","line":3,"offset":57}' ""
	run --separate-stderr fetch csv - < deals.csv
	expect 0 '{"deal_id":"D1","outcome":"won","amount":1200.50,"region":"Europe","source":"stdin","line":2,"offset":35}
{"deal_id":"D2","outcome":"open","source":"stdin","line":3,"offset":57}' ""
}

@test "the map it has built in is the default map" {
	python3 - "$(command -v fetch)" "$root/$map" <<-'END'
	import sys
	program, file = (open(name, "rb").read() for name in sys.argv[1:])
	assert file + b"\0" in program, "run make: the map is newer than the program"
	END
	run --separate-stderr fetch csv "$root/tests/data/deals.csv" --rejects r1
	one=$output
	run --separate-stderr fetch csv "$root/tests/data/deals.csv" --rejects r2 --map "$root/$map"
	expect 0 "$one"
	cmp r1 r2
}

@test "the maps and what --suggest-map writes are what the schema says a map is" {
	printf 'Deal Name,Stage,Record ID\nx,Closed Won,1\n' > strange.csv
	fetch csv --suggest-map strange.csv > strange.json
	for file in "$root/$map" "$root/$crm" strange.json bare.json; do
		run --separate-stderr validate "$root/schemas/map.json" < <(jq -c . "$file")
		expect 0 "$(jq -c . "$file")" ""
	done
	run --separate-stderr validate "$root/schemas/map.json" <<< '{"fields":{"deal_id":{"form":"id"},"outcome":{}}}'
	expect 65
}

@test "repairs case and blanks to the known spelling and says so; what it never saw passes" {
	run --separate-stderr fetch csv - <<-'END'
	deal_id,outcome,region,lead_source
	1,WON,INDIA ,Referral
	2,won?,Atlantis,  inbound
	3,Lost,india ,refer ral
	END
	expect 0 - ""
	[[ $(jq -c '[.outcome, .region, .lead_source, .repaired]' <<< "$output") == \
'["won","India","Referral",["outcome","region"]]
["won?","Atlantis","Inbound",["lead_source"]]
["lost","India","refer ral",["region"]]' ]]
}

@test "a text as near to two known spellings as to one is left alone" {
	echo '{"fields":{"deal_id":{},"outcome":{}},"dimensions":{"tier":{"known":["Pro","PRO"]}}}' > map
	printf 'deal_id,outcome,tier\n1,won,Pro\n2,won,PRO\n3,won,pro\n' > in
	run --separate-stderr fetch csv in --map map
	[[ $(fields tier repaired) == $'Pro\t\nPRO\t\npro\t' ]]
}

@test "a cell keeps its blanks, and empty is not blank" {
	printf 'id,outcome,note\n 1,won ,  \n2,,\n' > in
	run --separate-stderr fetch csv in --map bare.json
	expect 0 '{"deal_id":" 1","outcome":"won ","note":"  ","source":"in","line":2,"offset":16}
{"deal_id":"2","source":"in","line":3,"offset":27}'
}

@test "a column the map does not know passes under its own name, unless the map drops it" {
	printf 'id,outcome,source,,deal_id,x "y"\n1,won,Web,nameless,x,z\n' | sed 's/x "y"/"x ""y"""/' > in
	run --separate-stderr fetch csv in --map bare.json
	expect 0 '{"deal_id":"1","outcome":"won","source_2":"Web","column_4":"nameless","deal_id_2":"x","x \"y\"":"z","source":"in","line":2,"offset":37}'
	jq '.others = "drop"' bare.json > map
	run --separate-stderr fetch csv in --map map
	expect 0 '{"deal_id":"1","outcome":"won","source":"in","line":2,"offset":37}'
}

@test "the first column of a list that is there is taken, in any case; one column may serve twice" {
	echo '{"fields":{"deal_id":{"from":["key","ID"]},"outcome":{"from":"Stage","values":{"Done":"won"}},"stage":{"from":"Stage"}}}' > map
	printf 'stage,id\nDone,7\n' > in
	run --separate-stderr fetch csv in --map map
	expect 0 '{"outcome":"won","stage":"Done","deal_id":"7","source":"in","line":2,"offset":9}'
}

@test "numbers become numbers digit for digit, or stay text" {
	jq '.fields.amount = {"type":"number"}' bare.json > map
	for number in 0 1.50 -3 1234567890.1234; do
		run --separate-stderr fetch csv - --map map <<< $'id,outcome,amount\n1,won,'"$number"
		[[ $output == *"\"amount\":$number,"* ]]
	done
	for text in N/A 1e5 007 +1 .5 1. 1,0 £5 ' 5' 0x1F NaN; do
		run --separate-stderr fetch csv - --map map <<< $'id;outcome;amount\n1;won;'"$text"
		[[ $output == *"\"amount\":\"$text\","* ]]
	done
}

@test "a map may state other marks in numbers" {
	jq '.fields.amount = {"type":"number"} | .decimal = "," | .thousands = "."' bare.json > map
	printf '%s\n' 'id;outcome;amount' '1;;1.234.567,89' '2;;-12,5' '3;;1234' '4;;1.23' '5;;12.34.567' '6;;1,2,3' '7;;1234.567' > in
	run --separate-stderr fetch csv in --map map
	[[ $(jq -c .amount <<< "$output" | tr '\n' ' ') == '1234567.89 -12.5 1234 "1.23" "12.34.567" "1,2,3" "1234.567" ' ]]
}

@test "dates pass as they stand, right or wrong, where the map states the format we use" {
	printf 'deal_id,outcome,created_date\n1,Won,2024-02-30\n2,Won,27/10/2021\n3,Won,2024-01-02\n' > in
	run --separate-stderr fetch csv in
	[[ $(fields created_date) == $'2024-02-30\n27/10/2021\n2024-01-02' ]]
}

@test "dates of a stated format are converted, and what does not fit is refused, not guessed" {
	for pair in DD/MM/YYYY=13/2/2024 MM/DD/YYYY=2/13/2024 DD.MM.YYYY=13.02.2024 YYYY/MM/DD=2024/02/13 \
		'DD.MM.YYYY hh:mm=13.02.2024 9:05' 'YYYY-MM-DDThh:mm:ssZ=2024-02-13T23:59:59Z'; do
		jq --arg f "${pair%=*}" '.fields.created_date = {"type":"date"} | .dates = $f' bare.json > map
		run --separate-stderr fetch csv - --map map <<< $'id,outcome,created_date\n1,won,'"${pair#*=}"
		[[ $(fields created_date) == 2024-02-13 ]]
		for wrong in 2024-02-13 31/02/2024 02/31/2024 31.02.2024 13/2/24 13/2/2024x x "${pair#*=} "; do
			run --separate-stderr fetch csv - --map map --max-rejects 1 --rejects r <<< \
				$'id,outcome,created_date\n1,won,'"$wrong"
			expect 0 ""
			[[ $(jq -r '[.code, .field, .reason] | join("|")' r) == "date_format|created_date|must be a day written ${pair%=*}" ]]
		done
	done
}

@test "an instant passes where the name of the field ends in _at; a field may have its own format" {
	echo '{"fields":{"deal_id":{},"outcome":{},"modified_at":{"type":"date"},"created_date":{"type":"date","dates":"MM/DD/YYYY"}},"dates":"DD/MM/YYYY"}' > map
	printf 'deal_id,outcome,modified_at,created_date\n1,won,2024-03-01T10:00:00+02:00,03/04/2024\n2,won,03/04/2024,03/04/2024\n' > in
	run --separate-stderr fetch csv in --map map
	[[ $(fields modified_at created_date) == $'2024-03-01T10:00:00+02:00\t2024-03-04\n2024-04-03\t2024-03-04' ]]
}

@test "one column is the closing date of decided deals and the hope of open ones" {
	echo '{"fields":{"deal_id":{},"outcome":{"values":{"Closed Won":"won"}},
		"closed_date":{"from":"close","when":"decided"},"expected_close_date":{"from":"close","when":"open"}}}' > map
	printf 'deal_id,close,outcome\n1,2024-01-01,Closed Won\n2,2024-01-02,open\n3,2024-01-03,\n' > in
	run --separate-stderr fetch csv in --map map
	[[ $(fields closed_date expected_close_date) == $'2024-01-01\t\n\t2024-01-02\n\t2024-01-03' ]]
}

@test "the separator is the map's, or the one the header has most often" {
	for mark in ',' ';' $'\t' '|'; do
		run --separate-stderr fetch csv - --map bare.json <<< "id${mark}outcome${mark}\"a,b;c|d\"
1${mark}won${mark}\"x,y;z|w\""
		[[ $(jq -r '.["a,b;c|d"]' <<< "$output") == 'x,y;z|w' ]]
	done
	jq '.separator = "^"' bare.json > map
	run --separate-stderr fetch csv - --map map <<< $'id^outcome^a,b,c,d\n1^won^x'
	[[ $(jq -r '.["a,b,c,d"]' <<< "$output") == x ]]
	# empty lines that come by themselves are no header
	[[ $({ echo; sleep .2; printf 'id;outcome;a,b\n1;won;x\n'; } | fetch csv - --map bare.json | jq -r '.["a,b"]') == x ]]
}

@test "byte order mark, CR LF, lone CR, quotes, newlines in cells, empty lines, no last newline" {
	printf '\xef\xbb\xbfid,outcome,x\r\n\r\n1,won,"a\r\nb, ""c"""\r\n\n2,won,é\n\n3,won,"z"' > in
	run --separate-stderr fetch csv in --map bare.json
	expect 0 '{"deal_id":"1","outcome":"won","x":"a\r\nb, \"c\"","source":"in","line":3,"offset":19}
{"deal_id":"2","outcome":"won","x":"é","source":"in","line":6,"offset":41}
{"deal_id":"3","outcome":"won","x":"z","source":"in","line":8,"offset":51}' ""
	printf 'id,outcome\r1,won\r2,lost\r' > in
	run --separate-stderr fetch csv in --map bare.json
	[[ $(fields deal_id line offset) == $'1\t2\t11\n2\t3\t17' ]]
}

@test "quoted and bare cells are read alike" {
	head -n 3000 "$root/tests/data/deals.csv" | grep -v '[" ]' > bare.csv
	sed 's/,/","/g; s/^/"/; s/$/"/' bare.csv > quoted.csv
	fetch csv bare.csv | sed 's/,"source".*//' > one
	fetch csv quoted.csv | sed 's/,"source".*//' > two
	[[ $(wc -l < one) -gt 1000 ]]
	cmp one two
}

@test "what is refused keeps code, source, line, offset, reason and bytes; the good rows pass" {
	{
		printf 'id,outcome,x\n1,won,a\n2,won\n3,won,"open\n4,won,b\n5,wo"n,c\n'
		printf '6,won,\xff\n7,w\x00n,d\n8,won,"%s"\n9,won,"two\nlines"\n' "$(printf '%065537d' 0)"
	} > in
	run --separate-stderr fetch csv in --map bare.json --rejects r --max-rejects 6 --summary s
	expect 0 - ""
	[[ $(fields deal_id line) == $'1\t2\n4\t5\n9\t10' ]]
	[[ $(jq -r '[.kind, .v, .stage, .source, .line, .offset, .code, .reason] | @tsv' r) == \
$'reject\t1\tfetch\tin\t3\t21\twidth\thas 2 cells, the header 3
reject\t1\tfetch\tin\t4\t27\tquote\thas a quote that is not closed
reject\t1\tfetch\tin\t6\t47\tquote\thas a quote in the middle of a cell
reject\t1\tfetch\tin\t7\t56\tencoding\tis not UTF-8
reject\t1\tfetch\tin\t8\t64\tnul\thas a NUL byte
reject\t1\tfetch\tin\t9\t72\tlong_field\thas a cell longer than 64 KiB' ]]
	[[ $(jq -r 'select(.line == 4).text' r) == '3,won,"open' ]]
	[[ $(jq -r 'select(.line == 7).base64' r | base64 -d | od -An -c) == $(printf '6,won,\xff' | od -An -c) ]]
	[[ $(cat s) == '{"stage":"fetch","in":9,"out":3,"rejected":6,"dropped":0}' ]]
}

@test "a quote left open above good rows and closed below them costs only its own line" {
	printf 'id,outcome,x\n1,won,"open\n2,won,b\n3,won,c\ny",4\n5,won,d\n' > in
	run --separate-stderr fetch csv in --map bare.json --rejects r --max-rejects 2
	[[ $(fields deal_id) == $'2\n3\n5' ]]
	[[ $(jq -r '[.line, .code, .text] | @tsv' r) == $'2\tquote\t1,won,"open\n5\tquote\ty",4' ]]
}

@test "a row over 1 MiB is refused and cut, in the file or as a record" {
	{ printf 'id,outcome,x\n1,won,'; head -c 1048576 /dev/zero | tr '\0' y; printf '\n2,won,z\n'; } > in
	run --separate-stderr fetch csv in --map bare.json --rejects r --max-rejects 1
	[[ $(fields deal_id line) == $'2\t3' ]]
	[[ $(jq -r '[.code, .line, .offset, .cut, (.text | length)] | @tsv' r) == $'long_row\t2\t13\ttrue\t131072' ]]
	{
		printf 'id,outcome'; printf ',c%s' {1..5}; printf '\n1,won'
		for i in {1..5}; do printf ',"%s"' "$(head -c 60000 /dev/zero | tr '\0' '\001')"; done
		printf '\n2,won,,,,,\n'
	} > in
	run --separate-stderr fetch csv in --map bare.json --rejects r --max-rejects 1
	[[ $(fields deal_id) == 2 && $(jq -r .code r) == long_row ]]
}

# bats test_tags=bytes
@test "bad rows among good ones, first, last and without a newline, never stop them" {
	outside suites/naughty-strings/blns.json
	blns=$testdata/suites/naughty-strings/blns.json
	outside suites/JSONTestSuite/test_parsing
	json=$testdata/suites/JSONTestSuite/test_parsing
	outside suites/utf8tests/utf8tests.txt
	utf8=$testdata/suites/utf8tests/utf8tests.txt
	run python3 "$root/tests/rows.py" bad "$blns" "$utf8" "$json"/*.json
	expect 0 "1702 rows among good ones"
}

@test "naughty strings come through as they are" {
	outside suites/naughty-strings/blns.json
	blns=$testdata/suites/naughty-strings/blns.json
	jq -r '["id","outcome","x"], (.[] | select(. != "") | ["1", "won", .]) | @csv' "$blns" > in
	run --separate-stderr fetch csv in --map bare.json
	expect 0 - ""
	[[ $(jq -c .x <<< "$output") == "$(jq -c '.[] | select(. != "")' "$blns")" ]]
}

@test "csv-spectrum is read as it should be, but for a file that is not UTF-8" {
	outside suites/csv-spectrum
	suite=$testdata/suites/csv-spectrum
	for file in "$suite"/csvs/*.csv; do
		name=$(basename "$file" .csv)
		jq -R -s 'split("\n")[0] | rtrimstr("\r") | split(",") | {others: "keep", fields: {deal_id: {from: .[0]}, outcome: {from: (.[1] // "none")}}}' \
			"$file" > map
		run --separate-stderr fetch csv "$file" --map map
		if [[ $name == location_coordinates ]]; then
			expect 65 "" "fetch: 1 of 1 refused: more than 5%: quote 1"
			continue
		fi
		expect 0 - ""
		first=$(jq -r .fields.deal_id.from map) second=$(jq -r .fields.outcome.from map)
		got=$(jq -S -c --arg a "$first" --arg b "$second" \
			'{($a): .deal_id, ($b): .outcome} + del(.deal_id, .outcome, .source, .line, .offset) | with_entries(select(.value != null))' <<< "$output")
		[[ $got == "$(jq -S -c '.[] | with_entries(select(.value != ""))' "$suite/json/$name.json")" ]] || { echo "$name: $got"; return 1; }
	done
}

# bats test_tags=bytes
@test "random bytes: all counted, placed and kept; the same at any pace; what Python writes is read" {
	run python3 "$root/tests/rows.py" random 1 "${SALESWATCH_FUZZ:-60}"
	expect 0 "the same at any pace, and as Python wrote it"
}

@test "rows that straddle the blocks they are read in are read alike" {
	run python3 "$root/tests/rows.py" blocks
	expect 0 "the same in any blocks"
}

@test "sales_data: 5,000 rows in, 5,000 deals out" {
	outside data/sales_data.csv
	csv=$testdata/data/sales_data.csv
	fetch csv "$csv" --summary s > deals
	[[ $(cat s) == '{"stage":"fetch","in":5000,"out":5000,"rejected":0,"dropped":0}' ]]
	[[ $(jq -s -c '[length, (map(.amount) | add)]' deals) == "$(awk -F, 'NR > 1 { n++; s += $10 } END { printf "[%d,%d]", n, s }' "$csv")" ]]
}

@test "the CRM's opportunities: 8,800 rows, and the sums that awk makes" {
	outside data/crm_opportunities/sales_pipeline.csv
	csv=$testdata/data/crm_opportunities/sales_pipeline.csv
	fetch csv "$csv" --map "$root/$crm" --summary s > deals
	[[ $(cat s) == '{"stage":"fetch","in":8800,"out":8800,"rejected":0,"dropped":0}' ]]
	jq -r '[.stage, .outcome, .product, (.amount // 0), .account // "", .created_date // "", .closed_date // "", .sales_rep_id] | @tsv' deals |
		awk -F '\t' '{ n[$1 " " $3]++; s[$1 " " $3] += $4; e[$1] += ($5 == "") + 10 * ($6 == "") + 100 * ($7 == ""); r[$8 " " $2]++ }
			END { for (k in n) print k, n[k], s[k]; for (k in e) print k, e[k]; for (k in r) print k, r[k] }' | sort > ours
	awk -F, 'NR > 1 { sub(/\r$/, "", $8); o = $5 == "Won" ? "won" : $5 == "Lost" ? "lost" : "open"
		n[$5 " " $3]++; s[$5 " " $3] += $8; e[$5] += ($4 == "") + 10 * ($6 == "") + 100 * ($7 == ""); r[$2 " " o]++ }
		END { for (k in n) print k, n[k], s[k]; for (k in e) print k, e[k]; for (k in r) print k, r[k] }' "$csv" | sort > theirs
	[[ $(wc -l < ours) -gt 50 ]]
	cmp ours theirs
}

@test "of the worlds we simulated, no row is refused and the bad spellings are repaired" {
	outside data/truth/default-601/deals.csv
	csv=$testdata/data/truth/default-601/deals.csv
	fetch csv "$csv" --summary s > deals
	[[ $(cat s) == '{"stage":"fetch","in":66342,"out":66342,"rejected":0,"dropped":0}' ]]
	grep -F '"repaired":["region"]' deals | jq .line > ours
	jq '.dirty_rows[] | select(.problem == "unknown_value").line' "${csv%deals.csv}truth.json" |
		while read -r line; do sed -n "${line}p" "$csv" | grep -q ' ,' && echo "$line"; done > theirs || true
	[[ -s ours ]]
	cmp ours theirs
}

@test "several files have a header each" {
	printf 'id,outcome\n1,won\n' > one
	printf 'outcome;id\nlost;2\n' > two
	run --separate-stderr fetch csv one two --map bare.json
	expect 0 '{"deal_id":"1","outcome":"won","source":"one","line":2,"offset":11}
{"outcome":"lost","deal_id":"2","source":"two","line":2,"offset":11}'
}

@test "5 % of the refused is not too many, more is 65, after all was read" {
	{ echo id,outcome; seq 1 95 | sed 's/$/,won/'; yes bad | head -n 5; } > five
	run --separate-stderr fetch csv five --map bare.json
	expect 0 - "fetch: 5 of 100 refused: width 5; --rejects FILE keeps them"
	{ echo id,outcome; yes bad | head -n 6; seq 1 94 | sed 's/$/,won/'; } > six
	run --separate-stderr fetch csv six --map bare.json --rejects r --summary s
	expect 65 - "fetch: 6 of 100 refused: more than 5%: width 6"
	[[ $(wc -l <<< "$output") == 94 && $(wc -l < r) == 6 ]]
	[[ $(cat s) == '{"stage":"fetch","in":100,"out":94,"rejected":6,"dropped":0}' ]]
	run --separate-stderr fetch csv six --map bare.json --max-rejects 6 --rejects r
	expect 0
	run --separate-stderr fetch csv six --map bare.json --max-rejects 5.9% --rejects r
	expect 65
	run --separate-stderr fetch csv six --max-rejects many
	expect 64 "" "fetch: --max-rejects many: must be a share, as 5%, or a number"
}

@test "a header without the columns that the map needs is 65 and says what to do" {
	printf 'nr,outcome\n1,won\n' > in
	run --separate-stderr fetch csv in
	expect 65 "" 'fetch: in:1: no column "deal_id" for deal_id; a map says what columns mean: fetch csv --suggest-map writes one'
	printf 'deal_id,result\n1,won\n' > in
	run --separate-stderr fetch csv in
	expect 65 "" 'fetch: in:1: no column "outcome" for outcome; *'
	printf 'deal_id,outcome,deal_id\n1,won,2\n' > in
	run --separate-stderr fetch csv in
	expect 65 "" 'fetch: in:1: two columns "deal_id"; only one can be read'
	printf 'deal_id,outcome\xff\n' > in
	run --separate-stderr fetch csv in
	expect 65 "" 'fetch: in:1: the header is not UTF-8'
	printf 'deal_id,"outcome\n' > in
	run --separate-stderr fetch csv in
	expect 65 "" 'fetch: in:1: the header has a quote that is not closed'
}

@test "a map that is wrong is 78, with its line" {
	wrong() {	# MAP MESSAGE
		printf '%s\n' "$1" > map
		run --separate-stderr fetch csv - --map map <<< deal_id,outcome
		expect 78 "" "fetch: map:$2"
	}
	wrong '{"fields":{"deal_id":{}}}' '1: /fields: must say which column is the outcome'
	wrong $'{"fields":{"deal_id":{},\n"outcome":{"form":"x"}}}' '2: /fields/outcome: unknown key "form"'
	wrong '{"fields":{"deal_id":{},"outcome":{"from":[]}}}' '1: /fields/outcome/from: must be the name of a column, or several'
	wrong '{"fields":{"deal_id":{},"outcome":{"type":"money"}}}' '1: /fields/outcome/type: must be text, number or date'
	wrong '{"fields":{"deal_id":{},"outcome":{"values":{"a":1}}}}' '1: /fields/outcome/values: *'
	wrong $'{"fields":{"deal_id":{},"outcome":{}},\n\n"dates":"DD/MM/YY"}' '3: /dates: must say where YYYY, MM and DD stand*'
	wrong '{"fields":{"deal_id":{},"outcome":{}},"separator":"ab"}' '1: /separator: must be one character*'
	wrong '{"fields":{"deal_id":{},"outcome":{}},"dimensions":{"outcome":{}}}' '1: /dimensions/outcome: is there twice'
	wrong '{"fields":{"deal_id":{},"outcome":{},"line":{}}}' '1: /fields/line: cannot be the name of a field'
	wrong '{"fields":' '2: unexpected token near end of file'
}

@test "a file that is not there is 66; a directory, a full disk and a broken one are 74" {
	run --separate-stderr fetch csv none.csv
	expect 66 "" "fetch: none.csv: No such file or directory"
	run --separate-stderr fetch csv bare.json/x
	expect 66 "" "fetch: bare.json/x: Not a directory"
	run --separate-stderr fetch csv - --map none.json < /dev/null
	expect 66 "" "fetch: none.json: No such file or directory"
	run --separate-stderr fetch csv .
	expect 74 "" "fetch: .: Is a directory"
	{ echo id,outcome; yes bad | head -n 9; } > in
	run --separate-stderr fetch csv in --map bare.json --max-rejects 9 --rejects /dev/full
	expect 74 "" "fetch: /dev/full: No space left on device"
	run --separate-stderr fetch csv in --map bare.json --max-rejects 9 --summary /dev/full
	expect 74 "" "fetch: /dev/full: No space left on device"
	run --separate-stderr fetch csv in --map bare.json --rejects none/r
	expect 73 "" "fetch: none/r*: No such file or directory"
	strace -o /dev/null true || skip "no strace here"
	{ echo id,outcome; yes 1,won | head -n 200000; } > in
	run --separate-stderr strace -qq -o /dev/null -P in -e inject=read:error=EIO:when=3 fetch csv in --map bare.json
	expect 74 - "*fetch: in: Input/output error"
}

@test "memory stays flat whatever the file is" {
	most() { # COMMAND...: kilobytes
		/usr/bin/env time -f %M "$@" 2>&1 > /dev/null | tail -n 1
	}
	/usr/bin/env time -f %M true 2> /dev/null || skip "no time(1) here"
	[[ -z ${SALESWATCH_BIN-} ]] || skip "the sanitizer's memory is not ours"
	{ head -n 1 "$root/tests/data/deals.csv"; for _ in {1..20}; do sed 1d "$root/tests/data/deals.csv"; done; } > many
	few=$(most fetch csv "$root/tests/data/deals.csv" --max-rejects 100%)
	(( $(most fetch csv many --max-rejects 100%) <= few + few / 10 + 512 && few < 65536 ))
}

# suggested FILE: the map suggested for it; the notes in $notes.
suggested() {
	fetch csv --suggest-map "$1" > map
	notes=$(jq -r '.notes // [] | .[]' map)
}

@test "suggests a map for what Salesforce exports, and that map reads the file" {
	cat > sf.csv <<-'END'
	"Opportunity ID","Opportunity Name","Account Name","Opportunity Owner","Stage","Amount","Close Date","Created Date","Lead Source","Type"
	"006A1","Acme, 100 seats","Acme","Jane Roe","Closed Won","12000.00","3/15/2024","1/25/2024","Web","New"
	"006A2","Beta","Beta","Jane Roe","Closed Lost","1500.50","2/28/2024","1/6/2024","Referral","New"
	"006A3","Gamma","Gamma","John Doe","Negotiation/Review","900.00","4/30/2024","2/6/2024","Web","Old"
	END
	suggested sf.csv
	[[ $notes == "" ]]
	run --separate-stderr fetch csv sf.csv --map map
	[[ $(fields deal_id name account_id sales_rep_id outcome amount created_date closed_date expected_close_date lead_source product_type) == \
$'006A1\tAcme, 100 seats\tAcme\tJane Roe\twon\t12000\t2024-01-25\t2024-03-15\t\tWeb\tNew
006A2\tBeta\tBeta\tJane Roe\tlost\t1500.5\t2024-01-06\t2024-02-28\t\tReferral\tNew
006A3\tGamma\tGamma\tJohn Doe\topen\t900\t2024-02-06\t\t2024-04-30\tWeb\tOld' ]]
}

@test "suggests maps for HubSpot and Pipedrive, with their separators and numbers" {
	cat > hs.csv <<-'END'
	Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Deal owner,Pipeline
	1,A,Closed won,"1,200.50",2024-03-01 10:00,2024-01-01 09:00,Eva,Sales
	2,B,Closed lost,900,2024-03-02 10:00,2024-01-02 09:00,Ole,Sales
	3,C,Appointment scheduled,"2,000",,2024-01-03 09:00,Ole,Sales
	END
	suggested hs.csv
	run --separate-stderr fetch csv hs.csv --map map
	[[ $(fields deal_id outcome amount closed_date created_date sales_rep_id) == \
		$'1\twon\t1200.5\t2024-03-01\t2024-01-01\tEva\n2\tlost\t900\t2024-03-02\t2024-01-02\tOle\n3\topen\t2000\t\t2024-01-03\tOle' ]]
	cat > pd.csv <<-'END'
	Deal - ID;Deal - Title;Deal - Value;Deal - Status;Deal - Deal created;Deal - Deal closed on;Deal - Owner
	1;A;1.234,50;won;03.04.2024 10:00;05.04.2024 11:00;Eva
	2;B;234,5;open;13.04.2024 10:00;;Eva
	END
	suggested pd.csv
	run --separate-stderr fetch csv pd.csv --map map
	[[ $(fields deal_id outcome amount created_date closed_date sales_rep_id) == \
		$'1\twon\t1234.5\t2024-04-03\t2024-04-05\tEva\n2\topen\t234.5\t2024-04-13\t\tEva' ]]
}

@test "a suggestion leaves to a person what the file does not tell" {
	cat > in <<-'END'
	id,created,status,value
	1,03/04/2024,Closed Won,$5
	2,04/03/2024,Frozen,$6
	END
	suggested in
	[[ $notes == 'created: dates like 03/04/2024 may be DD/MM/YYYY or MM/DD/YYYY; add "dates" to the field, saying which
value: amounts like "$5" are no plain numbers; they will be refused
status: is "Frozen" open, won or lost? It says open now' ]]
	[[ $(jq -c .fields.created_date map) == '{"from":"created","type":"date"}' ]]
	run --separate-stderr fetch csv in --map map
	[[ $(fields created_date outcome) == $'03/04/2024\twon\n04/03/2024\topen' ]]
	printf 'a,b\n1,2\n' > in
	suggested in
	[[ $notes == "deal_id: no column looks like it"*"outcome: no column looks like it"* ]]
	run --separate-stderr fetch csv in --map map
	expect 65 "" 'fetch: in:1: no column "deal_id" *'
}

@test "a suggestion knows dimensions by their few values, in their usual spelling" {
	{
		echo 'id,status,Sales Team,city,note'
		for i in {1..20}; do echo "$i,won,North,\"Köln\",text $i"; done
		for i in {21..40}; do echo "$i,lost,South,Bonn,text $i"; done
		echo '41,won,NORTH ,Bonn,x'
	} > in
	suggested in
	[[ $(jq -c .dimensions map) == '{"sales_team":{"from":"Sales Team","required":true,"known":["North","South"]},"city":{"from":"city","required":true,"known":["Bonn","Köln"]}}' ]]
	outside data/sales_data.csv
	csv=$testdata/data/sales_data.csv
	suggested "$csv"
	[[ $notes == "" && $(jq -c '.dimensions | keys' map) == '["industry","lead_source","product_type","region","sales_rep_id"]' ]]
	[[ $(jq -r '.dimensions.region.known[]' map) == "$(cut -d, -f6 "$csv" | sed 1d | sort -u)" ]]
	cmp <(fetch csv "$csv") <(fetch csv "$csv" --map map)
	outside data/crm_opportunities/sales_pipeline.csv
	suggested "$testdata/data/crm_opportunities/sales_pipeline.csv"
	[[ $notes == "" ]]
}

@test "only one file can be suggested a map, and it must have a header" {
	run --separate-stderr fetch csv --suggest-map bare.json bare.json
	expect 64 "" "usage: *"
	run --separate-stderr fetch csv --suggest-map - < /dev/null
	expect 65 "" "fetch: stdin: no header"
	printf 'id,outcome\n1,won\n' > in
	run --separate-stderr bash -c 'fetch csv --suggest-map in > /dev/full'
	expect 74 "" "fetch: stdout: No space left on device"
}
