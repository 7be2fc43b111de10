# power - what was said to be kept is there after a power cut, and nothing is torn.
# bats file_tags=whole
load helpers
load power

setup() { cd "$BATS_TEST_TMPDIR" || return; }
teardown() { power_off; }

cuts=${SALESWATCH_SOAK:+${SALESWATCH_CUTS:-200}}

deals() { seq "$2" | awk -v run="$1" '{ printf "{\"deal_id\":\"%s-%05d\",\"outcome\":\"open\",\"stage\":\"%s\"}\n", run, $1, run }'; }

# Commits, small and large, and now and then a dump that is loaded into a store of its own; each is
# said when its program said so.
keep_writing() {	# FOLDER SAID
	local run count db=$1/saleswatch.db
	for ((run = 1; ; run++)); do
		count=$((run % 4 == 3 ? 3000 : 20))
		deals "$run" $count > given || return
		store put deal --stage "$run" --source crm --db "$db" < given || return
		echo "put $run $count" >> "$2"
		printf '{"kind":"bookmark","v":1,"source":"crm","at":"2024-04-01T02:00:00Z","until":{"run":%d}}\n' "$run" | store put bookmark --stage "$run" --db "$db" || return
		store commit "$run" --db "$db" || return
		echo "commit $run $count" >> "$2"
		(( run % 3 == 0 )) || continue
		store dump --db "$db" > dumped || return
		store load --db "$1/loaded$run.db" < dumped || return
		echo "load $run $(grep -c '"table":"deal"' dumped)" >> "$2"
	done
}

# The store is whole, has all that was committed, and of each run all or nothing; what was staged
# can be committed; a load is whole or nothing.
all_is_there() {	# FOLDER SAID
	local what run count db=$1/saleswatch.db got staged
	[[ $(sqlite3 "$db" 'PRAGMA integrity_check; PRAGMA foreign_key_check') == ok ]] || { echo "torn"; return 1; }
	store get deal --db "$db" | jq -r .stage | sort -n | uniq -c | awk '{ print $2, $1 }' > there || return
	while read -r what run count; do
		case $what in
		commit) grep -qx "$run $count" there || { echo "commit $run is lost"; return 1; } ;;
		load) [[ $(store get deal --db "$1/loaded$run.db" | wc -l) == "$count" ]] || { echo "load $run is lost"; return 1; } ;;
		put) staged=$run ;;
		esac
	done < "$2"
	awk '$2 != ($1 % 4 == 3 ? 3000 : 20) { print "half of run", $1; exit 1 }' there || return
	got=$(store get bookmark --db "$db" | jq -r .until.run)
	[[ ${got:-0} == "$(tail -n 1 there | cut -d' ' -f1)" || -z $got && ! -s there ]] || { echo "bookmark $got, not that of its deals"; return 1; }
	if ! grep -qx "commit $staged .*" "$2"; then
		store commit "$staged" --db "$db" || { echo "stage $staged is lost"; return 1; }
	fi
}

@test "ext4: a power cut loses nothing that the store said it has, and tears nothing" {
	power_needed ext4
	cut_and_check keep_writing all_is_there "${cuts:-2}"
}

@test "xfs: a power cut loses nothing that the store said it has, and tears nothing" {
	power_needed xfs
	cut_and_check keep_writing all_is_there "${cuts:-2}"
}

settle_names() {	# FOLDER SAID
	local run
	for ((run = 1; ; run++)); do
		echo "$run" > "$1/new" && settle "$1/new" "$1/file$run" || return
		echo "file $run" >> "$2"
	done
}

names_are_there() {	# FOLDER SAID
	local what run
	while read -r what run; do
		[[ $(cat "$1/file$run") == "$run" ]] || { echo "file $run is lost"; return 1; }
	done < "$2"
}

@test "a file that was settled is there after a power cut" {
	for fs in ext4 xfs; do
		power_needed $fs
		cut_and_check settle_names names_are_there "${cuts:-2}" 0.3
		power_away
	done
}

push_records() {	# FOLDER SAID
	local push
	for ((push = 1; ; push++)); do
		deals "$push" 50 | spool "$1/in" || return
		echo "push $push" >> "$2"
	done
}

# Each push that was accepted, and of all of them nothing but whole ones.
pushes_are_there() {	# FOLDER SAID
	local what push file
	for file in "$1"/in/new/*; do
		push=$(head -n 1 "$file" | jq -r .stage) || return
		cmp "$file" <(deals "$push" 50) || return
		echo "$push"
	done > there
	while read -r what push; do
		grep -qx "$push" there || { echo "push $push is lost"; return 1; }
	done < "$2"
}

@test "what was pushed and accepted is in the spool after a power cut, and whole" {
	for fs in ext4 xfs; do
		power_needed $fs
		cut_and_check push_records pushes_are_there "${cuts:-2}" 0.3
		power_away
	done
}

# The same programs, whose fsync and fdatasync say yes and do nothing.
keep_writing_unsynced() { export LD_PRELOAD=$unsynced; keep_writing "$@"; }
settle_names_unsynced() { export LD_PRELOAD=$unsynced; settle_names "$@"; }
push_records_unsynced() { export LD_PRELOAD=$unsynced; push_records "$@"; }

@test "control: the same programs, if they do not wait for the disk, lose what they said they have" {
	unsynced=${SALESWATCH_PROBES:-$root/.build/tests}/unsynced.so
	for fs in ext4 xfs; do
		power_needed $fs
		run cut_and_check keep_writing_unsynced all_is_there 1 0.3
		(( status == 1 )) && [[ $output == *"cut 1, "* ]] || { echo "$fs: $output"; return 1; }
		power_away
		power_needed $fs
		run cut_and_check settle_names_unsynced names_are_there 1 0.3
		(( status == 1 )) && [[ $output == *"is lost"*"cut 1, "* ]] || { echo "$fs: $output"; return 1; }
		power_away
		power_needed $fs
		run cut_and_check push_records_unsynced pushes_are_there 1 0.3
		(( status == 1 )) && [[ $output == *"cut 1, "* ]] || { echo "$fs: $output"; return 1; }
		power_away
	done
}
