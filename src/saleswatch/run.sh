#!/usr/bin/env bash
# run - runs pipelines: each by make, in the folder of its day, and writes down how it went.

# Names go through make and a shell, to which these characters say something.
odd_character='[][[:space:]"'"'"'$`;&|<>()*?#!~%:=\\{}]'

# Files of another user, root's too, would stop the next run of its owner.
check_owner() {
	[[ -O $state ]] || die 77 "$1: $state belongs to $(stat -c %U "$state"); do it as that user"
	[[ -w $state ]] || die 77 "$1: $state: $(id -un) may not write there"
}

check_place() {
	local path
	for path in "$pipelines" "$conf" "$state"; do
		[[ ! $path =~ $odd_character ]] || die 78 "run: $path: a blank or a special character in its name"
	done
	read_settings || die 78 "run: $conf/saleswatch.json: absent, or no JSON"
	zone=$(zone)
	[[ -n $zone ]] || die 78 "run: $conf/saleswatch.json: zone: is empty"
	[[ -e /usr/share/zoneinfo/$zone ]] || die 78 "run: $conf/saleswatch.json: zone: no such zone: $zone"
	mkdir -p "$state" 2> /dev/null || die 73 "run: $state: cannot be made"
	check_owner run
	check_store_url
	mkdir -p "$state/days" "$state/periods" "$state/open"
}

# Pipelines run in the folder of their day, wherever the files were named.
place_csv() {
	local file files=()
	[[ ! -e ${SALESWATCH_CSV-} || ! $SALESWATCH_CSV =~ $odd_character ]] ||
		die 78 "run: $SALESWATCH_CSV: a blank or a special character in its name; give it a link under a plainer one"
	for file in ${SALESWATCH_CSV-}; do
		file=$(realpath -ms -- "$file")
		[[ ! $file =~ $odd_character ]] || die 78 "run: $file: a blank or a special character in its name"
		files+=("$file")
	done
	export SALESWATCH_CSV="${files[*]}"
}

# The parts whose streams a pipeline makes: each has a lock of its own.
parts() {
	local included
	included=$(sed -n 's/^include \([a-z0-9_-]*\)\.mk$/\1/p' "$pipelines/$1.mk" | grep -v '^stage$' || true)
	printf "%s\n" "${included:-$1}"
}

# Pipelines share the folder of a day, and may run in it at the same time.
stages() { find . -maxdepth 1 -newer ".began.$name" -type f \( -name '*.fetched' -o -name '*.validated' -o -name '*.unique' -o -name '*.passed' \
	-o -name '*.summary' \) -exec cat {} + | jq -sc 'sort_by(.stage)'; }

# The record of a run, and of what begins or ends with it: ops hear of a failure as leaders hear
# of a drop.
record_run() {	# SECONDS STATUS
	local run="run-$name-$started-$$" budget record told open mended=()
	budget=$(setting 0 pipelines "$name" budget_minutes)
	record=$(jq -nc --arg pipeline "$name" --arg period "$day" --arg started "$started" --argjson seconds "$1" --argjson exit "$2" \
		--argjson minutes "$budget" --arg owner "$(setting ops pipelines "$name" owner)" --argjson stages "$(stages)" --arg ended "$(now)" \
		--arg version "$(version)" --arg through "${standin:+$through}" \
		'($minutes * 60) as $budget
		| {kind: "run", v: 1, $pipeline, $period, $started, $ended, $seconds, budget_seconds: $budget, $owner,
		status: (if $exit != 0 then "failed" elif $budget > 0 and $seconds > $budget then "late" else "ok" end),
		$exit, $stages, $version} + if $through == "" then {} else {$through} end')
	"$here/store" put run --stage "$run" --db "$db" <<< "$record"
	[[ $record != *'"status":"late"'* ]] || failures=$(jq -c --argjson run "$record" \
		'. + [{stage: "budget", pipeline: $run.pipeline, reason: "\($run.pipeline): took \($run.seconds / 60 * 10 | round / 10) min, over its budget of \($run.budget_seconds / 60) min"}]' <<< "$failures")
	read -ra mended <<< "$succeeded"
	tell_faults "$run" "$(with_owner <<< "$failures")" "${mended[@]}"
	"$here/store" commit "$run" --db "$db"
	mark_open
}

# make knows only that a recipe failed; its words say with which status.  It goes on with what does
# not need it, as another source, and the first to fail is the one to tell of.
make_goal() {	# COMMAND...
	local status=0
	if [[ -n $quiet ]]; then "$@" 2>> "$errors" || status=$?
	else { "$@" 2>&1 >&3 3>&- | tee -a "$errors" >&2; } 3>&1 || status=$?; fi
	(( status != 0 )) || return 0
	status=$(sed -n 's/^make.*\*\*\*.* Error \([0-9]*\)$/\1/p; s/^make.*\*\*\*.* Killed$/137/p' "$errors" | head -n 1)
	[[ -n $status || -z $(absent) ]] || status=66
	[[ -n $status || -z $(misconfigured) ]] || status=78
	[[ $status != 12[67] ]] || status=78	# no such program, or none that may be run
	return "${status:-70}"
}

receipts_size() { stat -c %s receipts 2> /dev/null || echo 0; }

# What a message met with, and not the pipeline: the store has a receipt of it, and a fault of its
# own where ops should know.
is_told() {	# STATUS SIZE_BEFORE
	[[ $1 == 75 ]] || { [[ $1 == 69 || $1 == 77 || $1 == 78 ]] && (( $(receipts_size) > $2 )); }
}

# make, told all that a pipeline may ask; what failed is noted.
goal() {	# GOAL
	local ended=0 size
	size=$(receipts_size)
	rm -f "$errors.died"
	SALESWATCH_DIED=$PWD/$errors.died make_goal env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u csv -u map -u stages -u targets LC_ALL=C \
		make -s -k -I "$pipelines" -f "$pipelines/$name.mk" "day=$day" "now=$started" "through=$through" \
		"before=$(day_before "$through")" "week=$(day_before "$through" 6)" "standin=$standin" "conf=$conf" "zone=$zone" "currency=$(setting "" currency)" \
		"db=$db" "state=$state" "templates=$pipelines/templates" "$1" || ended=$?
	# What may go through later waits in the outbox; else nothing is over of
	# the part that sends, the last one.
	if [[ $1 == send ]] && is_told "$ended" "$size"; then
		(( ended == 75 )) || { unsent=$ended succeeded=${own[*]:0:${#own[@]}-1}; }
		ended=0
	fi
	(( ended == 0 )) || note_failure "$ended"
	return "$ended"
}

# cron looks each minute, also before there is a store, and need not be told each minute that
# sending is paused.
may_send() { has_store && [[ ! ( -n $quiet && -e $state/paused ) ]]; }

has_part() { [[ " ${own[*]} " == *" $1 "* ]]; }

# What the day's data are of, and the streams that say so.
choose() {
	if has_part analyze; then choose_deals; else choose_insights; fi
	note_stale
	! has_part analyze || note_through
}

# Where a source gave nothing, the store's deals stand in for what comes after: a run that failed
# there goes on.
made() {
	goal all && { succeeded="${own[*]} $name"; return; }
	status=$?
	[[ $(jq -r '.[0].pipeline' <<< "$failures") == ingest ]] && has_part analyze && (( status != 78 )) && stand_in || return
	errors+=.standin
	note_stale
	note_through
	goal all && succeeded="${own[*]/ingest/}"
}

# Nothing was made, and nothing stands that this could end.
is_idle() {
	(( status == 0 )) && ! any_open "$name" "${own[@]}" &&
		[[ -z $(find . -newer ".began.$name" -type f ! -name '.*' ! '(' -name receipts -empty ')' -print -quit) ]]
}

# In quiet, what ops know already is not said each time.
say_failure() {
	local new
	new=$(jq -r '.[] | .pipeline + "." + .stage' <<< "$failures" | while read -r mark; do is_open "$mark" || echo new; done)
	[[ -z $quiet || -n $new ]] || return 0
	[[ -z $quiet ]] || cat ".errors.$name"* >&2
	say "run: $name $day failed; what stood before it stands, in $PWD"
}

# Who tries an old export should know why it is so quiet.
say_age() {
	local last
	last=$(sed -n 's/^.*"date":"\([0-9-]*\)".*"segment":{}.*/\1/p' metrics | sort | tail -n 1)
	[[ -n $last && $last < $(day_before "$day" 21) ]] || return 0
	say "run: the newest deal was decided on $last: to see that time, SALESWATCH_NOW=$(date -u -d "$last + 1 day" +%F)T08:00:00Z saleswatch run $name"
}

# Whatever a decimal point is here.
seconds_since() {	# EPOCHREALTIME
	local ms=$(((${EPOCHREALTIME//[!0-9]/} - ${1//[!0-9]/}) / 1000))
	printf '%d.%03d\n' $((ms / 1000)) $((ms % 1000))
}

# Called in a subshell: its locks end with it, however it ends.
run_pipeline() {	# PIPELINE
	name=$1 status=0 unsent=0 told="" standin="" failures="[]" succeeded=""
	day=${period:-$(local_time +%F)} started=$(now) began=$EPOCHREALTIME errors=.errors.$1
	mapfile -t own < <(parts "$name")
	mkdir -p "$state/days/$day"
	hold_locks "$started"
	[[ -z $period ]] || ! had_its_run "$name" "$period" || exit 0
	cd "$state/days/$day" || exit
	# Who asks the source himself need not be told that nobody has.
	! has_part deliver || has_part ingest || ! has_store || tell_standing
	rm -f "$errors.standin"
	: > "$errors"
	: > ".began.$name"
	choose
	! made || ! may_send || goal send || status=$?
	! is_idle || told=": nothing to do, every stream is up to date"
	(( status == 0 )) || say_failure
	[[ -n $told ]] || record_run "$(seconds_since "$began")" "$status"
	(( status == 0 )) || exit "$status"
	! has_part deliver || { now > .delivered.new && mv .delivered.new "$state/delivered"; }
	# What stood in is analyzed again once there are today's deals.
	[[ -z $period || -n $standin ]] || note_period "$name" "$period"
	[[ -n $quiet ]] || say "run: $name $day$told"
	[[ -n $quiet ]] || ! has_part analyze || say_age
	exit "$unsent"
}

# However a look ended: it is written down for the watch, and what is known then for the monitor.
looked() {
	local pipeline
	mkdir -p "$state/looked"
	for pipeline in "${looked[@]}"; do
		now > "$state/looked/.$pipeline.$$" && mv "$state/looked/.$pipeline.$$" "$state/looked/$pipeline"
	done
	[[ -z $ran ]] || ( monitor ) || say "monitor: could not be written"
}

run() {
	local when="" period="" quiet="" name zone="" today time ended worst=0
	while [[ ${1-} == --* ]]; do
		case $1 in
		--at) when=${2:?$usage_line}; shift 2 ;;
		--quiet) quiet=yes; shift ;;
		*) misuse ;;
		esac
	done
	(( $# )) || misuse
	check_place
	place_csv
	looked=() ran=""
	trap looked EXIT
	for name in "$@"; do
		[[ $name =~ ^[a-z0-9_-]+$ && -e $pipelines/$name.mk && $name != stage ]] || die 64 "run: no pipeline $name; there are: $(pipeline_names | tr '\n' ' ')"
		looked+=("$name")
		if [[ -n $when ]]; then
			read -r today time < <(local_time '+%F %H:%M')
			due_period "$when" "$today" "$time" || continue
			! had_its_run "$name" "$period" || continue
		fi
		ran=yes
		# Each has its turn, however another ended; in an || list errexit would be off inside.
		set +e
		( set -e; run_pipeline "$name" )
		ended=$?
		set -e
		(( ended == 0 || (worst != 0 && worst != 75) )) || worst=$ended
	done
	return "$worst"
}
