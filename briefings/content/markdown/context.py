"""State of one body while it is rendered: its lines, definitions, places and problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from markdown_it.utils import EnvType

from briefings.content.markdown.body import Fault
from briefings.content.markdown.headings import Anchors
from briefings.content.markdown.links import Target
from briefings.problems import Problem

#: A line (from 0) of the body and a column (from 1) of that line.
Place = tuple[int, int]


class Reference(NamedTuple):
    """A link definition, `[name]: address`, and the places of its bracket and its address."""

    name: str
    place: Place
    address: Place


@dataclass(frozen=True, slots=True)
class Leaf:
    """The inline text of one block, as it was typed, and its element in the tree.

    The first line of `text` is in line `line` of the body; for the cell of a table, `start` is its
    offset in that line.
    """

    element: Element
    text: str
    line: int
    start: int | None = None


@dataclass(slots=True)
class Context:
    """Everything about one body that the steps of rendering share.

    `lines` are the lines of the body; the first is line `first_line` of the file `path`.
    `sources` has the keys that can be cited, or is None if this kind of file cites nothing.
    `resolve` returns where an address leads, or what is wrong with it.
    `notes` maps the label of each note to its `li`, and `abbreviations` each word to its meaning.
    `env` is the environment of the parser: link definitions, and this context for its rules.
    `places` has the place of an element, `addresses` that of its address.
    """

    path: str
    first_line: int
    lines: Sequence[str]
    sources: Mapping[str, str] | None
    anchors: Anchors
    resolve: Callable[[str], Target | Fault]
    problems: set[Problem] = field(default_factory=set)
    leaves: list[Leaf] = field(default_factory=list)
    env: EnvType = field(default_factory=dict)
    notes: dict[str, Element] = field(default_factory=dict)
    abbreviations: dict[str, str] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    places: dict[Element, Place] = field(default_factory=dict)
    addresses: dict[Element, Place] = field(default_factory=dict)

    def fault(self, place: Place, message: str, hint: str) -> None:
        """Add a problem at a place."""
        self.problems.add(Problem(self.path, *self.in_file(place), message, hint))

    def in_file(self, place: Place) -> Place:
        """Return the line of the file (from 1) and the column."""
        return self.first_line + place[0], place[1]

    def place(self, leaf: Leaf, offset: int) -> Place:
        """Return the place of an offset in the text of a leaf.

        A line of a leaf is its line of the body without the signs of blocks before it, and without
        spaces at either end.
        """
        if leaf.start is not None:  # a bar in a cell was typed `\\|`
            bars = leaf.text.count("|", 0, offset)
            return leaf.line, leaf.start + offset + bars + 1
        line = leaf.line + leaf.text.count("\n", 0, offset)
        begin = leaf.text.rfind("\n", 0, offset) + 1
        words = leaf.text[begin:].partition("\n")[0].rstrip()
        return line, max(self.lines[line].rfind(words), 0) + offset - begin + 1
