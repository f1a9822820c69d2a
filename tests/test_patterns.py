"""Every regular expression of the program takes linear time, whatever the input."""

from __future__ import annotations

import re
from functools import cache

import pytest

from briefings.checks.texts import names_pattern
from tests.torture.patterns import LIMITED, MOST, FoundPattern, patterns, unwritten, worst

#: Parts of the patterns, which are found when a test runs: every run collects this file.
PARTS = 6
#: Patterns that are put together from a file's own words, as an example of each.
MADE = {
    "checks/quotations.py: _parts": r"(?<!\w)the\ wards\ were(?!\w)",
    "checks/texts.py: names_pattern": names_pattern(("Ann Lee", "Jo Bloggs")).pattern,
    "content/frontmatter/signs.py: _fault": r"'(?=[ ]*(?:$|[,\]}]))",
    "content/schema/blocks.py: matching": r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+",
    "domain/ratings/covering.py: _names_in": r"(?<!\w)a ward(?!\w)",
    "edit/rename.py: _with_links": r"(?:[^\s<>#]*/)??(?=an\-id\.md(?![\w./]))",
}


@cache
def found_patterns() -> list[FoundPattern]:
    return patterns()


def test_the_patterns_of_the_package_are_found() -> None:
    assert len(found_patterns()) > 120
    known = {"content.markdown.tree._ATTRIBUTES", "checks.contacts._NUMBER"}
    assert {f"briefings.{name}" for name in known} <= {
        pattern.where for pattern in found_patterns()
    }


def test_a_pattern_that_is_put_together_has_an_example_here() -> None:
    assert set(unwritten()) == MADE.keys()


@pytest.mark.sample(1)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_input_within_the_limits_takes_a_pattern_long(part: int) -> None:
    for pattern in found_patterns()[part::PARTS]:
        seconds, text = worst(pattern)
        assert seconds < MOST, f"{pattern} for {text!r} and so on"


@pytest.mark.parametrize("name", MADE)
def test_no_input_takes_a_pattern_long_that_is_put_together(name: str) -> None:
    methods = {
        "edit/rename.py: _with_links": "match",
        "content/schema/blocks.py: matching": "fullmatch",
    }
    method = methods.get(name, "finditer")
    assert worst(FoundPattern(name, re.compile(MADE[name]), (method,)))[0] < MOST


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    "pattern", [r"\s+$", r"(?:a|a)*b", r"(?:\w+\s?)*!", r"\[[^\]]*\]", r"x*y", r"\d+(?:,\d+)*;"]
)
def test_a_slow_pattern_would_be_seen(pattern: str) -> None:
    assert worst(FoundPattern("here", re.compile(pattern), ("search",)), 1.0)[0] >= 1.0


def test_every_pattern_with_a_lower_limit_exists() -> None:
    assert LIMITED.keys() <= {pattern.where for pattern in found_patterns()}
