# csp_analysis: the usual PGXS targets (all, install, installcheck) plus
#   make demo    installs what is missing, builds, and writes a strategic assessment from the synthetic partnership
#                DATA=<folder of police.uk months> AREAS=<geojson> POPULATION=<csv> does it from real files;
#                LOOKUP=<csv> MEASURES=<csv> add area look-ups and deprivation, PEERS=<csv> MEMBERS="a; b" the similar group;
#                several files of one kind are separated by commas
#   make test    everything the project checks; ONLY='gi_star density*' the tests of these names
#   make test-asan   the regression and pgTAP tests and FUZZ=5000 generated statements on a server under AddressSanitizer and UndefinedBehaviorSanitizer
#   make coverage  what of the C, of the functions in SQL and of the views the tests reach: build/coverage-report/ (ONLY= as with test)
#   make lint    cppcheck, clang-tidy, -Wconversion, shellcheck and plpgsql_check; what it leaves out is written in test/lint.sh
#   make format  brings src/ into PostgreSQL's style with pg_bsd_indent (test/format.sh says where it comes from); CHECK=1 only tells what would change
#   make psql    psql on the demo's server        make bench   the benchmarks
#   make stop    stop the private servers         make clean   leave nothing behind
#
# This file parses without pg_config, so that demo and test can install it.

# What the user gives is text. make would expand it wherever it is used, even to hand it on: $(shell ...) in the name of a
# folder would run. Therefore each variable of the command line holds its text from here on and stays unexpanded, but for those
# that are written in the language of compilers and make; and what the demo and the tests take goes to test/run in the
# environment, never through a recipe, where the shell would read it.
# DATA belongs to PGXS, and on the command line to the demo: the demo gets the user's, PGXS its own.
LANGUAGE_VARIABLES = %FLAGS %FLAGS_SL CC CXX CPP SHLIB_LINK
given = $(filter command environment,$(firstword $(origin $(1))))
CSP_ARGUMENT_DATA := $(if $(filter command,$(call given,DATA)),$(value DATA))
$(foreach v,AREAS POPULATION LOOKUP MEASURES PEERS MEMBERS ONLY FUZZ SEED,$(eval CSP_ARGUMENT_$(v) := $$(if $$(call given,$(v)),$$(value $(v)))))
export CSP_ARGUMENT_DATA CSP_ARGUMENT_AREAS CSP_ARGUMENT_POPULATION CSP_ARGUMENT_LOOKUP CSP_ARGUMENT_MEASURES CSP_ARGUMENT_PEERS
export CSP_ARGUMENT_MEMBERS CSP_ARGUMENT_ONLY CSP_ARGUMENT_FUZZ CSP_ARGUMENT_SEED
$(foreach v,$(filter-out $(LANGUAGE_VARIABLES),$(.VARIABLES)),$(if $(filter command,$(call given,$(v))),$(eval override export $(v) := $$(value $(v)))))

# -Werror or nothing: it becomes a part of the compiler's command
override WERROR := $(filter -Werror,$(value WERROR))

# PGXS puts two paths into shell source, DESTDIR within single quotes.
empty :=
space := $(empty) $(empty)
tab := $(empty)	$(empty)
hash := \#
open := (
close := )
define line_end


endef
SHELL_CHARACTERS = $$ ` " ' \ ; & | < > { } [ ] * ? ! = ~ $(hash) $(open) $(close)
shell_source = $(or $(findstring $(space),$(1)),$(findstring $(tab),$(1)),$(findstring $(line_end),$(1)),$(strip $(foreach c,$(SHELL_CHARACTERS),$(findstring $(c),$(1)))))
$(foreach v,PG_CONFIG DESTDIR,$(if $(call given,$(v)),$(eval override $(v) := $$(value $(v)))))
ifeq ($(origin PG_CONFIG),undefined)
PG_CONFIG := $(or $(shell command -v pg_config 2>/dev/null),pg_config)
endif
$(if $(call shell_source,$(PG_CONFIG)),$(error PG_CONFIG: PGXS hands this path to a shell, so it may not hold spaces, line ends, quotes or other characters that mean something there; a symbolic link gives it another name))
$(if $(findstring ',$(DESTDIR))$(findstring $(line_end),$(DESTDIR)),$(error DESTDIR: PGXS hands this path to a shell, so it may not hold quotes and line ends))
export PG_CONFIG

EXTENSION  = csp_analysis
EXTVERSION := $(shell sed -n "s/^default_version *= *'\([^']*\)'.*/\1/p" csp_analysis.control)
INSTALL_SQL = $(EXTENSION)--$(EXTVERSION).sql
MODULE_big = csp_analysis
OBJS       = $(patsubst %.c,%.o,$(sort $(wildcard src/*/*.c)))
SRC_HEADERS = $(wildcard src/*/*.h)
override DATA = $(wildcard sql/upgrade/*.sql)
DATA_built = $(INSTALL_SQL)
# pages of several wings have one name, and links need folders: PGXS would put all of them into one
PAGES      = $(wildcard *.md LICENSE doc/*.md doc/*/*.md)

REGRESS      = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
# a database of its own, in which test/regress/session gives each test a schema, so that the settings of a server do not matter
REGRESS_OPTS = --inputdir=test --encoding=UTF8 --no-locale --launcher=$(srcdir)/test/regress/session \
               --load-extension=postgis --load-extension=csp_analysis

# the server's own headers do not compile without warnings at this level: they count as system headers
PG_CPPFLAGS = -isystem $(includedir_server) -Isrc
PG_CFLAGS  += -Wall -Wextra $(WERROR)
# the same figures at every SIMD level: no multiplication and addition in one rounding
PG_CFLAGS  += -ffp-contract=off
SHLIB_LINK += -lRmath -lm

# What the server would inline is PL glue, not our kernels: bitcode is not worth the clang dependency.
override with_llvm = no

EXTRA_CLEAN = $(INSTALL_SQL) build regression.diffs regression.out results

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
HAVE_PGXS := $(wildcard $(PGXS))

export WERROR

ifneq ($(HAVE_PGXS),)
include $(PGXS)
PAGES_INSTALLED = $(DESTDIR)$(docdir)/extension/$(EXTENSION)
install: install-pages
install-pages:
	$(if $(docdir),$(foreach folder,$(sort $(dir $(PAGES))),$(MKDIR_P) '$(PAGES_INSTALLED)/$(folder)' && \
	    $(INSTALL_DATA) $(foreach page,$(PAGES),$(if $(filter $(folder),$(dir $(page))),$(page))) '$(PAGES_INSTALLED)/$(folder)' &&) true)
uninstall: uninstall-pages
uninstall-pages:
	$(if $(docdir),rm -rf '$(PAGES_INSTALLED)')
.PHONY: install-pages uninstall-pages
else
.DEFAULT_GOAL := all
all install installcheck:
	@echo "pg_config was not found. 'make demo' and 'make test' install PostgreSQL and what else is needed;"
	@echo "to build by hand give its path: make PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config" && false
clean:
	rm -rf $(EXTRA_CLEAN) src/*/*.o *.so
endif

INSTALL_PARTS   = $(sort $(wildcard sql/install/*/*.sql))
TABLE_PARTS     = $(sort $(wildcard sql/partnership/tables/*.sql))
VIEW_PARTS      = $(sort $(wildcard sql/partnership/views/*/*.sql))

$(INSTALL_SQL): sql/build_install_script sql/expand_overloads sql/order_of_reading $(INSTALL_PARTS) $(TABLE_PARTS) $(VIEW_PARTS) csp_analysis.control
	sql/build_install_script "$(EXTVERSION)" "$(INSTALL_PARTS)" "$(TABLE_PARTS)" "$(VIEW_PARTS)" > $@.tmp && mv $@.tmp $@ || { rm -f $@.tmp; false; }

# Objects follow the PostgreSQL that they are compiled for: another version, installation or configuration of it compiles them
# afresh. The file changes only when the answers of pg_config do.
COMPILED_FOR = build/compiled_for
$(OBJS): $(SRC_HEADERS) $(COMPILED_FOR)
$(COMPILED_FOR): ask_pg_config
	@mkdir -p $(@D) && $(PG_CONFIG) > $@.new && if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi

demo:
	@test/run demo
test:
	@test/run test
test-asan:
	@test/run test-asan
coverage:
	@test/run coverage
lint:
	@test/run lint
format:
	@test/run format
bench:
	@test/run bench
psql:
	@test/run psql
stop:
	@test/run stop

clean: stop-before-clean
stop-before-clean:
	@test/run stop

.PHONY: ask_pg_config demo test test-asan coverage lint format bench psql stop stop-before-clean
