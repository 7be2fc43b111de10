#!/usr/bin/env bash
# drill - notify --test: a marked alert on the way of the real ones, and what became of it.

drill_usage='usage: saleswatch notify --test RECEIVER'

drill_alert() {	# ALERT-ID
	jq -nc --arg id "$1" --arg date "$(local_time +%F)" --arg by "$(id -un)" '{kind: "alert", v: 1, alert_id: $id,
		type: "recovery", $date, opened: $date, segment: {}, direction: "up", severity: "insight", priority: "P1",
		state: "new", drill: true, title: "Drill: nothing happened",
		message: "Drill: \($by) tests the way to you. Nothing happened, and nothing need be done.", data_through: $date}'
}

# What became of a delivery: its last receipt, or that it waits.
drill_outcome() {	# DELIVERY-ID
	local next
	next=$("$here/notify" --db "$db" --list | jq -r --arg id "$1" 'select(.delivery_id == $id and .status == "queued") | .next_at')
	{
		"$here/store" get delivery --db "$db" | jq -c --arg id "$1" 'select(.delivery_id == $id)'
		"$here/store" get receipt --db "$db" | jq -c --arg id "$1" 'select(.delivery_id == $id)'
	} | jq -rs --arg next "$next" "$plain"'
		"drill: \(.[0] | who): " + (if length == 1 then "it waits" else last | "\(.result)\(if .reason then ": \(.reason | plain)" else "" end)" end)
		+ if $next != "" then "; it is tried again after \($next)" else "" end'
}

drill() {
	local stage status=0 ended one
	[[ $# == 1 && $1 != -* ]] || asked_wrong "$drill_usage"
	mkdir -p "$state" 2> /dev/null || die 73 "notify: $state: cannot be made"
	check_owner notify
	private_folder notify
	stage=$(printf '%s %s %s' "$1" "$(now)" "$EPOCHREALTIME" | sha256sum | cut -c 1-16)
	drill_alert "$stage" |
		"$here/route" --routes "$conf/routes.json" --conf "$conf/saleswatch.json" --only "$1" |
		"$here/render" --templates "$pipelines/templates" --conf "$conf/saleswatch.json" > "$work/deliveries"
	[[ -s $work/deliveries ]] || die 70 "notify: route made no delivery for $1"
	"$here/store" put delivery --stage "drill-$stage" --db "$db" < "$work/deliveries"
	"$here/store" commit "drill-$stage" --db "$db"
	[[ ! -e $state/paused ]] || status=75
	for one in $(jq -r .delivery_id "$work/deliveries"); do
		ended=0
		"$here/notify" --db "$db" --routes "$conf/routes.json" --conf "$conf/saleswatch.json" --state "$state" \
			--paused "$state/paused" --only "$one" > /dev/null || ended=$?
		(( status != 0 && status != 75 )) || (( ended == 0 )) || status=$ended
		drill_outcome "$one"
	done
	return "$status"
}
