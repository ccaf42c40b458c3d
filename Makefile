# Every target makes its own .venv the first time. Set PYTHON to use another interpreter.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
READY := .venv/ready

.PHONY: demo test torture lint bench docs clean

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group dev -e .
	$(BIN)/python -c "open('$(READY)', 'w')"

demo: $(READY)
	$(BIN)/sbd demo

test: $(READY)
	$(BIN)/python -m pytest --cov --cov-report=term

# The proofs of tests/faults with many times the faults and kills of make test.
torture: $(READY)
	SBD_TORTURE=$(or $(SBD_TORTURE),25) $(BIN)/python -m pytest tests/faults

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/circles.py

bench: $(READY)
	$(BIN)/python tests/bench/bench.py

docs: $(READY)
	$(BIN)/python docs/generate.py

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('.venv', 'dist', 'build', 'sbd-demo')]"
