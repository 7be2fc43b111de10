# quality - deals pass as they came; what is wrong with all of them is told, and stops what follows.
# shellcheck disable=SC2154 # root and stderr come from helpers and bats
load helpers
load pipeline

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	checks=$root/pipelines/conf/checks.json map=$root/pipelines/conf/maps/default.json
	: > earlier
}

# deals COUNT [FIELDS [FROM]]: so many, with those fields over what a deal has; ids count from FROM.
deals() {
	jq -nc --argjson count "$1" --argjson fields "${2:-null}" --argjson from "${3:-0}" 'range($count) as $i
		| {deal_id: "d\($from + $i)", outcome: "won", created_date: "2024-01-02", closed_date: "2024-04-05", amount: (100 + $i % 50)} + $fields'
}

# night DAY [OPTION...] < deals: they pass as they came; its records are in told, then in earlier too.
night() {
	cat > came
	run --separate-stderr quality --checks "$checks" --map "$map" --source crm --earlier earlier --out told --as-of "$@" < came
	cmp came <(echo -n "$output"; [[ -z $output ]] || echo) || return 1
	cat told >> earlier
}

# told RULE [FIELD]: level, value and reason of it, or nothing.
told() { jq -r --arg rule "$1" --arg field "${2-}" 'select(.rule == $rule and .field == $field) | "\(.level) \(.value) \(.reason)"' told; }

# amiss: a line for each record that is not ok, but for freshness: the deals are all of one day.
amiss() { jq -r 'select(.level != "ok" and .rule != "freshness") | "\(.level) \(.rule) \(.field)"' told; }

# rules JSON: checks of one's own.
rules() { checks=$BATS_TEST_TMPDIR/checks.json; echo "$1" > "$checks"; }

@test "deals pass as the bytes they came in, and the records are what their schema says" {
	deals 40 > some
	echo '{ "deal_id" : "\u00e9", "outcome":"open","x":{"y":[1, 2]},"amount":1.50 }' >> some
	night 2024-04-08 --summary summary < some
	expect 0 - ""
	[[ $(cat summary) == '{"stage":"quality","in":41,"out":41,"rejected":0,"dropped":0}' ]]
	validate quality --max-rejects 0 < told > valid
	cmp valid told
	[[ -z $(amiss) ]]
	[[ $(jq -c 'select(.rule == "freshness")' told) == '{"kind":"quality","v":1,"source":"crm","rule":"freshness","field":"","date":"2024-04-08","level":"ok","value":0,"warn":1,"reason":"the newest deal is of 2024-04-05","newest":"2024-04-05"}' ]]
}

@test "freshness counts business days without a deal, and knows what came on earlier nights" {
	night 2024-04-08 < <(deals 1)
	[[ $(told freshness) == "ok 0 the newest deal is of 2024-04-05" ]]
	night 2024-04-09 < <(deals 1)
	[[ $(told freshness) == "ok 1 the newest deal is of 2024-04-05, and none of the 1 business day since" ]]
	night 2024-04-10 < /dev/null
	[[ $(told freshness) == "warn 2 the newest deal is of 2024-04-05, and none of the 2 business days since" ]]
	rules '{ "holidays": ["2024-04-09"], "rules": { "freshness": { "fields": ["modified_at", "closed_date"], "warn": 1 } } }'
	night 2024-04-10 < <(deals 1)
	[[ $(told freshness) == "ok 1 "* ]]
	night 2024-04-12 < <(deals 1 '{"modified_at":"2024-04-11T23:00:00.5-08:00"}')
	[[ $(told freshness) == "ok 0 the newest deal is of 2024-04-11" ]]
	: > earlier
	night 2024-04-12 < <(echo '{"deal_id":"a","outcome":"open"}')
	[[ $(told freshness) == "ok null no deal has a date by which it could be judged" ]]
}

# mondays COUNT...: as many came on the Mondays before 2024-04-08, the last one first.
mondays() {
	local day=2024-04-01 count
	for count; do
		jq -nc --arg date "$day" --argjson count "$count" '{kind: "quality", v: 1, source: "crm", rule: "volume", field: "", $date, level: "ok", reason: "-", $count},
			{kind: "quality", v: 1, source: "crm", rule: "volume", field: "", date: ($date + "T00:00:00Z" | fromdate - 86400 | todate[:10]), level: "ok", reason: "-", count: 3}'
		day=$(date -u -d "$day - 7 day" +%F)
	done > earlier
}

@test "volume is judged against the same weekday, and says how many weeks it needs first" {
	mondays 100 100
	night 2024-04-08 < <(deals 90)
	[[ $(told volume) == "ok null 90 deals came; needs 2 more weeks to know what is usual on a Monday" ]]
	mondays 100 104 96
	night 2024-04-08 < <(deals 5)
	[[ $(told volume) == "ok null 5 deals came; needs 1 more week to know what is usual on a Monday" ]]
	mondays 100 104 96 100
	night 2024-04-08 < <(deals 90)
	[[ $(told volume) == "ok 0.9 90 deals came, 100 on a usual Monday" ]]
	mondays 100 104 96 100
	night 2024-04-08 < <(deals 40)
	[[ $(told volume) == "warn 0.4 40 deals came, 100 on a usual Monday" && $status == 0 ]]
	mondays 100 104 96 100
	night 2024-04-08 < <(deals 310)
	[[ $(told volume) == "warn 3.1 310 deals came, 100 on a usual Monday" ]]
	# One odd week in the middle moves nothing; a scatter that is usual is none; a holiday is none.
	mondays 100 104 9000 96 100
	night 2024-04-08 < <(deals 40)
	[[ $(told volume) == "warn 0.4 40 deals came, 100 on a usual Monday" ]]
	mondays 100 20 300 60 150 35
	night 2024-04-08 < <(deals 30)
	[[ $(told volume) == "ok 0.375 30 deals came, 80 on a usual Monday" ]]
	jq '.holidays = ["2024-04-08"]' "$checks" > holiday.json
	mondays 100 104 96 100
	checks=holiday.json night 2024-04-08 < <(deals 5)
	[[ $(told volume) == "ok 0.05 "* && $status == 0 ]]
	mondays 0 0 0 0
	night 2024-04-08 < <(deals 2)
	[[ $(told volume) == "ok null 2 deals came, 0 on a usual Monday" ]]
}

@test "past an error everything has passed, the records are there, and one line says what to do" {
	mondays 1000 1040 960 1000
	deals 40 > some
	run --separate-stderr quality --checks "$checks" --source crm --earlier earlier --out told --summary summary --as-of 2024-04-08 < some
	expect 65 "$(cat some)" "quality: crm: volume: 0.04 is below error 0.1: 40 deals came, 1,000 on a usual Monday; mend the source, or set the rule's error in $checks"
	[[ $(told volume) == "error 0.04 40 deals came, 1,000 on a usual Monday" && -s summary ]]
	deals 40 '{"amount":null,"closed_date":null}' > some
	run --separate-stderr quality --checks "$checks" --source crm --earlier earlier --out told --as-of 2024-04-08 < some
	expect 65 - "*; 2 more in told; mend the source, *"
	# What is not past an error does not stop: the control.
	mondays 100 104 96 100
	night 2024-04-08 < <(deals 40)
	expect 0 - ""
}

@test "a sink behind it commits nothing that is past an error" {
	mondays 1000 1040 960 1000
	store put deal --stage old --db deals.db < <(deals 5) && store commit old --db deals.db
	before=$(store get deal --db deals.db | sha256sum)
	deals 40 > some
	for limit in 0.1 0.01; do
		jq ".rules.volume.error = $limit" "$checks" > own.json
		run --separate-stderr bash -c 'set -euo pipefail
			quality --checks own.json --source crm --earlier earlier --out told --as-of 2024-04-08 < some | store put deal --stage new --db deals.db
			store commit new --db deals.db'
		if [[ $limit == 0.1 ]]; then
			[[ $status == 65 && $(store get deal --db deals.db | sha256sum) == "$before" ]]
		else
			[[ $status == 0 && $(store get deal --db deals.db | wc -l) == 40 ]]
		fi
	done
}

@test "completeness is of the deals that a field is about, and of enough of them" {
	rules '{ "rules": { "completeness": { "fields": { "amount": { "when": "decided", "warn": 0.95, "error": 0.5 }, "stage": { "when": "open", "warn": 0.9 }, "tier": { "warn": 0.5 } } } } }'
	{ deals 90; deals 10 '{"amount":null}' 90; deals 40 '{"outcome":"open","amount":"","stage":"Demo"}'; } > some
	night 2024-04-08 < some
	[[ $(told completeness amount) == "warn 0.9 amount is there in 90 of 100 decided deals" ]]
	[[ $(told completeness stage) == "ok 1 stage is there in 40 of 40 open deals" ]]
	[[ $(told completeness tier) == "warn 0 tier is there in 0 of 140 deals" ]]
	[[ $(jq -c 'select(.field == "amount" and .rule == "completeness") | .sample' told) == '["d90"]' ]]
	night 2024-04-08 < <(deals 29 '{"amount":null}')
	[[ $(told completeness amount) == "ok 0 "* && $status == 0 ]]
	night 2024-04-08 < <(deals 30 '{"amount":null}')
	expect 65 - "quality: crm: completeness amount: 0 is below error 0.5: amount is there in 0 of 30 decided deals; *"
}

@test "what came twice and what was refused, by code, is a share of what was read" {
	echo '{"stage":"fetch","in":200,"out":195,"rejected":5,"dropped":0}' > fetched
	echo '{"stage":"dedupe","in":190,"out":170,"rejected":0,"dropped":20}' > unique
	for ((i = 0; i < 5; i++)); do echo '{"kind":"reject","v":1,"stage":"fetch","code":"width","reason":"-","text":""}'; done > unread
	echo '{"kind":"reject","v":1,"stage":"validate","code":"amount_type","reason":"-","text":""}' > refused
	night 2024-04-08 --fetched fetched --rejects unread --rejects refused --dropped unique < <(deals 170)
	[[ $(told duplicates) == "warn 0.1053 20 of 190 deals came more than once" ]]
	[[ $(told rejects) == "warn 0.03 6 of 200 rows refused: width 5, amount_type 1" ]]
	[[ $(told reject_codes width) == "warn 0.025 5 of 200 rows refused as width" ]]
	[[ $(told reject_codes amount_type) == "ok 0.005 1 of 200 rows refused as amount_type" ]]
	night 2024-04-08 --fetched nowhere < <(deals 1)
	expect 66 - "quality: nowhere: No such file or directory"
	echo '{"stage":"fetch"}' > fetched
	night 2024-04-08 --fetched fetched < <(deals 1)
	expect 65 - "quality: fetched: no summary: in is no number of records"
}

@test "a value that was renamed is one line: the new name and the one gone, for a week" {
	{ deals 60 '{"region":"Europe","sales_rep_id":"ann"}'; deals 40 '{"region":"Asia","sales_rep_id":"bob"}'; } > before
	sed 's/"Asia"/"Asia\/Pacific"/; s/"bob"/"eve"/' before > after
	for day in 01 02 03; do
		night "2024-04-$day" < before
		[[ -z $(amiss) ]]
	done
	[[ $(told values region) == "ok 0 region: 2 values, none new" ]]
	for day in 04 05 06 07 08 09 10; do
		night "2024-04-$day" < after
		[[ $(amiss) == "warn values region" ]]
	done
	[[ $(told values region) == 'warn 0.4 region: new "Asia/Pacific" (40 deals); gone "Asia" (last on 2024-04-03); if it was renamed, aliases.json should say so' ]]
	[[ $(jq -c 'select(.rule == "values" and .field == "region") | .sample' told) == '["Asia","Asia/Pacific"]' ]]
	night 2024-04-11 < after
	[[ -z $(amiss) && $(told values region) == "ok 0 region: 2 values, none new" ]]
}

@test "a spelling that the map knows, or a value before there was any other, is no news" {
	night 2024-04-01 < <(deals 60 '{"region":"Europe"}')
	night 2024-04-02 < <(deals 60 '{"region":"Europe"}'; deals 6 '{"region":"LATAM"}'; deals 7 '{"region":"Mars"}')
	[[ $(told values region) == 'warn 0.0959 region: new "Mars" (7 deals)' ]]
}

@test "where nearly all deals have a value nobody knew, nothing is stored; of few deals that is no error" {
	night 2024-04-01 < <(deals 60 '{"region":"Europe"}')
	night 2024-04-02 < <(deals 29 '{"region":"EUR"}')
	expect 0 - ""
	[[ $(amiss) == "warn values region" ]]
	sed -i '/"date":"2024-04-02"/d' earlier
	night 2024-04-02 < <(deals 60 '{"region":"EUR"}')
	[[ $(jq -r .stopped told | sort -u) == true ]]
	# That is not learnt, so it stays an error however long it lasts, and ends when it is mended.
	for day in 03 14 25; do
		night "2024-04-$day" < <(deals 60 '{"region":"EUR"}')
		expect 65
	done
	validate quality --max-rejects 0 < told > /dev/null
	night 2024-04-26 < <(deals 60 '{"region":"Europe"}')
	expect 0
	[[ -z $(amiss) ]]
	sed -i '/"date":"2024-04-26"/d' earlier
	night 2024-04-26 < <(deals 60 '{"region":"EUR"}')
	expect 65 - 'quality: crm: values region: 1 is past error 0.9: region: new "EUR" (60 deals); gone "Europe" (last on 2024-04-01); *'
}

@test "of increments a value is gone when chance alone would hardly do that, not when it rests" {
	for day in 01 02 03 04 05; do
		night "2024-04-$day" --increment < <(deals 16 '{"region":"Europe"}'; deals 4 '{"region":"India"}'; deals 1 '{"region":"LATAM"}')
		[[ -z $(amiss) ]]
	done
	for day in 06 07; do
		night "2024-04-$day" --increment < <(deals 17 '{"region":"Europe"}'; deals 4 '{"region":"IN"}')
		[[ $(told values region) == 'warn 0.1905 region: new "IN" (4 deals)' ]]
	done
	night 2024-04-08 --increment < <(deals 17 '{"region":"Europe"}'; deals 4 '{"region":"IN"}')
	[[ $(told values region) == 'warn '*' region: new "IN" (4 deals); gone "India" (last on 2024-04-05); if it was renamed, '* ]]
}

@test "after a first load, which is nearly all decided, a night of open deals is as usual" {
	{ deals 3750 '{"stage":"Closed Won"}'; deals 1000 '{"outcome":"lost","stage":"Closed Lost"}' 3750
		deals 125 '{"outcome":"open","closed_date":null,"stage":"Demo"}' 4750; deals 125 '{"outcome":"open","closed_date":null,"stage":"Offer"}' 4875; } > all
	night 2024-04-07 --increment < all
	[[ $status == 0 && -z $(amiss) ]]
	{ deals 20 '{"outcome":"open","closed_date":null,"stage":"Demo"}' 5000; deals 20 '{"outcome":"open","closed_date":null,"stage":"Offer"}' 5020; } > few
	for day in 08 09 10; do
		night "2024-04-$day" --increment < few
		expect 0 - ""
		[[ -z $(amiss) ]]
		[[ $(told values stage) == "ok 0 stage: 2 values, none new" ]]
	done
	validate quality --max-rejects 0 < told > /dev/null
	# The control: of the decided ones that come then one name is gone.
	night 2024-04-11 --increment < <(deals 40 '{"stage":"Closed Won"}')
	[[ $status == 0 && $(told values stage) == 'ok 0 stage: 1 values, none new' ]]
	night 2024-04-12 --increment < <(deals 40 '{"outcome":"lost","stage":"Closed Lost"}'; deals 60 '{"outcome":"lost","stage":"Closed Lost?"}' 40)
	[[ $status == 0 && $(told values stage) == 'warn '*' stage: new "Closed Lost?" (60 deals); gone "Closed Won" (last on 2024-04-11); '* ]]
}

@test "that a value is gone is a warning, however many had it; only one that nobody knew is an error" {
	night 2024-04-07 --increment < <(deals 950 '{"currency":"USD"}'; deals 50 '{"currency":"EUR"}')
	night 2024-04-08 --increment < <(deals 40 '{"currency":"EUR"}')
	expect 0 - ""
	[[ $(told values currency) == 'warn 0.9'*' currency: gone "USD" (last on 2024-04-07)' ]]
	# One that was new yesterday, and stored, is known today.
	night 2024-04-09 --increment < <(deals 90 '{"currency":"USD"}'; deals 10 '{"currency":"CHF"}')
	night 2024-04-10 --increment < <(deals 40 '{"currency":"CHF"}')
	expect 0 - ""
	[[ $(told values currency) == 'warn 1 currency: new "CHF" (40 deals)'* ]]
	night 2024-04-11 --increment < <(deals 40 '{"currency":"usd"}')
	expect 65 - 'quality: crm: values currency: 1 is past error 0.9: currency: new "CHF" (since 2024-04-09), "usd" (40 deals)*'
}

@test "what a stage that died has cut short is not judged, and teaches nothing" {
	echo '{"stage":"fetch","in":200,"out":195,"rejected":5,"dropped":0}' > fetched
	echo '{"stage":"dedupe","in":190,"out":170,"rejected":0,"dropped":20}' > unique
	: > refused
	deals 40 > some
	for lost in fetched unique refused; do
		mv "$lost" kept
		run --separate-stderr quality --checks "$checks" --fetched fetched --rejects refused --dropped unique --out told --summary sum < some
		expect 66 "$(cat some)" "quality: $lost: No such file or directory"
		[[ ! -e told && ! -e sum ]]
		mv kept "$lost"
	done
	quality --checks "$checks" --fetched fetched --rejects refused --dropped unique --out told --summary sum < some > /dev/null
	[[ -s told && -s sum ]]
}

@test "a night in two parts is one night where only changes come, and is judged anew where all do" {
	mondays 100 104 96 100
	night 2024-04-08 --increment < <(deals 70 '{"region":"Europe"}')
	night 2024-04-08 --increment < <(deals 18 '{"region":"Europe"}'; deals 2 '{"region":"Mars"}')
	[[ $(told volume) == "ok 0.9 90 deals came, 100 on a usual Monday" ]]
	[[ $(told values region) == 'warn 0.1 region: new "Mars" (2 deals)' ]]
	night 2024-04-08 --increment < <(deals 1 '{"region":"Europe"}')
	[[ $(told values region) == 'warn 0.02'*' region: new "Mars" (since 2024-04-08)' ]]
	mondays 100 104 96 100
	deals 90 > all
	night 2024-04-08 < all
	cp told first
	night 2024-04-08 < all
	cmp first told
	# What the first run of a day told is over when the next one finds it mended.
	night 2024-04-09 < all
	night 2024-04-09 < <(jq -c '.tier = 1' all)
	[[ $(amiss) == "warn field_new tier" ]]
	night 2024-04-09 < all
	[[ $(told field_new tier) == "ok null it is so no more" ]]
}

@test "a field that is new, gone or less there, and for how long that is told" {
	deals 100 '{"tier":"A","score":7,"note":"x"}' > before
	jq -c 'del(.tier) + {level: 1} | if (.deal_id | ltrimstr("d") | tonumber) % 10 > 0 then del(.note) else . end' before > after
	night 2024-04-01 < before
	night 2024-04-02 < before
	[[ -z $(amiss) ]]
	night 2024-04-03 < after
	[[ $(amiss) == $'warn field_gone tier\nwarn field_gone note\nwarn field_new level' || $(amiss | sort) == $'warn field_gone note\nwarn field_gone tier\nwarn field_new level' ]]
	[[ $(told field_new level) == "warn 1 level is new, since 2024-04-03: in 100 of 100 deals" ]]
	[[ $(told field_gone tier) == "warn 0 tier is gone: in 0 of 100 deals, 100 were to be expected; the last came on 2024-04-02" ]]
	[[ $(told field_gone note) == "warn 0.1 note is there less often: in 10 of 100 deals, 100 were to be expected" ]]
	for day in 04 05 06 07 08 09; do night "2024-04-$day" < after; done
	[[ $(amiss | grep -v note) == $'warn field_gone tier\nwarn field_new level' || $(amiss | grep -v note | sort) == $'warn field_gone tier\nwarn field_new level' ]]
	night 2024-04-10 < after
	[[ $(amiss | grep -v note) == "" ]]
}

@test "what open and decided deals have is judged apart; what the map names may come late" {
	both() { deals "$1"; deals "$2" '{"outcome":"open","closed_date":null,"expected_close_date":"2024-09-01"}'; }
	night 2024-04-01 < <(both 20 80)
	night 2024-04-02 < <(both 100 0)
	[[ -z $(amiss) ]]
	night 2024-04-03 < <(both 0 100; deals 3 '{"lost_reason":"price"}')
	[[ -z $(amiss) ]]
}

@test "a field that holds another type, with the first deal that has it" {
	night 2024-04-01 < <(deals 100 '{"score":7}')
	night 2024-04-02 < <(deals 90 '{"score":7.5}'; deals 10 '{"score":"high"}' 90)
	[[ $(told field_type score) == "warn 0.1 score holds another type: text in 10 of 100 deals, before it was number" ]]
	[[ $(jq -c 'select(.rule == "field_type") | .sample' told) == '["d90"]' ]]
	night 2024-04-03 < <(deals 100 '{"score":{"of":1}}')
	expect 65 - "quality: crm: field_type score: 1 is past error 0.5: score holds another type: object in 100 of 100 deals, before it was number; *"
}

@test "amounts in another unit are seen by their median" {
	for day in 01 02 03; do night "2024-04-$day" < <(deals 50); done
	[[ $(told amount amount) == "ok 1 the median amount is 120, on earlier nights 120" ]]
	night 2024-04-04 < <(deals 50 '{"amount":12500}')
	expect 65 - "quality: crm: amount amount: *: the median amount is 12,000, on earlier nights 120: another unit, or another currency?; *"
}

@test "each rule can be off, for all or for one source, and a source has limits of its own" {
	rules '{ "rules": { "freshness": false, "rejects": { "warn": 0.02 } }, "sources": { "crm": { "rejects": { "error": 0.5 } }, "hr": { "rejects": false } } }'
	night 2024-04-08 < <(deals 1)
	[[ $(jq -r 'select(.rule != "profile") | "\(.rule) \(.warn) \(.error)"' told) == "rejects 0.02 0.5" ]]
	quality --checks "$checks" --source hr --out told < <(deals 1) > /dev/null
	[[ $(jq -r 'select(.rule != "profile") | .rule' told) == "" ]]
	# Another source's nights are not ours.
	night 2024-04-09 < <(deals 1)
	sed 's/"crm"/"hr"/' earlier > others
	mv others earlier
	checks=$root/pipelines/conf/checks.json night 2024-04-10 < <(deals 60 '{"tier":1}')
	[[ -z $(told field_new tier) ]]
}

@test "checks that are wrong are 78 with their line, the wrong use is 64" {
	bad() {
		printf '%s\n' "$1" > own.json
		run --separate-stderr quality --checks own.json --out told < /dev/null
		expect 78 "" "quality: own.json:$2"
	}
	bad '{}' '1: /rules: is missing'
	bad $'{ "rules": {\n"volumes": {} } }' '2: /rules/volumes: must not be there'
	bad $'{ "rules": {},\n"sources": { "crm": {\n"volume": { "warn": "x" } } } }' '3: /sources/crm/volume/warn: must be *'
	bad $'{ "rules": {\n"values": { "warm": 1 } } }' '2: /rules/values/warm: must not be there'
	bad $'{ "rules": {\n"duplicates": { "warn": 5 } } }' '2: /rules/duplicates/warn: must be at most 1'
	bad $'{ "rules": { "completeness": {\n"fields": { "amount": { "warn": 95 } } } } }' '2: /rules/completeness/fields/amount/warn: must be at most 1'
	bad '{ "rules": {}, "workdays": ["mon"] }' '1: /workdays/0: must be *'
	bad '{ "rules": {' '*'
	run --separate-stderr quality --checks "$checks" < /dev/null
	expect 64 "" "usage: quality --checks FILE --out FILE *"
	run --separate-stderr quality --checks "$checks" --out - < /dev/null
	expect 64 "" "quality: --out -: standard output is for the deals"
	echo '{"kind":"deal"}' > earlier
	run --separate-stderr quality --checks "$checks" --earlier earlier --out told < /dev/null
	expect 65 "" "quality: earlier:1: no quality record"
}

@test "odd texts stay texts, and memory is bounded, whatever there is of values and fields" {
	deals 1 '{"region":"a\"b\\\n\u001b[2J","\u2028x\"":1,"source":"s"}' > some
	night 2024-04-01 < some
	night 2024-04-02 < <(deals 40 '{"region":"Europe"}'; deals 1 "{\"region\":\"$(printf 'é%.0s' {1..100})\"}")
	validate quality --max-rejects 0 < told > /dev/null
	[[ $(told values region) == *"(1 deal)"* && $(told values region) == *"…\""* ]]
	jq -nc 'range(3000) as $i | {deal_id: "d\($i)", outcome: "open", created_date: "2024-01-02", region: "r\($i)"} + {"f\($i % 900)": 1}' > various
	run --separate-stderr bash -c '/usr/bin/time -f %M quality --checks "$0" --map "$1" --out told < various > passed' "$checks" "$map"
	expect 0 ""
	[[ -n ${SALESWATCH_BIN-} ]] || (( stderr < 65536 ))
	cmp various passed
	[[ $(told values region) == "ok null region: more than 1000 values, too various to be watched" ]]
	(( $(grep -c '"rule":"profile"' told) <= 300 ))
}

# record DATE LEVEL [SOURCE [REASON]]: one rule's record of a night.
record() {
	jq -nc --arg date "$1" --arg level "$2" --arg source "${3:-crm}" --arg reason "${4:-few <came>}" \
		'{kind: "quality", v: 1, $source, rule: "volume", field: "", $date, $level, $reason}'
}

@test "the page and the text say what is amiss, since when, and how the nights went; a mail to leaders does not" {
	show() { render --templates "$root/pipelines/templates" --as report "$@" < /dev/null > made; }
	{ record 2024-04-04 ok; record 2024-04-03 warn; record 2024-04-05 warn; record 2024-04-07 warn; record 2024-04-06 warn; record 2024-04-07 error hr 'none came'
		record 2024-04-07 ok old; } > nights.quality
	{ record 2024-04-08 warn crm 'first said'; record 2024-04-08 warn; record 2024-04-08 ok old; } > deals.quality
	show --quality nights.quality --quality deals.quality
	[[ $(jq -c '.quality.sources[] | [.source, .night, .verdict, .history, .marks]' made) == '["crm","8 April 2024","1 warning","1 of 6","!.!!!!"]
["hr","7 April 2024","1 error","0 of 1","X"]
["old","8 April 2024","nothing amiss","2 of 2",".."]' ]]
	[[ $(jq -c '.quality.amiss[] | [.source, .level, .reason, .since, .nights]' made) == '["hr","error","none came","7 April 2024","1 night"]
["crm","warning","few <came>","5 April 2024","4 nights"]' ]]
	validate "$root/schemas/report.json" --max-rejects 0 < made > /dev/null
	run --separate-stderr render --templates "$root/pipelines/templates" --as html --report made < /dev/null
	expect 0 - ""
	[[ $output == *'<td>crm</td><td>8 April 2024</td><td>1 warning</td><td>1 of 6</td><td><code>!.!!!!</code></td>'* ]]
	[[ $output == *'<td>crm</td><td>warning</td><td>few &lt;came&gt;</td><td>5 April 2024</td><td>4 nights</td>'* ]]
	[[ $output != *"Every row that came was used."* ]]
	run --separate-stderr render --templates "$root/pipelines/templates" --as text --report made < /dev/null
	[[ $output == *'hr: error since 7 April 2024: none came'*'crm: warning since 5 April 2024: few <came>'* ]]
	run --separate-stderr render --templates "$root/pipelines/templates" --conf "$root/pipelines/conf/saleswatch.json" --as mail --report made < /dev/null
	[[ $output == *"text/html"* && $(sed '1,/text\/html/d' <<< "$output") != *"few "* ]]
	# Without any, or where nothing is amiss, nothing of it is there.
	: > none
	show --rejects none --quality none
	run --separate-stderr render --templates "$root/pipelines/templates" --as html --report made < /dev/null
	[[ $output == *"Every row that came was used."* && $output != *"Night by night"* ]]
	echo '{"kind":"metric"}' > wrong
	run --separate-stderr render --templates "$root/pipelines/templates" --as report --quality wrong < /dev/null
	expect 65 - "render: wrong:1: no quality record"
}

# bats test_tags=whole
@test "ops see in status and in their monitoring what the newest load was warned of; the weekly page has it too" {
	plant
	saleswatch run daily
	run saleswatch status
	[[ $output != *QUALITY* && $(grep '^saleswatch_quality{' "$state/metrics.prom") == *'"warn"} 0'*'"error"} 0' ]]
	{ record 2024-04-08 warn; record 2024-04-08 error hr 'none came'; record 2024-04-08 ok old; } > "$day/deals.quality"
	run saleswatch status
	[[ $output == *$'QUALITY error hr 2024-04-08 none came\nQUALITY warn crm 2024-04-08 few <came>\noutbox: '* ]]
	saleswatch monitor
	[[ $(grep '^saleswatch_quality{' "$state/metrics.prom") == 'saleswatch_quality{source="crm",level="warn"} 1
saleswatch_quality{source="crm",level="error"} 0
saleswatch_quality{source="hr",level="warn"} 0
saleswatch_quality{source="hr",level="error"} 1
saleswatch_quality{source="old",level="warn"} 0
saleswatch_quality{source="old",level="error"} 0' ]]
	{ record 2024-04-07 warn; cat "$day/deals.quality"; } | saleswatch store put quality --stage odd --db "$db"
	saleswatch store commit odd --db "$db"
	touch "$day/analyzed" # as whatever it is made anew for
	saleswatch run weekly
	[[ $(jq -r '.quality.sources[] | select(.source == "crm") | .marks' "$day/report") == '!!' ]]
	[[ $(< "$day/report.html") == *"none came"* ]]
}

# bats test_tags=figures
@test "on the sample it warns of nothing: not of the whole, night by night, nor of what changed" {
	export SALESWATCH_NOW=2024-04-08T04:00:00Z
	fetch csv "$root/tests/data/deals.csv" --rejects unread --summary fetched |
		validate deal --upstream fetched --rejects refused | dedupe --summary unique > all
	quality --checks "$checks" --map "$map" --fetched fetched --rejects unread --rejects refused --dropped unique --as-of 2024-04-08 --out told < all > passed
	cmp passed all
	[[ -z $(amiss) ]]
	run python3 - "$checks" "$map" <<-'END'
	import datetime, json, subprocess, sys

	lines = open("all").read().splitlines(True)
	seen = [deal.get("recorded_at") or deal.get("created_date") or "" for deal in map(json.loads, lines)]
	begun = [deal.get("created_date", "") for deal in map(json.loads, lines)]
	for increment in False, True:
	    open("earlier", "w").close()
	    nights = 0
	    for ago in range(70 if increment else 14, -1, -1):
	        day = datetime.date(2024, 4, 8) - datetime.timedelta(ago)
	        last, day = str(day - datetime.timedelta(1)), str(day)
	        new = [l for l, s, b in zip(lines, seen, begun) if (last in (s, b) if increment else s < day)]
	        done = subprocess.run(["quality", "--checks", sys.argv[1], "--map", sys.argv[2], "--source", "crm", "--out", "told",
	            "--earlier", "earlier", "--as-of", day] + ["--increment"] * increment, input="".join(new), text=True, capture_output=True)
	        assert done.returncode == 0, done.stderr
	        told = open("told").read()
	        open("earlier", "a").write(told)
	        nights += 1
	        for record in map(json.loads, told.splitlines()):
	            if record["level"] != "ok":
	                print(day, increment, record["rule"], record["field"], record["reason"])
	    print(nights)
	END
	expect 0 $'15\n71'
}
