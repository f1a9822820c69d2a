"""Anchors of pages: section ids for each kind of page, and one anchor for each claim.

Templates, links and the checks of links take them from here, so that a link to `trusts/x.md#ledger`
can be checked before a page is rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

#: Heading for requirements with no order on record.
FOUND = "What the regulator found, with no order reported"
#: Section id → heading, in the order of the page, written for trusts (see `words.say`).
BRIEFING = {
    "at-a-glance": "At a glance",
    "briefing": "The briefing",
    "reply": "The trust’s reply",
    "requirements": "What the regulator told the trust to do",
    "concerns": "Concerns",
    "strengths": "Strengths",
    "ratings": "Ratings",
    "breaches": "Regulations breached",
    "enforcement": "Enforcement",
    "figures": "Figures",
    "statements": "Who said what",
    "discrepancies": "Where sources differ",
    "not-known": "What we could not establish",
    "timeline": "Timeline",
    "inspection-details": "About the inspection",
    "people": "People named",
    "sources": "Sources",
    "changes": "Changes to this page",
    "cite": "Cite this page",
}
TRUST = {
    "rating": "Ratings as last published",
    "ledger": "What the trust was told to do",
    "services": "Ratings by service",
    "history": "Rating history",
    "briefings": "Briefings",
    "figures": "Figures over time",
    "enforcement": "Enforcement",
    "inherited": "Inherited from predecessors",
    "about": "About the trust",
    "sources": "Sources",
    "feeds": "Feeds and data",
}
REQUIREMENT = {"history": "History", "deadlines": "Deadlines", "about": "About", "feeds": "Feed"}
REGULATOR = {
    "scale": "Ratings explained",
    "key-questions": "Key questions",
    "briefings": "Briefings",
    "enforcement": "Enforcement",
    "regulations": "Regulations",
    "words": "When there is no rating",
    "feeds": "Feed",
}
TOPIC = {"briefings": "Briefings", "requirements": "Requirements", "feeds": "Feed"}
PAGE = {"responsible": "Who is responsible for this site", "changes": "Changes to this page"}

_SECTIONS = {
    "briefing": BRIEFING,
    "trust": TRUST,
    "requirement": REQUIREMENT,
    "regulator": REGULATOR,
    "topic": TOPIC,
    "page": PAGE,
}
#: Ids of the base layout, on every page.
FRAME = ("main", "top", "nav", "search", "find-box", "contents", "footer")


def sections(kind: str) -> dict[str, str]:
    """Return section id → heading for a kind of page, in the order of the page."""
    return _SECTIONS[kind]


def reserved(kind: str) -> frozenset[str]:
    """Return the ids that a page of this kind uses itself.

    No heading in the Markdown text of such a page may have one of them.
    """
    return frozenset((*_SECTIONS.get(kind, {}), *FRAME))


class HasAnchor(Protocol):
    """An entry of `vacated`: an anchor that was public, of an item since removed or moved."""

    @property
    def anchor(self) -> str:
        """The anchor, without `#`."""


def number(word: str, index: int, vacated: Iterable[HasAnchor]) -> int:
    """Return the number, from 1, of the item at `index`, from 0, of a list.

    Vacated numbers are skipped and so never reused: with `strength-2` vacated, the second item in
    the file has number 3.
    """
    number_now = index + 1
    for vacated_number in sorted(_numbers(word, vacated)):
        if vacated_number > number_now:
            break
        number_now += 1
    return number_now


def _numbers(word: str, vacated: Iterable[HasAnchor]) -> Iterator[int]:
    for entry in vacated:
        start, _, digits = entry.anchor.rpartition("-")
        if start == word and digits.isdecimal() and not digits.startswith("0"):
            yield int(digits)


def claim(word: str, index: int, vacated: Iterable[HasAnchor]) -> str:
    """Return the anchor of a list item, from its index in the file, from 0.

    `claim("figure", 0, ())` is `figure-1`.
    """
    return f"{word}-{number(word, index, vacated)}"


def look(day: str) -> str:
    """Return the anchor of a look on a requirement's page: `looked-2026-11-03`."""
    return f"looked-{day}"


def question(day: str) -> str:
    """Return the anchor of a question on a requirement's page: `asked-2026-06-05`."""
    return f"asked-{day}"


def section_of(anchor: str) -> str:
    """Return the id of the section that has an item's anchor; "" for other anchors.

    `strength-9` is in `strengths`.
    """
    word = anchor.rpartition("-")[0]
    if anchor.startswith("source-"):
        return "sources"
    return next((block.replace("_", "-") for block, name in CLAIMS.items() if name == word), "")


#: Front-matter block → prefix of its items' anchors.
CLAIMS = {
    "ratings": "rating",
    "breaches": "breach",
    "enforcement": "enforcement",
    "requirements": "requirement",
    "concerns": "concern",
    "strengths": "strength",
    "figures": "figure",
    "statements": "statement",
    "timeline": "timeline",
    "discrepancies": "discrepancy",
    "not_known": "not-known",
    "changes": "change",
}


def source(key: str) -> str:
    """Return the anchor of a source in the list of sources."""
    return f"source-{key}"
