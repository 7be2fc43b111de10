# weekly - the week as one record, which mails are made of, and as one page.
#
#	store -> week.alerts, week.metrics, week.drivers -> report -> report.html

include stage.mk
include $(conf)/sources.mk

products += report report.html

week.alerts week.metrics week.drivers report report.html: %: %.done ;

# The store is asked again when the day's analysis put something into it.
week.alerts.done: %.done: $(wildcard analyzed)
	store get alert --db $(db) --from $(week) --to $(through) $(into)

week.metrics.done: %.done: $(wildcard analyzed)
	store get metric --db $(db) --to $(through) $(into)

# The last four weeks of the company against the year before them.
week.drivers.done: %.done: $(wildcard analyzed) $(map) $(conf)/rules.json
	store get deal --db $(db) | sift --rules $(conf)/rules.json | drivers --map $(map) --at $(through) --days 28 $(into)

# What the newest analysis looked at, if it was today's.
ledger := $(and $(wildcard findings.ledger),$(wildcard counted),findings.ledger)

report.done: %.done: week.alerts week.metrics week.drivers $(ledger) $(wildcard counted measures stale) $(conf)/saleswatch.json
	render --as report --templates $(templates) --conf $(conf)/saleswatch.json --metrics week.metrics --drivers week.drivers \
		$(ledger:%=--ledger % --deals counted) $(foreach f,$(wildcard measures),--measures $(f)) \
		$(foreach f,$(wildcard counted.summary),--population $f) $(foreach f,$(wildcard stale),--stale $f) \
		$(foreach f,$(wildcard deals.unread deals.refused),--rejects $f) < week.alerts $(into)

report.html.done: %.done: report $(wildcard $(templates)/*/*) $(conf)/saleswatch.json
	render --as html --templates $(templates) --conf $(conf)/saleswatch.json --report report < /dev/null $(into)
