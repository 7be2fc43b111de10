#!/usr/bin/env bash
# period - which period a run is due in, and which have had theirs.
#
# A period is named by its first day: a day, the Monday of a week, the first of a month.  Which
# one it is follows from the day and the time that clocks show in the business zone, and nothing
# else, so a clock that springs or strikes twice makes none and skips none.  No program is
# called: cron asks every few minutes, and tests ask for every few minutes of seven years.

# due_period WHEN DAY TIME: sets period; true if it is due.  Late rather than never: from its
# hour to its end.
due_period() {
	local hour=${1##* }
	[[ $hour =~ ^([01][0-9]|2[0-3]):[0-5][0-9]$ ]] || die 64 "--at $1: no HH:MM in it"
	case $1 in
	"$hour") period=$2 ;;
	"Mon $hour") monday_of "$2" ;;
	"1 $hour") period=${2%-*}-01 ;;
	*) die 64 "--at $1: neither HH:MM nor 'Mon HH:MM' nor '1 HH:MM'" ;;
	esac
	[[ $2 > $period || ! $3 < $hour ]]
}

# Sets period to the Monday of the week that the day is in.  Years begin in March, so that the
# leap day is their last; 1970-01-01, day 0, was a Thursday.
monday_of() {
	local year=${1%%-*} month=${1#*-} day days
	day=$((10#${month#*-})) month=$((10#${month%-*}))
	(( month > 2 )) || { month=$((month + 12)) year=$((year - 1)); }
	days=$((365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 719469))
	TZ=UTC0 printf -v period '%(%Y-%m-%d)T' $((86400 * (days - (days + 3) % 7)))
}

# A clock may be set back: what has run is a list, and not only the last.
had_its_run() {	# PIPELINE PERIOD
	[[ $'\n'$(cat "$state/periods/$1" 2> /dev/null)$'\n' == *$'\n'"$2"$'\n'* ]]
}

# A period is done when its run has succeeded, and before anybody else may begin it.
note_period() {	# PIPELINE PERIOD
	{ cat "$state/periods/$1" 2> /dev/null || true; printf '%s\n' "$2"; } | sort -u > "$state/periods/$1.new"
	"$here/settle" "$state/periods/$1.new" "$state/periods/$1"
}
