# pipeline - a tree of its own for a pipeline's tests: the programs, the pipelines, a state.
#
# $T is the tree, $day the folder of its streams; break_stage makes one program die half-way.

plant() {
	T=$BATS_TEST_TMPDIR/tree
	mkdir -p "$T"
	cp -r "$(dirname "$(command -v settle)")" "$T/bin"
	cp -r "$root/pipelines" "$root/schemas" "$T"
	export SALESWATCH_CSV=${1:-$root/tests/data/deals.csv} SALESWATCH_NOW=2024-04-08T04:00:00Z
	state=$T/var day=$T/var/days/2024-04-08 db=$T/var/saleswatch.db
}

saleswatch() { "$T/bin/saleswatch" "$@"; }

# break_stage PROGRAM BYTES: it writes that much of its output, then dies by signal 9.
break_stage() {
	mv "$T/bin/$1" "$T/bin/$1.whole"
	cat > "$T/bin/$1" <<-END
	#!/usr/bin/env bash
	"$T/bin/$1.whole" "\$@" | head -c $2
	echo fired >> "$T/fired"
	kill -9 \$\$
	END
	chmod +x "$T/bin/$1"
}

mend_stage() { mv "$T/bin/$1.whole" "$T/bin/$1"; }
