#!/usr/bin/env bash
# stale - what the data of a day are, where they are not what they should be.
#
# A day's data should be complete through the day before.  Where nothing can be had of the
# source, the deals that the store had last stand in, and are analyzed as of their own last day:
# what that gives was found before, so it is shown, and nobody is told anew.  The stream `stale`
# in a day's folder has one record while this lasts, else none; render takes it and says so.
#
# It all follows from marks in the folders of days: deals.done, where the source was loaded;
# analyzed, which names the day that the analysis is of.

# newest FILE DAY: the last day up to that one which has such a file.
newest() {
	local folders=("$state"/days/????-??-??) i
	for ((i = ${#folders[@]} - 1; i >= 0; i--)); do
		[[ ${folders[i]##*/} > $2 || ! -e ${folders[i]}/$1 ]] || { printf '%s\n' "${folders[i]##*/}"; return; }
	done
	return 1
}

# insights_through DAY: the last day that is analyzed; of folders that an older saleswatch made
# it is the one before.
insights_through() {
	local folder
	folder=$(newest analyzed "$1") || return
	grep . "$state/days/$folder/analyzed" || day_before "$folder"
}

# analyze_by DAY TIME: true from the hour by which the day should be analyzed.
analyzed_by() { setting 06:00 watch by; }
too_late() { [[ $1 < $(local_time +%F) || ! $(local_time +%H:%M) < $(analyzed_by) ]]; }	# DAY

failing() { compgen -G "$state/open/$1.*" > /dev/null; }	# PART: it has an open fault

# Sets through, and standin: what stands in for deals of the source is the store, or what it gave
# earlier in the day.
stand_in() {
	local last
	last=$(newest deals.done "$day") || return
	through=$(day_before "$last") standin=store
	[[ $last != "$day" ]] || standin=kept
	[[ -n $quiet ]] || say "run: $name $day: no new deals; those through $through stand in"
}

# What an analysis is of.  Where today's deals are only late it waits for them: a cron line
# looks again.
choose_deals() {
	through=$(day_before "$day")
	[[ ! -e deals.done ]] || return 0
	! has_part ingest || return 0
	[[ -z $period ]] || failing ingest || { too_late "$day" && ! holder ingest > /dev/null; } || {
		[[ -z $quiet ]] || exit 0
		die 75 "run: $name: no deals of $day yet"
	}
	stand_in || true
}

# What everything else of the day tells of: the last insights, if those of today are overdue.
choose_insights() {
	local last
	through=$(day_before "$day")
	last=$(insights_through "$day") || return 0
	[[ ! $last < $through ]] || ! { [[ -e analyzed ]] || failing ingest || failing analyze || too_late "$day"; } || through=$last
}

# The sources that gave nothing today, as a list; empty if none did, which needs no names.
missing_sources() {
	local name silent=() given=""
	[[ ! -e deals.taken ]] || given=yes
	while read -r name; do
		if [[ -e $name.taken ]]; then given=yes; else silent+=("$name"); fi
	done < <(jq -r '.sources | keys[]' "$conf/sources.json" 2> /dev/null)
	[[ -z $given || ${#silent[@]} == 0 ]] || jq -nc '$ARGS.positional' --args "${silent[@]}"
}

note_stale() {
	local loaded cause=analysis missing=""
	if [[ $through == "$(day_before "$day")" ]]; then
		[[ ! -e stale ]] || : > stale.new
	else
		loaded=$(newest deals.done "$day") || loaded=""
		# Older than what was loaded last, it is not the source that it waits for.
		[[ $loaded == "$day" || ( -n $loaded && $through < $(day_before "$loaded") ) ]] || cause=source
		[[ $cause != source ]] || missing=$(missing_sources)
		jq -nc --arg through "$through" --arg since "$(cat "$state/days/$loaded/deals.loaded" 2> /dev/null)" --arg cause "$cause" \
			--arg day "$day" --argjson missing "${missing:-null}" '
			{kind: "stale", v: 1, $through, days: ((($day + "T00:00:00Z" | fromdate) - ($through + "T00:00:00Z" | fromdate)) / 86400 - 1), $cause}
			+ if $since == "" then {} else {$since} end + if $missing == null then {} else {$missing} end' > stale.new
	fi
	[[ ! -e stale.new ]] || "$here/settle" stale.new stale
}

# What is analyzed again when it is of another day than it was.
note_through() {
	printf '%s\n' "$through" > .through.new
	"$here/settle" .through.new .through
}
