# helpers - what every suite loads: the programs on PATH, the outside data, and how a result is judged.
bats_require_minimum_version 1.5.0

root=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
testdata=${SALESWATCH_TESTDATA:-$root/../shared}
PATH=${SALESWATCH_BIN:-$root/bin}:$PATH
export SALESWATCH_NOW=${SALESWATCH_NOW:-2024-04-01T04:00:00Z}
unset SALESWATCH_CONF SALESWATCH_STATE TZ
export LC_ALL=C.UTF-8	# $'\u2026' is what it says in any locale the suite is run in

# expect STATUS [OUTPUT [MESSAGE]]: after `run --separate-stderr`; "-" skips one; a message may be a glob.
expect() {
	local want
	[[ $status == "$1" ]] || { echo "status $status, not $1: $output / $stderr"; return 1; }
	want=${2--}
	[[ $want == - || $output == "$want" ]] || { diff <(echo "$want") <(echo "$output"); return 1; }
	want=${3--}
	# shellcheck disable=SC2053
	[[ $want == - || $stderr == $want ]] || { printf 'message: %s\nwanted:  %s\n' "$stderr" "$want"; return 1; }
}

# terminals: pseudo-terminals can be had here (a chroot may lack /dev/pts), or the test is skipped aloud.
terminals() {
	python3 -c 'import pty; pty.openpty()' 2> /dev/null || skip "no pseudo-terminal can be made here"
}

# outside PATH: that file or folder of the outside test data is needed, or the test is skipped
# aloud.  It is then $testdata/PATH.  (A skip inside $(...) would skip nothing.)
outside() {
	[[ -e $testdata/$1 ]] || skip "no $1 in \$SALESWATCH_TESTDATA"
}
