# Two commands: `make run` (the service with the demo district) and `make test` (every test).
# `make` alone tells whether all is well.

PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
WORKERS ?= 2
LOCK    := uv pip compile --universal --python-version 3.11 --generate-hashes \
           --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := all
.PHONY: all setup run test soak check check-python format pictures looks lock bench wheel clean test-deps

all: check test

# ---- set-up -----------------------------------------------------------------

setup: $(VENV)/.run-ready $(VENV)/.compiled

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "geo_service needs Python 3.11 or newer; this is $$($(PYTHON) --version)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }

$(VENV)/.run-ready: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements/build.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-ready: $(VENV)/.run-ready requirements/dev.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

# Tools for the scripts of the pages; node itself is a wheel.
node_modules/.ready: package-lock.json | $(VENV)/.dev-ready
	$(BIN)/npm ci --silent
	@touch $@

# What is compiled is kept by its own file: where another that it calls changed, it would stay as it was.
$(VENV)/.compiled: $(shell grep -rl njit geo_service --include='*.py') | $(VENV)/.run-ready
	@find geo_service -name '*.nb[ci]' -delete
	$(BIN)/geo-service warm
	@touch $@

test-deps:
	@sh tests/deps.sh

# ---- what people call -------------------------------------------------------

run: setup
	@$(BIN)/geo-service demo --if-missing
	@$(BIN)/geo-service serve

test: $(VENV)/.dev-ready $(VENV)/.compiled test-deps
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	$(BIN)/node --test --test-reporter=dot "tests/js/**/*.test.js"

soak: $(VENV)/.dev-ready test-deps
	$(BIN)/python -m tests.soak

check: check-python node_modules/.ready
	$(BIN)/node node_modules/@biomejs/biome/bin/biome check
	$(BIN)/node node_modules/typescript/bin/tsc
	$(BIN)/node tools/vendor.js --check

check-python: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev-ready node_modules/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/node node_modules/@biomejs/biome/bin/biome check --write

# Colours and class breaks for the pages, from geo_service/terms/looks.py.
looks: $(VENV)/.dev-ready
	$(BIN)/python -m geo_service.web.base.looks

pictures: $(VENV)/.dev-ready
	$(BIN)/python docs/draw_flow.py
	$(BIN)/python docs/write_roles.py
	$(BIN)/python -m docs.draw_pages

bench: $(VENV)/.dev-ready $(VENV)/.compiled test-deps
	$(BIN)/python -m benchmarks $(ROWS) $(if $(BEFORE),--before $(BEFORE))

wheel: $(VENV)/.dev-ready
	$(BIN)/python -m build --wheel --no-isolation

# Locks are made with uv (https://docs.astral.sh/uv/), the only tool that is not locked itself.
lock:
	$(LOCK) pyproject.toml -o requirements/run.txt
	$(LOCK) pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt
	$(LOCK) --group build -o requirements/build.txt

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
