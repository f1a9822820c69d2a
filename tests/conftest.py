"""`make test` runs the tests that are not marked `long`, `make test-long` those that are.

pyproject.toml says what the markers `long` and `sample` mean.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import settings

#: No example is judged by its time: the machine may be busy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)  # before pytest selects by `-m`
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `long` all but `n` cases of each test that is marked `sample(n)`."""
    tests = defaultdict(list)
    for item in items:
        if marker := item.get_closest_marker("sample"):
            tests[item.nodeid.partition("[")[0], marker.args[0]].append(item)
    for (name, count), cases in tests.items():
        for case in Random(name).sample(cases, max(0, len(cases) - count)):
            case.add_marker(pytest.mark.long)


@pytest.fixture(autouse=True, scope="module")
def _collectable() -> Iterator[None]:
    """Return to the garbage collector what builds left to the end of their process."""
    yield
    gc.unfreeze()
