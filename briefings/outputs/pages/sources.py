"""The numbered list of sources, each with links to the claims that cite it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from briefings import anchors
from briefings.content.markdown.context import Body
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import TrustFront
from briefings.content.schema.rules import CITING
from briefings.content.schema.types import Source
from briefings.domain import words
from briefings.domain.sections import citation
from briefings.outputs.pages.components import Cites, SourceLine
from briefings.urls import LinkTo

# The items of a front-matter list as claims, each with its anchor, sources and note.
#
# What several items of a section have in common is said once for the section: the only publisher
# that is cited, and notes.

T = TypeVar("T")
#: Section or item → the vacated anchors that now point to it (see `sections.kept`).
Kept = Mapping[str, Sequence[str]]
#: Citation of a claim whose section says once what it cites.
_SAID = Cites((), "")


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """One item of a front-matter list.

    `item`: as the editor wrote it. `number`: its number, from 1; vacated numbers are not reused.
    `cites` and `note`: its own, without what the section says once (`Shared`). `kept`: vacated
    anchors that now point to this item.
    """

    item: T
    number: int
    anchor: str
    cites: Cites
    note: str = ""
    kept: Sequence[str] = ()


class Shared(NamedTuple):
    """What a section says once for several of its items.

    `only`: the citation of one publisher that most items have in common, or None; they show none.
    `is_all`: every item has it. `notes`: notes of several items, with links to these, such as
    `1 to 3`.
    """

    only: Cites | None
    is_all: bool
    notes: list[tuple[str, list[LinkTo]]]

    def unsaid(self, cites: Cites) -> Cites:
        """Return the citation, or an empty one if the section says it once."""
        return _SAID if cites == self.only else cites


class Claims(NamedTuple, Generic[T]):
    """The items of a front-matter list, in file order, and what several of them share."""

    rows: list[Row[T]]
    shared: Shared


def claims(
    block: str, items: Iterable[T], cite: SourceLine, front: BriefingFront, vacated: Kept
) -> Claims[T]:
    """Return the items of a front-matter list; what several have in common is said once."""
    word, of_block = anchors.CLAIMS[block], list(items)
    cited = [cite(getattr(item, "sources", ())) for item in of_block]
    only = _common(cited)
    notes, notes_of_several = _shared_notes(
        [getattr(item, "note", None) or "" for item in of_block]
    )
    shared = Shared(only, all(cites == only for cites in cited), [])
    rows = []
    for index, item in enumerate(of_block):
        number = anchors.number(word, index, front.vacated)
        anchor = f"{word}-{number}"
        cites, kept = shared.unsaid(cited[index]), vacated.get(anchor, ())
        rows.append(Row(item, number, anchor, cites, notes[index], kept))
    for text, indexes in notes_of_several.items():
        shared.notes.append((text, _links([rows[index] for index in indexes])))
    return Claims(rows, shared)


def _common(cited: Iterable[Cites]) -> Cites | None:
    """Return the most frequent citation of one publisher, if two items or more have it."""
    counts = Counter(cites for cites in cited if cites.only)
    return next((cites for cites, count in counts.most_common(1) if count > 1), None)


def _shared_notes(notes: Sequence[str]) -> tuple[list[str], dict[str, list[int]]]:
    """Take the notes that two or more items have out of all notes.

    Returns what is left of each, and note → indexes of its items. A note that is also a part of a
    longer one, from one full stop to another, is taken out of that too.
    """
    rest, items_of = list(notes), dict[str, list[int]]()
    for shared in (note for note, count in Counter(notes).items() if note and count > 1):
        for index, note in enumerate(rest):
            before, separator, after = note.partition(shared)
            if separator and (not before or before.endswith(". ")) and after[:1] in {"", " "}:
                rest[index] = f"{before}{after.strip()}".strip()
                items_of.setdefault(shared, []).append(index)
    return rest, items_of


def _links(rows: Sequence[Row[T]]) -> list[LinkTo]:
    """Return links to items by number, with runs joined: `1 to 3`, `7`."""
    anchor_of = {row.number: row.anchor for row in rows}
    return [
        LinkTo(words.run(first, last), f"#{anchor_of[first]}")
        for first, last in words.runs(anchor_of)
    ]


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
    def stop(self) -> str:
        """The full stop after its title, else its publisher; empty after one, as in `Ltd.`."""
        name = self.source.title or self.source.publisher
        return words.ended(name).removeprefix(name)

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
        cited[key].append(Places(_times_cited("Text", count), count, f"#{citation(key, 1)}"))
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


def _gather(places: dict[str, list[Places]], block: str, listed: Iterable[Claim]) -> None:
    cited: dict[str, list[Claim]] = {}
    for claim in listed:
        for key in claim.keys:
            cited.setdefault(key, []).append(claim)
    for key, claims in cited.items():
        if not block:
            places[key] += [Places(claim.label, 1, claim.url) for claim in claims]
            continue
        name = words.capital(anchors.CLAIMS[block].replace("-", " "))
        numbers = [claim.number for claim in claims]
        label = _times_cited(name, len(numbers))
        if block not in _UNNUMBERED:
            runs = ", ".join(words.run(*run) for run in words.runs(numbers))
            label = f"{name} {runs}"
        places[key].append(Places(label, len(numbers), claims[0].url))


def _times_cited(name: str, count: int) -> str:
    """`Text`, `Text twice`."""
    return name if count == 1 else f"{name} {words.times(count)}"
