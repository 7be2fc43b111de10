# memory - what is no filter, or has another way than the contract's, without memory; and that no
# input costs more than its bytes.
# bats file_tags=figures
# shellcheck disable=SC2317 # before and whole are called by no_memory
load helpers
load nomem

setup() {
	[[ -z ${SALESWATCH_BIN-} ]] || skip "the sanitizer's allocator cannot be preloaded over"
	cd "$BATS_TEST_TMPDIR" || return
}

deals() {	# FROM TO OUTCOME
	seq "$1" "$2" | awk -v outcome="$3" '{ printf "{\"deal_id\":\"D%d\",\"created_date\":\"2024-01-%02d\",\"outcome\":\"%s\",\"amount\":%d,\"account_id\":\"A%d\",\"name\":\"Seats for \\u00c4gypten\",\"modified_at\":\"2024-02-01\"%s}\n",
		$1, $1 % 28 + 1, outcome, $1 % 7 * 100, $1 % 9, outcome == "open" ? "" : ",\"closed_date\":\"2024-02-01\"" }'
}

@test "no memory: dedupe by the newest, look-alikes, what validate and fetch refuse, a suggested map" {
	{ deals 1 60 open; deals 1 30 won; } > twice
	no_memory twice dedupe --newest modified_at --dropped dropped
	no_memory twice dedupe --alike
	{ deals 1 20 open; echo '{"deal_id":7,"x":"\u00e9"}'; echo torn; } > odd
	whole() { echo "$output" && jq -c .code rejects; }
	before() { rm -f rejects; }
	no_memory odd validate deal --max-rejects 100% --rejects rejects
	{ head -n 40 "$root/tests/data/deals.csv"; printf 'torn,row\n"open,1\n'; } > odd.csv
	no_memory odd.csv fetch csv - --max-rejects 100% --rejects rejects
	unset -f whole before
	no_memory odd.csv fetch csv - --suggest-map
}

@test "no memory: reconcile, with its status of 1 for what differs" {
	deals 1 40 won > here
	deals 5 50 lost > there
	no_memory there reconcile --with here
	no_memory there reconcile --with here --as json
}

@test "no memory: a put, a commit and a get of the store leave it as it was or as it would be" {
	deals 1 30 open > first
	deals 10 50 won > input
	store put deal --stage r1 --db kept < first
	store commit r1 --db kept
	before() { rm -rf db*; cp kept db; [[ ! -e kept-staged ]] || cp -r kept-staged db-staged; }
	whole() { store commit r2 --db db && store get deal --db db; }
	no_memory input store put deal --stage r2 --db db
	before
	store put deal --stage r2 --db db < input
	cp db kept
	cp -r db-staged kept-staged
	whole() { store get deal --db db; }
	no_memory /dev/null store commit r2 --db db
	unset -f before whole
	no_memory /dev/null store get deal --db kept
}

# spent FILE COMMAND...: seconds of CPU, the less of two tries.
spent() {
	for _ in 1 2; do
		/usr/bin/time -f '%U %S' -o time "${@:2}" < "$1" > /dev/null 2>&1 || true
		tail -n 1 time
	done | awk '{ s = $1 + $2; if (NR == 1 || s < least) least = s } END { print least }'
}

# linear COMMAND...: `large`, whose lines are of the shape of those of `small` but far larger, takes
# twice the time a byte at most, one time of three: a busy machine is not what is looked for.
linear() {
	for _ in 1 2 3; do
		! is_linear "$@" || return 0
	done
	echo "$*: $(head -c 100 large)"
	return 1
}

is_linear() {
	awk -v small="$(spent small "$@")" -v large="$(spent large "$@")" -v bytes="$(stat -c %s small)" -v more="$(stat -c %s large)" \
		'BEGIN { if (large > 2 * (small + 0.03) * more / bytes) { print small " s and " large " s"; exit 1 } }'
}

bytes=800000
[[ -z ${SALESWATCH_SOAK-} ]] || bytes=8000000
some() { awk -v n="$1" -v c="$2" 'BEGIN { while (n-- > 0) printf "%s", c }'; }

@test "control: what goes over a line again for each letter of it is found slower" {
	yes "$(some 20 x)" | head -c 40000 > small
	yes "$(some 2000 x)" | head -c 40000 > large
	run ! linear sed ':a; s/^x\(.*\)$/\1/; ta'
	run linear cat
	expect 0
}

@test "fetch takes no longer a byte for long cells, numbers and quotes, many columns, quotes left open" {
	lines() { { printf 'deal_id,outcome,deal_amount\n'; yes "$1" | head -c "$bytes" || true; } > small; { printf 'deal_id,outcome,deal_amount\n'; yes "$2" | head -c "$bytes" || true; } > large; linear fetch csv - --max-rejects 100%; }
	for c in x 9 '"' ',' $'\xc3\xa9' $'\t' $'\xff'; do
		lines "D,won,$(some 60 "$c")" "D,won,$(some 60000 "$c")"
		lines "D,won,\"$(some 60 "$c")\"" "D,won,\"$(some 60000 "$c")\""
	done
	# a quote left open swallows what follows, which is read again
	lines "\"$(some 1000 x)" "\"$(some 100000 x)"
	lines '"a""' "$(printf '"%s"' "$(some 9000 $'\n')x")"
}

@test "who reads records takes no longer a byte for deep nesting, long numbers and texts, many and colliding keys" {
	lines() { yes "$1" | awk '{ sub(/ID/, NR); print }' | head -c "$bytes" | sed '$d' > small; yes "$2" | awk '{ sub(/ID/, NR); print }' | head -c "$bytes" | sed '$d' > large; linear dedupe; linear validate deal --max-rejects 100%; }
	nest() { printf '{"deal_id":"ID","outcome":"open","a":%s%s}' "$(some "$1" '[')" "$(some "$1" ']')"; }
	lines "$(nest 20)" "$(nest 60)"
	lines "$(nest 70)" "$(nest 60000)"
	number() { printf '{"deal_id":"ID","outcome":"open","amount":0.%s}' "$(some "$1" 7)"; }
	lines "$(number 100)" "$(number 100000)"
	text() { printf '{"deal_id":"ID","outcome":"open","\\u0061":"%s"}' "$(some "$1" "$2")"; }
	for c in x $'\xc3\xa9'; do lines "$(text 100 "$c")" "$(text 100000 "$c")"; done
	keys() { printf '{"deal_id":"ID","\\u006futcome":"open"%s}' "$(seq "$1" | awk '{ printf ",\"%s%d\":{}", ENVIRON["pad"], $1 }')"; }
	lines "$(keys 20)" "$(keys 20000)"
	pad=$(some 40 k) lines "$(keys 20)" "$(keys 10000)"
	# ids that are alike but for their ends, long ones, and multiples of a table's size
	for kind in 'substr("                                                                ", 1, $1 % 60) $1' 'sprintf("%0200d", $1)' '$1 * 4294967296'; do
		for n in 5000 50000; do
			seq "$n" | awk "{ printf \"{\\\"deal_id\\\":\\\"%s\\\"}\\n\", $kind }" > "of_$n"
		done
		mv of_5000 small; mv of_50000 large
		linear dedupe
		linear dedupe --newest at
	done
}
