# sweep - a program is killed, or its calls fail, at each point of its way: see faults.bats.

setup() {
	strace -qq -e trace=none true 2> /dev/null || skip "strace may not trace here"
	work=$(mktemp -d -p "$([[ -w /dev/shm ]] && echo /dev/shm || echo "$BATS_TEST_TMPDIR")")
	mkdir "$work/before"
	cd "$work/before" || return
	: > input
}

teardown() {
	[[ -z ${work-} ]] || rm -rf "$work"
}

# fresh: a copy of before to work in.
fresh() {
	cd "$work" && rm -rf now && cp -a before now && cd now || return
}

writing='write|pwrite64|writev|fsync|fdatasync|ftruncate|fallocate|rename|unlink|mkdir'

# points COMMAND...: "NAME ORDINAL" of each call it makes, its input being the file input.
points() {
	fresh
	strace -qq -o "$work/trace" "$@" < input > /dev/null
	sed -nE 's/^([a-z0-9_]+)\(.*/\1/p' "$work/trace" | awk '$1 != "execve" { print $1, ++n[$1] }'
}

# Of calls that write all but where a test makes so many that every NTH must do, of others each eighth.
chosen() {
	awk -v writing="^($writing)$" -v soak="${SALESWATCH_SOAK-}" -v nth="${nth-1}" '
		soak != "" || ($1 ~ writing ? ++writes % nth == 0 : ++others % 8 == 0)'
}

# fault NAME ORDINAL WHAT COMMAND...: sets status; what it says is in the file said.
fault() {
	fresh
	status=0
	strace -qq -o "$work/trace" -e trace="$1" -e inject="$1:$3:when=$2" "${@:4}" \
		< input > /dev/null 2> "$work/said" || status=$?
	case $3 in
	signal=KILL) (( status == 137 )) ;;
	*) grep -q INJECTED "$work/trace" ;;
	esac || { echo "the fault $3 at $1 $2 did not fire: $status"; return 1; }
}

# kill_everywhere CHECK COMMAND...: CHECK is called after each kill.
kill_everywhere() {
	local check=$1 call place fired=0
	shift
	points "$@" | chosen > "$work/points"
	while read -r call place <&5; do
		fault "$call" "$place" signal=KILL "$@" || return
		"$check" "$@" || { echo "killed at $call $place: $*"; return 1; }
		((++fired))
	done 5< "$work/points"
	echo "$fired points"
	(( fired >= 8 ))
}

# fail_everywhere CHECK COMMAND...: a full disk at each call that writes, a broken one at each
# that waits for it; once, and from then on.
fail_everywhere() {
	local check=$1 call place fired=0
	shift
	points "$@" | awk -v writing="^($writing)$" '$1 ~ writing && $1 !~ /unlink/' > "$work/points"
	while read -r call place <&5; do
		for error in ENOSPC EIO; do
			[[ $call != *sync || $error == EIO ]] || continue
			for when in "$place" "$place+"; do
				fault "$call" "$when" "error=$error" "$@" || return
				"$check" "$@" || { echo "$error at $call $when: $*: $status, $(cat "$work/said")"; return 1; }
				((++fired))
			done
		done
	done 5< "$work/points"
	echo "$fired faults"
	(( fired >= 2 ))
}

# Where every write fails, so does the message.
says_why() { [[ -s $work/said ]] || grep -q 'write(2.*INJECTED' "$work/trace"; }
