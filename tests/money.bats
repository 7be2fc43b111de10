# money - amounts, exactly.
# shellcheck disable=SC2154 # root and stderr come from helpers and bats
load helpers

setup() {
	PATH=${SALESWATCH_PROBES:-$root/.build/tests}:$PATH
}

sum() {
	want=$1
	shift
	[[ $(money "$@") == "$want" ]] || { echo "$* makes $(money "$@"), not $want"; return 1; }
}

@test "amounts are shown as short as can be" {
	sum 0 0
	sum 0 -0.0000
	sum 1.5 1.5000
	sum 100 100
	sum -0.0001 -0.0001
	sum 10.01 10.0100
	sum 99999999999999.9999 99999999999999.9999
	sum -99999999999999.9999 -99999999999999.9999
}

@test "sums are exact where doubles are not" {
	sum 0.3 0.1 0.2
	sum 16406.44 8203.22 8203.22
	sum 0 -0.7 0.4 0.3
	sum 1000000000000.01 1000000000000 0.01
	sum 100000000000000 99999999999999.9999 0.0001
	# shellcheck disable=SC2046
	sum 1000.1 $(yes 0.1 | head -10001)
}

@test "what is no amount, or more than an amount, is refused" {
	for text in "" - . 1. .5 -.5 +1 1e3 1.00001 99999999999999.99099 100000000000000 1,5 " 1" "1 " 0x1 nan 1.2.3 --1 \
		1234567890123456789012345678901234567890 0.00000000000000000000000000000000000001; do
		run --separate-stderr money "$text"
		expect 65 "" "money: $text: no amount"
	done
}

@test "a sum that does not fit is said, never wrapped" {
	# shellcheck disable=SC2046
	run --separate-stderr money $(yes 99999999999999 | head -9)
	expect 0 899999999999991
	# shellcheck disable=SC2046
	run --separate-stderr money $(yes 99999999999999 | head -10)
	expect 65 "" "money: 99999999999999: the sum does not fit"
	# shellcheck disable=SC2046
	run --separate-stderr money $(yes -- -99999999999999 | head -10)
	expect 65 "" "money: -99999999999999: the sum does not fit"
}
