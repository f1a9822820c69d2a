"""The anchors of every page: sections by kind of page, and one for each claim.

Templates, links and the checks on links all take them from here, so that a link to
`trusts/x.md#ledger` is right or wrong before a page is rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

#: Heading of requirements of which no order is on record.
FOUND = "What the regulator found, with no order reported"
#: Section id → heading, in the order of the page.
BRIEFING = {
    "at-a-glance": "At a glance",
    "requirements": "What the regulator told the trust to do",
    "ratings": "Ratings",
    "breaches": "Regulations breached",
    "enforcement": "Enforcement",
    "concerns": "Concerns",
    "strengths": "Strengths",
    "figures": "Figures",
    "briefing": "The briefing",
    "statements": "Who said what",
    "reply": "The trust’s reply",
    "discrepancies": "Where sources differ",
    "not-known": "What we could not establish",
    "timeline": "Timeline",
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
PAGE = {"changes": "Changes to this page"}

_SECTIONS = {
    "briefing": BRIEFING,
    "trust": TRUST,
    "requirement": REQUIREMENT,
    "regulator": REGULATOR,
    "topic": TOPIC,
    "page": PAGE,
}
#: Anchors of the page around the content.
FRAME = ("main", "top", "nav", "search", "contents", "footer")


def sections(kind: str) -> dict[str, str]:
    """Section ids and headings of a kind of page, in order."""
    return _SECTIONS[kind]


def reserved(kind: str) -> frozenset[str]:
    """Ids that the page itself uses, and so no heading of an editor's text may take."""
    return frozenset((*_SECTIONS.get(kind, {}), *FRAME))


class HasAnchor(Protocol):
    """An entry of `vacated`: an anchor that was public and whose item is gone or elsewhere."""

    @property
    def anchor(self) -> str:
        """The anchor, without `#`."""


def number(word: str, index: int, vacated: Iterable[HasAnchor]) -> int:
    """The number of the item at `index` (from 0) of a list, from 1.

    A vacated number is never given to another item: with `strength-2` vacated, the second item of
    the file is number 3.
    """
    found = index + 1
    for taken in sorted(_numbers(word, vacated)):
        if taken > found:
            break
        found += 1
    return found


def _numbers(word: str, vacated: Iterable[HasAnchor]) -> Iterator[int]:
    for entry in vacated:
        start, _, digits = entry.anchor.rpartition("-")
        if start == word and digits.isdecimal():
            yield int(digits)


def claim(word: str, index: int, vacated: Iterable[HasAnchor]) -> str:
    """The anchor of one item of a list, by its index in the file (from 0).

    `claim("figure", 0, ())` is `figure-1`.
    """
    return f"{word}-{number(word, index, vacated)}"


def section_of(anchor: str) -> str:
    """The section of an item's anchor: `strength-9` is in `strengths`; "" for other anchors."""
    word = anchor.rpartition("-")[0]
    if anchor.startswith("source-"):
        return "sources"
    return next((block.replace("_", "-") for block, name in CLAIMS.items() if name == word), "")


#: Front-matter block → the word its items' anchors begin with.
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
    """The anchor of one source in the list of sources."""
    return f"source-{key}"
