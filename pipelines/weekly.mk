# weekly - the week as one record, which mails are made of, and as one page.
#
#	store -> week.alerts, week.metrics, week.drivers, week.quality -> report -> report.html

include stage.mk
include $(conf)/sources.mk

products += report report.html

week.alerts week.metrics week.drivers week.quality report report.html: %: %.done ;

# What comes of today's analysis, if it is made here or was made before.
today := $(if $(filter analyzed,$(products)),analyzed measures,$(wildcard analyzed measures counted findings.ledger))

# What is there when it is asked for: make itself would remember what was there at first.
there = $(shell ls $1 2> /dev/null)

# The store is asked again when the day's analysis put something into it.
week.alerts.done: %.done: $(filter analyzed,$(today)) $(aliases)
	store get alert --db $(db) --from $(week) --to $(through) $(renamed) $(into)

week.metrics.done: %.done: $(filter analyzed,$(today))
	store get metric --db $(db) --to $(through) $(into)

# The last four weeks of the company against the year before them.
week.drivers.done: %.done: $(filter analyzed,$(today)) $(map) $(conf)/rules.json $(aliases) $(roster)
	store get deal --db $(db) $(resolved) | sift --rules $(conf)/rules.json $(by_name) | drivers --map $(map) --at $(through) --days 28 $(into)

# What the checks said of the nights of four weeks.
week.quality.done: %.done: $(filter analyzed,$(today)) $(wildcard *.taken)
	store get quality --db $(db) --from $$(date -ud '$(day) - 27 days' +%F) --to $(day) $(into)

report.done: %.done: week.alerts week.metrics week.drivers week.quality $(today) $(wildcard stale) $(conf)/saleswatch.json $(roster)
	render --as report --templates $(templates) --conf $(conf)/saleswatch.json $(by_rep) --metrics week.metrics --drivers week.drivers \
		$(if $(call there,counted),$(patsubst %,--ledger % --deals counted,$(call there,findings.ledger))) \
		$(patsubst %,--measures %,$(call there,measures)) $(patsubst %,--population %,$(call there,counted.summary)) \
		$(patsubst %,--stale %,$(call there,stale)) $(patsubst %,--rejects %,$(call there,*.unread *.refused)) \
		--quality week.quality \
		< week.alerts $(into)

report.html.done: %.done: report $(wildcard $(templates)/*/*) $(conf)/saleswatch.json
	render --as html --templates $(templates) --conf $(conf)/saleswatch.json $(by_rep) --report report < /dev/null $(into)
