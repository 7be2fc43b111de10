#!/usr/bin/env bash
# backfill - a source read again: all of it, or the deals created in a period.

backfill_usage='usage: saleswatch backfill NAME (--full | --from DAY --to DAY)'

# The bookmark stays where it is but with --full: what it covers goes on being covered.
backfill() {
	local name=${1-} how
	shift || asked_wrong "$backfill_usage"
	case "$*" in
	--full) how=--full ;;
	"--from "[0-9]*" --to "[0-9]*)
		how=$*
		if ! is_day "$2" || ! is_day "$4"; then die 64 "backfill: $2 to $4: no such days"; fi
		[[ ! $2 > $4 ]] || die 64 "backfill: $2 is after $4"
		;;
	*) asked_wrong "$backfill_usage" ;;
	esac
	[[ $name != -* && -n $(jq --arg name "$name" '.sources[$name] // empty' "$conf/sources.json" 2> /dev/null) ]] ||
		die 64 "backfill: $conf/sources.json has no source $name"
	# A record of its own: a night of ingest is not had by it.
	export SALESWATCH_BACKFILL="$how" SALESWATCH_BACKFILL_OF=$name
	run ingest
}
