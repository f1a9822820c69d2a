"""The copies for mutation testing: their code, and the files and tests that packages name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.copies import PACKAGES, undecorated
from tests.mutants.fresh import changed_line

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


MUTATED = """
def x_beds__mutmut_orig(ward, *, spare=0):
    count = ward.beds
    return count + spare


def x_beds__mutmut_1(ward, *, spare=0):
    count = None
    return count + spare


def x_beds__mutmut_2(ward, *, spare=0):
    count = ward.beds
    return count - spare


def x_beds__mutmut_12(ward, *, spare=1):
    count = ward.beds
    return count + spare
"""


@pytest.mark.parametrize(("number", "line"), [(1, 3), (2, 4), (12, 2)])
def test_a_mutant_is_tried_by_the_tests_of_the_line_that_it_changes(number: int, line: int) -> None:
    assert changed_line(MUTATED, f"x_beds__mutmut_{number}") == line


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_has_code_and_tests(name: str) -> None:
    files = list(ROOT.glob(PACKAGES[name].files))
    assert files
    for file in files:
        compile(undecorated(file.read_text("utf-8")), file, "exec")
    assert all((ROOT / test).is_file() for test in PACKAGES[name].tests)
