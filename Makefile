# Everything runs in an environment of its own, made from constraints.txt; needed are Python 3.11+ and make.
#
#   make run       extract corpus/ into outputs/trialext.db and print a summary
#   make test      linters, types, the documentation, the whole test suite except the long soaks
#   make test-all  the same with the soaks
#   make bench     measure speed; writes docs/performance.md
#   make docs      build the documentation

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
PIP     = $(BIN)/python -m pip --disable-pip-version-check --quiet
DB     ?= outputs/trialext.db

.PHONY: run test test-all lint bench docs build clean help

help:
	@sed -n 's/^#  *\(make .*\)/\1/p' Makefile

run: $(VENV)/.run
	$(BIN)/trialext extract corpus --db $(DB)

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests benchmarks docs
	$(BIN)/ruff format --check --quiet src tests benchmarks docs
	$(BIN)/mypy

test: lint docs
	$(BIN)/python -m pytest

test-all: lint docs
	$(BIN)/python -m pytest -m "soak or not soak"

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

build: $(VENV)/.dev
	$(BIN)/python -m build

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "trialext needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

# Stamps: a changed pyproject.toml or constraints.txt installs again.
$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -c constraints.txt pip
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install -c constraints.txt -e '.[all]' --group dev
	@touch $@

$(VENV)/.docs: $(VENV)/.dev
	$(PIP) install -c constraints.txt --group docs
	@touch $@

clean:
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
