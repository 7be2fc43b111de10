#!/usr/bin/env bash
# backtest, placebo - what would have been told of a file of deals, and what of chance alone.
#
# No store, no pipeline: the file's deals go through the programs into a folder of our own,
# which is gone at the end.  saleswatch.sh has what both use.

backtest_line='usage: saleswatch backtest FILE... [--map MAP] [--from DAY] [--to DAY] [--rules FILE] [--truth FILE]'
placebo_line='usage: saleswatch placebo FILE... [--copies N] [--map MAP] [--from DAY] [--to DAY] [--rules FILE]'

# Days in which detect only learns what is usual.
learning=150

asked_wrong() {	# USAGE-LINE
	printf '%s\n' "$1" >&2
	exit 64
}

asked_how() {	# USAGE-LINE EXAMPLE
	printf 'example: %s\n%s\n' "$2" "$1" 2> /dev/null || die 74 'stdout: cannot be written'
	exit 0
}

is_day() { [[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ && $(date -u -d "$1" +%F 2> /dev/null) == "$1" ]]; }

# Sets files, map, rules, from, to, truth, copies from the arguments.
backtest_options() {	# NAME USAGE-LINE ARGUMENT...
	local name=$1 line=$2 example="saleswatch $1 deals.csv --from 2023-01-01 --to 2023-12-31"
	shift 2
	files=() map=$conf/maps/default.json rules=$conf/rules.json from="" to="" truth="" copies=20
	while (( $# )); do
		[[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
		case $1 in
		-h | --help) asked_how "$line" "$example" ;;
		--map | --rules | --from | --to) (( $# > 1 )) || asked_wrong "$line"; printf -v "${1#--}" %s "$2"; shift ;;
		--truth) [[ $name == backtest && $# -gt 1 ]] || asked_wrong "$line"; truth=$2; shift ;;
		--copies) [[ $name == placebo && ${2-} =~ ^[1-9][0-9]{0,4}$ ]] || asked_wrong "$line"; copies=$2; shift ;;
		-?*) asked_wrong "$line" ;;
		*) files+=("$1") ;;
		esac
		shift
	done
	(( ${#files[@]} )) || asked_wrong "$line"
	for day in "$from" "$to"; do
		[[ -z $day ]] || is_day "$day" || die 64 "$name: $day: no such day"
	done
	[[ -z $from || -z $to || ! $from > $to ]] || die 64 "$name: --from $from is after --to $to"
	for file in "${files[@]}" "$map" "$rules" ${truth:+"$truth"}; do
		[[ $file == - || -e $file ]] || die 66 "$name: $file: no such file"
	done
}

private_folder() {
	work=$(mktemp -d) || die 73 "$1: no folder for temporary files in ${TMPDIR:-/tmp}"
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# The deals of the files, each once; a line says how many rows were refused.
read_deals() {
	local i refused
	for i in "${!files[@]}"; do
		[[ ${files[i]} != - ]] || { cat > "$work/stdin.csv"; files[i]=$work/stdin.csv; }
	done
	# One after the other: of a pipe that fails, every stage would speak.
	"$here/fetch" csv "${files[@]}" --map "$map" --rejects "$work/unread" --summary "$work/fetched" > "$work/rows"
	"$here/validate" deal --map "$map" --upstream "$work/fetched" --rejects "$work/refused" < "$work/rows" |
		"$here/dedupe" --trust --key deal_id --newest modified_at > "$work/deals"
	refused=$(cat "$work/unread" "$work/refused" | wc -l)
	(( refused == 0 )) || say "$1: $refused rows refused; fetch and validate, with --rejects, say which and why"
	[[ -s $work/deals ]] || die 65 "$1: ${files[*]}: no deals in it"
}

# replay DEALS FINDINGS LEDGER: what would have been told, day by day.
replay() {
	"$here/aggregate" --map "$map" --trust --clock recorded < "$1" > "$work/metrics"
	"$here/detect" --rules "$rules" --deals "$1" --from "${from:-0001-01-01}" ${to:+--to "$to"} --ledger "$3" \
		< "$work/metrics" > "$2"
}

# The days that are spoken of: those asked for, of the ones on which something could be told.
spoken_of() {	# LEDGER
	local last days first
	read -r last days < <(jq -rs 'last | "\(.date) \(.evaluated_days)"' "$1")
	first=$(date -u -d "$last - $((days - 1 - learning)) days" +%F)
	[[ -n $from && ! $from < $first ]] || from=$first
	[[ -n $to && ! $to > $last ]] || to=$last
	[[ ! $from > $to ]] || from=$to
}

# The user's own column for each of our dimensions, as an object; of several that the map
# names, the one the file has.
own_names() {
	local header
	IFS= read -r header < "${files[0]}" || true
	jq -R -c --slurpfile map "$map" '
		def bare: ascii_downcase | gsub("[\\s\"\ufeff]"; "");
		(split("[,;\t|]"; null) | map(bare)) as $header
		| $map[0].dimensions // {} | with_entries(.value = (.value.from // .key)
			| if .value | type == "array" then .value |= (first(.[] | select(IN(bare; $header[]))) // .[0]) else . end)' <<< "$header"
}

# renamed NAMES: the records of stdin with segments in those names, byte for byte if none differs.
renamed() {
	jq -e 'all(to_entries[]; .key == .value)' <<< "$1" > /dev/null && { cat; return; }
	jq -c --argjson names "$1" '
		def renamed: if type == "object" then with_entries(.key = ($names[.key] // .key)) else . end;
		if has("segment") then .segment |= renamed else . end
		| if has("visible_segment") then .visible_segment |= renamed else . end'
}

# The truth speaks the user's names; deals have ours.
own_truth() {	# NAMES
	jq --argjson names "$1" '($names | with_entries({key: .value, value: .key})) as $ours
		| .events[]?.segment |= with_entries(.key = ($ours[.key] // .key))' "$truth" ||
		die 78 "backtest: $truth: no list of events with their segments"
}

backtest() {
	local files map rules from to truth copies names asked=()
	backtest_options backtest "$backtest_line" "$@"
	private_folder backtest
	read_deals backtest
	names=$(own_names)
	replay "$work/deals" "$work/findings" "$work/ledger"
	[[ -s $work/ledger ]] || die 65 "backtest: ${files[*]}: no decided deals in it"
	if [[ -n $truth ]]; then
		own_truth "$names" > "$work/truth"
		asked=(${from:+--from "$from"} ${to:+--to "$to"} --truth "$work/truth" --deals "$work/deals")
	else
		spoken_of "$work/ledger"
		asked=(--from "$from" --to "$to")
	fi
	"$here/grade" "${asked[@]}" --ledger "$work/ledger" < "$work/findings" > "$work/score"
	cat "$work/findings" "$work/score" | renamed "$names"
}

# The deals but those that clean-ups took: detect leaves them out, and their losses, once
# shuffled, would be everybody's.
without_clean_ups() {
	local from="" to=""	# of the whole file
	replay "$work/deals" "$work/real" "$work/ledger"
	jq -c 'select(.type == "bulk_close")' "$work/real" > "$work/clean_ups"
	jq -Rr --slurpfile clean_ups "$work/clean_ups" '
		def day: .[:10] | strptime("%Y-%m-%d") | mktime / 86400;
		def took($deal): all(.segment | to_entries[]; $deal[.key] == .value)
			and (.date | day) - ($deal.created_date | day) > .older_than;
		select(fromjson | ((.recorded_at // .closed_date)[:10]) as $day | . as $deal
			| .outcome == "open" or .created_date == null
				or all($clean_ups[] | select(.date == $day); took($deal) | not))' "$work/deals"
}

placebo() {
	local files map rules from to truth copies copy
	backtest_options placebo "$placebo_line" "$@"
	private_folder placebo
	read_deals placebo
	without_clean_ups > "$work/decided_one_by_one"
	for ((copy = 1; copy <= copies; copy++)); do
		[[ ! -t 2 ]] || printf '\rplacebo: copy %d of %d ' "$copy" "$copies" >&2
		"$here/shuffle" --seed "$copy" < "$work/decided_one_by_one" > "$work/shuffled"
		replay "$work/shuffled" "$work/told" "$work/ledger"
		[[ -s $work/ledger ]] || die 65 "placebo: ${files[*]}: no decided deals in it"
		jq -c --argjson copy "$copy" '{type, date, segment, direction, $copy}' "$work/told" >> "$work/findings"
	done
	[[ ! -t 2 ]] || printf '\r\033[K' >&2
	spoken_of "$work/ledger"
	"$here/grade" --copies "$copies" --from "$from" --to "$to" < "$work/findings"
}
