# analyze - what changed in sales that someone should know of.
#
#	deals -> counted -> metrics -> findings -> alerts -> store

include stage.mk
include $(conf)/sources.mk

products += analyzed

counted metrics findings alerts earlier: %: %.done ;

# The deals that count: the store keeps them all.
counted.done: %.done: deals $(conf)/rules.json
	sift --rules $(conf)/rules.json --excluded $*.excluded --summary $*.summary < $< $(into)

metrics.done: %.done: counted $(map)
	aggregate --map $(map) --trust --summary $*.summary < $< $(into)

findings.done: %.done: metrics counted $(conf)/rules.json
	detect --rules $(conf)/rules.json --deals counted --as-of $(through) --ledger $*.ledger < metrics $(into)

# What was told before the last complete day, so that a day run twice says the same twice.
earlier.done: %.done: findings
	store get alert --db $(db) --to $(before) $(into)

alerts.done: %.done: findings earlier $(conf)/rules.json $(conf)/saleswatch.json $(wildcard $(conf)/annotations.json)
	prioritize --rules $(conf)/rules.json --conf $(conf)/saleswatch.json --history earlier \
		$(foreach f,$(wildcard $(conf)/annotations.json),--annotations $f) < findings $(into)

analyzed: metrics alerts
	store put metric --stage analyze-$(day) --db $(db) < metrics
	store put alert --stage analyze-$(day) --db $(db) < alerts
	store commit analyze-$(day) --db $(db) --full metric && touch $@
