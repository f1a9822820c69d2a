"""Anchors of headings: generated from their words, or given by the editor as `{#id}`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from xml.etree.ElementTree import Element

LEVELS = {f"h{level}": level for level in range(1, 7)}

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Anchors that the site generates itself: for every claim, source, change and note.
_OURS = re.compile(
    r"(?:rating|breach|enforcement|requirement|concern|strength|figure|statement|timeline"
    r"|discrepancy|not-known|source|cite|change|fn|fnref)(?:[-:].*)?"
)
_ATTRIBUTES = re.compile(r"(?:^|\s)\{(:?)\s*((?:[#.]|(?<=:)\s*\w)[^{}]*)\}\s*+#*+\s*+$")
_CLOSING_SIGNS = re.compile(r"(?:^|\s)#++$")
_CLASS = re.compile(r"\.[a-z][a-z0-9-]*")


def slug(words: str) -> str:
    """Return the ASCII anchor for a text: `are-services-safe` for `Are services safe?`.

    Apostrophes are removed (`trust's` gives `trusts`). An empty result becomes `section`.
    """
    joined = re.sub(r"['‘’]", "", words)
    plain = unicodedata.normalize("NFKD", joined).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "section"


class Anchors:
    """Allocates the anchors of one page, each only once and none of the `reserved` ones."""

    def __init__(self, reserved: Collection[str]) -> None:
        self._reserved = frozenset(reserved)
        self._given: set[str] = set()
        self._times: dict[str, int] = {}

    def name(self, id: str) -> str:
        """Reserve an id given by an editor; return what is wrong with it, or an empty string."""
        if not _ID.fullmatch(id):
            return f"`{id}` can't be an anchor"
        if id in self._reserved or _OURS.fullmatch(id):
            return f"`{id}` is an anchor that the site uses itself"
        if id in self._given:
            return f"the anchor `{id}` is given twice on this page"
        self._given.add(id)
        return ""

    def make(self, words: str) -> str:
        """Return an unused anchor for a heading, and reserve it.

        The second heading of the same words gets `-2`, and so on. An anchor that looks like one of
        the site's own gets the prefix `section-`.
        """
        base = slug(words)
        if _OURS.fullmatch(base):
            base = f"section-{base}"
        id, number = base, self._times.get(base, 1)
        while id in self._given or id in self._reserved:
            number += 1
            id = f"{base}-{number}"
        self._given.add(id)
        self._times[base] = number  # so that equal headings do not each count from 2
        return id


def without_attributes(words: str) -> tuple[str, list[str]]:
    """Split the text of a heading from the words of its attribute list `{#id .class}`."""
    match = _ATTRIBUTES.search(words)
    if match is None:
        return words, []
    return _CLOSING_SIGNS.sub("", words[: match.start()].rstrip()).rstrip(), match[2].split()


def read_attributes(heading: Element, words: list[str], anchors: Anchors) -> str:
    """Set the id and class of a heading; return what is wrong with them, or an empty string."""
    ids = [word[1:] for word in words if word.startswith("#")]
    classes = [word[1:] for word in words if _CLASS.fullmatch(word)]
    if len(ids) > 1 or len(ids) + len(classes) != len(words):
        return "a heading takes one {#id} and {.class} words, nothing else"
    if classes:
        heading.set("class", " ".join(classes))
    if ids:
        heading.set("id", ids[0])
        return anchors.name(ids[0])
    return ""
