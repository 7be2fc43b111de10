# weekly - the week as one page.
#
#	store -> week.alerts, week.metrics -> report.html

include stage.mk

products += report.html

week.alerts week.metrics report.html: %: %.done ;

# The store is asked again when the day's analysis put something into it.
week.alerts.done: %.done: $(wildcard analyzed)
	store get alert --db $(db) --from $(week) --to $(through) $(into)

week.metrics.done: %.done: $(wildcard analyzed)
	store get metric --db $(db) --to $(through) $(into)

# What the newest analysis looked at, if it was today's.
ledger := $(and $(wildcard findings.ledger),$(wildcard counted),findings.ledger)

report.html.done: %.done: week.alerts week.metrics $(ledger) $(wildcard counted measures) $(wildcard $(templates)/*/*) $(conf)/saleswatch.json
	render --as html --templates $(templates) --conf $(conf)/saleswatch.json --metrics week.metrics \
		$(ledger:%=--ledger % --deals counted) $(foreach f,$(wildcard measures),--measures $(f)) \
		$(foreach f,$(wildcard counted.summary),--population $f) \
		$(foreach f,$(wildcard deals.unread deals.refused),--rejects $f) < week.alerts $(into)
