"""The mutated code is the present code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.copies import PACKAGES, undecorated

ROOT = Path(__file__).parents[1]
SOURCE = """
class Ward:
    @property
    def beds(self):
        return 4

    @classmethod
    def small(cls):
        return cls()


@lru_cache(
    maxsize=2,
)
@doubled
def wards(number):
    return number
"""


def test_decorators_are_called_below_their_functions_so_that_these_are_changed_too() -> None:
    assert (
        undecorated(SOURCE)
        == """
class Ward:
    def beds(self):
        return 4
    beds = property(beds)

    @classmethod
    def small(cls):
        return cls()


def wards(number):
    return number
wards = lru_cache(maxsize=2)(doubled(wards))
"""
    )


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_has_code_and_tests(name: str) -> None:
    files = list(ROOT.glob(PACKAGES[name].files))
    assert files
    for file in files:
        compile(undecorated(file.read_text("utf-8")), file, "exec")
    assert all((ROOT / test).is_file() for test in PACKAGES[name].tests)
