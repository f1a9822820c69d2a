"""Whether everything that a site names within itself is there: pages, anchors, files, feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin

from tests.torture.projects import BASE

_ATTRIBUTES = frozenset({"href", "src", "action", "data", "poster"})
#: An address of the site in a feed, a table, a list, a script.
_ABSOLUTE = re.compile(re.escape(BASE) + r"[^\s\"'<>\\,\]]*")
_TEXTS = (".xml", ".json", ".csv", ".opml", ".ics", ".txt")


class _Page(HTMLParser):
    """What a page names, and the anchors that it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.named: list[str] = []
        self.anchors: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in _ATTRIBUTES and value:
                self.named.append(value)


@lru_cache(maxsize=4096)
def _page(data: bytes) -> _Page:
    return _Page(data.decode())


@lru_cache(maxsize=4096)
def named_in(path: str, data: bytes) -> tuple[str, ...]:
    """The addresses within the site that a file names: a path from the root, with its anchor."""
    base = BASE + path.removesuffix("index.html")
    if path.endswith(".html"):
        targets: Iterator[str] = iter(_page(data).named)
    elif path.endswith(_TEXTS):
        text = data.decode().replace("\r\n ", "")  # RFC 5545 breaks long lines
        targets = iter(unescape(target) for target in _ABSOLUTE.findall(text))
    elif path == "_redirects":
        targets = iter(line.split()[1] for line in data.decode().splitlines() if line[:1] == "/")
    else:
        return ()
    absolute = {urljoin(base, target) for target in targets}
    return tuple(
        sorted(target.removeprefix(BASE) for target in absolute if target.startswith(BASE))
    )


def file_of(address: str) -> str:
    """The file that a server gives for an address within the site."""
    path = unquote(urldefrag(address.partition("?")[0] if "?" in address else address)[0])
    return f"{path}index.html" if path == "" or path.endswith("/") else path


def broken(files: Mapping[str, bytes]) -> list[str]:
    """Each address that a file of the site names and the site does not have."""
    return [
        f"{path} names {address}"
        for path, data in sorted(files.items())
        for address in named_in(path, data)
        if not _is_there(address, files)
    ]


def _is_there(address: str, files: Mapping[str, bytes]) -> bool:
    file, anchor = file_of(address), urldefrag(address)[1]
    if file not in files:
        return False
    if not anchor or not file.endswith(".html"):
        return True
    return unquote(anchor) in _page(files[file]).anchors
