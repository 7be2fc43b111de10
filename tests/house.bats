# The house rules: what compilers and linters must find nothing in.
load helpers

setup() {
	cd "$root" || return
}

@test "functions, files and headers stay under their ceilings; no mutable globals" {
	run tests/limits
	expect 0 ""
}

# The suite runs twice, on what gcc built and on what clang built with sanitizers: what either
# warns of builds neither.
@test "what gcc or clang warns of is not built" {
	mkdir -p "$BATS_TEST_TMPDIR/src/odd" && cp Makefile "$BATS_TEST_TMPDIR" && cd "$BATS_TEST_TMPDIR"
	for body in 'int odd;' 'static int odd;' 'int odd(void) { return 1L << 40; }' 'void odd() {}' \
		'int odd(int); int odd(int a) { { int a = 1; return a; } }' 'int odd(void) { return 0; }'; do
		echo "$body" > src/odd/odd.c
		for cc in gcc clang; do
			run make .build/odd/odd.o CC=$cc
			case $body in
			'int odd;') expect 0 || return ;;
			*) (( status == 2 )) && [[ $output == *-Werror* ]] || { echo "$cc: $body: $status $output"; return 1; } ;;
			esac
			rm -f .build/odd/odd.o
		done
	done
}

@test "clang-format would change nothing" {
	run clang-format --dry-run --Werror src/*/*.[ch] tests/*.c tests/*/*.[ch]
	expect 0 ""
}

@test "shellcheck finds nothing" {
	shellcheck -s bash -e SC2154,SC2034 src/*/*.sh tests/run tests/fuzz/run tests/limits tests/show tests/truth tests/*.bash tests/bench/bench tests/bench/store tests/bench/outbox tests/bench/replay tests/bench/costs tests/bench/install
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
