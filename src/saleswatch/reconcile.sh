#!/usr/bin/env bash
# reconcile - a CSV report of the CRM beside our deals, whatever differs.

reconcile_line='usage: saleswatch reconcile FILE.csv [--map MAP] [--deals FILE] [--as text|json]'

# 0 if nothing differs, 1 if something does.  A row that cannot be read is not missing: it is named.
reconcile() {
	local file="" map=$conf/maps/default.json deals="" as=text unread=0
	while (( $# )); do
		[[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
		case $1 in
		--map | --deals | --as) (( $# > 1 )) || asked_wrong "$reconcile_line"; printf -v "${1#--}" %s "$2"; shift ;;
		-?*) asked_wrong "$reconcile_line" ;;
		*) [[ -z $file ]] || asked_wrong "$reconcile_line"; file=$1 ;;
		esac
		shift
	done
	[[ $file == - || -e $file ]] || die 66 "reconcile: $file: no such file"
	private_folder reconcile
	if [[ -z $deals ]]; then
		has_store || die 66 "reconcile: $db: no such store; --deals FILE names other deals"
		deals=$work/deals
		"$here/store" get deal --db "$db" > "$deals"
	fi
	"$here/fetch" csv "$file" --map "$map" --max-rejects 100% --rejects "$work/rejects" > "$work/report"
	[[ ! -s $work/rejects ]] || unread=1
	jq -r '"saleswatch: reconcile: \(.source):\(.line): not compared, since it \(.reason)"' "$work/rejects" >&2
	"$here/reconcile" --with "$deals" --as "$as" < "$work/report" && return "$unread"
}
