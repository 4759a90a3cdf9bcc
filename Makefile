# SPDX-License-Identifier: MIT
# The whole build: one file, no recursion. `make help` lists the targets.
#
# BUILD selects a variant with a directory of its own: release (default), debug, asan, fuzz.
# CC, CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS are the user's, from the environment or the command
# line; what the sources cannot do without is kept apart from them.

VERSION := 0.1.0
SOVERSION := 0

BUILD ?= release
B := build/$(BUILD)
V ?= 0

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-5s %s\n' '$(1)' '$(2)')

# ---- where things go -----------------------------------------------------------------------

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
LIBEXECDIR ?= $(PREFIX)/libexec/memlens
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
DOCDIR ?= $(DATADIR)/doc/memlens
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR ?= $(DATADIR)/zsh/site-functions
FISHCOMPDIR ?= $(DATADIR)/fish/vendor_completions.d
UNITDIR ?= $(PREFIX)/lib/systemd/system
DESTDIR ?=

# ---- tools and flags -----------------------------------------------------------------------

PKG_CONFIG ?= pkg-config
INSTALL ?= install
CLANG_FORMAT ?= clang-format
FUZZ_CC ?= $(if $(findstring clang,$(CC)),$(CC),clang)
FUZZ_SECONDS ?= 600

CFLAGS_release := -O2 -g
CFLAGS_debug := -O0 -g3
CFLAGS_asan := -O1 -g -fno-omit-frame-pointer
CFLAGS_fuzz := -O1 -g -fno-omit-frame-pointer
ifeq ($(CFLAGS_$(BUILD)),)
$(error BUILD=$(BUILD): release, debug, asan or fuzz)
endif
ifeq ($(BUILD),fuzz)
CC := $(FUZZ_CC)
endif
CFLAGS ?= $(CFLAGS_$(BUILD))

warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wcast-qual \
	-Wformat=2 -Wundef -Wno-missing-field-initializers
base_cppflags := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DMEMLENS_VERSION='"$(VERSION)"' -Ilib
base_cflags := -std=gnu11 $(warnings) -fvisibility=hidden

sanitize := -fsanitize=address,undefined -fno-sanitize-recover=all
# Fortify needs an optimiser; a distribution may have it on already, with a level of its own.
variant_cppflags_release := $(if $(filter -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
variant_ldflags_release := -Wl,-O1 -Wl,--as-needed -Wl,--hash-style=gnu -Wl,-z,relro
variant_soflags_release := -Wl,-Bsymbolic-functions -Wl,-z,defs
variant_ldflags_debug := -Wl,--as-needed
variant_soflags_debug := -Wl,-z,defs
variant_cflags_asan := $(sanitize)
variant_ldflags_asan := $(sanitize)
variant_cflags_fuzz := $(sanitize) -fsanitize=fuzzer-no-link
variant_ldflags_fuzz := $(sanitize)

# A test run compiles strictly; a user's newer compiler shall not stop the build.
ifneq ($(filter check check-long lint,$(MAKECMDGOALS)),)
WERROR ?= 1
endif
werror := $(if $(filter 1,$(WERROR)),-Werror)

all_cppflags = $(base_cppflags) $(variant_cppflags_$(BUILD)) $(CPPFLAGS)
all_cflags = $(base_cflags) $(variant_cflags_$(BUILD)) $(CFLAGS)
all_ldflags = $(variant_ldflags_$(BUILD)) $(LDFLAGS)
compile = $(CC) $(all_cppflags) $(all_cflags) $(werror) -MMD -MP -c -o $@ $<
link = $(CC) $(all_cflags) $(all_ldflags) -o $@

have = $(shell $(PKG_CONFIG) --exists $(1) 2>/dev/null && echo 1)
ifeq ($(origin JSONC_LIBS),undefined)
have_jsonc := $(call have,json-c)
JSONC_CFLAGS := $(if $(have_jsonc),$(shell $(PKG_CONFIG) --cflags json-c))
# The archive where there is one: loading a library costs every run more than most reports do
# (docs/PERFORMANCE.md). JSONC_LIBS=-ljson-c links the shared one.
jsonc_archive := $(if $(have_jsonc),$(wildcard $(shell $(PKG_CONFIG) --variable=libdir json-c)/libjson-c.a))
JSONC_LIBS := $(or $(jsonc_archive),$(if $(have_jsonc),$(shell $(PKG_CONFIG) --libs json-c)))
else
have_jsonc := 1
endif
# Without libarchive there is no memlens-store either.
ifeq ($(origin ARCHIVE_LIBS),undefined)
have_archive := $(call have,libarchive)
ARCHIVE_CFLAGS := $(if $(have_archive),$(shell $(PKG_CONFIG) --cflags libarchive))
ARCHIVE_LIBS := $(if $(have_archive),$(shell $(PKG_CONFIG) --libs libarchive))
else
have_archive := 1
endif
# Without libzstd there is no history, and no memlens-store: archives and recordings are the cost.
ifeq ($(origin ZSTD_LIBS),undefined)
have_zstd := $(call have,libzstd)
ZSTD_CFLAGS := $(if $(have_zstd),$(shell $(PKG_CONFIG) --cflags libzstd))
ZSTD_LIBS := $(if $(have_zstd),$(shell $(PKG_CONFIG) --libs libzstd))
else
have_zstd := 1
endif
# Nor without SQLite, where recordings are kept.
ifeq ($(origin SQLITE_LIBS),undefined)
have_sqlite := $(call have,sqlite3)
SQLITE_CFLAGS := $(if $(have_sqlite),$(shell $(PKG_CONFIG) --cflags sqlite3))
SQLITE_LIBS := $(if $(have_sqlite),$(shell $(PKG_CONFIG) --libs sqlite3))
else
have_sqlite := 1
endif
# Without libproc2 there is no memlens-verify.
ifeq ($(origin PROCPS_LIBS),undefined)
have_procps := $(call have,libproc2)
PROCPS_CFLAGS := $(if $(have_procps),$(shell $(PKG_CONFIG) --cflags libproc2))
PROCPS_LIBS := $(if $(have_procps),$(shell $(PKG_CONFIG) --libs libproc2))
else
have_procps := 1
endif
# Without ncursesw there is no memlens-top. A fresh ncurses may come with its own script only.
ncurses_config := $(firstword $(foreach n,ncursesw6-config ncursesw5-config,$(shell command -v $(n))))
ifneq ($(origin NCURSES_LIBS),undefined)
have_ncurses := 1
else ifneq ($(call have,ncursesw),)
have_ncurses := 1
NCURSES_CFLAGS := $(shell $(PKG_CONFIG) --cflags ncursesw)
NCURSES_LIBS := $(shell $(PKG_CONFIG) --libs ncursesw)
else ifneq ($(ncurses_config),)
have_ncurses := 1
NCURSES_CFLAGS := $(shell $(ncurses_config) --cflags)
NCURSES_LIBS := $(shell $(ncurses_config) --libs)
endif
ifeq ($(origin CMOCKA_LIBS),undefined)
have_cmocka := $(call have,cmocka)
CMOCKA_CFLAGS := $(if $(have_cmocka),$(shell $(PKG_CONFIG) --cflags cmocka))
CMOCKA_LIBS := $(if $(have_cmocka),$(shell $(PKG_CONFIG) --libs cmocka))
else
have_cmocka := 1
endif

# ---- sources -------------------------------------------------------------------------------

rooms := base source parse probe model capture series watch diag report
lib_src := $(sort $(wildcard $(rooms:%=lib/%/*.c)))
cmd_src := $(sort $(wildcard cmd/*.c cmd/check/*.c cmd/render/*.c))
record_src := $(if $(have_zstd),$(sort $(wildcard lib/record/*.c)))
store_src := $(sort $(wildcard lib/store/*.c cmd/store/*.c)) $(record_src)
verify_src := $(sort $(wildcard lib/procps/*.c cmd/verify/*.c))
top_src := $(sort $(wildcard cmd/top/*.c))
gendoc_src := $(sort $(wildcard cmd/gendoc/*.c))
record_tests := tests/unit/test_frame.c tests/unit/test_history.c tests/unit/test_past.c \
	tests/unit/test_record_delta.c
recorder_tests := $(wildcard tests/unit/test_recorder_*.c)
unit_src := $(sort $(filter-out $(if $(have_zstd),,$(record_tests)) \
	$(if $(and $(have_zstd),$(have_sqlite)),,$(recorder_tests)),$(wildcard tests/unit/test_*.c)))
unit_help_src := $(sort $(filter-out $(unit_src),$(wildcard tests/unit/*.c)))
recorder_bench := tests/bench/week.c tests/bench/day.c
bench_src := $(sort $(filter-out $(if $(and $(have_zstd),$(have_sqlite)),,$(recorder_bench)),\
	$(wildcard tests/bench/*.c)))
fuzz_src := $(sort $(filter-out tests/fuzz/replay.c \
	tests/fuzz/$(if $(have_zstd),no_instant,instant).c,$(wildcard tests/fuzz/*.c)))
replay_src := $(wildcard tests/fuzz/replay.c)
recording_src := $(if $(and $(have_zstd),$(have_sqlite)),tests/tui/recording.c)
tui_src := $(if $(have_ncurses),$(sort $(filter-out tests/tui/recording.c,$(wildcard tests/tui/*.c))))
live_src := $(sort $(wildcard tests/live/*.c))
man_src := $(sort $(wildcard docs/man/*.in))
examples := $(sort $(filter-out %/,$(wildcard docs/examples/*)))
format_src = $(sort $(wildcard lib/*.h lib/*/*.[ch] cmd/*.[ch] cmd/*/*.[ch] tests/*/*.[ch]))

obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
lib_obj := $(call obj,$(lib_src))
cmd_obj := $(call obj,$(cmd_src))
recorder_src := $(sort $(wildcard lib/recorder/*.c cmd/recorder/*.c))
store_obj := $(filter-out $(B)/obj/cmd/opener.o $(B)/obj/cmd/recordings.o,$(cmd_obj)) \
	$(filter-out $(B)/obj/cmd/store/opener.o,$(call obj,$(store_src))) $(call obj,$(recorder_src))
record_obj := $(call obj,$(record_src))
verify_obj := $(filter-out $(B)/obj/cmd/witness.o,$(cmd_obj)) $(call obj,$(verify_src))
# Few of the screens' files know curses; the rest can be tested without.
curses_src := cmd/top/keyboard.c cmd/top/terminal.c
top_obj := $(call obj,$(if $(have_ncurses),$(top_src),$(filter-out $(curses_src),$(top_src))))
unit_bin := $(patsubst %.c,$(B)/%,$(unit_src))
bench_bin := $(patsubst %.c,$(B)/%,$(bench_src))
tui_bin := $(patsubst %.c,$(B)/%,$(tui_src))
recording_bin := $(patsubst %.c,$(B)/%,$(recording_src))
live_bin := $(patsubst %.c,$(B)/%,$(live_src))
man := $(patsubst docs/man/%.in,$(B)/man/%,$(man_src))
shells := bash zsh fish
completions := $(shells:%=completions/memlens.%)

so := $(B)/libmemlens.so
archive := $(B)/libmemlens.a
cmd_archive := $(B)/cmd.a
top_archive := $(B)/top.a
# It opens archives and recordings, too, where it can; it remembers by zstd.
recorder_obj := $(filter-out $(B)/obj/cmd/recorder/opener.o,$(call obj,$(recorder_src)))
interface_obj := $(filter-out $(B)/obj/cmd/interface.o $(if $(have_archive),$(B)/obj/cmd/opener.o) \
	$(if $(have_sqlite),$(B)/obj/cmd/recordings.o),$(cmd_obj)) \
	$(top_obj) $(if $(have_archive),$(call obj,$(store_src)),$(record_obj)) \
	$(if $(have_sqlite),$(recorder_obj))
record_archive := $(if $(have_zstd),$(B)/record.a)
recorder_archive := $(if $(and $(have_zstd),$(have_sqlite)),$(B)/recorder.a)
command := $(if $(cmd_src),$(B)/memlens)
store := $(if $(and $(have_archive),$(have_zstd),$(have_sqlite)),$(B)/memlens-store)
verify := $(if $(have_procps),$(B)/memlens-verify)
top := $(if $(and $(have_ncurses),$(have_zstd)),$(B)/memlens-top)
gendoc := $(if $(gendoc_src),$(B)/gendoc)

.PHONY: all help lib programs tests man completions schema rules check check-long check-corpus eval fuzz lint \
	bench regen format install uninstall clean FORCE need-json-c
FORCE:

ifeq ($(BUILD),fuzz)
all: $(if $(fuzz_src),$(B)/fuzz_feeds)
else
all: programs $(if $(command),memlens)
endif

lib: $(so) $(archive)
programs: lib $(command) $(store) $(verify) $(top) $(gendoc) $(man)

help:
	@echo 'make [BUILD=release|debug|asan]  the library, the command and its manual'
	@echo 'make check                       all quick tests; ends with a line of counts'
	@echo 'make check-long                  the rest: sanitizers, fuzzing'
	@echo 'make check-corpus CORPUS=DIR     every report over a directory of captured machines'
	@echo 'make eval SERIES=DIR             leak verdicts over labelled series'
	@echo 'make fuzz [FUZZ_SECONDS=600]     libFuzzer over every parser (clang)'
	@echo 'make lint | bench | regen        static checks, measurements, rewrite the goldens'
	@echo 'make man completions schema rules  regenerate what the registers say elsewhere'
	@echo 'make format                      lay out the C sources'
	@echo 'make install [PREFIX= DESTDIR= LIBDIR= MANDIR= UNITDIR=]  and make uninstall'
	@echo 'make clean'

# ---- rebuild when flags or the set of sources change ---------------------------------------

quoted = '$(subst ','\'',$(1))'
stamp = $(Q)mkdir -p $(@D); text=$(call quoted,$(1)); \
	[ "$$text" = "$$(cat $@ 2>/dev/null)" ] || printf '%s\n' "$$text" > $@

$(B)/.flags: FORCE
	$(call stamp,$(CC) $(all_cppflags) $(all_cflags) $(all_ldflags) $(JSONC_CFLAGS) $(JSONC_LIBS) \
		$(ARCHIVE_CFLAGS) $(ARCHIVE_LIBS) $(ZSTD_CFLAGS) $(ZSTD_LIBS) $(SQLITE_CFLAGS) $(SQLITE_LIBS) $(PROCPS_CFLAGS) $(PROCPS_LIBS) \
		$(NCURSES_CFLAGS) $(NCURSES_LIBS))
$(B)/.sources: FORCE
	$(call stamp,$(lib_src) $(cmd_src) $(store_src) $(record_src) $(recorder_src) $(verify_src) $(top_src) $(unit_help_src))
$(B)/.install-dirs: FORCE
	$(call stamp,$(PREFIX) $(BINDIR) $(LIBDIR) $(LIBEXECDIR) $(INCLUDEDIR))

# ---- objects -------------------------------------------------------------------------------

$(B)/obj/lib/%.o: lib/%.c $(B)/.flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(compile) -fPIC $(object_flags)

$(B)/obj/cmd/%.o: cmd/%.c $(B)/.flags | need-json-c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(compile) -Icmd $(JSONC_CFLAGS) $(object_flags)
$(B)/obj/cmd/handover.o: $(B)/.install-dirs
$(B)/obj/cmd/handover.o: object_flags = -DMEMLENS_LIBEXECDIR='"$(LIBEXECDIR)"'
$(B)/obj/lib/store/%.o: object_flags = $(ARCHIVE_CFLAGS)
$(B)/obj/lib/record/%.o: object_flags = $(ZSTD_CFLAGS)
$(B)/obj/lib/recorder/%.o: object_flags = $(SQLITE_CFLAGS)
$(B)/obj/lib/procps/%.o: object_flags = $(PROCPS_CFLAGS)
$(B)/obj/cmd/top/%.o: object_flags = $(NCURSES_CFLAGS)

$(B)/obj/tests/%.o: tests/%.c $(B)/.flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(compile) -Icmd -I$(dir $<) $(CMOCKA_CFLAGS) $(JSONC_CFLAGS)

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

need-json-c:
ifeq ($(have_jsonc),)
	@echo 'memlens: json-c is missing (Debian: libjson-c-dev, Fedora: json-c-devel): run ./bootstrap' >&2
	@exit 1
endif

# ---- library -------------------------------------------------------------------------------

$(so).$(SOVERSION): $(lib_obj) lib/memlens.sym $(B)/.sources
	$(call say,LD,$@)
	$(Q)$(link) -shared -Wl,-soname,libmemlens.so.$(SOVERSION) \
		-Wl,--version-script=lib/memlens.sym $(variant_soflags_$(BUILD)) $(lib_obj) -lm $(LDLIBS)

$(so): $(so).$(SOVERSION)
	$(Q)ln -sf $(<F) $@

$(archive): $(lib_obj) $(B)/.sources
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(lib_obj)

# ---- command -------------------------------------------------------------------------------

# The command carries the library in it: most of a short run is loading, and it runs from
# wherever it is copied to. That the public interface is enough for it is shown by gendoc, which
# is the same objects linked with the shared library.
$(B)/memlens: $(cmd_obj) $(archive) $(B)/.sources
	$(call say,LD,$@)
	$(Q)$(link) $(cmd_obj) $(archive) $(JSONC_LIBS) $(LDLIBS)

# The same with the rooms that carry other libraries; memlens hands archives over to it.
$(B)/memlens-store: $(store_obj) $(archive) $(B)/.sources
	$(call say,LD,$@)
	$(Q)$(link) $(store_obj) $(archive) $(JSONC_LIBS) $(ARCHIVE_LIBS) $(ZSTD_LIBS) $(SQLITE_LIBS) $(LDLIBS)

$(B)/memlens-verify: $(verify_obj) $(archive) $(B)/.sources
	$(call say,LD,$@)
	$(Q)$(link) $(verify_obj) $(archive) $(JSONC_LIBS) $(PROCPS_LIBS) $(LDLIBS)

$(B)/memlens-top: $(interface_obj) $(archive) $(B)/.sources
	$(call say,LD,$@)
	$(Q)$(link) $(interface_obj) $(archive) $(JSONC_LIBS) $(NCURSES_LIBS) $(ARCHIVE_LIBS) $(ZSTD_LIBS) $(SQLITE_LIBS) -pthread $(LDLIBS)

# So that it runs from the tree; points at the variant built last.
memlens: $(B)/memlens FORCE
	$(Q)[ "$$(readlink $@)" = $< ] || ln -sfn $< $@

$(cmd_archive): $(filter-out $(B)/obj/cmd/main.o,$(cmd_obj)) $(B)/.sources
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

$(top_archive): $(top_obj) $(B)/.sources
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(top_obj)

# What keeps instants, for the programs and tests that do.
$(record_archive): $(record_obj) $(B)/.sources
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

# What keeps them on disk, but for the command that does.
$(recorder_archive): $(call obj,$(sort $(wildcard lib/recorder/*.c)) cmd/recorder/sadf.c) $(B)/.sources
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

# The registers of screens and keys know no curses.
gendoc_obj := $(call obj,$(gendoc_src) cmd/top/keys.c cmd/top/panels.c)
$(B)/gendoc: $(gendoc_obj) $(cmd_archive) $(so)
	$(call say,LD,$@)
	$(Q)$(link) $(gendoc_obj) $(cmd_archive) $(so) $(JSONC_LIBS) $(LDLIBS) \
		-Wl,--enable-new-dtags -Wl,-rpath,'$$ORIGIN'

# ---- documents -----------------------------------------------------------------------------

man: $(man)
$(B)/man/%: docs/man/%.in $(gendoc)
	$(call say,MAN,$@)
	$(Q)mkdir -p $(@D) && $(B)/gendoc man $(basename $*) < $< > $@

completions: $(if $(gendoc),$(completions:%=%.regenerate))
completions/memlens.%.regenerate: $(gendoc)
	$(call say,GEN,completions/memlens.$*)
	$(Q)mkdir -p completions $(B)/completions
	$(Q)$(B)/gendoc completion $* > $(B)/completions/memlens.$*
	$(Q)cp $(B)/completions/memlens.$* completions/memlens.$*

schema: docs/schema/memlens.schema.json.regenerate
docs/schema/memlens.schema.json.regenerate: $(gendoc)
	$(call say,GEN,$(@:.regenerate=))
	$(Q)$(B)/gendoc schema > $(B)/memlens.schema.json
	$(Q)cp $(B)/memlens.schema.json $(@:.regenerate=)

rules: docs/RULES.md.regenerate
docs/RULES.md.regenerate: $(gendoc)
	$(call say,GEN,$(@:.regenerate=))
	$(Q)$(B)/gendoc rules < docs/rules-left-out.txt > $(B)/RULES.md
	$(Q)cp $(B)/RULES.md $(@:.regenerate=)

# ---- tests ---------------------------------------------------------------------------------

# Of the recorder what needs no database, also where there is none.
unit_recorder_src := lib/recorder/alarm.c lib/recorder/jump.c lib/recorder/oom_text.c
$(unit_bin): $(B)/tests/unit/%: $(B)/obj/tests/unit/%.o $(call obj,$(unit_help_src) $(unit_recorder_src)) \
		$(top_archive) $(recorder_archive) $(record_archive) $(cmd_archive) $(archive)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(link) $(filter %.o,$^) $(top_archive) $(recorder_archive) \
		$(record_archive) $(cmd_archive) $(archive) \
		$(CMOCKA_LIBS) $(JSONC_LIBS) $(ZSTD_LIBS) $(SQLITE_LIBS) $(LDLIBS)
$(tui_bin): $(B)/tests/tui/%: $(B)/obj/tests/tui/%.o $(top_archive) $(record_archive) $(cmd_archive) $(archive)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(link) $(filter %.o,$^) $(top_archive) $(record_archive) $(cmd_archive) $(archive) \
		$(NCURSES_LIBS) $(JSONC_LIBS) $(ZSTD_LIBS) $(LDLIBS)
$(recording_bin): $(call obj,$(recording_src)) $(recorder_archive) $(record_archive) $(archive)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(link) $(filter %.o,$^) $(recorder_archive) $(record_archive) $(archive) \
		$(ZSTD_LIBS) $(SQLITE_LIBS) $(LDLIBS)
$(bench_bin): $(B)/tests/bench/%: $(B)/obj/tests/bench/%.o $(recorder_archive) $(record_archive) $(archive)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(link) $< $(recorder_archive) $(record_archive) $(archive) \
		$(ZSTD_LIBS) $(SQLITE_LIBS) -lm $(LDLIBS)

replay := $(if $(replay_src),$(B)/tests/fuzz/replay)
$(replay): $(call obj,$(replay_src) $(fuzz_src)) $(record_archive) $(archive)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(link) $(filter %.o,$^) $(record_archive) $(archive) $(ZSTD_LIBS) -lm $(LDLIBS)

# They make memory of an exact size: no sanitizer may add its own, and where there is a static C
# library no other process shares their pages.
live_compile = $(CC) $(base_cppflags) $(CPPFLAGS) $(base_cflags) $(CFLAGS_release) $(werror) \
	-o $@ $< -pthread $(LDFLAGS)
$(live_bin): $(B)/tests/live/%: tests/live/%.c $(wildcard tests/live/*.h) $(B)/.flags
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && { $(live_compile) -static 2>/dev/null || $(live_compile); }

# Without cmocka its suite is skipped by name, not failed.
tests: $(if $(have_cmocka),$(unit_bin)) $(live_bin) $(tui_bin) $(recording_bin) $(replay)

run_tests = BUILD=$(BUILD) CC='$(CC)' CORPUS='$(CORPUS)' SERIES='$(SERIES)' tests/run

check: all tests
	@$(run_tests)
check-long: all tests $(if $(recorder_archive),$(B)/tests/bench/day)
	@FUZZ_SECONDS='$(if $(filter file,$(origin FUZZ_SECONDS)),120,$(FUZZ_SECONDS))' $(run_tests) long
check-corpus: all $(replay)
	@$(run_tests) corpus
eval: all
	@$(run_tests) eval
lint: all
	@LINT_ALL=1 $(run_tests) lint
bench: all $(bench_bin)
	@BUILD=$(BUILD) tests/bench/run
regen: all
	@BUILD=$(BUILD) REGEN=1 tests/run golden screens

format:
	$(Q)CLANG_FORMAT=$(CLANG_FORMAT) tests/lint/format --fix $(format_src)

# The fuzzer has its own objects, so that it can be made beside any other variant.
F := build/fuzz
fuzz_obj := $(patsubst %.c,$(F)/obj/%.o,$(lib_src) $(record_src) $(fuzz_src))
ifneq ($(BUILD),fuzz)
$(F)/obj/%.o: %.c Makefile
	$(call say,FUZZ,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(base_cppflags) $(base_cflags) $(CFLAGS_fuzz) \
		$(variant_cflags_fuzz) -Itests/fuzz -MMD -MP -c -o $@ $<
-include $(shell find $(F)/obj -name '*.d' 2>/dev/null)
endif
$(F)/fuzz_feeds: $(fuzz_obj)
	$(call say,LD,$@)
	$(Q)$(FUZZ_CC) $(CFLAGS_fuzz) $(sanitize) -fsanitize=fuzzer -o $@ $(fuzz_obj) $(ZSTD_LIBS) -lm

.PHONY: fuzz-build
fuzz-build: $(if $(fuzz_src),$(F)/fuzz_feeds)
fuzz: fuzz-build
	@BUILD=$(BUILD) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run fuzzing

# ---- install -------------------------------------------------------------------------------

$(B)/install/memlens.pc: lib/memlens.pc.in Makefile $(B)/.install-dirs
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D) && sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
		-e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' -e 's|@VERSION@|$(VERSION)|' $< > $@

# It starts the command from where that is.
$(B)/install/%.service: packaging/systemd/%.service $(B)/.install-dirs
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D) && sed 's|^ExecStart=/usr/local/bin/|ExecStart=$(BINDIR)/|' $< > $@

# Every installed file once, as SOURCE>TARGET>MODE: install and uninstall loop over the same list.
so_full := libmemlens.so.$(VERSION)
units := $(if $(store),$(patsubst packaging/systemd/%,$(B)/install/%,$(sort $(wildcard packaging/systemd/*.service))))
man_target = $(MANDIR)/man$(subst .,,$(suffix $(1)))/$(notdir $(1))
have_completions = $(wildcard $(completions))
installed = \
	$(if $(cmd_src),$(B)/memlens>$(BINDIR)/memlens>755) \
	$(if $(store),$(store)>$(LIBEXECDIR)/memlens-store>755) \
	$(if $(verify),$(verify)>$(LIBEXECDIR)/memlens-verify>755) \
	$(if $(top),$(top)>$(LIBEXECDIR)/memlens-top>755) \
	$(so).$(SOVERSION)>$(LIBDIR)/$(so_full)>755 \
	lib/memlens.h>$(INCLUDEDIR)/memlens.h>644 \
	$(B)/install/memlens.pc>$(PKGCONFIGDIR)/memlens.pc>644 \
	$(foreach u,$(units),$(u)>$(UNITDIR)/$(notdir $(u))>644) \
	$(foreach m,$(man),$(m)>$(call man_target,$(m))>644) \
	$(if $(filter %.bash,$(have_completions)),completions/memlens.bash>$(BASHCOMPDIR)/memlens>644) \
	$(if $(filter %.zsh,$(have_completions)),completions/memlens.zsh>$(ZSHCOMPDIR)/_memlens>644) \
	$(if $(filter %.fish,$(have_completions)),completions/memlens.fish>$(FISHCOMPDIR)/memlens.fish>644) \
	$(foreach f,README.md LICENSE docs/RECORDINGS.md $(wildcard docs/schema/*.json),$(f)>$(DOCDIR)/$(notdir $(f))>644) \
	$(foreach e,$(examples),$(e)>$(DOCDIR)/examples/$(notdir $(e))>644)
links := libmemlens.so.$(SOVERSION) libmemlens.so

field = $(word $(1),$(subst >, ,$(2)))
define install_one
$(call say,INST,$(DESTDIR)$(call field,2,$(1)))
$(Q)$(INSTALL) -d "$(DESTDIR)$(dir $(call field,2,$(1)))"
$(Q)$(INSTALL) -m $(call field,3,$(1)) $(call field,1,$(1)) "$(DESTDIR)$(call field,2,$(1))"

endef

install: all $(B)/install/memlens.pc $(units)
	$(foreach i,$(installed),$(call install_one,$(i)))
	$(Q)for link in $(links); do ln -sf $(so_full) "$(DESTDIR)$(LIBDIR)/$$link"; done

uninstall:
	$(call say,RM,$(DESTDIR)$(PREFIX))
	$(Q)for file in $(foreach i,$(installed),"$(DESTDIR)$(call field,2,$(i))"); do rm -f "$$file"; done
	$(Q)for link in $(links); do rm -f "$(DESTDIR)$(LIBDIR)/$$link"; done
	$(Q)for dir in $(DOCDIR)/examples $(DOCDIR) $(LIBEXECDIR); do \
		[ ! -d "$(DESTDIR)$$dir" ] || rmdir "$(DESTDIR)$$dir" 2>/dev/null || :; done

clean:
	$(call say,RM,build)
	$(Q)rm -rf build
	$(Q)[ ! -L memlens ] || rm -f memlens
