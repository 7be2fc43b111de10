# daily - from the sources to the people: ingest, analyze, deliver.

include ingest.mk
include analyze.mk
include deliver.mk
