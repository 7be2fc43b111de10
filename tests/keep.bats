# keep - how long saleswatch keeps what, how a person is taken out of it, and where the store is.
# bats file_tags=whole
load helpers
load postgres

setup_file() { postgres_start; }
teardown_file() { postgres_stop; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export SALESWATCH_CONF=$PWD/conf SALESWATCH_STATE=$PWD/state SALESWATCH_NOW=2024-12-31T04:00:00Z
	mkdir -p conf state/days/2024-{01-05,11-26,11-27,12-30} state/days/notes
	echo '{"company":"ACME"}' > conf/saleswatch.json
	db=$PWD/state/saleswatch.db
}

keep() { echo '{"company":"ACME","keep":'"$1"'}' > conf/saleswatch.json; }
put_runs() {
	printf '{"kind":"run","v":1,"pipeline":"daily","period":"2024-%s","status":"ok","owner":"%s","started":"2024-12-30T03:00:00Z","seconds":1,"budget_seconds":60,"stages":[]}\n' 01-05 "Ann Lee" 12-30 bob |
		store put run --stage r1 --db "$1"
	store commit r1 --db "$1"
}

@test "what saleswatch.json does not want kept goes, from the store and from the folders of days" {
	put_runs "$db"
	run --separate-stderr saleswatch prune
	expect 0 "" "saleswatch: prune: *saleswatch.json has no \"keep\": everything is kept"
	run --separate-stderr saleswatch prune --quiet
	expect 0 "" ""
	keep '{"days":35,"run":100,"quality":400}'
	cmp <(validate "$root/schemas/saleswatch.json" < conf/saleswatch.json) conf/saleswatch.json
	run --separate-stderr saleswatch prune
	expect 0 "" $'saleswatch: prune: 1 folders of days\nstore: 1 rows removed'
	[[ $(find state/days -mindepth 1 -printf '%f\n' | sort | paste -sd' ') == "2024-11-26 2024-11-27 2024-12-30 notes" ]]
	[[ $(store get run --db "$db" | jq -r .period) == 2024-12-30 ]]
	run --separate-stderr saleswatch prune --quiet
	expect 0 "" ""
}

@test "retention that makes no sense is refused, and nothing goes" {
	put_runs "$db"
	for keep in '{"days":34}' '{"days":"x"}' '{"run":5}' '{"runs":100}'; do
		keep "$keep"
		run --separate-stderr saleswatch prune
		[[ $status == 78 || $status == 64 ]] && [[ $stderr == *"saleswatch.json"* ]] || { echo "$keep: $status $stderr"; return 1; }
	done
	[[ $(store get run --db "$db" | wc -l) == 2 && -d state/days/2024-01-05 ]]
	echo '{' > conf/saleswatch.json
	run --separate-stderr saleswatch prune
	expect 78 "" "*saleswatch: prune: *: absent, or no JSON"
	run --separate-stderr saleswatch prune --now
	expect 64 "" "usage: saleswatch prune *"
}

@test "a person is gone from the whole state: streams, rejects, receipts, mails and store" {
	put_runs "$db"
	person='Ann Lee' day=state/days/2024-12-30
	printf '{"deal_id":"1","sales_rep_id":"%s","amount":1.50}\n' "$person" bob "$person" > $day/deals
	printf '{"code":"outcome","line":3,"original":"4,%s,\\"x\\""}\n' "$person" > $day/rejects
	printf '{"kind":"receipt","to":"ann.lee@example.com","receiver":"%s"}\n' "$person" > $day/receipts
	mkdir $day/outgoing
	{ printf 'To: x\r\nContent-Transfer-Encoding: base64\r\n\r\n'; echo "Well done, $person: a record month" | base64 -w 30; } > $day/outgoing/1.eml
	printf 'To: x\r\n\r\nAnnabel Leeds\r\n' > $day/outgoing/2.eml
	touch -d 2024-12-30T03:00:00Z $day/deals
	run --separate-stderr saleswatch erase --person "ann lee"
	[[ $status == 0 && $stderr =~ (erased-[0-9a-f]{16}) ]]
	alias=${BASH_REMATCH[1]}
	[[ $stderr == "store: 1 places: $alias"$'\n'"store: "*/1.eml": removed, for they could not be replaced in it"$'\n'"store: 4 places: $alias" ]]
	run grep -rail 'ann lee' state
	expect 1 ""
	[[ $(jq -s 'map(.amount) | add' $day/deals) == 4.5 && $(jq -r .sales_rep_id $day/deals | paste -sd' ') == "$alias bob $alias" ]]
	[[ $(stat -c %Y $day/deals) == "$(date -d 2024-12-30T03:00:00Z +%s)" && $(ls $day/outgoing) == 2.eml ]]
	[[ $(jq -r .original $day/rejects) == "4,$alias,\"x\"" && $(store get run --db "$db" | jq -r .owner | paste -sd' ') == "$alias bob" ]]
	[[ $(jq -r .to $day/receipts) == ann.lee@example.com ]]
	saleswatch erase --person ann.lee@example.com
	[[ $(jq -r .to $day/receipts) == erased-* ]]
}

@test "a person is gone from what was pushed to us and is not fetched yet" {
	mkdir -p conf
	echo '{"sources":{"pushed":{"type":"spool","directory":"'"$PWD"'/in"},"none":{"type":"spool","directory":"later"}}}' > conf/sources.json
	spool in <<< '{"deal_id":"1","outcome":"open","sales_rep_id":"Ann Lee","amount":1.50}'
	run --separate-stderr saleswatch erase --person "Ann Lee"
	[[ $status == 0 ]] || { echo "$status $stderr"; return 1; }
	[[ $(jq -c '[.amount, .sales_rep_id[:7]]' in/new/*) == '[1.5,"erased-"]' ]]
}

# pushed DEAL REP: so much that a part of it is written before all has come.
pushed() { seq 40000 | sed "s|.*|{\"deal_id\":\"$1.&\",\"outcome\":\"open\",\"sales_rep_id\":\"$2\",\"amount\":1.50}|"; }

@test "a push that is under way while a person is erased is waited for, and loses nothing" {
	echo '{"sources":{"pushed":{"type":"spool","directory":"'"$PWD"'/in"}}}' > conf/sources.json
	spool in <<< '{"deal_id":"0"}'
	pushed old "Ann Lee" > in/tmp/left	# by a crash
	mkfifo pipe
	spool in < pipe 3>&- &
	push=$!
	exec 7> pipe
	pushed first "Ann Lee" >&7
	until [[ -n $(find in/tmp -type f ! -name left -size +0) ]]; do sleep 0.05; done
	saleswatch erase --person "Ann Lee" 2> said 3>&- 7>&- &
	erase=$!
	# It waits for the folder, unless it has no need to.
	while kill -0 $erase 2> /dev/null && ! grep -q -- "-> FLOCK .*:$(stat -c %i in) " /proc/locks; do sleep 0.05; done
	pushed last "Ann Lee" >&7
	exec 7>&-
	wait $push
	wait $erase
	[[ $(cat in/new/* | jq -r .deal_id | wc -l) == 80001 ]]
	run grep -rail 'ann lee' in
	expect 1 ""
	[[ $(jq -r .sales_rep_id in/tmp/left | sort -u) == erased-* ]]
}

@test "a push that waits for more than a minute puts an erasure off, and one that comes meanwhile waits" {
	echo '{"sources":{"pushed":{"type":"spool","directory":"'"$PWD"'/in"}}}' > conf/sources.json
	spool in <<< '{"deal_id":"1","sales_rep_id":"Ann Lee"}'
	flock --close --shared in sleep 10 3>&- &
	held=$!
	until ! flock -n in true; do sleep 0.05; done
	mkdir fast
	printf '#!/bin/sh\nshift 2\nexec %s --timeout 0.1 "$@"\n' "$(command -v flock)" > fast/flock	# it is asked for --timeout 60
	chmod 755 fast/flock
	PATH=$PWD/fast:$PATH run --separate-stderr saleswatch erase --person "Ann Lee"
	kill $held
	expect 75 "" "saleswatch: erase: $PWD/in: a push into it has been under way for a minute; try again"
	grep -q 'Ann Lee' in/new/*
	until flock -n in true; do sleep 0.05; done
	flock --close in sleep 10 3>&- &
	held=$!
	until ! flock -ns in true; do sleep 0.05; done
	spool in <<< '{"deal_id":"2"}' 3>&- &
	push=$!
	until grep -q -- "-> FLOCK .*:$(stat -c %i in) " /proc/locks; do sleep 0.05; done
	[[ $(cat in/new/* | wc -l) == 1 && -z $(ls in/tmp) ]]
	kill $held
	wait $push
	[[ $(cat in/new/* | wc -l) == 2 ]]
}

@test "nobody is erased while a pipeline runs; a name of a file is told of" {
	touch state/lock.daily
	flock state/lock.daily sleep 10 3>&- &
	until ! flock -n state/lock.daily true; do sleep 0.05; done
	run --separate-stderr saleswatch erase --person 'Ann Lee'
	kill %1
	expect 75 "" "saleswatch: erase: a run of daily is under way"
	wait || true
	touch "state/days/2024-12-30/for ann lee.html"
	until flock -n state/lock.daily true; do sleep 0.05; done
	run --separate-stderr saleswatch erase --person 'Ann Lee'
	expect 69 "" "saleswatch: erase: a file bears that name: *for ann lee.html; rename or remove it"
	run --separate-stderr saleswatch erase
	expect 64 "" "usage: saleswatch erase *"
}

@test "the store may be a server: status, prune and erase ask it" {
	postgres_needed
	export SALESWATCH_DB
	SALESWATCH_DB=$(postgres_new)
	put_runs "$SALESWATCH_DB"
	run --separate-stderr saleswatch status
	[[ $status == 0 && $output == *daily*ok* ]] || { echo "$output $stderr"; return 1; }
	run --separate-stderr saleswatch erase --person "ann lee"
	expect 0 "" "store: 1 places: erased-*"
	keep '{"run":100}'
	saleswatch prune
	[[ $(store get run --db "$SALESWATCH_DB" | wc -l) == 1 && ! -e $db ]]
}

# bats test_tags=figures
@test "a day on a server has the bytes of a day on a file: streams, store, messages" {
	postgres_needed
	unset SALESWATCH_CONF
	server=$(postgres_new)
	day_on() {	# STORE STATE
		local -x SALESWATCH_DB=$1 SALESWATCH_STATE=$PWD/$2 SALESWATCH_CSV=$root/tests/data/deals.csv
		SALESWATCH_NOW=2024-04-08T04:00:00Z saleswatch run daily && SALESWATCH_NOW=2024-04-08T08:00:00Z saleswatch run deliver
	}
	day_on "$PWD/file.db" on_file && day_on "$server" on_server
	# the daily pipeline's figures: how long it took, and when
	figures() { grep -vE 'seconds|^#' "$1/metrics.prom" | sort; }
	[[ -s on_server/metrics.prom && $(figures on_server | wc -l) -gt 20 ]] && diff <(figures on_file) <(figures on_server)
	run diff -rq on_file/days on_server/days
	[[ $status == 0 && -s on_server/days/2024-04-08/alerts && $(find on_server -name '*.eml' | wc -l) == 3 ]] || { echo "$output"; return 1; }
	for kind in deal change metric alert incident delivery receipt fault; do
		cmp <(store get $kind --db "$PWD/file.db") <(store get $kind --db "$server")
	done
	[[ ! -e on_server/saleswatch.db ]]
}
