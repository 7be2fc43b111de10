#!/usr/bin/env bash
# setting - what saleswatch.json says, read once: jq takes longer to start than to read it.

declare -A settings=()	# by path: /zone, /pipelines/daily/owner

# Unless they are read.  What is null or false is not there; a value is one line.
read_settings() {
	local text path value
	(( ${#settings[@]} == 0 )) || return 0
	text=$(jq -nr 'input | if type == "object" then . else error("it is no object") end | paths(scalars) as $path
		| ($path | join("/")), getpath($path) | tostring | gsub("\n"; " ")' "$conf/saleswatch.json") || return
	settings=([/]="")
	while IFS= read -r path && IFS= read -r value; do settings[/$path]=$value; done <<< "$text"
}

# setting OTHERWISE KEY...: what it has at that path of keys.
setting() {
	local IFS=/
	read_settings || return
	local path="/${*:2}"
	printf '%s\n' "${settings[$path]-$1}"
}

zone() { setting UTC zone; }
