# crm - the same nights on each CRM: what it has is in the store, once, with its history and its links; where
# it is down the last good deals stand in, and ops hear of it once.
# bats file_tags=whole
load helpers
load pipeline
load salesforce

setup() {
	PATH=${SALESWATCH_PROBES:-$root/.build/tests}:$PATH
	plant
	SALESWATCH_CSV=""
	export SF_KEY_FILE=$BATS_TEST_TMPDIR/key HUBSPOT_TOKEN_FILE=$BATS_TEST_TMPDIR/token
	openssl genrsa -out "$SF_KEY_FILE" 2048 2> /dev/null
	echo canary-token-5 > "$HUBSPOT_TOKEN_FILE"
	chmod 600 "$SF_KEY_FILE" "$HUBSPOT_TOKEN_FILE"
	org_start "$BATS_TEST_TMPDIR/org" 2000 500
	org=$url
	mkdir "$BATS_TEST_TMPDIR/portal"
	portal
	portal_url=http://127.0.0.1:$(cat "$BATS_TEST_TMPDIR/portal/port")
	order "new 300"
	# The portal has two currencies, the org none.
	echo '{"to":"USD","rates":{"EUR":{"2020-01-01":1.1}}}' > "$T/pipelines/conf/rates.json"
}

portal() {
	python3 "$root/tests/hubspot.py" "$BATS_TEST_TMPDIR/portal" > "$BATS_TEST_TMPDIR/portal/log" 2>&1 3>&- &
	echo $! > "$BATS_TEST_TMPDIR/portal/pid"
	for _ in {1..100}; do [[ -e $BATS_TEST_TMPDIR/portal/port ]] && return; sleep 0.05; done
	return 1
}
order() { printf '%s\n' "$@" | curl -sS "$portal_url/mock" --data-binary @-; }

teardown() {
	for pid in "$BATS_TEST_TMPDIR"/{org,portal}/pid; do [[ ! -e $pid ]] || kill "$(cat "$pid")" 2> /dev/null || :; done
}

# sources NAME...: salesforce, hubspot
sources() {
	jq -n --arg org "$org" --arg portal "$portal_url" '{sources: ({
		salesforce: {type: "salesforce", map: "maps/salesforce.json", auth: "jwt", client_id: "client", user: "ann@example.com",
			key: "SF_KEY", login: $org, private: true},
		hubspot: {type: "hubspot", map: "maps/hubspot.json", token: "HUBSPOT_TOKEN", api: $portal, private: true}}
		| with_entries(select(.key | IN($ARGS.positional[]))))}' --args "$@" > "$T/pipelines/conf/sources.json"
}

known() { "$T/bin/store" get deal --db "$db"; }
faults() { "$T/bin/store" get fault --db "$db" | jq -rc '[.pipeline, .until != null]'; }

@test "a night on Salesforce, and the next: everything once, linked, and counted" {
	sources salesforce
	run --separate-stderr saleswatch run daily
	[[ $status == 0 && -z $output && $stderr == *"saleswatch: run: daily 2024-04-08"* ]] || { echo "$status $stderr"; return 1; }
	[[ $(known | wc -l) == 2000 && $(known | jq -r '.url' | sort -u | wc -l) == 2000 ]]
	[[ -s $day/metrics && $(jq -s 'map(select(.segment == {})) | length > 0' "$day/metrics") == true ]]
	[[ $("$T/bin/store" trace --db "$db" "$(known | head -n 1 | jq -r .deal_id)") == *salesforce* ]]
	known > "$BATS_TEST_TMPDIR/before"
	SALESWATCH_NOW=2024-04-09T04:00:00Z run --separate-stderr saleswatch run daily
	[[ $status == 0 ]]
	cmp <(known) "$BATS_TEST_TMPDIR/before"
	[[ $("$T/bin/store" get change --db "$db" | jq -c 'select(.field == "deleted")' | wc -l) == 0 ]]
}

@test "a night on HubSpot, and beside it on Salesforce" {
	sources hubspot
	run --separate-stderr saleswatch run daily
	[[ $status == 0 && $(known | wc -l) == 300 ]] || { echo "$status $stderr"; return 1; }
	sources hubspot salesforce
	run --separate-stderr saleswatch run daily
	[[ $status == 0 && $(known | wc -l) == 2300 ]] || { echo "$status $stderr"; return 1; }
	[[ $("$T/bin/store" get bookmark --db "$db" | jq -r .source | paste -sd' ') == "hubspot salesforce" ]]
}

@test "a CRM that is down: the last good deals stand in, labelled; one fault, one all-clear; no alert of a part" {
	sources salesforce
	saleswatch run daily
	known > "$BATS_TEST_TMPDIR/before"
	kill "$(cat "$BATS_TEST_TMPDIR/org/pid")"
	for hour in 04 05; do
		SALESWATCH_NOW=2024-04-09T$hour:00:00Z run --separate-stderr saleswatch run daily
		[[ $status == 75 && $stderr == *"fetch: salesforce: "* ]] || { echo "$status $stderr"; return 1; }
	done
	cmp <(known) "$BATS_TEST_TMPDIR/before"
	next=$T/var/days/2024-04-09
	[[ $(jq -r '.cause, .through' "$next/stale") == source$'\n'2024-04-07 ]]
	grep -q 'data through' "$next/report.html" || grep -qi 'through' "$next/report.html"
	[[ $(faults) == '["ingest",false]' ]]
	rm -rf "$BATS_TEST_TMPDIR/org"
	org_start "$BATS_TEST_TMPDIR/org" 2000 500
	org=$url
	sources salesforce
	SALESWATCH_NOW=2024-04-09T06:00:00Z run --separate-stderr saleswatch run daily
	[[ $status == 0 && ! -s $next/stale ]] || { echo "$status $stderr"; return 1; }
	[[ $(faults) == '["ingest",true]' ]]
	[[ $(known | wc -l) == 2000 ]]
}

@test "no secret of a CRM is in any file that a night leaves" {
	sources hubspot salesforce
	saleswatch run daily
	kill "$(cat "$BATS_TEST_TMPDIR/org/pid")"
	SALESWATCH_NOW=2024-04-09T04:00:00Z run saleswatch run daily
	(( status != 0 ))
	run ! grep -rqaF -e canary-token-5 -e "$(sed -n 5p "$SF_KEY_FILE")" "$T/var"
	# control: it would be seen
	grep -qaF canary-token-5 "$HUBSPOT_TOKEN_FILE"
}
