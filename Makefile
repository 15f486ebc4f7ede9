# The front door. `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench chaos pictures

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
BENCH_STAMP := $(VENV)/.ready-bench
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export DO_NOT_TRACK = 1
export PREFECT_SERVER_ANALYTICS_ENABLED = false

help: ## List what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP) ## Prepare .venv from the pinned requirements

$(STAMP): requirements.txt pyproject.toml
	@python3 -c 'import sys; v = sys.version_info[:2]; ok = (3, 11) <= v <= (3, 13); \
	sys.exit(None if ok else "Tereze needs Python 3.11, 3.12 or 3.13; python3 is %d.%d" % v)'
	python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(BENCH_STAMP): $(STAMP) requirements-bench.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements-bench.txt
	@touch $@

demo: $(STAMP) ## Start everything with stand-in state bodies and stay up; ONCE=1 ends after one round
	$(BIN)/tereze demo $(if $(ONCE),--once)

test: lint ## Prepare, lint and run every test
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(STAMP) ## Style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

pictures: $(STAMP) ## Take pictures of every page of the console into docs/; needs chromium
	home=$$(mktemp -d) && chmod 755 "$$home" && \
	TEREZE_HOME="$$home" $(BIN)/tereze demo --once --pictures docs/pictures/console; \
	code=$$?; rm -rf "$$home"; exit $$code

bench: $(BENCH_STAMP) ## Run every benchmark against its peers
	$(BIN)/python -m benchmarks all

chaos: $(STAMP) ## Kill workers and the database 200 times while applications are carried; 20 minutes
	$(BIN)/python -m benchmarks.chaos $(CHAOS)
