#!/usr/bin/env bash
# report - the report on demand: of the company or of one segment, this week or another, as a
# page, or as a mail that goes through the outbox as every other does.
#
# saleswatch.sh has the clock, the places and run; backtest.sh what programs with arguments use.

report_line='usage: saleswatch report [--segment NAME=VALUE[,NAME=VALUE...]] [--week DAY] [--to ADDRESS | --out FILE]'

# Sets segment (an object), asked (as it was written), to, out, week from the arguments.
report_options() {
	segment='{}' asked="" to="" out="" week=""
	while (( $# )); do
		[[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
		case $1 in
		-h | --help) asked_how "$report_line" 'saleswatch report --segment region=Europe --out europe.html' ;;
		--segment | --to | --out | --week) [[ -n ${2-} ]] || asked_wrong "$report_line" ;;&
		--segment) asked=$2 segment=$(segment_of "$2" report); segment=$(segment_now "$segment") ;;
		--to) to=$2 ;;
		--out) out=$2 ;;
		--week) week=$2 ;;
		*) asked_wrong "$report_line" ;;
		esac
		shift 2
	done
	[[ -z $to || -z $out ]] || asked_wrong "$report_line"
	[[ -z $out || $out =~ \.(html|eml|txt)$ ]] || die 64 "report: $out: its name must end in .html, .eml or .txt"
	[[ -z $week ]] || is_day "$week" || die 64 "report: $week: no such day"
	[[ -z $to || $to =~ ^[^[:space:]@,\;\<\>]+@[^[:space:]@,\;\<\>]+$ ]] || die 64 "report: --to $to: no mail address"
	# A rep's numbers are for the rep's manager.
	[[ $segment != *'"sales_rep_id":'* ]] || die 64 "report: $asked: a rep's numbers go to the rep's manager only, by the weekly mail"
}

# Sets through: the last day of the week asked for, or yesterday.
report_day() {
	local yesterday sunday
	yesterday=$(day_before "$(local_time +%F)")
	through=$yesterday
	[[ -n $week ]] || return 0
	sunday=$(date -u -d "$week + $((7 - $(date -u -d "$week" +%u))) day" +%F)
	[[ $sunday > $yesterday ]] || through=$sunday
	[[ ! $week > $yesterday ]] || die 64 "report: $week: is not over yet"
}

# What sources.mk says: a line each of map, stages, targets.
configured() {
	printf '%s\n' "conf := $conf" 'csv := none' "include \$(conf)/sources.mk" \
		"all: ; @printf '%s\\n' \"\$(map)\" \"\$(stages)\" \"\$(targets)\"" |
		env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s --no-print-directory -f - all
}

within_segment() { jq -c --argjson segment "$segment" '. as $row | select($segment | to_entries | all(.value == $row.segment[.key]))'; }

# What dimensions and values there are, beside a segment that no deal is of.
segment_values() {
	jq -nr --argjson segment "$segment" 'reduce inputs as $deal ({}; reduce ($segment | keys[]) as $key (.; .[$key][$deal[$key] // "" | tostring] = true))
		| to_entries | map("\(.key) is " + (.value | keys | map(select(. != "")) | .[:20] | if . == [] then "in no deal" else join(", ") end)) | join("; ")' "$work/counted"
}

# The deals the report is of, in mine: those that count, as they were known that day.
report_deals() {
	local by_name
	mapfile -t by_name < <(with --aliases aliases.json)
	"$here/store" get deal --db "$db" ${week:+--as-of "$through"} | resolved "$through" > "$work/known"
	[[ -z $week || -s $work/known ]] || {
		say "report: no deal was known by $through; these are the deals of that time as they are known now"
		"$here/store" get deal --db "$db" | resolved "$through" > "$work/known"
	}
	"$here/sift" --rules "$conf/rules.json" "${by_name[@]}" --summary "$work/counted.summary" < "$work/known" > "$work/counted"
	jq -nc --argjson segment "$segment" '{population: [{name: "segment", where: $segment}]}' > "$work/segment.json"
	if [[ $segment == '{}' ]]; then
		ln -s counted "$work/mine"
	else
		"$here/sift" --rules "$work/segment.json" --excluded "$work/mine" < "$work/counted" > /dev/null 2> /dev/null
	fi
	[[ -s $work/mine ]] || die 66 "report: ${asked:-$db}: no deals${asked:+; $(segment_values)}"
}

# The sources of its parts, as options of render; what is not there is left out.
report_parts() {
	local folder settings map home
	folder=$state/days/$(date -u -d "$through + 1 day" +%F)
	mapfile -t settings < <(configured)
	mapfile -t home < <(in_home)
	map=${settings[0]} options=()
	"$here/store" get change --db "$db" --to "$through" | resolved_changes "$work/mine" > "$work/changes"
	"$here/store" get alert --db "$db" --from "$(day_before "$through" 6)" --to "$through" | named | within_segment > "$work/alerts"
	"$here/aggregate" --map "$map" --trust "${home[@]}" < "$work/mine" | awk -v last="$through" 'match($0, /"date":"[0-9-]*"/) && substr($0, RSTART + 8, 10) <= last' > "$work/metrics"
	"$here/drivers" --map "$map" --at "$through" --days 28 < "$work/mine" > "$work/drivers"
	"$here/measure" --map "$map" --changes "$work/changes" ${settings[1]:+--stages "${settings[1]}"} ${settings[2]:+--targets "${settings[2]}"} \
		--trust --as-of "$through" "${home[@]}" < "$work/mine" > "$work/measures"
	"$here/store" get quality --db "$db" --from "$(day_before "$through" 26)" --to "$(date -u -d "$through + 1 day" +%F)" > "$work/quality"
	options+=(--quality "$work/quality" --metrics "$work/metrics" --drivers "$work/drivers" --measures "$work/measures" --population "$work/counted.summary")
	if [[ -s $folder/findings.ledger && $(head -n 1 "$folder/findings.ledger" | jq -r .date) == "$through" ]]; then
		within_segment < "$folder/findings.ledger" > "$work/ledger"
		options+=(--ledger "$work/ledger" --deals "$work/mine")
	fi
	for file in "$folder"/*.unread "$folder"/*.refused; do
		[[ ! -e $file ]] || options+=(--rejects "$file")
	done
	[[ ! -e $folder/stale ]] || options+=(--stale "$folder/stale")
}

# A week in which nobody looked is not a quiet one.
was_analyzed() {
	[[ -n $("$here/store" get run --db "$db" | jq -c --arg from "$(day_before "$through" 5)" --arg to "$(date -u -d "$through + 1 day" +%F)" \
		'select((.pipeline | IN("analyze", "daily")) and .status != "failed" and .period >= $from and .period <= $to)') ]]
}

# The record of the report: as the weekly pipeline left it, or made for this.
report_record() {
	local newest options
	newest=$state/days/$(date -u -d "$through + 1 day" +%F)/report
	if [[ -s $newest && $segment == '{}' && -z $week ]]; then
		cp "$newest" "$work/report"
		return
	fi
	report_deals
	report_parts
	"${renderer[@]}" --as report --segment "$segment" "${options[@]}" < "$work/alerts" > "$work/made"
	if was_analyzed; then mv "$work/made" "$work/report"; else jq -c '.unanalyzed = true' "$work/made" > "$work/report"; fi
}

# As the name of the file says: a mail, a text, else a page.
report_write() {
	local form=html
	case $out in
	*.eml) form=mail ;;
	*.txt) form=text ;;
	esac
	if [[ -z $out || $out == - ]]; then
		"${renderer[@]}" --as "$form" --report "$work/report" < /dev/null
	else
		[[ -d $(dirname -- "$out") ]] || die 73 "report: $out: no such folder"
		"${renderer[@]}" --as "$form" --report "$work/report" < /dev/null > "$work/shown"
		cp -- "$work/shown" "$out.new" 2> /dev/null || die 73 "report: $out: cannot be written"
		"$here/settle" "$out.new" "$out"
	fi
}

# Into the outbox first, then sent as whatever is due: logged, tried again, once.
report_send() {
	local id run now became
	check_place
	now=$(now)
	id=$(printf '%s\n' "$to" "$segment" "$through" "$now" | sha256sum | cut -c 1-16)
	run=report-$id
	jq -nc --arg id "$id" --arg to "$to" --arg now "$now" '{kind: "delivery", v: 1, delivery_id: $id, receiver: "report", channel: "mail", $to,
		form: "weekly", due: $now, created: $now, alerts: []}' |
		"${renderer[@]}" --report "$work/report" |
		"$here/store" put delivery --stage "$run" --db "$db"
	"$here/store" commit "$run" --db "$db"
	[[ ! -e $state/paused ]] || { say "report: waits in the outbox, sending is paused: $(cat "$state/paused")"; return; }
	run --quiet deliver || true
	became=$("$here/store" get receipt --db "$db" | jq -rs --arg id "$id" 'map(select(.delivery_id == $id)) | last // {result: "waiting"} | [.result, .reason // ""] | join(": ")')
	case $became in
	sent*) say "report: sent to $to" ;;
	refused*) die 69 "report: $to: $became" ;;
	*) die 75 "report: waits in the outbox, tried again by itself: ${became%: }" ;;
	esac
}

report() {
	local segment asked to out week through renderer by_rep
	report_options "$@"
	mapfile -t by_rep < <(with --roster roster.json)
	renderer=("$here/render" "${by_rep[@]}" --templates "$pipelines/templates" --conf "$conf/saleswatch.json")
	report_day
	has_store || die 66 "report: nothing has run yet: $db is not there"
	[[ -z $to ]] || check_owner report
	private_folder report
	report_record
	if [[ -n $to ]]; then report_send; else report_write; fi
}
