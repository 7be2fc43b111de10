# outbox - saleswatch outbox and notify --test: a person looks at what waits, tries again, gives up,
# reads the log, and drills a receiver.
load helpers
load queue
load pipeline

setup() {
	plant
	unset SALESWATCH_CSV
	export SALESWATCH_NOW=2024-04-01T04:00:00Z
	mkdir -p "$T/var/days"
	cd "$T/var" || return
	ln -s saleswatch.db db
	printf '%s\n' '#!/bin/bash' 'echo "${SAID-closed today}"' 'exit "${END-75}"' > "$T/command"
	chmod +x "$T/command"
	jq '.receivers += [{name: "r", channel: "exec", command: ["'"$T"'/command"], to: "desk"}]' "$T/pipelines/conf/routes.json" > routes.json
	cp routes.json "$T/pipelines/conf/routes.json"
}

send() { SALESWATCH_NOW=$(later "$1") notify --db db --routes routes.json > /dev/null 2>&1 || true; }

@test "lists what waits and what is dead, and why, and no terminal obeys what a server said" {
	{ delivery 1 exec desk; delivery 2 exec desk '.subject = "\u001b[2Jred\u202e"'; delivery 3 file a@example.com '.due = "2024-04-02T04:00:00Z"'; } | queue
	END=1 SAID=$'\e]0;x\a' notify --db db --routes routes.json --only 0000000000000002 > /dev/null 2>&1 || true
	send 0
	run --separate-stderr saleswatch outbox
	expect 0 - ""
	[[ $(tr -s ' ' <<< "$output") == 'waits 0000000000000001 P1 r by exec to desk again 2024-04-01T04:0'?:??Z' 1 tried T later: '*'/command: later: closed today
waits 0000000000000003 P1 r by file to a@example.com due 2024-04-02T04:00:00Z 0 tried T
DEAD 0000000000000002 P1 r by exec to desk since 2024-04-01T04:00:00Z 1 tried ?[2Jred? refused: '*'/command ended with 1: ?]0;x?' ]] || { echo "$output"; return 1; }
	[[ $(saleswatch status) == *"outbox: 2 wait, due from 2024-04-01T04:00:00Z; 3 in all; 1 DEAD" ]]
}

@test "shows a message as its reader would see it: of a mail the text, however it is encoded" {
	jq -nc '{kind: "alert", v: 1, alert_id: "00000000000000aa", type: "recovery", date: "2024-03-31", opened: "2024-03-31", segment: {region: "Süd=Ost"}, direction: "up",
		severity: "insight", priority: "P1", state: "new", title: "Recövery = good", message: "Zurück auf 50 %; ein langer Satz, der über die Grenze einer Zeile hinaus geht, damit sie gebrochen wird.", data_through: "2024-03-31"}' |
		route --routes "$root/pipelines/conf/routes.json" | render --templates "$root/pipelines/templates" > rendered
	jq -r .content.body rendered | grep -q 'Content-Transfer-Encoding: base64'
	queue < rendered
	id=$(jq -r .delivery_id rendered)
	run --separate-stderr saleswatch outbox show "${id:0:5}"
	expect 0 - ""
	[[ $output == "$id: leaders-now by file to sales-now@example.com, P1 alert"*"Subject: "*"Recövery = good"*"Segment: Süd=Ost"*"damit sie gebrochen wird."*"Evidence: "* ]] || { echo "$output"; return 1; }
	[[ $output != *html* ]]
	# the same as quoted-printable
	python3 - <<-'END' > quoted
	import json, email, email.policy, quopri
	record = json.load(open("rendered"))
	parts = email.message_from_string(record["content"]["body"], policy=email.policy.default)
	text = parts.get_body(("plain",)).get_content()
	record["delivery_id"] = "00000000000000bb"
	record["content"]["body"] = ("Subject: x\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + quopri.encodestring((text + r"C:\new \c").encode()).decode().replace("\n", "\r\n") + "\r\n--b--\r\n")
	print(json.dumps(record))
	END
	queue r2 < quoted
	diff <(echo "$output" | sed '1,/^$/d') <(saleswatch outbox show 00000000000000bb | sed '1,/^$/d' | sed '/^C:.new .c$/d; s/C:.new .c$//')
	[[ $(saleswatch outbox show 00000000000000bb) == *'C:\new \c'* ]]
}

@test "and of Slack and Teams the texts, of others the JSON" {
	{ delivery 1 slack C '.content.body = ({text: "short", blocks: [{type: "header", text: {type: "plain_text", text: "Title"}}, {type: "section", text: {type: "mrkdwn", text: "*28%* won"}}]} | tojson)'
		delivery 2 teams C '.content.body = ({type: "message", attachments: [{content: {body: [{type: "TextBlock", text: "Title"}, {type: "FactSet", facts: [{title: "Won", value: "28%"}]}]}}]} | tojson)'
		delivery 3 webhook C; delivery 4 terminal tty; delivery 5 slack C; } | queue
	run saleswatch outbox show 0000000000000001
	[[ ${output##*$'\n\n'} == $'Title\n*28%* won' ]] || { echo "$output"; return 1; }
	run saleswatch outbox show 0000000000000002
	[[ ${output##*$'\n\n'} == $'Title\nWon: 28%' ]] || { echo "$output"; return 1; }
	run saleswatch outbox show 0000000000000003
	[[ ${output##*$'\n\n'} == *'"text": "ALERT: ü"'* ]]
	for id in 0000000000000004 0000000000000005; do
		run saleswatch outbox show "$id"
		[[ ${output##*$'\n\n'} == *'ALERT: ü'* ]]
	done
}

@test "tries again, and gives up with a reason" {
	{ delivery 1 exec desk; delivery 2 exec desk; } | queue
	END=1 send 0
	run --separate-stderr saleswatch outbox retry 0000000000000001 0000000000000002
	expect 0 "" 'saleswatch: outbox: 0000000000000001: due now; it goes out at the next run of deliver
saleswatch: outbox: 0000000000000002: due now; it goes out at the next run of deliver'
	END=0 notify --db db --routes routes.json --limit 1 > /dev/null
	run --separate-stderr saleswatch outbox drop 0000000000000002 told them by phone
	expect 0 "dropped: 0000000000000002, r by exec to desk, by $(id -un): told them by phone" ""
	[[ -z $(saleswatch outbox list) ]]
}

@test "the log says when, what became of what, to whom, and what was held back and why" {
	{ delivery 1 exec desk; delivery 2 file a@example.com; } | queue
	send 0
	END=0 send 5
	mkdir -p days/2024-04-01
	echo '{"kind":"held","v":1,"alert_id":"00000000000000cc","date":"2024-03-31","state":"new","priority":"P2","receiver":"r","channel":"exec","to":"desk","reason":"silenced","why":"known","by":"ann","until":"2024-04-03T00:00:00Z"}' > days/2024-04-01/held
	run --separate-stderr saleswatch outbox log
	expect 0 - ""
	[[ $(tr -s ' ' <<< "$output") == '2024-04-01T04:00:00Z later 0000000000000001 r by exec to desk attempt 1 P1 T '*': later: closed today
2024-04-01T04:00:00Z sent 0000000000000002 r by file to a@example.com attempt 1 P1 T
2024-04-01T04:05:00Z sent 0000000000000001 r by exec to desk attempt 2 P1 T
2024-04-01 held 00000000000000cc r by exec to desk new P2 silenced: known, by ann, until 2024-04-03T00:00:00Z' ]] || { echo "$output"; return 1; }
	run --separate-stderr saleswatch outbox log 2024-03-01 2024-03-31
	expect 0 "" ""
}

@test "the log of a damaged store is no empty one" {
	delivery 1 exec desk | queue
	printf 'no database at all, but long enough to be looked at\n%.0s' {1..100} > db
	run --separate-stderr saleswatch outbox log
	[[ $status != 0 && -z $output && -n $stderr ]] || { echo "$status $output / $stderr"; return 1; }
}

@test "a wrong word, id or day is said so" {
	run --separate-stderr saleswatch outbox list
	expect 66 "" "saleswatch: outbox: nothing has run yet: *"
	{ delivery 1 exec desk; delivery 2 exec desk; } | queue
	for words in "retry" "drop 1" "show" "nonsense" "list x"; do
		# shellcheck disable=SC2086
		run --separate-stderr saleswatch outbox $words
		expect 64 "" "usage: saleswatch outbox *"
	done
	run --separate-stderr saleswatch outbox show 00
	expect 64 "" "saleswatch: outbox: 00: several ids begin so: 0000000000000001 0000000000000002"
	run --separate-stderr saleswatch outbox show abc
	expect 66 "" "saleswatch: outbox: abc: no such delivery"
	run --separate-stderr saleswatch outbox retry "x' OR 1"
	expect 64 "" "saleswatch: outbox: x' OR 1: no id; *"
	run --separate-stderr saleswatch outbox log yesterday
	expect 64 "" "saleswatch: outbox: log: yesterday: no such day"
}

# ---- the drill

drills() { [[ $(route --help) == *--only* ]] || skip "route cannot send to one receiver alone yet"; }

@test "a drill goes the way of the real alerts to one receiver, marked, and its end is told in a line" {
	drills
	run --separate-stderr saleswatch notify --test leaders
	expect 0 "drill: leaders by file to sales-leaders@example.com: sent" ""
	[[ $(grep -c '^Subject: .*Drill' mail/*.eml) == 1 ]]
	[[ $(store get delivery --db db | jq -c '[.drill, .alerts[0].drill, .receiver]') == '[true,true,"leaders"]' ]]
	run --separate-stderr saleswatch notify --test leaders	# another time is another message
	expect 0
	[[ $(find mail -name '*.eml' | wc -l) == 2 ]]
}

@test "one that is not taken says why, and ends as notify does" {
	drills
	run --separate-stderr saleswatch notify --test r
	[[ $status == 75 && $output == "drill: r by exec to desk: later: "*"/command: later: closed today; it is tried again after 2024-04-01T04:0"* ]] || { echo "$status $output"; return 1; }
	END=1 run --separate-stderr saleswatch notify --test r
	[[ $status == 69 && $output == "drill: r by exec to desk: refused: "*"/command ended with 1: closed today" ]] || { echo "$status $output"; return 1; }
	[[ -z $(faults) ]]
	saleswatch pause no 2> /dev/null
	run --separate-stderr saleswatch notify --test r
	[[ $status == 75 && $output == "drill: r by exec to desk: it waits; it is tried again after 2024-04-01T04:00:00Z" ]] || { echo "$status $output"; return 1; }
	run --separate-stderr saleswatch notify --test nobody
	expect 64
	run --separate-stderr saleswatch notify --test
	expect 64 "" "usage: saleswatch notify --test RECEIVER"
}
