"""The media types of responses, and responses of one line."""

from __future__ import annotations

import mimetypes

from starlette.responses import PlainTextResponse, Response

NEVER_KEPT = "no-store"
#: Python's own list of types, without those configured on this machine.
_TYPES = mimetypes.MimeTypes()
#: Types that it lacks or has otherwise (RFC 8288, RSS, JSON Feed 1.1).
for _ending, _kind in {
    ".css": "text/css",
    ".csv": "text/csv",
    ".ics": "text/calendar",
    ".js": "text/javascript",
    ".opml": "text/x-opml",
    ".sqlite": "application/vnd.sqlite3",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}.items():
    _TYPES.add_type(_kind, _ending)
_FEEDS = {"feed.xml": "application/rss+xml", "feed.json": "application/feed+json"}


def plain(status: int, text: str) -> Response:
    """A response with one line of plain text."""
    return PlainTextResponse(f"{text}\n", status, {"cache-control": NEVER_KEPT})


def media_type(path: str) -> str:
    """The Content-Type of a file; with `charset=utf-8` for text, XML and JSON."""
    name = path.rpartition("/")[2]
    kind = _FEEDS.get(name) or _TYPES.guess_type(name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind.endswith(("xml", "json"))
    return f"{kind}; charset=utf-8" if is_text else kind
