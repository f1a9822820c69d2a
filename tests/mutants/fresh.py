"""A plugin of pytest for runs over mutants: each starts with nothing kept, quick tests first.

mutmut forks every mutant from a process that has run all the tests, so that what functions kept
there would be taken for what the mutant makes.
"""

from __future__ import annotations

import functools
import gc
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

#: Written by mutmut once it has run all tests.
_STATS = Path("mutmut-stats.json")
_OURS = ("briefings", "tests")


def pytest_sessionstart() -> None:
    """Nothing is kept, and examples are drawn alike for every mutant."""
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test that takes least comes first: most mutants end with one of the first."""
    if _STATS.is_file():
        took: dict[str, float] = json.loads(_STATS.read_text("utf-8"))["duration_by_test"]
        items.sort(key=lambda item: took.get(item.nodeid, 0.0))
