# salesforce - deals of an org come whole and once, with what became of them, whatever happens on the way;
# the org is tests/salesforce.py, which programs by others judge too.
load helpers
load salesforce

setup_file() {
	openssl genrsa -out "$BATS_FILE_TMPDIR/key" 2048 2> /dev/null
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$BATS_FILE_TMPDIR/ec" 2> /dev/null
	chmod 600 "$BATS_FILE_TMPDIR"/{key,ec}
	echo canary-client-secret > "$BATS_FILE_TMPDIR/client"
	echo canary-refresh-token > "$BATS_FILE_TMPDIR/refresh"
	echo canary-wrong-secret > "$BATS_FILE_TMPDIR/wrong"
	chmod 600 "$BATS_FILE_TMPDIR"/{client,refresh,wrong}
}

setup() {
	PATH=${SALESWATCH_PROBES:-$root/.build/tests}:$PATH
	cd "$BATS_TEST_TMPDIR" || return
	export SF_KEY_FILE=$BATS_FILE_TMPDIR/key SF_SECRET_FILE=$BATS_FILE_TMPDIR/client SF_REFRESH_FILE=$BATS_FILE_TMPDIR/refresh
	jq '.dimensions.region = {from: "Region__c", known: ["EMEA"], values: {"APAC": "Asia"}}' "$root/pipelines/conf/maps/salesforce.json" > map.json
}

teardown() { [[ ! -e $BATS_TEST_TMPDIR/org/pid ]] || kill "$(cat "$BATS_TEST_TMPDIR/org/pid")" 2> /dev/null || :; }

# org DEALS [PAGE [MORE OF THE SECTION]]: an org, and the file of sources that names it.
org() {
	org_start "$BATS_TEST_TMPDIR/org" "$1" "${2:-2000}"
	section "${3:-{\}}"
}

section() {
	jq -n --arg url "$url" --argjson more "$1" '{sources: {crm: ({type: "salesforce", map: "map.json", auth: "jwt", client_id: "client",
		user: "ann@example.com", key: "SF_KEY", login: $url, private: true} + $more | del(.[] | nulls))}}' > sources.json
}

crm() { fetch crm --sources sources.json "$@"; }

# what of a file of deals stays the same whatever order they came in
same() { sed 's/,"line":[0-9]*//' | sort; }
# newest FILE...: of several fetches each deal as the last one has it
newest() { cat "$@" | dedupe --key deal_id --newest modified_at | same; }

quiet() { "$@" > /dev/null; }

# refused STATUS MESSAGE: no deals, no bookmark, one line without a secret
refused() {
	rm -f b
	run --separate-stderr quiet crm --bookmark b --changes c
	expect "$1" - "fetch: $2" || return
	[[ ! -e b && $stderr != *canary* && $stderr != *eyJ* && $(wc -l <<< "$stderr") == 1 ]]
}

@test "reads opportunities by a map: our fields, outcome, link, days of the business zone" {
	org 3000 500
	crm --bookmark b --summary s --zone Asia/Tokyo > deals
	[[ $(< s) == '{"stage":"fetch","in":3000,"out":3000,"rejected":0,"dropped":0}' ]]
	cat > first <<-END
	{"deal_id":"006000000000000000","name":"Deal \"0\"\nof two lines","created_date":"2024-01-01","expected_close_date":"2024-03-01",
	"outcome":"open","stage":"Prospecting","amount":1000,"probability":0,"account_id":"001000000000000000","modified_at":"2024-03-01T08:00:00Z",
	"sales_rep_id":"Rep 0","lead_source":"Web","deal_type":"New Business","region":"Asia","url":"$url/006000000000000000","source":"crm","line":1}
	END
	diff <(head -n 1 deals | jq -S .) <(jq -S . first)
	[[ $(sed -n '4p;5p' deals | jq -rc '[.outcome, .closed_date, .industry, .region]') == '["won","2024-03-04","Banking","EMEA"]
["lost","2024-03-05","Banking","Asia"]' ]]
	[[ $(jq -c '[.kind, .source, .until]' b) == '["bookmark","crm",{"stamp":"2024-03-01T09:20:00Z"}]' ]]
	cmp b <(validate bookmark < b)
	[[ $(jq -r .deal_id deals | sort -u | wc -l) == 3000 && $(validate deal --map map.json < deals 2> /dev/null | wc -l) == 3000 ]]
	[[ $(asked 'select(.query.q) | .query.q' | wc -l) == 1 && $(asked 'select(.path | contains("/query/01g")) | .path' | wc -l) == 5 ]]
}

@test "logs in as its section says, and the token goes to the instance alone" {
	org 5
	crm > deals
	section '{"auth": "client_credentials", "client_secret": "SF_SECRET", "user": null, "key": null}'
	crm | cmp - deals
	section '{"auth": "refresh_token", "refresh_token": "SF_REFRESH", "user": null, "key": null, "link": "https://crm.example/o/{deal_id}?x"}'
	crm | sed "s,https://crm.example/o/\([0-9]*\)?x,$url/\1," | cmp - deals
	[[ $(asked 'select(.path == "/services/oauth2/token") | .token' | sort -u) == false ]]
	[[ $(asked 'select(.body != "") | .body' | sed 's/assertion=.*/assertion=/') == 'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=
grant_type=client_credentials&client_id=client&client_secret=canary-client-secret
grant_type=refresh_token&client_id=client&refresh_token=canary-refresh-token' ]]
}

@test "says in one line what is wrong with a login, whatever the server says back" {
	org 5
	local words advice
	while IFS='|' read -r words advice; do
		script "token grant $words"
		refused 77 "crm: login: HTTP 400 invalid_grant: $advice"
		fired 1
	done <<-'END'
	user hasn't approved this consumer|let the user into the connected app by a profile or a permission set
	audience is invalid|"login" or "audience" must be https://login.salesforce.com, of a sandbox https://test.salesforce.com
	invalid assertion|the key must be that of the certificate*
	expired access/refresh token|the refresh token is no longer good: authorize the app anew
	no client credentials user enabled|name the user whom the client credentials flow runs as*
	anything else|look at "login", "user" and the key*
	END
	section '{"auth": "client_credentials", "client_secret": "SF_SECRET"}'
	SF_SECRET_FILE=$BATS_FILE_TMPDIR/wrong refused 77 'crm: login: HTTP 400 invalid_grant: *'
	script "token 503 3600"
	refused 75 "crm: HTTP 503: not now; it asks for 3480 s more than we wait"
	fired 1
	crm --check	# (control: the section is right)
}

@test "says in one line what is wrong with a section, a key or a map" {
	org 5
	local more message
	while IFS='|' read -r more message; do
		section "$more"
		refused 78 "sources.json:*: /sources/crm$message"
	done <<-'END'
	{"auth": "password"}|/auth: must be one of jwt, client_credentials, refresh_token
	{"user": null}|: a source of type salesforce needs a "user"
	{"map": null}|: a source of type salesforce needs a "map"
	{"key": "NONE"}|/key: no secret in $NONE_FILE or $NONE
	{"version": "49.0"}|/version: must be an API version, as "60.0", from 50.0 on
	{"link": "https://crm.example/"}|/link: must be an address with {deal_id} where the id stands
	{"private": 1}|/private: must be true or false
	{"instance": "https://x.example"}|: unknown key "instance"
	END
	section '{}'
	SF_KEY_FILE=$BATS_FILE_TMPDIR/client refused 78 "*: /sources/crm/key: the secret that it names is no private key in PEM, without a password"
	SF_KEY_FILE=$BATS_FILE_TMPDIR/ec refused 78 "*: /sources/crm/key: the secret that it names is no RSA key, which RS256 needs"
	cp map.json good.json
	while IFS='|' read -r more message; do
		jq --indent 1 ".fields.stage.from = $more" good.json > map.json
		run --separate-stderr crm --check
		expect 78 "" "fetch: map.json:$(grep -n '"stage"' map.json | cut -d: -f1): /fields/stage: $message"
	done <<-'END'
	"Stage__c"|Salesforce has no field "Stage__c", or this user may not see it
	"stagename"|Salesforce does not write "stagename" so: mind capitals
	"Id FROM User WHERE x"|"Id FROM User WHERE x" is no field of Salesforce, as*
	"Id,(SELECT"|"Id,(SELECT" is no field*
	"Owner..Name"|"Owner..Name" is no field*
	END
	[[ $(asked '.query.q | select(. and contains("User"))') == "" ]]
	jq '.fields.deal_id.from = "Name"' good.json > map.json
	run --separate-stderr crm --check
	expect 78 "" 'fetch: map.json:*: /fields/deal_id: of Salesforce must come from "Id"'
}

@test "--check logs in and asks for one record with all fields" {
	org 300 100
	run --separate-stderr crm --check
	expect 0 "" ""
	[[ $(asked '.query.q | select(.)') == 'SELECT Id, SystemModstamp, IsDeleted, IsClosed, IsWon, Name, CreatedDate, CloseDate, StageName, Amount, Probability, AccountId, LastActivityDate, Owner.Name, LeadSource, Account.Industry, Type, Region__c FROM Opportunity LIMIT 1' ]]
}

@test "no token goes to another host: an instance or a next page of one ends the fetch" {
	org 300 100
	org_do elsewhere
	refused 69 "crm: it sends us on to somewhere else, where its token must not go"
	[[ $(asked .host | sort -u) == 127.0.0.1:* && $(asked .host | sort -u | wc -l) == 1 ]]
	script "token instance http://localhost:1/"
	refused 77 "crm: login: it sends us to an instance that is not of 0.1"
	fired 1
	script "token instance http://evil.example@127.0.0.1/"
	refused 77 "crm: login: it sends us to an instance that is not of 0.1"
	fired 1
}

@test "asks only for what changed since, with an overlap; none is lost, none is doubled" {
	org 3000 500
	crm --bookmark b1 --changes c1 > d1
	[[ ! -s c1 ]]
	org_do touch/3 delete/2 lag/300
	crm --since b1 --bookmark b2 --changes c2 > d2
	[[ $(asked '.query.q | select(. and contains("WHERE"))' | head -n 1) == *'FROM Opportunity WHERE SystemModstamp >= 2024-03-01T09:10:00Z ORDER BY SystemModstamp, Id' ]]
	[[ $(jq -r .deal_id d2 | sort | uniq -d) == "" && $(wc -l < d2) == 202 ]]
	[[ $(jq -c .until b2) == '{"stamp":"2024-03-02T08:00:05Z"}' ]]
	newest d1 d2 | grep -v '"00600000000000299[89]"' | cmp - <(crm --full --since b2 | same)
	cat > told <<-'END'
	["2998","deleted",false,true,"2024-03-02T08:00:04Z"]
	["2999","deleted",false,true,"2024-03-02T08:00:05Z"]
	["0000","stage","Prospecting","Negotiation","2024-03-02T08:00:01Z"]
	["0000","amount",1000,1000.5,"2024-03-02T08:00:01Z"]
	["0001","stage","Proposal","Negotiation","2024-03-02T08:00:02Z"]
	["0001","amount",1001,1001.5,"2024-03-02T08:00:02Z"]
	["0002","amount",1002,1002.5,"2024-03-02T08:00:03Z"]
	["0000","region","Asia","LATAM","2024-03-02T08:00:01Z"]
	["0001","region","EMEA","LATAM","2024-03-02T08:00:02Z"]
	["0002","region","Asia","LATAM","2024-03-02T08:00:03Z"]
	["0000","sales_rep_id","Rep 0","Rep 99","2024-03-02T08:00:01Z"]
	["0001","sales_rep_id","Rep 1","Rep 99","2024-03-02T08:00:02Z"]
	["0002","sales_rep_id","Rep 2","Rep 99","2024-03-02T08:00:03Z"]
	END
	diff <(jq -c '[.deal_id[-4:], .field, .old, .new, .at]' c2 | sort) <(sort told)
	# nothing new: the same stamp, and what the overlap has again; without an overlap the late one is lost
	org_do lag/120
	crm --since b2 --bookmark b3 --changes c3 > d3
	[[ $(jq -c .until b3) == $(jq -c .until b2) && $(jq -r .deal_id d3 | tr '\n' ' ') == *"3001 "* ]]
	jq '.sources.crm.overlap_minutes = 0' sources.json > s && mv s sources.json
	[[ $(crm --since b2 | jq -r .deal_id) != *3001* ]]
}

@test "without history of fields, or of anything, the deals come all the same" {
	org 20
	org_do touch/1 untracked
	run --separate-stderr crm --changes c
	expect 0 - ""
	[[ $(wc -l <<< "$output") == 20 && $(jq -r .field c | sort | tr '\n' ' ') == "amount stage " ]]
	section '{"history": false}'
	crm --changes c > /dev/null
	[[ ! -s c && $(asked '.query.q | select(. and contains("History"))' | wc -l) == 2 ]]
}

@test "several changes of a deal in one instant are one, from the first to the last" {
	org 3
	org_do touch/1 touch/1
	sed 's/state\["tick"\] += 1/pass/' "$BATS_TEST_DIRNAME/salesforce.py" > still.py
	crm --changes c > /dev/null
	[[ $(jq -c 'select(.field == "amount") | [.old, .new]' c) == '[1000,1000.5]
[1000.5,1001]' ]]
	org_stop
	BATS_TEST_DIRNAME=$PWD
	cp still.py salesforce.py
	rm org/port
	org 3
	org_do touch/1 touch/1
	crm --changes c > /dev/null
	[[ $(jq -c 'select(.field == "amount") | [.old, .new]' c) == '[1000,1001]' ]]
}

@test "whatever happens to a page, all deals come, each once" {
	org 1000 100
	crm | same > whole
	local fault
	for fault in "01g 500" "01g 503 1" "01g 429" "01g reset" "01g halfway" "01g silent 0.3" "01g expire" \
		"queryAll expire" "queryAll reset"; do
		script "$fault"
		run --separate-stderr crm --bookmark b
		[[ $status == 0 && $stderr == "" ]] || { echo "$fault: $status $stderr"; return 1; }
		same <<< "$output" | cmp - whole || { echo "$fault"; return 1; }
		fired 1
	done
	# many of them in one fetch, and the session ends with every second page
	script "-100 halfway" "-200 expire" "-100 429 0" "-100 expire" "-200 503" "-300 reset" "-300 expire" "-400 silent 0.1"
	crm | same | cmp - whole
	fired 8
}

@test "what does not come whole is no fetch: 75, a reason, no bookmark" {
	org 1000 100 '{"patience": 3}'
	local fault times message
	while IFS='|' read -r fault times status message; do
		mapfile -t lines < <(yes "$fault" | head -n "$times")
		script "${lines[@]}"
		refused "$status" "$message" || { echo "$fault"; return 1; }
		fired "$times"
	done <<-'END'
	01g 500|4|75|crm: HTTP 500: not now
	01g halfway|4|75|crm: *
	01g 429 3600|1|75|crm: HTTP 429: not now; it asks for 3597 s more than we wait
	01g bomb|1|69|crm: its answer is longer than 33554432 bytes
	01g html|1|69|crm: its answer is no JSON (byte *
	01g error REQUEST_LIMIT_EXCEEDED|1|75|crm: REQUEST_LIMIT_EXCEEDED: the org has no API call left for the next hours
	queryAll error API_CURRENTLY_DISABLED|1|77|crm: API_CURRENTLY_DISABLED: the user may not use the API*
	queryAll error INVALID_SESSION_ID|2|77|crm: INVALID_SESSION_ID: it does not take the session that it has just begun*
	END
	script "01g-none x"
	crm --bookmark b > /dev/null	# (control)
	[[ -e b ]]
}

@test "leaves the rest of the day's calls to others" {
	org 1000 100
	script "-300 spent 80000"
	refused 75 'crm: 80000 of the 100000 API calls that the org has in 24 hours are used: "stop_at" of its section leaves the rest to others'
	fired 1
	[[ $(asked .path | tail -n 1) == *-300 ]]
	section '{"stop_at": 0.9}'
	crm --bookmark b > deals
	[[ -e b && $(wc -l < deals) == 1000 ]]
}

@test "what changes while it is read is read again the next time" {
	org 1000 100
	script "-300 touch 150" "-500 delete 20" "-700 touch 200" "-900 lag 60"
	crm --bookmark b --changes c > d1
	fired 4
	crm --since b --bookmark b2 --changes c2 > d2
	cat c c2 | jq -r 'select(.field == "deleted") | .deal_id' | sort -u > gone
	[[ $(wc -l < gone) == 20 ]]
	newest d1 d2 | grep -vFf gone | cmp - <(crm --full | same)
}

@test "nor is it lost where reading takes longer than the overlap" {
	org 1000 100
	script "-300 touch 150" "-500 later 3600" "-900 touch -20"
	crm --bookmark b > d1
	fired 3
	[[ $(jq -r .until.stamp b) < 2024-03-02T08:00:01Z && $(jq -r .modified_at d1 | sort | tail -n 1) > 2024-03-02T09:00:00Z ]]
	crm --since b > d2
	newest d1 d2 | cmp - <(crm --full | same)
	# (control: from the newest on, the first of them are lost)
	jq -c '.until.stamp = "2024-03-02T09:02:00Z"' b > late
	crm --since late > d2
	[[ $(newest d1 d2) != "$(crm --full | same)" ]]
}

@test "a text with a NUL spoils its own deal only" {
	org 30
	org_do nul
	crm --rejects r --max-rejects 1 > deals
	[[ $(wc -l < deals) == 29 && $(jq -r '.code + ": " + .reason' r) == "nul: has a NUL byte" && $(jq -r .text r) == *'"Name":"a\u0000b"'* ]]
}

@test "many come by a bulk job, in parts, the same as by pages" {
	org 1000 100
	crm --changes c1 | same > pages
	org_do touch/30 delete/5
	crm --changes c1 | same > pages
	section '{"bulk_above": 500}'
	crm --changes c2 --bookmark b | same | cmp - pages
	cmp <(sort c1) <(sort c2)
	[[ $(jq -c .until b) == '{"stamp":"2024-03-02T08:00:35Z"}' && $(grep -c '\\n' pages) == 20 ]]
	[[ $(asked 'select(.path | endswith("/results")) | .query.locator' | head -n 5 | tr '\n' ' ') == "null x200 x400 x600 x800 " ]]
	[[ $(asked 'select(.path == "/services/data/v60.0/jobs/query" and .body != "") | .body | fromjson | [.operation, .query] | join(" ")' | head -n 1) == queryAll\ *Region__c\ FROM\ Opportunity ]]
	local fault
	for fault in "results halfway" "jobs 500" "results expire" "750 reset"; do
		script "$fault"
		crm | same | cmp - pages
		fired 1
	done
	script "results short"
	refused 75 "crm: of the 200 records of a part of its results there came 199"
	fired 1
}

@test "a bulk job that does not say whether its parts are all is no fetch" {
	org 1000 100 '{"bulk_above": 500}'
	local name
	for name in Sforce-Locator Sforce-NumberOfRecords; do
		script "results hide $name"
		refused 75 "crm: a part of its results has no $name: whether it is all is not known" || { echo "$name"; return 1; }
		fired 1
	done
	script "jobs hide numberRecordsProcessed"
	refused 75 "crm: its bulk job has no numberRecordsProcessed: whether its results are all is not known"
	fired 1
	script "jobs hide nothing" "results early"
	refused 75 "crm: of the 1000 records of its bulk job there came 200"
	fired 2
	org_stop && rm org/port && org 1000 100 '{"bulk_above": 500}'
	[[ $(crm --bookmark b | wc -l) == 1000 && -s b ]]	# (control)
}

@test "only deals that were created in a period, by days of the business zone, and no bookmark" {
	org 1000
	crm --from 2024-01-10 --to 2024-01-12 --zone America/New_York --bookmark b --changes c > deals
	[[ ! -s b && $(jq -r .created_date deals | sort | uniq -c | tr -s ' \n' ' ') == " 24 2024-01-10 24 2024-01-11 24 2024-01-12 " ]]
	[[ $(asked '.query.q | select(. and contains("FROM Opportunity WHERE"))' | head -n 1) == *'WHERE CreatedDate >= 2024-01-10T05:00:00Z AND CreatedDate < 2024-01-13T05:00:00Z ORDER BY'* ]]
}

# bats test_tags=figures
@test "killed anywhere and run again it gives the same deals" {
	org 12000
	crm | same > whole
	local kills=${SALESWATCH_SOAK:+50} ended=0
	for (( i = 0; i < ${kills:-3}; i++ )); do
		rm -f b
		fetch crm --sources sources.json --bookmark b > part 2> /dev/null &	# not by a function: $! would be a shell
		pid=$!
		sleep "0.$(printf %02d $((RANDOM % 45)))"
		kill -KILL $pid 2> /dev/null || :
		wait $pid && (( ++ended ))
		if [[ -e b ]]; then	# it is the last that is written
			same < part | cmp - whole || { echo "a bookmark of a part"; return 1; }
		fi
		crm --bookmark b | same | cmp - whole
		[[ -s b ]]
	done
	(( ended < ${kills:-3} ))	# most were killed before their end
}

@test "no secret is told: not in what is written, not on a command line" {
	org 300 100 '{"auth": "client_credentials", "client_secret": "SF_SECRET"}'
	script "01g silent 0.5" "01g expire"
	fetch crm --sources sources.json --bookmark b --changes c --rejects r > deals 2> errors &
	pid=$!
	sleep 0.25
	tr '\0' '\n' < /proc/$pid/cmdline > seen
	tr '\0' '\n' < /proc/$pid/environ >> seen
	wait $pid
	fired 2
	[[ $(head -n 1 seen) == fetch && $(wc -l < deals) == 300 ]]
	run grep -l canary deals errors b c r seen sources.json
	expect 1 ""
	grep -q canary org/requests	# (control: it was sent)
}

# bats test_tags=whole
@test "night by night the store has what the org has, and how it came about" {
	org 300 100
	load pipeline
	plant ""
	unset SALESWATCH_CSV
	sed 's,map.json,maps/salesforce.json,' sources.json > "$T/pipelines/conf/sources.json"
	run --separate-stderr saleswatch run ingest
	expect 0 "" "saleswatch: run: ingest 2024-04-08"
	[[ $(store get deal --db "$db" | wc -l) == 300 ]]
	store get deal --db "$db" > before
	store get bookmark --db "$db" > until
	org_do touch/3 delete/2 later/90000 lag/30
	export SALESWATCH_NOW=2024-04-09T04:00:00Z
	script "OpportunityHistory error REQUEST_LIMIT_EXCEEDED"
	run --separate-stderr saleswatch run ingest
	[[ $status != 0 && $stderr == *"REQUEST_LIMIT_EXCEEDED"*"run: ingest 2024-04-09 failed; what stood before it stands"* ]]
	fired 1
	store get deal --db "$db" | cmp - before
	store get bookmark --db "$db" | cmp - until
	run --separate-stderr saleswatch run ingest
	expect 0 "" "saleswatch: run: ingest 2024-04-09"
	rows() { jq -r '[.deal_id, .stage, .amount] | @tsv' | sort; }
	diff <(store get deal --db "$db" | rows) <(fetch crm --sources "$T/pipelines/conf/sources.json" | rows)
	store get change --db "$db" | jq -r '[.deal_id[-3:], .field, .at] | @tsv' > told
	[[ $(sort told | uniq -d) == "" && $(grep -c deleted told) == 2 && $(grep -c 'stage.*2024-03-02T08:00:0[12]Z' told) == 2 ]] || { cat told; return 1; }
}

# ---- programs by others

judges() {
	export JUDGES=$root/.build/judges/salesforce
	[[ -e $JUDGES/node_modules/jsforce && -n $(command -v node) ]] || skip "no jsforce, jose, soql-parser-js of npm; make judges installs them"
}

judge() { node "$BATS_TEST_DIRNAME/salesforce_judge.js" "$@"; }

# bats test_tags=figures
@test "jsforce reads all of our org, so it answers as Salesforce does" {
	judges
	org 4500
	org_do delete/7
	run judge walk "$url" "$SF_KEY_FILE"
	expect 0 'query 4493 4493 4493 Rep 0
queryAll 4500 7
bulk2 300 "Deal \"0\"\nof two lines"
limit 100000
refused INVALID_FIELD
refused INVALID_TYPE
refused MALFORMED_QUERY'
}

# bats test_tags=figures
@test "soql-parser-js reads each of our queries, jose verifies our JWT" {
	judges
	org 1000 100
	crm --bookmark b --changes c > /dev/null
	script "-300 expire"
	crm --since b --changes c > /dev/null
	crm --full --changes c > /dev/null
	fired 1
	crm --from 2024-01-01 --to 2024-01-31 --changes c > /dev/null
	crm --check
	asked '.query.q | select(.)' | sort -u > queries
	run judge soql < queries
	[[ $status == 0 && $(grep -c same <<< "$output") == $(wc -l < queries) ]] || { echo "$output"; return 1; }
	[[ $(wc -l < queries) == 11 ]] || { cat queries; return 1; }
	run judge jwt "$SF_KEY_FILE" "$url" "$SALESWATCH_NOW" < <(asked 'select(.body != "") | .body')
	[[ $status == 0 && $(sort -u <<< "$output") == "RS256 JWT client ann@example.com 180" ]] || { echo "$output"; return 1; }
	openssl genrsa -out other 2048 2> /dev/null
	run judge jwt other "$url" "$SALESWATCH_NOW" < <(asked 'select(.body != "") | .body')
	[[ $status == 1 && $output == "judge: "*"signature verification failed" ]]
}
