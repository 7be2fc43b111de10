# monitor - what Prometheus and Datadog read: right, whole, cheap, in the form that their own tools take.
# bats file_tags=figures
load helpers
load pipeline

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	load helpers
	load pipeline
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	head -n 3000 "$root/tests/data/deals.csv" > "$BATS_FILE_TMPDIR/deals.csv"
	plant "$BATS_FILE_TMPDIR/deals.csv"
	saleswatch run --quiet daily
}

setup() {
	T=$BATS_FILE_TMPDIR/tree state=$T/var day=$T/var/days/2024-04-08 db=$T/var/saleswatch.db file=$T/var/metrics.prom
	export SALESWATCH_CSV=$BATS_FILE_TMPDIR/deals.csv SALESWATCH_NOW=2024-04-08T04:00:00Z
	PATH=$root/.build/judges/bin:$PATH
}

value() { grep -v "^#" "$file" | grep -F "saleswatch_$1 " | sed "s/.* //"; }

# put KIND: into the store, as some run would.
put() { store put "$1" --stage some --db "$db" && store commit some --db "$db"; }

@test "it is written at the end of a run, readable by others, and counts what the streams have" {
	[[ -s $file && $(stat -c %a "$file") == 644 && -z $(find "$state" -name 'metrics.prom?*') ]]
	[[ $(value 'stage_records{pipeline="daily",stage="fetch",result="in"}') == 2999 ]]
	[[ $(value 'stage_records{pipeline="daily",stage="validate",result="rejected"}') == "$(wc -l < "$day/deals.refused")" ]]
	[[ $(awk '/^saleswatch_rejects/ { n += $NF } END { print n + 0 }' "$file") == "$(cat "$day/deals.refused" "$day/deals.unread" | wc -l)" ]]
	[[ $(awk '/^saleswatch_alerts{/ { n += $NF } END { print n + 0 }' "$file") == "$(sqlite3 "$db" "select count(*) from alerts where suppressed is null and coalesce(doc ->> 'state', '') not in ('recovered', 'corrected')")" ]]
	[[ $(value 'runs{pipeline="daily",status="ok"}') == 1 && $(value 'data_age_seconds') == 0 && $(value paused) == 0 && $(value data_stale) == 0 ]]
	[[ $(value 'run_succeeded_timestamp_seconds{pipeline="daily"}') == "$(date -u -d "$SALESWATCH_NOW" +%s)" ]]
	SALESWATCH_NOW=2024-04-08T05:00:00Z saleswatch monitor
	[[ $(value data_age_seconds) == 3600 && $(value "build_info{version=\"$(settle --version | sed 's/.* //')\"}") == 1 ]]
	saleswatch monitor
}

@test "the outbox, faults, a pause: as they are" {
	printf '%s\n' '{"kind":"delivery","v":1,"delivery_id":"00000000000000aa","receiver":"x","channel":"exec","form":"alert","due":"2024-04-08T03:00:00Z","alerts":[]}' | put delivery
	printf '%s\n' '{"kind":"fault","v":1,"stage":"fetch","since":"2024-04-08T03:00:00Z","reason":"fetch: gone","pipeline":"ingest"}' \
		'{"kind":"fault","v":1,"stage":"fetch","since":"2024-04-07T03:00:00Z","reason":"fetch: gone","pipeline":"ingest","until":"2024-04-07T04:00:00Z"}' | put fault
	saleswatch pause 2> /dev/null
	saleswatch monitor
	[[ $(value 'faults_open{pipeline="ingest",stage="fetch"}') == 1 && $(value paused) == 1 ]]
	[[ $(value 'deliveries{channel="exec",status="queued"}') == 1 && $(value outbox_oldest_age_seconds) == 3600 ]]
	(( $(value outbox_waiting) >= 1 ))
	saleswatch pause --end 2> /dev/null
	sqlite3 "$db" "delete from delivery where delivery_id = '00000000000000aa'"
}

@test "an alert that is over does not stand" {
	local of='alerts{type="win_rate_drop",priority="P3"}'
	alert() { jq -c --arg state "$1" '{kind, v, alert_id: "00000000000000bb", type: "win_rate_drop", date, opened: .date, segment: {region: "Nowhere"}, direction: "down",
		severity: "warning", priority: "P3", title: "x", message: "y", data_through, $state}' <<< '{"kind":"alert","v":1,"date":"2024-04-07","data_through":"2024-04-07"}' | put alert; }
	saleswatch monitor
	local before
	before=$(value "$of")
	alert new && saleswatch monitor
	[[ $(value "$of") == $((${before:-0} + 1)) ]]
	for state in recovered corrected; do
		alert $state && saleswatch monitor
		[[ $(value "$of") == "$before" ]]
	done
	sqlite3 "$db" "delete from alert where alert_id = '00000000000000bb'; delete from alert_history where alert_id = '00000000000000bb'" 2> /dev/null || true
}

@test "promtool finds nothing to say of it, whatever text is in a label" {
	command -v promtool > /dev/null || skip "no promtool: make judges has it"
	printf '%s\n' '{"kind":"fault","v":1,"stage":"a\"b\\c\nd","since":"2024-04-08T03:00:01Z","reason":"x","pipeline":"{,=}"}' | put fault
	saleswatch monitor
	run --separate-stderr promtool check metrics < "$file"
	expect 0 "" ""
	grep -qF 'saleswatch_faults_open{pipeline="{,=}",stage="a\"b\\c\nd"} 1' "$file"
	# control: it does say something of a metric without help, and of a broken line
	run promtool check metrics < <(grep -v '^# HELP' "$file")
	[[ $status != 0 ]]
	run promtool check metrics < <(sed 's/"b\\/"b/' "$file")
	[[ $status != 0 ]]
}

@test "a file that cannot be written is said, and fails no run" {
	jq '.monitor.textfile = "/no/such/folder/x.prom"' "$T/pipelines/conf/saleswatch.json" > "$T/c" && cp "$T/pipelines/conf/saleswatch.json" "$T/kept" && mv "$T/c" "$T/pipelines/conf/saleswatch.json"
	run --separate-stderr saleswatch run deliver
	mv "$T/kept" "$T/pipelines/conf/saleswatch.json"
	expect 0 "" "*saleswatch: monitor: could not be written"
}

@test "a reader that looks all the time never sees half of it" {
	whole=$(grep -c '^# HELP' "$file")
	(n=0; while ((++n)); do cat "$file" > "$BATS_TEST_TMPDIR/seen.$n" || echo gone >> "$BATS_TEST_TMPDIR/gone"; sleep 0.005; done) 3>&- &
	reader=$!
	for i in {1..8}; do saleswatch monitor; done
	kill "$reader"
	(( $(find "$BATS_TEST_TMPDIR" -name 'seen.*' | wc -l) > 10 ))
	[[ ! -e $BATS_TEST_TMPDIR/gone ]]
	rm "$(find "$BATS_TEST_TMPDIR" -name 'seen.*' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)"
	[[ $(grep -c '^# HELP' "$BATS_TEST_TMPDIR"/seen.* | sed 's/.*://' | sort -u) == "$whole" ]]
}

# listen: sets port; what comes is in the file datagrams.
listen() {
	python3 "$root/tests/datagrams.py" "$BATS_TEST_TMPDIR/port" 1 > "$BATS_TEST_TMPDIR/datagrams" 3>&- &
	listener=$!
	until [[ -s $BATS_TEST_TMPDIR/port ]]; do sleep 0.1; done
	port=$(cat "$BATS_TEST_TMPDIR/port")
}

datadog() {	# what monitor sends
	listen
	jq --arg to "127.0.0.1:$port" '.monitor.dogstatsd = $to' "$T/pipelines/conf/saleswatch.json" > "$T/c"
	cp "$T/pipelines/conf/saleswatch.json" "$T/kept"
	mv "$T/c" "$T/pipelines/conf/saleswatch.json"
	saleswatch monitor
	mv "$T/kept" "$T/pipelines/conf/saleswatch.json"
	wait "$listener"
	rm "$BATS_TEST_TMPDIR/port"
}

@test "DogStatsD gets the same gauges, a datagram each" {
	datadog
	[[ $(wc -l < "$BATS_TEST_TMPDIR/datagrams") == "$(grep -vc '^#' "$file")" ]] || { cat "$BATS_TEST_TMPDIR/datagrams"; return 1; }
	grep -qxF '"saleswatch.stage_records:2999|g|#pipeline:daily,stage:fetch,result:in"' "$BATS_TEST_TMPDIR/datagrams"
	grep -qxF '"saleswatch.paused:0|g"' "$BATS_TEST_TMPDIR/datagrams"
}

@test "and hot-shots sends the same bytes for each of them" {
	[[ -d $root/.build/judges/node_modules/hot-shots ]] || skip "no hot-shots: make judges has it"
	datadog
	mv "$BATS_TEST_TMPDIR/datagrams" "$BATS_TEST_TMPDIR/ours"
	listen
	cat > "$BATS_TEST_TMPDIR/send.js" <<-'END'
	const StatsD = require('hot-shots');
	const client = new StatsD({ host: '127.0.0.1', port: +process.argv[2], prefix: 'saleswatch.' });
	const lines = require('fs').readFileSync(process.argv[3], 'utf8').trim().split('\n').map(JSON.parse);
	let left = lines.length;
	for (const { name, labels, value } of lines)
		client.gauge(name, value, labels, () => --left || client.close());
	END
	jq -Rc 'select(startswith("#") | not) | capture("^saleswatch_(?<name>[a-z_]+)(\\{(?<labels>.*)\\})? (?<value>\\S+)$")
		| .labels |= ((. // "") | [scan("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"") | {key: .[0], value: ("\"" + .[1] + "\"" | fromjson)}] | from_entries)
		| .value |= tonumber' "$file" > "$BATS_TEST_TMPDIR/gauges"
	NODE_PATH=$root/.build/judges/node_modules node "$BATS_TEST_TMPDIR/send.js" "$port" "$BATS_TEST_TMPDIR/gauges"
	wait "$listener"
	[[ $(wc -l < "$BATS_TEST_TMPDIR/datagrams") == "$(wc -l < "$BATS_TEST_TMPDIR/ours")" ]]
	diff <(sort "$BATS_TEST_TMPDIR/datagrams") <(sort "$BATS_TEST_TMPDIR/ours")
	# control: another value is other bytes
	run ! diff <(sed 's/:2999|/:3000|/' "$BATS_TEST_TMPDIR/datagrams" | sort) <(sort "$BATS_TEST_TMPDIR/ours")
}
