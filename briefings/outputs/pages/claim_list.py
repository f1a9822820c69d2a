"""The items of a front-matter list as claims, each with its anchor, sources and note.

What several items of a section have in common is said once for the section: the only publisher
that is cited, and notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from briefings import anchors
from briefings.content.schema.briefing import BriefingFront
from briefings.domain import words
from briefings.outputs.pages.components import Cites, SourceLine
from briefings.urls import LinkTo

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


class SharedNote(NamedTuple):
    """A note of several items, shown once. `items`: links to them: `1 to 3`, `6`."""

    text: str
    items: list[LinkTo]


class Shared(NamedTuple):
    """What a section says once for several of its items.

    `only`: the citation of one publisher that most items have in common, or None; they show none.
    `is_all`: every item has it. `notes`: notes of several items.
    """

    only: Cites | None
    is_all: bool
    notes: list[SharedNote]

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
    notes, notes_of_several = _apart([getattr(item, "note", None) or "" for item in of_block])
    shared = Shared(only, all(cites == only for cites in cited), [])
    rows = []
    for index, item in enumerate(of_block):
        number = anchors.number(word, index, front.vacated)
        anchor = f"{word}-{number}"
        cites, kept = shared.unsaid(cited[index]), vacated.get(anchor, ())
        rows.append(Row(item, number, anchor, cites, notes[index], kept))
    for text, indexes in notes_of_several.items():
        shared.notes.append(SharedNote(text, _links([rows[index] for index in indexes])))
    return Claims(rows, shared)


def _common(cited: Iterable[Cites]) -> Cites | None:
    """Return the most frequent citation of one publisher, if two items or more have it."""
    counts = Counter(cites for cites in cited if cites.only)
    return next((cites for cites, count in counts.most_common(1) if count > 1), None)


def _apart(notes: Sequence[str]) -> tuple[list[str], dict[str, list[int]]]:
    """Take the notes that two or more items have out of all notes.

    Returns what is left of each, and note → indexes of its items. A note that is also a part of a
    longer one, from one full stop to another, is taken out of that too.
    """
    rest, items_of = list(notes), dict[str, list[int]]()
    for shared in (note for note, count in Counter(notes).items() if note and count > 1):
        for index, note in enumerate(rest):
            before, found, after = note.partition(shared)
            if found and (not before or before.endswith(". ")) and after[:1] in {"", " "}:
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
