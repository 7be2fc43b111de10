# analyze - what changed in sales that someone should know of.
#
#	deals -> metrics -> findings -> explained, warnings -> alerts -> store
#	deals, changes -> measures, warnings

include stage.mk
include $(conf)/sources.mk

products += analyzed measures

metrics findings explained changes measures warnings alerts earlier: %: %.done ;

metrics.done: %.done: deals $(map)
	aggregate --map $(map) --trust --summary $*.summary < $< $(into)

findings.done: %.done: metrics deals $(conf)/rules.json
	detect --rules $(conf)/rules.json --deals deals --as-of $(through) --ledger $*.ledger --incidents incidents < metrics $(into)

changes.done: %.done: deals
	store get change --db $(db) $(into)

# Who looks at which open deals; beside it, every open deal's chance of being won.
warnings.done: %.done: deals changes $(map) $(conf)/rules.json
	inspect --rules $(conf)/rules.json --map $(map) --changes changes --as-of $(through) --risks risks < $< $(into)

explained.done: %.done: findings deals $(map)
	drivers --map $(map) --findings findings < deals $(into)

# What was told before the last complete day, so that a day run twice says the same twice.
earlier.done: %.done: findings
	store get alert --db $(db) --to $(before) $(into)

# How rarely an alert is false, once somebody has asked: saleswatch placebo ... > placebo
placebo := $(wildcard $(conf)/placebo)

alerts.done: %.done: explained warnings earlier $(conf)/rules.json $(conf)/saleswatch.json $(placebo)
	cat explained warnings \
	| prioritize --rules $(conf)/rules.json --conf $(conf)/saleswatch.json $(placebo:%=--placebo %) --history earlier $(into)

# Measures are of a day as it was known; nobody asks the store for those of another.
measures.done: %.done: deals changes $(map) $(stages) $(targets)
	measure --map $(map) --changes changes $(stages:%=--stages %) $(targets:%=--targets %) --trust --as-of $(through) < $< $(into)

analyzed: metrics alerts
	store put metric --stage analyze-$(day) --db $(db) < metrics
	store put alert --stage analyze-$(day) --db $(db) < alerts
	store put incident --stage analyze-$(day) --db $(db) < incidents
	store commit analyze-$(day) --db $(db) --full metric && touch $@
