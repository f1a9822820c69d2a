"""Requests to other sites, for `links`, `archive` and `reconcile`; no build makes one."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple
from urllib.parse import quote, urldefrag, urlsplit

import httpx

from briefings import __version__
from briefings.content.files import CONFIG, MAX_RECORD
from briefings.content.frontmatter.reading import SourceFile
from briefings.content.listing import list_files, shown
from briefings.content.loader import source_of
from briefings.problems import ContentError, Problem, Severity

# Answers of other sites, asked politely: with time-outs, and again after the wait they ask for.

#: What servers are told about this program.
AGENT = f"briefings/{__version__} (checks and archives the sources of a site)"
_TIMEOUT = httpx.Timeout(30, connect=10)
_MOST_REDIRECTS = 10
#: Statuses after which the same request may succeed later.
_LATER = frozenset({429, 500, 502, 503, 504, 520})
#: The longest wait that a server may ask for, and the wait if it names none; seconds.
_LONGEST, _DEFAULT = 300.0, 30.0

sleep = time.sleep


def new_client(headers: dict[str, str] | None = None) -> httpx.Client:
    """Return a client that follows redirects; it may be used by several threads."""
    return httpx.Client(
        headers={"User-Agent": AGENT, **(headers or {})},
        timeout=_TIMEOUT,
        follow_redirects=True,
        max_redirects=_MOST_REDIRECTS,
    )


def answered(request: Callable[[], httpx.Response], tries: int) -> httpx.Response:
    """Return the answer to a request, made again while the server is overloaded or silent.

    `tries`: how often at most. Raises httpx.HTTPError if there is no answer. An answer may still be
    one that says to come later.
    """
    for attempt in range(1, tries):
        try:
            response = request()
            if response.status_code not in _LATER:
                return response
            pause = _retry_after(response)
        except httpx.TransportError:
            pause = None
        sleep(min(_DEFAULT * attempt if pause is None else pause, _LONGEST))
    return request()


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds that the header Retry-After asks for, if it does (RFC 9110, 10.2.3)."""
    text = response.headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None


# Outward addresses of the content, and whether they still lead somewhere.
#
# Hosts are asked in parallel, and each of them one request at a time.

#: A web address in text; brackets and quotes around it, and stops after it, are not part of it.
_ADDRESS = re.compile(r"https?://(?:[^\s<>()\[\]{}\"'`|]|\([^\s<>()]*\))+(?<![.,;:!?*_])")
#: Hosts that are asked at the same time.
_HOSTS = 8
_TRIES_TO_READ = 2
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
                sleep(pause)
            results.append(_verdict(client, url))
            seen()
        return results

    with new_client() as client, ThreadPoolExecutor(_HOSTS) as threads:
        try:
            groups = threads.map(of_host, by_host.values())
            return [verdict for group in groups for verdict in group]
        except BaseException:
            stopped.set()
            raise


def _verdict(client: httpx.Client, url: str) -> Verdict:
    try:
        response = answered(lambda: _response(client, url), _TRIES_TO_READ)
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


# Copies of pages in the Wayback Machine, by its interface Save Page Now 2.
#
# https://archive.org/details/spn-2-public-api-page-docs: a request for a copy starts a job, which
# is then asked for its status until it has ended. A key is needed; an account at archive.org has
# one.

SERVICE = "https://web.archive.org"
#: The environment variable with ACCESS-KEY:SECRET-KEY, of https://archive.org/account/s3.php.
ARCHIVE_KEY = "ARCHIVE_KEY"
#: A copy that is no older is used in the place of a new one.
_RECENT = "30d"
_TRIES_TO_ARCHIVE = 4
#: How often a job is asked for its status before it counts as lost.
_POLLS = 60
#: Errors of the account or the service, after which other pages would fail as well.
_ENDS = ("error:user-session-limit", "error:too-many-requests", "error:service-unavailable")


class NoCopy(Exception):
    """There is no copy of this page; the text says why."""


class Unavailable(Exception):
    """The service takes no more requests for now; the text says why."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a page: its address, and the day on which it was made (UTC)."""

    url: str
    day: date


@dataclass(frozen=True, slots=True)
class Wayback:
    """The archive at `service`, asked with a `key`. `pause`: seconds between two requests."""

    key: str
    service: str = SERVICE
    pause: float = 5

    def copy_of(self, url: str) -> Copy:
        """Return a recent copy of a page, made if there is none. Raises NoCopy, Unavailable."""
        headers = {"Accept": "application/json", "Authorization": f"LOW {self.key}"}
        with new_client(headers) as client:
            job = self._answer(client, "/save", {"url": url, "if_not_archived_within": _RECENT})
            for _ in range(_POLLS):
                sleep(self.pause)
                state = self._answer(client, f"/save/status/{job.get('job_id')}")
                if state.get("status") == "success":
                    return self._copy(url, state)
        raise NoCopy("the copy was not ready in time; ask again later")

    def _answer(
        self, client: httpx.Client, path: str, data: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the members of an answer that is no error. Raises NoCopy, Unavailable."""

        def request() -> httpx.Response:
            if data is None:
                return client.get(self.service + path)
            return client.post(self.service + path, data=data)

        try:
            response = answered(request, _TRIES_TO_ARCHIVE)
            members = json.loads(response.content)
        except httpx.HTTPError as fault:
            raise Unavailable(f"{self.service} does not answer ({fault})") from fault
        except ValueError:
            members = {}
        members = members if isinstance(members, dict) else {}
        code, kind = response.status_code, str(members.get("status_ext", ""))
        reason = str(members.get("message") or kind or f"{self.service} answers {code}")
        if code == 401:
            raise Unavailable(f"the key in {ARCHIVE_KEY} is refused: {reason}")
        if members.get("status") == "error" and code < 500 and code != 429 and kind not in _ENDS:
            raise NoCopy(reason)
        if not members or members.get("status") == "error" or not response.is_success:
            raise Unavailable(reason)
        return members

    def _copy(self, url: str, state: dict[str, Any]) -> Copy:
        timestamp = str(state.get("timestamp"))
        try:
            day = datetime.strptime(timestamp, "%Y%m%d%H%M%S").date()  # noqa: DTZ007  # UTC
        except ValueError:
            raise NoCopy("the archive names no copy") from None
        return Copy(f"{self.service}/web/{timestamp}/{url}", day)


# Records of the CQC's API.

API = "https://api.service.cqc.org.uk/public/v1"
#: The environment variable with the key; https://api-portal.service.cqc.org.uk/ gives one.
CQC_KEY = "CQC_API_KEY"


def records_of_provider(code: str, key: str) -> Iterator[tuple[str, bytes]]:
    """Yield address and bytes of the record of a provider, then of each of its locations.

    Raises ContentError if the API refuses, or can't be reached.
    """
    with new_client({"Ocp-Apim-Subscription-Key": key}) as client:
        address = f"{API}/providers/{quote(code, safe='')}"
        provider = _record(client, address)
        yield address, provider
        try:
            ids = json.loads(provider).get("locationIds") or ()
        except (ValueError, AttributeError):
            return  # the fault is told when the record is read
        for id in map(str, ids):
            address = f"{API}/locations/{quote(id, safe='')}"
            yield address, _record(client, address)


def _record(client: httpx.Client, address: str) -> bytes:
    try:
        with client.stream("GET", address) as response:
            if response.is_success:
                return next(response.iter_bytes(MAX_RECORD), b"")
        message = f"the API answers {response.status_code} {response.reason_phrase}"
        refused = response.status_code in {401, 403}
        hint = f"check the key in {CQC_KEY}" if refused else "check the trust's code"
    except httpx.HTTPError as fault:
        message = f"the API can't be reached ({fault})"
        hint = "save the records, and name the files"
    raise ContentError([Problem(address, 1, 1, message, hint)])
