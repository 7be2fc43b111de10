#!/usr/bin/env bash
# why, whynot - what an alert is made of, and why there was none.
#
# Both read the streams of a day, as a run left them, and change nothing.  Whatever number
# they say stands below with the jq line that gives it, to be pasted.

why_line='usage: saleswatch why ALERT'
whynot_line='usage: saleswatch whynot SEGMENT DAY'

# counted FILE FILTER WORDS: the words, the line, and what the line prints.
counted() {
	printf '%s\n    jq -c %s %q\n    %s\n' "$3" "${2@Q}" "$1" "$(jq -c "$2" "$1")"
}

# The streams of days that have one of that name, the newest day last.
streams() { { find "$state/days" -mindepth 2 -maxdepth 2 -name "$1" -size +0 2> /dev/null || true; } | sort; }

# What may be asked of, when what was asked is not there.
known_alerts() {
	local file
	while read -r file; do
		jq -r '[.alert_id, .date, .title, (.segment | to_entries | map("\(.key)=\(.value)") | join(","))] | @tsv' "$file"
	done < <(streams alerts | tail -n 5) | tail -n 10 | column -t -s $'\t'
}

# Sets file and id: the newest stream that has the alert, and the whole of its id.
find_alert() {	# COMMAND ALERT
	local ids at
	file="" id=""
	while read -r at; do
		ids=$(jq -r --arg prefix "$2" '.alert_id | select(startswith($prefix))' "$at" | sort -u)
		[[ -n $ids ]] || continue
		[[ $ids != *$'\n'* && ( -z $id || $id == "$ids" ) ]] || die 64 "$1: $2: more than one alert begins so: ${id:+$id }${ids//$'\n'/ }"
		file=$at id=$ids
	done < <(streams alerts)
	[[ -n $file ]] && return
	ids=$(known_alerts)
	die 66 "$1: $2: no alert of that id in $state/days${ids:+; the newest are:
$ids}"
}

# A number the alert keeps, said and counted again; nothing if it has not got what it takes.
alert_says() {	# FIELDS WORDS FILTER
	local words
	words=$(jq -r "$one | if all($1; . != null) then $2 else empty end" "$file")
	[[ -z $words ]] || counted "$file" "$one | $3" "$words"
}

say_alert() {
	jq -r "$one"' | "\(.title): \(if .segment == {} then "the whole company" else .segment | to_entries | map("\(.key)=\(.value)") | join(",") end)",
		.message,
		"\(.severity), \(.priority), \(.state), since \(.opened), data through \(.data_through); alert \(.alert_id)",
		if .suppressed then "HELD BACK: \(.suppressed)" else empty end, ""' "$file"
	alert_says '(.won, .n, .from, .to)' '"\(.won) of \(.n) deals of \(.from) to \(.to) were won: a rate of \(.won / .n * 10000 | round / 10000)"' '.won / .n * 10000 | round / 10000'
	alert_says '(.expected, .won)' '"\(.expected) were to be expected: \(.won - .expected | . * 10 | round / 10) of that"' '.won - .expected | . * 10 | round / 10'
	alert_says '(.value, .baseline)' '"the rate against the usual one: \(.value) against \(.baseline), \((.value - .baseline) * 1000 | round / 10) points"' '(.value - .baseline) * 1000 | round / 10'
	alert_says '(.momentum, .value, .baseline)' '"momentum \(.momentum * 100 | round / 100): the two rates divided"' '.value / .baseline * 100 | round / 100'
	alert_says '(.z, .threshold)' '"z is \(.z) that day, and an alert opens beyond \(.threshold): so far is z from it"' '(.z | fabs) - .threshold | . * 100 | round / 100'
	# shellcheck disable=SC2016	# the dollars are jq's
	alert_says '(.score)' '"it is \(.severity): of the rows of its rule the first whose minimums are all met"' \
		'.score as {$values, $severities} | first($severities[] | select(all(to_entries[]; (.key | startswith("min_") | not) or $values[.key[4:]] >= .value)) | .severity)'
	alert_says '(.false_alarms)' '"alerts like it are false \(.false_alarms.per_week) times a week on shuffled outcomes (\(.false_alarms.copies) copies)"' '.false_alarms.per_week'
}

# The deals of the window, counted from the deals themselves.
say_deals() {
	local filter deals
	deals=${file%/*}/deals
	[[ -e $deals ]] || return 0
	filter=$(jq -r "$one"' | select(.clock == "recorded" and (.basis // "recorded") == "recorded" and .n != null and .from != null)
		| "reduce (inputs | select(.outcome != \"open\" and ((.recorded_at // .closed_date)[:10] | . >= \"\(.from)\" and . <= \"\(.to)\")"
		+ ([.segment | to_entries[] | " and .[\(.key | tojson)] == \(.value | tojson)"] | join("")) + ")) as $deal ([0, 0]; [.[0] + 1, .[1] + (if $deal.outcome == \"won\" then 1 else 0 end)])"' "$file")
	[[ -z $filter ]] ||
		printf 'the same from the deals: all, and won\n    jq -nc %s %q\n    %s\n' "${filter@Q}" "$deals" "$(jq -nc "$filter" "$deals")"
}

why() {
	local file id one ledger segment
	[[ $# == 1 && ${1:--} != -* ]] || {
		[[ ${1-} != -h && ${1-} != --help ]] || asked_how "$why_line" 'saleswatch why 3f9a'
		asked_wrong "$why_line"
	}
	find_alert why "$1"
	one="select(.alert_id == \"$id\")"
	say_alert
	say_deals
	ledger=${file%/*}/findings.ledger
	segment=$(jq -c "$one | .segment" "$file")
	# The ledger is of win rates: its z is the one of no other kind of alert.
	if [[ -e $ledger && $(jq -r "$one | .type" "$file") =~ ^(win_rate_|recovery) && -n $(jq -c --argjson segment "$segment" 'select(.segment == $segment)' "$ledger") ]]; then
		say_z "$ledger" "$segment"
	fi
}

# How z comes about, from a row of the ledger, where the row has its parts.
say_z() {	# LEDGER SEGMENT
	local row="select(.segment == $2)"
	[[ -n $(jq -c "$row | select(.r != null and .v_sum != null and .rest != null and .noise != null)" "$1") ]] || return 0
	counted "$1" "$row"' | (.r - .v_sum * .rest) / (.v_sum * (1 + .v_sum * (.noise + .rest_var + .own_var)) | sqrt) | . * 100 | round / 100' \
		"$(jq -r "$row"' | "that day: z = (r - v g) / sqrt(v (1 + v (s2 + vg + vb))) with r = \(.r), v = \(.v_sum), g = \(.rest), s2 = \(.noise), vg = \(.rest_var), vb = \(.own_var)"
			+ if .age_z != null then "; with the age of the deals taken out it is \(.age_z), and the ledger takes what both allow: \(.z)" else "" end' "$1")"
}

# ---- whynot

# SEGMENT [NAME]: a segment as people write it, as an object: "region=Europe,product_type=Pro"; "all" is the company.
segment_of() {
	jq -nce --arg text "$1" 'if $text | IN("", "all", "{}") then {} else
		[$text | split(",")[] | capture("^ *(?<key>[^=]+?) *= *(?<value>.+?) *$") // error] | from_entries end' 2> /dev/null ||
		die 64 "${2-whynot}: $1: no segment; write it as region=Europe or region=Europe,product_type=Pro, or all"
}

# The days there is something to say of: those of runs, and all that their deals reach back to.
known_days() {
	local file
	while read -r file; do jq -r '.date' "$file" | head -n 1 || true; done < <(streams findings.ledger) | sort -u | tail -n 5 | paste -sd' '
}

# Sets ledger: what was looked at on the day, as its run left it, else as a replay of the deals
# known by then gives it.
find_ledger() {	# DAY
	local folder newest
	folder=$state/days/$(date -u -d "$1 + 1 day" +%F)
	ledger=$folder/findings.ledger
	[[ ! -s $ledger || $(head -n 1 "$ledger" | jq -r .date) != "$1" ]] || return 0
	newest=$(streams metrics | tail -n 1) newest=${newest%/metrics}
	[[ -n $newest && -s $newest/deals ]] || die 66 "whynot: $state/days: nothing has run yet"
	[[ ! $1 > $(jq -rs 'last.date // ""' "$newest/findings.ledger" 2> /dev/null || true) ]] ||
		die 66 "whynot: $1: no data of that day yet; the newest days are: $(known_days)"
	mkdir -p "$state/replays" 2> /dev/null || die 77 "whynot: $state/replays: cannot be made"
	ledger=$state/replays/$1.ledger
	"$here/detect" --rules "$conf/rules.json" --deals "$newest/deals" --as-of "$1" --ledger "$ledger" < "$newest/metrics" > /dev/null
	[[ -s $ledger ]] || die 66 "whynot: $1: before the first recorded deal"
	say "whynot: no run of that day is left; replayed from $newest/deals"
}

# What segments there are, beside one that there is not.
unknown_segment() {	# SEGMENT
	jq -rn --argjson asked "$1" '
		[inputs.segment] as $all
		| ($all | map(select(length == 1) | to_entries[0]) | group_by(.key) | map({key: .[0].key, value: map(.value)}) | from_entries) as $values
		| [$asked | to_entries[] | . as {$key, $value}
			| if $values[$key] == null then "no dimension \($key); there are: \($values | keys | join(", "))"
			elif $values[$key] | index([$value]) | not then "no \($key) \($value); there are: \($values[$key][:20] | join(", "))"
			else empty end]
		| if . == [] then "segments like that are not looked at, only the company, one condition, and pairs without a rep" else join("; ") end' "$ledger"
}

# Why the row did not fire, in words.
say_verdict() {
	counted "$ledger" "$row | .verdict" "$(jq -r "$row"' |
		"\(.date), \(if .segment == {} then "the whole company" else .segment | to_entries | map("\(.key)=\(.value)") | join(",") end): " +
		(.verdict | if . == "too small" then "too small: no window of it had deals enough to be tried"
			elif . == "below threshold" then "nothing that chance would not do"
			elif startswith("explained by") then "\(.): what it shows, that incident shows"
			elif startswith("over before") then "\(.); what was decided after that was as usual"
			elif . == "too many today" then "it would have fired, but for the other segments that fired that day"
			elif . == "fired" then "it did fire"
			elif startswith("fired, but") then "it did fire, but rules.json does not want it: its kind, its size or its open pipeline"
			else . end)' "$ledger")"
}

say_numbers() {
	[[ -n $(jq -c "$row | select(.days > 0)" "$ledger") ]] || {
		counted "$ledger" "$row | [.days, .n]" "so many days and deals were tried"
		return
	}
	counted "$ledger" "$row | [.won, .n]" "$(jq -r "$row"' | "its most surprising window is of \(.days) days: \(.won) of \(.n) deals won"' "$ledger")"
	counted "$ledger" "$row | .threshold - (.z | fabs) | . * 100 | round / 100" "$(jq -r "$row"' | "z is \(.z) there, and an alert opens beyond \(.threshold): \(if (.z | fabs) > .threshold then "so far is z from it" else "so much is missing" end)"' "$ledger")"
	counted "$ledger" "$row | .visible * 1000 | round / 10" "the smallest change that would have opened one there, in points"
	say_z "$ledger" "$segment"
}

# Who is not told of it now and why, as the last run of deliver wrote it down.
say_held() {	# ALERT
	local held
	held=$(jq -r --arg id "$1" 'select(.alert_id == $id) | "alert \($id): \(.receiver // "nobody"): " +
		({due: "waits for its digest", told: "told", silenced: "silenced", inhibited: "inhibited", muted: "muted"}[.reason] // .reason)
		+ (if .by then " by \(.by)" else "" end) + (if .until then ", until \(.until)" else "" end)
		+ (if .why then ": \(.why)" else "" end)' "$state/deliver/held" 2> /dev/null || true)
	printf '%s\n' "${held:-alert $1: no route of routes.json takes it}"
}

# What became of the alert, if there was one: told, held back, no news, nobody's, or paused.
say_alerts() {
	local alerts deliveries at told id
	alerts=${ledger%/*}/alerts deliveries=${ledger%/*}/deliveries
	if [[ -s $alerts ]]; then
		told="select(.segment == $segment)"
		jq -r "$told"' | "alert \(.alert_id), \(.type): " + if .suppressed then "held back: \(.suppressed)" else "told" end' "$alerts"
		while read -r id; do
			[[ ! -e $deliveries || -n $(jq -c --arg id "$id" 'select(any(.alerts[]?; .alert_id == $id))' "$deliveries") ]] ||
				say_held "$id"
		done < <(jq -r "$told | select(.suppressed == null) | .alert_id" "$alerts")
	fi
	while read -r at; do
		[[ $at == "$alerts" ]] || jq -r --arg day "$2" "select(.segment == $segment and .suppressed == null and .date < \$day)"' |
			"told before: alert \(.alert_id), \(.type), \(.date); what has not grown since is not told again"' "$at"
	done < <(streams alerts)
	[[ ! -e $state/paused ]] || printf 'and nothing is sent: paused, %s\n' "$(cat "$state/paused")"
}

whynot() {
	local ledger segment row
	[[ $# == 2 && $1 != -* ]] || {
		[[ ${1-} != -h && ${1-} != --help ]] || asked_how "$whynot_line" 'saleswatch whynot region=Europe,product_type=Pro 2024-04-07'
		asked_wrong "$whynot_line"
	}
	segment=$(segment_of "$1")
	segment=$(segment_now "$segment")
	is_day "$2" || die 64 "whynot: $2: no such day"
	find_ledger "$2"
	row="select(.segment == $segment)"
	[[ -n $(jq -c "$row" "$ledger") ]] || die 66 "whynot: $1: $(unknown_segment "$segment")"
	say_verdict
	say_numbers
	say_alerts "$segment" "$2"
}
