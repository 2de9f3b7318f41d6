# Everything a machine with python3 (pip and venv), make and a package index needs.
#   make run         set up, then the demo: the whole main job within a minute
#   make test        set up, then every test that is not marked slow
#   make test-whole  everything, the slow ones too
#   make lint        format, lint, types, layers
#   make bench       the benches
#   make lock        resolve the dependencies anew into requirements.lock and deploy/requirements.lock

SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.stamp
JOBS ?= 2

.PHONY: run test test-whole lint bench lock clean
.DELETE_ON_ERROR:

run: $(STAMP)
	$(BIN)/watcher demo

test: $(STAMP)
	$(BIN)/python -m pytest -m "not slow" -n $(JOBS)

test-whole: $(STAMP)
	$(BIN)/python -m pytest -n $(JOBS)

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(STAMP)
	$(BIN)/python -m bench

# Only what is pinned and hashed is installed; the project itself then builds with the pinned backend.
$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "watcher needs Python 3.11 or newer, and $(PYTHON) is: $$($(PYTHON) --version 2>&1); try: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo "$(PYTHON) can make no virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

lock:
	PYTHON="$(PYTHON)" sh deploy/lock.sh

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
