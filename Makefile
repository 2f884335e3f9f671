# Two commands for a newcomer: `make demo` (set up, and the main job on the embedded base) and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check constraints clean

demo: $(VENV)/.runner
	$(BIN)/likeness demo --data ./data

# Three workers for two cores, one thread each: a worker often waits for programs of its own. In the order of the folders,
# because a file of few tests is often a long one, and must not be left for the end.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test: $(VENV)/.dev
	$(PYTEST)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST)

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

INSTALL := $(BIN)/pip install --disable-pip-version-check --progress-bar off -c constraints.txt

$(VENV)/.runner: pyproject.toml constraints.txt | $(BIN)/pip
	$(INSTALL) -e '.[runner]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/pip
	$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.runner

# After an upgrade that `make check` has passed.
constraints:
	@(head -1 constraints.txt; $(BIN)/pip freeze --exclude-editable | grep -viE '^(torch|triton|nvidia)') >constraints.new
	@mv constraints.new constraints.txt

# The environment only: ./data is a studio with its master key.
clean:
	rm -rf $(VENV)
