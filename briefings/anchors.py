"""The anchors of every page: sections by kind of page, and one for each claim.

Templates, links and the checks on links all take them from here, so that a link to
`trusts/x.md#ledger` is right or wrong before a page is rendered.
"""

from __future__ import annotations

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
    "not-known": "What is not known",
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
    "words": "Words that are no grade",
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


def claim(block: str, index: int) -> str:
    """The anchor of one item of a block, counted from 0 in the file: `claim("figure", 0)`."""
    return f"{block}-{index + 1}"


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
