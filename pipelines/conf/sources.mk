# sources - where deals come from: CSV files named here or in $SALESWATCH_CSV, with the map that
# reads them, and the sources of sources.json, each with its own.

csv ?= $(SALESWATCH_CSV)

# NAME=MAP of each; +NAME gives only what changed, !NAME is all there is, <NAME comes of a tap.
# Asked once, however many pipelines are made together.
ifneq ($(origin listed),file)
listed := $(shell jq -r --arg conf $(conf) '.sources | if all(to_entries[]; .key + (.value.map // "") | test("^[A-Za-z0-9_./-]*$$")) then . \
	else error end | to_entries[] | .key as $$name | .value | \
	"\($$name)=\(.map // "maps/default.json" | if startswith("/") then . else "\($$conf)/\(.)" end)", \
	if .type == "csv" or (.type == "postgres" and .newest == null) then empty else "+\($$name)" end, \
	if .whole == true then "!\($$name)" else empty end, if .tap then "<\($$name)" else empty end' $(conf)/sources.json)
ifneq ($(.SHELLSTATUS),0)
$(error $(conf)/sources.json: not there, or not an object of sources; a name or a map has letters, digits and . _ / - only)
endif
endif
maps    := $(filter-out +% !% <%,$(listed))
sources := $(foreach pair,$(maps),$(firstword $(subst =, ,$(pair))))

# What dimensions there are is said by one map, for all.
map ?= $(firstword $(if $(strip $(csv)),,$(foreach name,$(sources),$(patsubst $(name)=%,%,$(filter $(name)=%,$(maps))))) $(conf)/maps/default.json)

# Beside the deals there may be a history of their stages (deal_id, stage, entered_date), and
# targets (from, to, amount, and the fields of a segment): CSV, or records.
stages ?=
targets ?= $(wildcard $(conf)/targets.csv)

ifeq ($(strip $(csv) $(sources)),)
$(error no source of deals: name one in $(conf)/sources.json, or a CSV file as csv in $(conf)/sources.mk or in SALESWATCH_CSV)
endif
