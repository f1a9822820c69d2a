"""The last wall before the output folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import unescape
from typing import TypeVar

from briefings.checks.names import folded, names_pattern
from briefings.output import File, Kept
from briefings.problems import ContentError, Problem
from briefings.urls import PAGEFIND

#: Files that hold no readable text of their own.
PACKED = PAGEFIND.lstrip("/")


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
        path, data = file
        packed = path.startswith(PACKED)  # the search index: the pages' own words, compressed
        if not packed and pattern.search(_as_read(path, data)):
            message = f"the file {path} would publish a name of `policy.never_publish`"
            raise ContentError(
                [Problem(path, 1, 1, message, "find it in the content and remove it")]
            )
        yield file


def _as_read(path: str, data: bytes) -> str:
    """A file as a reader of it sees the words, case and compatibility forms folded away."""
    text = data.decode("utf-8", "replace")
    if path.endswith(".ics"):  # RFC 5545 breaks long lines, within words too
        text = text.replace("\r\n ", "")
    if path.endswith(".xml"):  # the HTML in a feed is escaped once more
        text = unescape(text)
    return folded(unescape(text))
