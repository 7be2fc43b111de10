# analyze - what changed in sales that someone should know of.
#
#	deals -> metrics -> findings -> explained -> alerts -> store

include stage.mk
include $(conf)/sources.mk

products += analyzed

metrics findings explained alerts earlier: %: %.done ;

metrics.done: %.done: deals $(map)
	aggregate --map $(map) --trust --summary $*.summary < $< $(into)

findings.done: %.done: metrics deals $(conf)/rules.json
	detect --rules $(conf)/rules.json --deals deals --as-of $(through) --ledger $*.ledger < metrics $(into)

explained.done: %.done: findings deals $(map)
	drivers --map $(map) --findings findings < deals $(into)

# What was told before the last complete day, so that a day run twice says the same twice.
earlier.done: %.done: findings
	store get alert --db $(db) --to $(before) $(into)

alerts.done: %.done: explained earlier $(conf)/rules.json $(conf)/saleswatch.json
	prioritize --rules $(conf)/rules.json --conf $(conf)/saleswatch.json --history earlier < explained $(into)

analyzed: metrics alerts
	store put metric --stage analyze-$(day) --db $(db) < metrics
	store put alert --stage analyze-$(day) --db $(db) < alerts
	store commit analyze-$(day) --db $(db) --full metric && touch $@
