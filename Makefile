# csp_analysis: the usual PGXS targets (all, install, installcheck) plus
#   make demo    installs what is missing, builds, and writes a strategic assessment from the synthetic partnership
#                DATA=<folder of police.uk months> AREAS=<geojson> POPULATION=<csv> does it from real files;
#                LOOKUP=<csv> MEASURES=<csv> add area look-ups and deprivation, PEERS=<csv> MEMBERS="a; b" the similar group;
#                several files of one kind are separated by commas
#   make test    everything the project checks; ONLY='gi_star density*' the tests of these names
#   make test-asan   the regression and pgTAP tests and FUZZ=5000 generated statements on a server under AddressSanitizer and UndefinedBehaviorSanitizer
#   make psql    psql on the demo's server        make bench   the benchmarks
#   make stop    stop the private servers         make clean   leave nothing behind
#
# This file parses without pg_config, so that demo and test can install it.

# DATA belongs to PGXS, and on the command line to the demo: keep the user's and give PGXS its own.
DATA_FOLDER := $(if $(filter command,$(firstword $(origin DATA))),$(DATA))

EXTENSION  = csp_analysis
EXTVERSION := $(shell sed -n "s/^default_version *= *'\([^']*\)'.*/\1/p" csp_analysis.control)
INSTALL_SQL = $(EXTENSION)--$(EXTVERSION).sql
MODULE_big = csp_analysis
OBJS       = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))
SRC_HEADERS = $(wildcard src/*.h)
override DATA = $(wildcard sql/upgrade/*.sql)
DATA_built = $(INSTALL_SQL)
DOCS       = $(wildcard README.md doc/*.md)

REGRESS      = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=postgis --load-extension=csp_analysis

# the server's own headers do not compile without warnings at this level: they count as system headers
PG_CPPFLAGS = -isystem $(includedir_server)
PG_CFLAGS  += -Wall -Wextra $(WERROR)
# the same figures at every SIMD level: no multiplication and addition in one rounding
PG_CFLAGS  += -ffp-contract=off
SHLIB_LINK += -lRmath -lm

# What the server would inline is PL glue, not our kernels: bitcode is not worth the clang dependency.
override with_llvm = no

EXTRA_CLEAN = $(INSTALL_SQL) build regression.diffs regression.out results

PG_CONFIG ?= $(or $(shell command -v pg_config 2>/dev/null),pg_config)
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
HAVE_PGXS := $(wildcard $(PGXS))

export WERROR
RUN = PG_CONFIG="$(filter /%,$(PG_CONFIG))" test/run

ifneq ($(HAVE_PGXS),)
include $(PGXS)
else
.DEFAULT_GOAL := all
all install installcheck:
	@echo "pg_config was not found. 'make demo' and 'make test' install PostgreSQL and what else is needed;"
	@echo "to build by hand give its path: make PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config" && false
clean:
	rm -rf $(EXTRA_CLEAN) src/*.o *.so
endif

INSTALL_PARTS   = $(sort $(wildcard sql/install/*.sql))
PARTNERSHIP_SQL = $(sort $(wildcard sql/partnership/tables/*.sql)) $(sort $(wildcard sql/partnership/views/*.sql))

$(INSTALL_SQL): sql/build_install_script $(INSTALL_PARTS) $(PARTNERSHIP_SQL) csp_analysis.control
	sql/build_install_script "$(EXTVERSION)" "$(INSTALL_PARTS)" "$(PARTNERSHIP_SQL)" > $@.tmp && mv $@.tmp $@

$(OBJS): $(SRC_HEADERS)

demo:
	@$(RUN) demo DATA="$(DATA_FOLDER)" AREAS="$(AREAS)" POPULATION="$(POPULATION)" LOOKUP="$(LOOKUP)" MEASURES="$(MEASURES)" PEERS="$(PEERS)" MEMBERS="$(MEMBERS)"
test:
	@$(RUN) test ONLY="$(ONLY)"
test-asan:
	@$(RUN) test-asan ONLY="$(ONLY)" FUZZ="$(FUZZ)" SEED="$(SEED)"
bench:
	@$(RUN) bench
psql:
	@$(RUN) psql
stop:
	@$(RUN) stop

clean: stop-before-clean
stop-before-clean:
	@test/run stop

.PHONY: demo test test-asan bench psql stop stop-before-clean
