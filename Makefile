# Two commands for a newcomer: `make demo` (set up, and the main job on the embedded base) and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check clean

demo: $(VENV)/.runner
	$(BIN)/likeness demo --data ./data

# Two workers, one thread each: a second thread gains the miniature less than a second test does. In the order of the
# folders, because a file of few tests is often a long one, and must not be left for the end.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test: $(VENV)/.dev
	$(PYTEST)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST)

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
