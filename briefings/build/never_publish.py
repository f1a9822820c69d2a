"""The last filter before the output folder: no file with a forbidden name or a private contact."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import TypeVar

from briefings.checks.contacts import Allowed, found_in
from briefings.checks.published import folded
from briefings.checks.texts import names_pattern
from briefings.content.listing import text_of
from briefings.content.schema.site import SiteFront
from briefings.outputs.downloads import texts_in
from briefings.problems import ContentError, Problem
from briefings.publish import File, Spooled, Unchanged, in_blocks
from briefings.urls import DATABASE, PAGEFIND, file_for

#: Folder of the search index: compressed files, with no text that is not in the pages.
PACKED = PAGEFIND.lstrip("/")
#: Searched row by row: in the file itself, a long text is in several pieces.
_DATABASE = file_for(DATABASE)

#: Bytes by which consecutive parts of a file overlap: many times the length of a name.
_OVERLAP = 1 << 16
#: Suffixes of files that are searched for contacts: their text may come from templates or static
#: files, which `checks` does not search for contacts.
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
    """Yield the files unchanged.

    Raises ContentError at the first one that would publish a name of `policy.never_publish`, or a
    contact that may be a person's. `checks` has searched the content already; this finds text that
    templates put together, and text of the static folder.
    """
    names = config.policy.never_publish
    pattern = names_pattern(names) if names else None
    contacts = _Contacts(Allowed.by(config))
    for file in files:
        if isinstance(file, Unchanged):  # filtered when it was made
            yield file
            continue
        path, parts = _looked_at(file)
        is_read = path.endswith(_READ)
        if (pattern is not None or is_read) and not path.startswith(PACKED):
            for part in parts:
                if pattern is not None and pattern.search(_as_read(path, part)):
                    raise _refusal(path, "a name of `policy.never_publish`")
                if is_read and contacts.in_part(path, part):
                    raise _refusal(path, "what may be the address or number of a person")
        yield file


def _refusal(path: str, what: str) -> ContentError:
    message = f"the file {path} would publish {what}"
    return ContentError([Problem(path, 1, 1, message, "find it in the content and remove it")])


class _Contacts:
    """Search for private contacts in the bytes of files; fast if there are none."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        addresses = [address.encode() for address in allowed.addresses]
        self._own = [(address, address.index(b"@")) for address in addresses]

    def in_part(self, path: str, part: bytes) -> bool:
        """Whether this part of a file has a contact that may be a person's."""
        if not self._may_be_in(part):
            return False
        return any(self._allowed.refuses(contact) for _, contact in found_in(_as_read(path, part)))

    def _may_be_in(self, part: bytes) -> bool:
        if part.startswith(_UTF16) or any(number.search(part) for number in _NUMBERS):
            return True
        positions = (match.start() for match in _ADDRESS.finditer(part))
        return not all(self._is_own(part, position) for position in positions)

    def _is_own(self, part: bytes, position: int) -> bool:
        return any(part.startswith(address, position - before) for address, before in self._own)


def _looked_at(file: tuple[str, bytes] | Spooled) -> tuple[str, Iterable[bytes]]:
    """Return the path of a file and its bytes, in parts that cut no name in two."""
    if file[0] == _DATABASE:
        return _DATABASE, texts_in(file.place if isinstance(file, Spooled) else file[1])
    if isinstance(file, Spooled):
        return file.path, _overlapping(in_blocks(file.place), _ends(file.path))
    return file[0], (file[1],)


def _overlapping(blocks: Iterable[bytes], end: bytes) -> Iterator[bytes]:
    """Yield a file in parts that end with `end`, each beginning with the end of the one before.

    They overlap because a name may be continued on the next line.
    """
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
    """Return the bytes that end a part: a line break; in a calendar, the end of an event.

    A calendar folds long lines, so a name may go over a line break.
    """
    return b"END:VEVENT\r\n" if path.endswith(".ics") else b"\n"


def _as_read(path: str, data: bytes) -> str:
    """Return the text of a file as displayed, with case and compatibility forms folded."""
    text = text_of(data)
    if path.endswith(".ics"):  # RFC 5545 breaks long lines, within words too
        text = text.replace("\r\n ", "")
    if path.endswith(".xml"):  # the HTML in a feed is escaped once more
        text = unescape(text)
    return folded(unescape(text))
