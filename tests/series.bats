# series - the control chart of any metric: planted changes are found once, noise is not.
load helpers

rules=$root/pipelines/conf/rules.json

# invent METRIC COUNT WEEKS [FROM FACTOR [KIND]]: so many series of so many weeks from 2021-01-04; from
# week FROM on, values are FACTOR times what they were.  KIND: rate (of 60, .4; the default), count
# (about 40), amount (about 100,000), season (a count, 30 % more in summer than in winter).
invent() {
	awk -v metric="$1" -v series="$2" -v weeks="$3" -v from="${4-100000}" -v factor="${5-1}" -v kind="${6-rate}" '
	function chance() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
	function normal(	i, sum) { for (i = 0; i < 12; i++) sum += chance(); return sum - 6 }
	function date(day,	year, m, leap) {
		for (year = 2021; day >= 365 + (year % 4 == 0); year++) day -= 365 + (year % 4 == 0)
		split("31 28 31 30 31 30 31 31 30 31 30 31", length_of, " ")
		length_of[2] += year % 4 == 0
		for (m = 1; day >= length_of[m]; m++) day -= length_of[m]
		return sprintf("%d-%02d-%02d", year, m, day + 1)
	}
	function value(times,	i, won, mean) {
		if (kind == "rate") {
			for (i = 0; i < 60; i++) won += chance() < .4 * times
			return sprintf("%.6f,\"n\":60", won / 60)
		}
		if (kind == "amount") { mean = 0; for (i = 0; i < 20; i++) mean -= log(chance()); return int(5000 * times * mean) }
		mean = 40 * times * (kind == "season" ? 1 + .3 * sin(2 * 3.14159265 * week / 52.1775) : 1)
		value_ = int(mean + sqrt(mean) * normal() + .5)
		return value_ < 0 ? 0 : value_
	}
	BEGIN {
		seed = 20240601
		for (s = 0; s < series; s++) for (week = 0; week < weeks; week++)
			printf "{\"kind\":\"metric\",\"v\":1,\"metric\":\"%s\",\"clock\":\"recorded\",\"bucket\":\"week\",\"date\":\"%s\",\"segment\":{\"stage\":\"s%02d\"},\"value\":%s}\n", metric, date(3 + 7 * week), s, value(week >= from ? factor : 1)
	}'
}

# look [OPTION...]: what detect says of the file `series`, in a backtest unless an option says when.
look() {
	printf '{"deal_id":"%s","created_date":"%s","closed_date":"%s","outcome":"won","amount":1}\n' \
		a 2021-01-04 2021-01-04 b "${last-2024-12-30}" "${last-2024-12-30}" > deals
	detect --rules "${changed-$rules}" --deals deals --series series "$@" < /dev/null
}
opened() { look --from 2021-01-01 "$@"; }

# with JQ: rules.json changed so.  Without it anomalies are of all metrics.
with() {
	changed=$BATS_TEST_TMPDIR/rules.json
	jq "del(.detect.metric_anomaly.metrics) | $1" "$rules" > "$changed"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset last
	with .
}

# bats test_tags=figures
@test "in noise of every kind it is silent: at most one false alarm in ten years of series" {
	for kind in rate count amount; do
		invent m 40 156 100000 1 $kind > series
		with '.detect.metric_anomaly.max_false_alarms_per_quarter = 1'	# of 40 series: .1 a year of each
		# 40 series, of which 116 weeks are judged: 89 years.
		(($(opened | wc -l) <= 9)) || { echo "$kind: $(opened | wc -l)"; return 1; }
	done
}

@test "a change of 30 % is found in nine of ten series, once, where it is and which way" {
	for way in "0.7 down" "1.3 up"; do
		read -r factor direction <<< "$way"
		for kind in rate count amount; do
			invent m 10 130 104 "$factor" $kind > series
			opened > found
			jq -es --arg direction "$direction" '
				map(select(.opened >= "2023-01-01"))
				| (map(select(.direction == $direction)) | (map(.segment) | unique | length) >= 9)
				and all(.type == "metric_anomaly" and .from <= .opened and .from >= "2022-06-01")' found > /dev/null ||
				{ echo "$kind $way"; jq -c '[.segment.stage, .opened, .direction]' found; return 1; }
			# one report an incident: none of them twice
			[[ $(jq -r 'select(.opened >= "2023-01-01") | .segment.stage' found | sort | uniq -d | wc -l) == 0 ]]
		done
	done
}

@test "a night tells every incident that lives, with the evidence of the day; it ends when the values are back" {
	{ invent m 1 120 104 .6; invent m 1 140 | sed 1,120d; } > series
	opened | jq -r .opened > found
	(($(wc -l < found) == 1))
	day=$(cat found)
	last=$day look --as-of "$day" > night
	jq -es 'length == 1 and (.[0] | .opened == .date and .to == .date and .value < .baseline and .baseline_low < .4 and .baseline_high > .4
		and .value_low < .value and .value < .value_high and (-.z) > .threshold and .n > 0 and .unit == "rate" and .bucket == "week")' night > /dev/null
	# 120 weeks end on 2023-04-23: three weeks on it lives, at the end of the file it does not
	last=2023-04-23 look --as-of 2023-04-23 | jq -es 'length == 1 and .[0].opened == "'"$day"'"' > /dev/null
	run look --as-of 2023-09-10
	expect 0 ""
}

@test "what has been so for half a year is usual, and is not told again" {
	invent m 1 200 104 .6 > series
	run bash -c 'jq -r .opened' < <(opened)
	[[ ${#lines[@]} == 1 && $output < 2023-03-01 ]]
	run look --as-of 2024-10-27
	expect 0 ""
}

@test "a season that came twice is expected, so that a change shows through it" {
	invent m 10 208 100000 1 season > series
	(($(opened | wc -l) <= 2))
	invent m 10 208 182 .7 season > series
	opened | jq -es 'map(select(.opened > "2024-06-01" and .direction == "down") | .segment) | unique | length >= 8' > /dev/null
}

@test "steady growth is no news, a stop of it by a third is" {
	awk 'BEGIN { srand(7); for (w = 0; w < 150; w++) {
		mean = 100 * (1 + .25 * w / 52) * (w >= 130 ? .7 : 1); u = 0; for (i = 0; i < 12; i++) u += rand()
		print int(mean + sqrt(mean) * (u - 6)) } }' > values
	paste -d' ' <(invent m 1 150 | jq -r .date) values |
		jq -Rc 'split(" ") | {kind: "metric", v: 1, metric: "m", bucket: "week", date: .[0], segment: {}, value: (.[1] | tonumber)}' > series
	run bash -c 'jq -r "[.direction, .opened > \"2023-07-03\"] | @tsv"' < <(opened)
	expect 0 'down	true'
}

@test "the conversion of a stage is a finding of its own, with its own rules" {
	invent stage_exit_conversion 2 130 104 .6 > series
	opened | jq -es 'length == 2 and all(.type == "stage_conversion" and .direction == "down" and .metric == "stage_exit_conversion")' > /dev/null
	opened > found
	cmp <(validate finding < found) found
	prioritize --rules "$rules" < found > alerts
	cmp <(validate alert < alerts) alerts
	run bash -c 'head -n 1 | render --templates "$0" --as text' "$root/pipelines/templates" < alerts
	[[ $output == *"ALERT: Stage Conversion Drop Detected"*"Stage: s0"*"Conversion Rate: 2"*"% (down from "*"Evidence: 2 series tried; data through "* ]]
	with '.detect.stage_conversion.on = false'
	run opened
	expect 0 ""
	with '.detect.stage_conversion.down = false'
	run opened
	expect 0 ""
	with '.detect.stage_conversion.min_points = 40'
	run opened
	expect 0 ""
	with '.detect.metric_anomaly.on = false'
	[[ $(opened | wc -l) == 2 ]]
}

@test "the stage, or what else tells records apart, is a condition of the segment; an open bucket and a year are passed over" {
	{ invent m 1 130 104 .5 | jq -c '.stage = "Demo" | .segment = {region: "EMEA"}'
	invent m 1 130 | jq -c '.stage = "Closing" | .segment = {region: "EMEA"} | .value = (if .date < "2023-01-02" then .4 else .6 end)'
	invent m 1 130 104 .5 | jq -c '.bucket = "year"'
	invent m 1 130 104 .5 | jq -c 'del(.value) | .segment = {}'; } > series
	opened > found
	run jq -c '[.segment, .direction]' found
	[[ $(sort <<< "$output") == '[{"region":"EMEA","stage":"Closing"},"up"]
[{"region":"EMEA","stage":"Demo"},"down"]' ]]
	# two metrics of a segment are two incidents to prioritize
	invent m 1 130 104 .5 | jq -c '., .metric = "o"' > series
	opened | prioritize --rules "$changed" | jq -r .alert_id > ids
	[[ $(sort -u ids | wc -l) == 2 ]]
}

@test "what a segment's part, or its whole, is told of is told once" {
	invent m 1 130 104 .5 | jq -c '.segment = ({}, {region: "EMEA"}, {region: "EMEA", product_type: "Pro"})' > series
	run jq -c .segment < <(opened)
	expect 0 '{}'
	invent m 1 130 104 .5 | jq -c '.segment = ({region: "EMEA"}, {product_type: "Pro"})' > series
	[[ $(opened | wc -l) == 2 ]]
}

@test "each kind has the metrics it names, the anomalies the rest" {
	{ invent a 1 130 104 .5; invent b 1 130 104 .5; } > series
	[[ $(opened | jq -r .metric | sort | tr '\n' ' ') == "a b " ]]
	with '.detect.metric_anomaly.metrics = ["b"]'
	[[ $(opened | jq -r .metric) == b ]]
	with '.detect.stage_conversion.metrics = ["a"]'
	[[ $(opened | jq -r '.type + " " + .metric' | sort) == $'metric_anomaly b\nstage_conversion a' ]]
}

@test "a longer history than there is keeps it silent" {
	invent m 1 80 60 .5 > series
	[[ $(opened | wc -l) == 1 ]]
	with '.detect.metric_anomaly.min_history = 80'
	run opened
	expect 0 ""
}

@test "the order of lines, and of the keys of a segment, changes nothing" {
	{ invent m 6 130 104 .7; invent n 6 130 90 1.4 count; } | jq -c '.segment.region = "a"' > straight
	cp straight series; opened > one
	[[ -s one ]]
	sort -R --random-source=<(yes 1) straight | jq -c '.segment |= {region, stage}' > series; opened > two
	tac straight > series; opened > three
	cmp <(jq -cS . one) <(jq -cS . two)
	cmp one three
}

@test "what comes later changes nothing that was found before" {
	invent m 8 150 104 .7 > straight
	for day in 2022-12-25 2023-02-12 2023-04-30; do
		cp straight series; opened --to "$day" > whole
		jq -c --arg day "$day" 'if .date > $day then .value = 0.99 else . end' straight > series; opened --to "$day" > other
		jq -c --arg day "$day" 'select(.date <= $day)' straight > series; opened --to "$day" > less
		cmp whole other && cmp whole less
	done
	[[ -s whole ]]
	cp straight series; opened | jq -c 'select(.opened <= "2023-04-30")' > all
	cmp all whole
}

@test "a night and the backtest of that day say the same of what opened" {
	invent m 8 150 104 .7 > series
	day=$(opened | jq -r .opened | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }')
	opened | jq -c --arg day "$day" 'select(.opened == $day)' > backtest
	look --as-of "$day" | jq -c --arg day "$day" 'select(.opened == $day)' > night
	cmp backtest night
	[[ -s night ]]
}

@test "rules that are wrong are refused with file, line and key" {
	: > series
	refused() {	# JQ MESSAGE
		with "$1"
		run --separate-stderr look
		expect 78 "" "detect: $changed:+([0-9]): $2"
	}
	shopt -s extglob
	refused '.detect.metric_anomaly.max_alarms = 1' '/detect/metric_anomaly: unknown key "max_alarms"'
	refused '.detect.stage_conversion.min_history = 3' '/detect/stage_conversion/min_history: must be between 20 and 1000'
	refused '.detect.stage_conversion.max_false_alarms_per_quarter = 0' '/detect/stage_conversion/max_false_alarms_per_quarter: must be between 1e-06 and 100'
	refused '.detect.metric_anomaly.metrics = "a"' '/detect/metric_anomaly/metrics: must be a list'
	refused '.detect.metric_anomaly.metrics = ["a", 1]' '/detect/metric_anomaly/metrics/1: must be text'
	refused '.detect.metric_anomaly.down = 1' '/detect/metric_anomaly/down: must be true or false'
}

@test "a record that is none is named; a bucket may come once" {
	refused() {	# JQ MESSAGE
		invent m 1 3 | jq -c "$1" > series
		run --separate-stderr look
		expect 65 "" "detect: series:2: $2"
	}
	refused 'if .date == "2021-01-11" then .value = "1" else . end' 'value: must be a number'
	refused 'if .date == "2021-01-11" then .date = "2021-02-30" else . end' 'no date'
	refused 'if .date == "2021-01-11" then .bucket = "decade" else . end' 'bucket: must be day, week or month'
	refused 'if .date == "2021-01-11" then del(.metric) else . end' 'no metric'
	refused 'if .date == "2021-01-11" then .segment = [] else . end' 'no segment'
	{ invent m 1 3; invent m 1 3 | tail -n 1; } > series
	run --separate-stderr look
	expect 65 "" 'detect: series: m of the week 2021-01-18 is there twice for one segment'
}
