#!/usr/bin/env bash
# trace - where a deal, or what an alert is of, came from: run, source, line.
#
# It reads the store, and the files that the deals were read from if they still stand; what they
# say is not to change how a terminal shows it.

trace_line='usage: saleswatch trace DEAL|ALERT'

# What jq needs to say versions and changes; plain: no control or bidi character of somebody else's.
# shellcheck disable=SC2016	# the dollars are jq's
trace_words='
	def plain: gsub("[\\p{Cc}\\p{Cf}]"; "\ufffd");
	def said: if . == null then "nothing" elif type == "string" then plain else tojson end;
	def money: if .amount == null then "" else ", \(.amount) \(.currency // "")" | rtrimstr(" ") end;
	def place: if (.source // "") == "" then "a source that did not say where" else (.source | plain) + (if .line then ":\(.line)" else "" end) end
		+ if .from and .from != "" and .from != .source then " (\(.from | plain))" else "" end;
	def run: if .run then "run \(.run | plain)" else "a run from before runs were kept" end;'

# trace_file SOURCE OFFSET ID: the record as the file has it at that byte, if it does.
trace_file() {
	local record
	[[ $1 != -* && -f $1 && -r $1 && $2 =~ ^[0-9]+$ ]] || return 0
	# from the end of the line before; a row of a CSV may go over several lines, until its quotes are even
	record=$({ { (( $2 > 0 )) || echo; tail -c "+$2" -- "$1"; } | head -c 65536 | tr -d '\0' |
		awk 'NR == 1 { if ($0 != "") exit; next } { quotes += gsub(/"/, "&"); print } quotes % 2 == 0 { exit }'; } 2> /dev/null || true)
	if [[ $record == *"$3"* ]]; then
		jq -Rr 'gsub("[\\p{Cc}\\p{Cf}]"; "\ufffd") | "    \(.)"' <<< "$record"
	else
		say "trace: $1: has not got $3 at byte $2 any more"
	fi
}

trace_versions() {	# ID
	local words source offset
	while IFS=$'\t' read -r words source offset; do
		printf '%b\n' "$words"
		trace_file "$(printf %b "$source")" "$offset" "$1"
	done < <(jq -r "$trace_words"' select(.kind == "version")
		| ["\(.seen)\(if .until then " to \(.until)" else " on" end): \(place), \(run)", (.source // "" | if . == "" then "-" else . end), .offset // "-"] | @tsv' <<< "$records")
}

trace_deal() {	# ID
	local records=$2
	jq -rs --arg id "$1" "$trace_words"' map(select(.kind == "version")) as $versions | map(select(.kind == "change")) as $changes
		| ($versions | last) as $last | $last.deal as $deal
		| if $last == null then "\($id | plain): not there; only changes are told of it"
			else "\($id | plain)\(if $deal.name then ", \($deal.name | plain)" else "" end): " +
				(if $last.until then "deleted, as of \($last.until); it was " else "" end) + "\($deal.outcome)\($deal | money)",
				($deal.url // empty | select(test("^https?://")) | plain) end' <<< "$records"
	trace_versions "$1"
	jq -r "$trace_words"' select(.kind == "change")
		| "\(.seen): \(.field | plain): \(.old | said) -> \(.new | said)" + if .at then ", in the CRM \(.at | plain)" else "" end' <<< "$records"
}

# Sets alert: the record whose id begins so.
trace_find_alert() {	# PREFIX
	local found
	found=$("$here/store" get alert --db "$db" | jq -c --arg prefix "$1" 'select(.alert_id | startswith($prefix))')
	[[ -n $found ]] || die 66 "trace: $1: no deal and no alert of that id in $db"
	[[ $found != *$'\n'* ]] || die 64 "trace: $1: more than one alert begins so: $(jq -r .alert_id <<< "$found" | paste -sd' ')"
	alert=$found
}

# The deals it names, as they were known when it was made, on the day after its own.
trace_alert() {
	local alert ids records
	trace_find_alert "$1"
	jq -r "$trace_words"' "\(.title // .type | plain): \(.segment | if . == {} then "the whole company" else to_entries | map("\(.key)=\(.value)") | join(",") | plain end), \(.date); alert \(.alert_id)"' <<< "$alert"
	mapfile -d '' -t ids < <(jq -j '.deals[]? | (.deal_id? // .), "\u0000"' <<< "$alert")
	if (( ${#ids[@]} == 0 )); then
		printf 'it names no deals; saleswatch why %s says what it is made of\n' "$(jq -r .alert_id <<< "$alert")"
		return
	fi
	records=$("$here/store" trace --db "$db" -- "${ids[@]}") || (( $? == 66 )) || exit
	jq -rs --argjson alert "$alert" "$trace_words"'
		map(select(.kind == "version")) as $all
		| ($alert.date | strptime("%Y-%m-%d") | mktime + 86400 | strftime("%Y-%m-%d")) as $made
		| [$alert.deals[] | (.deal_id? // .) as $id | [$all[] | select(.deal_id == $id)] as $versions
			| ([$versions[] | select(.seen[:10] <= $made)] | last) // $versions[0] | select(.)] as $known
		| ($known[] | "\(.deal_id | plain): \(.deal.outcome)\(.deal | money); \(place), \(run), seen \(.seen)"),
			($known | group_by(.run)[] | "\(.[0] | run): brought \(length)")' <<< "$records"
}

trace() {
	local records status=0
	[[ $# == 1 && ${1:--} != -* ]] || {
		[[ ${1-} != -h && ${1-} != --help ]] || asked_how "$trace_line" 'saleswatch trace OPP-0042'
		asked_wrong "$trace_line"
	}
	has_store || die 66 "trace: $db: nothing has run yet"
	records=$("$here/store" trace --db "$db" -- "$1" 2> /dev/null) || status=$?
	case $status in
	0) trace_deal "$1" "$records" ;;
	66) trace_alert "$1" ;;
	*) "$here/store" trace --db "$db" -- "$1" > /dev/null ;;
	esac
}
