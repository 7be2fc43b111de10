#!/usr/bin/env bash
# saleswatch - the umbrella: runs the programs and, by make, the pipelines.
#
# It alone knows where things are: the programs beside it, the pipelines and templates, the
# configuration, the state.  Filters get all of that as arguments.
set -euo pipefail
set +o posix
unset POSIXLY_CORRECT CDPATH	# what they are for is people's own shells
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

usage_line='usage: saleswatch PROGRAM [ARGUMENT...] | path | run [--at WHEN] [--quiet] PIPELINE... | status | doctor | pause [REASON | --end] | outbox [list | show ID | retry ID... | drop ID REASON... | log [DAY [DAY]]] | notify --test RECEIVER | watch [--heartbeat [HOURS]] | monitor | backfill NAME (--full | --from DAY --to DAY) | backtest FILE... [OPTION...] | placebo FILE... [OPTION...] | feedback ALERT ANSWER | why ALERT | whynot SEGMENT DAY | trace DEAL|ALERT | report [OPTION...] | reconcile FILE.csv [OPTION...] | silence COMMAND [ARGUMENT...] | prune [--quiet] | erase --person NAME'

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
	  watch      tell ops, by a way of its own, that the rest is silent; --heartbeat: does it look?
	  monitor    write what Prometheus and Datadog read
	  pause      stop every sending, saying why; --end lets it go on
	  outbox     what waits to be sent and what nobody takes, a message as it is read; try again
	             or give up; the delivery log
	  notify --test RECEIVER  a marked drill on the way of the real alerts, and what became of it
	  backfill   read a source of sources.json again: all of it, or what was created in a period
	  backtest   what a CSV of deals would have told, day by day, and a score
	  placebo    how often alerts are wrong: the same on shuffled outcomes
	  feedback   answer an alert: useful, not_relevant or on_it
	  why        what an alert is made of, each number with the jq line that gives it
	  whynot     why a segment was not told of on a day
	  trace      where a deal, or what an alert is of, came from: each version with its line
	  report     the weekly report now: of a segment, of another week, as a page or a mail
	  reconcile  a CSV report of the CRM beside our deals: each difference, and totals; 1 if there are any
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

now() { date -u -d "${SALESWATCH_NOW:-now}" +%Y-%m-%dT%H:%M:%SZ; }
local_time() { TZ=${zone:-$(zone)} date -d "${SALESWATCH_NOW:-now}" "$1"; }
day_before() { date -u -d "$1 - ${2:-1} day" +%F; }

version() { local said; said=$("$here/settle" --version); printf '%s\n' "${said##* }"; }

case ${1-} in
"") misuse ;;
-h | --help) help ;;
-V | --version) printf 'saleswatch (saleswatch) %s\n' "$(version)" 2> /dev/null || die 74 'stdout: cannot be written' ;;
path) printf '%s\n' "$here" ;;
run | status | doctor | pause | watch | monitor | outbox | backfill | backtest | placebo | feedback | why | whynot | trace | report | silence | prune | erase) "$@" ;;
-*) misuse ;;
*)
	[[ $1:${2-} != notify:--test ]] || { drill "${@:3}"; exit; }
	[[ $1 != reconcile || ${2---with} =~ ^(-[wahV].*|--(with|as|help|version).*)$ ]] || { reconcile "${@:2}"; exit; }
	[[ -x $here/$1 && -f $here/$1 && $1 != */* ]] || die 64 "no program $1; saleswatch --help lists them"
	exec "$here/$1" "${@:2}"
	;;
esac
