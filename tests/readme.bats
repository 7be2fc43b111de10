# readme - what the README shows is what happens: its alert, its crontab, and each of its commands.
# bats file_tags=whole
load helpers

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	load helpers
	T=$BATS_FILE_TMPDIR/tree
	mkdir -p "$T" "$BATS_FILE_TMPDIR/shims"
	# with their times, so that nothing is built anew
	cp -a "$root"/{Makefile,src,pipelines,schemas,cron,README.md} "$T"
	cp -a "$(dirname "$(command -v settle)")" "$T/bin"
	mkdir "$T/tests"
	cp -a "$root/tests/data" "$root/tests/show" "$T/tests"
	ln -s tests/data/deals.csv "$T/export.csv"
	ln -s "$root/.build" "$T/.build"
	printf '#!/bin/sh\necho "$@" > %s/user\n' "$BATS_FILE_TMPDIR" > "$BATS_FILE_TMPDIR/shims/adduser"
	chmod +x "$BATS_FILE_TMPDIR/shims/adduser"
	(cd "$T" && env -u SALESWATCH_NOW tests/show > "$BATS_FILE_TMPDIR/shown")
}

setup() {
	T=$BATS_FILE_TMPDIR/tree
	cd "$T" || return
	export PATH=$BATS_FILE_TMPDIR/shims:$T/bin:$root/.build/judges/bin:$PATH DESTDIR=$BATS_FILE_TMPDIR/installed
}

# block TEXT LANGUAGE: the first block of that language that has the text.
block() {
	text=$1 awk -v fence="\`\`\`$2" '$0 == fence { inside = 1; block = ""; next }
		/^```$/ { if (inside && index(block, ENVIRON["text"])) { printf "%s", block; exit } inside = 0 }
		inside { block = block $0 "\n" }' README.md
}

# try TEXT: what that shell block prints.
try() {
	run --separate-stderr bash -euo pipefail -c "$(block "$1" sh)"
	[[ $status == 0 ]] || { block "$1" sh; echo "$status: $output $stderr"; return 1; }
}

@test "make run shows the README's alert, an insight and a warning, and sends nothing" {
	shown=$(cat "$BATS_FILE_TMPDIR/shown")
	[[ $shown == *"$(block ALERT text)"* ]] || { diff <(block ALERT text) <(echo "$shown"); return 1; }
	[[ $shown == *"Rep Performance Shift"* && $shown == *"High-Performing Segment Identified"* ]]
	[[ $shown == *"Nothing was sent anywhere."* ]]
}

# bats test_tags=figures
@test "a backtest of a file, and its placebo" {
	try 'saleswatch backtest'
	[[ $output == *'"win_rate_drop",{'* && $output == *'{"kind":"score"'* || $output == *'"copies": 5,'* ]] || { echo "$output"; return 1; }
	[[ $(tail -n 4 <<< "$output" | jq '.false_per_week < 0.2') == true ]]
}

@test "a pipeline of one's own" {
	try 'PATH=$(saleswatch path)'
	[[ $(wc -l <<< "$output") == 20 && $output == *"2024-03-01	LATAM	0."* ]] || { echo "$output"; return 1; }
}

@test "data engineers: a map for a strange file, and what it refuses" {
	try suggest-map
	[[ -s deals ]]
}

@test "data engineers: the pipeline in make runs, and is left alone when nothing changed" {
	block by_region.done make > pipelines/regions.mk
	export SALESWATCH_NOW=2024-04-08T04:00:00Z SALESWATCH_CSV=tests/data/deals.csv
	run --separate-stderr bin/saleswatch run regions
	expect 0
	[[ $(head -n 1 var/days/2024-04-08/by_region) == '{"kind":"metric",'* ]]
	run --separate-stderr bin/saleswatch run regions
	expect 0 "" "saleswatch: run: regions 2024-04-08: nothing to do, every stream is up to date"
}

@test "analysts: jq" {
	try 'aggregate --by all'
	[[ $(wc -l <<< "$output") == 10 ]]
}

@test "analysts: a report of the CRM beside our deals" {
	run --separate-stderr bash -c "$(block reconcile sh)"
	[[ $status == 1 && ${lines[-1]} == *" deals here, "*" there: "*" missing here, 0 missing there, 0 fields differ" ]]
}

@test "analysts: DuckDB" {
	command -v duckdb > /dev/null || skip "no duckdb: make judges installs it"
	try duckdb
	[[ $output == *win_rate* && $output == *Referral* || $output == *Outbound* || $output == *Partner* ]]
}

@test "analysts: the store, and an alert's evidence" {
	try 'sqlite3 -box'
	[[ $output == *"Win Rate"* || $output == *win_rate_drop* ]]
	try '(.won) of'
	[[ $output == *" won, "*" expected, z -"* ]]
}

# bats test_tags=figures
@test "analysts: why an alert, and why not" {
	try 'saleswatch whynot'
	[[ $output == *"    jq -c "*"/alerts"* && $output == *"region=Europe: "*"findings.ledger"*"deals.csv:2"*", run ingest-"* ]] || { echo "$output"; return 1; }
}

@test "ops: the installation stands on its own, and doctor looks at it" {
	(umask 077; try 'make install')
	[[ -z $(find "$DESTDIR" ! -perm -o+r ! -type l) ]] || { find "$DESTDIR" ! -perm -o+r ! -type l; return 1; }
	try adduser
	[[ $(cat "$BATS_FILE_TMPDIR/user") == "--system --group --home /var/lib/saleswatch saleswatch" ]]
	run "$DESTDIR/usr/local/bin/saleswatch" path
	expect 0 "$DESTDIR/usr/local/libexec/saleswatch"
	run "$DESTDIR/usr/local/bin/saleswatch" fetch csv export.csv
	expect 0
	[[ -e $DESTDIR/usr/local/share/man/man1/saleswatch-detect.1 && -e $DESTDIR/usr/local/share/man/man7/saleswatch-metrics.7 && -e $DESTDIR/etc/saleswatch/rules.json ]]
	echo '{"mine":1}' > "$DESTDIR/etc/saleswatch/rules.json"
	try 'make install'
	[[ $(cat "$DESTDIR/etc/saleswatch/rules.json") == '{"mine":1}' ]]
	SALESWATCH_CONF=$T/pipelines/conf run "$DESTDIR/usr/local/bin/saleswatch" doctor
	[[ $output == *"ok   make is installed"* ]]
}

@test "ops: the crontab is the one that is installed, and its lines are such that cron takes them" {
	diff <(block '*/5' text) <(grep '^[*0-9]' "$root/cron/saleswatch")
	run awk '/^[*0-9]/ && NF < 7 || /%/ { print "bad: " $0 }' "$root/cron/saleswatch"
	expect 0 ""
	[[ $(basename "$root/cron/saleswatch") != *.* ]]
}
