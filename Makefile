.DEFAULT_GOAL := help
.PHONY: help run test check bench screenshots messages lock browser

PYTHON ?= python3
BIN := .venv/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/installed ## everything on this machine, with a demo business; Ctrl-C ends it
	@$(BIN)/leadapp up

test: .venv/tested browser ## every test, on SQLite, PostgreSQL and in a real browser
	@$(BIN)/pytest -n 2 --dist loadfile

check: .venv/tested ## lint, format, types, import directions, migrations in step with models
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && unset DATABASE_URL REDIS_URL && export DATA_DIR="$$data" \
		&& $(BIN)/leadapp db upgrade 2>"$$data/log" && $(BIN)/leadapp db check || { cat "$$data/log"; exit 1; }

bench: .venv/tested ## what is measured, beside its floor; writes bench/latest.json
	@$(BIN)/python -m bench

screenshots: .venv/tested browser ## every screen in every theme, into screenshots/; three of them into docs/pictures
	@$(BIN)/python -m tests.browser.screenshots screenshots docs/pictures

messages: .venv/installed ## gather what is said on screens and in messages, for the translations beside it
	@$(BIN)/pybabel -q extract -F babel.cfg -k said -k in_language:2 -k _n:1,2 --no-location --sort-output -o messages.pot .
	@$(BIN)/pybabel -q update -i messages.pot -d leadapp/translations --no-fuzzy-matching --no-wrap --ignore-pot-creation-date
	@$(BIN)/pybabel -q compile -d leadapp/translations
	@rm messages.pot

lock: ## resolve the dependencies anew and pin them
	@set -e; fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; $(PYTHON) -m venv "$$fresh"; \
		"$$fresh/bin/pip" install -q -e .; "$$fresh/bin/pip" freeze --exclude-editable > requirements.lock; \
		"$$fresh/bin/pip" install -q -e '.[test]'; "$$fresh/bin/pip" freeze --exclude-editable > requirements-test.lock

browser:
	@if ! command -v chromium >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing Chromium for the browser tests"; \
			apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null; \
		fi; \
		command -v chromium >/dev/null || echo "Browser tests are skipped. To run them: sudo apt-get install chromium"; \
	fi

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Leadapp needs Python 3.11 or newer; set PYTHON=")'
	@echo "Installing into .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/tested: .venv/installed requirements-test.lock
	@echo "Installing what the tests need"
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-test.lock
	@touch $@
