# rec - streams of records: what is taken, what is refused and why, what is written.
# shellcheck disable=SC2154 # root, stderr and testdata come from helpers and bats
load helpers

setup() {
	PATH=${SALESWATCH_PROBES:-$root/.build/tests}:$PATH
	cd "$BATS_TEST_TMPDIR" || return
}

# refuses CODE LINE: that it is refused with that code, wherever it stands.
refuses() {
	printf '{"v":1}\n%b\n{"v":2}\n' "$2" | rec judge > judged
	[[ $(sed 's/:.*//' judged) == $'1 taken\n2 '"$1"$'\n3 taken' ]] || { cat judged; return 1; }
}

@test "300,000 mutated lines: what the scanner takes, jansson takes and shows alike" {
	run rec fuzz 300000 "$root/tests/data/rec.ndjson"
	[[ $status == 0 && $output == *", differ 0" ]]
	[[ $output =~ scanned\ ([0-9]+) ]] && ((BASH_REMATCH[1] > 50000))
}

@test "each refusal has a code of its own" {
	refuses not_object ''
	refuses not_object '[1]'
	refuses not_object '\xef\xbb\xbf{}'
	refuses torn '{"v":"x'
	refuses torn '{"v":1'
	refuses syntax '{"v":01}'
	refuses syntax '{"v":"\\x"}'
	refuses syntax '{"v":1}{}'
	refuses encoding '{"v":"\xff"}'
	refuses encoding '{"v":"\xed\xa0\x80"}'
	refuses surrogate '{"v":"\\ud800"}'
	refuses surrogate '{"w":"\\udc00\\ud800"}'
	refuses nul '{"v":"\\u0000"}'
	refuses nul '{"v\\u0000":1}'
	refuses nul '{"v":1\x00}'
	refuses duplicate_field '{"v":1,"v":2}'
	refuses duplicate_field '{"v":1,"\\u0076":2}'
	refuses duplicate_field '{"w":{"a":1,"a":1}}'
	refuses number '{"v":9223372036854775808}'
	refuses number '{"v":-9223372036854775809}'
	refuses number '{"v":1e999}'
}

@test "numbers up to the ends of int64 and double are taken, longer texts of them too" {
	printf '{"v":%s}\n' 9223372036854775807 -9223372036854775808 1.7976931348623157e308 \
		0.30000000000000000000000000000000000000000004 1e-400 -0 > numbers
	[[ $(rec judge < numbers | grep -c taken) == 6 ]]
}

@test "64 levels are taken, 65 refused, by scanner and jansson alike" {
	nested() {
		printf '{"%s":%s%s}' "$2" "$(printf '[%.0s' $(seq "$1"))" "$(printf ']%.0s' $(seq "$1"))"
	}
	for field in v w '\u0077'; do
		nested 63 "$field" | rec judge | grep -q taken
		refuses depth "$(nested 64 "${field//\\/\\\\}")"
	done
	refuses depth "$(nested 100000 v)"
}

@test "a line of 1 MiB is taken, a longer one refused and passed over" {
	x=$(head -c 1048567 /dev/zero | tr '\0' x)
	printf '{"v":"%s"}\n{"v":"%sy"}\n{"v":"%s%s%s"}\n{"v":1}\n' "$x" "$x" "$x" "$x" "$x" > long
	[[ $(head -1 long | tr -d '\n' | wc -c) == 1048575 ]]
	[[ $(rec judge < long | sed 's/:.*//') == $'1 taken\n2 taken\n3 long_line\n4 taken' ]]
	printf '{"v":"%syz"}\n{"v":1}' "$x" | rec judge | sed 's/:.*//' > judged
	[[ $(< judged) == $'1 long_line\n2 taken' ]]
}

@test "the worst lines of 1 MiB cost less than 64 MiB" {
	[[ ${SALESWATCH_BIN:-} == *asan* ]] && skip "sanitizers cost more"
	worst() { # UNIT COUNT: that many of them in an array, on 20 lines
		python3 -c 'import sys
unit, count = sys.argv[1], int(sys.argv[2])
for i in range(20): print("{\"v\":\"\\u0061%d\",\"w\":[%s]}" % (i, ",".join([unit] * count)))' "$1" "$2"
	}
	resident() {
		python3 -c 'import resource, subprocess
subprocess.run(["rec", "judge"], stdout=open("judged", "w"))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)'
	}
	(($(worst '{}' 32000 | resident) < 64))
	[[ $(grep -c taken judged) == 20 ]]
	(($(worst '{"":{}}' 21000 | resident) < 64))
	[[ $(grep -c taken judged) == 20 ]]
	(($(worst '{}' 340000 | resident) < 64))
	[[ $(grep -c values judged) == 20 ]]
	(($(worst '{}' 5000 | resident) < 64))
}

@test "a byte order mark may begin the stream, once" {
	printf '\xef\xbb\xbf{"v":1}\n{"v":2}\n' | rec judge > judged
	[[ $(< judged) == $'1 taken\n2 taken' ]]
	printf '\xef\xbb\xbf\xef\xbb\xbf{"v":1}\n' | rec judge > judged
	[[ $(< judged) == "1 not_object"* ]]
	[[ -z $(printf '\xef\xbb\xbf' | rec judge) ]]
	[[ $({ printf '\xef'; sleep .2; printf '\xbb\xbf{"deal_id":"a"}'; } | dedupe) == '{"deal_id":"a"}' ]]
}

# embed: the cases of FILE... as lines {"id":NAME,"v":CASE}, and their names and expected fates in `cases`.
embed() {
	python3 -c 'import os, sys
with open("cases", "w") as cases, open("lines", "wb") as lines:
    for path in sys.argv[1:]:
        case, name = open(path, "rb").read().rstrip(b"\n"), os.path.basename(path)
        fate = "taken" if name.startswith("y_") else "refused"
        if b"\n" in case:
            print("newline", name)
            continue
        print(name, fate, file=cases)
        lines.write(b"{\"id\":\"" + name.encode() + b"\",\"v\":" + case + b"}\n")' "$@"
}

# What JSONTestSuite takes (y) and we refuse, or leaves open (i) and we take.
differences='y_object_duplicated_key.json refused: no field twice
y_object_duplicated_key_and_value.json refused: no field twice
y_object_escaped_null_in_key.json refused: no U+0000
y_string_null_escape.json refused: no U+0000
i_number_double_huge_neg_exp.json taken: too small for a double is zero
i_number_real_underflow.json taken: too small for a double is zero'
# A record is one line, so these cannot be asked.
newlines='n_array_newlines_unclosed.json
n_array_unclosed_with_new_lines.json
n_string_unescaped_newline.json
y_array_with_1_and_newline.json
y_object_with_newlines.json'

@test "JSONTestSuite: every case as a value, but for the listed differences" {
	outside suites/JSONTestSuite/test_parsing
	suite=$testdata/suites/JSONTestSuite/test_parsing
	embed "$suite"/*.json > newlines
	diff <(sed -n 's/newline //p' newlines) <(echo "$newlines")
	(($(wc -l < cases) + $(wc -l < newlines) >= 318))
	rec judge < lines | awk '{ print $2 == "taken" ? "taken" : "refused" }' |
		paste -d' ' <(cut -d' ' -f1 cases) - > judged
	diff <(diff cases judged | sed -n 's/^> //p') <(cut -d: -f1 <<< "$differences" | sort)
	# The same through a filter, which would end at the first that is refused.
	LC_ALL=C awk 'NR == FNR { taken[FNR] = $2 == "taken"; next } taken[FNR]' judged lines > good
	dedupe --key id < good > passed
	cmp passed good
}

@test "utf8tests: every case as a text, refused or taken as the suite says" {
	outside suites/utf8tests/utf8tests.txt
	suite=$testdata/suites/utf8tests/utf8tests.txt
	# A NUL is valid UTF-8, and refused all the same.
	python3 -c 'import re, sys
with open("cases", "w") as cases, open("lines", "wb") as lines:
    for number, kind, text in re.findall(r"(?m)^([0-9.]+):([^:]*):([^:\n]*)", open(sys.argv[1]).read()):
        case = bytes.fromhex(text.replace(" ", "")) if "hex" in kind else text.encode()
        print(number, "refused" if "invalid" in kind or b"\0" in case else "taken", file=cases)
        lines.write(b"{\"v\":\"" + case + b"\"}\n")' "$suite"
	(($(wc -l < cases) > 200))
	rec judge < lines | awk '{ print $2 == "taken" ? "taken" : "refused" }' |
		paste -d' ' <(cut -d' ' -f1 cases) - | diff cases -
	sed 's/"v"/"w"/' lines | rec judge | cut -d' ' -f2 > unwanted
	rec judge < lines | cut -d' ' -f2 | diff - unwanted
}

@test "a field that is there keeps its place and takes the new value, another one follows" {
	[[ $(rec splice b '{"x":2}' <<< '{"a":1,"b":"old","c":3}') == '{"a":1,"b":{"x":2},"c":3}' ]]
	[[ $(rec splice b 2 <<< '{"a":"b","c":{"b":1}}') == '{"a":"b","c":{"b":1},"b":2}' ]]
	[[ $(rec splice b 2 <<< '{}') == '{"b":2}' ]]
	[[ $(rec splice b 2 <<< '{ }') == '{ "b":2}' ]]
	[[ $(rec splice b 2 <<< ' { "a" : 1 , "b" : [1, "]"] }  ') == ' { "a" : 1 , "b" : 2 }' ]]
	[[ $(rec splice a 2 <<< '{"\u0061":1,"b":"\"a\""}') == '{"\u0061":2,"b":"\"a\""}' ]]
	[[ $(rec splice a 123456789 <<< '{"a":1}') == '{"a":123456789}' ]]
	[[ $(rec splice a 1 <<< $'{"a":"long",\t"b":1}\r') == $'{"a":1,\t"b":1}' ]]
}

@test "a field can be left out" {
	[[ $(rec omit a <<< '{"a":1}') == '{}' ]]
	[[ $(rec omit a <<< '{"a":1,"b":2,"c":3}') == '{"b":2,"c":3}' ]]
	[[ $(rec omit b <<< '{"a":1,"b":"}","c":3}') == '{"a":1,"c":3}' ]]
	[[ $(rec omit c <<< '{"a":1,"b":2,"c":[3]}') == '{"a":1,"b":2}' ]]
	[[ $(rec omit c <<< '{"a":1 , "c":[3] }') == '{"a":1 }' ]]
	[[ $(rec omit d <<< '{"a":"d","c":{"d":1}}') == '{"a":"d","c":{"d":1}}' ]]
}

@test "texts and names are escaped as jansson does it, numbers stay numbers" {
	[[ $(rec text 'a"b' $'é"\\\n\x1f/' <<< '{}') == '{"a\"b":"é\"\\\n\u001f/"}' ]]
	[[ $(rec number a 1.50 <<< '{}') == '{"a":1.50}' ]]
	for text in 007 1. .5 +1 1e3 "1 " "" 0x1 -; do
		[[ $(rec number a "$text" <<< '{}') == '{"a":"'"$text"'"}' ]]
	done
	run --separate-stderr rec text a $'\xff' <<< '{}'
	expect 65 "" "rec: stdout: a text that is not UTF-8"
}

@test "a record that grows past 1 MiB is 65" {
	x=$(head -c 1048560 /dev/zero | tr '\0' x)
	echo '{"v":"'"$x"'"}' > long
	rec splice a 1 < long | tail -c 8 > end
	[[ $(< end) == ',"a":1}' ]]
	run --separate-stderr rec splice aaaaaaaaaa 1 < long
	expect 65 "" "rec: stdout: a record longer than 1 MiB"
	[[ $(rec splice v 1 < long) == '{"v":1}' ]]
}

@test "a field wanted after the first record is a bug, and says so" {
	run --separate-stderr rec late field <<< '{}'
	expect 70 "" "rec: stdin: field wanted after the first record"
}

@test "jansson without memory is 71, never a bad line" {
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}allocator_may_return_null=1 run --separate-stderr rec memory
	expect 71 "" "*rec: memory: Cannot allocate memory"
}

@test "on a terminal a long reading shows one line, and leaves none; elsewhere nothing" {
	terminals
	watch() { # the stderr of dedupe on a terminal, its stdin open for a second and ending $1
		python3 -c 'import os, pty, subprocess, sys, time
ours, theirs = pty.openpty()
program = subprocess.Popen(["dedupe"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=theirs)
os.close(theirs)
for i in range(5):
    program.stdin.write(b"{\"deal_id\":\"%d\"}\n" % i)
    program.stdin.flush()
    time.sleep(.3)
if sys.argv[1] == "bad":
    program.stdin.write(b"[]\n")
program.stdin.close()
shown = b""
try:
    while data := os.read(ours, 4096):
        shown += data
except OSError:
    pass
sys.stdout.buffer.write(shown)' "$1"
	}
	watch good > shown
	grep -q 'dedupe: [0-9]* records, [0-9]* a second' shown
	[[ $(tail -c 4 shown) == $'\r\e[K' ]]
	watch bad > shown
	[[ $(tr '\r' '\n' < shown | tail -2) == *$'\e[Kdedupe: stdin:6: byte 1: not an object'* ]]
	seq -f '{"deal_id":"%g"}' 10 | dedupe > /dev/null 2> quiet
	[[ ! -s quiet ]]
}

@test "a sidecar that is a link is written through it, and what stands in /dev stays" {
	cd "$BATS_TEST_TMPDIR"
	echo 'longer than what is going to stand there, by much: some log of some day, line one of it' > plain
	ln -s plain link
	run --separate-stderr dedupe --key a --summary link <<< '{"a":"1"}'
	expect 0 '{"a":"1"}' ""
	[[ -L link && $(cat plain) == '{"stage":"dedupe","in":1,"out":1,"rejected":0,"dropped":0}' ]]
	echo before > log
	ls -l /dev/stderr > was
	dedupe --key a --summary /dev/stderr <<< '{"a":"1"}' 2>> log > /dev/null
	ls -l /dev/stderr > is
	cmp was is
	[[ $(cat log) == 'before
{"stage":"dedupe","in":1,"out":1,"rejected":0,"dropped":0}' ]]
}
