# report - the weekly report and the daily digest: as record, page, mail and text, and on demand.
load helpers
load pipeline

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	load helpers
	load pipeline
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	plant
	saleswatch run daily weekly > "$T/said" 2>&1
}

setup() {
	T=$BATS_FILE_TMPDIR/tree state=$T/var day=$T/var/days/2024-04-08 db=$T/var/saleswatch.db
	templates=$root/pipelines/templates company=$root/pipelines/conf/saleswatch.json
	export SALESWATCH_CSV=$root/tests/data/deals.csv SALESWATCH_NOW=2024-04-08T08:00:00Z
	cd "$BATS_TEST_TMPDIR" || return 1
}

# show FORMAT [OPTION...]: the sample's report; in $output, and in the file "shown".
show() {
	render --templates "$templates" --conf "$company" --report "$day/report" --as "$@" < /dev/null > shown 2> said
	output=$(< shown)
}

# delivery FORM RECEIVER ALERTS...
delivery() {
	jq -cs --arg form "$1" --arg receiver "$2" '{kind:"delivery",v:1,delivery_id:"0123456789abcdef",$receiver,
		channel:"mail",to:"cro@example.com",$form,due:"2024-04-08T08:00:00Z",alerts:.}' "${@:3}"
}

posted() { render --templates "$templates" --conf "${conf-$company}" "$@" | jq -j .content.body; }

# mail PYTHON: looks at the mail on stdin: m, text, page, pictures.
mail() {
	python3 -c '
import email, email.policy, re, struct, sys
raw = sys.stdin.buffer.read()
m = email.message_from_bytes(raw, policy=email.policy.default)
assert not m.defects, m.defects
text, page = (m.get_body((k,)).get_content() for k in ("plain", "html"))
pictures = {p["Content-ID"][1:-1]: p.get_content() for p in m.walk() if p.get_content_type() == "image/png"}
'"$1" "${@:2}"
}

facts=("1–7 April 2024" "data through 7 April 2024" "45%" "172 of 382 won" "40% to 50%" "in line with 43% in the 12 weeks before" '$2.9M' '$3.7M' "60 days"
	"Review lost deal reasons with Enterprise referral team" "Enterprise + Referral Leads, \$4.3M open"
	"16% of its deals, down from 36%" "−18.8 by rate" "34 of 211 won, 71 expected" "271 open deals of 992, worth \$6.5M"
	"Core + EdTech wins 72% of its deals, against 43% in the company." "Open pipeline went from \$30.4M to \$23.1M" "0.5×"
	"what moved is Enterprise + Referral Leads (16%, was 36%)" "129 rows refused" "outcome_without_closed_date"
	"Manufacturing + LATAM" "2 alerts about reps: their managers have the numbers.")

@test "the record is what its schema says, and the same made again" {
	run --separate-stderr validate "$root/schemas/report.json" --rejects /dev/stderr < "$day/report"
	expect 0 "$(< "$day/report")" ""
	rm "$day/report.done" "$day/report"
	cp "$day/report.html" before
	saleswatch run weekly 2> /dev/null
	cmp before "$day/report.html"
}

@test "page, text and mail say the same facts, and the text stands alone" {
	show html
	sed 's/&amp;/\&/g' shown | tr '\n' ' ' | sed -E 's/<svg.*<\/svg>//; s/<(span|strong|div)[^>]*>|<\/(span|strong|div)>//g' > page
	show text
	tr '\n' ' ' < shown | sed 's/  */ /g' > text
	for fact in "${facts[@]}"; do
		for form in text page; do
			# the page shows the rates of an alert apart from each other, as figures
			[[ $form == page && $fact == "16% of its deals"* ]] || grep -qF -- "$fact" $form || { echo "$form lacks: $fact"; return 1; }
		done
	done
	show mail
	mail '
import html
plain = " ".join(html.unescape(re.sub("<[^>]*>", "", re.sub("(?s)<style>.*?</style>", "", page))).split())
for fact in sys.argv[1:]:
    assert fact in plain or fact == "Manufacturing + LATAM" and fact in page, fact
for word in "z is", " z ", "σ", "<a ":
    assert word not in plain and "<a " not in page, word
' "${facts[@]}" < shown
}

@test "tables of the text are aligned, and its prose is folded at 76 columns" {
	show text
	run python3 - <<-'END'
	import re
	lines = open("shown").read().split("\n")
	long = [l for l in lines if len(l) > 76]
	assert not long, long
	at = lines.index("WIN RATE BY WEEK")
	rows = lines[at + 1:at + 10]
	assert rows[0].split() == "Week Won Rate 95% interval".split(), rows[0]
	assert len(rows) == 9 and len({len(r) for r in rows}) == 1, rows
	assert re.search(r"1–7 April 2024 +172 of 382 +45% +40%–50%$", rows[8]), rows[8]
	END
	expect 0
}

@test "a mail is alternative with related inside; all it shows is in it, and it fetches nothing" {
	show mail
	mail '
assert [p.get_content_type() for p in m.walk()] == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "image/png"]
assert m["Subject"] == "Weekly sales report, 1–7 April 2024: 1 critical, 1 warning, 4 insights", m["Subject"]
shown = re.findall(r"src=\"cid:([^\"]+)\"", page)
assert sorted(shown) == sorted(pictures) and len(shown) == 2, (shown, list(pictures))
for bad in "http:", "https:", "<script", "url(", "javascript:", "src=\"data:", "<link", "<form":
    assert bad not in page.lower(), bad
assert len(page.encode()) < 102000  # where Gmail clips
assert all(len(line) <= 76 for line in raw.split(b"\r\n\r\n", 1)[1].split(b"\r\n") if not line.startswith((b"Content-", b"--")))
for alt in re.findall(r"<img [^>]*>", page):
    assert re.search(r"alt=\"[^\"]*(43% over all|\$30.4M to \$23.1M)[^\"]*\"", alt), alt
' < shown
	[[ $(< said) == "" ]]
}

@test "its pictures are small, wide enough for 600 points twice, opaque, and the same bytes again" {
	show mail
	cp shown first
	show mail
	cmp first shown
	mail '
for name, png in pictures.items():
    assert len(png) < 40000, (name, len(png))
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">I", png[16:20])[0] == 1200
    assert png[25] == 2, "has an alpha channel: dark grounds would show through"
    at, kinds = 8, []
    while at < len(png):
        n, = struct.unpack(">I", png[at:at + 4])
        kinds.append(png[at + 4:at + 8])
        at += n + 12
    assert set(kinds) <= {b"IHDR", b"PLTE", b"IDAT", b"IEND"} and kinds[-1] == b"IEND", kinds
' < first
}

@test "without a command that draws, with one that fails, hangs or draws no picture, the mail goes without, and says so" {
	drawn() {	# COMMAND
		jq --arg command "$1" '.charts = {$command, seconds: 0.3}' "$company" > conf.json
		run --separate-stderr render --templates "$templates" --conf conf.json --as mail --report "$day/report" < /dev/null
		[[ $status == 0 && $output != *image/png* && $output != *cid:* && $output == *"multipart/alternative"* ]]
	}
	drawn /nonexistent/gnuplot
	[[ $stderr == "render: /nonexistent/gnuplot: No such file or directory; the mail goes without pictures" ]]
	printf '#!/bin/sh\necho "line 3: bad" >&2\nexit 2\n' > fails
	printf '#!/bin/sh\nsleep 60 & echo $! > %s/child\nwait\n' "$PWD" > hangs
	printf '#!/bin/sh\necho no picture\n' > draws
	chmod +x fails hangs draws
	drawn "$PWD/fails"
	[[ $stderr == "render: $PWD/fails: ended with 2: line 3: bad; the mail goes without pictures" ]]
	drawn "$PWD/hangs"
	[[ $stderr == "render: $PWD/hangs: no end in 0.3 s; the mail goes without pictures" ]]
	run kill -0 "$(< child)"
	[[ $status != 0 || $(ps -o stat= -p "$(< child)") == Z* ]]	# and what it started is gone
	drawn "$PWD/draws"
	[[ $stderr == "render: charts: no picture came; the mail goes without pictures" ]]
	jq 'del(.charts)' "$company" > conf.json
	run --separate-stderr render --templates "$templates" --conf conf.json --as mail --report "$day/report" < /dev/null
	[[ $status == 0 && $output != *image/png* && $stderr == "" ]]
}

@test "no text of a record reaches the command that draws" {
	printf '#!/bin/sh\ncat >> %s/scripts\nexit 1\n' "$PWD" > keeps
	chmod +x keeps
	jq --arg command "$PWD/keeps" '.charts = {$command}' "$company" > conf.json
	evil="'; system('touch owned'); print \`touch owned\` \$(touch owned)"
	jq -c --arg evil "$evil" '.trend.last.percent = $evil | .trend.months[].label = $evil | .pipeline.movements[0].raw.currency = $evil | .trend.days = $evil' "$day/report" > hostile
	render --templates "$templates" --conf conf.json --as mail --report hostile < /dev/null > /dev/null 2>&1
	grep -q 'set label 1' scripts	# it was asked to draw
	jq -c 'del(.trend)' hostile > hostile2
	render --templates "$templates" --conf conf.json --as mail --report hostile2 < /dev/null > /dev/null 2>&1
	grep -q 'At start' scripts
	run grep -E '`|system\(|"' scripts
	expect 1 ""
	[[ $(tr -cd "'" < scripts | wc -c) == *[02468] ]]
}

@test "reps are in the mail of who may see them, and of nobody else, nor on the page" {
	delivery weekly leaders > in
	posted --report "$day/report" < in | mail '
assert "rep_12" not in re.sub("Schedule pipeline review.*?(\n|<)", "", text + page), "a rep"
assert "REPS" not in text and "Rep Performance" not in text + page and "2 alerts about reps" in text'
	delivery weekly managers > in
	posted --report "$day/report" < in | mail '
assert "REPS, LAST 13 WEEKS (for managers)" in text and "Reps, last 13 weeks" in page
assert "Rep Performance Shift, rep_12" in text and "rep_12 wins 21% of recent deals" in page
assert "alerts about reps" not in text + page'
	jq '.report.reps_to = {"anna": ["rep_05"]}' "$company" > conf.json
	delivery weekly anna > in
	conf=conf.json posted --report "$day/report" < in | mail '
rows = re.findall(r"^rep_\d+", text, re.M)
assert rows == ["rep_05"] and "rep_12 wins" not in text + page, rows'
	show html
	[[ $output != *"Rep Performance"* && $output != *"Sales rep id"* ]]
	run grep -oE '(rep_[0-9]+)[^<]{0,12}[0-9]+%' shown
	expect 1 ""
}

@test "what moved with one rep is on no page by name" {
	jq -c 'select(.type == "win_rate_drop" and .severity == "critical" and (.suppressed | not)) | .why.located = {segment:{sales_rep_id:"rep_99"},n0:10,n1:10,won0:5,won1:1} | .why.stands_out = true' "$day/alerts" > moved
	[[ -s moved ]]
	render --templates "$templates" --as html < moved > page
	grep -q 'what moved is with one rep, whose manager hears of it' page
	run grep rep_99 page
	expect 1 ""
}

@test "a reader's weekly mail has the alerts of the delivery within it, each once" {
	jq -c 'select(.type == "segment_insight") | .segment = {"region":"Nowhere"} | .alert_id = "1111111111111111" | .message = "Nowhere wins."' "$day/alerts" | head -n 1 > own
	delivery weekly leaders own <(jq -c 'select(.type == "mix_shift")' "$day/alerts") | jq -c '.more = 14' > in
	posted --report "$day/report" < in | mail '
assert "Nowhere wins." in text and "Nowhere wins." in page
assert text.count("Shift in the Mix of New Deals") == 1 and "Win Rate Drop Detected" in text
assert m["Subject"] == "Weekly sales report, 1–7 April 2024: 1 critical, 1 warning, 5 insights", m["Subject"]
assert re.findall("and [0-9]+ more", text) == ["and 14 more"] and "and 14 more" in page'
	run --separate-stderr render --templates "$templates" --conf "$company" --report "$day/report" < <(jq -c '.channel = "terminal"' in)
	[[ $(jq -r .content.type <<< "$output") == text/plain && $(jq -r .content.body <<< "$output") == "SALES REPORT: Example Ltd"* ]]
}

@test "of a week's lists of open deals the newest of each segment counts, once" {
	list=$(jq -c 'select(.type == "deal_warnings")' "$day/alerts" | head -n 1)
	n=$(jq .n <<< "$list")
	for d in 02 03 04; do
		jq -c --arg d "$d" '.date = "2024-04-" + $d | .alert_id = "00000000000000" + $d | del(.suppressed) | .actions = ["Look at those of " + $d]' <<< "$list"
	done > older
	jq -c '.segment = {"sales_rep_manager": "x"} | .alert_id = "00000000000000aa" | .n = 5 | .date = "2024-04-01"' <<< "$list" > other
	delivery weekly leaders > in
	said() { jq -c --slurpfile more "$1" '.alerts += $more' "$day/report" > week; posted --report week < in | mail 'print(text)' > got; grep -o '[0-9]* open deals of [0-9,]*' got | head -n 1; }
	[[ $(said older) == "$n open deals of "* ]] || { cat got; return 1; }
	run ! grep -q "Look at those of" got
	cat older other > both
	[[ $(said both) == "$((n + 5)) open deals of "* ]] || { cat got; return 1; }	# control: of another segment
}

@test "a weekly mail belongs to no alert's thread, be it about exactly one" {
	jq -c '.alerts = []' "$day/report" > quiet
	first=$(head -n 1 "$day/alerts" | jq -c 'del(.suppressed)')
	for form in weekly digest; do
		delivery $form leaders <<< "$first" - | posted --report quiet | mail 'assert m["In-Reply-To"] is None and m["References"] is None, m["In-Reply-To"]'
	done
	delivery alert leaders <<< "$first" - | posted | mail 'assert m["In-Reply-To"].startswith("<alert-")'	# control
}

@test "a quiet week says so, in subject, page, mail and text" {
	jq -c '.alerts = []' "$day/report" > quiet
	render --templates "$templates" --conf "$company" --as html --report quiet < /dev/null | grep -q '<strong>A quiet week.</strong> Nothing changed'
	render --templates "$templates" --conf "$company" --as mail --report quiet < /dev/null | mail '
assert m["Subject"] == "Weekly sales report, 1–7 April 2024: a quiet week", m["Subject"]
assert "A quiet week. Nothing changed that the numbers can tell from chance." in text and "A quiet week." in page
assert "WHAT TO DO" not in text and "What to do" not in page and "172 of 382 won" in text'
}

@test "what was held back is said with the reason; told once is not held back as well" {
	drop=$(jq -c 'select(.type == "win_rate_drop" and .severity == "critical" and (.suppressed | not))' "$day/alerts")
	jq -c '.suppressed = "cap: 5 a day" | .segment = {"region":"LATAM"} | .alert_id = "2222222222222222"' <<< "$drop" > held
	jq -c '.suppressed = "told on 2024-04-01" | .date = "2024-04-07"' <<< "$drop" > again
	render --templates "$templates" --conf "$company" --as report < <(cat held again; echo "$drop") > told
	for form in text html; do
		run --separate-stderr render --templates "$templates" --conf "$company" --as $form --report told < /dev/null
		[[ $output == *LATAM*"cap: 5 a day"* && $output != *"told on"* && $output == *"Enterprise + Referral Leads"* ]]
	done
}

@test "old data are said to be so on top of every rendering, by the zone's clock" {
	jq '.zone = "America/New_York"' "$company" > conf.json
	echo '{"since":"2024-04-07T06:00:00Z","through":"2024-04-06","age":187200}' > stale
	said="Data are 2 days old: last good sync Sunday 02:00"
	for form in text html mail; do
		render --templates "$templates" --conf conf.json --report "$day/report" --stale stale --as $form < /dev/null > old
		[[ $form != mail ]] || mail 'print(text, page)' < old > both
		[[ $form != mail ]] || mv both old
		grep -qF "$said" old || { echo "$form"; return 1; }
		(( $(grep -nF "$said" old | head -n 1 | cut -d: -f1) < $(grep -n -m 1 -iE 'what to do|<h2' old | cut -d: -f1) ))
	done
	for form in digest alert; do
		delivery $form leaders <(head -n 1 "$day/alerts") | jq -c --slurpfile stale stale '.stale = $stale[0]' > in
		conf=conf.json posted < in | mail 'assert sys.argv[1] in text and sys.argv[1] in page' "$said"
	done
	render --templates "$templates" --conf conf.json --as report --stale stale < /dev/null > aged
	render --templates "$templates" --conf conf.json --as text --report aged < /dev/null | grep -qF "$said"
	echo '{"since":"2024-04-08T01:30:00Z"}' > stale
	render --templates "$templates" --conf "$company" --as text --report "$day/report" --stale stale < /dev/null | grep -qF "Data are 6 hours old: last good sync Monday 01:30"
	echo '{"since":"2024-04-08T01:30:00Z","missing":[7,"hubspot","erp"]}' > stale
	render --templates "$templates" --conf "$company" --as text --report "$day/report" --stale stale < /dev/null |
		grep -qF "Data are 6 hours old: last good sync Monday 01:30 (missing: hubspot, erp)"
	echo '{"since":"2024-03-10T01:30:00Z"}' > stale
	render --templates "$templates" --conf "$company" --as text --report "$day/report" --stale stale < /dev/null | grep -qF "Data are 29 days old: last good sync Sunday 10 March 2024 01:30"
	echo '{"since":"2024-04-08T01:30:00Z","through":"2024-04-06","cause":"analysis"}' > stale
	render --templates "$templates" --conf conf.json --as text --report "$day/report" --stale stale < /dev/null | grep -qF "Not analyzed since 6 April 2024 (data are 28 hours old)"
	: > stale
	render --templates "$templates" --conf "$company" --as text --report "$day/report" --stale stale < /dev/null | cmp - <(show text; cat shown)
	echo '[]' > stale
	run --separate-stderr render --templates "$templates" --as text --report "$day/report" --stale stale < /dev/null
	expect 65 "" "render: stale: must be one JSON object, or nothing"
}

@test "a digest is short: a line that sums up, three lines an alert, deals as one list, and what the cap left out" {
	delivery digest managers <(jq -c 'select(.suppressed | not)' "$day/alerts") | jq -c '.more = 14' > in
	posted < in | mail '
want = """Example Ltd: 1 critical, 3 warnings, 4 insights. Data through 7 April 2024.

CRITICAL Win Rate Drop Detected: Enterprise + Referral Leads
  Enterprise + Referral Leads wins 16% of its deals, down from 36%. 34 of 211 won, 71 expected; $4.3M open in 132 deals
  -> Review lost deal reasons with Enterprise referral team
"""
assert text.replace("\r\n", "\n").startswith(want), text
assert "  $188K D051110, rep_11, chance 12%: open for 109 days; 90% of won deals took 97 or less\n" in text.replace("\r\n", "\n"), text
assert "and 14 more" in text.split("\r\n") and "<strong>and 14 more</strong>" in page and "and 261 more" in text
assert "http" not in page and "<a " not in page and "<img" not in page and len(page) < 20000
blocks = text.replace("\r\n", "\n").split("\n\n")
assert all(len(b.split("\n")) == 3 for b in blocks[1:8]), blocks  # three lines an alert
assert page.count("&rarr;") + page.count("→") == 8, page.count("→")'
	delivery digest managers | posted | mail 'assert text.startswith("Example Ltd: nothing to tell.") and "Nothing changed" in page'
}

@test "hostile and odd texts, no data, one week, huge numbers: structure is kept, nothing is made up" {
	python3 - "$day/report" <<-'END'
	import json, sys
	long = "Ünïcödé 株式会社 " * 12 + "<b>&\"'\u202e\x1b[2J" + "x" * 120
	def worse(v):
	    if isinstance(v, dict): return {k: worse(w) for k, w in v.items()}
	    if isinstance(v, list): return [worse(w) for w in v]
	    return long if isinstance(v, str) else 10**15 if isinstance(v, int) and not isinstance(v, bool) and v > 1 else v
	r = json.loads(open(sys.argv[1]).read())
	bad = worse(r)
	bad.update(kind="report", v=1)
	for a, b in zip(bad["alerts"], r["alerts"]): a["severity"], a["type"] = b["severity"], b["type"]; a.pop("suppressed", 0); a["segment"] = {"region": long}
	open("bad", "w").write(json.dumps(bad, ensure_ascii=False) + "\n")
	END
	for form in text html mail; do
		run --separate-stderr render --templates "$templates" --conf "$company" --as $form --report bad < /dev/null
		[[ $status == 0 ]] || { echo "$form: $stderr"; return 1; }
		[[ $output != *$'\x1b'* && $output != *$'\u202e'* ]]
		[[ $form == text || $output != *"<b>&\""* ]]	# a text may say it
	done
	: > none
	echo '{"kind":"metric","v":1,"clock":"closed","bucket":"day","date":"2024-04-03","segment":{},"won":1,"lost":0,"won_amount":99999999999999,"cycle_days":0,"cycle_count":1}' > one
	for metrics in none one; do
		render --templates "$templates" --as report --metrics $metrics --measures none --drivers none --ledger none --deals none --rejects none < /dev/null > bare
		for form in text html mail; do
			run --separate-stderr render --templates "$templates" --conf "$company" --as $form --report bare < /dev/null
			expect 0 - ""
			[[ $output != *nan* && $output != *inf%* && $output != *"{{"* ]]
		done
		[[ $output != *image/png* ]]
	done
	render --templates "$templates" --as text --report bare < /dev/null | grep -qF 'Won       $100T'
	render --templates "$templates" --as text --report <(render --templates "$templates" --as report < /dev/null) < /dev/null | grep -q "A quiet week."
}

@test "what is no report is refused (65), and what is missing is named (66)" {
	run --separate-stderr render --templates "$templates" --as text --report "$day/alerts" < /dev/null
	expect 65 "" "render: $day/alerts: no report"
	cat "$day/report" "$day/report" > two
	run --separate-stderr render --templates "$templates" --as text --report two < /dev/null
	expect 65 "" "render: two:2: more than one report"
	run --separate-stderr render --templates "$templates" --as text --report nowhere < /dev/null
	expect 66 "" "render: nowhere: No such file or directory"
	run --separate-stderr render --templates "$templates" --as report --segment x < /dev/null
	expect 64 "" "render: --segment x: no JSON object"
}

# ---- on demand

@test "saleswatch report is the week's page, or a file by its name: whole, or left as it was" {
	run --separate-stderr saleswatch report
	expect 0 "$(< "$day/report.html")" ""
	saleswatch report --out page.html && cmp page.html "$day/report.html"
	saleswatch report --out week.txt && [[ $(head -n 1 week.txt) == "SALES REPORT: Example Ltd" ]]
	saleswatch report --out week.eml && mail 'assert len(pictures) == 2' < week.eml
	run --separate-stderr saleswatch report --out nowhere/page.html
	expect 73 "" "saleswatch: report: nowhere/page.html: no such folder"
}

@test "of one segment it counts what SQLite counts, and says which there are when there is none" {
	saleswatch report --segment region=Europe,product_type=Pro --out s.txt
	[[ $(head -n 1 s.txt) == "SALES REPORT: Example Ltd, Pro + Europe" || $(head -n 1 s.txt) == "SALES REPORT: Example Ltd, Europe + Pro" ]] || { head -n 1 s.txt; return 1; }
	jq -c 'select(.region == "Europe" and .product_type == "Pro" and .outcome != "open" and .closed_date >= "2024-04-01")' "$day/deals" > some
	sqlite3 some.db ".mode tabs" "create table deals (doc)" ".import some deals"
	counted=$(sqlite3 some.db "select sum(json_extract(doc, '\$.outcome') = 'won') || ' of ' || count(*) || ' won' from deals")
	grep -qF "$counted" s.txt || { echo "$counted"; grep Win s.txt; return 1; }
	run grep -E '^(Region|Product type) ' s.txt
	expect 1 ""
	run --separate-stderr saleswatch report --segment region=Europ
	expect 66 "" "saleswatch: report: region=Europ: no deals; region is APAC, Europe, India, LATAM, North America"
}

@test "of an earlier week it says that nobody looked, not that it was quiet" {
	run --separate-stderr saleswatch report --week 2024-03-20 --out w.txt
	expect 0 "" "saleswatch: report: no deal was known by 2024-03-24; *"
	grep -q '18–24 March 2024; data through 24 March 2024' w.txt
	grep -q 'Not analyzed: nobody looked' w.txt
	run grep -i quiet w.txt
	expect 1 ""
	run --separate-stderr saleswatch report --week 2024-04-10
	expect 64 "" "saleswatch: report: 2024-04-10: is not over yet"
}

@test "a rep's report is for nobody to ask; misuse is 64" {
	run --separate-stderr saleswatch report --segment sales_rep_id=rep_05
	expect 64 "" "saleswatch: report: sales_rep_id=rep_05: a rep's numbers go to the rep's manager only, by the weekly mail"
	for wrong in "--to x" "--to a@b,c@d" "--week 2024-02-30" "--segment region" "--to a@b.c --out f" "--out" "extra" "--odd x"; do
		# shellcheck disable=SC2086	# several arguments
		run --separate-stderr saleswatch report $wrong
		[[ $status == 64 && $output == "" ]] || { echo "$wrong: $status $output"; return 1; }
	done
	run --separate-stderr saleswatch report --help
	expect 0 "example: saleswatch report *" ""  || [[ $output == "example: saleswatch report "* ]]
}

@test "--to goes through the outbox: logged, held while paused, said to be waiting when nobody takes it" {
	printf '#!/bin/sh\n[ -e %s/down ] && { echo "smtpstatus=451 smtpmsg='"'451 later'"'"; exit 75; }\ncat > %s/sent.eml\n' "$PWD" "$PWD" > msmtp
	chmod +x msmtp
	cp -r "$T/pipelines/conf" conf
	jq --arg command "$PWD/msmtp" '.msmtp = {$command}' "$company" > conf/saleswatch.json
	export SALESWATCH_CONF=$PWD/conf
	run --separate-stderr saleswatch report --to cro@example.com
	[[ $status == 0 && $stderr == *"saleswatch: report: sent to cro@example.com" ]] || { echo "$status $stderr"; return 1; }
	mail 'assert m["To"] == "<cro@example.com>" or m["To"] == "cro@example.com"; assert len(pictures) == 2 and "REPS" not in text' < sent.eml
	[[ $(saleswatch store get receipt --db "$db" | jq -r 'select(.to == "cro@example.com") | "\(.receiver) \(.channel) \(.result)"') == "report mail sent" ]]
	touch down
	SALESWATCH_NOW=2024-04-08T08:01:00Z run --separate-stderr saleswatch report --to cro@example.com
	[[ $status == 75 && $stderr == *"saleswatch: report: waits in the outbox, tried again by itself: later: 451 later" ]] || { echo "$status $stderr"; return 1; }
	rm sent.eml down
	saleswatch pause for the test 2> /dev/null
	SALESWATCH_NOW=2024-04-08T08:02:00Z run --separate-stderr saleswatch report --to ceo@example.com
	saleswatch pause --end 2> /dev/null
	[[ $status == 0 && ! -e sent.eml && $stderr == "saleswatch: report: waits in the outbox, sending is paused: "* ]]
	[[ -n $(saleswatch store get delivery --db "$db" | jq -c 'select(.to == "ceo@example.com")') ]]
}

# ---- judged by others

# bats test_tags=figures
@test "html-validate finds nothing in the page" {
	judge=$root/.build/judges/node_modules/.bin/html-validate
	[[ -x $judge ]] || skip "no html-validate in .build/judges"
	cp "$day/report.html" page.html
	echo '{"root":true,"extends":["html-validate:recommended","html-validate:a11y"],"rules":{"no-inline-style":"off","long-title":"off","void-style":"off","doctype-style":"off","no-trailing-whitespace":"off"}}' > .htmlvalidate.json
	run "$judge" page.html
	expect 0 ""
	sed 's/<h1>/<h1 id="a" id="a"><img src="x">/' page.html > wrong.html	# it does judge
	run "$judge" wrong.html
	[[ $status == 1 ]]
}

@test "language, alternatives, headings of tables, and contrast of all colours" {
	run python3 - "$day/report.html" <<-'END'
	import re, sys
	page = open(sys.argv[1], encoding="utf-8").read()
	assert '<html lang="en">' in page and "<script" not in page and "http" not in page and "url(" not in page
	assert all("aria-label=" in svg for svg in re.findall("<svg [^>]*>", page)) and "<svg" in page
	for table in re.findall("(?s)<table.*?</table>", page):
	    assert re.search('<thead><tr>(<th scope="col"[^>]*>[^<]*</th>)+</tr></thead>', table), table[:300]
	levels = [int(l) for l in re.findall(r"<h([1-6])[ >]", page)]
	assert levels[0] == 1 and levels.count(1) == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:])), levels
	def light(c):
	    c = c.lstrip("#"); c = "".join(x * 2 for x in c) if len(c) == 3 else c
	    parts = [int(c[i:i + 2], 16) / 255 for i in (0, 2, 4)]
	    parts = [p / 12.92 if p <= .03928 else ((p + .055) / 1.055) ** 2.4 for p in parts]
	    return .2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2]
	def contrast(a, b):
	    a, b = sorted((light(a), light(b)))
	    return (b + .05) / (a + .05)
	named = dict(re.findall(r"--(\w+): (#\w+)", page))
	inks = [named[n] for n in ("ink", "soft", "faint", "blue")] + re.findall(r"[{; ]color: (#\w+)", page)
	grounds = [named["paper"], named["ground"]]
	assert len(inks) > 6
	for ink in inks:
	    for ground in grounds if ink in named.values() else ["#fff"]:
	        assert contrast(ink, ground) >= 4.5, (ink, ground, contrast(ink, ground))
	END
	expect 0 ""
	show mail
	mail '
for style in re.findall(r"style=\"([^\"]*)\"", page):
    ink = re.search(r"(?:^|;)color:(#\w{6})", style)
    if ink:
        parts = [int(ink[1][i:i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= .03928 else ((p + .055) / 1.055) ** 2.4 for p in parts]
        assert 1.05 / (.2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2] + .05) >= 4.5, style
assert "lang=\"en\"" in page and page.count("<h1") == 1 and "<th scope=\"col\"" in page' < shown
}

# bats test_tags=figures
@test "printed, page and mail are two sheets, of A4 and of Letter" {
	browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || skip "no Chromium"
	command -v pdfinfo > /dev/null || skip "no pdfinfo (poppler-utils)"
	sheets() {	# FILE SIZE
		sed "s/@page {/@page { size: $2;/" "$1" > "$2.html"
		grep -q "size: $2" "$2.html"
		rm -f out.pdf
		timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update \
			--disable-sync --user-data-dir="$PWD/profile" --no-pdf-header-footer --print-to-pdf=out.pdf "file://$PWD/$2.html" > /dev/null 2>&1
		pdfinfo out.pdf | sed -n 's/^Pages: *//p'
	}
	show mail
	mail '
import base64
for cid, png in pictures.items():
    page = page.replace("cid:" + cid, "data:image/png;base64," + base64.b64encode(png).decode())
open("mail.html", "w").write(page)' < shown
	cp "$day/report.html" page.html
	for size in A4 Letter; do
		[[ $(sheets page.html $size) == 2 ]] || { pdfinfo out.pdf; return 1; }
		[[ $(sheets mail.html $size) == 2 ]] || { pdfinfo out.pdf; return 1; }
	done
}
