"""Outward addresses of the content, and whether they still lead somewhere.

Hosts are asked in parallel, and each of them one request at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from pathlib import Path
from threading import Event
from typing import NamedTuple
from urllib.parse import urldefrag, urlsplit

import httpx

from briefings.content.files import CONFIG
from briefings.content.frontmatter.reading import SourceFile
from briefings.content.listing import list_files, shown
from briefings.content.loader import source_of
from briefings.problems import Problem, Severity
from briefings.remote import waiting

#: A web address in text; brackets and quotes around it, and stops after it, are not part of it.
_ADDRESS = re.compile(r"https?://(?:[^\s<>()\[\]{}\"'`|]|\([^\s<>()]*\))+(?<![.,;:!?*_])")
#: Hosts that are asked at the same time.
_HOSTS = 8
_TRIES = 2
_PERMANENT = frozenset({301, 308})
#: Statuses that a program gets where a person may see the page.
_REFUSES_PROGRAMS = frozenset({401, 403, 405, 406, 429, 451, 503, 999})

#: Path of a file as shown, line and column.
Place = tuple[str, int, int]


class State(Enum):
    """What became of a page. The value is the message, to which a detail is added."""

    FINE = "this address leads to its page"
    MOVED = "this page has moved to"
    REDIRECTED = "this address leads elsewhere for now, to"
    REFUSED = "this page is not shown to programs:"
    GONE = "this address leads nowhere:"


_HINTS: Mapping[State, tuple[Severity, str]] = {
    State.MOVED: ("warning", "write the new address, if it is the same page"),
    State.REDIRECTED: ("warning", "look whether it is the same page"),
    State.REFUSED: ("warning", "look at it in a browser"),
    State.GONE: (
        "error",
        "find its new address, or a copy in a web archive for `archived_url` of the source",
    ),
}


class Verdict(NamedTuple):
    """The state of an address. `detail`: where it leads, or why it has that state."""

    url: str
    state: State
    detail: str = ""

    def problems(self, places: Iterable[Place]) -> Iterator[Problem]:
        """Yield a problem for each place of the address, unless it is fine."""
        if self.state is not State.FINE:
            severity, hint = _HINTS[self.state]
            for place in places:
                yield Problem(*place, f"{self.state.value} {self.detail}", hint, severity)


def outward(root: Path) -> dict[str, list[Place]]:
    """Return each web address in the content folder, without its fragment → its places."""
    places: dict[str, list[Place]] = {}
    for path in sorted({CONFIG, *(file.path for file in list_files(root).files)}):
        _, source = source_of(root, path)
        for line, column, text in _texts(source):
            for match in _ADDRESS.finditer(text):
                if text.startswith("{", match.end()):  # a pattern: https://x.example/{code}
                    continue
                place = (shown(root, path), line, column + match.start())
                places.setdefault(urldefrag(match[0]).url, []).append(place)
    return places


def _texts(source: SourceFile) -> Iterator[tuple[int, int, str]]:
    """Yield line, column and text of each value of the front matter, and of each line below it."""
    for loc, place in source.tree.values.items():
        value = source.tree.at(loc)
        if isinstance(value, str) and loc != ("base_url",):  # this site need not be there yet
            yield *place, value
    for number, text in enumerate(source.body.split("\n"), source.body_line):
        yield number, 1, text


def verdicts(
    addresses: Iterable[str], pause: float, seen: Callable[[], object] = lambda: None
) -> list[Verdict]:
    """Return a verdict for each address. `pause`: seconds between two requests to one host.

    `seen` is called after each, by any thread. After Ctrl-C no other request is made.
    """
    stopped = Event()
    by_host: dict[str, list[str]] = {}
    for url in addresses:
        by_host.setdefault(urlsplit(url).netloc.lower(), []).append(url)

    def of_host(urls: Sequence[str]) -> list[Verdict]:
        results = []
        for index, url in enumerate(urls):
            if stopped.is_set():
                break
            if index:
                waiting.sleep(pause)
            results.append(_verdict(client, url))
            seen()
        return results

    with waiting.client() as client, ThreadPoolExecutor(_HOSTS) as threads:
        try:
            groups = threads.map(of_host, by_host.values())
            return [verdict for group in groups for verdict in group]
        except BaseException:
            stopped.set()
            raise


def _verdict(client: httpx.Client, url: str) -> Verdict:
    try:
        response = waiting.answered(lambda: _response(client, url), _TRIES)
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        return Verdict(url, State.GONE, str(fault) or type(fault).__name__)
    if response.status_code in _REFUSES_PROGRAMS:
        return Verdict(url, State.REFUSED, f"status {response.status_code}")
    if not response.is_success:
        return Verdict(url, State.GONE, f"status {response.status_code}")
    if not response.history:
        return Verdict(url, State.FINE)
    permanent = all(step.status_code in _PERMANENT for step in response.history)
    return Verdict(url, State.MOVED if permanent else State.REDIRECTED, str(response.url))


def _response(client: httpx.Client, url: str) -> httpx.Response:
    """Return the answer to HEAD, or to GET without its body if the server refuses HEAD."""
    response = client.head(url)
    if response.is_success or response.status_code == 429:
        return response
    with client.stream("GET", url) as response:
        return response
