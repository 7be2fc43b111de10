# stale - the source is down, or the analysis failed: the last good data stand in, labelled with
# their age; nobody is told anew; ops hear once that it is so and once that it is over.
# bats file_tags=figures
load helpers
load pipeline

setup() {
	head -n 3000 "$root/tests/data/deals.csv" > "$BATS_TEST_TMPDIR/crm.csv"
	plant "$BATS_TEST_TMPDIR/crm.csv"
	today=$state/days/2024-04-09
}

# What cron does in a minute: each of its lines, at that time.
cron() {	# TIME
	export SALESWATCH_NOW=2024-04-09T$1:00Z
	saleswatch run --quiet --at 02:00 ingest 2>> "$BATS_TEST_TMPDIR/mailed" || true
	saleswatch run --quiet --at 03:00 analyze 2>> "$BATS_TEST_TMPDIR/mailed" || true
	saleswatch run --quiet deliver 2>> "$BATS_TEST_TMPDIR/mailed" || true
	saleswatch watch 2>> "$BATS_TEST_TMPDIR/watched" || true
}

faults() { store get fault --db "$db"; }
alerts_known() { sqlite3 "$db" "select alert_id, date from alerts union all select alert_id, date from alert_history order by 1, 2"; }

crm_down() {
	saleswatch run --quiet daily
	alerts_known > "$BATS_TEST_TMPDIR/alerts"
	[[ -s $BATS_TEST_TMPDIR/alerts ]]
	mv "$BATS_TEST_TMPDIR/crm.csv" "$BATS_TEST_TMPDIR/gone.csv"
}

@test "CRM down at 02:00: the day's streams are made of the last good deals, labelled; one fault, one all-clear, no new alert" {
	crm_down
	for at in 02:00 02:05 03:00 06:00 07:30; do cron "$at"; done
	validate "$root/schemas/stale.json" < "$today/stale" > "$BATS_TEST_TMPDIR/valid" && cmp "$today/stale" "$BATS_TEST_TMPDIR/valid"
	[[ $(jq -c '[.kind, .since, .through, .days, .cause]' "$today/stale") == '["stale","2024-04-08T04:00:00Z","2024-04-07",1,"source"]' ]] || { cat "$today/stale"; return 1; }
	cmp "$day/deals" "$today/deals"
	cmp "$day/findings" "$today/findings"
	alerts_known | cmp - "$BATS_TEST_TMPDIR/alerts"
	[[ $(sqlite3 "$db" "select count(*) from metric") -gt 0 && $(cat "$today/analyzed") == 2024-04-07 ]]
	[[ $(faults | jq -c '[.pipeline, .stage, .since, .until]') == '["ingest","ingest","2024-04-09T02:00:00Z",null]' ]] || { faults; return 1; }
	[[ ! -s $BATS_TEST_TMPDIR/watched ]] || { cat "$BATS_TEST_TMPDIR/watched"; return 1; }
	[[ $(grep -c "failed; what stood" "$BATS_TEST_TMPDIR/mailed") == 1 ]]
	run -0 saleswatch status
	[[ $output == *"FAULT 2024-04-09T02:00:00Z ingest: $SALESWATCH_CSV: not there, and nothing makes it"* ]]
	# it comes back: the gap is filled, the day analyzed again, nothing doubled
	mv "$BATS_TEST_TMPDIR/gone.csv" "$BATS_TEST_TMPDIR/crm.csv"
	for at in 09:00 09:05 09:10; do cron "$at"; done
	[[ $(cat "$today/analyzed") == 2024-04-08 && -e $today/stale && ! -s $today/stale ]]
	[[ $(faults | jq -c '[.since, .until]') == '["2024-04-09T02:00:00Z","2024-04-09T09:00:00Z"]' ]] || { faults; return 1; }
	[[ $(sqlite3 "$db" "select count(*) - count(distinct deal_id) from deals") == 0 && $(wc -l < "$today/deals") == $(wc -l < "$day/deals") ]]
	cat "$state/periods/ingest" "$state/periods/analyze" | sort -u | diff - <(echo 2024-04-09)
	# control: a day that is analyzed of its own deals is another
	run ! cmp "$day/findings.ledger" "$today/findings.ledger"
}

@test "and run daily by hand goes on with them, ends with the source's status, and fills the gap once it is back" {
	crm_down
	export SALESWATCH_NOW=2024-04-09T04:00:00Z
	run --separate-stderr saleswatch run daily
	expect 66 "" "*run: daily 2024-04-09: no new deals; those through 2024-04-07 stand in"*"daily 2024-04-09 failed; *"
	[[ $(jq -r .through "$today/stale") == 2024-04-07 && -s $today/findings.ledger ]]
	alerts_known | cmp - "$BATS_TEST_TMPDIR/alerts"
	[[ $(faults | jq -c '[.pipeline, .stage, .until]') == '["ingest","ingest",null]' ]] || { faults; return 1; }
	[[ $(store get run --db "$db" --from 2024-04-09 | jq -c '[.status, .exit, .through]') == '["failed",66,"2024-04-07"]' ]]
	mv "$BATS_TEST_TMPDIR/gone.csv" "$BATS_TEST_TMPDIR/crm.csv"
	SALESWATCH_NOW=2024-04-09T10:00:00Z run --separate-stderr saleswatch run daily
	expect 0 "" "saleswatch: run: daily 2024-04-09"
	[[ $(faults | jq -r .until) == 2024-04-09T10:00:00Z && ! -s $today/stale && $(cat "$today/analyzed") == 2024-04-08 ]]
}

@test "of several sources the one that gave nothing is named" {
	awk -F, -v OFS=, 'NR > 1 { $1 = "P" $1 } NR < 300' "$root/tests/data/deals.csv" > "$BATS_TEST_TMPDIR/partners.csv"
	jq -n --arg file "$BATS_TEST_TMPDIR/partners.csv" '{sources: {partners: {type: "csv", files: $file}}}' > "$T/pipelines/conf/sources.json"
	saleswatch run --quiet daily
	[[ ! -e $day/stale ]]
	mv "$BATS_TEST_TMPDIR/partners.csv" "$BATS_TEST_TMPDIR/gone.csv"
	for at in 02:00 03:00; do cron "$at"; done
	[[ $(jq -c '[.since, .cause, .missing]' "$today/stale") == '["2024-04-08T04:00:00Z","source",["partners"]]' ]] || { cat "$today/stale"; return 1; }
	validate "$root/schemas/stale.json" --max-rejects 0 < "$today/stale" > /dev/null
	SALESWATCH_NOW=2024-04-09T04:00:00Z render --templates "$T/pipelines/templates" --as text --stale "$today/stale" < /dev/null |
		grep -qF "Data are 24 hours old: last good sync Monday 04:00 (missing: partners)"
	# none gives anything: no name helps
	mv "$BATS_TEST_TMPDIR/crm.csv" "$BATS_TEST_TMPDIR/none.csv"
	rm "$today"/*.taken
	cron 03:05
	[[ $(jq -c '[.cause, has("missing")]' "$today/stale") == '["source",false]' ]] || { cat "$today/stale"; return 1; }
}

@test "a source that is cut half-way, or gives something else, leaves no row and no metric of it" {
	crm_down
	rows=$(sqlite3 "$db" "select count(*), total(length(doc)) from deals; select count(*), max(seen) from metric")
	cp "$BATS_TEST_TMPDIR/gone.csv" "$BATS_TEST_TMPDIR/crm.csv"
	sed -i 's/,Lost,/,Won,/' "$BATS_TEST_TMPDIR/crm.csv"
	break_stage fetch 200000
	cron 02:00
	cron 03:00
	[[ -s $T/fired ]]
	mend_stage fetch
	printf '<html><body>500 Internal Server Error</body></html>\n' > "$BATS_TEST_TMPDIR/crm.csv"
	cron 03:05
	[[ $(sqlite3 "$db" "select count(*), total(length(doc)) from deals; select count(*), max(seen) from metric") == "$rows" ]]
	alerts_known | cmp - "$BATS_TEST_TMPDIR/alerts"
	[[ $(jq -r .cause "$today/stale") == source ]]
	(( $(faults | wc -l) == $(faults | jq -r .stage | sort -u | wc -l) ))
	# control: whole, the same file changes them
	sed 's/,Lost,/,Won,/' "$BATS_TEST_TMPDIR/gone.csv" > "$BATS_TEST_TMPDIR/crm.csv"
	cron 03:10
	[[ $(sqlite3 "$db" "select count(*), total(length(doc)) from deals; select count(*), max(seen) from metric") != "$rows" ]]
	[[ -z $(faults | jq -r 'select(.until == null)') ]]
}

@test "an analysis that failed leaves the last insights, labelled, and ops one fault and one all-clear" {
	saleswatch run --quiet daily
	break_stage detect 0
	for at in 02:00 03:00 03:05; do cron "$at"; done
	[[ -s $T/fired ]]
	[[ $(jq -c '[.since, .through, .days, .cause]' "$today/stale") == '["2024-04-09T02:00:00Z","2024-04-07",1,"analysis"]' ]] || { cat "$today/stale"; return 1; }
	[[ $(faults | jq -c '[.pipeline, .until]') == '["analyze",null]' ]] || { faults; return 1; }
	# today's deals came: how old they are is no matter of when
	SALESWATCH_NOW=2024-04-09T04:00:00Z render --templates "$T/pipelines/templates" --as text --stale "$today/stale" < /dev/null > "$BATS_TEST_TMPDIR/shown"
	grep -qF "Not analyzed since 7 April 2024 (data are 28 hours old)" "$BATS_TEST_TMPDIR/shown" || { cat "$BATS_TEST_TMPDIR/shown"; return 1; }
	cron 06:00
	[[ $(grep -c "2024-04-09 not analyzed by 06:00: analyze failed: " "$BATS_TEST_TMPDIR/watched") == 1 ]] || { cat "$BATS_TEST_TMPDIR/watched"; return 1; }
	mend_stage detect
	cron 06:05
	cron 06:06
	[[ ! -s $today/stale && $(faults | jq -r .until) == 2024-04-09T06:05:00Z ]]
	[[ $(tail -n 1 "$BATS_TEST_TMPDIR/watched") == "saleswatch: over: 2024-04-09 not analyzed by 06:00: "* && $(wc -l < "$BATS_TEST_TMPDIR/watched") == 2 ]]
}

@test "nor is it the source that an analysis waits for where what the source gave last was not analyzed" {
	saleswatch run --quiet daily
	break_stage detect 0
	for at in 02:00 03:00; do cron "$at"; done
	[[ -s $T/fired ]]
	SALESWATCH_NOW=2024-04-10T06:30:00Z saleswatch run --quiet deliver
	[[ $(jq -c '[.through, .days, .cause]' "$state/days/2024-04-10/stale") == '["2024-04-07",2,"analysis"]' ]] || { cat "$state/days/2024-04-10/stale"; return 1; }
}

@test "where nobody has even tried to load today's deals, late data are a fault of their own" {
	saleswatch run --quiet daily
	for at in 05:55 06:00 06:01; do SALESWATCH_NOW=2024-04-09T$at:00Z saleswatch run --quiet deliver; done
	[[ $(faults | jq -c '[.pipeline, .stage, .since, .until]') == '["ingest","stale","2024-04-09T06:00:00Z",null]' ]] || { faults; return 1; }
	SALESWATCH_NOW=2024-04-09T06:30:00Z saleswatch run --quiet --at 02:00 ingest
	[[ $(faults | jq -c '[.since, .until]') == '["2024-04-09T06:00:00Z","2024-04-09T06:30:00Z"]' ]]
	# control: with the deals of the day there is none
	SALESWATCH_NOW=2024-04-09T06:35:00Z saleswatch run --quiet deliver
	[[ $(faults | wc -l) == 1 ]]
}

@test "the same deals, configuration and clock give the same streams in any environment, locale and zone" {
	local shape n=0
	for shape in 'LC_ALL=C TZ=UTC' 'LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 TZ=Pacific/Kiritimati MAKEFLAGS=-j4 POSIXLY_CORRECT=1 COLUMNS=20' \
		'LANGUAGE=fr LC_COLLATE=de_DE.UTF-8 TZ=America/St_Johns GREP_OPTIONS= CDPATH=/ day=1999-01-01 through=x standin=store map=none HOME=/'; do
		rm -rf "${state:?}" && n=$((n + 1))
		read -ra words <<< "$shape"
		env -i "${words[@]}" PATH="$PATH" SALESWATCH_NOW="$SALESWATCH_NOW" SALESWATCH_CSV="$SALESWATCH_CSV" ASAN_OPTIONS="${ASAN_OPTIONS-}" "$T/bin/saleswatch" run --quiet daily
		(cd "$day" && md5sum deals counted metrics findings measures series alerts ../../deliver/routed deals.loaded analyzed) > "$BATS_TEST_TMPDIR/sums.$n"
		(( n == 1 )) || diff "$BATS_TEST_TMPDIR/sums.1" "$BATS_TEST_TMPDIR/sums.$n"
	done
	# control: a pipeline of one's own that asks the environment is found out
	printf '%s\n' 'include stage.mk' 'products += told' 'told:' $'\tdate +%Z > $@' > "$T/pipelines/tell.mk"
	TZ=UTC saleswatch run --quiet tell
	mv "$day/told" "$BATS_TEST_TMPDIR/told"
	TZ=Asia/Kathmandu saleswatch run --quiet tell
	run ! cmp -s "$day/told" "$BATS_TEST_TMPDIR/told"
}
