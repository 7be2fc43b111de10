# analyze - what changed in sales that someone should know of.
#
#	deals -> counted -> metrics, series -> findings -> explained, warnings -> alerts -> store
#	counted, changes -> measures, series, warnings

include stage.mk
include $(conf)/sources.mk

products += analyzed measures

counted metrics findings explained changes measures series warnings alerts earlier: %: %.done ;

# The deals that count: the store keeps them all.
counted.done: %.done: deals $(conf)/rules.json
	sift --rules $(conf)/rules.json --excluded $*.excluded --summary $*.summary < $< $(into)

metrics.done: %.done: counted $(map)
	aggregate --map $(map) --trust --summary $*.summary < $< $(into)

findings.done: %.done: metrics counted series $(conf)/rules.json
	detect --rules $(conf)/rules.json --deals counted --series series --as-of $(through) \
		--ledger $*.ledger --incidents incidents --resume $(state)/replay < metrics $(into)

changes.done: %.done: deals
	store get change --db $(db) $(into)

# Who looks at which open deals; beside it, every open deal's chance of being won.
warnings.done: %.done: counted changes $(map) $(conf)/rules.json
	inspect --rules $(conf)/rules.json --map $(map) --changes changes --as-of $(through) --risks risks < $< $(into)

explained.done: %.done: findings counted $(map)
	drivers --map $(map) --findings findings < counted $(into)

# What was told before the last complete day, so that a day run twice says the same twice.
earlier.done: %.done: findings
	store get alert --db $(db) --to $(before) $(into)

# How rarely an alert is false, once somebody has asked: saleswatch placebo ... > placebo
placebo := $(wildcard $(conf)/placebo)
annotations := $(wildcard $(conf)/annotations.json)

alerts.done: %.done: explained warnings earlier $(conf)/rules.json $(conf)/saleswatch.json $(placebo) $(annotations)
	cat explained warnings \
	| prioritize --rules $(conf)/rules.json --conf $(conf)/saleswatch.json $(placebo:%=--placebo %) \
		$(annotations:%=--annotations %) --history earlier $(into)

# Measures are of a day as it was known; nobody asks the store for those of another.
measures.done: %.done: counted changes $(map) $(stages) $(targets)
	measure --map $(map) --changes changes $(stages:%=--stages %) $(targets:%=--targets %) --trust --as-of $(through) < $< $(into)

# The same week by week, as far back as a season is learned from.
series.done: %.done: counted changes $(map) $(stages)
	measure --map $(map) --changes changes $(stages:%=--stages %) --bucket week --last 156 --trust --as-of $(through) < $< $(into)

analyzed: metrics alerts
	store put metric --stage analyze-$(day) --db $(db) < metrics
	store put alert --stage analyze-$(day) --db $(db) < alerts
	store put incident --stage analyze-$(day) --db $(db) < incidents
	store commit analyze-$(day) --db $(db) --full metric && touch $@
