# The house rules: what compilers and linters must find nothing in.
load helpers

setup() {
	cd "$root" || return
}

@test "functions, files and headers stay under their ceilings; no mutable globals" {
	run tests/limits
	expect 0 ""
}

@test "gcc and clang find nothing to warn of" {
	for cc in gcc clang; do
		run --separate-stderr make -s all probes CC=$cc BUILD="$BATS_TEST_TMPDIR/$cc" \
			BIN="$BATS_TEST_TMPDIR/$cc/bin" CFLAGS='-O2 -Werror'
		expect 0 - ""
	done
}

@test "clang-format would change nothing" {
	run clang-format --dry-run --Werror src/*/*.[ch] tests/*.c tests/preload/*.c
	expect 0 ""
}

@test "shellcheck finds nothing" {
	shellcheck -s bash -e SC2154,SC2034 src/*/*.sh tests/run tests/limits tests/show tests/truth tests/*.bash tests/bench/bench tests/bench/install
	# bats gives $status, $output and $stderr, and runs each test in a subshell
	shellcheck -s bats -e SC2154,SC2030,SC2031,SC2016,SC2034 tests/*.bats
}

@test "mandoc finds nothing, and every program has its page and its tests" {
	for dir in src/*/; do
		name=$(basename "$dir")
		[[ $name == lib ]] && continue
		[[ -e $dir$name.1 ]] || { echo "no $dir$name.1"; return 1; }
		[[ -e tests/$name.bats ]] || { echo "no tests/$name.bats"; return 1; }
	done
	mandoc -T lint -W warning src/*/*.[17]
}

@test "no file keeps the marks of a merge" {
	run grep -rnE '^(<<<<<<<|>>>>>>>) ' Makefile README.md src schemas pipelines cron tests
	expect 1 ""
}
