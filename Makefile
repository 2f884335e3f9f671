# Two commands for a newcomer: `make demo` (set up, and the main job on the embedded base) and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check bench clean

demo: $(VENV)/.runner
	$(BIN)/likeness demo --data ./data

test: $(VENV)/.dev
	$(BIN)/python -m pytest

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runner: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --disable-pip-version-check --progress-bar off -e '.[runner]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --disable-pip-version-check --progress-bar off -e '.[dev]'
	@touch $@ $(VENV)/.runner

clean:
	rm -rf $(VENV) data
