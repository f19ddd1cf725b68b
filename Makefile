# One command each, on a bare machine with python3 (3.11 or newer) and make:
#   make demo    the product with its demo data on http://localhost:8000 (PORT=…)
#   make test    every test except those in a browser (make e2e)
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
VENV := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv
# Where PYTHONDONTWRITEBYTECODE is set nobody else compiles, and every start takes four times as long.
export UV_COMPILE_BYTECODE := 1

.PHONY: env demo test e2e chaos check format bench vendor clean

env: .venv/.synced .venv/.pango

demo: env
	@exec $(VENV)/python manage.py demo --port $(PORT)

test: env
	$(VENV)/python -m pytest -m "not e2e" $(ARGS)

# Leaves a picture of every page in pictures/. A missing browser skips, with KAMTRAK_REQUIRE_BROWSER=1 it fails.
e2e: env
	$(VENV)/python -m pytest -m e2e $(ARGS)

# Workers are killed 50 times at random moments of an import, the database twice; undo in 200 random orders.
chaos: env
	KAMTRAK_CHAOS_KILLS=50 KAMTRAK_CHAOS_DATABASE_KILLS=2 KAMTRAK_UNDO_EXAMPLES=200 $(VENV)/python -m pytest \
		tests/chaos tests/transactions/test_undo_machine.py $(ARGS)

check: env
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports --no-logo
	$(VENV)/djlint templates --lint --quiet
	$(VENV)/python manage.py makemigrations --check --dry-run
	SITE_URL=https://kamtrak.example.com ALLOWED_HOSTS=kamtrak.example.com $(VENV)/python manage.py check --deploy --fail-level WARNING

format: env
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

bench: env
	$(VENV)/python -m bench.run

vendor:
	npm ci --ignore-scripts --no-audit --no-fund
	node static/vendor.mjs

# The environment only: data (.data) stays.
clean:
	rm -rf .venv staticfiles

.venv/bin/uv:
	@$(PYTHON) -m kamtrak.machine python
	$(PYTHON) -m venv .venv
	$(VENV)/python -m pip install --quiet --disable-pip-version-check "uv==0.13.*"

# --inexact: uv lives in the environment that it fills, and would remove itself.
.venv/.synced: .venv/bin/uv pyproject.toml uv.lock
	$(VENV)/uv sync --locked --inexact --quiet
	@touch $@

# Without Pango everything but PDFs works: said each time, never in the way.
.venv/.pango: .venv/.synced
	@if $(VENV)/python -m kamtrak.machine pango; then touch $@; fi
