# resume - a night that goes on from an earlier one tells what a whole replay tells.
# bats file_tags=whole
load helpers

rules=$root/pipelines/conf/rules.json

setup_file() {
	load helpers
	cd "$BATS_FILE_TMPDIR" || return
	fetch csv "$root/tests/data/deals.csv" 2> /dev/null | validate deal 2> /dev/null | dedupe > deals
	aggregate < deals > metrics
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR"/{deals,metrics} .
}

look() { detect --rules "$rules" --deals deals --ledger ledger --incidents incidents "$@" < metrics > findings; }

# same DAY: resumed or not, the day's streams are the same bytes.
same() {
	look --as-of "$1"
	mkdir -p whole && mv findings ledger incidents whole
	look --as-of "$1" --resume cache
	for stream in findings ledger incidents; do
		cmp "$stream" "whole/$stream" || return
	done
}

# used DAY: the cache fits; one that does not is written anew, and is another file then.
used() {
	ln -f cache before
	same "$1" && [[ cache -ef before ]]
}

unused() {
	ln -f cache before
	same "$1" && [[ ! cache -ef before ]]
}

# bats test_tags=figures
@test "night after night, with fits between them, it gives the bytes of a whole replay" {
	same 2023-09-01
	kept=0
	for ((i = 3; i < 200; i += 7)); do
		ln -f cache before
		same "$(date -u -d "2023-09-01 + $i days" +%F)"
		[[ cache -ef before ]] && kept=$((kept + 1))
	done
	[[ $kept == 22 ]] || { echo "$kept"; return 1; }
}

@test "a cache of a later day, or before there was a fit, changes nothing" {
	same 2024-04-07
	same 2023-01-15
	same 2022-06-01
	same 2024-04-07
	used 2024-04-07
}

# bats test_tags=figures
@test "an old deal that is edited late is not overlooked" {
	same 2024-04-07
	used 2024-04-07
	for edit in '.amount += 1' '.outcome = (if .outcome == "won" then "lost" else "won" end)' '.region = "India"' '.deal_id += "x"'; do
		jq -c "if .recorded_at != null and .recorded_at > \"2023-06-01\" and .recorded_at < \"2023-06-04\" and .region != \"India\" then $edit else . end" \
			"$BATS_FILE_TMPDIR/deals" > deals
		aggregate < deals > metrics
		unused 2024-04-07
		used 2024-04-07
	done
	jq -c 'select(.recorded_at == null or .recorded_at > "2023-05-10")' "$BATS_FILE_TMPDIR/deals" > deals
	unused 2024-04-07
}

# bats test_tags=figures
@test "what an open deal became since is no edit of the past, unless the rules ask for amounts" {
	same 2024-04-07
	jq -c 'if .outcome == "open" then .amount = 7 | .sales_rep_id = "rep_12" else . end' "$BATS_FILE_TMPDIR/deals" > deals
	used 2024-04-07
	jq '.detect.win_rate.min_pipeline = 1000' "$rules" > tuned
	rules=tuned
	unused 2024-04-07
	cp "$BATS_FILE_TMPDIR/deals" deals
	unused 2024-04-07
	used 2024-04-07
}

@test "a cache that is torn, changed, of other rules or of another program is as none" {
	same 2024-04-07
	cp cache good
	for break in 'head -c 5000 good' 'head -n 1 good' 'sed "9s/1/2/" good' 'echo nothing' 'cat /dev/null' 'head -c 3000 /dev/zero'; do
		eval "$break" > cache
		unused 2024-04-07
		cmp cache good
	done
	jq '.detect.win_rate.threshold.pair = 4.2' "$rules" > tuned
	(rules=tuned; unused 2024-04-07)
	mkdir -p "$BATS_TEST_TMPDIR/other"
	(cat "$(command -v detect)"; echo) > other/detect
	chmod +x other/detect
	cp good cache
	PATH=$BATS_TEST_TMPDIR/other:$PATH unused 2024-04-07
}

@test "a cache is for a night, and one that cannot be written is an error" {
	run --separate-stderr look --from 2024-01-01 --resume cache
	expect 64
	run --separate-stderr look --as-of 2024-04-07 --resume "$BATS_TEST_TMPDIR/none/cache"
	expect 73 - "detect: $BATS_TEST_TMPDIR/none/cache.new: No such file or directory"
}
