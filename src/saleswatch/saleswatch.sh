#!/usr/bin/env bash
# saleswatch - the umbrella: runs the programs and, by make, the pipelines.
#
# It alone knows where things are: the programs beside it, the pipelines and templates, the
# configuration, the state.  Filters get all of that as arguments.
set -euo pipefail
umask 077

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
prefix=$(dirname "$here")
if [[ -e $prefix/pipelines/stage.mk ]]; then
	share=$prefix etc=$prefix/pipelines/conf var=$prefix/var
else
	prefix=$(dirname "$prefix")
	share=$prefix/share/saleswatch
	case $prefix in
	/usr | /usr/local) etc=/etc/saleswatch var=/var/lib/saleswatch ;;
	*) etc=$prefix/etc/saleswatch var=$prefix/var/lib/saleswatch ;;
	esac
fi
conf=$(realpath -ms -- "${SALESWATCH_CONF:-$etc}")
state=$(realpath -ms -- "${SALESWATCH_STATE:-$var}")
db=$(store_url)
pipelines=$share/pipelines
export PATH=$here:$PATH

say() { printf 'saleswatch: %s\n' "$*" >&2; }
die() { local status=$1; shift; say "$*"; exit "$status"; }

usage_line='usage: saleswatch PROGRAM [ARGUMENT...] | path | run [--at WHEN] [--quiet] PIPELINE... | status | doctor | pause [REASON | --end] | outbox [list | show ID | retry ID... | drop ID REASON... | log [DAY [DAY]]] | notify --test RECEIVER | backtest FILE... [OPTION...] | placebo FILE... [OPTION...] | feedback ALERT ANSWER | why ALERT | whynot SEGMENT DAY | report [OPTION...] | silence COMMAND [ARGUMENT...] | prune [--quiet] | erase --person NAME'

help() {
	cat 2> /dev/null <<-END || die 74 'stdout: cannot be written'
	example: saleswatch fetch csv deals.csv | saleswatch aggregate --by region
	$usage_line
	  PROGRAM    one of: $(programs | tr '\n' ' ')
	  path       the folder of the programs, for PATH=\$(saleswatch path):\$PATH
	  run        run pipelines: $(pipeline_names | tr '\n' ' ')
	  --at WHEN  only when due in the business zone, once a period: HH:MM, 'Mon HH:MM', '1 HH:MM'
	  --quiet    say nothing when there is nothing to do, or another run is under way
	  status     what ran, how long against its budget, what waits to be sent
	  doctor     what is wrong with this installation, a line each
	  pause      stop every sending, saying why; --end lets it go on
	  outbox     what waits to be sent and what nobody takes, a message as it is read; try again
	             or give up; the delivery log
	  notify --test RECEIVER  a marked drill on the way of the real alerts, and what became of it
	  backtest   what a CSV of deals would have told, day by day, and a score
	  placebo    how often alerts are wrong: the same on shuffled outcomes
	  feedback   answer an alert: useful, not_relevant or on_it
	  why        what an alert is made of, each number with the jq line that gives it
	  whynot     why a segment was not told of on a day
	  report     the weekly report now: of a segment, of another week, as a page or a mail
	  silence    tell nobody of some alerts for a while: add, list, end
	  prune      remove what saleswatch.json does not want kept
	  erase      put another name in the place of a person's, in the store and in all files
	  -h, --help
	  -V, --version
	END
}

programs() { find "$here" -maxdepth 1 -type f -perm -u+x ! -name saleswatch -printf '%f\n' | sort; }
pipeline_names() { [[ ! -d $pipelines ]] || find "$pipelines" -maxdepth 1 -name '*.mk' ! -name stage.mk -printf '%f\n' | sed 's/\.mk$//' | sort; }

misuse() {
	printf '%s\n' "$usage_line" >&2
	exit 64
}

# ---- the clock: when_now() and the business zone, as the programs have them

# setting OTHERWISE KEY...: what saleswatch.json has at that path of keys.
setting() { jq -r --arg otherwise "$1" 'getpath($ARGS.positional) // $otherwise' "$conf/saleswatch.json" --args "${@:2}"; }
zone() { setting UTC zone; }
now() { date -u -d "${SALESWATCH_NOW:-now}" +%Y-%m-%dT%H:%M:%SZ; }
local_time() { TZ=$(zone) date -d "$(now)" "$1"; }
day_before() { date -u -d "$1 - ${2:-1} day" +%F; }

# The period that WHEN is due in, if it is due: a day, the Monday of a week or the first of a
# month.  Late rather than never: from its hour to the end of the period.
due_period() {
	local when=$1 hour=${1##* } today time start
	[[ $hour =~ ^([01][0-9]|2[0-3]):[0-5][0-9]$ ]] || die 64 "--at $when: no HH:MM in it"
	today=$(local_time +%F) time=$(local_time +%H:%M)
	case $when in
	"$hour") start=$today ;;
	Mon\ *) start=$(day_before "$today" $(($(local_time +%u) - 1))) ;;
	1\ *) start=${today%-*}-01 ;;
	*) die 64 "--at $when: neither HH:MM nor 'Mon HH:MM' nor '1 HH:MM'" ;;
	esac
	[[ $today > $start || ! $time < $hour ]] && printf '%s\n' "$start"
}

# ---- run

# Names go through make and a shell, to which these characters say something.
odd_character='[][[:space:]"'"'"'$`;&|<>()*?#!~%:=\\{}]'

# Files of another user, root's too, would stop the next run of its owner.
check_owner() {
	[[ -O $state ]] || die 77 "$1: $state belongs to $(stat -c %U "$state"); do it as that user"
	[[ -w $state ]] || die 77 "$1: $state: $(id -un) may not write there"
}

check_place() {
	local path
	for path in "$pipelines" "$conf" "$state"; do
		[[ ! $path =~ $odd_character ]] || die 78 "run: $path: a blank or a special character in its name"
	done
	jq -e . "$conf/saleswatch.json" > /dev/null || die 78 "run: $conf/saleswatch.json: absent, or no JSON"
	[[ -e /usr/share/zoneinfo/$(zone) ]] || die 78 "run: $conf/saleswatch.json: zone: no such zone: $(zone)"
	mkdir -p "$state" 2> /dev/null || die 73 "run: $state: cannot be made"
	check_owner run
	check_store_url
	mkdir -p "$state/days" "$state/periods"
}

# Pipelines run in the folder of their day, wherever the files were named.
place_csv() {
	local file files=()
	[[ ! -e ${SALESWATCH_CSV-} || ! $SALESWATCH_CSV =~ $odd_character ]] ||
		die 78 "run: $SALESWATCH_CSV: a blank or a special character in its name; give it a link under a plainer one"
	for file in ${SALESWATCH_CSV-}; do
		file=$(realpath -ms -- "$file")
		[[ ! $file =~ $odd_character ]] || die 78 "run: $file: a blank or a special character in its name"
		files+=("$file")
	done
	export SALESWATCH_CSV="${files[*]}"
}

# The parts whose streams a pipeline makes: each has a lock of its own.
parts() {
	local included
	included=$(sed -n 's/^include \([a-z0-9_-]*\)\.mk$/\1/p' "$pipelines/$1.mk" | grep -v '^stage$' || true)
	printf "%s\n" "${included:-$1}"
}

hold_locks() {
	local part fd
	for part in $(parts "$1"); do
		exec {fd}>> "$state/lock.$part"
		flock --nonblock "$fd" || {
			[[ -z $quiet ]] || exit 0
			die 75 "run: $1: another run of $part is under way"
		}
	done
}

# Pipelines share the folder of a day, and may run in it at the same time.
stages() { find . -maxdepth 1 -newer ".began.$name" -type f \( -name '*.fetched' -o -name '*.validated' -o -name '*.unique' \
	-o -name '*.summary' \) -exec cat {} + | jq -sc 'sort_by(.stage)'; }

# What make could not have: a file that is not there and that nothing makes.
absent() { sed -n "s/^make: \*\*\* No rule to make target '\(.*\)', needed by .*/\1/p" "$errors" | tail -n 1; }

# What a pipeline's own $(error ...) says.
misconfigured() { sed -n 's/^[^ ]*:[0-9]*: \*\*\* \(.*\)\.  Stop\.$/\1/p; s/^[^ ]*:[0-9]*: \*\*\* \(.*\)  Stop\.$/\1/p' "$errors" | tail -n 1; }

# Why a run failed: what was said first, since in a pipe one failure brings on others.
reason() {	# NAME STATUS
	local why
	why=$(sed -n '/^make/d; /: \*\*\* /d; p; q' "$errors")
	[[ -n $why ]] || { why=$(absent); why=${why:+$1: $why: not there, and nothing makes it}; }
	[[ -n $why ]] || { why=$(misconfigured); why=${why:+$1: $why}; }
	printf '%s\n' "${why:-$1: a stage ended with status $2}"
}

# The record of a run, and of its failure: ops hear of one as leaders hear of a drop.
record_run() {	# PIPELINE STARTED SECONDS STATUS
	local run="run-$1-$2-$$" budget owner why
	budget=$(setting 0 pipelines "$1" budget_minutes) owner=$(setting ops pipelines "$1" owner)
	jq -nc --arg pipeline "$1" --arg period "$day" --arg started "$2" --argjson seconds "$3" --argjson exit "$4" \
		--argjson minutes "$budget" --arg owner "$owner" --argjson stages "$(stages)" --arg ended "$(now)" \
		--arg version "$(version)" \
		'($minutes * 60) as $budget
		| {kind: "run", v: 1, $pipeline, $period, $started, $ended, $seconds, budget_seconds: $budget, $owner,
		status: (if $exit != 0 then "failed" elif $budget > 0 and $seconds > $budget then "late" else "ok" end),
		$exit, $stages, $version}' |
		"$here/store" put run --stage "$run" --db "$db"
	if (( $4 != 0 )); then
		why=$(reason "$1" "$4")
		jq -nc --arg stage "${why%%:*}" --arg since "$2" --arg pipeline "$1" \
			--arg reason "$why" \
			'{kind: "fault", v: 1, $stage, $since, $reason, $pipeline}' |
			"$here/store" put fault --stage "$run" --db "$db"
	fi
	"$here/store" commit "$run" --db "$db"
}

# make knows only that a recipe failed; its last words say with which status.
make_goal() {
	local status=0
	{ "${make[@]}" "$1" 2>&1 >&3 3>&- | tee -a "$errors" >&2; } 3>&1 || status=$?
	(( status != 0 )) || return 0
	status=$(sed -n 's/^make.*\*\*\*.* Error \([0-9]*\)$/\1/p; s/^make.*\*\*\*.* Killed$/137/p' "$errors" | tail -n 1)
	[[ -n $status || -z $(absent) ]] || status=66
	[[ -n $status || -z $(misconfigured) ]] || status=78
	return "${status:-70}"
}

# cron looks each minute, also before there is a store, and need not be told each minute that
# sending is paused.
may_send() { has_store && [[ ! ( -n $quiet && -e $state/paused ) ]]; }

# A period is done when its run has succeeded, and before anybody else may begin it.
note_period() {
	printf '%s\n' "$period" > "$state/periods/$name.new"
	"$here/settle" "$state/periods/$name.new" "$state/periods/$name"
}

# Runs in a subshell: its locks end with it, however it ends.
run_pipeline() (
	name=$1 status=0 told=""
	day=${period:-$(local_time +%F)} started=$(now) began=$EPOCHREALTIME errors=.errors.$1
	make=(env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL LC_ALL=C
		make -s -I "$pipelines" -f "$pipelines/$name.mk" "day=$day" "through=$(day_before "$day")"
		"before=$(day_before "$day" 2)" "week=$(day_before "$day" 7)" "conf=$conf" "zone=$(zone)" "db=$db" "state=$state"
		"templates=$pipelines/templates")
	mkdir -p "$state/days/$day"
	hold_locks "$name"
	cd "$state/days/$day"
	: > "$errors"
	: > ".began.$name"
	make_goal all || status=$?
	# What may go through later waits in the outbox, and is no failure of the run.
	(( status != 0 )) || ! may_send || make_goal send || { status=$?; (( status != 75 )) || status=0; }
	[[ -n $(find . -newer ".began.$name" -type f ! -name '.*' ! '(' -name receipts -empty ')' -print -quit) || $status != 0 ]] ||
		told=": nothing to do, every stream is up to date"
	(( status == 0 )) || say "run: $name $day failed; what stood before it stands, in $PWD"
	[[ -n $told && $status == 0 ]] || record_run "$name" "$started" \
		"$(jq -n "($EPOCHREALTIME - $began) * 1000 | floor / 1000")" "$status"
	(( status == 0 )) || exit "$status"
	[[ -z $period ]] || note_period
	[[ -n $quiet && -n $told ]] || say "run: $name $day$told"
)

run() {
	local when="" period="" quiet=""
	while [[ ${1-} == --* ]]; do
		case $1 in
		--at) when=${2:?$usage_line}; shift 2 ;;
		--quiet) quiet=yes; shift ;;
		*) misuse ;;
		esac
	done
	(( $# )) || misuse
	check_place
	place_csv
	for name in "$@"; do
		[[ $name =~ ^[a-z0-9_-]+$ && -e $pipelines/$name.mk && $name != stage ]] || die 64 "run: no pipeline $name; there are: $(pipeline_names | tr '\n' ' ')"
		if [[ -n $when ]]; then
			period=$(due_period "$when") || { (( $? == 1 )) && continue; exit 64; }
			[[ $(cat "$state/periods/$name" 2> /dev/null) != "$period" ]] || continue
		fi
		run_pipeline "$name"
	done
}

# ---- status, doctor, pause

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
	"$here/store" get fault --db "$db" | jq -r --argjson runs "$runs" 'select([.pipeline, .since] | IN($runs[] | [.pipeline, .started]))
		| "FAILED \(.since) \(.reason)"'
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
		local what=$1 remedy=$2
		shift 2
		if "$@" > /dev/null 2>&1; then printf 'ok   %s\n' "$what"
		else printf 'BAD  %s: %s\n' "$what" "$remedy"; bad=1; fi
	}
	local tool
	for tool in make jq flock:util-linux column:bsdextrautils msmtp; do
		check "${tool%:*} is installed" "apt-get install ${tool#*:}" command -v "${tool%:*}"
	done
	check "configuration in $conf" "no readable saleswatch.json there" jq -e . "$conf/saleswatch.json"
	check "time zone $(zone 2> /dev/null || true)" "unknown; set zone in saleswatch.json" test -e "/usr/share/zoneinfo/$(zone 2> /dev/null)"
	check "state in $state" "not a folder this user can write" test -w "$state"
	check "room on its disk" "less than 1 GiB is free" enough_room
	check "the store" "absent or damaged: run daily once, or restore it" "$here/store" get run --db "$db"
	check "secrets" "a *_FILE in the environment is missing or readable by others" secrets_kept
	check "cron" "no cron line runs saleswatch; copy cron/saleswatch to /etc/cron.d" cron_knows
	check "sending" "paused: $(cat "$state/paused" 2> /dev/null || true)" test ! -e "$state/paused"
	return $bad
}

enough_room() { (( $(df --output=avail -k "$state" | tail -n 1) > 1 << 20 )); }
cron_knows() { grep -qsr '^[^#].*saleswatch run' /etc/cron.d /etc/crontab /var/spool/cron || crontab -l | grep -s '^[^#].*saleswatch run'; }
secrets_kept() {
	local name
	for name in $(compgen -e | grep -E '(TOKEN|PASSWORD|SECRET|KEY|WEBHOOK)_FILE$'); do
		[[ -r ${!name} && $(stat -c %a "${!name}") == ?[04]0 ]] || return 1
	done
}

version() { "$here/settle" --version | sed 's/.* //'; }

case ${1-} in
"") misuse ;;
-h | --help) help ;;
-V | --version) printf 'saleswatch (saleswatch) %s\n' "$(version)" 2> /dev/null || die 74 'stdout: cannot be written' ;;
path) printf '%s\n' "$here" ;;
run | status | doctor | pause | outbox | backtest | placebo | feedback | why | whynot | report | silence | prune | erase) "$@" ;;
-*) misuse ;;
*)
	[[ $1:${2-} != notify:--test ]] || { drill "${@:3}"; exit; }
	[[ -x $here/$1 && -f $here/$1 && $1 != */* ]] || die 64 "no program $1; saleswatch --help lists them"
	exec "$here/$1" "${@:2}"
	;;
esac
