# deliver - tell the right person, once.
#
#	alerts -> (route, render) -> deliveries -> store -> notify

include stage.mk

# Before the day is analyzed there is nothing new to tell, only what waits to be sent.
ifneq ($(filter analyzed,$(products))$(wildcard alerts),)
products += outbox
endif

deliveries: %: %.done ;

deliveries.done: %.done: alerts $(conf)/routes.json $(conf)/saleswatch.json $(wildcard $(templates)/*/*)
	route --routes $(conf)/routes.json --conf $(conf)/saleswatch.json < $< \
	| render --templates $(templates) --conf $(conf)/saleswatch.json $(into)

outbox: deliveries
	store put delivery --stage deliver-$(day) --db $(db) < $<
	store commit deliver-$(day) --db $(db) && touch $@

send::
	notify --db $(db) --conf $(conf)/saleswatch.json --routes $(conf)/routes.json --paused $(state)/paused --state $(state) >> receipts
