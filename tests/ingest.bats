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
		if [[ \$1 == $verb && " \$*" == *" ingest-deals-2024"* ]]; then
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

# spoilt NAME EACH: the CSV with the amount of each EACHth row made nonsense, and another outcome in all.
spoilt() {
	awk -F, -v each="$2" 'BEGIN { OFS = "," } NR > 1 { sub(/^Lost$/, "Won", $12) } NR > 1 && NR % each == 0 { $10 = "N/A" } { print }' \
		"$SALESWATCH_CSV" > "$BATS_TEST_TMPDIR/$1.csv"
	touch -d '1 hour' "$BATS_TEST_TMPDIR/$1.csv" # after whatever was made of another
}

everything() { saleswatch store dump --db "$db" | jq -c 'select(.table | IN("deal", "deal_version", "change", "source"))' | sha256sum; }

@test "R7: six in a hundred wrong stop the run before the store changes, and ops are told; four do not" {
	spoilt four 25
	spoilt six 16
	saleswatch run ingest
	before=$(everything)
	cp "$day/deals" "$BATS_TEST_TMPDIR/deals.before"
	SALESWATCH_CSV=$BATS_TEST_TMPDIR/six.csv run --separate-stderr saleswatch run ingest
	[[ $status == 65 && $stderr == *"validate: 198 of 2999 refused: more than "* ]] || { echo "$status $stderr"; return 1; }
	[[ $(everything) == "$before" ]]
	cmp "$day/deals" "$BATS_TEST_TMPDIR/deals.before"
	[[ $(wc -l < "$day/deals.refused") == 198 ]]
	run jq -r '[.stage, .pipeline, .owner, .until, .reason] | @tsv' <(saleswatch store get fault --db "$db")
	[[ $output == $'validate\tingest\tops\t\tvalidate: 198 of 2999 refused: more than 5%: amount_type 188, '* ]]
	# The next run of deliver sends it to them.
	saleswatch run deliver
	[[ $(saleswatch store get delivery --db "$db" | jq -r '.faults[]?.reason') == "validate: 198 of 2999 refused: "* ]]
	SALESWATCH_CSV=$BATS_TEST_TMPDIR/four.csv run --separate-stderr saleswatch run ingest
	expect 0
	[[ $(everything) != "$before" && -n $(saleswatch store get fault --db "$db" | jq -r '.until // empty') ]]
}

@test "R7: without the limit, six in a hundred reach the store: the control" {
	spoilt six 16
	saleswatch run ingest
	before=$(everything)
	sed -i 's/validate deal /&--max-rejects 100% /' "$T/pipelines/ingest.mk"
	SALESWATCH_CSV=$BATS_TEST_TMPDIR/six.csv run --separate-stderr saleswatch run ingest
	expect 0
	[[ $(everything) != "$before" ]]
}

@test "no source named is one plain line" {
	SALESWATCH_CSV='' run --separate-stderr saleswatch run ingest
	[[ $status != 0 && $stderr == *"no source of deals: name one in "* ]]
}

# Two sources beside each other: one is pushed to us, the other a tap that goes on from its state.
sources() {
	SALESWATCH_CSV=""
	cat > "$T/pipelines/conf/sources.json" <<-END
	{"sources":{
		"pushed": {"type":"spool","directory":"$T/in","map":"maps/plain.json"},
		"tap": {"type":"singer","stream":"deals","map":"maps/plain.json","tap":["$T/tap","it's one word"]}}}
	END
	echo '{"fields":{"deal_id":{},"outcome":{},"created_date":{},"closed_date":{},"amount":{"type":"number"}},"dimensions":{"region":{}}}' \
		> "$T/pipelines/conf/maps/plain.json"
	cat > "$T/tap" <<-'END'
	#!/usr/bin/env bash
	printf '%s\n' "$*" >> "$0.asked"
	state=0
	[[ $2 != --state ]] || state=$(cat "$3")
	printf '{"type":"RECORD","stream":"deals","record":{"deal_id":"t%d","outcome":"open","created_date":"2024-03-01","region":"Europe"}}\n' $((state + 1))
	printf '{"type":"STATE","value":%d}\n' $((state + 1))
	END
	chmod +x "$T/tap"
}

push() { printf '{"deal_id":"%s","outcome":"won","created_date":"2024-01-01","closed_date":"2024-02-01","amount":5,"region":"India"}\n' "$@" | "$T/bin/spool" "$T/in"; }

known() { "$T/bin/store" get deal --db "$db" | jq -r .deal_id | paste -sd' '; }

@test "sources of sources.json are taken each by itself, from where the last commit of it ended" {
	sources
	push p1 p2
	run --separate-stderr saleswatch run ingest
	expect 0 "" "saleswatch: run: ingest 2024-04-08"
	[[ $(known) == "p1 p2 t1" && $(jq -r .deal_id "$day/deals" | paste -sd' ') == "p1 p2 t1" ]]
	push p3
	saleswatch run ingest
	[[ $(known) == "p1 p2 p3 t1 t2" && $(jq -r .deal_id "$day/deals" | paste -sd' ') == "p1 p2 p3 t1 t2" ]]
	[[ $(< "$T/tap.asked") == "it's one word"$'\n'"it's one word --state tap.state" ]]
	# What is committed is gone from the spool.
	saleswatch run ingest
	[[ -z $(find "$T/in/new" -type f) ]]
	[[ $("$T/bin/store" get bookmark --db "$db" | jq -c '[.source, .until]') == '["pushed",{"files":[]}]
["tap",{"state":3}]' ]]
}

@test "doctor names a source that was read before and is called something else now" {
	sources
	push p1
	saleswatch run ingest
	run --separate-stderr saleswatch doctor
	[[ $output == *"ok   sources before"* ]]
	sed -i 's/"pushed":/"drop":/' "$T/pipelines/conf/sources.json"
	run --separate-stderr saleswatch doctor
	[[ $output == *"BAD  sources before: pushed: read before, but sources.json has no such source: "*"--take-over"* ]]
	# handed over as it says
	saleswatch fetch drop --sources "$T/pipelines/conf/sources.json" 2> /dev/null |
		"$T/bin/store" put deal --stage over --source drop --db "$db"
	"$T/bin/store" commit over --db "$db" --take-over pushed
	run --separate-stderr saleswatch doctor
	[[ $output == *"ok   sources before"* ]]
}

@test "killed before, in or after the commit, and run again: no deal is lost or doubled, and the bookmark is that of the store" {
	sources
	push p1
	saleswatch run ingest
	mv "$T/bin/store" "$T/bin/store.whole"
	for when in before after; do
		push "p-$when"
		cat > "$T/bin/store" <<-END
		#!/usr/bin/env bash
		if [[ \$1 == commit && \$2 == ingest-pushed-* ]]; then
			[[ $when == before ]] || "$T/bin/store.whole" "\$@"
			echo fired >> "$T/fired"
			kill -9 \$\$
		fi
		exec "$T/bin/store.whole" "\$@"
		END
		chmod +x "$T/bin/store"
		run --separate-stderr saleswatch run ingest
		[[ $status == 137 ]]
	done
	[[ $(wc -l < "$T/fired") == 2 ]]
	mv "$T/bin/store.whole" "$T/bin/store"
	[[ $(known) == "p-after p-before p1 t1 t2 t3" ]]
	saleswatch run ingest
	[[ $(known) == "p-after p-before p1 t1 t2 t3 t4" && $("$T/bin/store" get change --db "$db") == "" ]]
	saleswatch run ingest
	[[ -z $(find "$T/in/new" -type f) ]]
}

@test "a source that is wrong leaves the others and the store as they are, and ops hear which" {
	sources
	push p1
	saleswatch run ingest
	printf '#!/bin/sh\necho half\nexit 1\n' > "$T/tap"
	push p2
	jq '.sources |= (to_entries | sort_by(.key) | reverse | from_entries)' "$T/pipelines/conf/sources.json" > "$T/turned" # the broken one first
	mv "$T/turned" "$T/pipelines/conf/sources.json"
	run --separate-stderr saleswatch run ingest
	(( status == 1 ))
	[[ $("$T/bin/store" get fault --db "$db" | jq -r .pipeline) == ingest && $(known) == "p1 p2 t1" ]]
	[[ $("$T/bin/store" get bookmark --db "$db" | jq -c 'select(.source == "tap").until') == '{"state":1}' ]]
	sources
	sed -i 's/"spool"/"spoon"/' "$T/pipelines/conf/sources.json"
	run --separate-stderr saleswatch run ingest
	[[ $status == 78 && $stderr == *"sources.json:2: /sources/pushed/type: must be one of "* ]] || { echo "$status $stderr"; return 1; }
}

@test "deals that are too wrong as a whole are not stored, and what was found is" {
	sources
	push {1..40}
	saleswatch run ingest
	printf '{"deal_id":"b%d","outcome":"open","created_date":"2024-03-01","amount":7}\n' {1..40} | sed 's/"created_date[^,]*,//' | "$T/bin/spool" "$T/in"
	before=$(known | tr ' ' '\n' | grep -v t)
	run --separate-stderr saleswatch run ingest
	[[ $status == 65 && $stderr == *"quality: pushed: "*created_date* ]] || { echo "$status $stderr"; return 1; }
	[[ $(known | tr ' ' '\n' | grep -v t) == "$before" ]]
	[[ $("$T/bin/store" get quality --db "$db" | jq -r 'select(.level == "error") | .rule' | sort -u) == *completeness* ]]
	[[ $("$T/bin/store" get fault --db "$db" | jq -r .reason) == "quality: pushed: "* ]]
}

@test "a backfill reads a period or all of a source again, and new deals of the past are no news of today" {
	sources
	push p1
	saleswatch run ingest
	[[ $("$T/bin/store" get deal --db "$db" | jq -c 'select(.deal_id == "p1").recorded_at') == '"2024-02-01"' ]]
	# A night's news is of that night.
	push p2
	saleswatch run ingest
	[[ $("$T/bin/store" get deal --db "$db" | jq -c 'select(.deal_id == "p2").recorded_at') == '"2024-04-08"' ]]
	# A tap is asked for all, not from its state; what it has no more is deleted, and stays in the history.
	saleswatch run ingest
	[[ $(known) == "p1 p2 t1 t2 t3" && $(tail -n 1 "$T/tap.asked") == *"--state tap.state" ]]
	saleswatch backfill tap --full
	[[ $(tail -n 1 "$T/tap.asked") == "it's one word" ]]
	[[ $("$T/bin/store" get change --db "$db" | jq -rc 'select(.field == "deleted").deal_id' | paste -sd' ') == "t2 t3" && $(known) == "p1 p2 t1" ]]
	run --separate-stderr saleswatch backfill pushed --full
	expect 64 "" "saleswatch: backfill: pushed: a spool never has all there is; push the deals again"
	run --separate-stderr saleswatch backfill tap --from 2024-01-01 --to 2024-02-01 "& touch fired"
	[[ $status == 64 && ! -e $day/fired ]]
	for wrong in "--from 2024-02-30 --to 2024-03-01" "--from 2024-03-02 --to 2024-03-01" "--all" ""; do
		# shellcheck disable=SC2086
		run --separate-stderr saleswatch backfill pushed $wrong
		[[ $status == 64 ]] || { echo "$wrong: $status $stderr"; return 1; }
	done
	run --separate-stderr saleswatch backfill nobody --full
	expect 64 "" "saleswatch: backfill: $T/pipelines/conf/sources.json has no source nobody"
	run --separate-stderr saleswatch backfill tap --from 2024-01-01 --to 2024-02-01
	expect 64 "" "saleswatch: backfill: tap: only a CRM tells what was created in a period; --full reads all"
}

@test "what is refused of any source is on the report's page and in what is monitored" {
	sources
	push {1..40}
	echo '{"deal_id":"bad","outcome":"won","created_date":"2024-01-01"}' | "$T/bin/spool" "$T/in"
	run --separate-stderr saleswatch run daily
	[[ $status == 0 ]] || { echo "$status $stderr"; return 1; }
	grep -q 'closed_date is missing\|outcome_without_closed_date\|amount_required' "$day/report.html"
	saleswatch monitor
	grep -q '^saleswatch_rejects{stage="validate",reason="amount_required"} 1$' "$state/metrics.prom" || { grep rejects "$state/metrics.prom"; return 1; }
}
