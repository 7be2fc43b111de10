# fuzz - parsers against bytes that a fuzzer makes up: five seconds each here, a minute in make fuzz.
# bats file_tags=whole
load helpers

setup_file() {
	load helpers
	make -C "$root" -s --no-print-directory fuzzers
}

setup() {
	cd "$root" || return
	export SALESWATCH_TESTDATA=$testdata
}

@test "json lines, CSV, dates, money, configuration, templates: fuzzed for 5 s each, and nothing found" {
	run tests/fuzz/run 5
	[[ $status == 0 && $(grep -c ': Done [0-9]* runs' <<< "$output") == 6 ]] || { echo "$output"; return 1; }
	while read -r _ _ runs _; do (( runs > 300 )) || { echo "$output"; return 1; }; done <<< "$output"
}

# planted TARGET FILE SED: what the fuzzer says of the tree in which FILE was changed so.
planted() {
	local tree=$BATS_TEST_TMPDIR/$1
	mkdir -p "$tree/.build"
	cp -a Makefile src tests schemas pipelines "$tree"
	cp -a .build/fuzz "$tree/.build"
	cd "$tree" || return
	sed -i "$3" "$2"
	run ! cmp -s "$2" "$root/$2"
	make -s --no-print-directory fuzzers TARGET="$1"
	run tests/fuzz/run 10 "$1"
	cd "$root" || return
}

@test "control: an amount with a digit too many, and rows cut before the header has come, are found" {
	planted money src/lib/money.c 's/WHOLE_MAX = 14/WHOLE_MAX = 15/'
	# read as one, or, where the least number of 64 bits came first, turned round
	[[ $status == 1 && $output =~ "money: found:".*("broken: an amount for one, none for the other"|"negation of -9223372036854775808").*"base64 -d:" ]] || { echo "$output"; return 1; }
	planted csv src/fetch/input.c 's/&& input_more(in));/\&\& false);/'
	[[ $status == 1 && $output == *"csv: found:"*"broken: "*" bytes at a time read as"* ]] || { echo "$output"; return 1; }
}

@test "control: memory that is not given back, and a byte past the end, are found" {
	planted template src/lib/template.c 's/free(template->nodes);//'
	[[ $status == 1 && $output == *"broken: "*" pieces of memory were not given back"* ]] || { echo "$output"; return 1; }
	planted template src/lib/template_escape.c 's/2 \* out->room + piece.len + 256/out->room + 64/'
	[[ $status == 1 && $output == *"AddressSanitizer: heap-buffer-overflow"* ]] || { echo "$output"; return 1; }
}
