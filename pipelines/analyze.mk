# analyze - what changed in sales that someone should know of.
#
#	deals -> counted -> metrics, series -> findings -> explained, warnings -> alerts -> store
#	counted, changes -> measures, series, warnings
#
# What is found of a day depends on the day: .through is remade when that is another.

include stage.mk
include $(conf)/sources.mk

products += analyzed measures

counted metrics findings explained changes measures series warnings alerts earlier: %: %.done ;

# Today's source gave nothing: the deals that the store has are analyzed once more as of their own
# last day, for the streams of this one.  What that finds was found before: nothing new is told.
ifeq ($(standin),store)
deals:
	store get deal --db $(db) $(resolved) > $@.new && settle $@.new $@
endif

# The deals that count: the store keeps them all.
counted.done: %.done: deals $(conf)/rules.json $(aliases)
	sift --rules $(conf)/rules.json $(by_name) --excluded $*.excluded --summary $*.summary < $< $(into)

metrics.done: %.done: counted $(map)
	aggregate --map $(map) --trust $(in_home) --summary $*.summary < $< $(into)

findings.done: %.done: metrics counted series $(conf)/rules.json .through
	detect --rules $(conf)/rules.json --deals counted --series series --as-of $(through) \
		--ledger $*.ledger --incidents incidents $(by_name) $(in_home) --resume $(state)/replay < metrics $(into)

changes.done: %.done: deals
	store get change --db $(db) $(if $(aliases)$(rates),| resolve $(by_name) $(rates:%=--deals $<)) $(into)

# Who looks at which open deals; beside it, every open deal's chance of being won.
warnings.done: %.done: counted changes $(map) $(conf)/rules.json .through
	inspect --rules $(conf)/rules.json --map $(map) --changes changes $(in_home) --as-of $(through) --risks risks < $< $(into)

explained.done: %.done: findings counted $(map)
	drivers --map $(map) --findings findings < counted $(into)

# What was told before the last complete day, so that a day run twice says the same twice.
earlier.done: %.done: findings .through $(aliases)
	store get alert --db $(db) --to $(before) $(renamed) $(into)

# How rarely an alert is false, once somebody has asked: saleswatch placebo ... > placebo
placebo := $(wildcard $(conf)/placebo)
annotations := $(wildcard $(conf)/annotations.json)

alerts.done: %.done: explained warnings earlier $(conf)/rules.json $(conf)/saleswatch.json $(placebo) $(annotations) $(aliases) $(roster)
	cat explained warnings \
	| prioritize --rules $(conf)/rules.json --conf $(conf)/saleswatch.json $(placebo:%=--placebo %) \
		$(annotations:%=--annotations %) $(by_name) $(by_rep) --history earlier --incidents incidents --as-of $(through) $(into)

# Measures are of a day as it was known; nobody asks the store for those of another.
measures.done: %.done: counted changes $(map) $(stages) $(targets) .through
	measure --map $(map) --changes changes $(stages:%=--stages %) $(targets:%=--targets %) $(in_home) --trust --as-of $(through) < $< $(into)

# The same week by week, as far back as a season is learned from.
series.done: %.done: counted changes $(map) $(stages) .through
	measure --map $(map) --changes changes $(stages:%=--stages %) --bucket week --last 156 $(in_home) --trust --as-of $(through) < $< $(into)

analyzed: metrics alerts .through
ifneq ($(standin),store)
	store put metric --stage analyze-$(day) --db $(db) < metrics
	store put alert --stage analyze-$(day) --db $(db) < alerts
	store put incident --stage analyze-$(day) --db $(db) < incidents
	store commit analyze-$(day) --db $(db) --full metric
endif
	echo $(through) > $@.new && mv $@.new $@
