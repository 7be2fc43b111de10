# saleswatch - sales insight and alerts from small programs and pipes.
#
#	make            build bin/*: a program is a folder of src
#	make run        the daily pipeline on the sample deals; nothing is sent anywhere
#	make check      every test; its last line is "N passed, N failed, N skipped"
#	make deps       install the Debian packages that are missing
#	make bench      speed, beside named peers (make bench-deps installs those)
#	make soak       faults at full length: every call of every program that keeps something, 200 power cuts
#	make fuzz       parsers against bytes that a fuzzer makes up, SECONDS=60 each
#	make truth      what was planted and found, beside the reference of the test data
#	make install    DESTDIR= PREFIX=/usr/local
#	make clean      what was built; make help says this

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS   += --no-builtin-rules

PREFIX      ?= /usr/local
bindir      ?= $(PREFIX)/bin
libexecdir  ?= $(PREFIX)/libexec
datadir     ?= $(PREFIX)/share
mandir      ?= $(datadir)/man
sysconfdir  ?= $(if $(filter /usr/local,$(PREFIX)),/etc,$(if $(filter /usr,$(PREFIX)),/etc,$(PREFIX)/etc))
localstatedir ?= $(if $(filter /usr/local /usr,$(PREFIX)),/var,$(PREFIX)/var)

VERSION     := 0.1.0
CC          := gcc
BUILD       ?= .build
BIN         ?= bin
CFLAGS      ?= -O2 -g
WERROR      ?= -Werror
HARDEN      ?= -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=3
WARN        := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes $(WERROR)
override CFLAGS   += -std=c11 $(WARN) $(HARDEN)
override CPPFLAGS += -I/usr/include/postgresql -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -DVERSION='"$(VERSION)"' -Isrc/lib -MMD -MP
override LDFLAGS  += -pie -Wl,-z,relro,-z,now,--as-needed
LDLIBS      := -ljansson -lcsv -lsqlite3 -lpq -lgsl -lgslcblas -lpcre2-8 -lcurl -lcrypto -lunistring -lm

# What Debian must give: to build and run, and on top of that to test.
needs_run   := gcc make libc6-dev libjansson-dev libcsv-dev libgsl-dev libpcre2-dev libsqlite3-dev libpq-dev libxxhash-dev libcurl4-openssl-dev libssl-dev libunistring-dev \
	jq sqlite3 util-linux bsdextrautils coreutils findutils sed grep tzdata ca-certificates msmtp \
	gnuplot-nox fonts-dejavu-core
needs_check := bats parallel clang clang-format libclang-rt-14-dev shellcheck mandoc valgrind strace postgresql \
	miller python3 python3-venv curl openssl procps time file git xfsprogs e2fsprogs mount prometheus-alertmanager spamassassin faketime \
	$(if $(shell command -v npm),,npm)

cores       := $(shell nproc)
comma       := ,

programs := $(filter-out lib,$(notdir $(patsubst %/,%,$(wildcard src/*/))))
scripts  := $(foreach p,$(programs),$(if $(wildcard src/$p/$p.sh),$p))
objects   = $(patsubst src/%.c,$(BUILD)/%.o,$(wildcard src/$1/*.c))
library  := $(BUILD)/lib.a

all: $(programs:%=$(BIN)/%)

.SECONDEXPANSION:
# A script is one file when it is built: what its folder has beside it comes first.
$(scripts:%=$(BIN)/%): $(BIN)/%: src/$$*/$$*.sh $$(wildcard src/$$*/*.sh)
	@mkdir -p $(@D)
	@echo "  $@"
	@cat $(filter-out $<,$^) $< > $@.new && chmod 755 $@.new && mv $@.new $@

$(filter-out $(scripts:%=$(BIN)/%),$(programs:%=$(BIN)/%)): $(BIN)/%: $$(call objects,$$*) $(library)
	@mkdir -p $(@D)
	@echo "  $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(library): $(call objects,lib)
	@rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# What is done to every segment every day, or to every deal at every fit: a few at once.
hot := detect/fit detect/scan detect/sums
$(hot:%=$(BUILD)/%.o): override CFLAGS += -O3 -fno-math-errno -fno-trapping-math

# Some programs carry a schema, the default map or the tables within them.
carriers := $(patsubst src/%.c,$(BUILD)/%.o,$(shell grep -ls -e "[.]incbin" -e "^SCRIPT" src/*/*.c))
$(carriers): $(wildcard schemas/*.json schemas/store/*.sql pipelines/conf/maps/*.json)

# What tests of C need beside the programs: tests/NAME.c becomes .build/tests/NAME.
probes := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*.c))
$(probes): $(BUILD)/tests/%: tests/%.c $(library)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.a,$^) $(LDLIBS)

# What a test puts before a program's own library: tests/preload/NAME.c becomes NAME.so.
preloads := $(patsubst tests/preload/%.c,$(BUILD)/tests/%.so,$(wildcard tests/preload/*.c))
$(preloads): $(BUILD)/tests/%.so: tests/preload/%.c
	@mkdir -p $(@D)
	@$(CC) -std=c11 -O2 $(WARN) -fPIC -shared -o $@ $< -ldl

probes: all $(probes) $(preloads)

# A fuzzer is tests/fuzz/NAME.c, linked with the library and what fetch reads rows with; the wrapped
# are what tests/fuzz/fuzz.c holds the library's doors by.
fuzz_flags  := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
fuzzed      := malloc calloc realloc reallocarray free vasprintf exit write close file_read file_text
fuzz_common := $(BUILD)/fuzz/fuzz.o $(BUILD)/fetch.a $(library)
targets     := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(filter-out %/fuzz.c,$(wildcard tests/fuzz/*.c)))

$(BUILD)/fetch.a: $(filter-out %/fetch/fetch.o,$(call objects,fetch))
	@rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/fuzz/fuzz.o: tests/fuzz/fuzz.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(targets): $(BUILD)/fuzz/%: tests/fuzz/%.c $(fuzz_common)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -fsanitize=fuzzer -Wl,$(subst $() ,$(comma),$(fuzzed:%=--wrap=%)) \
		$(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) $(LDLIBS)

targets: $(targets)

fuzzers:
	@$(MAKE) --no-print-directory -s -j $(cores) $(or $(TARGET:%=.build/fuzz/fuzz/%),targets) CC=clang BUILD=.build/fuzz BIN=.build/fuzz/bin HARDEN= \
		CFLAGS='$(fuzz_flags) -fsanitize=fuzzer-no-link'

missing = $(shell dpkg-query -W -f '$${Package} $${db:Status-Status}\n' $1 2>/dev/null | \
	awk '$$2 == "installed" { have[$$1] } END { n = split("$1", want, " "); \
	for (i = 1; i <= n; i++) if (!(want[i] in have)) print want[i] }')
as_root = $(if $(filter 0,$(shell id -u)),,sudo)
# Servers among them are for the tests to start: RUNLEVEL=1 keeps Debian from doing it.
define install_missing
	@set -- $(call missing,$1); (( $$# == 0 )) || { echo "installing: $$*"; \
	$(as_root) apt-get update -qq && \
	$(as_root) env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$$@" > /dev/null; }
endef

deps:
	$(call install_missing,$(needs_run) $(needs_check))
deps-run:
	$(call install_missing,$(needs_run))

# Programs by others that judge ours, each by its exact version; a package of Debian's that would
# start a server is taken apart, not installed.
judges: .build/judges/bin/duckdb .build/judges/.singer .build/judges/bin/promtool .build/judges/node_modules/.messages .build/judges/smtp/node_modules/smtp-server \
	.build/judges/salesforce/node_modules/jsforce .build/judges/hubspot/node_modules/@hubspot/api-client
.build/judges/bin/promtool:
	@mkdir -p .build/judges/bin .build/debian
	@cd .build/debian && apt-get download -qq -o APT::Sandbox::User=root prometheus && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb
	@mv .build/debian/usr/bin/promtool $@ && rm -r .build/debian
.build/judges/bin/duckdb:
	@/usr/bin/python3 -m venv .build/judges
	@.build/judges/bin/pip install -q --disable-pip-version-check duckdb-cli==1.5.6

.build/judges/.singer: .build/judges/bin/duckdb
	@.build/judges/bin/pip install -q --disable-pip-version-check singer-python==6.8.0
	@touch $@

# Of messages: the schemas of Slack, Teams and Alertmanager, readers of mail, markdown and HTML; a
# sender of DogStatsD.
.build/judges/node_modules/.messages: Makefile
	@npm install --prefix .build/judges --silent --no-save --no-package-lock --no-audit --no-fund --fetch-retries=1 \
		ajv@8.20.0 ajv-formats@3.0.1 mailparser@3.9.14 html-validate@9.7.1 markdown-it@14.3.3 yaml@2.9.1 hot-shots@17.1.1
	@touch $@

# A mail server with STARTTLS and passwords; a folder of its own, since npm keeps only what it is told of.
.build/judges/smtp/node_modules/smtp-server:
	@npm install --prefix .build/judges/smtp --silent --no-save --no-package-lock --no-audit --no-fund --fetch-retries=1 smtp-server@3.21.6

# A client of Salesforce that walks our mock of it, a parser of its queries, a verifier of JWT.
.build/judges/salesforce/node_modules/jsforce:
	@npm install --prefix .build/judges/salesforce --silent --no-save --no-package-lock --no-audit --no-fund --fetch-retries=1 \
		jsforce@3.10.10 jose@6.2.18 @jetstreamapp/soql-parser-js@6.3.1

# HubSpot's own client, which walks the portal of tests/hubspot.py.
.build/judges/hubspot/node_modules/@hubspot/api-client:
	@npm install --prefix .build/judges/hubspot --silent --no-save --no-package-lock --no-audit --no-fund --fetch-retries=1 @hubspot/api-client@14.0.1

check: deps
	@$(MAKE) --no-print-directory -j $(cores) probes
	@$(MAKE) --no-print-directory fuzzers
	@$(MAKE) --no-print-directory -k judges || echo "no judges: their tests will be skipped"
	@tests/run

# The sample's last day is over: four in the morning after it.
run: deps-run
	@$(MAKE) --no-print-directory -s -j $(cores) all
	@tests/show

# What check does in short: each kill, each disk that fails, each odd byte.
soak: deps
	@$(MAKE) --no-print-directory -j $(cores) probes
	@SALESWATCH_SOAK=1 SALESWATCH_FUZZ=5000 tests/run tests/faults.bats tests/notify_faults.bats tests/notify_outbox.bats \
		tests/store.bats tests/fetch.bats tests/salesforce.bats tests/hubspot.bats tests/rec.bats tests/power.bats tests/memory.bats

# Each parser against bytes that a fuzzer makes up, for so many seconds each.
fuzz: SECONDS ?= 60
fuzz: deps fuzzers
	@tests/fuzz/run $(SECONDS)

truth: all
	@tests/truth

bench: all
	@tests/bench/bench

bench-deps:
	@tests/bench/install

destination = $(DESTDIR)$(libexecdir)/saleswatch
share       = $(DESTDIR)$(datadir)/saleswatch
install: all
	install -d $(destination) $(share)/pipelines $(DESTDIR)$(bindir) $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man7 \
		$(DESTDIR)$(sysconfdir)/saleswatch $(DESTDIR)$(sysconfdir)/cron.d
	install -m 755 $(programs:%=$(BIN)/%) $(destination)
	ln -sfr $(destination)/saleswatch $(DESTDIR)$(bindir)/saleswatch
	for p in $(programs); do install -m 644 src/$$p/$$p.1 \
		$(DESTDIR)$(mandir)/man1/$$([ $$p = saleswatch ] || echo saleswatch-)$$p.1; done
	install -m 644 src/*/*.7 $(DESTDIR)$(mandir)/man7
	cp -r pipelines/*.mk pipelines/templates $(share)/pipelines/
	cp -r schemas $(share)/
	chmod -R u=rwX,go=rX $(share)
	cd pipelines/conf && for f in $$(find . -type f); do to=$(abspath $(DESTDIR)$(sysconfdir))/saleswatch/$$f; \
		[ -e $$to ] || install -D -m 644 $$f $$to; done
	[ -e $(DESTDIR)$(sysconfdir)/cron.d/saleswatch ] || \
		install -m 644 cron/saleswatch $(DESTDIR)$(sysconfdir)/cron.d/saleswatch

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

clean:
	rm -rf .build bin/*

.PHONY: all probes targets fuzzers fuzz judges deps deps-run run check soak truth bench bench-deps install help clean
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
