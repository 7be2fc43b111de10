# stage - how a stage of a pipeline ends, and what every pipeline is told.
#
#	day       the business date of this run      through   the last complete day before it
#	conf      our configuration                  db        the store
#	zone      the business zone                  state     what is kept between runs
#	currency  of the company
#	now       when this run began                standin   where deals come from instead of their
#	                                                       source, if that gave none today
#
# through is earlier where the data of this day are not to be had: the stream `stale` then has a
# record that says so, for whoever shows something.
#
# The store has deals as their source knows them; what they are called now, whose they were, what
# they are worth is looked up on the way out of it, in what there is of three files.

aliases := $(wildcard $(conf)/aliases.json)
roster  := $(wildcard $(conf)/roster.json)
rates   := $(wildcard $(conf)/rates.json)
by_name  = $(aliases:%=--aliases %)
by_rep   = $(roster:%=--roster %)
in_home  = $(and $(rates),$(currency),--currency $(currency))
renamed  = $(if $(aliases),| resolve $(by_name))
resolved = $(if $(aliases)$(roster)$(rates),| resolve $(by_name) $(by_rep) $(rates:%=--rates %) $(in_home) --as-of $(through))

# A stream is made through its .done mark.  The stream's own time moves only when its
# content does, so what follows is skipped when nothing changed; the mark says we looked.
# settle runs only after every stage of the pipe succeeded: a sink inside could not know.

SHELL       = bash
.SHELLFLAGS = -o pipefail -euc
MAKEFLAGS  += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:

into = > $*.new && settle $*.new $* && touch $@

# In a pipe one failure brings on others: the first says who must act, but for a reader gone (141).
failed = failed=("$${PIPESTATUS[@]}")
fail   = for status in "$${failed[@]}"; do [ $$status = 0 ] || [ $$status = 141 ] || exit $$status; done; exit 70

# Each pipeline adds to products what it ends in; only deliver has something to send.
.PHONY: all send
.SECONDEXPANSION:
all: $$(products)
send:: ;
