# make run: the demo district on http://127.0.0.1:8000 (QMS_PORT). make test: everything that must hold.

PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
CATALOGUES := qms/translations
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command="make lock" setup.cfg --extra build

.PHONY: run test fast bench lint format translations lock coverage clean

run: .venv/.installed
	$(BIN)/qms run-demo

test:
	@$(if $(PYTHON),,echo "QMS needs Python 3.11 or newer" >&2; exit 1)
	$(PYTHON) tests/run.py

# What a developer runs between two thoughts: SQLite only, no other programs.
fast:
	$(PYTHON) tests/run.py --fast

bench: .venv/.installed-for-tests
	$(BIN)/python -m bench

lint: .venv/.installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/.installed-for-tests
	$(BIN)/ruff check --fix-only --exit-zero --quiet .
	$(BIN)/ruff format .

coverage: .venv/.installed-for-tests
	$(PYTHON) tests/run.py --fast -- --cov --cov-report=term

# Collects what people read on screen and brings both catalogues up to date; then translate what is new.
translations: .venv/.installed-for-tests
	$(BIN)/pybabel --quiet extract --mapping=$(CATALOGUES)/babel.cfg --keyword=_l --keyword=lazy_gettext \
		--no-location --sort-output --output=messages.pot qms templates
	$(BIN)/pybabel --quiet update --input-file=messages.pot --output-dir=$(CATALOGUES) --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --width=100
	rm messages.pot

# Writes the exact versions and hashes for all platforms; setup.cfg says the ranges.
lock: .venv/.installed-for-tests
	$(BIN)/pip install -qq --disable-pip-version-check uv
	$(UV_COMPILE) --upgrade --output-file=requirements.txt
	$(UV_COMPILE) --upgrade --extra test --constraint=requirements.txt --output-file=requirements-test.txt

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov test-results
	rm -rf build dist *.egg-info .coverage .coverage.* messages.pot
	find qms tests templates bench -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: requirements.txt setup.cfg pyproject.toml
	@$(if $(PYTHON),,echo "QMS needs Python 3.11 or newer" >&2; exit 1)
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || \
		{ echo "Python cannot make .venv. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing the locked packages into .venv; this takes half a minute, once."
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.installed-for-tests: requirements-test.txt setup.cfg pyproject.toml
	$(PYTHON) tests/run.py --install
