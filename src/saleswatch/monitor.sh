#!/usr/bin/env bash
# monitor - what a monitoring system may ask, as one file for Prometheus (its textfile collector)
# and, where saleswatch.json names an agent, as gauges for DogStatsD.
#
# Numbers come from the store by SQL: counts of its small tables (runs, alerts, receipts, the
# outbox, faults), never of deals; reading the records instead would cost twenty times as much.
# Each flows as a line: [name, labels, value] from the store, name, value, label=text... between
# tabs from files, an instant being its seconds.  What each means stands in one table.

monitor_line='usage: saleswatch monitor'

# NAME TYPE HELP; what is listed is written in this order, whether or not there is a value.
monitored() {
	cat <<-'END'
	build_info gauge The version that wrote this.
	written_timestamp_seconds gauge When this was written.
	runs gauge Periods of a pipeline by how their last run ended.
	run_duration_seconds gauge How long the newest run took.
	run_budget_seconds gauge How long it may take.
	run_ended_timestamp_seconds gauge When the newest run ended.
	run_succeeded_timestamp_seconds gauge When one last ended well.
	stage_records gauge Records of a stage in its newest run, by what became of them.
	quality gauge What the checks of the newest load found, by source and level.
	rejects gauge Rows and records refused in the newest load, by reason.
	data_loaded_timestamp_seconds gauge When deals were last loaded.
	data_age_seconds gauge How long ago that was.
	data_stale gauge 1 while older data stand in for those of today.
	alerts gauge Alerts that stand, by type and priority.
	alerts_held_back gauge Alerts that are not told, by the reason.
	delivery_attempts_total counter Attempts to send, by channel and result.
	deliveries gauge Deliveries by channel and status.
	outbox_waiting gauge Deliveries that are due and wait to be sent.
	outbox_oldest_age_seconds gauge How long the oldest of them is due.
	faults_open gauge Faults that are not over, by pipeline and stage.
	paused gauge 1 while nothing is sent.
	looked_timestamp_seconds gauge When a pipeline was last looked after, by cron or by hand.
	watched_timestamp_seconds gauge When the watch last looked.
	END
}

monitor_sql() {	# NOW
	cat <<-END
	.timeout 5000
	.param set :now "'$1'"
	select json_array('runs', json_object('pipeline', pipeline, 'status', status), count(*)) from runs group by pipeline, status;
	create temp view newest as select pipeline, doc, max(json_extract(doc, '\$.started')) from run group by pipeline;
	select json_array('run_duration_seconds', json_object('pipeline', pipeline), json_extract(doc, '\$.seconds')) from newest;
	select json_array('run_budget_seconds', json_object('pipeline', pipeline), json_extract(doc, '\$.budget_seconds')) from newest;
	select json_array('run_ended_timestamp_seconds', json_object('pipeline', pipeline), cast(strftime('%s', json_extract(doc, '\$.ended')) as int)) from newest;
	select json_array('run_succeeded_timestamp_seconds', json_object('pipeline', pipeline), cast(strftime('%s', max(ended)) as int))
		from runs where status <> 'failed' group by pipeline;
	select json_array('stage_records', json_object('pipeline', pipeline, 'stage', json_extract(s.value, '\$.stage'), 'result', r.value),
		json_extract(s.value, '\$.' || r.value))
		from newest, json_each(newest.doc, '\$.stages') s, json_each('["in","out","rejected","dropped"]') r;
	select json_array('alerts', json_object('type', type, 'priority', priority), count(*)) from alerts
		where suppressed is null and coalesce(json_extract(doc, '\$.state'), '') not in ('recovered', 'corrected') group by type, priority;
	select json_array('alerts_held_back', json_object('reason', reason), count(*))
		from (select substr(suppressed, 1, instr(suppressed || ':', ':') - 1) as reason from alerts where suppressed is not null) group by reason;
	select json_array('delivery_attempts_total', json_object('channel', channel, 'result', result), count(*)) from receipts group by channel, result;
	select json_array('deliveries', json_object('channel', channel, 'status', status), count(*)) from deliveries group by channel, status;
	select json_array('outbox_waiting', json_object(), count(*)),
		json_array('outbox_oldest_age_seconds', json_object(), coalesce(strftime('%s', :now) - strftime('%s', min(due)), 0))
		from deliveries where status = 'queued' and due <= :now;
	select json_array('faults_open', json_object('pipeline', coalesce(pipeline, ''), 'stage', stage), count(*)) from faults where until is null group by pipeline, stage;
	END
}

# What files say; of many, the last one.
monitor_files() {	# NOW
	local file last days=("$state"/days/????-??-??)
	printf '%s\t%s\n' written_timestamp_seconds "$1" paused "$([[ ! -e $state/paused ]]; echo $?)" \
		data_stale "$([[ ! -s ${days[-1]}/stale ]]; echo $?)"
	printf 'build_info\t1\tversion=%s\n' "$(version)"
	[[ ! -s $state/watched ]] || printf 'watched_timestamp_seconds\t%s\n' "$(< "$state/watched")"
	for file in "$state"/looked/*; do
		[[ ! -s $file ]] || printf 'looked_timestamp_seconds\t%s\tpipeline=%s\n' "$(< "$file")" "${file##*/}"
	done
	quality_counts
	last=$(newest deals.loaded 9999-12-31) || return 0
	printf 'data_loaded_timestamp_seconds\t%s\n' "$(< "$state/days/$last/deals.loaded")"
	# A quote within a text is never bare, so this is the field and nothing that was refused.
	for file in fetch:unread validate:refused; do
		{ grep -ho '"code":"[^"]*"' "$state/days/$last"/*."${file#*:}" 2> /dev/null || true; } | sort | uniq -c |
			sed "s/ *\([0-9]*\) \"code\":\"\(.*\)\"/rejects\t\1\tstage=${file%:*}\treason=\2/"
	done
}

monitor_values() {	# NOW
	monitor_files "$1"
	! has_store || with_file_of run alert delivery receipt fault -- monitor_store "$1"
}

monitor_store() { monitor_sql "$1" | sqlite3 -readonly -list -separator $'\n' "$file"; }	# NOW

# shellcheck disable=SC2016 # of jq, not of the shell
as_values='
	def number: if test("Z$") then fromdate else tonumber end;
	def value: if startswith("[") then fromjson
		else split("\t") | [.[0], (.[2:] | map(capture("^(?<key>[^=]*)=(?<value>.*)$")) | from_entries), (.[1] | number)] end;
	[inputs | value] | . + [(map({key: .[0], value: .[2]}) | from_entries) as $one
		| select($one.data_loaded_timestamp_seconds) | ["data_age_seconds", {}, $one.written_timestamp_seconds - $one.data_loaded_timestamp_seconds]] |'

# shellcheck disable=SC2016
as_prometheus=$as_values'
	def escaped: tostring | gsub("\\\\"; "\\\\") | gsub("\n"; "\\n") | gsub("\""; "\\\"");
	def labels: to_entries | map("\(.key)=\"\(.value // "" | escaped)\"") | if . == [] then "" else "{" + join(",") + "}" end;
	($about | split("\n") | map(select(. != "") | capture("^(?<name>\\S+) (?<type>\\S+) (?<help>.*)$"))) as $about
	| (group_by(.[0]) | map({key: .[0][0], value: .}) | from_entries) as $values
	| $about[] | "saleswatch_\(.name)" as $full
	| "# HELP \($full) \(.help)", "# TYPE \($full) \(.type)",
	($values[.name] // [] | .[] | "\($full)\(.[1] | labels) \(.[2] // 0)")'

# As Datadog has it: a name with a dot, the value, g for a gauge, tags; what has a meaning in a
# datagram is an underscore in a tag.
# shellcheck disable=SC2016
as_dogstatsd=$as_values'
	def tag: "\(.key):\(.value // "" | tostring | gsub("[:|,\n]"; "_"))";
	.[] | "saleswatch.\(.[0]):\(.[2] // 0)|g" + (.[1] | to_entries | if . == [] then "" else "|#" + (map(tag) | join(",")) end)'

dogstatsd_send() {	# HOST:PORT VALUES
	local gauge fd
	exec {fd}> "/dev/udp/${1%:*}/${1##*:}"
	while IFS= read -r gauge; do printf %s "$gauge" >&"$fd" || true; done < <(jq -nRr "$as_dogstatsd" <<< "$2")
	exec {fd}>&-
}

monitor() {
	local at file new values agent
	case ${1-} in
	"") ;;
	-h | --help) asked_how "$monitor_line" 'saleswatch monitor' ;;
	*) asked_wrong "$monitor_line" ;;
	esac
	read_settings
	file=$(setting "" monitor textfile) agent=$(setting "" monitor dogstatsd)
	at=$(now) file=${file:-$state/metrics.prom} new=$file.$$
	values=$(monitor_values "$at")
	jq -nRr --arg about "$(monitored)" "$as_prometheus" <<< "$values" > "$new" || { rm -f "$new"; return 1; }
	chmod 644 "$new"
	"$here/settle" "$new" "$file"
	[[ -z $agent ]] || dogstatsd_send "$agent" "$values" || say "monitor: $agent: not reached"
}
