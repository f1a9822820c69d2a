"""The last look before the output folder: no file with a forbidden name or a private contact."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import TypeVar

from briefings.checks.contacts import Allowed, found_in
from briefings.checks.folding import folded
from briefings.checks.texts import names_pattern
from briefings.content.loader import text_of
from briefings.content.schema import SiteFront
from briefings.problems import ContentError, Problem
from briefings.publish import File, Spooled, Unchanged, in_blocks
from briefings.urls import PAGEFIND

#: Files that hold no readable text of their own.
PACKED = PAGEFIND.lstrip("/")


#: Bytes of a part that the next one has once more: many times a name.
_OVERLAP = 1 << 16
#: Files that people read, and that may have words of a template or be published as they are.
_READ = (".csv", ".html", ".ics", ".md", ".svg", ".txt")
_ADDRESS = re.compile(rb"@(?<=[\w.+'\"\-)\]}>]@)[\w-]+\.")
_GAP = rb"(?:[ ().\-/]|&nbsp;|\xc2\xa0|\xe2[\x80\x88][\x80-\xbf]){0,4}"
_NUMBERS = (
    re.compile(rb"0(?<![A-Za-z0-9]0)(?<!\d[./+\-]0)" + _GAP + rb"[01257](?:" + _GAP + rb"\d){7}"),
    re.compile(rb"\+" + _GAP + rb"[1-9](?:" + _GAP + rb"\d){7}"),
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

F = TypeVar("F", tuple[str, bytes], File)


def filter_names(config: SiteFront, files: Iterable[F]) -> Iterator[F]:
    """The same files, up to one that would publish a name of `policy.never_publish`, or a contact
    that may be a person's. Raises ContentError for that one.

    The content was searched before (`checks`): this stops what templates put together, and texts
    of the static folder.
    """
    names = config.policy.never_publish
    pattern = names_pattern(names) if names else None
    contacts = _Contacts(Allowed.by(config))
    for file in files:
        if isinstance(file, Unchanged):  # it came through here when it was made
            yield file
            continue
        path, parts = _looked_at(file)
        if not path.startswith(PACKED):  # the search index: the pages' own words, compressed
            for part in parts:
                if pattern is not None and pattern.search(_as_read(path, part)):
                    raise _refused(path, "a name of `policy.never_publish`")
                if path.endswith(_READ) and contacts.in_part(path, part):
                    raise _refused(path, "what may be the address or number of a person")
        yield file


def _refused(path: str, what: str) -> ContentError:
    message = f"the file {path} would publish {what}"
    return ContentError([Problem(path, 1, 1, message, "find it in the content and remove it")])


class _Contacts:
    """Looks for private contacts in the bytes of files; quickly where there are none."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        own = [one.encode() for one in allowed.addresses]
        self._own = [(one, one.index(b"@")) for one in own]

    def in_part(self, path: str, part: bytes) -> bool:
        """Whether this part of a file has one that may be a person's."""
        if not self._may_be_in(part):
            return False
        return any(self._allowed.refuses(one) for _, one in found_in(_as_read(path, part)))

    def _may_be_in(self, part: bytes) -> bool:
        if part.startswith(_UTF16) or any(number.search(part) for number in _NUMBERS):
            return True
        places = (found.start() for found in _ADDRESS.finditer(part))
        return not all(self._is_own(part, at) for at in places)

    def _is_own(self, part: bytes, at: int) -> bool:
        return any(part.startswith(one, at - before) for one, before in self._own)


def _looked_at(file: tuple[str, bytes] | Spooled) -> tuple[str, Iterable[bytes]]:
    """The path of a file, and its bytes in parts that hold every name whole."""
    if isinstance(file, Spooled):
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
    text = text_of(data)
    if path.endswith(".ics"):  # RFC 5545 breaks long lines, within words too
        text = text.replace("\r\n ", "")
    if path.endswith(".xml"):  # the HTML in a feed is escaped once more
        text = unescape(text)
    return folded(unescape(text))
