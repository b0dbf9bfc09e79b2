# liveart by make. `make` alone shows what there is. Nothing here needs root.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY := $(VENV)/ready
ARGS ?=

# Read by torch when it is imported: threads that wait must not spin beside the rest of a show.
export OMP_WAIT_POLICY ?= passive

.DEFAULT_GOAL := help
.PHONY: help setup play test check bench soak picture wiring wheel clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  ARGS are passed on:  make play ARGS="nebula --output file:set.mp4"'

setup: $(READY) ## make .venv with all that is needed (a few minutes the first time)

$(READY): pyproject.toml constraints.txt
	@echo "installing into $(VENV): some minutes the first time"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[test]"
	@touch $@

play: setup ## play the built-in patch, or ARGS
	$(BIN)/python -m liveart play $(ARGS)

test: check ## lint, types, then all tests
	$(BIN)/python -m pytest $(ARGS)

check: setup ## lint and types only
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: setup ## measure this machine: frames, latency, audio headroom
	$(BIN)/python -m liveart bench $(ARGS)

soak: setup ## play for ten minutes and watch memory, underruns and restarts (SECONDS=…)
	LIVEART_SOAK_SECONDS=$(or $(SECONDS),600) $(BIN)/python -m pytest -m soak -s tests/test_soak.py

picture: setup ## draw the README's moving picture anew
	$(BIN)/python -m liveart render tide -o build/picture/ --seconds 8 --size 384x384 --fps 12
	$(BIN)/python docs/picture.py build/picture docs/tide.webp --fps 12

wiring: setup ## draw the wiring pictures of docs/hosts anew
	$(BIN)/python docs/wiring.py

wheel: setup ## build the wheel into dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls -l dist

clean: ## remove what was built; recordings, takes, runs and .venv stay
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find liveart tests docs -name __pycache__ -type d -prune -exec rm -rf {} +
