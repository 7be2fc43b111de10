# ingest - the company's deals: checked, each once, kept with their history.
#
#	csv -> (fetch, validate, dedupe) -> store -> deals

include stage.mk
include $(conf)/sources.mk

# What stands in for the source is not asked of it.
ifndef standin

products += deals

deals: %: %.done ;

# Deals that stood in are no reason not to ask the source.
unasked := $(if $(wildcard deals.done),,ask)
.PHONY: ask

# The store takes all of the pipe or none of it: it is staged first, and committed only when
# what each stage gave is what the next one got.
deals.done: %.done: $(csv) $(map) $(aliases) $(roster) $(rates) $(unasked)
	fetch csv $(csv) --map $(map) --rejects $*.unread --summary $*.fetched \
	| validate deal --map $(map) --upstream $*.fetched --rejects $*.refused --summary $*.validated \
	| dedupe --key deal_id --newest modified_at --dropped $*.dropped --summary $*.unique \
	| store put deal --stage ingest-$(day) --db $(db)
	store commit ingest-$(day) --db $(db) --zone $(zone) --summary $*.fetched --summary $*.validated --summary $*.unique
	store get deal --db $(db) $(resolved) $(into)
	echo $(now) > $*.loaded

endif
