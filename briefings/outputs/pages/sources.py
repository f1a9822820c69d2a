"""The numbered list of sources, each with the places it is cited from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefings import anchors
from briefings.content.markdown import Body
from briefings.content.schema import CITING, BriefingFront, Source, TrustFront
from briefings.domain import words
from briefings.domain.sections import citation


class Claim(NamedTuple):
    """One thing that cites sources: its label where it has no number, its link, its sources and
    its number on the page."""

    label: str
    url: str
    keys: Sequence[str]
    number: int = 0


class Places(NamedTuple):
    """The claims of one block that cite a source: how many, which, and the way to the first."""

    label: str
    times: int
    url: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source as the list shows it."""

    key: str
    source: Source
    cited: list[Places]
    #: Vacated anchors that lead to it.
    kept: Sequence[str] = ()

    @property
    def anchor(self) -> str:
        return anchors.source(self.key)

    @property
    def kind(self) -> str:
        """What sort of document it is, in words that begin a sentence."""
        return words.capital(words.SOURCE_TYPES[self.source.type])

    @property
    def host(self) -> str:
        """Where a document without a title is to be read: `rethink.org`."""
        return re.sub(r"^https?://(?:www\.)?([^/?#]*).*", r"\1", self.source.url or "")

    @property
    def times(self) -> str:
        """`Cited once`, `Cited 12 times`, `Not cited`."""
        count = sum(one.times for one in self.cited)
        return f"Cited {words.times(count)}" if count else "Not cited on this page"


#: Blocks whose claims do not show their numbers: they are only counted.
_UNNUMBERED = frozenset({"timeline"})


def source_rows(
    sources: Mapping[str, Source],
    body: Body,
    blocks: Mapping[str, Sequence[Claim]],
    kept: Mapping[str, Sequence[str]],
) -> list[SourceRow]:
    """Every source in the order of the file, which is that of their numbers.

    `blocks` are the claims of the page by block; those of the block without a name are each
    called by their own.
    """
    found: dict[str, list[Places]] = {key: [] for key in sources}
    for block, claims in blocks.items():
        _gather(found, block, claims)
    for key, count in body.citations:
        found[key].append(Places(_counted("Text", count), count, f"#{citation(key, 1)}"))
    return [
        SourceRow(key, source, found[key], kept.get(anchors.source(key), ()))
        for key, source in sources.items()
    ]


def claims_of_briefing(front: BriefingFront) -> dict[str, list[Claim]]:
    """Everything in a briefing's front matter that cites, by block."""
    inspection, counts, reply = front.inspection, front.service_counts, front.reply
    single = [Claim("Dates", "#main", inspection.sources)]
    if counts is not None:
        single.append(Claim(anchors.BRIEFING["at-a-glance"], "#at-a-glance", counts.sources))
    if reply is not None:
        single.append(Claim("Reply", "#reply", reply.sources))
    return {"": single} | {block: list(_claims(front, block)) for block in CITING}


def claims_of_trust(front: TrustFront) -> dict[str, list[Claim]]:
    """The numbers of a trust that cite."""
    sizes = {"Staff": front.staff, "Locations": front.locations, "People": front.population}
    return {"": [Claim(name, "#about", one.sources) for name, one in sizes.items() if one]}


def _claims(front: BriefingFront, block: str) -> Iterator[Claim]:
    """A rating cites what it cites for the grade before it, too."""
    for index, item in enumerate(getattr(front, block)):
        before = getattr(item, "previous", None) if block == "ratings" else None
        keys = dict.fromkeys((*item.sources, *(before.sources if before else ())))
        number = anchors.number(anchors.CLAIMS[block], index, front.vacated)
        yield Claim("", f"#{anchors.CLAIMS[block]}-{number}", tuple(keys), number)


def _gather(found: dict[str, list[Places]], block: str, listed: Iterable[Claim]) -> None:
    cited: dict[str, list[Claim]] = {}
    for claim in listed:
        for key in claim.keys:
            cited.setdefault(key, []).append(claim)
    for key, claims in cited.items():
        if not block:
            found[key] += [Places(claim.label, 1, claim.url) for claim in claims]
            continue
        name = words.capital(anchors.CLAIMS[block].replace("-", " "))
        numbers = [claim.number for claim in claims]
        label = _counted(name, len(numbers))
        if block not in _UNNUMBERED:
            label = f"{name} {_runs(numbers)}"
        found[key].append(Places(label, len(numbers), claims[0].url))


def _counted(name: str, count: int) -> str:
    """`Text`, `Text twice`."""
    return name if count == 1 else f"{name} {words.times(count)}"


def _runs(numbers: Sequence[int]) -> str:
    """`1, 2, 3, 7` → `1 to 3, 7`."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in runs)
