"""Values of a rendered body."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Self

from briefings.store.cache import digest
from briefings.store.compact import compact


@compact
@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body.

    `level` is 2 to 6, `id` the anchor of the heading, `text` its plain text.
    """

    level: int
    id: str
    text: str


@compact
@dataclass(frozen=True, slots=True)
class Link:
    """A link to, or image from, this site. Whether its target exists is not checked here.

    `kind` is `briefing`, `trust`, `topic`, `requirement`, `regulator`, `page`, `media` or `self`.
    `target` is an id if `by_id` is true, else a path relative to `content/`. `fragment` is the
    decoded anchor, or empty. `written` is the address as the editor typed it, at `line` and
    `column` (from 1) of the file.
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
    """A block quote that cites sources.

    `keys` are the keys of the cited sources, `text` the plain text of the quote without citations
    and with its line breaks. `line` and `column` (from 1) are those of its first `>` in the file.
    """

    keys: tuple[str, ...]
    text: str
    line: int
    column: int


@compact
@dataclass(frozen=True, slots=True)
class Body:
    """A rendered body: safe HTML, plain text, and the data the rest of the site uses.

    `packed` is the zlib-compressed HTML and plain text: a large site holds all bodies in memory and
    reads each a few times. `links` are in order of position. `citations` pairs each cited source
    key with the number of its citations, in order of first citation.
    """

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
        """Create a body from HTML and the same content as plain text in one line."""
        packed = zlib.compress(f"{html}\0{text}".encode(), 6)
        return cls(packed, headings, links, citations, quotations)

    @property
    def html(self) -> str:
        """Safe HTML."""
        return self._parts()[0]

    @property
    def text(self) -> str:
        """Plain text in one line, without citations and note references."""
        return self._parts()[2]

    @property
    def key(self) -> bytes:
        """BLAKE2b hash of the packed HTML and text, 16 bytes."""
        return digest(self.packed)

    def _parts(self) -> tuple[str, str, str]:
        return zlib.decompress(self.packed).decode().partition("\0")


#: A fault without its place: the message (what is wrong) and the hint (what to write).
Fault = tuple[str, str]
