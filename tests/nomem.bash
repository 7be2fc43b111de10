# nomem - what the suites need that let allocations of a program fail.

# no_memory INPUT COMMAND...: at no one allocation that fails does the program crash or fall short in
# silence: it is 71, or what it says is whole.  `before`, if there is such a function, is called
# before each run; `whole` is what tells the state after one, if not standard output.
no_memory() {
	local n fired=0 want fire=$BATS_TEST_TMPDIR/fired lib=$root/.build/tests/nomem.so input=$1
	shift
	[[ $(type -t before) != function ]] || before
	run --separate-stderr "$@" < "$input"
	local usual=$status
	want=$(told_whole)
	for n in $(points_of_memory); do
		rm -f "$fire"
		[[ $(type -t before) != function ]] || before
		run --separate-stderr env LD_PRELOAD="$lib" NOMEM_AT="$n" NOMEM_FIRED="$fire" "$@" < "$input"
		[[ -e $fire ]] || break
		((++fired))
		if (( status == usual )); then
			[[ $(told_whole) == "$want" ]] || { echo "allocation $n: cut short in silence"; return 1; }
		else
			[[ $status == 71 && $stderr == *memory* ]] || { echo "allocation $n: $status $stderr"; return 1; }
		fi
	done
	(( fired >= 5 ))
}

# The first ones, where a program sets itself up, and ever fewer; all of the first 200 in a soak.
points_of_memory() {
	{ [[ -z ${SALESWATCH_SOAK-} ]] || seq 200; printf '%s\n' {1..20} 23 27 31 36 42 50 60 80 100 150 220 300 500 800 1200 2000 3000 5000; } | sort -nu
}

told_whole() { if [[ $(type -t whole) == function ]]; then whole; else echo "$output"; fi; }
