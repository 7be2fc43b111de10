# aggregate - deals to metrics: sums that merge exactly, and the rates beside them.
load helpers

three_deals() {
	cat <<-'END'
	{"deal_id":"a","created_date":"2024-01-02","closed_date":"2024-03-01","outcome":"won","amount":10.5,"region":"India","product_type":"Pro"}
	{"deal_id":"b","created_date":"2024-02-01","closed_date":"2024-03-01","outcome":"lost","amount":4,"region":"India"}
	{"deal_id":"c","created_date":"2024-02-01","outcome":"open","amount":7,"region":"Europe"}
	END
}

metric() {	# DATE SEGMENT REST: a metric as it is written by default
	echo "{\"kind\":\"metric\",\"v\":1,\"clock\":\"${CLOCK-closed}\",\"bucket\":\"${BUCKET-day}\",\"date\":\"$1\",\"segment\":$2,$3}"
}

@test "counts deals by the day they were closed, in all and by each field asked for" {
	run --separate-stderr aggregate --by all --by region <<< "$(three_deals)"
	both='"deal_count":2,"won":1,"lost":1,"open":0,"win_rate":0.5,"amount":14.5,"won_amount":10.5,"lost_amount":4,"open_amount":0,"cycle_days":88,"cycle_count":2,"avg_cycle":44'
	expect 0 "$(metric 2024-03-01 '{}' "$both")
$(metric 2024-03-01 '{"region":"India"}' "$both")"
}

@test "a deal without a value for a field is in no segment of it, but in the others" {
	run --separate-stderr aggregate --by product_type --by region,product_type --by region <<< "$(three_deals)"
	expect 0
	[[ $(jq -c '[.segment, .deal_count]' <<< "$output") == '[{"product_type":"Pro"},1]
[{"product_type":"Pro","region":"India"},1]
[{"region":"India"},2]' ]]
}

@test "the clock of creation counts open deals too, and a rate of none is absent" {
	run --separate-stderr aggregate --by region --clock created --bucket month <<< "$(three_deals)"
	CLOCK=created BUCKET=month
	expect 0 "$(metric 2024-01-01 '{"region":"India"}' '"deal_count":1,"won":1,"lost":0,"open":0,"win_rate":1,"amount":10.5,"won_amount":10.5,"lost_amount":0,"open_amount":0,"cycle_days":59,"cycle_count":1,"avg_cycle":59')
$(metric 2024-02-01 '{"region":"Europe"}' '"deal_count":1,"won":0,"lost":0,"open":1,"amount":7,"won_amount":0,"lost_amount":0,"open_amount":7,"cycle_days":0,"cycle_count":0')
$(metric 2024-02-01 '{"region":"India"}' '"deal_count":1,"won":0,"lost":1,"open":0,"win_rate":0,"amount":4,"won_amount":0,"lost_amount":4,"open_amount":0,"cycle_days":29,"cycle_count":1,"avg_cycle":29')"
}

@test "the clock of recording takes the date of recorded_at, and where there is none the day of closing" {
	run --separate-stderr aggregate --by all --clock recorded <<-'END'
	{"outcome":"won","closed_date":"2024-03-01","recorded_at":"2024-03-05T23:30:00Z"}
	{"outcome":"won","closed_date":"2024-03-01","recorded_at":"2024-03-04"}
	{"outcome":"lost","closed_date":"2024-03-01"}
	END
	[[ $(jq -r .date <<< "$output" | paste -sd' ') == "2024-03-01 2024-03-04 2024-03-05" ]]
}

@test "weeks begin on Monday, months on the first" {
	deals=$(printf '{"outcome":"won","closed_date":"%s"}\n' 2024-02-25 2024-02-26 2024-03-03 2024-03-04)
	for case in "day:2024-02-25 2024-02-26 2024-03-03 2024-03-04" "week:2024-02-19 2024-02-26 2024-03-04" "month:2024-02-01 2024-03-01"; do
		run --separate-stderr aggregate --by all --bucket "${case%%:*}" <<< "$deals"
		[[ $(jq -r .date <<< "$output" | paste -sd' ') == "${case#*:}" ]]
	done
}

@test "without --by: all, each dimension of the default map and each pair of them" {
	run --separate-stderr aggregate <<< '{"outcome":"won","closed_date":"2024-03-01","industry":"SaaS","lead_source":"Referral","product_type":"Pro","region":"India","sales_rep_id":"rep_1"}'
	expect 0
	[[ ${#lines[@]} == 16 ]]
	[[ $(jq -r '[.segment | to_entries[] | "\(.key)=\(.value)"] | join(",")' <<< "$output") == "$(LC_ALL=C sort <<-'END'

	industry=SaaS
	industry=SaaS,lead_source=Referral
	industry=SaaS,product_type=Pro
	industry=SaaS,region=India
	industry=SaaS,sales_rep_id=rep_1
	lead_source=Referral
	lead_source=Referral,product_type=Pro
	lead_source=Referral,region=India
	lead_source=Referral,sales_rep_id=rep_1
	product_type=Pro
	product_type=Pro,region=India
	product_type=Pro,sales_rep_id=rep_1
	region=India
	region=India,sales_rep_id=rep_1
	sales_rep_id=rep_1
	END
	)" ]]
}

@test "a map names other dimensions" {
	cat > "$BATS_TEST_TMPDIR/map.json" <<-'END'
	{"fields": {"deal_id": {"from": "id"}, "outcome": {"from": "stage"}}, "dimensions": {"office": {"from": "office"}, "product": {"from": "p"}}}
	END
	run --separate-stderr aggregate --map "$BATS_TEST_TMPDIR/map.json" \
		<<< '{"outcome":"won","closed_date":"2024-03-01","product":"Core","office":"Oslo","region":"India"}'
	expect 0
	[[ $(jq -c .segment <<< "$output" | paste -sd' ') == '{} {"office":"Oslo"} {"office":"Oslo","product":"Core"} {"product":"Core"}' ]]
}

@test "--by takes up to three fields in any order, once; more, or one twice, is 64" {
	deal='{"outcome":"won","closed_date":"2024-03-01","a":"1","b":"2","c":"3"}'
	run --separate-stderr aggregate --by c,a,b --by b,c,a <<< "$deal"
	[[ $(jq -c .segment <<< "$output") == '{"a":"1","b":"2","c":"3"}' ]]
	run --separate-stderr aggregate --by a,b,c,d <<< "$deal"
	expect 64 "" "aggregate: --by a,b,c,d: one to 3 fields"
	run --separate-stderr aggregate --by a,a <<< "$deal"
	expect 64 "" "aggregate: --by a,a: a twice"
	run --separate-stderr aggregate --by a, <<< "$deal"
	expect 64 "" "aggregate: --by a,: one to 3 fields"
	run --separate-stderr aggregate --by a --map x <<< "$deal"
	expect 64 "" "aggregate: --by and --map: *"
	run --separate-stderr aggregate --clock lunar <<< "$deal"
	expect 64 "" "aggregate: --clock lunar: must be closed, recorded or created"
	run --separate-stderr aggregate --bucket year <<< "$deal"
	expect 64 "" "aggregate: --bucket year: must be day, week or month"
}

@test "what should not have passed validate is fatal, and its line told" {
	good='{"outcome":"won","closed_date":"2024-03-01"}'
	while IFS='|' read -r deal message; do
		run --separate-stderr aggregate --by all < <(printf '%s\n%s\n' "$good" "$deal")
		expect 65 "" "aggregate: stdin:2: $message"
	done <<-'END'
	{"outcome":"Won","closed_date":"2024-03-01"}|outcome: Won: must be won, lost or open
	{"closed_date":"2024-03-01"}|outcome: : must be won, lost or open
	{"outcome":"won","closed_date":"2024-02-30"}|closed_date: 2024-02-30: no such day
	{"outcome":"won","closed_date":"2024-02-1x"}|closed_date: 2024-02-1x: no such day
	{"outcome":"won","closed_date":"1.3.24"}|closed_date: 1.3.24: no such day
	{"outcome":"lost","closed_date":"2024-03-01","created_date":"2024-13-01"}|created_date: 2024-13-01: no such day
	{"outcome":"won","closed_date":"2024-03-01","amount":1e3}|amount: 1e3: not a plain number
	{"outcome":"won","closed_date":"2024-03-01","amount":"12"}|amount: 12: not a plain number
	{"outcome":"won","closed_date":"2024-03-01","amount":1.23456}|amount: 1.23456: not a plain number
	END
}

@test "unlike currencies are never added, unless each grouping keeps them apart" {
	deals='{"outcome":"won","closed_date":"2024-03-01","amount":5,"currency":"USD"}
{"outcome":"won","closed_date":"2024-03-01","amount":6,"currency":"EUR"}'
	run --separate-stderr aggregate --by all --by currency <<< "$deals"
	expect 65 "" "aggregate: stdin:2: EUR: cannot be added to USD *"
	run --separate-stderr aggregate --by currency <<< "$deals"
	expect 0
	[[ $(jq -c '[.segment, .amount]' <<< "$output" | paste -sd' ') == '[{"currency":"EUR"},6] [{"currency":"USD"},5]' ]]
	run --separate-stderr aggregate --by all <<< '{"outcome":"won","closed_date":"2024-03-01","amount":5,"currency":"USD"}
{"outcome":"won","closed_date":"2024-03-01","amount":6}'
	expect 65 "" "aggregate: stdin:2: no currency: cannot be added to USD *"
}

@test "one currency is said in each metric, and kept when metrics are added" {
	run --separate-stderr aggregate --by all <<< '{"outcome":"won","closed_date":"2024-03-01","amount":5,"currency":"USD"}'
	[[ $(jq -r .currency <<< "$output") == USD ]]
	usd=$output
	run --separate-stderr aggregate --merge < <(echo "$usd"; echo "${usd/USD/EUR}")
	expect 65 "" "aggregate: stdin:2: EUR: cannot be added to USD *"
}

@test "amounts are added as decimals, to the last place" {
	run --separate-stderr aggregate --by all < <(for _ in {1..10}; do
		echo '{"outcome":"won","closed_date":"2024-03-01","amount":0.1}'
		echo '{"outcome":"lost","closed_date":"2024-03-01","amount":99999999999.0007}'
	done)
	expect 0
	[[ $output == *'"amount":999999999991.007,"won_amount":1,"lost_amount":999999999990.007,'* ]]
}

@test "sums that cannot be exact are refused, not wrapped" {
	deal='{"outcome":"won","closed_date":"2024-03-01","amount":90000000000000}'
	run --separate-stderr aggregate --by all <<< "$deal"
	expect 0
	run --separate-stderr aggregate --merge <<< "$output
$output"
	expect 65 "" "aggregate: stdin: 2024-03-01: sums too large to be exact"
	run --separate-stderr aggregate --by all <<< "$deal
$deal"
	expect 65 "" "aggregate: stdin: 2024-03-01: sums too large to be exact"
	metric='{"kind":"metric","v":1,"clock":"closed","bucket":"day","date":"2024-03-01","segment":{},"won":4000000000,"lost":0,"open":0,"won_amount":0,"lost_amount":0,"open_amount":0,"cycle_days":0,"cycle_count":0}'
	run --separate-stderr aggregate --merge <<< "$metric
$metric"
	expect 65 "" "aggregate: stdin: 2024-03-01: sums too large to be exact"
}

@test "the summary counts each deal once: used, or not on the clock" {
	three_deals | aggregate --summary "$BATS_TEST_TMPDIR/summary" > "$BATS_TEST_TMPDIR/metrics"
	[[ $(< "$BATS_TEST_TMPDIR/summary") == '{"stage":"aggregate","in":3,"out":2,"rejected":0,"dropped":1,"written":'$(wc -l < "$BATS_TEST_TMPDIR/metrics")'}' ]]
}

@test "dates come in order, then segments by their text, whatever came first" {
	fetch csv "$root/tests/data/metrics.csv" > "$BATS_TEST_TMPDIR/deals"
	aggregate < "$BATS_TEST_TMPDIR/deals" > "$BATS_TEST_TMPDIR/metrics"
	shuf --random-source="$root/tests/data/metrics.csv" "$BATS_TEST_TMPDIR/deals" | aggregate | cmp - "$BATS_TEST_TMPDIR/metrics"
	jq -r '.date + " " + ([.segment | to_entries[] | "\(.key)=\(.value | gsub("(?<c>[,=])"; "\\\(.c)"))"] | join(","))' \
		"$BATS_TEST_TMPDIR/metrics" | LC_ALL=C sort -c
}

@test "--trust gives the same from what was checked, and still finds a torn end" {
	fetch csv "$root/tests/data/metrics.csv" > "$BATS_TEST_TMPDIR/deals"
	cmp <(aggregate < "$BATS_TEST_TMPDIR/deals") <(aggregate --trust < "$BATS_TEST_TMPDIR/deals")
	run --separate-stderr aggregate --trust < <(head -c -9 "$BATS_TEST_TMPDIR/deals")
	expect 65 "" "aggregate: stdin:400: *"
}

# Merging.

split_in_three() {	# DEALS OPTION...: what is merged of three parts is what comes of the whole
	local deals=$1 part
	shift
	aggregate "$@" < "$deals" > "$BATS_TEST_TMPDIR/whole"
	for part in 0 1 2; do
		awk -v part=$part 'NR % 3 == part' "$deals" | aggregate "$@" > "$BATS_TEST_TMPDIR/part.$part"
	done
	cat "$BATS_TEST_TMPDIR"/part.{1,0,2} | aggregate --merge --summary "$BATS_TEST_TMPDIR/summary" | cmp - "$BATS_TEST_TMPDIR/whole"
	jq -e ".in == $(cat "$BATS_TEST_TMPDIR"/part.? | wc -l) and .out == .in and .written == $(wc -l < "$BATS_TEST_TMPDIR/whole")" \
		"$BATS_TEST_TMPDIR/summary"
	[[ -s $BATS_TEST_TMPDIR/whole ]]
}

@test "metrics of three parts merge to those of the whole, byte for byte" {
	fetch csv "$root/tests/data/metrics.csv" > "$BATS_TEST_TMPDIR/deals"
	split_in_three "$BATS_TEST_TMPDIR/deals"
	split_in_three "$BATS_TEST_TMPDIR/deals" --clock created --bucket week
	split_in_three "$BATS_TEST_TMPDIR/deals" --by region,industry,product_type --by sales_rep_id --bucket month
}

@test "so do those of all of sales_data.csv" {
	csv=$(outside data/sales_data.csv)
	fetch csv "$csv" > "$BATS_TEST_TMPDIR/deals"
	split_in_three "$BATS_TEST_TMPDIR/deals"
}

@test "values that turn up late change nothing: 300,000 deals, sorted by what tells them apart" {
	awk 'BEGIN {
		for (n = 0; n < 300000; n++)
			printf "{\"outcome\":\"%s\",\"closed_date\":\"20%02d-%02d-01\",\"amount\":%d,\"industry\":\"i%d\",\"region\":\"r%d\",\"product_type\":\"p%d\",\"lead_source\":\"l%d\"%s}\n",
				n % 3 ? "won" : "lost", n % 80, n % 12 + 1, n, int(n / 50000), int(n / 20000), n * 17 % 5, int(n / 299000) * 40,
				(n > 200000 ? ",\"sales_rep_id\":\"rep_" n % 97 "\"" : "")
	}' > "$BATS_TEST_TMPDIR/deals"
	split_in_three "$BATS_TEST_TMPDIR/deals"
}

@test "any day from the year 1 to 9999 can be counted" {
	run --separate-stderr aggregate --by all --bucket week < <(printf '{"outcome":"won","closed_date":"%s"}\n' 9999-12-31 0001-01-01 1970-01-01)
	[[ $(jq -r .date <<< "$output" | paste -sd' ') == "0001-01-01 1969-12-29 9999-12-27" ]]
}

@test "metrics of another clock, bucket or version, and what is none, are refused" {
	closed=$(aggregate --by all <<< "$(three_deals)")
	run --separate-stderr aggregate --merge < <(echo "$closed"; aggregate --by all --clock created <<< "$(three_deals)")
	expect 65 "" "aggregate: stdin:2: clock created by day: cannot be added to closed by day"
	run --separate-stderr aggregate --merge < <(echo "$closed"; aggregate --by all --bucket week <<< "$(three_deals)")
	expect 65 "" "aggregate: stdin:2: clock closed by week: cannot be added to closed by day"
	run --separate-stderr aggregate --merge <<< "${closed/'"v":1'/'"v":2'}"
	expect 65 "" 'aggregate: stdin:1: kind and v: must be "metric" and 1'
	run --separate-stderr aggregate --merge <<< "$(three_deals)"
	expect 65 "" "aggregate: stdin:1: *"
	run --separate-stderr aggregate --merge <<< "${closed/'"lost":1,'/}"
	expect 65 "" "aggregate: stdin:1: lost: missing, or not a plain number"
	run --separate-stderr aggregate --merge <<< "${closed/'"lost":1,'/'"lost":1.5,'}"
	expect 65 "" "aggregate: stdin:1: lost: not an integer"
	run --separate-stderr aggregate --merge <<< "${closed/'{}'/'{"a":{}}'}"
	expect 65 "" "aggregate: stdin:1: segment: a: must be a text"
	run --separate-stderr aggregate --merge --by region <<< "$closed"
	expect 64 "" "aggregate: --merge: metrics have their groups, bucket and clock already"
}

@test "more fields or dimensions than there is room for are told where they were asked for" {
	cd "$BATS_TEST_TMPDIR"
	fields=({a..q})
	closed=$(aggregate --by all <<< "$(three_deals)")
	run --separate-stderr aggregate "${fields[@]/#/--by=}" <<< "$(three_deals)"
	expect 64 "" "aggregate: --by q: more than 16 fields in all"
	jq -n '[range(17) | {"d\(.)": {from: "d\(.)"}}] | {fields: {deal_id: {from: "i"}, outcome: {from: "o"}}, dimensions: add}' > map
	run --separate-stderr aggregate --map map <<< "$(three_deals)"
	expect 78 "" "aggregate: map: more than 16 dimensions"
	for field in "${fields[@]}"; do
		echo "${closed/'{}'/"{\"$field\":\"x\"}"}"
	done > metrics
	run --separate-stderr aggregate --merge < metrics
	expect 65 "" "aggregate: stdin:17: segment: q: more than 16 dimensions"
}

@test "rates are the shortest decimals that read back equal" {
	python3 - > "$BATS_TEST_TMPDIR/metrics" <<-'END'
	import json, random
	rand = random.Random(1)
	for n in range(20000):
	    size = rand.choice([10, 100, 1000, 10**5, 10**7, 2**31])
	    count = rand.randrange(1, size)
	    print(json.dumps({"kind": "metric", "v": 1, "clock": "closed", "bucket": "day", "date": "2024-03-01",
	        "segment": {"n": str(n)}, "won": rand.randrange(size), "lost": rand.randrange(size), "open": 0,
	        "won_amount": 0, "lost_amount": 0, "open_amount": 0,
	        "cycle_days": rand.randrange(-count, count * rand.choice([2, 30, 3000])), "cycle_count": count}))
	END
	aggregate --merge < "$BATS_TEST_TMPDIR/metrics" > "$BATS_TEST_TMPDIR/rates"
	python3 - "$BATS_TEST_TMPDIR/rates" <<-'END'
	import json, sys
	seen = 0
	for line in open(sys.argv[1]):
	    metric = json.loads(line, parse_float=str)
	    for name, part, whole in (("win_rate", metric["won"], metric["won"] + metric["lost"]),
	            ("avg_cycle", metric["cycle_days"], metric["cycle_count"])):
	        shortest = repr(part / whole).removesuffix(".0") if whole else "None"
	        assert str(metric.get(name)) == shortest, (line, name, shortest)
	        seen += 1
	assert seen == 40000
	END
}

# Independent truth: SQLite counts the CSV by itself and looks for a metric that differs.

dimensions=(industry lead_source product_type region sales_rep_id)

expected() {	# the SQL of every grouping by no, one or two dimensions
	local sums="count(*), sum(o = 'Won'), sum(o = 'Lost'), sum(o = ''), sum(amount),
		sum(amount * (o = 'Won')), sum(amount * (o = 'Lost')), sum(amount * (o = '')), sum(days), count(days)"
	local i j a b
	echo "select date, '' segment, $sums from deals group by 1, 2"
	for ((i = 0; i < 5; i++)); do
		a=${dimensions[i]}
		echo "union all select date, '$a=' || $a, $sums from deals where $a <> '' group by 1, 2"
		for ((j = i + 1; j < 5; j++)); do
			b=${dimensions[j]}
			echo "union all select date, '$a=' || $a || ',$b=' || $b, $sums from deals where $a <> '' and $b <> '' group by 1, 2"
		done
	done
}

# Prints "EXPECTED WRITTEN UNLIKE": how many metrics there should be, are, and differ.
differences() {	# CSV METRICS CLOCK BUCKET
	local date bucket decided="outcome <> '' and"
	case $3 in
	closed) date=closed_date ;;
	recorded) date="coalesce(nullif(substr(recorded_at, 1, 10), ''), closed_date)" ;;
	created) date=created_date decided= ;;
	esac
	case $4 in
	day) bucket=d ;;
	week) bucket="date(d, 'weekday 0', '-6 days')" ;;
	month) bucket="substr(d, 1, 7) || '-01'" ;;
	esac
	head -n 1 "$1" | grep -q recorded_at || date=${date/recorded_at/NULL}
	sqlite3 <<-END
	.mode csv
	.import "$1" csv
	create table lines(json);
	.mode ascii
	.separator "\037" "\n"
	.import "$2" lines
	.mode list
	.separator " "
	create table deals as
		select $bucket date, * from (select $date d, outcome o, cast(deal_amount as real) amount,
			julianday(nullif(closed_date, '')) - julianday(created_date) days, * from csv)
		where $decided d <> '';
	create table expected(date, segment, deal_count, won, lost, open, amount, won_amount, lost_amount, open_amount, cycle_days, cycle_count);
	insert into expected $(expected);
	create table written as
		select json ->> 'date' date,
			coalesce((select group_concat(key || '=' || value) from json_each(lines.json, '$.segment')), '') segment, json from lines
		where json ->> 'kind' = 'metric' and json ->> 'v' = 1 and json ->> 'clock' = '$3' and json ->> 'bucket' = '$4';
	create index by_segment on written(date, segment);
	create table judged as
		select $(for field in deal_count won lost open amount won_amount lost_amount open_amount cycle_days cycle_count; do
			echo "coalesce(abs((json ->> '$field') - coalesce($field, 0)) > 1e-9 * max(1, abs($field)), $field is not null) or"
		done)
			coalesce(abs((json ->> 'win_rate') - 1.0 * won / (won + lost)) > 1e-9, won + lost > 0) or
			coalesce(abs((json ->> 'avg_cycle') - 1.0 * cycle_days / cycle_count) > 1e-9, cycle_count > 0) unlike
		from expected left join written using (date, segment);
	select (select count(*) from expected), (select count(*) from written), (select count(*) from judged where unlike <> 0);
	END
}

hold_to_truth() {	# CSV
	local clock bucket expected written unlike
	fetch csv "$1" > "$BATS_TEST_TMPDIR/deals"
	for clock in closed recorded created; do
		for bucket in day week month; do
			aggregate --clock $clock --bucket $bucket < "$BATS_TEST_TMPDIR/deals" > "$BATS_TEST_TMPDIR/metrics"
			read -r expected written unlike < <(differences "$1" "$BATS_TEST_TMPDIR/metrics" $clock $bucket)
			(( expected == written && unlike == 0 && expected > 200 )) ||
				{ echo "$clock $bucket: $expected expected, $written written, $unlike unlike"; return 1; }
		done
	done
}

@test "every metric is what SQLite computes from the CSV, on each clock and bucket" {
	hold_to_truth "$root/tests/data/metrics.csv"
}

@test "so it is for all of sales_data.csv" {
	csv=$(outside data/sales_data.csv)
	hold_to_truth "$csv"
}

@test "the judge is awake: a sum that is one off is found" {
	fetch csv "$root/tests/data/metrics.csv" | aggregate | sed '7s/"won":0/"won":1/;7s/"won":\([1-9]\)/"won":2\1/' > "$BATS_TEST_TMPDIR/metrics"
	read -r expected written unlike < <(differences "$root/tests/data/metrics.csv" "$BATS_TEST_TMPDIR/metrics" closed day)
	(( expected == written && unlike == 1 ))
}
