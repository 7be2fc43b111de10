# deliver - tell the right person, once.
#
#	store -> standing, faults, told, receipts, answers, silences -> (route, render) -> deliveries -> store -> notify
#
# What stands and what was told is no matter of one day: those streams, and what is held back and
# why, are in deliver/ of the state.  They are asked for anew when the store has changed; route
# looks every minute, since time passes too.

include stage.mk

asked := standing faults told receipts answers silences
kinds := standing:alert faults:fault told:delivery receipts:receipt answers:feedback silences:silence
since := $(shell date -u -d "$(day) - 35 day" +%F)
desk  := $(state)/deliver

# A server has no time of change for make to see: it is asked each time.
changed := $(if $(findstring ://,$(db)),server,$(wildcard $(db) $(db)-wal))
.PHONY: server
server: ;

# What was there when make began may be folded into the store by the time it is looked at.
$(filter %-wal,$(changed)): ;

# Before there is a store there is nothing to tell.
ifneq ($(filter analyzed,$(products))$(changed),)
products += queue
endif

# The mark says when we asked, so that what came to the store meanwhile is asked for again.
$(asked:%=.%.asked): .%.asked: $(filter analyzed,$(products)) $(changed) $(aliases)
	mkdir -p $(desk) && touch $@.new
	store get $(patsubst $*:%,%,$(filter $*:%,$(kinds))) --from $(since) --db $(db) $(if $(filter standing silences,$*),$(renamed)) > $(desk)/$*.new
	settle $(desk)/$*.new $(desk)/$* && mv $@.new $@

# The newest report there is, for the mails of the week.
report = $(lastword $(sort $(shell ls report ../*/report 2> /dev/null)))

.PHONY: queue
queue: $(filter report,$(products)) $(asked:%=.%.asked) $(conf)/routes.json $(conf)/saleswatch.json $(aliases) $(roster)
	cat $(desk)/standing $(desk)/faults | route --routes $(conf)/routes.json --conf $(conf)/saleswatch.json $(by_name) $(by_rep) \
		--told $(desk)/told --receipts $(desk)/receipts --feedback $(desk)/answers --silences $(desk)/silences \
		--waiting $(or $(wildcard $(desk)/held),/dev/null) --held $(desk)/held.new > $(desk)/routed
	settle $(desk)/held.new $(desk)/held
	if [[ -s $(desk)/routed ]]; then $(tell); fi

# Somebody is to be told something.  What was held back by then is kept beside it.
define tell
render --templates $(templates) --conf $(conf)/saleswatch.json $(by_rep) $(report:%=--report %) $(patsubst %,--stale %,$(wildcard stale)) < $(desk)/routed > deliveries.new; \
cp $(desk)/held held.new; settle held.new held; settle deliveries.new deliveries; \
store put delivery --stage deliver-$(day) --db $(db) < deliveries; store commit deliver-$(day) --db $(db)
endef

send::
	notify --db $(db) --routes $(conf)/routes.json --conf $(conf)/saleswatch.json --paused $(state)/paused --state $(state) >> receipts
