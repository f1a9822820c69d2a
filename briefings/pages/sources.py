"""The numbered list of sources, each with the places it is cited from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from briefings import anchors, words
from briefings.markup import Body
from briefings.model import CITING, BriefingFront, Source
from briefings.sections import citation


class Place(NamedTuple):
    """A link back to one claim: its number within its block, and in full for who hears it."""

    number: int
    name: str
    url: str


class Places(NamedTuple):
    """The claims of one block that cite a source."""

    block: str
    places: list[Place]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source as the list shows it."""

    key: str
    source: Source
    cited: list[Places]

    @property
    def anchor(self) -> str:
        return anchors.source(self.key)

    @property
    def kind(self) -> str:
        """What sort of document it is, in words that begin a sentence."""
        return words.capital(words.SOURCE_TYPES[self.source.type])

    @property
    def address(self) -> str:
        """The address as it is read: without scheme and without a last slash."""
        return re.sub(r"^https?://(?:www\.)?", "", self.source.url or "").rstrip("/")

    @property
    def times(self) -> str:
        """`Cited once`, `Cited 12 times`, `Not cited`."""
        count = sum(len(one.places) for one in self.cited)
        return f"Cited {words.times(count)}" if count else "Not cited on this page"


#: Front-matter block → the word for its claims.
_BLOCKS = {block: words.capital(name.replace("-", " ")) for block, name in anchors.CLAIMS.items()}


def source_rows(
    sources: Mapping[str, Source], body: Body, front: BriefingFront | None = None
) -> list[SourceRow]:
    """Every source in the order of the file, which is that of their numbers."""
    found: dict[str, list[Places]] = {key: [] for key in sources}
    if front is not None:
        for block in CITING:
            _gather(found, block, getattr(front, block))
    for key, count in body.citations:
        name = words.publisher_name(sources[key].publisher)
        places = [
            Place(n, f"Text, {name}, {n}", f"#{citation(key, n)}") for n in range(1, count + 1)
        ]
        found[key].append(Places("Text", places))
    return [SourceRow(key, source, found[key]) for key, source in sources.items()]


def _gather(found: dict[str, list[Places]], block: str, items: Iterable[object]) -> None:
    by_key: dict[str, list[Place]] = {}
    for index, item in enumerate(items):
        url = f"#{anchors.claim(anchors.CLAIMS[block], index)}"
        place = Place(index + 1, f"{_BLOCKS[block]} {index + 1}", url)
        for key in getattr(item, "sources", ()):
            by_key.setdefault(key, []).append(place)
    for key, places in by_key.items():
        found[key].append(Places(_BLOCKS[block], places))
