# Gần Dân: every command of daily work. `make run` and `make test` set up all they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA_DIR ?= var
PORT ?= 8000
export DATA_DIR PORT

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))

.DEFAULT_GOAL := help
# Each process has its own database, server and browser; the tests of a file stay together.
PARALLEL := -n auto --maxprocesses 4 --dist loadfile
# Browsers, and processes that are killed and raced, can be late on a busy machine. What failed is tried once more,
# alone, and seen in the output; who fails then has failed.
AGAIN = $(BIN)/pytest --last-failed --last-failed-no-failures none

.PHONY: help run install test check bench fix strings locale migration lock
.NOTPARALLEL:

help: ## List the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@sh scripts/environment.sh $(PYTHON) $(VENV) requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml
	@sh scripts/environment.sh $(PYTHON) $(VENV) requirements-dev.lock
	@touch $@ $(VENV)/run.stamp

%.mo: %.po | $(VENV)/run.stamp
	@$(BIN)/pybabel -q compile -i $< -o $@

run: $(VENV)/run.stamp $(CATALOGUES) ## Serve the portal with its starter content on 127.0.0.1 (PORT, DATA_DIR)
	@DEMO=1 $(BIN)/portal prepare --starter --demo
	@DEMO=1 exec $(BIN)/portal serve

install: $(VENV)/run.stamp $(CATALOGUES) ## Set up for a real operator: environment and database, no content
	@$(BIN)/portal prepare

test: $(VENV)/dev.stamp $(CATALOGUES) ## Run all tests: SQLite, PostgreSQL, browser
	@sh scripts/system-packages.sh
	$(BIN)/pytest $(PARALLEL) --durations=20 --ignore=tests/browser tests || $(AGAIN) --ignore=tests/browser tests
	$(BIN)/pytest $(PARALLEL) --durations=20 tests/browser || $(AGAIN) tests/browser
	$(BIN)/pytest $(PARALLEL) --durations=20 --database=postgresql tests/unit tests/web \
		|| $(AGAIN) --database=postgresql tests/unit tests/web

check: $(VENV)/dev.stamp $(CATALOGUES) ## Lint, types, content and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/portal guides check portal/starter/guides
	$(MAKE) test

bench: $(VENV)/dev.stamp $(CATALOGUES) ## Print the speed that we claim, as ratios taken in one run
	$(BIN)/python -m bench

fix: $(VENV)/dev.stamp ## Format and mend what can be mended by a tool
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

strings: $(VENV)/dev.stamp ## Extract the translatable strings and update every catalogue
	$(BIN)/pybabel -q extract -F babel.cfg -k _:1 -k N_ --no-location --sort-output --omit-header -o translations/messages.pot .
	for folder in translations/*/; do $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date -N -i translations/messages.pot -d translations -l $$(basename $$folder); done

locale: $(CATALOGUES) ## Compile the catalogues

migration: $(VENV)/dev.stamp ## Write a migration from the models (MESSAGE="…")
	$(BIN)/portal db migrate -m "$(MESSAGE)"

lock: $(VENV)/dev.stamp ## Compile the hashed locks anew, without addresses
	$(BIN)/uv pip compile pyproject.toml --extra postgres --extra redis --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra postgres --extra redis --group dev --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 -c requirements.lock -o requirements-dev.lock
