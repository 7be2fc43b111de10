#!/usr/bin/env bash
# backfill - a source read again: all of it, or the deals created in a period.

backfill_usage='usage: saleswatch backfill NAME (--full | --from DAY --to DAY)'

# The bookmark stays where it is but with --full: what it covers goes on being covered.
backfill() {
	local name=${1-} how
	shift || asked_wrong "$backfill_usage"
	case "$#:${1-}:${3-}" in
	1:--full:) how=--full ;;
	4:--from:--to)
		how=$*
		if ! is_day "$2" || ! is_day "$4"; then die 64 "backfill: $2 to $4: no such days"; fi
		[[ ! $2 > $4 ]] || die 64 "backfill: $2 is after $4"
		;;
	*) asked_wrong "$backfill_usage" ;;
	esac
	[[ $name != -* && -n $(jq --arg name "$name" '.sources[$name] // empty' "$conf/sources.json" 2> /dev/null) ]] ||
		die 64 "backfill: $conf/sources.json has no source $name"
	[[ $how == --full || $(jq -r --arg name "$name" '.sources[$name].type' "$conf/sources.json") =~ ^(salesforce|hubspot)$ ]] ||
		die 64 "backfill: $name: only a CRM tells what was created in a period; --full reads all"
	[[ $how != --full || $(jq -r --arg name "$name" '.sources[$name].type' "$conf/sources.json") != spool ]] ||
		die 64 "backfill: $name: a spool never has all there is; push the deals again"
	export SALESWATCH_BACKFILL="$how" SALESWATCH_BACKFILL_OF=$name
	run ingest
}
