# sources - where deals come from: CSV files, and the map that reads them.
#
# Name your own export here, or in $SALESWATCH_CSV.

csv ?= $(SALESWATCH_CSV)
map ?= $(conf)/maps/default.json

# Beside the deals there may be a history of their stages (deal_id, stage, entered_date), and
# targets (from, to, amount, and the fields of a segment): CSV, or records.
stages ?=
targets ?= $(wildcard $(conf)/targets.csv)

ifeq ($(strip $(csv)),)
$(error no source of deals: name a CSV file as csv in $(conf)/sources.mk, or in SALESWATCH_CSV)
endif
