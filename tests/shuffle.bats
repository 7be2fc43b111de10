# shuffle - outcomes by chance, and nothing else changed.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# 400 deals of eight weeks; of the even weeks all are won in Europe
	jq -nc 'range(400) as $i | ("2023-01-02" | strptime("%Y-%m-%d") | mktime + 86400 * ($i % 56) | strftime("%Y-%m-%d")) as $day |
		{deal_id: "d\($i)", closed_date: $day, outcome: (if $i % 9 == 0 then "open" elif $i % 2 == 0 then "won" else "lost" end),
		region: (if $i % 2 == 0 then "Europe" else "India" end), note: "é \" x"}' > deals
}

# wins WITHIN: won of decided by the week ("%G-%V") or month ("%Y-%m") of closing.
wins() { jq -r --arg form "$1" 'select(.outcome != "open") | [(.closed_date | strptime("%Y-%m-%d") | mktime | strftime($form)), .outcome] | @tsv' | sort | uniq -c; }

@test "as many of a week are won as were, but others" {
	shuffle < deals > shuffled
	diff <(wins %G-%V < deals) <(wins %G-%V < shuffled)
	run cmp -s deals shuffled
	expect 1
	# what was certain is chance: Europe won all, and wins now about half
	run jq -s 'map(select(.region == "Europe" and .outcome != "open")) | (map(select(.outcome == "won")) | length) / length | . > .35 and . < .65' shuffled
	expect 0 true
}

@test "within a month the same" {
	shuffle --within month < deals > shuffled
	diff <(wins %Y-%m < deals) <(wins %Y-%m < shuffled)
	run diff <(wins %G-%V < deals) <(wins %G-%V < shuffled)
	expect 1
}

@test "all but the outcome stays byte for byte, and so do open deals and the order" {
	{ echo '{ "deal_id" : "o1", "outcome":"open" , "x": [1.50, {"a":null}] }'; cat deals; } > spaced
	shuffle --seed 5 < spaced > shuffled
	cmp <(sed 's/"outcome":"\(won\|lost\)"//' spaced) <(sed 's/"outcome":"\(won\|lost\)"//' shuffled)
	[[ $(head -n 1 shuffled) == "$(head -n 1 spaced)" ]]
}

@test "a seed is a shuffle: the same again, another with another, whatever the order of lines" {
	shuffle --seed 5 < deals > one
	shuffle --seed 5 < deals | cmp - one
	shuffle --seed 6 < deals > other
	run cmp -s other one
	expect 1
	shuffle --seed 5 < <(tac deals) | tac | cmp - one
}

@test "every deal of a week is as likely to win as another" {
	for i in {1..10}; do printf '{"deal_id":"x%d","closed_date":"2023-01-04","outcome":"%s"}\n' "$i" "$( (( i <= 3 )) && echo won || echo lost)"; done > ten
	for seed in {1..400}; do shuffle --seed "$seed" < ten; done | jq -r 'select(.outcome == "won") | .deal_id' | sort | uniq -c > counts
	# 400 draws of 3 in 10: 120 each, standard deviation 9.2
	run awk '$1 < 83 || $1 > 157 { print } END { print NR }' counts
	expect 0 10
}

@test "recorded_at goes before closed_date, an instant counts by its day" {
	printf '%s\n' '{"deal_id":"a","closed_date":"2023-01-04","recorded_at":"2023-02-01T10:00:00Z","outcome":"won"}' \
		'{"deal_id":"b","closed_date":"2023-01-04","outcome":"lost"}' > two
	for seed in 1 2 3 4 5 6 7 8; do
		shuffle --seed $seed < two > same
		cmp same two
	done
}

@test "a decided deal of no day, or without an id, is 65; a seed that is none 64" {
	run --separate-stderr shuffle <<< '{"deal_id":"a","outcome":"won"}'
	expect 65 "" "shuffle: stdin:1: decided without recorded_at or closed_date"
	run --separate-stderr shuffle <<< '{"outcome":"open"}'
	expect 65 "" "shuffle: stdin:1: no deal_id"
	run --separate-stderr shuffle --seed -1 <<< ''
	expect 64 "" "shuffle: --seed -1: must be a whole number"
	run --separate-stderr shuffle --within year <<< ''
	expect 64 "" "shuffle: --within year: must be week or month"
}
