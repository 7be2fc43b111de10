#!/usr/bin/env bash
# watch - says by a way of its own that the rest is silent.
#
# It reads small files only: no store, no make, no delivery; what it looks after may hang.  Each
# trouble is told once a day while it lasts (its file in watch/ has the day), and once when it is
# over.  Who watches the watch: it leaves the time of each look in `watched`, which the monitor
# shows and --heartbeat asks for, and where all is well it calls watch.alive, for a service
# elsewhere to miss.

watch_line='usage: saleswatch watch [--heartbeat [HOURS]]'

is_recent() {	# FILE HOURS: the instant in it is less than so long ago
	local at
	at=$(date -d "$(grep . "$1" 2> /dev/null || echo never)" +%s 2> /dev/null) || return
	(( $(date -d "$(now)" +%s) - at < $2 * 3600 ))
}

watch_heard() {	# HOURS
	is_recent "$state/watched" "$1" && return
	printf 'watch: %s: see whether cron runs\n' "$([[ -s $state/watched ]] && echo "has not looked since $(cat "$state/watched")" || echo "has never looked")"
	return 1
}

# A line for each trouble: its name, a tab, what to tell.
troubles() {
	local today
	today=$(local_time +%F)
	[[ -e $state/days/$today/analyzed ]] || ! too_late "$today" || printf 'analysis\t%s not analyzed by %s: %s\n' "$today" "$(analyzed_by)" "$(why_late "$today")"
	overdue | while read -r pipeline ran budget since; do
		printf 'budget.%s\t%s runs since %s: over its budget of %d min\n' "$pipeline" "$pipeline" "$since" $((budget / 60))
	done
	[[ ! -e $state/looked/deliver ]] || is_recent "$state/delivered" 1 || why_undelivered
	[[ ! -s $state/paused ]] || is_recent <(cut -d' ' -f1 "$state/paused") "$(setting 24 watch paused_hours)" ||
		printf 'paused\tnothing is sent for %s hours: paused %s\n' "$(setting 24 watch paused_hours)" "$(head -n 1 "$state/paused")"
}

# Who runs each minute and fails each time delivers no more than who does not run.
why_undelivered() {
	if is_recent "$state/looked/deliver" 1; then
		printf 'delivery\tnothing is delivered: deliver fails%s: saleswatch status says why\n' \
			"$([[ ! -s $state/delivered ]] || echo " since $(cat "$state/delivered")")"
	else
		holder deliver > /dev/null ||
			printf 'delivery\tnothing is delivered: deliver has not run since %s\n' "$(cat "$state/looked/deliver")"
	fi
}

# What is known of it, from what was left lying about.
why_late() {	# DAY
	local part whose said=""
	for part in ingest analyze; do
		whose=$(holder "$part") && { printf '%s runs since %s\n' "$part" "$(cut -d' ' -f2 <<< "$whose")"; return; }
		! failing "$part" || said+="${said:+; }$part failed: $(errors=$state/days/$1/.errors.$part name=$part; reason "$part" unknown 2> /dev/null)"
	done
	printf '%s\n' "${said:-nothing has failed, nothing runs: see whether cron does}"
}

# Sends a text on stdin: by watch.command, by mail to watch.mail, else to stderr, which cron mails.
watch_send() {	# SUBJECT
	local command
	mapfile -t command < <(jq -r '.watch.command // [] | .[]' "$conf/saleswatch.json")
	if (( ${#command[@]} )); then
		timeout 60 "${command[@]}" > /dev/null
	elif [[ -n $(setting "" watch mail) ]]; then
		watch_mail "$1" "$(setting "" watch mail)"
	else
		cat >&2
	fi
}

watch_mail() {	# SUBJECT ADDRESS
	local file account
	file=$(setting "" msmtp file) account=$(setting "" msmtp account)
	{
		printf 'From: %s\nTo: %s\nSubject: %s\nDate: %s\nAuto-Submitted: auto-generated\nContent-Type: text/plain; charset=UTF-8\n\n' \
			"$(setting "$2" msmtp from)" "$2" "$1" "$(LC_ALL=C date -R -d "$(now)")"
		cat
	} | timeout 60 "$(setting msmtp msmtp command)" ${file:+"--file=$file"} ${account:+"--account=$account"} \
		--from="$(setting "$2" msmtp from)" -- "$2"
}

# Tells what is new today, then what is over; whatever could not be sent is told at the next look.
watch_tell() {	# TROUBLES
	local name text mark today
	today=$(local_time +%F)
	mkdir -p "$state/watch"
	while IFS=$'\t' read -r name text; do
		[[ -n $name && $(head -n 1 "$state/watch/$name" 2> /dev/null) != "$today" ]] || continue
		watch_send "saleswatch: $text" <<< "saleswatch: $text" || { say "watch: could not be sent: $text"; continue; }
		printf '%s\n%s\n' "$today" "$text" > "$state/watch/$name.new" && mv "$state/watch/$name.new" "$state/watch/$name"
	done <<< "$1"
	for mark in "$state"/watch/*; do
		[[ -e $mark && $mark != *.new && $'\n'$1 != *$'\n'"${mark##*/}"$'\t'* ]] || continue
		text="over: $(sed -n 2p "$mark")"
		watch_send "saleswatch: $text" <<< "saleswatch: $text" || { say "watch: could not be sent: $text"; continue; }
		rm "$mark"
	done
}

watch() {
	local found fd alive
	case ${1-} in
	"") ;;
	--heartbeat) (( $# < 3 )) || asked_wrong "$watch_line"; watch_heard "${2:-26}"; return ;;
	-h | --help) asked_how "$watch_line" 'saleswatch watch --heartbeat 26' ;;
	*) asked_wrong "$watch_line" ;;
	esac
	read_settings || die 78 "watch: $conf/saleswatch.json: absent, or no JSON"
	mkdir -p "$state" 2> /dev/null || die 73 "watch: $state: cannot be made"
	check_owner watch
	exec {fd}>> "$state/watching"
	flock --nonblock "$fd" || return 0
	found=$(troubles)
	watch_tell "$found"
	now > "$state/watched.new" && mv "$state/watched.new" "$state/watched"
	[[ -z $found ]] || return 1
	mapfile -t alive < <(jq -r '.watch.alive // [] | .[]' "$conf/saleswatch.json")
	(( ! ${#alive[@]} )) || timeout 60 "${alive[@]}" > /dev/null || say "watch: ${alive[0]}: ended with status $?"
}
