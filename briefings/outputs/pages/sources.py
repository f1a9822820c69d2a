"""The numbered list of sources, each with links to the claims that cite it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefings import anchors
from briefings.content.markdown.context import Body
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import TrustFront
from briefings.content.schema.rules import CITING
from briefings.content.schema.types import Source
from briefings.domain import words
from briefings.domain.sections import citation


class Claim(NamedTuple):
    """A claim that cites sources.

    `label`: its name, if claims of its block are not numbered. `url`: its anchor. `keys`: the
    sources that it cites. `number`: its number on the page.
    """

    label: str
    url: str
    keys: Sequence[str]
    number: int = 0


class Places(NamedTuple):
    """The claims of one block that cite a source.

    `label`: block and numbers in words. `times`: number of claims. `url`: the first of them.
    """

    label: str
    times: int
    url: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One entry of the list of sources. `cited`: where the source is cited, by block."""

    key: str
    source: Source
    cited: list[Places]
    #: Vacated anchors that now point to it.
    kept: Sequence[str] = ()

    @property
    def anchor(self) -> str:
        return anchors.source(self.key)

    @property
    def kind(self) -> str:
        """The type of document in words, capitalised."""
        return words.capital(words.SOURCE_TYPES[self.source.type])

    @property
    def host(self) -> str:
        """The host name of the URL, `rethink.org`, for a document without a title."""
        return re.sub(r"^https?://(?:www\.)?([^/?#]*).*", r"\1", self.source.url or "")

    @property
    def times(self) -> str:
        """`Cited once`, `Cited 12 times`, `Not cited on this page`."""
        count = sum(places.times for places in self.cited)
        return f"Cited {words.times(count)}" if count else "Not cited on this page"


#: Blocks whose claims have no visible numbers: their citations are only counted.
_UNNUMBERED = frozenset({"timeline"})


def source_rows(
    sources: Mapping[str, Source],
    body: Body,
    blocks: Mapping[str, Sequence[Claim]],
    vacated: Mapping[str, Sequence[str]],
) -> list[SourceRow]:
    """Return the rows of all sources in file order, which is the order of their numbers.

    `blocks`: block → its claims. Claims of the block `""` are shown by their own labels. `vacated`:
    anchor → the vacated anchors that now point to it.
    """
    cited: dict[str, list[Places]] = {key: [] for key in sources}
    for block, claims in blocks.items():
        _gather(cited, block, claims)
    for key, count in body.citations:
        cited[key].append(Places(_counted("Text", count), count, f"#{citation(key, 1)}"))
    return [
        SourceRow(key, source, cited[key], vacated.get(anchors.source(key), ()))
        for key, source in sources.items()
    ]


def claims_of_briefing(front: BriefingFront) -> dict[str, list[Claim]]:
    """Return the claims in a briefing's front matter that can cite sources, by block."""
    inspection, counts, reply = front.inspection, front.service_counts, front.reply
    single = [Claim("Dates", "#inspection-details", inspection.sources)]
    if counts is not None:
        single.append(Claim("Number of services", "#ratings", counts.sources))
    if reply is not None:
        single.append(Claim("Reply", "#reply", reply.sources))
    return {"": single} | {block: list(_claims(front, block)) for block in CITING}


def claims_of_trust(front: TrustFront) -> dict[str, list[Claim]]:
    """Return the claims in a trust's front matter that can cite sources: its size figures."""
    sizes = {"Staff": front.staff, "Locations": front.locations, "People": front.population}
    return {"": [Claim(name, "#about", size.sources) for name, size in sizes.items() if size]}


def _claims(front: BriefingFront, block: str) -> Iterator[Claim]:
    """Yield the claims of one block. A rating also cites the sources of its previous grade."""
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
            runs = ", ".join(words.run(*run) for run in words.runs(numbers))
            label = f"{name} {runs}"
        found[key].append(Places(label, len(numbers), claims[0].url))


def _counted(name: str, count: int) -> str:
    """`Text`, `Text twice`."""
    return name if count == 1 else f"{name} {words.times(count)}"
