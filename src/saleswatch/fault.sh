#!/usr/bin/env bash
# fault - what failed, told once: a fault is one incident of a stage of a pipeline.
#
# It begins with the first failure (since), goes on while it fails again, with the reason of the last
# time, and ends (until) when that pipeline succeeds.  So ops hear twice of it: once that it is so,
# once that it is over.
# The store has them; a file open/PIPELINE.STAGE for each open one spares us to ask it.

# What make could not have: a file that is not there and that nothing makes.
absent() { sed -n "s/^make: \*\*\* No rule to make target '\(.*\)', needed by .*/\1/p" "$errors" | tail -n 1; }

# What a pipeline's own $(error ...) says.
misconfigured() { sed -n 's/^[^ ]*:[0-9]*: \*\*\* \(.*\)\.  Stop\.$/\1/p; s/^[^ ]*:[0-9]*: \*\*\* \(.*\)  Stop\.$/\1/p' "$errors" | tail -n 1; }

# Why a run failed: what the program said that died first, since in a pipe one failure brings on
# others; else what was said first.
reason() {	# PART STATUS
	local why
	why=$(head -n 1 "$errors.died" 2> /dev/null)
	[[ -n $why ]] || why=$(sed -n '/^make/d; /: \*\*\* /d; p; q' "$errors")
	[[ -n $why ]] || { why=$(absent); why=${why:+$1: $why: not there, and nothing makes it}; }
	[[ -n $why ]] || { why=$(misconfigured); why=${why:+$1: $why}; }
	printf '%s\n' "${why:-$1: a stage ended with status $2}"
}

# The part of a pipeline that failed, by the place that make names, or the target that it has
# no rule for; where neither says, the pipeline itself.
failed_part() {
	local part target
	part=$(sed -n 's/^make: \*\*\* \[\(.*\/\)\{0,1\}\([a-z0-9_-]*\)\.mk:[0-9]*: .*/\2/p' "$errors" | head -n 1)
	target=$(sed -n "s/^make: \*\*\* No rule to make target .*, needed by '\(.*\)'\..*/\1/p" "$errors" | tail -n 1)
	[[ -z $target ]] || part=$(for part in "${own[@]}"; do
		! sed -n 's/:.*//p' "$pipelines/$part.mk" | grep -wF -- "$target" > /dev/null || printf '%s\n' "$part"
	done | head -n 1)
	if [[ -n $part ]] && has_part "$part"; then printf '%s\n' "$part"; else printf '%s\n' "$name"; fi
}

# What a message begins with is the stage, if it is a word and not a shell's.
stage_of() {	# REASON PART
	local stage=${1%%:*}
	[[ $stage =~ ^[a-z][a-z0-9_-]*$ && $stage != *sh && $stage != saleswatch ]] || stage=$2
	printf '%s\n' "$stage"
}

# Adds to failures what make ended with; succeeded are the parts that were done before.
note_failure() {	# STATUS
	local part failed why
	failed=$(failed_part)
	why=$(reason "$failed" "$1")
	failures=$(jq -c --arg pipeline "$failed" --arg stage "$(stage_of "$why" "$failed")" --arg reason "$why" \
		--arg since "$started" '. + [{$stage, $since, $reason, $pipeline}]' <<< "$failures")
	succeeded=""
	for part in "${own[@]}"; do
		[[ $part != "$failed" ]] || return 0
		succeeded+=" $part"
	done
	succeeded=""
}

is_open() { [[ -e $state/open/$1 ]]; }	# PIPELINE.STAGE
any_open() { local name; for name in "$@"; do ! failing "$name" || return 0; done; return 1; }	# PIPELINE...

# tell_faults RUN FAILED PIPELINE...: stages under RUN the faults that begin, of those FAILED (an
# array), and those of the pipelines that end.  Nobody else's: those about deliveries are notify's.
# A key that another has is taken a second later.  Sets told and open.
tell_faults() {
	local run=$1 failed=$2 found
	shift 2
	found=$("$here/store" get fault --db "$db" | jq -sr --arg now "$(now)" --argjson failed "$failed" '
		def id: [.pipeline, .stage];
		. as $all
		| map(select(.until == null and .receiver == null and .delivery_id == null)) as $open
		| def free: . as $fault | if any($all[]; .stage == $fault.stage and .since == $fault.since)
			then .since |= (fromdate + 1 | todate) | free else . end;
		($failed | unique_by(id)) as $failed
		| [$failed[] | id as $id | select(all($open[]; id != $id)) | {kind: "fault", v: 1, stage, since: (.since // $now), reason, pipeline, owner} | free] as $new
		| [$open[] | id as $id | select((.pipeline | IN($ARGS.positional[])) and all($failed[]; id != $id)) | .until = $now] as $over
		| [$open[] | id as $id | first($failed[] | select(id == $id)) as $now | select(.reason != $now.reason) | .reason = $now.reason] as $still
		| ([$open[], $new[] | id] - [$over[] | id] | .[] | select(all(.[]; . != null)) | join(".") | select(test("^[a-z0-9._-]+$")) | "open " + .),
		($new + $over + $still | .[] | "told " + tojson)' --args "$@")
	open=$(sed -n 's/^open //p' <<< "$found")
	told=$(sed -n 's/^told //p' <<< "$found")
	[[ -z $told ]] || "$here/store" put fault --stage "$run" --db "$db" <<< "$told"
}

# The marks of what is open now.
mark_open() {
	local mark
	mkdir -p "$state/open"
	for mark in "$state"/open/*; do
		[[ $'\n'$open$'\n' == *$'\n'"${mark##*/}"$'\n'* ]] || rm -f "$mark"
	done
	for mark in $open; do : > "$state/open/$mark"; done
}

with_owner() { jq -c --slurpfile conf "$conf/saleswatch.json" 'map(.owner = ($conf[0].pipelines[.pipeline].owner // "ops"))'; }

# ---- what stands, whoever runs: looked at each minute, by deliver

enough_room() { (( $(df --output=avail -k "$state" | tail -n 1) > $(setting 1048576 watch free_kib) )); }

# A line for each run that is over its budget and has not ended: PIPELINE SECONDS BUDGET SINCE.
overdue() {
	local lock pipeline since budget ran
	for lock in "$state"/lock.*; do
		read -r _ since pipeline < <(holder "${lock##*/lock.}") || continue
		budget=$(awk -v minutes="$(setting 0 pipelines "$pipeline" budget_minutes)" 'BEGIN { print int(minutes * 60) }')
		ran=$(($(date -d "$(now)" +%s) - $(date -d "$since" +%s)))
		(( budget == 0 || ran <= budget )) || printf '%s %s %s %s\n' "$pipeline" "$ran" "$budget" "$since"
	done | sort -u
}

# The faults that there are without any run having failed.
standing() {
	local pipeline ran budget since today last
	while read -r pipeline ran budget since; do
		jq -nc --arg pipeline "$pipeline" --arg reason "$pipeline: runs since $since: over its budget of $((budget / 60)) min" --arg since "$since" \
			'{stage: "budget", $pipeline, $reason}'
	done < <(overdue)
	today=$(local_time +%F)
	if last=$(newest deals.done "$today") && [[ $last != "$today" ]] && too_late "$today"; then
		jq -nc --arg reason "ingest: the deals are those of $last: none were loaded today" '{stage: "stale", pipeline: "ingest", $reason}'
	fi
	enough_room || jq -nc --arg reason "disk: $state: nearly full" '{stage: "disk", pipeline: "disk", $reason}'
}

# Puts into the store what is new of it, or over.  Late data whose reason ops know are no news.
tell_standing() {
	local found failed over=() told open mark
	found=$(standing)
	[[ -n $found ]] || is_open disk.disk || return 0
	failed=$(jq -sc --arg known "$(failing ingest && ! is_open ingest.stale && echo yes)" \
		'map(select(.stage != "stale" or $known == ""))' <<< "$found" | with_owner)
	[[ $failed == *'"disk"'* ]] || ! is_open disk.disk || over=(disk)
	[[ -n ${over[*]} || -n $(jq -r '.[] | .pipeline + "." + .stage' <<< "$failed" | while read -r mark; do is_open "$mark" || echo new; done) ]] || return 0
	tell_faults "standing-$$" "$failed" "${over[@]}"
	[[ -z $told ]] || "$here/store" commit "standing-$$" --db "$db"
	mark_open
}
