"""What a body becomes."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from hashlib import blake2b
from typing import ClassVar, Self

from briefings.store.compact import compact
from briefings.store.folded import Folded


@compact
@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body: `level` 2 to 6, the `id` it is linked by, its words as plain text."""

    level: int
    id: str
    text: str


@compact
@dataclass(frozen=True, slots=True)
class Link:
    """A link or image that points into the site; whether its target exists is judged elsewhere.

    `kind` is `briefing`, `trust`, `topic`, `requirement`, `regulator`, `page`, `media` or `self`.
    `target` is a path relative to `content/`, or an id where `by_id`. `written` is what the editor
    typed, at `line` and `column` (from 1) of the file.
    """

    kind: str
    target: str
    by_id: bool
    fragment: str
    line: int
    column: int
    written: str


@compact
@dataclass(frozen=True, slots=True)
class Quotation:
    """A block quote that cites its sources: the words, without citations, a line for each line.

    `line` and `column` (from 1) are those of its first `>` in the file.
    """

    keys: tuple[str, ...]
    text: str
    line: int
    column: int


@compact
@dataclass(frozen=True, slots=True)
class Body(Folded):
    """A body, ready to print: safe HTML and what the rest of the site asks of it.

    `citations` pairs each cited source key with how often it is cited, in order of first citation.
    The words are kept packed: a large site holds them all at once and reads each a few times.
    """

    FOLDED: ClassVar = ("packed", "headings", "quotations")

    packed: bytes
    headings: tuple[Heading, ...]
    links: tuple[Link, ...]
    citations: tuple[tuple[str, int], ...]
    quotations: tuple[Quotation, ...] = ()

    @classmethod
    def of(
        cls,
        html: str,
        text: str,
        headings: tuple[Heading, ...] = (),
        links: tuple[Link, ...] = (),
        citations: tuple[tuple[str, int], ...] = (),
        quotations: tuple[Quotation, ...] = (),
    ) -> Self:
        """A body of this HTML, and the same as plain text in one line."""
        packed = zlib.compress(f"{html}\0{text}".encode(), 6)
        return cls(packed, headings, links, citations, quotations)

    @property
    def html(self) -> str:
        """Safe HTML."""
        return self._parts()[0]

    @property
    def text(self) -> str:
        """The plain text in one line, without citations and marks of notes."""
        return self._parts()[2]

    @property
    def key(self) -> bytes:
        """16 bytes that stand for the HTML and the text."""
        return blake2b(self.packed, digest_size=16).digest()

    def _parts(self) -> tuple[str, str, str]:
        return zlib.decompress(self.packed).decode().partition("\0")


#: One fault as it is found, before its place is known: what is wrong, and what to write.
Fault = tuple[str, str]

#: Faults by kind of writing (`citation`, `link` …) and by what was written. One mistake made in
#: several places is one entry here and one problem for each place.
Faults = dict[tuple[str, str], Fault]
