#!/usr/bin/env bash
# outbox - what waits to be sent, what nobody would take, what became of everything; and what a
# person can do about it.  notify changes the store, a transaction each.

outbox_usage='usage: saleswatch outbox [list | show ID | retry ID... | drop ID REASON... | log [DAY [DAY]]]'

# What came from a CRM or a server is shown, never obeyed by a terminal.
plain='def plain: tostring | gsub("[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]"; "?");
	def short: plain | if length > 60 then .[:59] + "…" else . end;
	def who: "\(.receiver // "?" | plain) by \(.channel | plain)\(if (.to // "") != "" then " to \(.to | plain)" else "" end)";'

table() { column -t -s $'\t' | sed 's/ *$//'; }

# Sets id: that of the only delivery whose id begins so.
find_delivery() {
	local found
	[[ $1 =~ ^[0-9a-f]{1,16}$ ]] || die 64 "outbox: $1: no id; saleswatch outbox list shows them"
	found=$("$here/store" get delivery --db "$db" | jq -r --arg begins "$1" '.delivery_id | select(startswith($begins))')
	[[ -n $found ]] || die 66 "outbox: $1: no such delivery"
	[[ $found != *$'\n'* ]] || die 64 "outbox: $1: several ids begin so: $(paste -sd' ' <<< "$found")"
	id=$found
}

outbox_list() {
	"$here/notify" --db "$db" --list | jq -r "$plain"'
		(if .status == "dead" then "DEAD" else "waits" end) as $what
		| [$what, .delivery_id, .priority // "", who,
			if .status == "dead" then "since \(.at)" elif .attempts == 0 then "due \(.next_at)" else "again \(.next_at)" end,
			"\(.attempts) tried", (.subject // "" | short),
			if .reason then "\(.result): \(.reason | plain)" elif .attempts > 0 then "no receipt" else "" end] | @tsv' | table
	[[ ! -e $state/paused ]] || printf 'PAUSED: %s\n' "$(cat "$state/paused")"
}

# ---- show

quoted_printable() { sed -e ':a' -e '/=$/{N;s/=\n//;ba' -e '}' -e 's/\\/\\\\/g' -e 's/=\([0-9A-F][0-9A-F]\)/\\x\1/g' | while IFS= read -r line; do printf '%b\n' "$line"; done; }

# The text of a mail on stdin: of its first part that is plain text, or all there is.
mail_text() {
	local mail encoding body
	mail=$(tr -d '\r')
	encoding=$(awk '/^Content-Type: text\/plain/ { inside = 1 } inside && tolower($1) == "content-transfer-encoding:" { print $2; inside = 0 }' <<< "$mail" | sed -n 1p)
	body=$(awk -v plain="$(grep -c '^Content-Type: text/plain' <<< "$mail")" '
		plain == 0 && body { print }
		plain == 0 && /^$/ { body = 1 }
		plain > 0 && !done && body && /^--/ { done = 1 }
		plain > 0 && !done && body { print }
		/^Content-Type: text\/plain/ { inside = 1 }
		plain > 0 && inside && /^$/ { body = 1 }' <<< "$mail")
	case ${encoding,,} in
	base64) base64 -d <<< "$body" ;;
	quoted-printable) quoted_printable <<< "$body" ;;
	*) printf '%s\n' "$body" ;;
	esac
}

# As its reader would see it, but for colours and links.
message_text() {	# DELIVERY
	local body
	body=$(jq -r '.content.body // ""' <<< "$1")
	case $(jq -r '.content.type // ""' <<< "$1"):$(jq -r .channel <<< "$1") in
	message/rfc822:*) mail_text <<< "$body" ;;
	application/json:slack) jq -r '[.blocks[]?, .attachments[]?] as $parts | if $parts == [] then .text else $parts | .. | .text? | strings end' <<< "$body" ;;
	application/json:teams) jq -r '.attachments[].content | .. | objects | if .title and .value then "\(.title): \(.value)" else .text // .title // empty end | strings' <<< "$body" ;;
	application/json:*) jq . <<< "$body" ;;
	:*) echo '(it was never rendered)' ;;
	*) printf '%s\n' "$body" ;;
	esac | tr -d '\000-\010\013-\037\177' | jq -Rr "$plain"' plain'
}

outbox_show() {
	local id delivery
	find_delivery "$1"
	delivery=$("$here/store" get delivery --db "$db" | jq -c --arg id "$id" 'select(.delivery_id == $id)')
	jq -r "$plain"' "\(.delivery_id)\(if .drill then ", a drill" else "" end): \(who), \(.priority // "") \(.form)\(if .state then ", \(.state)" else "" end), due \(.due)",
		(.subject // empty | "Subject: \(plain)")' <<< "$delivery"
	"$here/store" get receipt --db "$db" | jq -r --arg id "$id" "$plain"'
		select(.delivery_id == $id) | "\(.at) \(.result)\(if .reason then ": \(.reason | plain)" else "" end)\(if .ref then ", \(.ref | plain)" else "" end)"'
	printf '\n'
	message_text "$delivery"
}

# ---- by hand

outbox_retry() {
	local id one
	check_owner outbox
	for one in "$@"; do
		find_delivery "$one"
		"$here/notify" --db "$db" --retry "$id"
		say "outbox: $id: due now; it goes out at the next run of deliver"
	done
}

outbox_drop() {
	local id
	check_owner outbox
	find_delivery "$1"
	"$here/notify" --db "$db" --drop "$id" --why "${*:2}" | jq -r "$plain"' "dropped: \(.delivery_id), \(who), \(.reason | plain)"'
}

# ---- log

# The held streams of those days, and what is held back just now.
held_streams() {	# FROM TO
	local file day
	for file in "$state"/days/*/held; do
		day=${file%/held} day=${day##*/}
		[[ ! -e $file || $day < $1 || $day > $2 ]] || jq -c --arg day "$day" '. + {day: $day}' "$file"
	done
	[[ ! -s $state/deliver/held || $2 < $(local_time +%F) ]] || jq -c '. + {day: "now"}' "$state/deliver/held"
}

outbox_log() {
	local from=${1-} to=${2-} day deliveries receipts
	from=${from:-$(day_before "$(local_time +%F)" 7)} to=${to:-$(local_time +%F)}
	for day in "$from" "$to"; do is_day "$day" || die 64 "outbox: log: $day: no such day"; done
	# What the store cannot give ends it: a log with a gap would be taken for a quiet day.
	deliveries=$("$here/store" get delivery --db "$db" | jq -c '{delivery_id, subject, priority, drill}')
	receipts=$("$here/store" get receipt --from "$from" --to "$to" --db "$db")
	jq -nr --slurpfile deliveries <(printf %s "$deliveries") --slurpfile receipts <(printf %s "$receipts") "$plain"'
		($deliveries | map({key: .delivery_id, value: .}) | from_entries) as $of
		| $receipts | sort_by(.at)[]
		| [.at, .result, .delivery_id, who, "attempt \(.attempt)",
			($of[.delivery_id] | "\(.priority // "")\(if .drill then " drill" else "" end)"),
			($of[.delivery_id].subject // "" | short), (.reason // "" | plain)] | @tsv' | table
	held_streams "$from" "$to" | jq -r "$plain"'
		select(.reason != "told")	# who had it already is not kept from it
		| [.day, "held", .alert_id // .stage // "" , (if .receiver then who else "-" end), .state // "", .priority // "", "",
			"\(.reason // "" | plain)\(if .why then ": \(.why | plain)" else "" end)\(if .by then ", by \(.by | plain)" else "" end)\(if .until then ", until \(.until)" else "" end)"] | @tsv' | table
}

outbox() {
	has_store || [[ ${1-} == -* ]] || die 66 "outbox: nothing has run yet: $db is not there"
	case ${1-list}:$# in
	list:[01]) outbox_list ;;
	show:2) outbox_show "$2" ;;
	retry:1 | drop:[12]) asked_wrong "$outbox_usage" ;;
	retry:*) outbox_retry "${@:2}" ;;
	drop:*) outbox_drop "${@:2}" ;;
	log:[123]) outbox_log "${@:2}" ;;
	-h:1 | --help:1) asked_how "$outbox_usage" 'saleswatch outbox list' ;;
	*) asked_wrong "$outbox_usage" ;;
	esac
}
