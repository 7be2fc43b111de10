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
conf=${SALESWATCH_CONF:-$etc}
state=${SALESWATCH_STATE:-$var}
db=$state/saleswatch.db
pipelines=$share/pipelines
export PATH=$here:$PATH

say() { printf 'saleswatch: %s\n' "$*" >&2; }
die() { local status=$1; shift; say "$*"; exit "$status"; }

usage_line='usage: saleswatch PROGRAM [ARGUMENT...] | path | run [--at WHEN] [--quiet] PIPELINE... | status | doctor | pause [REASON | --end]'

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

setting() { jq -r --arg otherwise "$2" "$1 // \$otherwise" "$conf/saleswatch.json"; }
zone() { setting .zone UTC; }
now() { date -u -d "${SALESWATCH_NOW:-now}" +%Y-%m-%dT%H:%M:%SZ; }
local_time() { TZ=$(zone) date -d "$(now)" "$1"; }
day_before() { date -u -d "$1 - ${2:-1} day" +%F; }

# The period that WHEN is due in, if it is due: a day, the Monday of a week or the first of a
# month.  Late rather than never: from its hour to the end of the period.
due_period() {
	local when=$1 hour=${1##* } today time start
	[[ $hour =~ ^[0-2][0-9]:[0-5][0-9]$ ]] || die 64 "--at $when: no HH:MM in it"
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

# The parts whose streams a pipeline makes: each has a lock of its own.
parts() {
	local included
	included=$(sed -n 's/^include \([a-z]*\)\.mk$/\1/p' "$pipelines/$1.mk" | grep -v '^stage$' || true)
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

stages() { find . -maxdepth 1 -newer .errors -type f \( -name '*.fetched' -o -name '*.validated' -o -name '*.unique' \
	-o -name '*.summary' \) -exec cat {} + | jq -sc 'sort_by(.stage)'; }

# The record of a run, and of its failure: ops hear of one as leaders hear of a drop.
record_run() {	# PIPELINE STARTED SECONDS STATUS
	local run="run-$1-$2-$$" budget owner reason
	budget=$(setting "(.pipelines.$1.budget_minutes // 0) * 60" 0) owner=$(setting ".pipelines.$1.owner" ops)
	jq -nc --arg pipeline "$1" --arg period "$day" --arg started "$2" --argjson seconds "$3" --argjson exit "$4" \
		--argjson budget "$budget" --arg owner "$owner" --argjson stages "$(stages)" --arg ended "$(now)" \
		--arg version "$(version)" \
		'{kind: "run", v: 1, $pipeline, $period, $started, $ended, $seconds, budget_seconds: $budget, $owner,
		status: (if $exit != 0 then "failed" elif $budget > 0 and $seconds > $budget then "late" else "ok" end),
		$exit, $stages, $version}' |
		"$here/store" put run --stage "$run" --db "$db"
	if (( $4 != 0 )); then
		reason=$(sed '/^make/d' .errors | tail -n 1)
		[[ -n $reason ]] || reason="$1: a stage ended with status $4"
		jq -nc --arg stage "${reason%%:*}" --arg since "$2" --arg pipeline "$1" \
			--arg reason "$reason" \
			'{kind: "fault", v: 1, $stage, $since, $reason, $pipeline}' |
			"$here/store" put fault --stage "$run" --db "$db"
	fi
	"$here/store" commit "$run" --db "$db"
}

# make knows only that a recipe failed; its last words say with which status.
make_goal() {
	local status=0
	{ "${make[@]}" "$1" 2>&1 >&3 3>&- | tee -a .errors >&2; } 3>&1 || status=$?
	(( status == 0 )) || status=$(sed -n 's/^make.*\*\*\*.* Error \([0-9]*\)$/\1/p; s/^make.*\*\*\*.* Killed$/137/p' \
		.errors | tail -n 1)
	return "${status:-70}"
}

# Runs in a subshell: its locks end with it, however it ends.
run_pipeline() (
	name=$1 status=0 told=""
	day=$(local_time +%F) started=$(now) began=$EPOCHREALTIME
	make=(make -s -I "$pipelines" -f "$pipelines/$name.mk" "day=$day" "through=$(day_before "$day")"
		"before=$(day_before "$day" 2)" "week=$(day_before "$day" 7)" "conf=$conf" "zone=$(zone)" "db=$db" "state=$state"
		"templates=$pipelines/templates")
	mkdir -p "$state/days/$day"
	hold_locks "$name"
	cd "$state/days/$day"
	: > .errors
	make_goal all || status=$?
	[[ -n $(find . -newer .errors -type f -print -quit) || $status != 0 ]] || told=": nothing to do, every stream is up to date"
	# What may go through later waits in the outbox, and is no failure of the run.
	(( status != 0 )) || make_goal send || { status=$?; (( status != 75 )) || status=0; }
	[[ -n $told && $status == 0 ]] || record_run "$name" "$started" \
		"$(jq -n "($EPOCHREALTIME - $began) * 1000 | floor / 1000")" "$status"
	(( status == 0 )) || die "$status" "run: $name $day failed; what stood before it stands, in $PWD"
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
	mkdir -p "$state/periods"
	for name in "$@"; do
		[[ -e $pipelines/$name.mk && $name != stage ]] || die 64 "run: no pipeline $name; there are: $(pipeline_names | tr '\n' ' ')"
		if [[ -n $when ]]; then
			period=$(due_period "$when") || { (( $? == 1 )) && continue; exit 64; }
			[[ $(cat "$state/periods/$name" 2> /dev/null) != "$period" ]] || continue
		fi
		run_pipeline "$name"
		[[ -z $when ]] || { printf '%s\n' "$period" > "$state/periods/$name.new" && "$here/settle" "$state/periods/$name.new" "$state/periods/$name"; }
	done
}

# ---- status, doctor, pause

status() {
	[[ -e $db ]] || die 66 "status: nothing has run yet: $db is not there"
	[[ ! -e $state/paused ]] || printf 'PAUSED: %s\n' "$(cat "$state/paused")"
	"$here/store" get run --db "$db" | jq -rs '
		def clock: if . < 60 then "\(. * 10 | round / 10) s" else "\(. / 6 | round / 10) min" end;
		group_by(.pipeline) | map(max_by(.started)) | sort_by(.started) | .[] |
		"\(.pipeline)\t\(.status)\t\(.period)\t\(.seconds | clock) of \(.budget_seconds | clock)\t\(.owner)",
		(.stages[] | "  \(.stage)\t\(.in) in\t\(.out) out\t\(.rejected) rejected\t\(.dropped) dropped")' |
		column -t -s $'\t'
}

pause() {
	mkdir -p "$state"
	if [[ ${1-} == --end ]]; then
		rm -f "$state/paused"
		say "pause: over; what waited goes out at the next run of deliver"
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
	for tool in make jq flock msmtp; do
		check "$tool is installed" "apt-get install $tool" command -v "$tool"
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
cron_knows() { grep -qsr '^[^#].*saleswatch run' /etc/cron.d /etc/crontab /var/spool/cron; }
secrets_kept() {
	local name
	for name in $(compgen -e | grep '_FILE$'); do
		[[ -r ${!name} && $(stat -c %a "${!name}") == ?[04]0 ]] || return 1
	done
}

version() { "$here/settle" --version | sed 's/.* //'; }

case ${1-} in
"") misuse ;;
-h | --help) help ;;
-V | --version) printf 'saleswatch (saleswatch) %s\n' "$(version)" 2> /dev/null || die 74 'stdout: cannot be written' ;;
path) printf '%s\n' "$here" ;;
run | status | doctor | pause) "$@" ;;
-*) misuse ;;
*)
	[[ -x $here/$1 && $1 != */* ]] || die 64 "no program $1; saleswatch --help lists them"
	exec "$here/$1" "${@:2}"
	;;
esac
