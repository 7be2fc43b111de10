# analyze - what changed in sales that someone should know of.
#
#	deals -> metrics -> findings -> alerts -> store

include stage.mk
include $(conf)/sources.mk

products += analyzed

metrics findings alerts earlier: %: %.done ;

metrics.done: %.done: deals $(map)
	aggregate --map $(map) --trust --summary $*.summary < $< $(into)

findings.done: %.done: metrics deals $(conf)/rules.json
	detect --rules $(conf)/rules.json --deals deals --as-of $(through) --ledger $*.ledger < metrics $(into)

# What was told before the last complete day, so that a day run twice says the same twice.
earlier.done: %.done: findings
	store get alert --db $(db) --to $(before) $(into)

# How rarely an alert is false, once somebody has asked: saleswatch placebo ... > placebo
placebo := $(wildcard $(conf)/placebo)

alerts.done: %.done: findings earlier $(conf)/rules.json $(conf)/saleswatch.json $(placebo)
	prioritize --rules $(conf)/rules.json --conf $(conf)/saleswatch.json $(placebo:%=--placebo %) --history earlier < findings $(into)

analyzed: metrics alerts
	store put metric --stage analyze-$(day) --db $(db) < metrics
	store put alert --stage analyze-$(day) --db $(db) < alerts
	store commit analyze-$(day) --db $(db) --full metric && touch $@
