#!/usr/bin/env bash
# quality - what the checks found in the newest load, for who looks after it.
#
# An error is a fault by itself, since it ends the run; a warning stands in `status`, in what
# `monitor` writes and on the report's page, and nobody is woken.  It is read from the files that
# ingest left in the folder of the day, so an error is there too, though nothing was stored.

# The files of the newest day that has any, a line each; week.quality is of more nights.
quality_files() {
	local folders=("$state"/days/????-??-??) i
	for ((i = ${#folders[@]} - 1; i >= 0; i--)); do
		compgen -G "${folders[i]}/*.quality" | grep -v '/week\.quality$' && return
	done
	return 0
}

# A line for each thing that is not ok, errors first.
quality_lines() {
	local files
	mapfile -t files < <(quality_files)
	(( ${#files[@]} == 0 )) || jq -rn '[inputs | select(.level != "ok")] | sort_by(.level != "error", .source)[]
		| "QUALITY \(.level) \(.source) \(.date) \(.reason)"' "${files[@]}"
}

# The same counted, as monitor has it.
quality_counts() {
	local files
	mapfile -t files < <(quality_files)
	(( ${#files[@]} == 0 )) || jq -rn 'reduce inputs as $record ({}; .[$record.source][$record.level] += 1)
		| to_entries[] | .key as $source | .value | ("warn", "error") as $level | ["quality", .[$level] // 0, "source=\($source)", "level=\($level)"] | @tsv' "${files[@]}"
}
