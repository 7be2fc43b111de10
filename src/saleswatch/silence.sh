#!/usr/bin/env bash
# silence - what nobody is told of for a while, by whom and why.
#
# A silence is a record in the store, as schemas/silence.json has it.  It keeps what the alerts
# it is made for are like now, so that route can wake one that gets worse.

silence_line='usage: saleswatch silence add MATCHER... --for DURATION --by NAME --why TEXT | list | end ID'

# Seconds of 7d, 12h, 1d12h.
seconds_of() {
	local rest=$1 sum=0 unit
	[[ $1 =~ ^([0-9]{1,5}[mhdw])+$ ]] || die 64 "silence: --for $1: no duration; write it as 30m, 12h or 7d"
	while [[ $rest =~ ^([0-9]+)([mhdw])(.*)$ ]]; do
		case ${BASH_REMATCH[2]} in m) unit=60 ;; h) unit=3600 ;; d) unit=86400 ;; w) unit=604800 ;; esac
		sum=$((sum + 10#${BASH_REMATCH[1]} * unit)) rest=${BASH_REMATCH[3]}
	done
	(( sum > 0 )) || die 64 "silence: --for $1: no time at all"
	printf '%s\n' "$sum"
}

put_silence() {	# RECORD
	local id
	id=$(jq -r .silence_id <<< "$1")
	"$here/store" put silence --stage "silence-$id" --db "$db" <<< "$1"
	"$here/store" commit "silence-$id" --db "$db"
}

# The record with what it would hold now: route knows, which is what will judge it.
with_alerts() {	# RECORD
	local since
	since=$(day_before "$(local_time +%F)" 35)
	named <<< "$1" > "$work/silence"
	: > "$work/standing"
	! has_store || "$here/store" get alert --from "$since" --db "$db" | named > "$work/standing"
	"$here/route" --routes "$conf/routes.json" --conf "$conf/saleswatch.json" --silences "$work/silence" \
		--held "$work/held" < "$work/standing" > /dev/null || return
	jq -nc --argjson silence "$1" --slurpfile held "$work/held" '
		($held | map(select(.reason == "silenced") | {key: .alert_id, value: true}) | from_entries) as $is_held
		| $silence + {alerts: [inputs | select($is_held[.alert_id]) | {alert_id, priority, z, pipeline} | with_entries(select(.value != null))]}' "$work/standing"
}

silence_add() {
	local matchers=() long="" by="" why="" from until record work id
	while (( $# )); do
		case $1 in
		--for | --by | --why) (( $# > 1 )) || asked_wrong "$silence_line" ;;&
		--for) long=$2; shift 2 ;;
		--by) by=$2; shift 2 ;;
		--why) why=$2; shift 2 ;;
		-*) asked_wrong "$silence_line" ;;
		*) matchers+=("$1"); shift ;;
		esac
	done
	[[ ${#matchers[@]} -gt 0 && -n $long && -n $by && -n $why ]] || asked_wrong "$silence_line"
	long=$(seconds_of "$long")
	from=$(now)
	mkdir -p "$state" 2> /dev/null || die 73 "silence: $state: cannot be made"
	check_owner silence
	until=$(date -u -d "$from + $long seconds" +%Y-%m-%dT%H:%M:%SZ)
	id=$(printf '%s\n' "$from" "$by" "${matchers[@]}" | sha256sum | cut -c1-16)
	record=$(jq -nc --arg silence_id "$id" --arg by "$by" --arg why "$why" --arg from "$from" --arg until "$until" \
		'{kind: "silence", v: 1, $silence_id, matchers: $ARGS.positional, $by, $why, $from, $until}' --args "${matchers[@]}")
	work=$(mktemp -d)
	# shellcheck disable=SC2064	# the folder as it is called now
	trap "rm -rf ${work@Q}" EXIT
	record=$(with_alerts "$record" 2> "$work/said") || die "$(grep -q ': matcher ' "$work/said" && echo 64 || echo 78)" \
		"silence: $(head -n 1 "$work/said" | sed 's/^route: .*: matcher //')"
	put_silence "$record"
	jq -r '"silence \(.silence_id) until \(.until): \(.alerts | length) of the alerts there are now"' <<< "$record"
}

# Those in force, the first to end first.
silence_list() {
	(( $# == 0 )) || asked_wrong "$silence_line"
	has_store || return 0
	"$here/store" get silence --db "$db" | jq -rs --arg now "$(now)" 'map(select(.until > $now)) | sort_by(.until, .silence_id)[]
		| [.silence_id, "until \(.until)", "by \(.by)", (.matchers | join(", ")), .why] | @tsv' | column -t -s $'\t'
}

silence_end() {
	local found
	[[ $# == 1 && $1 =~ ^[0-9a-f]+$ ]] || asked_wrong "$silence_line"
	has_store || die 66 "silence: $1: there is none"
	check_owner silence
	found=$("$here/store" get silence --db "$db" | jq -c --arg id "$1" --arg now "$(now)" 'select((.silence_id | startswith($id)) and .until > $now)')
	[[ -n $found ]] || die 66 "silence: $1: no silence of that id is in force; saleswatch silence list"
	[[ $found != *$'\n'* ]] || die 64 "silence: $1: more than one begins so: $(jq -r .silence_id <<< "$found" | paste -sd' ')"
	put_silence "$(jq -c --arg now "$(now)" '.until = $now' <<< "$found")"
	say "silence: $(jq -r .silence_id <<< "$found"): over"
}

silence() {
	case ${1-} in
	add | list | end) "silence_$1" "${@:2}" ;;
	-h | --help) asked_how "$silence_line" "saleswatch silence add 'segment.region = Europe' --for 7d --by kim --why 'the office is closed'" ;;
	*) asked_wrong "$silence_line" ;;
	esac
}
