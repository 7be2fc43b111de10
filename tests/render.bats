# render - alerts in the words people read.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	templates=$root/pipelines/templates
	cat > company.json <<-'EOF'
	{"company":"Example Ltd","currency":"USD",
	 "display":{"lead_source":{"Referral":"Referral Leads"}},
	 "mail":{"from":"Example Ltd <alerts@example.com>","list":"alerts.example.com","unsubscribe":"https://example.com/u"}}
	EOF
	sed -n 1p "$root/tests/data/alerts" > drop
	sed -n 2p "$root/tests/data/alerts" > rep
	sed -n 3p "$root/tests/data/alerts" > insight
}

render_as() {
	run --separate-stderr render --templates "$templates" --conf company.json --as "$@"
}

# delivery CHANNEL FORM ALERTS...
delivery() {
	jq -cs --arg channel "$1" --arg form "$2" '{kind:"delivery",v:1,delivery_id:"0123456789abcdef",receiver:"cro",
		channel:$channel,to:"cro@example.com",priority:"P1",form:$form,due:"2024-04-01T04:00:00Z",alerts:.}' "${@:3}"
}

render_deliveries() {
	run --separate-stderr render --templates "$templates" --conf company.json
}

# mail PYTHON: looks at the mail on stdin as Python's email does: m, text, page.
mail() {
	python3 -c '
import email, email.policy, sys
raw = sys.stdin.buffer.read()
m = email.message_from_bytes(raw, policy=email.policy.default)
assert not m.defects, m.defects
text, page = (m.get_body((k,)).get_content() for k in ("plain", "html"))
'"$1"
}

@test "a drop reads as the design shows it, to the letter, and its evidence comes last" {
	render_as text < drop
	expect 0 '🔴 Critical

ALERT: Win Rate Drop Detected
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Segment: Enterprise + North America
Current Win Rate: 28% (down from 42%)
Time Period: Last 14 days
Affected Pipeline: $2.4M across 12 deals

Recommended Action:
→ Review lost deal reasons with NA Enterprise team
→ Schedule pipeline review with rep_22, rep_14

Evidence: 42 of 150 won, 63 expected; 178 segments tried; data through 2024-03-31; association, not cause' ""
}

@test "a rep shift reads as the design shows it, to the letter" {
	render_as text < rep
	expect 0 '🟡 Warning

ALERT: Rep Performance Shift
━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Rep: rep_05
Momentum Index: 0.65 (declining)
Recent Win Rate: 22% vs Historical: 34%

Suggested Action:
→ 1:1 coaching session recommended
→ Review recent lost deals for patterns

Evidence: 11 of 50 won recently, 68 of 200 won before; 178 segments tried; data through 2024-03-31; association, not cause' ""
}

@test "rates of a rep that are not what the counts give say why" {
	render_as text < <(jq -c '.raw.recent_won=9' rep)
	[[ $output == *"Evidence: 9 of 50 won recently, 68 of 200 won before; rates drawn towards those of all reps; 178 segments tried; "* ]]
}

@test "an insight reads as the design shows it, to the letter" {
	render_as text < insight
	expect 0 '🟢 Insight

INSIGHT: High-Performing Segment Identified
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Segment: FinTech + Referral Leads
Win Rate: 58% (vs. company avg 47%)
Deal Velocity: 1.5x faster than average

Opportunity:
→ Increase marketing spend on FinTech referral programs
→ Document and share winning playbook with team

Evidence: 180 of 310 won, 146 expected; 178 segments tried; data through 2024-03-31; association, not cause' ""
}

@test "alerts come worst first, whatever their order; one held back is only named" {
	jq -c '.suppressed="cap: 1 a day"' rep > held
	render_as text < <(cat insight rep drop held)
	expect 0 - ""
	[[ $(grep -E '^(ALERT|INSIGHT|Held)' <<< "$output") == 'ALERT: Win Rate Drop Detected
ALERT: Rep Performance Shift
INSIGHT: High-Performing Segment Identified
Held back: Rep Performance Shift, rep_05 (cap: 1 a day)' ]]
}

@test "of the same severity those come first that have most at stake, however they were kept" {
	jq -c '.pipeline.amount=3000000 | .segment={"region":"LATAM"} | .alert_id="dddddddddddddddd"' drop > larger
	jq -c '.segment={"region":"APAC"} | .alert_id="0000000000000000"' drop > equal
	for format in text html; do
		render_as $format < <(cat drop equal larger)
		expect 0 - ""
		[[ $output == *LATAM*"North America"*APAC* ]] || { echo "$output"; return 1; }
	done
}

@test "a type nobody knows is shown by its title and message" {
	render_as text <<< '{"kind":"alert","type":"bulk_close","title":"Deals Closed in Bulk","message":"40 old deals closed as lost on one day.","severity":"insight","segment":{}}'
	expect 0 '🟢 Insight

INSIGHT: Deals Closed in Bulk
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Segment: Whole company
40 old deals closed as lost on one day.

Evidence: association, not cause' ""
}

@test "as a table alerts stand in columns, wide characters counted" {
	jq -c '.segment={"region":"日本"}' drop > wide
	render_as table < <(cat insight drop wide rep)
	expect 0 'PRIORITY  TYPE             SEGMENT                     VALUE  BASELINE  PIPELINE  OPENED
P1        win_rate_drop    Enterprise + North America    28%       42%     $2.4M  2024-03-14
P1        win_rate_drop    日本                          28%       42%     $2.4M  2024-03-14
P2        rep_shift        rep_05                        22%       34%         -  2024-03-20
P3        segment_insight  FinTech + Referral Leads      58%       47%         -  2024-03-20' ""
	jq -c '.suppressed="told on 2024-03-20"' rep > held
	render_as table < <(cat drop held)
	[[ ${lines[0]} == *'OPENED      HELD BACK' && ${lines[2]} == *'2024-03-20  told on 2024-03-20' ]]
}

@test "a delivery keeps its bytes and gets a subject and a content: text for a terminal, else a mail" {
	delivery terminal alert drop | sed 's/"v":1/"v": 1/' > in
	render_deliveries < in
	expect 0 - ""
	[[ $output == "$(sed 's/}$//' in),\"subject\":"* ]]
	[[ $(jq -r .subject <<< "$output") == '[P1] Win rate drop: Enterprise + North America 28% (was 42%)' ]]
	[[ $(jq -r .content.type <<< "$output") == text/plain ]]
	[[ $(jq -r .content.body <<< "$output") == "$(render --templates "$templates" --conf company.json --as text < drop)" ]]
	for channel in mail file; do
		render_deliveries < <(delivery $channel alert drop)
		[[ $(jq -r .content.type <<< "$output") == message/rfc822 ]]
	done
}

@test "a mail is what RFC 5322 and 2045 ask for, and says who, when and about what" {
	delivery mail alert drop | render --templates "$templates" --conf company.json | jq -j .content.body > m.eml
	[[ $(file -b m.eml) == *"CRLF line terminators"* ]]
	mail '
want = {"Date": "Mon, 01 Apr 2024 04:00:00 +0000", "From": "Example Ltd <alerts@example.com>", "To": "cro@example.com",
    "Subject": "[P1] Win rate drop: Enterprise + North America 28% (was 42%)",
    "Message-ID": "<0123456789abcdef@example.com>", "References": "<alert-aaaaaaaaaaaaaaaa@example.com>",
    "In-Reply-To": "<alert-aaaaaaaaaaaaaaaa@example.com>", "Auto-Submitted": "auto-generated", "List-Id": "<alerts.example.com>",
    "List-Unsubscribe": "<https://example.com/u>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "MIME-Version": "1.0"}
for name, value in want.items():
    assert m[name] == value and len(m.get_all(name)) == 1, (name, m[name])
assert [p.get_content_type() for p in m.walk()] == ["multipart/alternative", "text/plain", "text/html"]
assert all(len(line) <= 76 for line in raw.split(b"\r\n\r\n", 1)[1].split(b"\r\n")) and b"\n" not in raw.replace(b"\r\n", b"")
assert "Affected Pipeline: $2.4M across 12 deals" in text and text.endswith("association, not cause\r\n"), text
assert "<script" not in page and "http" not in page and "url(" not in page and "<img" not in page
assert "28%" in page and "$2.4M" in page and "Schedule pipeline review with rep_22, rep_14" in page
' < m.eml
}

@test "a digest sums up, holds all its alerts, and begins no thread" {
	delivery mail digest insight drop rep | render --templates "$templates" --conf company.json | jq -j .content.body > m.eml
	mail '
assert m["Subject"] == "[P1] Win rate drop: Enterprise + North America 28% (was 42%) and 2 more", m["Subject"]
assert text.startswith("Example Ltd: 1 critical, 1 warning, 1 insight. Data through 31 March 2024.\r\n"), text
for title in "Win Rate Drop Detected", "Rep Performance Shift", "High-Performing Segment Identified":
    assert title in text and title in page
assert "References" not in m
' < m.eml
}

@test "a week in which nothing changed says so; one of which there is no report does not claim it" {
	delivery mail weekly | jq -c '.alerts=[]' | render --templates "$templates" --conf company.json | jq -j .content.body > m.eml
	mail '
assert m["Subject"] == "Weekly sales report: not made this time", m["Subject"]
assert "was not made: ops can say why." in text and "was not made" in page and "Nothing changed" not in text + page
' < m.eml
	delivery mail digest | jq -c '.alerts=[]' | render --templates "$templates" --conf company.json | jq -j .content.body > m.eml
	mail '
assert "Nothing changed that the numbers can tell from chance." in text and "Nothing changed" in page
' < m.eml
	render_as html < /dev/null
	[[ $output == *"A quiet week."* ]]
	render_as text < /dev/null
	expect 0 "Nothing changed that the numbers can tell from chance." ""
	render_as table < /dev/null
	expect 0 "" ""
}

@test "a subject that is not ASCII is encoded, in words that can be read alone" {
	jq -c '.segment={"region":"São Paulo – 東京 – Besançon – Zürich – Łódź – İstanbul – Αθήνα"}' drop > odd
	render_as mail < odd
	grep -q '^Subject: =?UTF-8?Q?' <<< "$output"
	render --templates "$templates" --as mail < odd | mail '
assert m["Subject"] == "[P1] Win rate drop: São Paulo – 東京 – Besançon – Zürich – Łódź – İstanbul – Αθήνα 28% (was 42%)", m["Subject"]
from email.header import decode_header
for line in raw.split(b"\r\n\r\n")[0].decode().split("\r\n"):
    assert len(line) <= 76
    for part, charset in decode_header(line.split(": ", 1)[-1].strip()):
        charset and part.decode("utf-8")
'
}

@test "nothing in a record can add a header, or pass for an encoded word" {
	jq -c '.title="x\r\nBcc: evil@example.com" | .segment={"region":"A\r\n\r\n<b>"} | .alert_id="a>\r\nX: y" | .type="?"' drop > evil
	jq -c '.title="=?UTF-8?Q?fake?=" | .type="?"' drop > word
	render_as mail < evil
	[[ $output != *$'\n'"Bcc"* && $output != *$'\n'"X:"* ]]
	render --templates "$templates" --as mail < word | mail 'assert m["Subject"] == "[P1] =?UTF-8?Q?fake?=: Enterprise + North America", m["Subject"]'
}

@test "a mail to somebody without an address is refused (65), a file goes to nobody by name" {
	delivery mail alert drop | jq -c '.to="a@b.c, evil@example.com"' > in
	render_deliveries < in
	expect 65 - "render: stdin:1: to: a@b.c, evil@example.com: no mail address"
	render_deliveries < <(jq -c '.channel="file"' in)
	[[ $(jq -r .content.body <<< "$output") == *$'\nTo: undisclosed-recipients:;\r\n'* ]]
}

@test "the same delivery at the same time is the same bytes, in any locale and zone" {
	delivery mail digest insight drop rep > in
	render --templates "$templates" --conf company.json < in > a
	LC_ALL=tr_TR.UTF-8 TZ=Asia/Kolkata render --templates "$templates" --conf company.json < in > b
	cmp a b
}

metrics() {
	python3 <<-'END'
	import json
	from datetime import date, timedelta
	day = date(2024, 1, 1)
	while day <= date(2024, 4, 7):
	    week = (day - date(2024, 1, 1)).days // 7
	    for segment, won, lost in ({}, 4 + week % 3, 6), ({"region": "LATAM"}, 1, 4), ({"sales_rep_id": "rep_05"}, 1, 1), ({"industry": "A", "region": "B"}, 1, 1):
	        print(json.dumps({"kind": "metric", "v": 1, "clock": "closed", "bucket": "day", "date": str(day), "segment": segment,
	            "won": won, "lost": lost, "won_amount": 10000.5 * won, "cycle_days": 30 * (won + lost), "cycle_count": won + lost}))
	    print(json.dumps({"kind": "metric", "v": 1, "clock": "created", "bucket": "day", "date": str(day), "segment": {}, "won": 1000, "lost": 0}))
	    day += timedelta(1)
	END
}

@test "the page shows the week, the trend and the segments that its metrics give" {
	metrics > week
	render_as html --metrics week < drop
	expect 0 - ""
	page=$output
	for text in "week 14" "1–7 April 2024" "data through 7 April 2024" "35 of 77 won" '$350K' "30 days" "Win Rate Drop Detected: Enterprise + North America" \
		"1–7 January 2024: 40%, 28 of 70 won" "1–7 April 2024: 45%, 35 of 77 won" "<td class=\"n\">91 of 455</td>"; do
		[[ $page == *"$text"* ]] || { echo "no: $text"; echo "$page"; return 1; }
	done
	[[ $(grep -c '<circle' <<< "$page") == 15 ]]
	[[ $page != *rep_05* && $page != *"<script"* && $page != *http* && $page != *"url("* && $page != *1000* ]]
}

@test "the band of the trend is Wilson's 95 % interval of each week" {
	metrics > week
	render --templates "$templates" --as html --metrics week < /dev/null > page.html
	python3 - <<-'END'
	import re
	page = open("page.html").read()
	ticks = [(float(y), int(l)) for y, l in re.findall(r'<text x="36" y="([0-9.]+)"[^>]*>(\d+)%', page)]
	(y0, l0), (y1, l1) = ticks[0], ticks[-1]
	rate = lambda y: (l0 + (y - y0) / (y1 - y0) * (l1 - l0)) / 100
	band = [float(y) for y in re.findall(r"[ML][0-9.]+ ([0-9.]+)", re.search('class="band" d="([^"]+)"', page)[1])]
	high, low = band[:14], band[14:][::-1]
	for week in range(14):
	    won, n, z = 7 * (4 + week % 3), 7 * (10 + week % 3), 1.959964
	    mid, half = (won + z * z / 2) / (n + z * z), z / (n + z * z) * (won * (n - won) / n + z * z / 4) ** .5
	    assert abs(rate(high[week]) - mid - half) < .001 and abs(rate(low[week]) - mid + half) < .001, week
	END
}

@test "the page says how many deals do not count, and by which rule; nothing where all do" {
	echo '{"stage":"sift","in":5000,"out":3734,"rejected":0,"dropped":1266,"left_out":{"renewals":1263,"old <b>":0,"tests":3}}' > sum
	render_as html --population sum < /dev/null
	[[ $output == *'<p class="small">Left out: 1,263 renewals, 3 tests</p>'* ]]
	echo '{"stage":"sift","in":5,"out":5,"rejected":0,"dropped":0,"left_out":{"renewals":0}}' > sum
	render_as html --population sum < /dev/null
	[[ $output != *"Left out"* ]]
	echo '{"stage":"sift","in":5,"out":5,"rejected":0,"dropped":0}' > sum
	render_as html --population sum < /dev/null
	[[ $output != *"Left out"* ]]
}

@test "what happened at the time of an alert is named in its text, mail and page, in one line each" {
	jq -c '.annotations = [{"from":"2024-03-01","to":"2024-03-10","text":"prices <b>changed"},
		{"from":"2024-03-20","to":"2024-03-20","segment":{"region":"EMEA"},"text":"teams reorganised"}]' drop > noted
	render_as text < noted
	[[ $output == *'→ Schedule pipeline review with rep_22, rep_14

Note: prices <b>changed 2024-03-01 – 2024-03-10
Note: teams reorganised 2024-03-20
Evidence: 42 of 150 won'* ]]
	render_as html < noted
	[[ $output == *'<p class="small">Note: prices &lt;b&gt;changed 2024-03-01 – 2024-03-10</p>
<p class="small">Note: teams reorganised 2024-03-20</p>
<p class="small">Evidence'* ]]
	render_as mail < noted
	mail 'assert "Note: prices <b>changed 2024-03-01 – 2024-03-10" in text.splitlines(), text
assert ">Note: teams reorganised 2024-03-20<" in page, page' <<< "$output"
	for form in text html; do
		cmp <(render --templates "$templates" --as $form < drop) <(jq -c '.annotations = []' drop | render --templates "$templates" --as $form)
	done
}

@test "a value that is no rate is shown in its unit, and has no bar" {
	metric() { jq -c --argjson value "$2" --argjson baseline "$3" '.type = "metric_anomaly" | .metric = "time_in_stage" | .unit = "'"$1"'"
		| .bucket = "week" | .value = $value | .baseline = $baseline | del(.won, .expected) | .message = "x"' drop; }
	words() { metric "$@" | prioritized | jq -r .message; }
	prioritized() { jq -c '.kind = "finding"' | prioritize --rules "$root/pipelines/conf/rules.json" --conf company.json; }
	[[ $(words number 13.2145 21) == "Enterprise + North America: time in stage is 13.2 a week, down from 21." ]]
	[[ $(words days 37.26 21) == *"is 37.3 days a week, down from 21 days." ]]
	[[ $(words amount 2400000 1250) == *'is $2.4M a week, down from $1.3K.' ]]
	[[ $(words number 120444.7 0) == *"is 120,445 a week, down from 0." ]]
	[[ $(words rate 0.28 0.42) == *"is 28% a week, down from 42%." ]]
	metric number 0.5 0.6 > some
	render_as html < some
	[[ $output != *"50%"* && $output == *"<p>x</p>"* ]]
}

@test "the page tells of the pipeline what its measures have, and plainly what they lack" {
	data=$root/tests/data/pipeline
	measure --by all --changes "$data/changes" --targets <(sed -n 's/^\(.*\),\(.*\),\(.*\),$/{"from":"\1","to":"\2","amount":\3}/p' "$data/targets.csv") \
		--as-of 2024-03-31 < "$data/deals" > measures
	render_as html --measures measures < /dev/null
	expect 0 - ""
	page=$output
	for text in "<h2>Pipeline</h2>" "1–31 March 2024" '<th scope="row">Pulled in</th><td class="n">&ndash;</td><td class="n">$400 <span class="small">1</span>' \
		'<th scope="row">Pushed out</th><td class="n">&ndash;</td><td class="n">−$100 ' "1.4×" '$1K open for $730 still to be won' \
		"2 of 4 due were still open, 1–31 March 2024" "50%" "6 open deals × " \
		"The data have no stage history, so there is no stage conversion, stage exit conversion, time in stage median, time in stage p90."; do
		[[ $page == *"$text"* ]] || { echo "no: $text"; echo "$page"; return 1; }
	done
	[[ $page != *"no targets"* ]]
	echo '{"kind":"metric"}' > wrong
	render_as html --measures wrong < /dev/null
	expect 65 "" "render: wrong:1: no measure"
}

@test "the page says what was refused, by reason, and what was held back and why" {
	cat > unread <<-'END'
	{"kind":"reject","v":1,"stage":"fetch","source":"deals.csv","line":12,"code":"width","reason":"11 fields, not 12","text":"x"}
	END
	cat > refused <<-'END'
	{"kind":"reject","v":1,"stage":"validate","source":"deals.csv","line":77,"code":"amount_minimum","reason":"must be 0 or more","text":"x"}
	{"kind":"reject","v":1,"stage":"validate","source":"deals.csv","line":91,"code":"amount_minimum","reason":"must be 0 or more","text":"x"}
	END
	jq -c '.suppressed="cap: 5 a day" | .segment={"region":"LATAM"}' drop > held
	render_as html --rejects unread --rejects refused < held
	expect 0 - ""
	[[ $output == *"3 rows refused"*'<tr><td class="n">2</td><td>must be 0 or more</td><td>amount_minimum</td><td>validate</td><td>deals.csv:77</td></tr>'*deals.csv:12* ]]
	[[ $output == *"<td>LATAM</td><td>cap: 5 a day</td>"* && $output == *"A quiet week."* ]]
	: > none
	render_as html --rejects none < /dev/null
	[[ $output == *"Every row that came was used."* ]]
}

@test "a summary counts what was shown and what was held back" {
	jq -c '.suppressed="cap"' rep > held
	render_as text --summary sum < <(cat drop held insight)
	[[ $(< sum) == '{"stage":"render","in":3,"out":2,"rejected":0,"dropped":1}' ]]
	delivery mail alert drop | render --templates "$templates" --summary sum > out
	[[ $(< sum) == '{"stage":"render","in":1,"out":1,"rejected":0,"dropped":0}' ]]
}

@test "what is wrong is said in one line: usage 64, records 65, files 66, templates and configuration 78" {
	run --separate-stderr render < drop
	expect 64 "" "usage: render --templates DIR *"
	render_as pdf < drop
	expect 64 "" "render: --as pdf: it is text, mail, html, table or report"
	render_deliveries < drop
	expect 65 - "render: stdin:1: no delivery; --as says how alerts are shown"
	render_deliveries <<< '{"kind":"delivery","alerts":[7]}'
	expect 65 - "render: stdin:1: alert 1 is no object"
	run --separate-stderr render --templates nowhere < drop
	expect 66 "" "render: nowhere/text/message.mustache: No such file or directory"
	render_as html --metrics nowhere < drop
	expect 66 "" "render: nowhere: No such file or directory"
	cp -r "$templates" mine && sed -i '3s/.*/{{#open}}/' mine/text/rep_shift.mustache
	run --separate-stderr render --templates mine < drop
	expect 78 "" 'render: mine/text/rep_shift.mustache:3: section "open" is not closed'
	printf '{\n"mail": {"from": "nobody"}}' > company.json
	render_as text < drop
	expect 78 "" "render: company.json:2: /mail/from: must be an address, or Name <address>"
	printf '{"mail":{"form":"a@b.c"}}' > company.json
	render_as text < drop
	expect 78 "" 'render: company.json:1: /mail: unknown key "form"'
	printf '{"kind":"metric","clock":"closed","date":"2024-13-01","segment":{},"won":1}\n' > week
	run --separate-stderr render --templates "$templates" --as html --metrics week < drop
	expect 65 "" "render: week:1: date: no day"
}

@test "text that cannot be written is 74, for each format" {
	for format in text mail html table; do
		run --separate-stderr bash -c 'render --templates "$1" --as "$2" < drop > /dev/full' _ "$templates" $format
		expect 74 "" "render: stdout: No space left on device"
	done
}

@test "no text of a record changes the structure of any output" {
	run python3 "$root/tests/naughty.py" "$templates"
	expect 0 "127 strings"
}

# bats test_tags=bytes
@test "nor does any of the big list of naughty strings" {
	outside suites/naughty-strings/blns.json
	strings=$testdata/suites/naughty-strings/blns.json
	run python3 "$root/tests/naughty.py" "$templates" "$strings"
	expect 0 "514 strings"
}

@test "and a template without the escaping is caught doing so, on a page and on a card" {
	cp -r "$templates" mine && sed -i 's/{{title}}/{{{title}}}/' mine/html/alert.mustache
	run python3 "$root/tests/naughty.py" mine
	[[ $status == 1 && $output == "tags of page: "* ]]
	cp -r "$templates" bare && sed -i 's/{{\.}}/{{{.}}}/' bare/teams/actions.mustache
	run python3 "$root/tests/naughty.py" bare
	[[ $status == 1 && $output == "card: "* ]]
}

# why JQ: the drop with what drivers found of it, changed by JQ.
why() {
	jq -c '.why = {change_points:-13.9, mix_points:-0.6, rate_points:-13.3, stands_out:true, reversals:[], near:[],
		located:{segment:{product_type:"Enterprise",region:"North America",lead_source:"Referral"},n0:400,won0:168,n1:50,won1:9}} | '"$1" drop
}

@test "an alert says what drove it, after its evidence: mix, rate and the part that moved" {
	render_as text < <(why .)
	[[ ${output##*$'\n'} == "Drivers: −13.9 points against the year before: −0.6 by mix, −13.3 by rate; what moved is Enterprise + North America + Referral Leads (18%, was 42%)" ]] || { echo "$output"; return 1; }
	render_as html < <(why .)
	[[ $output == *"Why: −13.9 points against"* ]]
	render_as mail < <(why .)
	mail 'assert "Drivers: −13.9 points" in text and "Drivers: −13.9 points" in page' <<< "$output"
	said() {
		render_as text < <(why "$1")
		[[ ${output##*$'\n'} == *"$2" ]] || { echo "$output"; return 1; }
	}
	said '.why.located.segment = .segment' "by rate; all of its parts alike"
	said '.why.stands_out = false' "by rate; no part of it stands out"
	said '.why.few = "10 deals"' "by rate; too few deals to say where"
	said '.why.near = [{segment:{region:"North America"}}]' "(18%, was 42%), or North America"
	said '.why.reversals = ["region","industry"]' "; but by region, industry each value moved the other way (Simpson)"
	said '.why.mix_points = 0.04' "the year before: 0.0 by mix, −13.3 by rate; what moved is Enterprise + North America + Referral Leads (18%, was 42%)"
	said '.why = "because"' "association, not cause"
}

@test "--drivers is a section on the company: the change in words, and the largest parts" {
	cat > moved <<-'END'
	{"kind":"drivers","v":1,"part":"total","segment":{},"before":{"from":"2023-03-12","to":"2024-03-10"},"after":{"from":"2024-03-11","to":"2024-04-07"},"change_points":-1.7,"mix_points":0.4,"rate_points":-2.1,"stands_out":true,"located":{"segment":{"lead_source":"Referral"},"n0":2000,"won0":720,"n1":200,"won1":32},"near":[],"reversals":[]}
	{"kind":"drivers","v":1,"part":"dimension","dimension":"lead_source","mix":0.004,"rate":-0.0214,"reversal":true,"values":[{"value":"A","n0":10,"n1":10,"p0":0.5,"p1":0.5,"pull":0,"rate":0},{"value":"B","n0":1,"n1":1,"p0":0.5,"p1":0.5,"pull":0.0001,"rate":0},{"value":"Outbound","n0":8018,"n1":806,"p0":0.38,"p1":0.379,"pull":-0.002,"rate":-0.001},{"value":"Referral","n0":7513,"n1":477,"p0":0.42,"p1":0.33,"pull":0.004,"rate":-0.026},{"value":null,"n0":0,"n1":12,"p1":0.25,"pull":-0.001,"rate":0},{"value":"<b>","n0":5,"n1":0,"p0":0.2,"pull":0.003,"rate":0},{"value":"C","n0":1,"n1":1,"p0":0,"p1":1,"pull":0,"rate":0.0005}]}
	END
	render_as text --drivers moved < /dev/null
	expect 0
	[[ $output == *'Drivers, 11 March – 7 April 2024
−1.7 points against the year before: +0.4 by mix, −2.1 by rate; what moved is Referral Leads (16%, was 36%).

Lead source: mix +0.4, rate −2.1; each value moved the other way than the whole
  Referral Leads: 33% of 477 won, before 42% of 7,513; mix +0.4, rate −2.6
  Outbound: 38% of 806 won, before 38% of 8,018; mix −0.2, rate −0.1
  <b>: none won, before 20% of 5; mix +0.3, rate 0.0
  none given: 25% of 12 won, before none; mix −0.1, rate 0.0
  C: 100% of 1 won, before 0% of 1; mix 0.0, rate +0.1' ]] || { echo "$output"; return 1; }
	render_as html --drivers moved < /dev/null
	[[ $output == *"<h2>Drivers, 11 March – 7 April 2024</h2>"*'<th scope="row">&lt;b&gt;</th>'* ]]
	: > nothing
	render_as html --drivers nothing < /dev/null
	[[ $status == 0 && $output != *Drivers* ]]
	render_as html --drivers drop < /dev/null
	expect 65 "" "render: drop:1: no drivers"
}
