# template - Mustache, and what values may do to the text around them; words - numbers as people read them.
load helpers

probe=${SALESWATCH_PROBES:-$root/.build/tests}/template

# gives TEMPLATE VIEW WANT [CONTEXT]: exactly, to the last newline.
gives() {
	local got
	got=$("$probe" "${4:-plain}" "$1" <<< "$2"; echo .)
	[[ $got == "$3." ]] || { printf 'template: %s\ngot:    %q\nwanted: %q\n' "$1" "$got" "$3."; return 1; }
}

# refuses TEMPLATE MESSAGE
refuses() {
	run "$probe" plain "$1" <<< '{}'
	[[ $status == 1 && $output == "$2" ]] || { echo "$1: $status $output"; return 1; }
}

@test "a name gives its value, dotted names go inside, what is not there gives nothing" {
	gives 'Hi {{name}}!' '{"name":"Ann"}' 'Hi Ann!'
	gives '{{ a.b.c }}|{{a.x.c}}|{{a.b.c.d}}|{{nobody}}|' '{"a":{"b":{"c":7}}}' '7||||'
	gives '{{n}} {{r}} {{t}} {{z}} {{o}}{{l}}' '{"n":-12,"r":0.1,"t":true,"z":null,"o":{"x":1},"l":[1]}' '-12 0.1 true  '
	gives '{{{a}}}{{&a}}' '{"a":"x"}' 'xx'
}

@test "a section is there for what is true, once for each in a list; an inverted one for the rest" {
	gives '{{#a}}yes{{/a}}{{^a}}no{{/a}}' '{"a":true}' yes
	for false in false null '""' '[]'; do
		gives '{{#a}}yes{{/a}}{{^a}}no{{/a}}' "{\"a\":$false}" no
	done
	gives '{{#a}}yes{{/a}}{{^a}}no{{/a}}' '{}' no
	gives '{{#a}}yes{{/a}}' '{"a":0}' yes
	gives '{{#l}}{{n}},{{/l}}' '{"l":[{"n":1},{"n":2}]}' '1,2,'
	gives '{{#l}}{{.}},{{/l}}' '{"l":["x",2,0.5]}' 'x,2,0.5,'
	gives '{{#l}}{{#.}}{{.}}{{/.}};{{/l}}' '{"l":[[1,2],[3]]}' '12;3;'
	gives '{{#a.b}}in{{/a.b}}' '{"a":{"b":{}}}' in
}

@test "a name is looked for from the inside out, the rest of a dotted one only below it" {
	gives '{{#a}}{{x}}{{y}}{{/a}}' '{"x":1,"y":2,"a":{"x":3}}' 32
	gives '{{#a}}{{b.c}}{{/a}}|' '{"a":{"b":{}},"b":{"c":1}}' '|'
	gives '{{#a}}{{#b}}{{#c}}{{x}}{{/c}}{{/b}}{{/a}}' '{"x":"top","a":{"b":{"c":{"d":1}}}}' top
}

@test "a tag alone on its line leaves no line behind" {
	gives $'a\n{{#x}}\nb\n{{/x}}\nc\n' '{"x":true}' $'a\nb\nc\n'
	gives $'a\n  {{#x}}  \n  b\n\t{{/x}}\nc' '{"x":true}' $'a\n  b\nc'
	gives $'a\r\n{{#x}}\r\nb\r\n{{/x}}\r\n' '{"x":true}' $'a\r\nb\r\n'
	gives $'{{! told\n to nobody }}\na {{! nor this}}b\n' '{}' $'a b\n'
	gives $'{{#x}}\n{{/x}}' '{"x":1}' ''
	gives $'  {{x}}\n' '{"x":1}' $'  1\n'
	gives $'{{#x}}{{/x}}\n' '{}' $'\n'
	gives $'a {{#x}}\nb{{/x}}\n' '{"x":1}' $'a \nb\n'
}

@test "other delimiters may be set, and set back" {
	gives '{{=<% %>=}}<%a%>{{a}}<%={{ }}=%>{{a}}' '{"a":1}' '1{{a}}1'
	gives $'a\n{{= | | =}}\n|#x|b|/x|' '{"x":1}' $'a\nb'
}

@test "a partial is a file of the same folder, indented as it stands, and may hold itself" {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'begin\n  {{> part}}\nend {{> inline}}\n' > top.mustache
	printf 'one {{x}}\n{{#l}}\n{{.}}\n{{/l}}\ntwo\n' > part.mustache
	printf '[{{x}}]' > inline.mustache
	run "$probe" plain -f top.mustache <<< '{"x":"a","l":[1,2]}'
	expect 0 $'begin\n  one a\n  1\n  2\n  two\nend [a]'
	printf '%s' '{{name}}{{#children}}({{> tree}}){{/children}}' > tree.mustache
	run "$probe" plain -f tree.mustache <<< '{"name":"a","children":[{"name":"b","children":[]},{"name":"c","children":false}]}'
	expect 0 'a(b)(c)'
	printf '%s' 'x{{> endless}}' > endless.mustache
	run "$probe" plain -f endless.mustache <<< '{}'
	expect 1 'too much'
}

@test "an error says the line, and a file's its name (78)" {
	refuses $'a\n{{#x}}\n' '2: section "x" is not closed'
	refuses $'{{#x}}\n\n{{/y}}' '3: section "x" of line 1 is closed by "y"'
	refuses '{{/y}}' '1: section "y" is closed but was not opened'
	refuses $'\n\n{{a' '3: a tag is not closed by "}}"'
	refuses '{{{a}}' '1: a tag is not closed by "}}}"'
	refuses '{{}}' '1: "" is no name'
	refuses '{{a b}}' '1: "a b" is no name'
	refuses '{{=x=}}' '1: delimiters are two short words: {{=<% %>=}}'
	refuses '{{> part}}' '1: a partial ("part") needs a file to stand in'
	cd "$BATS_TEST_TMPDIR" || return 1
	printf '\n{{> part}}' > top.mustache
	run --separate-stderr "$probe" plain -f top.mustache <<< '{}'
	expect 78 "" 'template: top.mustache:2: no partial "part"'
	printf 'x\n{{#a}}\n' > part.mustache
	run --separate-stderr "$probe" plain -f top.mustache <<< '{}'
	expect 78 "" 'template: part.mustache:2: section "a" is not closed'
	printf '{{> ../secret}}' > part.mustache
	run --separate-stderr "$probe" plain -f top.mustache <<< '{}'
	expect 78 "" 'template: part.mustache:1: no partial "../secret"'
}

@test "in HTML a value cannot become a tag or an attribute; three braces leave it as it is there only" {
	gives '<b title="{{x}}">' '{"x":"\"><script>&'"'"'"}' '<b title="&quot;&gt;&lt;script&gt;&amp;&#39;">' html
	gives '{{{x}}}' '{"x":"<i>"}' '<i>' html
	gives '{{{x}}}' '{"x":"<!channel> & co"}' '&lt;!channel&gt; &amp; co' mrkdwn
	gives '{{x}}' '{"x":"<a> & \"b\""}' '<a> & "b"' plain
}

@test "in a card a value is no markdown: neither emphasis, link, list, rule, code nor a date to fill in" {
	# shellcheck disable=SC1003
	gives '{{x}}' '{"x":"*b* _i_ ~s~ `c` [l](javascript:1) <at> & {{DATE(x)}} # |!\\"}' \
		'\*b\* \_i\_ \~s\~ \`c\` \[l\]\(javascript:1\) \<at\> \& \{\{DATE\(x\)\}\} \# \|\!\\' card
	gives '{{a}}|{{b}}|{{c}}|{{d}}|{{e}}' '{"a":"- x","b":"12. x","c":"    code","d":"---","e":"1.5 - 2.0"}' \
		$'\\- x|12\\. x|\u00a0\u00a0\u00a0\u00a0code|\\---|1.5 - 2.0' card
	gives '{{a}}|{{b}}|{{c}}' '{"a":"\t\t\t\tcode","b":"\u200e- x","c":"1\u200e. x"}' $'\u00a0\u00a0\u00a0\u00a0code|\\- x|1\\. x' card
	gives '[a]({{{x}}})' '{"x":"https://x/a_b?c=1&d=2"}' '[a](https://x/a_b?c=1&d=2)' card
}

@test "no value ends a line, moves a cursor or turns the direction of text, in any context" {
	for context in plain header html mrkdwn card; do
		gives '[{{x}}]' '{"x":"a\r\nb\tc\u0085d\u2028e"}' '[a  b c d e]' "$context"
		gives '[{{x}}]' '{"x":"\u001b;0;t\u0007\u009b2J\u007f"}' $'[\u241b;0;t\u2407\ufffd2J\u2421]' "$context"
		gives '[{{x}}]' '{"x":"\u202eevil\u2066\u200f"}' '[evil]' "$context"
		gives '[{{x}}]' '{"x":"Ünï ★ 商店 👩‍💻"}' '[Ünï ★ 商店 👩‍💻]' "$context"
	done
	gives '{{{x}}}' '{"x":"\u001b[1m"}' $'\u241b[1m' plain
}

@test "a header is one line, whatever its template" {
	gives $'a\nb {{x}}\n' '{"x":"c\r\nBcc: d"}' 'a b c  Bcc: d ' header
}

@test "a text of more than 1 MiB is refused, not grown" {
	python3 -c 'print("{\"l\":[" + ",".join(["\"" + "x" * 1000 + "\""] * 1100) + "]}")' > "$BATS_TEST_TMPDIR/much"
	run "$probe" plain '{{#l}}{{.}}{{/l}}' < "$BATS_TEST_TMPDIR/much"
	expect 1 'too much'
	run "$probe" plain '{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}' < "$BATS_TEST_TMPDIR/much"
	expect 1 'too much'
}

@test "any bytes as a template are taken or refused, never a crash" {
	python3 - "$probe" <<-'END'
	import random, subprocess, sys
	random.seed(7)
	parts = ["{{", "}}", "{{{", "}}}", "#", "/", "^", ">", "!", "=", "&", "a", "b.c", ".", " ", "\n", "\r\n",
	    "{{#a}}", "{{/a}}", "{{=<% %>=}}", "<%", "%>", "é", "\x01", "{{>a}}", "="]
	for _ in range(600):
	    text = "".join(random.choices(parts, k=random.randint(1, 14)))
	    done = subprocess.run([sys.argv[1], "plain", text], input=b'{"a":[1,{"b":{"c":2}}]}', capture_output=True)
	    assert done.returncode in (0, 1), (text, done)
	END
}

# words FIELD ALERT [COMPANY]: one of its words
words() {
	"$probe" words "${3:-{\}}" <<< "$2" | jq -r ".$1"
}

@test "percents read as people say them, and two that differ never read alike" {
	[[ $(words value_percent '{"value":0.28}') == 28% ]]
	[[ $(words value_percent '{"value":0.285}') == 29% ]]
	[[ $(words value_percent '{"value":0.004}') == 0.4% ]]
	[[ $(words value_percent '{"value":0.0001}') == '<0.1%' ]]
	[[ $(words value_percent '{"value":0.9996}') == '>99.9%' ]]
	[[ $(words value_percent '{"value":0}') == 0% && $(words value_percent '{"value":1}') == 100% ]]
	[[ $(words '|[.value_percent,.baseline_percent,.points]|join(" ")' '{"value":0.281,"baseline":0.284}') == '28.1% 28.4% 0.3 points' ]]
	[[ $(words points '{"value":0.28,"baseline":0.42}') == '14 points' ]]
	[[ $(words points '{"value":0.28,"baseline":0.29}') == '1 point' ]]
	[[ $(words value_percent '{"value":"28"}') == null ]]
}

@test "amounts have their currency's sign and three digits at most" {
	while read -r amount currency want; do
		run "$probe" amount "$amount" "$currency"
		expect 0 "$want"
	done <<-'END'
	0 USD $0
	999.4 USD $999
	999.6 USD $1K
	9940 EUR €9.9K
	12345 GBP £12K
	999499 USD $999K
	999500 USD $1M
	2400000 USD $2.4M
	24350000 INR ₹24.4M
	243000000 USD $243M
	1200000000 JPY ¥1.2B
	-1500 USD -$1.5K
	2400000 CHF CHF 2.4M
	END
}

@test "a segment is named product before region, by its display names; its team region first, by the short ones" {
	conf='{"display":{"lead_source":{"Referral":"Referral Leads"}},"short":{"region":{"North America":"NA"}}}'
	[[ $(words segment_name '{"segment":{"product_type":"Enterprise","region":"North America"}}' "$conf") == 'Enterprise + North America' ]]
	[[ $(words team '{"segment":{"product_type":"Enterprise","region":"North America"}}' "$conf") == 'NA Enterprise' ]]
	[[ $(words segment_name '{"segment":{"industry":"FinTech","lead_source":"Referral"}}' "$conf") == 'FinTech + Referral Leads' ]]
	[[ $(words segment_name '{"segment":{"channel":"Web","region":"LATAM"}}') == 'LATAM + Web' ]]
	[[ $(words segment_name '{"segment":{}}') == 'Whole company' ]]
	[[ $(words segment_name '{}') == null ]]
}

@test "velocity, periods, counts and lists are sentences" {
	[[ $(words velocity '{"velocity":1.5}') == '1.5x faster than average' ]]
	[[ $(words velocity '{"velocity":0.5}') == '2.0x slower than average' ]]
	[[ $(words velocity '{"velocity":0.98}') == 'as fast as average' ]]
	[[ $(words period '{"days":1}') == 'Last day' && $(words period '{"days":14}') == 'Last 14 days' ]]
	[[ $(words pipeline_deals '{"pipeline":{"deals":1}}') == '1 deal' ]]
	[[ $(words pipeline_deals '{"pipeline":{"deals":1234}}') == '1,234 deals' ]]
	[[ $(words counts '{"won":42,"n":150,"expected":63.1}') == '42 of 150 won, 63 expected' ]]
	[[ $(words deals_text '{"deals":["a","b","c","d","e","f","g"]}') == 'a, b, c, d, e and 2 more' ]]
	[[ $(words momentum_word '{"momentum":1.2}') == rising && $(words momentum '{"momentum":0.6471}') == 0.65 ]]
}

@test "a rule is as long as its headline in characters, as that is shown" {
	[[ $(words rule '{"title":"é★\u202e"}') == ━━━━━━━━━ ]]
	[[ $(words rule '{}') == null ]]
}

@test "a field of a type nobody expects is no word, and no crash" {
	for odd in null true 7 '"x"' '[]' '[[]]' '{}' '{"a":[1]}' 1e300; do
		run "$probe" words "{\"display\":$odd,\"currency\":$odd}" <<-END
		{"title":$odd,"segment":$odd,"value":$odd,"baseline":$odd,"days":$odd,"pipeline":$odd,"reps":$odd,"deals":$odd,"momentum":$odd,"velocity":$odd,"won":$odd,"n":$odd,"expected":$odd,"raw":$odd,"tried":$odd,"data_through":$odd,"severity":$odd,"type":$odd,"actions":$odd,"direction":$odd,"effect":$odd}
		END
		[[ $status == 0 ]] || { echo "$odd: $output"; return 1; }
	done
}

@test "the language is the public one, rule by rule; and a wrong answer is seen" {
	run python3 "$root/tests/mustache.py" "$probe" "$root/tests/data/mustache"
	expect 0 "146 cases"
	sed 's/from elsewhere\\"","view/from nowhere\\"","view/; s/"want": "\[shown\]"/"want": "[hidden]"/' "$root/tests/data/mustache" > "$BATS_TEST_TMPDIR/wrong"
	run python3 "$root/tests/mustache.py" "$probe" "$BATS_TEST_TMPDIR/wrong"
	[[ $status == 1 && $output == *"true shows: '[shown]', not '[hidden]'"* ]]
}
