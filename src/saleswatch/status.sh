#!/usr/bin/env bash
# status, pause, doctor - how it is, and what is wrong.

status() {
	local runs
	[[ ! -e $state || -x $state ]] || die 77 "status: $state: only $(stat -c %U "$state") may look into it"
	has_store || die 66 "status: nothing has run yet: $db is not there"
	[[ ! -e $state/paused ]] || printf 'PAUSED: %s\n' "$(cat "$state/paused")"
	runs=$("$here/store" get run --db "$db" | jq -sc 'group_by(.pipeline) | map(max_by(.started)) | sort_by(.started)')
	jq -r '
		def clock: if . < 60 then "\(. * 10 | round / 10) s" else "\(. / 6 | round / 10) min" end;
		.[] | "\(.pipeline)\t\(.status)\t\(.period)\t\(.seconds | clock)\(if .budget_seconds > 0 then " of \(.budget_seconds | clock)" else "" end)\t\(.owner)",
		(.stages[] | "  \(.stage)\t\(.in) in\t\(.out) out\t\(.rejected) rejected\t\(.dropped) dropped")' <<< "$runs" | column -t -s $'\t'
	"$here/store" get fault --db "$db" | jq -r 'select(.until == null) | "FAULT \(.since) \(.reason)"'
	quality_lines
	[[ ! -e $state/watched ]] || watch_heard 26 || true
	outbox_line
}

# What waits to be sent, and what nobody would take: of each delivery the last receipt decides.
outbox_line() {
	jq -nr --slurpfile receipts <("$here/store" get receipt --db "$db") \
		--slurpfile deliveries <("$here/store" get delivery --db "$db" | jq -c '{delivery_id, due}') '
		($receipts | map({key: .delivery_id, value: .result}) | from_entries) as $last
		| ($deliveries | map(select($last[.delivery_id] | . == null or . == "later"))) as $waiting
		| ($deliveries | map(select($last[.delivery_id] | IN("refused", "expired"))) | length) as $dead
		| "outbox: \($waiting | length) wait\(if $waiting != [] then ", due from \($waiting | map(.due) | min)" else "" end)"
		+ "; \($deliveries | length) in all\(if $dead > 0 then "; \($dead) DEAD" else "" end)"'
}

pause() {
	mkdir -p "$state"
	check_owner pause
	if [[ ${1-} == --end ]]; then
		rm -f "$state/paused"
		say "pause: over; what waited goes out at the next run of deliver"
	elif [[ ${1-} == -* ]]; then
		misuse
	else
		printf '%s by %s: %s\n' "$(now)" "$(id -un)" "${*:-no reason given}" > "$state/paused.new"
		"$here/settle" "$state/paused.new" "$state/paused"
		say "pause: nothing is sent until saleswatch pause --end"
	fi
}

# One line a question: ok, or what is wrong and what to do.
doctor() {
	local bad=0
	check() {	# WHAT REMEDY COMMAND...
		local what=$1 remedy=$2 said
		shift 2
		# What is wrong may be said by who looked: it stands in for the remedy.
		if said=$("$@" 2>&1); then printf 'ok   %s\n' "$what"
		else printf 'BAD  %s: %s\n' "$what" "${remedy:-$(head -n 1 <<< "$said")}"; bad=1; fi
	}
	local tool
	for tool in make jq flock:util-linux column:bsdextrautils sqlite3 msmtp; do
		check "${tool%:*} is installed" "apt-get install ${tool#*:}" command -v "${tool%:*}"
	done
	check "configuration in $conf" "no readable saleswatch.json there" read_settings
	check "time zone $(zone 2> /dev/null || true)" "unknown; set zone in saleswatch.json" test -e "/usr/share/zoneinfo/$(zone 2> /dev/null)"
	check "clock" "" clock_sane
	check "source" "" source_named
	check "state in $state" "not a folder this user can write" test -w "$state"
	check "permissions in it" "" all_ours
	check "room on its disk" "less than $(setting 1048576 watch free_kib 2> /dev/null | awk '{ print $1 / 1024 }') MiB are free" enough_room
	check "sources before" "" none_forgotten
	check "the store" "absent or damaged: run daily once, or restore it" "$here/store" get run --db "$db"
	check "checks" "" checks_read
	check "routes" "" routes_read
	check "reference data" "" reference_read
	check "templates" "" templates_read
	check "mail" "" mail_ready
	check "secrets" "" secrets_kept
	check "cron" "no cron line runs saleswatch; copy cron/saleswatch to /etc/cron.d" cron_knows 'saleswatch run'
	check "cron looks after it" "no cron line has saleswatch watch; copy it from cron/saleswatch" cron_knows 'saleswatch watch'
	check "last runs" "" runs_recent
	check "open faults" "" no_faults
	check "sending" "paused: $(cat "$state/paused" 2> /dev/null || true)" test ! -e "$state/paused"
	return $bad
}

reference_read() { resolved "$(local_time +%F)" < /dev/null; }
cron_knows() { grep -qsr "^[^#].*$1" /etc/cron.d /etc/crontab /var/spool/cron || crontab -l | grep -s "^[^#].*$1"; }
# Each is a file for us alone, and those that receivers in use need are there.
secrets_kept() {
	local name file
	for name in $(compgen -e | grep -E '(TOKEN|PASSWORD|SECRET|KEY|WEBHOOK)_FILE$'); do
		[[ -r ${!name} && $(stat -c %a "${!name}") == ?[04]0 ]] || { echo "$name: ${!name} is missing, or readable by others"; return 1; }
	done
	while read -r name; do
		file=${name}_FILE
		[[ -n ${!name-}${!file-} ]] || { echo "routes.json needs the secret $name: set $file to the file it is in, for cron in /etc/cron.d/saleswatch"; return 1; }
	done < <(in_use | jq -r '.token, .webhook | values')
}

# No day has been run that has not begun yet.
clock_sane() {
	local last
	last=$(newest . 9999-12-31) || return 0
	[[ ! $last > $(date -u -d "$(now) + 1 day" +%F) ]] || { echo "it says $(now), but there was a run of $last: set it right, or remove $state/days/$last"; return 1; }
}

all_ours() {
	local other
	other=$(find "$state" ! -user "$(id -un)" -print -quit 2> /dev/null)
	[[ -z $other ]] || { echo "$other belongs to $(stat -c %U "$other"): chown -R $(stat -c %U "$state") $state"; return 1; }
	other=$(find "$state" -maxdepth 1 -name 'saleswatch.db*' -perm /077 -print -quit 2> /dev/null)
	[[ -z $other ]] || { echo "others may read $other: chmod go= $other"; return 1; }
}

# CSV / MAP / SOURCES, as sources.mk has them.
sources_now() {
	make -s -f - "conf=$conf" source 2>&1 <<< "include $conf/sources.mk"$'\n'$'source:\n\t@echo \'$(csv)\' / \'$(map)\' / \'$(sources)\''
}

# The CSV files and the map, and each source of sources.json.
source_named() {
	local said csv map names file name
	said=$(sources_now) ||
		{ sed -n 's/^[^ ]*: \*\*\* \(.*\)\.  Stop\.$/\1/p; s/^[^ ]*: \*\*\* \(.*\)  Stop\.$/\1/p' <<< "$said"; return 1; }
	csv=${said%% / *} names=${said##* / } map=${said#* / }
	map=${map% / *}
	for file in $csv $map; do
		[[ -r $file ]] || { echo "$file: named in $conf/sources.mk, but not there, or not to be read"; return 1; }
	done
	said=""
	for name in $names; do
		said+=$("$here/fetch" "$name" --sources "$conf/sources.json" --check 2>&1 < /dev/null) || said+="; "
	done
	[[ -z $said ]] || { echo "${said%; }"; return 1; }
}

# What has left a bookmark is read still: nobody else would end or change its deals.
none_forgotten() {
	local said names name
	said=$(sources_now) || return 0
	names=" ${said##* / } "
	while read -r name; do
		[[ $names == *" $name "* ]] || { echo "$name: read before, but sources.json has no such source: its deals stay as they are; name it so again, or hand them over: man saleswatch-store, --take-over"; return 1; }
	done < <("$here/store" get bookmark --db "$db" 2> /dev/null | jq -r '.source' | sort -u)
}

# The receivers that somebody is told by: of routes, owners and ops.
in_use() {
	jq -c '([.route, .owners // [] | .. | objects | .receiver // empty] + (.ops // []) | unique) as $used
		| .receivers[]? | select(.name | IN($used[]))' "$conf/routes.json"
}

checks_read() { "$here/quality" --checks "$conf/checks.json" --out /dev/null < /dev/null; }

routes_read() { "$here/route" --routes "$conf/routes.json" --conf "$conf/saleswatch.json" < /dev/null; }

templates_read() { "$here/render" --check --templates "$pipelines/templates" --conf "$conf/saleswatch.json"; }

mail_ready() {
	[[ -n $(in_use | jq -c 'select(.channel == "mail")') ]] || return 0
	"$(setting msmtp msmtp command)" --version > /dev/null 2>&1 || { echo "routes.json sends mail, but $(setting msmtp msmtp command) does not run"; return 1; }
	[[ -r $(setting "$HOME/.msmtprc" msmtp file) || -r /etc/msmtprc ]] || { echo "routes.json sends mail, but msmtp has no configuration: write /etc/msmtprc"; return 1; }
}

# Those of every day in a day and a bit.
runs_recent() {
	local name hours
	for name in ingest:26 analyze:26 deliver:1 weekly:26; do
		hours=${name#*:} name=${name%:*}
		[[ -e $state/looked/$name ]] || continue
		is_recent "$state/looked/$name" "$hours" || { echo "$name: cron has not started it since $(cat "$state/looked/$name")"; return 1; }
	done
}

no_faults() {
	local faults
	faults=$("$here/store" get fault --db "$db" | jq -r 'select(.until == null) | .reason')
	[[ -z $faults ]] || { echo "$faults"; return 1; }
}
