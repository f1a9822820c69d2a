"""The last wall before the output folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import unescape
from typing import TypeVar

from briefings.checks.names import folded, names_pattern
from briefings.output import File, Kept, Written, in_blocks
from briefings.problems import ContentError, Problem
from briefings.urls import PAGEFIND

#: Files that hold no readable text of their own.
PACKED = PAGEFIND.lstrip("/")


#: Bytes of a part that the next one has once more: many times a name.
_OVERLAP = 1 << 16

F = TypeVar("F", tuple[str, bytes], File)


def wall(names: tuple[str, ...], files: Iterable[F]) -> Iterator[F]:
    """The last wall: no file that holds a name of `policy.never_publish` gets out."""
    if not names:
        yield from files
        return
    pattern = names_pattern(names)
    for file in files:
        if isinstance(file, Kept):  # it came through here when it was made
            yield file
            continue
        path, parts = _looked_at(file)
        packed = path.startswith(PACKED)  # the search index: the pages' own words, compressed
        if not packed and any(pattern.search(_as_read(path, part)) for part in parts):
            message = f"the file {path} would publish a name of `policy.never_publish`"
            raise ContentError(
                [Problem(path, 1, 1, message, "find it in the content and remove it")]
            )
        yield file


def _looked_at(file: tuple[str, bytes] | Written) -> tuple[str, Iterable[bytes]]:
    """The path of a file, and its bytes in parts that hold every name whole."""
    if isinstance(file, Written):
        return file.path, _overlapping(in_blocks(file.place), _ends(file.path))
    return file[0], (file[1],)


def _overlapping(blocks: Iterable[bytes], end: bytes) -> Iterator[bytes]:
    """Parts of a file that end where a word, an address or a sign can't go on, each with what came
    before it once more: a name may go over the end of a line."""
    before = rest = b""
    for block in blocks:
        rest += block
        cut = rest.rfind(end) + len(end)
        if cut < len(end):
            continue
        part, rest = before + rest[:cut], rest[cut:]
        yield part
        begin = part.rfind(end, 0, -_OVERLAP)
        before = part if begin < 0 else part[begin + len(end) :]
    yield before + rest


def _ends(path: str) -> bytes:
    """What a part ends with; not within what a calendar breaks into several lines."""
    return b"END:VEVENT\r\n" if path.endswith(".ics") else b"\n"


def _as_read(path: str, data: bytes) -> str:
    """A file as a reader of it sees the words, case and compatibility forms folded away."""
    text = data.decode("utf-8", "replace")
    if path.endswith(".ics"):  # RFC 5545 breaks long lines, within words too
        text = text.replace("\r\n ", "")
    if path.endswith(".xml"):  # the HTML in a feed is escaped once more
        text = unescape(text)
    return folded(unescape(text))
