"""Answers of other sites, asked politely: with time-outs, and again after the wait they ask for."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import httpx

from briefings import __version__

#: What servers are told about this program.
AGENT = f"briefings/{__version__} (checks and archives the sources of a site)"
_TIMEOUT = httpx.Timeout(30, connect=10)
_MOST_REDIRECTS = 10
#: Statuses after which the same request may succeed later.
_LATER = frozenset({429, 500, 502, 503, 504, 520})
#: The longest wait that a server may ask for, and the wait if it names none; seconds.
_LONGEST, _DEFAULT = 300.0, 30.0

sleep = time.sleep


def client(headers: dict[str, str] | None = None) -> httpx.Client:
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
