# make app: start the app · make test: run all checks · make test-fast: the quick ones. Each sets everything up on
# a fresh machine.
# TORCH_INDEX_URL picks another torch build, for example that for plain CPUs:
#   make app TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# processes that share the tests, each with one thread: at first all of them have an app, and wait for it and for browsers
# as well as they compute
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/requirements.stamp

.PHONY: app test test-fast lint benchmark setup clean

setup: $(STAMP)

app: $(STAMP)
	$(BIN)/python -m app $(FLAGS)

test: $(STAMP) lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) $(FLAGS)

test-fast: FLAGS += -m "not slow and not browser"
test-fast: test

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/oxlint --deny-warnings app

benchmark: $(STAMP)
	$(BIN)/python -m app.tools.benchmark

# installs again whenever requirements change; the command $(BIN)/atelier runs what lies here
$(STAMP): requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Expected Python 3.11 or newer, found none; install it, or name it: make PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"Expected Python 3.11 or newer, found {v.major}.{v.minor}; name another: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
ifdef TORCH_INDEX_URL
	$(BIN)/python -m pip install --quiet --index-url $(TORCH_INDEX_URL) $$(grep -E '^(torch|torchvision)==' requirements.txt)
endif
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache
