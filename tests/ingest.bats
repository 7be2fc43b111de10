# ingest - a stage that dies reaches neither the store nor the streams.
# bats file_tags=whole
load helpers
load pipeline

setup() {
	head -n 3000 "$root/tests/data/deals.csv" > "$BATS_TEST_TMPDIR/deals.csv"
	plant "$BATS_TEST_TMPDIR/deals.csv"
}

rows() { sqlite3 "$db" "select count(*), total(length(doc)) from $1"; }

@test "puts the deals of a CSV into the store, and what it refused beside them" {
	run --separate-stderr saleswatch run ingest
	expect 0 "" "saleswatch: run: ingest 2024-04-08"
	[[ $(jq -s length "$day/deals") == "$(sqlite3 "$db" 'select count(*) from deals')" ]]
	fetched=$(jq .in "$day/deals.fetched")
	[[ $fetched == 2999 ]]
	refused=$(cat "$day/deals.unread" "$day/deals.refused" | wc -l) dropped=$(wc -l < "$day/deals.dropped")
	(( fetched == $(wc -l < "$day/deals") + refused + dropped ))
}

@test "a stage killed in turn, each: not a row of the store is changed, and ops are told" {
	saleswatch run ingest
	before=$(rows deals)
	sed -i 's/,Lost,/,Won,/' "$SALESWATCH_CSV"
	cp "$day/deals" "$BATS_TEST_TMPDIR/deals.before"
	for stage in fetch validate dedupe; do
		break_stage "$stage" 200000
		touch "$SALESWATCH_CSV"
		run --separate-stderr saleswatch run ingest
		[[ $status != 0 && $stderr == *"run: ingest 2024-04-08 failed; "* ]] || { echo "$stage: $status $stderr"; return 1; }
		[[ $(rows deals) == "$before" ]] || { echo "$stage: the store changed"; return 1; }
		cmp "$day/deals" "$BATS_TEST_TMPDIR/deals.before"
		mend_stage "$stage"
	done
	[[ $(wc -l < "$T/fired") == 3 ]]
	[[ $(saleswatch store get fault --db "$db" | wc -l) == 3 ]]
	run --separate-stderr saleswatch run ingest
	expect 0
	[[ $(rows deals) != "$before" ]]
}

@test "a store that dies while it takes the deals, or commits them, keeps what it had" {
	saleswatch run ingest
	before=$(rows deals)
	sed -i 's/,Lost,/,Won,/' "$SALESWATCH_CSV"
	mv "$T/bin/store" "$T/bin/store.whole"
	for verb in put commit; do
		cat > "$T/bin/store" <<-END
		#!/usr/bin/env bash
		if [[ \$1 == $verb && " \$*" == *" ingest-2024"* ]]; then
			{ head -n 100; } | "$T/bin/store.whole" "\$@" --summary /no/such/folder/file > /dev/null 2>&1
			echo fired >> "$T/fired"
			kill -9 \$\$
		fi
		exec "$T/bin/store.whole" "\$@"
		END
		chmod +x "$T/bin/store"
		run --separate-stderr saleswatch run ingest
		[[ $status == 137 ]] || { echo "$verb: $status $stderr"; return 1; }
		[[ $(rows deals) == "$before" ]] || { echo "$verb: the store changed"; return 1; }
	done
	[[ $(wc -l < "$T/fired") == 2 ]]
}

@test "six in a hundred wrong stop the run before the store changes; four do not" {
	awk -F, 'NR == 1 || NR % 25 { print; next } { OFS = ","; $10 = "N/A"; print }' "$SALESWATCH_CSV" > "$BATS_TEST_TMPDIR/four.csv"
	awk -F, 'NR == 1 || NR % 16 { print; next } { OFS = ","; $10 = "N/A"; print }' "$SALESWATCH_CSV" > "$BATS_TEST_TMPDIR/six.csv"
	SALESWATCH_CSV=$BATS_TEST_TMPDIR/six.csv run --separate-stderr saleswatch run ingest
	[[ $status == 65 && $stderr == *"validate: 198 of 2999 refused: more than "* ]] || { echo "$status $stderr"; return 1; }
	[[ $(sqlite3 "$db" 'select count(*) from deals') == 0 ]]
	SALESWATCH_CSV=$BATS_TEST_TMPDIR/four.csv run --separate-stderr saleswatch run ingest
	expect 0
	(( $(sqlite3 "$db" 'select count(*) from deals') > 2500 ))
}

@test "no source named is one plain line" {
	SALESWATCH_CSV='' run --separate-stderr saleswatch run ingest
	[[ $status != 0 && $stderr == *"no source of deals: name a CSV file as csv in "* ]]
}
