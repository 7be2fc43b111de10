#!/usr/bin/env bash
# keep - where what is kept is, how long, and how a person is taken out of it.
#
# The store is $SALESWATCH_DB, a file or a URL, else a file in the state.  How long is "keep" in
# saleswatch.json, in days: of the kinds of the store (store prune has the rules), and of `days`,
# the folders of streams.

store_url() {
	local url=${SALESWATCH_DB:-$state/saleswatch.db}
	case $url in
	sqlite:*) url=$(realpath -ms -- "${url#sqlite:}") ;;
	*://*) ;;
	*) url=$(realpath -ms -- "$url") ;;
	esac
	printf '%s\n' "$url"
}

has_store() { [[ $db == *://* || -e $db ]]; }

# with_file_of TABLE... -- COMMAND...: with $file, the store in SQLite; of a server those tables in
# a file of their own, for who asks in its SQL.
with_file_of() {
	local file=$db tables=() work status=0
	while [[ $1 != -- ]]; do tables+=(--table "$1"); shift; done
	shift
	[[ $db == *://* ]] || { "$@"; return; }
	work=$(mktemp -d) file=$work/store
	"$here/store" dump --db "$db" "${tables[@]}" | "$here/store" load --db "$file" && "$@" || status=$?
	rm -rf "$work"
	return $status
}

# Names go through make and a shell; of a URL these say nothing to either.
check_store_url() { [[ $db != *://* || $db =~ ^[a-z]+://[A-Za-z0-9@:/._,?=-]+$ ]] || die 78 "run: \$SALESWATCH_DB: a special character in the URL"; }

prune_line='usage: saleswatch prune [--quiet]'

# A folder of streams is needed as long as its day may be looked at again: 35 days at least.
prune_days() {	# DAYS
	local before folder count=0
	[[ $1 =~ ^[0-9]+$ && $1 -ge 35 ]] || die 78 "prune: $conf/saleswatch.json: keep: days: 35 at least"
	before=$(day_before "$(local_time +%F)" "$1")
	for folder in "$state"/days/[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]; do
		[[ -d $folder && ! -L $folder && ${folder##*/} < $before ]] || continue
		rm -rf -- "$folder"
		((++count))
	done
	[[ -n $quiet ]] || say "prune: $count folders of days"
}

prune() {
	local quiet="" keep kind days kinds=() told=(--verbose)
	[[ ${1-} != -h && ${1-} != --help ]] || asked_how "$prune_line" "saleswatch prune"
	[[ ${1-} != --quiet ]] || { quiet=yes told=(); shift; }
	(( $# == 0 )) || { printf '%s\n' "$prune_line" >&2; exit 64; }
	keep=$(jq -r '.keep // {} | to_entries[] | "\(.key) \(.value)"' "$conf/saleswatch.json") || die 78 "prune: $conf/saleswatch.json: absent, or no JSON"
	[[ -n $keep || -n $quiet ]] || say "prune: $conf/saleswatch.json has no \"keep\": everything is kept"
	[[ -n $keep ]] || return 0
	check_owner prune
	while read -r kind days; do
		if [[ $kind == days ]]; then prune_days "$days"; else kinds+=(--keep "$kind=${days}d"); fi
	done <<< "$keep"
	(( ${#kinds[@]} == 0 )) || ! has_store || "$here/store" prune --db "$db" "${kinds[@]}" "${told[@]}" ||
		die $? "prune: nothing was removed from the store; see \"keep\" in $conf/saleswatch.json"
}

erase_line='usage: saleswatch erase --person NAME'

# Nobody may be writing what is looked through.
hold_all_locks() {
	local file fd
	for file in "$state"/lock.*; do
		[[ -e $file ]] || continue
		exec {fd}>> "$file"
		flock --nonblock "$fd" || die 75 "erase: a run of ${file##*/lock.} is under way"
	done
}

# The folders that others push records into, which may be anywhere.
spools() {
	local folder
	[[ -e $conf/sources.json ]] || return 0
	jq -r --arg conf "$conf" '.sources[]? | .directory // empty | if startswith("/") then . else "\($conf)/\(.)" end' "$conf/sources.json" |
		while read -r folder; do [[ ! -d $folder ]] || printf "%s\n" "$folder"; done
}

# A draft that is replaced while its pusher goes on writing to it would be lost: see spool.h.
hold_spools() {
	local folder fd
	for folder; do
		exec {fd}< "$folder" || die 77 "erase: $folder: cannot be read"
		flock --timeout 60 --conflict-exit-code 75 "$fd" || die $? "erase: $folder: a push into it has been under way for a minute; try again"
	done
}

erase() {
	local said plain spools
	[[ ${1-} != -h && ${1-} != --help ]] || asked_how "$erase_line" "saleswatch erase --person ann.lee@example.com"
	[[ $# == 2 && $1 == --person && -n $2 ]] || { printf '%s\n' "$erase_line" >&2; exit 64; }
	check_owner erase
	hold_all_locks
	! has_store || "$here/store" erase --person "$2" --db "$db" --verbose
	mapfile -t spools < <(spools)
	hold_spools "${spools[@]}"
	find "$state" "${spools[@]}" -xdev -type f ! -path "$db" ! -path "$db-wal" ! -path "$db-shm" ! -path "$db-staged/*" ! -name 'lock.*' -size +0 -print0 |
		xargs -0r "$here/store" erase --person "$2" --verbose
	plain=${2//[][\\*?]/?}
	said=$(find "$state" "${spools[@]}" -xdev -iname "*$plain*" -print -quit)
	[[ -z $said ]] || die 69 "erase: a file bears that name: $said; rename or remove it"
}
