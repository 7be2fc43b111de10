# keyset - which keys have been seen.
# shellcheck disable=SC2154 # root and stderr come from helpers and bats
load helpers

setup() {
	PATH=${SALESWATCH_PROBES:-$root/.build/tests}:$PATH
}

@test "no key is lost or invented, in memory" {
	run keyset 300000 150000 1000000
	[[ $status == 0 && $output =~ ^([0-9]+)" keys, "([0-9]+)" counted"$ ]]
	((BASH_REMATCH[1] > 100000))
}

@test "nor beyond it, in one run or many" {
	run keyset 300000 150000 100000
	expect 0 -
	run keyset 60000 40000 500
	expect 0 -
	run keyset 500 400 1
	expect 0 -
}

@test "a run leaves nothing in TMPDIR, and needs one" {
	mkdir "$BATS_TEST_TMPDIR/empty"
	TMPDIR=$BATS_TEST_TMPDIR/empty run keyset 5000 4000 1000
	expect 0 -
	[[ -z $(ls -A "$BATS_TEST_TMPDIR/empty") ]]
	TMPDIR=/nowhere run --separate-stderr keyset 5000 4000 1000
	expect 73 "" "keyset: /nowhere/saleswatch.*"
}
