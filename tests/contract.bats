# contract - the laws of a filter, written once and held by every program.
#
# A filter is a row: its name, its arguments, and a stream it reads.  $W is a folder with one
# stream of each kind, made by the programs themselves from the sample.
load helpers
load nomem

filters() {
	cat <<-'END'
	fetch       csv -                                                       $W/csv
	validate    deal                                                        $W/fetched
	dedupe      --key deal_id                                               $W/fetched
	quality     --checks $root/pipelines/conf/checks.json --out $BATS_TEST_TMPDIR/quality  $W/deals
	resolve     --aliases $W/aliases --roster $W/roster --as-of 2024-04-07   $W/deals
	sift        --rules $root/pipelines/conf/rules.json                     $W/deals
	aggregate   --by region --by industry,region                            $W/deals
	measure     --by all --by region                                        $W/deals
	detect      --rules $root/pipelines/conf/rules.json --deals $W/deals    $W/metrics
	inspect     --rules $root/pipelines/conf/rules.json --risks $BATS_TEST_TMPDIR/risks  $W/fewer
	drivers     --before 2022-01-01..2023-12-31 --after 2024-01-01..2024-03-31  $W/decided
	prioritize  --rules $root/pipelines/conf/rules.json                     $W/findings
	grade                                                                   $W/findings
	shuffle                                                                 $W/deals
	route       --routes $root/pipelines/conf/routes.json                   $W/alerts
	singer      deals --schema $root/schemas/deal.json --key deal_id        $W/deals
	render      --templates $root/pipelines/templates                       $W/deliveries
	END
}

# each COMMAND...: calls it once for each filter, with $filter, $input and the array $call set.
each() {
	local line words
	while read -r line; do
		eval "words=($line)"
		filter=${words[0]} input=${words[-1]}
		call=("${words[@]:0:${#words[@]}-1}")
		"$@" || { echo "the law is broken by: ${call[*]}"; return 1; }
	done < <(filters)
}

programs() { find "$(dirname "$(command -v settle)")" -maxdepth 1 -type f -perm -u+x -printf '%f\n' | sort; }

setup_file() {
	load helpers
	export W=$BATS_FILE_TMPDIR
	cd "$W" || return 1
	export SALESWATCH_NOW=2024-04-08T04:00:00Z
	head -n 4000 "$root/tests/data/deals.csv" > csv
	fetch csv "$root/tests/data/deals.csv" --max-rejects 50% > all
	validate deal --max-rejects 50% < all | dedupe --key deal_id > deals.all
	echo '{"region":{"Europe":"EMEA"}}' > aliases
	jq -n '[range(60) | {rep: "rep_\(if . < 10 then "0" else "" end)\(.)", manager: "m", team: "T"}]' > roster
	head -n 2000 all > fetched
	cp deals.all deals
	head -n 2000 deals > fewer
	jq -c 'select(.outcome != "open")' deals.all | awk 'NR % 20 == 1' > decided
	aggregate < deals > metrics
	detect --rules "$root/pipelines/conf/rules.json" --deals deals --as-of 2024-04-07 < metrics > findings
	prioritize --rules "$root/pipelines/conf/rules.json" < findings > alerts
	route --routes "$root/pipelines/conf/routes.json" < alerts > deliveries
	[[ -s findings && -s alerts && -s deliveries ]]
}

@test "every program says on --help an example first, then its usage, and its version" {
	for program in $(programs); do
		run --separate-stderr "$program" --help
		expect 0 - ""
		[[ $output == "example: "*"saleswatch "*$'\n'"usage: $program "* ]] || { echo "$program: $output"; return 1; }
		run --separate-stderr "$program" --version
		expect 0 "$program (saleswatch) $(settle --version | sed 's/.* //')" ""
		for option in --help --version; do
			run --separate-stderr bash -c '"$0" "$1" > /dev/full' "$program" "$option"
			expect 74 "" "$program: stdout: *"
		done
	done
}

@test "an unknown option is 64, with the usage line" {
	for program in $(programs); do
		run --separate-stderr "$program" --no-such-option < /dev/null
		expect 64 "" - || { echo "$program"; return 1; }
		[[ $stderr == *"usage: $program "* ]] || { echo "$program: $stderr"; return 1; }
	done
}

@test "the SYNOPSIS of every manual is the usage line" {
	for program in $(programs); do
		usage=$("$program" --help | sed -n 's/^usage: //p')
		manual=$(mandoc -T ascii "$root/src/$program/$program.1" | col -bx |
			sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' | sed '1d;$d' | tr -s ' \n' ' ' | sed 's/^ //; s/ $//')
		[[ $manual == "$usage" ]] || { printf '%s\nusage:  %s\nmanual: %s\n' "$program" "$usage" "$manual"; return 1; }
	done
}

nothing_in_nothing_out() {
	run --separate-stderr "${call[@]}" < /dev/null
	[[ $filter == detect ]] && { expect 0 ""; return; }
	expect 0 "" ""
}
@test "nothing in, nothing out" { each nothing_in_nothing_out; }

full_disk() {
	run --separate-stderr bash -c '"${@:2}" < "$1" > /dev/full' _ "$input" "${call[@]}"
	expect 74 "" "$filter: stdout: No space left on device"
}
@test "a full disk is 74" { each full_disk; }

closed_stdout() {
	run --separate-stderr bash -c '"${@:2}" < "$1" >&-' _ "$input" "${call[@]}"
	expect 74 "" "$filter: stdout: Bad file descriptor"
}
@test "a closed stdout is 74" { each closed_stdout; }

no_input() {
	run --separate-stderr "${call[@]}" < .
	expect 74 "" "$filter: stdin: Is a directory"
}
@test "an input that cannot be read is 74" { each no_input; }

early_reader() {
	local times gathers='^(aggregate|measure|detect|drivers|inspect|prioritize|route|dedupe|grade)$'
	times=$(((4 << 20) / $(stat -c %s "$input") + 1))
	[[ $filter =~ $gathers ]] && times=1	# what they say does not grow with what they read
	for ((; times > 0; times--)); do cat "$input"; done > "$BATS_TEST_TMPDIR/much"
	run --separate-stderr bash -c 'trap "" PIPE; set -o pipefail; "$@" < "$0" 2> /dev/null | true' \
		"$BATS_TEST_TMPDIR/much" "${call[@]}"
	[[ $filter =~ $gathers ]] || expect 141 ""
	(( status == 141 || status == 0 ))
}
@test "a reader that closes early ends a filter by SIGPIPE, even where the parent ignores it" { each early_reader; }

# fetch and validate are the customs house: they refuse what is wrong and go on.  The others
# stand behind it: for them a bad line is fatal.
bad_line() {	# WHAT BYTES
	[[ $filter == fetch ]] && return
	{ head -n 2 "$input"; printf '%b' "$BYTES"; } > "$BATS_TEST_TMPDIR/bad"
	number=$(($(head -n 2 "$input" | wc -l) + 1))
	if [[ $filter == validate ]]; then
		run --separate-stderr "${call[@]}" --max-rejects 100% --rejects "$BATS_TEST_TMPDIR/rejects" < "$BATS_TEST_TMPDIR/bad"
		expect 0 "$(head -n 2 "$input")"
		[[ $(wc -l < "$BATS_TEST_TMPDIR/rejects") == 1 ]]
	else
		run --separate-stderr "${call[@]}" < "$BATS_TEST_TMPDIR/bad"
		expect 65 - "$filter: stdin:$number: *"
	fi
}
@test "a torn last line is fatal and its number told; the customs house refuses it and goes on" {
	BYTES='{"kind":"torn","a' each bad_line
}
@test "so are invalid UTF-8, a NUL, a key twice, and no object at all" {
	BYTES='{"deal_id":"\\xff"}\n' each bad_line
	BYTES='{"deal_id":"a\\x00"}\n' each bad_line
	BYTES='{"deal_id":"a","deal_id":"b"}\n' each bad_line
	BYTES='[1,2]\n' each bad_line
}
@test "so is a line over 1 MiB" {
	BYTES="{\"deal_id\":\"$(head -c 1100000 /dev/zero | tr '\0' x)\"}\n" each bad_line
}

same_bytes() {
	"${call[@]}" < "$input" > "$BATS_TEST_TMPDIR/one"
	LC_ALL=C TZ=Pacific/Kiritimati "${call[@]}" < "$input" > "$BATS_TEST_TMPDIR/two"
	LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 TZ=America/St_Johns HOME=/ "${call[@]}" < "$input" > "$BATS_TEST_TMPDIR/three"
	cmp "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two" && cmp "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/three"
}
@test "the same input gives the same bytes in any locale and time zone" { each same_bytes; }

some_without_memory() {
	head -n 300 "$input" > "$BATS_TEST_TMPDIR/some"
	no_memory "$BATS_TEST_TMPDIR/some" "${call[@]}"
}
@test "no memory for any one allocation is 71 or no matter, never a crash or a short answer" {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "the sanitizer's allocator cannot be preloaded over"
	each some_without_memory
}

patience() {
	run script -qec "{ head -n 1; sleep 1.1; cat; } < '$input' | ${call[*]@Q} > /dev/null" /dev/null
	[[ $status == 0 && $output == *"$filter: "*" records, "*" a second"* ]] || { echo "$status $output"; return 1; }
}
@test "long work shows how far it is, on a terminal" { terminals; each patience; }
