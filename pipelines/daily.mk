# daily - from the sources to the people: ingest, analyze, the report of the week, deliver.

include ingest.mk
include analyze.mk
include weekly.mk
include deliver.mk
