"""The numbered list of sources, each with the places it is cited from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefings import anchors, words
from briefings.markup import Body
from briefings.model import CITING, BriefingFront, Source
from briefings.sections import citation


class Run(NamedTuple):
    """Consecutive claims of a block that cite a source: a link to the first and to the last of
    them, with their numbers. `last_url` is empty where the run is one claim."""

    first: int
    url: str
    last: int
    last_url: str


class Places(NamedTuple):
    """The claims of one block that cite a source."""

    block: str
    times: int
    runs: list[Run]


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
        count = sum(one.times for one in self.cited)
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
        runs = [Run(n, f"#{citation(key, n)}", n, "") for n in range(1, count + 1)]
        found[key].append(Places("Text", count, runs))
    return [SourceRow(key, source, found[key]) for key, source in sources.items()]


def _gather(found: dict[str, list[Places]], block: str, items: Iterable[object]) -> None:
    numbers: dict[str, list[int]] = {}
    for number, item in enumerate(items, 1):
        for key in getattr(item, "sources", ()):
            numbers.setdefault(key, []).append(number)
    for key, cited in numbers.items():
        found[key].append(Places(_BLOCKS[block], len(cited), _runs(block, cited)))


def _runs(block: str, numbers: Sequence[int]) -> list[Run]:
    """`1, 2, 3, 7` → 1 to 3, and 7."""
    runs: list[Run] = []
    for number in numbers:
        url = f"#{anchors.claim(anchors.CLAIMS[block], number - 1)}"
        if runs and runs[-1].last == number - 1:
            runs[-1] = runs[-1]._replace(last=number, last_url=url)
        else:
            runs.append(Run(number, url, number, ""))
    return runs
