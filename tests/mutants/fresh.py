"""A plugin of pytest for runs over mutants: caches are cleared first, and quick tests run first.

mutmut forks every mutant from a process that has run all the tests, so that what functions kept
there would be taken for what the mutant makes. It runs the tests that call the changed function; of
these, only the ones that run the changed line can notice.
"""

from __future__ import annotations

import functools
import gc
import json
import os
from itertools import count
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData
from hypothesis import HealthCheck, Phase, settings

#: Files: statistics that mutmut writes after running all tests; the lines that each test ran.
_STATS, _LINES = Path("mutmut-stats.json"), Path("lines.sqlite")
_OURS = ("briefings", "tests")
#: The measurement during the first run of all tests.
_coverage: Coverage | None = None


def _mutant() -> str:
    """The name of the mutant, such as `briefings.urls.x_url_of__mutmut_7`; `stats` at first."""
    return os.environ.get("MUTANT_UNDER_TEST", "")


def pytest_sessionstart() -> None:
    """Clear all caches, and seed hypothesis, so that every mutant gets the same examples."""
    global _coverage
    settings.register_profile(
        "mutants",
        database=None,
        deadline=None,
        derandomize=True,
        max_examples=40,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutants")
    for object_ in gc.get_objects():
        if isinstance(object_, functools._lru_cache_wrapper) and object_.__module__.startswith(
            _OURS
        ):
            object_.cache_clear()
    if _mutant() == "stats":
        _coverage = Coverage(_LINES.resolve(), config_file=False, include=["briefings/*"])
        _coverage.start()


def pytest_runtest_logstart(nodeid: str) -> None:
    """The lines that run from now on are run by this test."""
    if _coverage is not None:
        _coverage.switch_context(nodeid)


def pytest_sessionfinish() -> None:
    """Keep which test ran which line."""
    global _coverage
    if _coverage is not None:
        _coverage.stop()
        _coverage.save()
        _coverage = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test that takes least comes first: most mutants end with one of the first."""
    if _STATS.is_file():
        took: dict[str, float] = json.loads(_STATS.read_text("utf-8"))["duration_by_test"]
        items.sort(key=lambda item: took.get(item.nodeid, 0.0))
    if "__mutmut_" in _mutant() and (tests := _tests_of(_mutant())):
        items[:] = [item for item in items if item.nodeid in tests]


def _tests_of(mutant: str) -> set[str]:
    """Return the tests that ran the line that a mutant changes; none if that is not known."""
    module, _, name = mutant.rpartition(".")
    path = Path(module.replace(".", "/"))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    data = CoverageData(str(_LINES))
    data.read()
    line = changed_line(file.read_text("utf-8"), name)
    return set(data.contexts_by_lineno(str(file.resolve())).get(line, ()))


def changed_line(source: str, mutant: str) -> int:
    """Return the first line, from 1, of a function as it was that a mutant of it changes."""
    original = f"{mutant.partition('__mutmut_')[0]}__mutmut_orig"
    lines = [line.replace(f"def {mutant}(", f"def {original}(") for line in source.splitlines()]
    old, new = (number for number, line in enumerate(lines) if f"def {original}(" in line)
    return next(old + n + 1 for n in count() if lines[old + n] != lines[new + n])
