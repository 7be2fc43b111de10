# ingest - the company's deals: checked, each once, kept with their history.
#
#	each source -> (fetch, validate, dedupe, quality) -> store -> deals

include stage.mk
include $(conf)/sources.mk

# What stands in for the source is not asked of it.
ifndef standin

products += deals

deals: %: %.done ;

# Each source is taken by itself: the files under the name of the stream, the others under their
# own.  Only files say by their time whether there is something new in them; and deals that stood
# in are no reason not to ask.
taken := $(if $(strip $(csv)),deals.taken) $(sources:%=%.taken)

.PHONY: ask
deals.taken: $(csv) $(map) $(if $(wildcard deals.done),,ask)
$(sources:%=%.taken): ask

batch   = ingest-$*-$(day)
is      = $(filter $1$*,$(listed))
map_of  = $(or $(patsubst $*=%,%,$(filter $*=%,$(maps))),$(map))
counted = --summary $*.fetched --summary $*.validated --summary $*.unique $(if $(period),,--summary $*.passed)
look    = $(if $(period),cat,quality --checks $(conf)/checks.json --source $* --as-of $(day) --map $(map_of) --earlier $*.earlier \
	$(if $(more),,$(if $(call is,+),--increment)) --fetched $*.fetched --rejects $*.unread --rejects $*.refused --dropped $*.unique \
	--out $*.quality --summary $*.passed)

# saleswatch backfill asks for more of one source: all, or what was created in a period, which tells
# nothing of how this night compares with others.
more    = $(if $(filter $*,$(SALESWATCH_BACKFILL_OF)),$(SALESWATCH_BACKFILL))
period  = $(filter --from,$(more))

# A tap of Singer goes on from the state that it told last.
tap = $(if $(call is,<),{ fetch $* --sources $(conf)/sources.json --since $*.bookmarks $(more) --state > $*.state; \
	eval "$$(jq -r '.sources["$*"].tap | @sh' $(conf)/sources.json) $$([ ! -s $*.state ] || echo --state $*.state)"; } |)
read = $(if $(filter $*,$(sources)),$(tap) fetch $* --sources $(conf)/sources.json --since $*.bookmarks --bookmark $*.bookmark \
	--changes $*.changes --zone $(zone) $(more),fetch csv $(csv) --map $(map))

# The store takes all of the pipe or none of it: it is staged first, and committed only when
# what each stage gave is what the next one got; and with it how far the source was read.  What
# is wrong with the deals as a whole is kept, however it went.
$(taken): %.taken: $(conf)/checks.json
	rm -f $(addprefix $*.,bookmark changes quality fetched validated unique passed unread refused)
	store discard $(batch) --db $(db)
	store get bookmark --db $(db) > $*.bookmarks
	store get quality --db $(db) --from $$(date -ud '$(day) - 70 days' +%F) > $*.earlier
	$(read) --rejects $*.unread --summary $*.fetched \
	| validate deal --map $(map_of) --upstream $*.fetched --rejects $*.refused --summary $*.validated \
	| dedupe --key deal_id --newest modified_at --dropped $*.dropped --summary $*.unique \
	| $(look) \
	| store put deal --stage $(batch) --source $* --db $(db) \
	|| { $(failed); [ "$${failed[-2]}" != 65 ] || [ ! -e $*.quality ] || { store put quality --stage quality-$*-$(day) --db $(db) < $*.quality \
		&& store commit quality-$*-$(day) --db $(db); }; $(fail); }
	[ ! -s $*.changes ] || store put change --stage $(batch) --db $(db) < $*.changes
	[ ! -s $*.bookmark ] || store put bookmark --stage $(batch) --db $(db) < $*.bookmark
	[ ! -s $*.quality ] || store put quality --stage $(batch) --db $(db) < $*.quality
	store commit $(batch) --db $(db) --zone $(zone) $(if $(or $(call is,!),$(filter --full,$(more))),--full deal) $(if $(more),--past) $(counted)
	touch $@

deals.done: %.done: $(taken) $(aliases) $(roster) $(rates)
	store get deal --db $(db) $(resolved) $(into)
	echo $(now) > $*.loaded

endif
