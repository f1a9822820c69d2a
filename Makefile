# Each of these sets up what it needs by itself: Python 3.11 or newer and git are enough.
# Written for GNU make 3.81 and later.

PYTHON ?=
BENCH ?=
TORTURE ?=
MUTANTS ?=
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/ready

.DEFAULT_GOAL := help
.PHONY: help site test test-long coverage torture mutants audit check check-content check-lint check-format check-types serve desk bench faults lock clean

help:
	@echo "Build and read"
	@echo "  make site      build the site into output/"
	@echo "  make check     check the content, and the code with ruff and mypy"
	@echo "  make serve     build, show it on this machine, and build again at every save"
	@echo "  make desk      the same with drafts, and forms to write in"
	@echo "  $(PY) build.py links"
	@echo "                 ask every web address in the content whether its page is still there"
	@echo "Write, after $(PY) build.py"
	@echo "  new briefing northmoor-2025       write the first version of a file"
	@echo "  add figures northmoor-2025        write an example of a block into a briefing"
	@echo "  rename trust northmor northmoor   change an id, and every reference to it"
	@echo "  withdraw northmoor-2025 --reason \"It was wrong.\""
	@echo "                                    leave a notice in the place of a briefing"
	@echo "  ask northmoor --record            write the letter that asks a trust about its requirements"
	@echo "  reconcile northmoor records/*.json"
	@echo "                                    hold ratings against the regulator's records"
	@echo "  archive northmoor-2025            have the Wayback Machine copy its sources"
	@echo "  schema schemas                    write the JSON Schema of each kind of file"
	@echo "Publish, after $(PY) build.py"
	@echo "  preview --base main               list what merging would make public"
	@echo "  register                          enter what is public into the register"
	@echo "  digest --since 2026-11-23         write what came out in a week as mail"
	@echo "Test"
	@echo "  make test      test every promise; under five minutes on two cores"
	@echo "  make test-long run the tests that repeat it at scale; eight minutes more"
	@echo "  make coverage  run the tests and list the branches of the code that none of them takes"
	@echo "  make audit     judge the built site with the HTML checker and Lighthouse (Node and Java)"
	@echo "  make torture   run the long trials of docs/reliability.md, as make torture TORTURE=\"--only readers\""
	@echo "  make mutants   change the code in thousands of places and count what the tests notice; hours"
	@echo "Measure"
	@echo "  make bench     time it beside Hugo, Zola, Eleventy and others (Node); an hour"
	@echo "  make faults    plant the same faults in it and in five other generators (Node)"
	@echo "Keep"
	@echo "  make lock      renew requirements.lock from pyproject.toml"
	@echo "  make clean     remove the environment and the caches (never output/)"
	@echo
	@echo "The first one installs what it needs into $(VENV)/, which takes a minute."
	@echo "To choose a Python: make test PYTHON=python3.12"

site: $(READY)
	@$(PY) build.py

serve: $(READY)
	@$(PY) build.py serve

desk: $(READY)
	@$(PY) build.py serve --drafts --desk

# The tests of one file, and all in a browser, have one worker (tests/conftest.py), in this order.
PYTEST := pytest -q -n auto --no-loadscope-reorder
# What is compiled once serves the hundreds of processes that tests start.
export PYTHONDONTWRITEBYTECODE :=

# pyproject.toml says which tests are marked `long`.
test: $(READY)
	@$(PY) -m tests.programs
	@$(PY) -m $(PYTEST) -m "not long"

test-long: $(READY)
	@$(PY) -m tests.programs
	@$(PY) -m $(PYTEST) -m long

# The tests of `make test`. Ends with status 1 below 95 % of the branches. Processes that tests start are measured too, wherever
# they run: what they leave has one place, and not the folder that a test compares.
coverage: $(READY)
	@$(PY) -m tests.programs
	@$(PY) -m coverage erase
	@COVERAGE_FILE="$(CURDIR)/.coverage" $(PY) -m coverage run -m $(PYTEST) -m "not long"
	@$(PY) -m coverage combine --quiet
	@$(PY) -m coverage json --quiet -o .coverage.json
	@$(PY) -m tests.branches .coverage.json

# TORTURE has options for it, as TORTURE="--only readers --scale 0.1".
torture: $(READY)
	@$(PY) -m tests.programs
	@$(PY) -m tests.torture $(TORTURE)

# MUTANTS has options for it, as MUTANTS="--only ratings" or MUTANTS="--ending 7".
mutants: $(READY)
	@$(PY) -m tests.mutants $(MUTANTS)

audit: $(READY)
	@$(PY) -m tests.programs
	@$(PY) -m tests.audit

check: check-content check-lint check-format check-types

check-content: $(READY)
	@$(PY) build.py check

check-lint: $(READY)
	@$(PY) -m ruff check --quiet .

check-format: $(READY)
	@$(PY) -m ruff format --check --quiet .

check-types: $(READY)
	@$(PY) -m mypy --strict

# BENCH has options for it, as BENCH="--size 1000 --repeats 5"; bench/README.md has them all.
bench: $(READY)
	@$(PY) bench/compare.py $(BENCH)

faults: $(READY)
	@$(PY) bench/faults.py

lock: $(READY)
	@$(PY) -m pip install --quiet --require-hashes -r locking.lock
	@echo uv | $(PY) -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" --upgrade - -o locking.lock
	@$(PY) -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --extra test --custom-compile-command "make lock" \
	  --upgrade pyproject.toml -o requirements.lock

clean:
	@rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

# The environment is made by `set_up` in briefings/installed.py, with the first Python that can.
$(READY): requirements.lock pyproject.toml
	@set -e; \
	python=""; \
	for each in $(PYTHON) python3.13 python3.12 python3.11 python3.14 python3 python; do \
	  if "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then python="$$each"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "This needs Python 3.11 or newer, and none was found."; \
	  echo "Install one from python.org or your system's packages, or name it:"; \
	  echo "    make PYTHON=/path/to/python3.12"; \
	  exit 1; \
	fi >&2; \
	"$$python" build.py setup
