#!/usr/bin/env bash
# periods - due_period held to a count by awk, over all that clocks show around the days when they
# are changed.  A program of its own, since bats traces every line of a test: 40,000 looks.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
die() { echo "$*"; return 1; }
# shellcheck source=/dev/null
. "$root/src/saleswatch/period.sh"
looks=$(mktemp)
trap 'rm "$looks"' EXIT

# looks ZONE FIRST LAST: what clocks show there every ten minutes, with the ISO week and the month.
looks() {
	seq "$(date -u -d "$2" +%s)" 600 "$(date -u -d "$3" +%s)" | sed 's/^/@/' | TZ=$1 LC_ALL=C date -f - '+%F %H:%M %u %G-%V %Y-%m'
}

# edges ZONE: the days of 2024 to 2030 before which its clocks were changed, and some odd ones.
edges() {
	printf '%s\n' 2024-02-29 2024-12-30 2026-12-28 2027-01-03 2028-02-29
	seq "$(date -u -d 2024-01-01 +%s)" 86400 "$(date -u -d 2031-01-01 +%s)" | sed 's/^/@/' | TZ=$1 date -f - '+%F %z' |
		awk 'last != "" && $2 != last { print $1 } { last = $2 }'
}

# fires RULE WHEN < looks: at which of them it runs, and for which period.
fires() {
	local -A had=()
	while read -r day time _; do
		"$1" "$2" "$day" "$time" || continue
		[[ -z ${had[$period]-} ]] || continue
		had[$period]=yes
		printf '%s %s\n' "$day" "$time"
	done
}

# What should be: the first look in each period at or after its hour, counted by awk.
should() {	# HOUR KIND < looks
	awk -v hour="$1" -v kind="$2" '
		{ id = kind == "day" ? $1 : kind == "week" ? $4 : $5
		  first = kind == "day" || kind == "week" && $3 == 1 || kind == "month" && $1 ~ /-01$/ }
		(!first || $2 >= hour) && !had[id]++ { print $1, $2 }'
}

agree() {	# WHEN KIND: on the looks there are
	fires due_period "$1" < "$looks" | diff - <(should "${1##* }" "$2" < "$looks")
}

every_edge() {
	local zone edge number=0
	for zone in Europe/Berlin America/New_York Australia/Lord_Howe America/Santiago Africa/Cairo; do
		while read -r edge; do
			looks "$zone" "$edge - 1 day" "$edge + 40 hours" > "$looks"
			agree 02:30 day
			((++number))
		done < <(edges "$zone")
		agree 'Mon 01:30' week
	done
	looks America/New_York 2026-12-20 2027-01-20 | awk 'NR % 6 == 1' > "$looks"
	agree 'Mon 08:00' week
	agree '1 04:00' month
	echo "$number edges"
}

# cron's own rule, when the clock shows the hour: in spring it skips a day, in autumn it has one twice.
cron_rule() { period=$2; [[ $3 == "$1" ]]; }
cron_fails() {
	looks Europe/Berlin 2024-03-30T12:00Z 2024-04-01T12:00Z > "$looks"
	if diff <(fires cron_rule 02:30 < "$looks") <(should 02:30 day < "$looks") > /dev/null; then return 1; fi
	looks Europe/Berlin 2024-10-26T12:00Z 2024-10-28T12:00Z > "$looks"
	if diff <(awk '$2 == "02:30" { print $1, $2 }' "$looks") <(should 02:30 day < "$looks") > /dev/null; then return 1; fi
}

mondays() {
	local day weekday at
	seq 915148800 7776000 4133980800 | sed 's/^/@/' | LC_ALL=C date -u -f - '+%F %u %s' | while read -r day weekday at; do
		monday_of "$day"
		printf '%s @%s\n' "$period" $((at - (weekday - 1) * 86400))
	done > "$looks"
	cut -d' ' -f2 "$looks" | date -u -f - +%F | diff - <(cut -d' ' -f1 "$looks")
}

"$1"
