#!/usr/bin/env bash
# feedback - what a person answers to an alert: useful, not_relevant, on_it.
#
# An answer is a record in the store, once given never changed; a second one stands beside it.
# "on_it" ends reminders, and those who were told see that somebody acts.

feedback_line='usage: saleswatch feedback ALERT useful | not_relevant | on_it [--by NAME] [NOTE...]'

feedback() {
	local file id by run alert answer
	[[ ${1-} != -h && ${1-} != --help ]] || asked_how "$feedback_line" "saleswatch feedback 3f9a on_it 'review on Tuesday'"
	[[ $# -ge 2 && $1 != -* && $2 =~ ^(useful|not_relevant|on_it)$ ]] || { printf '%s\n' "$feedback_line" >&2; exit 64; }
	alert=$1 answer=$2 by=$(id -un)
	shift 2
	while [[ ${1-} == --* ]]; do
		[[ $1 == --by && -n ${2-} ]] || { printf '%s\n' "$feedback_line" >&2; exit 64; }
		by=$2
		shift 2
	done
	find_alert feedback "$alert"
	check_owner feedback
	run=feedback-$id-$$
	jq -nc --arg id "$id" --arg by "$by" --arg at "$(now)" --arg answer "$answer" --arg note "$*" \
		'{kind: "feedback", v: 1, alert_id: $id, person: $by, $at, $answer} + (if $note == "" then {} else {$note} end)' |
		"$here/store" put feedback --stage "$run" --db "$db"
	"$here/store" commit "$run" --db "$db"
	say "feedback: $id: $answer, by $by"
}
