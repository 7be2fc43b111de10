# channels - what a message looks like on each channel, read back as its receiver reads it.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	templates=$root/pipelines/templates
	cat > company.json <<-'EOF'
	{"company":"Example Ltd","currency":"USD",
	 "display":{"lead_source":{"Referral":"Referral Leads"}},
	 "mail":{"from":"Example Ltd <alerts@example.com>","list":"alerts.example.com","unsubscribe":"https://example.com/u"}}
	EOF
	cat > fault <<-'EOF'
	{"kind":"fault","v":1,"stage":"notify","since":"2024-04-01T01:30:00Z","reason":"HTTP 500 & <more>","pipeline":"deliver","owner":"ops","receiver":"cro","channel":"slack","delivery_id":"0123456789abcdef"}
	EOF
}

rendered() { render --templates "$templates" --conf company.json; }

# queued CHANNEL FORM STATE [JQ] < alerts: one delivery of them all, delivery and body the same rendered.
queued() {
	jq -cs --slurpfile f fault --arg channel "$1" --arg form "$2" --arg state "$3" '{kind:"delivery",v:1,delivery_id:"0123456789abcdef",receiver:"cro",
		channel:$channel,to:"cro@example.com",priority:(.[0].priority // "P1"),form:$form,state:$state,thread:"fedcba9876543210",due:"2024-04-01T04:00:00Z",
		created:"2024-04-01T04:00:00Z",alerts:.} | del(.state | select(. == "")) | '"${4:-.}"
}

delivery() { queued "$@" | rendered; }

body() { delivery "$@" | jq -j .content.body; }

third() { sed -n "$1p" "$root/tests/data/alerts"; }

# An alert with all that may be in one.
rich() {
	third 1 | jq -c '.deals = [{deal_id:"D-1 (a|b) *x*",amount:120000,sales_rep_id:"rep_22",stage:"Proposal",reasons:["late"],chance:0.3,url:"https://crm.example.com/d?id=(1)&x=<2>|_y_"},
		{deal_id:"D-2",amount:9000,url:"javascript:alert(1)"}] | .annotations = [{from:"2024-03-01",to:"2024-03-10",text:"prices changed"}]
		| .false_alarms = {per_week:0.02,copies:20} | .why = {change_points:-13.9,mix_points:-0.6,rate_points:-13.3,stands_out:false,near:[],reversals:[]}'
}

# Every channel in every form and state there is.
everything() {
	jq -nc --slurpfile alerts "$root/tests/data/alerts" --slurpfile rich <(rich) --slurpfile fault fault '
		def of(form; state): {form:form, state:state, alerts:[]} | del(.state | select(. == null));
		["terminal","file","mail","slack","teams","webhook","alertmanager","exec"][] as $channel |
		((null,"new","changed","reminder","acknowledged","recovered","corrected") | of("alert"; .) | .alerts = $rich | .thread = "fedcba9876543210"),
		(of("alert"; "new") | .alerts = $alerts[1:2] | .drill = true),
		((of("digest"; null), of("weekly"; null)) | .alerts = $alerts | .more = 14),
		of("weekly"; null),
		(of("fault"; "fault") | .faults = ($fault, [{kind:"fault",v:1,stage:"fetch",since:"2024-04-01T02:00:00Z",reason:"HTTP 503",pipeline:"ingest"}])),
		(of("fault"; "clear") | .faults = [$fault[] | .until = "2024-04-01T03:45:00Z"]) |
		{kind:"delivery",v:1,delivery_id:"0123456789abcdef",receiver:"cro",channel:$channel,to:"cro@example.com",due:"2024-04-01T04:00:00Z"} + .' |
		rendered
}
judged() {
	command -v node > /dev/null || skip "no node"
	[[ -e $root/.build/judges/node_modules/.messages ]] || skip "no judges of messages: make judges"
	outside specs
}
judge() { NODE_PATH=$root/.build/judges/node_modules node "$root/tests/judge.js" "$testdata/specs"; }

@test "every message in every form and state is what its receiver's schema, lengths and readers take" {
	judged
	everything > all
	[[ $(wc -l < all) == 112 ]]
	judge < all > seen || { grep wrong seen; return 1; }
	[[ $(wc -l < seen) == 112 ]]
}

@test "and the judges find what is wrong" {
	judged
	spoil() { third 1 | delivery "$1" alert new | jq -c "$2" >> bad; }	# CHANNEL JQ
	within() { spoil "$1" ".content.body |= (fromjson | $2 | tojson)"; }
	within slack 'del(.text)'
	within slack '.blocks[0].text.text = "x" * 151'
	within slack '.blocks[1].text.text = "x" * 3001'
	within slack '.blocks[0].loud = true'
	within teams '.attachments[0].content.body[0].wrap = "so"'
	within teams '.attachments[0].content.body[1].text = "[x](https://x) `c`"'
	within teams '.attachments[0].content.body[1].text = "x" * 21000'
	within alertmanager '.[0].labels.n = 7'
	within webhook '.version = "3"'
	spoil mail '.content.body |= gsub("</td>"; "</tdx>")'
	run judge < bad
	[[ $status == 1 && ${#lines[@]} == 10 ]]
	wanted=("required property 'text'" "header: 151 of 150" "section: 3001 of 3000" additional instancePath "card code_inline" bytes "must be string" "must be equal to constant" close-order)
	for i in {0..9}; do
		[[ $(jq -r .wrong <<< "${lines[i]}") == *"${wanted[i]}"* ]] || { echo "${lines[i]}"; return 1; }
	done
}

# lines N: the lines that the design gives alert N, as the text has them.
lines() { third "$1" | render --templates "$templates" --conf company.json --as text | sed '1,4d; /^$/d'; }

@test "the three alerts are read back from mail, Slack and Teams to the same lines" {
	judged
	for channel in slack teams mail; do for n in 1 2 3; do third $n | queued $channel alert new; done; done | rendered | judge > seen
	for n in 1 2 3; do
		lines $n > want
		for channel in slack teams; do
			jq -r "select(.channel == \"$channel\") | .seen" seen | tr -d '*' | awk -v n=$n '/^(🔴|🟡|🟢) /{ i++ } i == n' > got
			grep -qF "$(third $n | jq -r .title)" <(head -n 1 got)
			diff want <(sed '1d; /^Example Ltd/d; /^\[/d' got)
		done
		diff want <(jq -rs "map(select(.channel == \"mail\"))[$n - 1].seen" seen | sed '1,5d; /^$/d')
		third $n | body mail alert new | python3 -c '
import email, email.policy, html.parser, json, sys
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
assert not m.defects
text, page = (m.get_body((k,)).get_content() for k in ("plain", "html"))
want = open("want").read().splitlines()
assert [l for l in text.splitlines() if l][3:] == want, text
alert = json.loads(open(sys.argv[1]).readlines()[int(sys.argv[2]) - 1])
class Texts(html.parser.HTMLParser):
    seen = ""
    def handle_data(self, data): self.seen += " " + data.strip()
texts = Texts()
texts.feed(page)
for value in [alert["title"], *alert["actions"], want[-1], f"{alert['"'value'"']:.0%}", f"{alert['"'baseline'"']:.0%}"]:
    assert value in texts.seen, value
' "$root/tests/data/alerts" $n
	done
}

@test "a thread has one subject, Re: from the second on, and refers to one id; another thread to another" {
	for state in new changed reminder acknowledged recovered corrected; do
		third 1 | delivery mail alert $state > one
		subject="[P1] Win rate drop: Enterprise + North America"
		[[ $state == new ]] || subject="Re: $subject"
		[[ $(jq -r .subject one) == "$subject" ]] || { jq -r .subject one; return 1; }
		jq -j .content.body one > m.eml
		grep -q $'^Message-ID: <0123456789abcdef@example.com>\r$' m.eml
		grep -q $'^References: <thread-fedcba9876543210@example.com>\r$' m.eml
		grep -q $'^In-Reply-To: <thread-fedcba9876543210@example.com>\r$' m.eml
		grep -q $'^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$' m.eml
	done
	third 1 | jq -c '.value = 0.22' | delivery mail alert changed | jq -r .subject | grep -qx 'Re: \[P1\] Win rate drop: Enterprise + North America'
}

@test "a state is the first thing said, and what is over asks for nothing" {
	said() { third 1 | body terminal alert "$1" | head -n 1; }
	[[ $(said new) == "🔴 Critical" ]]
	[[ $(said changed) == "GOT WORSE since you were told." ]]
	[[ $(said reminder) == "REMINDER: it goes on, and nobody has said to be on it." ]]
	[[ $(said acknowledged) == "IN HAND: somebody is on it."* ]]
	[[ $(said recovered) == "RECOVERED: it is over." ]]
	[[ $(said corrected) == "CORRECTED: the data were corrected; as they are known now, you would not have been told." ]]
	for state in recovered corrected; do
		for channel in terminal mail slack teams; do
			third 1 | body $channel alert $state > got
			run ! grep -q "Review lost deal" got
		done
	done
	asked() { third 1 | body slack alert "$1" "${2:-.}" | jq -c '[.blocks[].elements[]?.action_id // empty]'; }
	[[ $(asked new) == '["on_it","feedback"]' && $(asked changed) == '["on_it","feedback"]' && $(asked reminder) == '["on_it","feedback"]' ]]
	[[ $(asked acknowledged) == '["feedback"]' && $(asked recovered) == '["feedback"]' && $(asked corrected) == '[]' ]]
	[[ $(asked new '.drill = true') == '[]' ]]
}

@test "a drill says so in its subject and its first line, on every channel" {
	third 1 | delivery terminal alert new '.drill = true' > got
	[[ $(jq -r .subject got) == "DRILL: [P1] Win rate drop"* ]]
	[[ $(jq -r .content.body got | head -n 1) == "DRILL: a test of the way to you. Nothing happened." ]]
	third 1 | body slack alert new '.drill = true' | jq -r '.text, .blocks[0].text.text, .blocks[1].text.text' > got
	[[ $(sed -n 1p got) == DRILL:* && $(sed -n 2p got) == "DRILL: 🔴 "* && $(sed -n 3p got) == "*A drill: nothing happened.*"* ]]
	third 1 | body teams alert new '.drill = true' | jq -r '.attachments[0].content.body[].text' > got
	[[ $(sed -n 1p got) == "DRILL: 🔴 "* && $(sed -n 2p got) == "**A drill: nothing happened.**"* ]]
	[[ $(third 1 | body alertmanager alert new '.drill = true' | jq -r '.[0].labels.drill, .[0].endsAt') == $'true\n2024-04-01T04:05:00Z' ]]
	third 1 | body mail alert new '.drill = true' > m.eml
	grep -q '^Subject: DRILL: ' m.eml
	# one that is about nothing
	delivery terminal alert "" '.drill = true | del(.thread)' < /dev/null | jq -r '.subject, .content.body' > got
	[[ $(< got) == $'DRILL: a test of the way to you\nDRILL: a test of the way to you. Nothing happened.' ]] || { cat got; return 1; }
	[[ $(body slack alert "" '.drill = true' < /dev/null | jq -r '.blocks[0].text.text') == "DRILL: a test of the way to you" ]]
}

@test "a fault tells ops the stage, since when, why and what to do; an all-clear how long it took" {
	delivery terminal fault fault '.faults = [$f[]] | .priority = null' < /dev/null > got
	[[ $(jq -r .subject got) == "Cannot reach cro by slack" ]]
	diff <(jq -r .content.body got) - <<-'END'
	FAULT: Cannot reach cro by slack
	━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
	Since: 1 April 2024, 01:30 UTC
	Reason: HTTP 500 & <more>
	Pipeline: deliver
	Owner: ops

	What to do:
	→ Check that cro can be reached by slack; what waits is sent by itself
	→ See the attempts: saleswatch outbox show 0123456789abcdef

	END
	delivery mail fault clear '.faults = [$f[] | .until = "2024-04-01T03:45:00Z"] | .priority = null' < /dev/null > got
	[[ $(jq -r .subject got) == "Re: Cannot reach cro by slack" ]]
	jq -j .content.body got | grep -q 'ALL CLEAR'
	body terminal fault clear '.faults = [$f[] | .until = "2024-04-01T03:45:00Z"] | .priority = null' < /dev/null > got
	[[ $(head -n 1 got) == "ALL CLEAR: Can reach cro by slack" && $(< got) == *"Until: 1 April 2024, 03:45 UTC (2 hours)"* && $(< got) != *"What to do"* ]]
	[[ $(body alertmanager fault clear '.faults = [$f[] | .until = "2024-04-01T03:45:00Z"]' < /dev/null | jq -c '.[] | [.labels.alertname, .labels.receiver, .startsAt, .endsAt]') \
		== '["saleswatch_fault","cro","2024-04-01T01:30:00Z","2024-04-01T03:45:00Z"]' ]]
}

@test "a deal is linked only where its record has a web address, and that cannot leave its link" {
	rich | body slack alert new | jq -r '.blocks[].text.text? // empty' > got
	grep -qF '• <https://crm.example.com/d?id=%281%29&amp;x=%3C2%3E%7C_y_|D-1 (a|b) *x*> $120K, rep_22, chance 30%: late' got
	grep -qF '• D-2 $9K' got
	rich | body teams alert new | jq -r '.attachments[0].content.body[].text' > got
	grep -qF '[D-1 \(a\|b\) \*x\*](https://crm.example.com/d?id=%281%29&x=%3C2%3E%7C_y_) $120K' got
	run ! grep -q javascript got
}

@test "the largest deals of an alert are links where they have an address, else their names" {
	linked() { third 1 | jq -c '.deals = [{deal_id:"D-1",url:"https://crm.example.com/D-1"},{deal_id:"D-2",url:"https://crm.example.com/D-2"}]'; }
	[[ $(linked | delivery slack alert new | jq -r '.content.body | fromjson | .. | .text? | strings') == \
		*'*Largest deals:* <https://crm.example.com/D-1|D-1>, <https://crm.example.com/D-2|D-2>'* ]]
	[[ $(linked | delivery teams alert new | jq -r '.content.body | fromjson | .. | .text? | strings') == \
		*'**Largest deals:** [D-1](https://crm.example.com/D-1), [D-2](https://crm.example.com/D-2)'* ]]
	[[ $(linked | body mail alert new | python3 -c 'import sys, email, email.policy
print(email.message_from_file(sys.stdin, policy=email.policy.default).get_body(("html",)).get_content())') == \
		*'Largest deals: <a href="https://crm.example.com/D-1" style="color:#17212b">D-1</a>, <a href='* ]]
	[[ $(third 1 | jq -c '.deals = ["D-1","D-2"]' | delivery slack alert new | jq -r '.content.body | fromjson | .. | .text? | strings') == \
		*'*Largest deals:* D-1, D-2'* ]]
}

@test "what is left out at the cap is said, and counted in the subject" {
	jq -c . "$root/tests/data/alerts" > three
	delivery mail digest "" '.more = 14 | del(.thread)' < three > got
	[[ $(jq -r .subject got) == *" and 16 more" ]]
	jq -j .content.body got | grep -q 'and 14 more'
	for channel in terminal slack teams; do
		body $channel digest "" '.more = 14 | del(.thread)' < three | grep -q 'and 14 more'
	done
	[[ $(body webhook digest "" '.more = 14' < three | jq .truncatedAlerts) == 14 ]]
}

@test "a long digest keeps within Slack's 50 blocks and Teams' 20 KB, by whole alerts and lines, and says so" {
	judged
	rich | jq -c 'range(60) as $i | .alert_id = "00000000000000\($i + 10)" | .segment.region = "Region \($i)" | .actions += ["é<" * 190]' > many
	delivery slack digest "" < many > one
	delivery teams digest "" < many > two
	shown=$(jq -r .content.body one | jq '[.blocks[] | select(.type == "context_actions")] | length')
	(( shown >= 3 ))
	jq -r .content.body one | grep -q "and $((60 - shown)) more had no room here"
	jq -r .content.body two | jq -r '.attachments[0].content.body[-1].text' | grep -qE '^Cut here: [0-9]+ more lines had no room on this card\.$'
	# one alert alone, of the longest texts
	rich | jq -c '.actions = [range(20) | "&" * 400] | .title = "&" * 400 | .segment = ([range(30) | {key:"d\(.)", value:("<" * 400)}] | from_entries)' > long
	for channel in slack teams; do queued $channel alert new < long; done | rendered | cat one two - | judge > seen || { cut -c1-300 seen; return 1; }
}

@test "an alert whose severity changed ends for Alertmanager under the old one; it stands 35 days" {
	third 1 | body alertmanager alert new | jq -c '.[] | [.labels.severity, .endsAt]' > got
	[[ $(< got) == '["critical","2024-05-06T04:00:00Z"]' ]]
	third 1 | body alertmanager alert changed | jq -c '.[] | [.labels.severity, .endsAt]' > got
	[[ $(< got) == '["critical","2024-05-06T04:00:00Z"]
["warning","2024-04-01T04:00:00Z"]
["insight","2024-04-01T04:00:00Z"]' ]]
	third 1 | body webhook alert recovered | jq -c '[.status, (.alerts[] | .status, .startsAt, .endsAt, .fingerprint)]' > got
	[[ $(< got) == '["resolved","resolved","2024-03-14T00:00:00Z","2024-04-01T04:00:00Z","aaaaaaaaaaaaaaaa"]' ]]
}

@test "a command gets the delivery as it came, with its subject and text" {
	rich > one
	body exec alert new < one > got
	[[ $(jq -c '.alerts[0]' got) == "$(< one)" ]]
	[[ $(jq -r '.kind, .subject' got) == $'message\n[P1] Win rate drop: Enterprise + North America' ]]
	[[ $(jq -r .text got) == "$(body terminal alert new < one)" ]]
}

@test "a channel nobody knows is refused (65)" {
	run --separate-stderr render --templates "$templates" <<< '{"kind":"delivery","channel":"pigeon","alerts":[]}'
	expect 65 - 'render: stdin:1: channel: "pigeon" is none'
}

@test "--check reads every template, and names file and line of what is wrong (78)" {
	run --separate-stderr render --templates "$templates" --conf company.json --check < /dev/null
	expect 0 "" ""
	cp -r "$templates" mine
	wrong() {	# FILE TEXT MESSAGE
		printf '%b' "$2" > mine/"$1"
		run --separate-stderr render --templates mine --check < /dev/null
		expect 78 "" "render: mine/$3" || return
		cp "$templates/$1" mine/"$1"
	}
	wrong teams/cut.mustache 'a\n{{#x}}\n' 'teams/cut.mustache:2: section "x" is not closed'
	wrong slack/rep_shift.mustache '\n\n{{> nowhere}}' 'slack/rep_shift.mustache:3: no partial "nowhere"'
	wrong mail/card.mustache '{{=x=}}' 'mail/card.mustache:1: delimiters are two short words: {{=<% %>=}}'
	wrong text/held.mustache 'a {{b\n' 'text/held.mustache:1: a tag is not closed by "}}"'
	wrong html/blind.mustache 'a\n\xff' 'html/blind.mustache:2: not UTF-8'
	rm mine/slack/closing.mustache
	run --separate-stderr render --templates mine --check < /dev/null
	expect 78 "" "render: mine/slack/closing.mustache: No such file or directory"
	echo '{"mail":{"from":"nobody"}}' > company.json
	run --separate-stderr render --templates "$templates" --conf company.json --check
	expect 78 "" "render: company.json:1: /mail/from: *"
}

@test "a real Alertmanager takes an alert, its rise in severity and its end" {
	command -v prometheus-alertmanager > /dev/null || skip "no prometheus-alertmanager"
	python3 - 3< <(third 1 | body alertmanager alert new; echo; third 1 | jq -c '.severity = "warning"' | body alertmanager alert changed; echo; third 1 | jq -c '.severity = "warning"' | body alertmanager alert recovered) <<-'END'
	import json, os, socket, subprocess, tempfile, time, urllib.request
	bodies = [json.loads(line) for line in os.fdopen(3)]
	now = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
	ends = {"2024-05-06T04:00:00Z": now(3600), "2024-04-01T04:00:00Z": now(-1)}  # our clock stands still, its does not
	with socket.socket() as s:
	    s.bind(("127.0.0.1", 0))
	    port = s.getsockname()[1]
	url = f"http://127.0.0.1:{port}/api/v2/alerts"
	with tempfile.TemporaryDirectory() as folder:
	    with open(folder + "/am.yml", "w") as file:
	        file.write("route: {receiver: none}\nreceivers: [{name: none}]\n")
	    server = subprocess.Popen(["prometheus-alertmanager", f"--config.file={folder}/am.yml", f"--storage.path={folder}",
	        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="], stderr=subprocess.DEVNULL)
	    try:
	        seen = []
	        for body in bodies:
	            for alert in body:
	                alert["endsAt"] = ends[alert["endsAt"]]
	            ask = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
	            for attempt in range(100):
	                try:
	                    assert urllib.request.urlopen(ask).status == 200
	                    break
	                except urllib.error.URLError as error:
	                    assert not isinstance(error, urllib.error.HTTPError), error.read()
	                    time.sleep(.1)
	            seen.append([a["labels"]["severity"] for a in json.load(urllib.request.urlopen(url))])
	        assert seen == [["critical"], ["warning"], []], seen
	    finally:
	        server.terminate()
	        server.wait()
	END
}

@test "spam filters find little to say against a mail" {
	command -v spamassassin > /dev/null || skip "no spamassassin"
	for state in new recovered; do
		rich | body mail alert $state > m.eml
		score=$(spamassassin -L -t < m.eml 2> /dev/null | sed -n 's/^X-Spam-Status: .*score=\([-0-9.]*\) .*/\1/p' | head -n 1)
		[[ -n $score ]] || { echo "no score"; return 1; }
		awk -v s="$score" 'BEGIN { exit !(s < 2) }' || { echo "score $score"; return 1; }
	done
}

@test "readers of Slack and Teams see the injections as the text they are" {
	judged
	NODE_PATH=$root/.build/judges/node_modules run python3 "$root/tests/naughty.py" "$templates" "" "$root/tests/judge.js" "$testdata/specs"
	expect 0 "127 strings"
}

@test "among others, what is over says so, asks for nothing and is no critical one; who is on it is named" {
	local alert
	alert=$(third 1)
	for channel in terminal mail slack teams; do
		jq -c --arg channel "$channel" '(. + {alert_id: "fedcba9876543210", state: "recovered", closed: "2024-04-10"}) as $over
			| {kind: "delivery", v: 1, delivery_id: "0123456789abcdef", receiver: "x", $channel, to: "a@b.example", priority: "P2", form: "digest",
			due: "2024-04-11T00:00:00Z", alerts: [., $over, ($over | .alert_id = "0000000000000001" | .state = "corrected" | del(.closed))]}' <<< "$alert"
	done | render --templates "$root/pipelines/templates" > "$BATS_TEST_TMPDIR/made"
	jq -r .content.body "$BATS_TEST_TMPDIR/made" > "$BATS_TEST_TMPDIR/bodies"
	run jq -r 'select(.channel == "terminal") | .content.body' "$BATS_TEST_TMPDIR/made"
	[[ $output == *"1 critical, 2 over"* && $output == *"WAS CRITICAL "*"It is over since 10 April 2024. "* && $output == *"The data were corrected: "* ]]
	[[ $(grep -c -- '->' <<< "$output") == 1 ]]
	for channel in slack teams; do
		run jq -r --arg channel "$channel" 'select(.channel == $channel) | .content.body' "$BATS_TEST_TMPDIR/made"
		[[ $output == *"1 critical, 2 over"* && $output == *"It is over since 10 April 2024."* ]] || { echo "$output"; return 1; }
	done
	for channel in terminal slack teams; do
		jq -c --arg channel "$channel" '{kind: "delivery", v: 1, delivery_id: "0123456789abcdef", receiver: "x", $channel, to: "C1", priority: "P1", form: "alert",
			state: "acknowledged", thread: "0123456789abcdef", due: "2024-04-11T00:00:00Z", feedback: {person: "ann", note: "review on Tuesday"}, alerts: [.]}' <<< "$alert"
	done | render --templates "$root/pipelines/templates" | jq -r .content.body > "$BATS_TEST_TMPDIR/taken"
	[[ $(grep -c 'ann is on it: review on Tuesday\.' "$BATS_TEST_TMPDIR/taken") == 3 ]] || { cat "$BATS_TEST_TMPDIR/taken"; return 1; }
}

@test "and nobody's system takes it for one that stands: each alert of a digest by its own state" {
	over() { third 1 | jq -c --arg state "$1" '. + {alert_id: "fedcba9876543210", $state, closed: "2024-03-31", priority: "P2"}'; }
	for state in recovered corrected; do
		over $state > ended
		[[ $(delivery mail digest "" 'del(.thread)' < ended | jq -r .subject) == "[P2] Over: Win rate drop: Enterprise + North America" ]]
		[[ $(delivery teams digest "" 'del(.thread)' < ended | jq -r '.content.body | fromjson | .attachments[0].content.fallbackText') == "[P2] Over: "* ]]
		[[ $(body slack digest "" 'del(.thread)' < ended | jq -r .text) == "[P2] Over: "* ]]
		[[ $(body webhook digest "" 'del(.thread)' < ended | jq -c '[.status, .alerts[0].status, .alerts[0].endsAt, .alerts[0].annotations.state]') == "[\"resolved\",\"resolved\",\"2024-04-01T04:00:00Z\",\"$state\"]" ]]
		cat <(third 1) ended > both
		[[ $(body webhook digest "" 'del(.thread)' < both | jq -c '[.status, .alerts[].status]') == '["firing","firing","resolved"]' ]]
		# what is over is so under every severity; what stands, as it is told
		body alertmanager digest "" 'del(.thread)' < both | jq -r '.[] | [.labels.alert_id[:1], .labels.severity, .endsAt] | join(" ")' > got
		diff got - <<-'END'
		a critical 2024-05-06T04:00:00Z
		f critical 2024-04-01T04:00:00Z
		f warning 2024-04-01T04:00:00Z
		f insight 2024-04-01T04:00:00Z
		END
	done
	# control: one that stands
	[[ $(third 1 | delivery mail digest "" 'del(.thread)' | jq -r .subject) == "[P1] Win rate drop: Enterprise + North America 28% (was 42%)" ]]
}

@test "that the data are old is said on every channel, on top" {
	said="Data are 2 days old: last good sync Saturday 04:00"
	for form in alert digest; do
		for channel in terminal slack teams webhook alertmanager; do
			third 1 | body $channel $form "" '.stale = {since: "2024-03-30T04:00:00Z", through: "2024-03-29"}' > got
			grep -qF "$said" got || { echo "$channel $form"; cat got; return 1; }
			third 1 | body $channel $form "" > got	# control
			run ! grep -qF "Data are" got
		done
		third 1 | body slack $form "" '.stale = {since: "2024-03-30T04:00:00Z"}' | jq -e --arg said "⚠️ *$said*" '.blocks[1].text.text | startswith($said)'
		third 1 | body teams $form "" '.stale = {since: "2024-03-30T04:00:00Z"}' | jq -e --arg said "⚠️ **$said**" '.attachments[0].content.body[1].text == $said'
	done
	third 1 | body webhook alert new '.stale = {since: "2024-03-30T04:00:00Z"}' | jq -e --arg said "$said" '.alerts[0].annotations.stale == $said'
}

@test "too many alerts at once are told as that, not as a failure of route" {
	echo '{"kind":"fault","v":1,"stage":"route","since":"2024-04-01T04:00:00Z","reason":"storm: more than 2 messages in 30 minutes to a@b.example by mail","pipeline":"deliver"}' > storm
	told() { delivery "$1" fault fault ".faults = [$(cat "${2-storm}")] | .alerts = []" < /dev/null; }
	[[ $(told mail | jq -r .subject) == "Too many alerts at once" ]] || { told mail | jq -r .subject; return 1; }
	for channel in terminal slack teams; do
		told $channel | jq -r .content.body > got
		grep -q "Too many alerts at once" got && grep -q "See what waits" got && run ! grep -q "route failed" got
	done
	# control: what fails in route fails
	jq -c '.reason = "route: routes.json: no JSON"' storm > failed
	[[ $(told mail failed | jq -r .subject) == "route failed" ]]
}
