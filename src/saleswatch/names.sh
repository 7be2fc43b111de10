#!/usr/bin/env bash
# names - what the pipelines look up in aliases.json, roster.json and rates.json on the way out of
# the store (stage.mk), for commands that ask the store themselves.

# with OPTION FILE: both, if there is such a file.
with() { [[ ! -e $conf/$2 ]] || printf '%s\n' "$1" "$conf/$2"; }

in_home() {
	local currency
	currency=$(setting "" currency)
	[[ ! -e $conf/rates.json || -z $currency ]] || printf '%s\n' --currency "$currency"
}

# Records by the names that values have now.
named() { if [[ -e $conf/aliases.json ]]; then "$here/resolve" --aliases "$conf/aliases.json"; else cat; fi; }

# Deals as of a day.
resolved() {	# DAY
	local options
	mapfile -t options < <(with --aliases aliases.json; with --roster roster.json; with --rates rates.json; in_home)
	if (( ${#options[@]} )); then "$here/resolve" "${options[@]}" --as-of "$1"; else cat; fi
}

# Changes of deals that were resolved.
resolved_changes() {	# DEALS
	local options
	mapfile -t options < <(with --aliases aliases.json; [[ ! -e $conf/rates.json ]] || printf '%s\n' --deals "$1")
	if (( ${#options[@]} )); then "$here/resolve" "${options[@]}"; else cat; fi
}

segment_now() { jq -c '{kind: "segment", segment: .}' <<< "$1" | named | jq -c .segment; }	# SEGMENT
