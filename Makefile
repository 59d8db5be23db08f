# Throughgate. Needs only make and a Python from 3.11 on; everything else goes into .venv.
#
#   make run        install if needed, then compare every main scenario with the baseline
#   make test       the quick tests            make lint    style, format and types
#   make test-all   every test                 make bench   speed, as ratios within one run
#   make reference  run the study shown in the README anew, on purpose
#   make reference-inputs  the same of the sensitivity study that a notebook shows, in some ten minutes
#   make baseline   save the statistical baseline anew, with every change that moves numbers
#   make hub-curves  draw how hubs bend anew, with every change of their rule
#   make documents  render the tables in the documents from the package's tables
#   make notebooks  open the notebooks         make notebooks-again   run them and keep their pictures
#   make snapshots  write the pages that tests compare whole anew, on purpose
#   make lock       resolve the pins afresh    make clean   remove what was built (not results)
#   make floors     install the least versions that pyproject.toml allows, apart from .venv, and run a small study
#
#   make run ARGS="--people 2000 --draws 8"    extra options
#   make test ARGS="-n 0 -k beds"              some tests, in one process
#   make run PYTHON=/path/to/python3           another Python

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
OUT := results/runs/south_west
ARGS :=
# Tests share the cores file by file, since what a file's tests read is laid once for them; tests/conftest.py says which
# files come first. The last -n counts.
SHARED = -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder
PINS := $(wildcard constraints/python*.txt)

# The Pythons tried, in order; one given as PYTHON is the only one tried.
PYTHONS = $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14 python)
CAN_SERVE = import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, int(sys.argv[1])))
IS_WHOLE = import pip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
LOCKED = 3.11 3.12 3.13

# Installs $(1) with the pins of the Python in use, or of the newest pinned one (3.14 has none of its own yet).
define install
pins=constraints/python$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])').txt; \
[ -f "$$pins" ] || { pins=constraints/python3.13.txt; echo "This Python is untested; taking the versions of $$pins."; }; \
$(BIN)/python -m pip install -qq --disable-pip-version-check -c "$$pins" setuptools && \
$(BIN)/python -m pip install -qq --disable-pip-version-check -c "$$pins" --no-build-isolation -e '$(1)'
endef

.PHONY: run reference reference-inputs baseline hub-curves documents notebooks notebooks-again test test-all lint bench lock floors clean help

run: $(VENV)/.installed
	$(BIN)/throughgate compare --out $(OUT) --force $(ARGS)

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m "not slow" $(SHARED) $(ARGS)

test-all: $(VENV)/.installed-dev
	$(BIN)/python -m pytest $(SHARED) $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed-dev
	$(BIN)/python -m pytest tests/benchmarks -s $(ARGS)

# Numbers move on purpose only: say in CHANGELOG.md which and why.
reference: $(VENV)/.installed
	$(BIN)/python tests/reference/refresh.py

reference-inputs: $(VENV)/.installed
	$(BIN)/throughgate study scenarios/studies/which_inputs_matter.yaml --out results/reference/which_inputs_matter --force

# Numbers move on purpose only: quote in CHANGELOG.md what `throughgate baseline` said before this.
baseline: $(VENV)/.installed
	$(BIN)/python tests/reference/refresh_baseline.py
	$(BIN)/python tests/house/refresh_documents.py

hub-curves: $(VENV)/.installed
	$(BIN)/python tests/reference/refresh_hub_curves.py
	$(BIN)/python tests/house/refresh_documents.py

documents: $(VENV)/.installed
	$(BIN)/python tests/house/refresh_documents.py

notebooks: $(VENV)/.installed-notebook
	$(BIN)/jupyter lab notebooks

notebooks-again: $(VENV)/.installed-dev
	$(BIN)/python tests/notebooks/refresh_notebooks.py $(ARGS)

# Read what moved before it is committed: git diff tests/snapshots.
.PHONY: snapshots
snapshots: $(VENV)/.installed-dev
	$(BIN)/python tests/presentation/refresh_snapshots.py

# Each Python pins for itself; one that is not on the machine leaves its file as it was.
lock:
	@for version in $(LOCKED); do \
	  if "python$$version" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	    "python$$version" constraints/lock.py || exit 1; \
	  else \
	    echo "python$$version is not on this machine: constraints/python$$version.txt is left as it was."; \
	  fi; \
	done

# In an environment and with a compile cache of its own, which go in the end: nothing of .venv hides what is missing.
floors: $(VENV)/.made
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(BIN)/python -m venv "$$folder/venv" && \
	pip="$$folder/venv/bin/python -m pip install -qq --disable-pip-version-check -c constraints/floors.txt" && \
	$$pip setuptools && $$pip --no-build-isolation -e . && \
	THROUGHGATE_CACHE="$$folder/cache" "$$folder/venv/bin/throughgate" compare navigators_two_cities \
	  --people 60 --draws 2 --replicates 1 --out "$$folder/out" && \
	test -s "$$folder/out/charts/headline_differences.svg" && test -s "$$folder/out/manifest.json" && \
	echo "The least versions install together, and a small study runs with them."

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks
	find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

help:
	@sed -n '3,17s/^# \{0,3\}//p' Makefile

# The stamps: installed means installed from these pins and this pyproject.toml.
$(VENV)/.installed: pyproject.toml $(PINS) | $(VENV)/.made
	@echo "Installing Throughgate into $(VENV) (a minute or two, once)"
	@$(call install,.)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what tests and checks need"
	@$(call install,.[dev])
	@touch $@

$(VENV)/.installed-notebook: $(VENV)/.installed
	@echo "Installing what notebooks need"
	@$(call install,.[notebook])
	@touch $@

# Keeps an environment that works; makes one otherwise, with a tested Python before an untested one.
$(VENV)/.made:
	@if ! $(BIN)/python -c '$(IS_WHOLE)' >/dev/null 2>&1; then \
	  found=; \
	  for newest in 13 14; do for python in $(PYTHONS); do \
	    if [ -z "$$found" ] && "$$python" -c '$(CAN_SERVE)' $$newest >/dev/null 2>&1; then found=$$python; fi; \
	  done; done; \
	  if [ -z "$$found" ]; then \
	    echo "Throughgate needs Python 3.11, 3.12 or 3.13 with its venv module (on Debian, the package python3-venv)." >&2; \
	    echo "Tried: $(PYTHONS). Name another: make PYTHON=/path/to/python3" >&2; \
	    exit 1; \
	  fi; \
	  echo "Making $(VENV) with $$("$$found" --version)"; \
	  "$$found" -m venv --clear $(VENV) || exit 1; \
	fi
	@touch $@
