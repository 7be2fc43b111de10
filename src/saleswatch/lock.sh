#!/usr/bin/env bash
# lock - two runs never overlap, and a dead one is in nobody's way.
#
# Each part of a pipeline has a lock, held as long as any process of its run lives.  The file
# says whose it is: PID.TICKS, the process and when it began, so that a number used again is
# another; then since when, and the pipeline.  Who finds a lock held for a process that is no
# more ends what it left behind: its children, known by $SALESWATCH_RUN.

ticks() {	# PID: when it began
	local stat
	stat=$(cat "/proc/$1/stat" 2> /dev/null) || return
	read -ra stat <<< "${stat##*) }"
	printf '%s\n' "${stat[19]}"
}

lives() { [[ $(ticks "${1%.*}") == "${1#*.}" ]]; }	# PID.TICKS

end_orphans() {	# PID.TICKS
	local found
	while read -r found; do
		found=${found#/proc/}
		kill -9 "${found%%/*}" 2> /dev/null || true
	done < <(grep -lsz "^SALESWATCH_RUN=$1\$" /proc/[0-9]*/environ)
}

# holder PART: whose run it is, since when, and of which pipeline; false if nobody's.
holder() {
	[[ -s $state/lock.$1 ]] || return
	! flock --nonblock "$state/lock.$1" true 2> /dev/null && cat "$state/lock.$1"
}

# What the file says may be of the run before, until the next one has written its own: it is
# asked again and again.
hold_lock() {	# PART OWN
	local fd whose tries
	exec {fd}>> "$state/lock.$1"
	for ((tries = 15; tries > 0; tries--)); do
		flock --nonblock "$fd" && { printf '%s\n' "$2" > "$state/lock.$1"; return; }
		read -r whose _ < "$state/lock.$1" || return
		! lives "$whose" || return
		end_orphans "$whose"
		sleep 0.1
	done
	return 1
}

# The locks of all parts of the pipeline, to the end of this shell; or its end at once.
hold_locks() {	# STARTED
	local part own_pid=$BASHPID
	export SALESWATCH_RUN
	SALESWATCH_RUN=$own_pid.$(ticks "$own_pid")
	for part in "${own[@]}"; do
		hold_lock "$part" "$SALESWATCH_RUN $1 $name" || {
			[[ -z $quiet ]] || exit 0
			die 75 "run: $name: another run of $part is under way"
		}
	done
}
