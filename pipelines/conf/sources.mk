# sources - where deals come from: CSV files, and the map that reads them.
#
# Name your own export here, or in $SALESWATCH_CSV.

csv ?= $(SALESWATCH_CSV)
map ?= $(conf)/maps/default.json

ifeq ($(strip $(csv)),)
$(error no source of deals: name a CSV file as csv in $(conf)/sources.mk, or in SALESWATCH_CSV)
endif
