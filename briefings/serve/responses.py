"""Parts of the responses of the preview: types, headers, the script that reloads pages."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from html import escape, unescape
from pathlib import Path

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from briefings.problems import Problem

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


#: Path of the preview's own files; no page is there, because an id can't be a lone hyphen.
OURS = "/-/"
EVENTS = f"{OURS}events"
_CLIENT = {
    f"{OURS}preview.js": "client.js",
    f"{OURS}preview.css": "client.css",
    f"{OURS}shared.js": "shared.js",
}
_CSP = "content-security-policy"
_NEEDED = ("script-src", "style-src", "connect-src")
_META = re.compile(rb'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(")')
_FAULTS_CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"


def own_file(inside: str) -> Response:
    """The response to a path below `OURS`: the preview's own scripts and style."""
    name = _CLIENT.get(inside)
    if name is None:
        return plain(404, "There is nothing at this address.")
    headers = {"content-type": media_type(name), "cache-control": NEVER_KEPT}
    return Response(Path(__file__).with_name(name).read_bytes(), headers=headers)


def headers_for(path: str, rules: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The headers for a path by `hosting.header_rules`, names in lower case.

    Values that two rules set for one name are joined with a comma.
    """
    sent: dict[str, str] = {}
    fitting = (pattern for pattern in rules if fnmatchcase(path, pattern))
    for line in (line for pattern in fitting for line in rules[pattern]):
        if line.startswith("! "):
            sent.pop(line[2:].lower(), None)
            continue
        name, _, value = line.partition(": ")
        before = sent.get(name.lower())
        sent[name.lower()] = value if before is None else f"{before}, {value}"
    return sent


def with_script(body: bytes, prefix: str, page: str) -> bytes:
    """Add the script that reloads the page, and shows faults over it, to HTML."""
    script = f'<script src="{prefix}{OURS}preview.js" data-page="{escape(page)}" defer></script>'
    return body.replace(b"</head>", f"{script}</head>".encode(), 1)


def scripted(body: bytes, headers: dict[str, str], prefix: str, page: str) -> bytes:
    """Return a page with the preview's script, which its policies and `headers` then allow."""
    if _CSP in headers:
        headers[_CSP] = widened(headers[_CSP])
    return _META.sub(_widened_meta, with_script(body, prefix, page), count=1)


def widened(policy: str) -> str:
    """Extend a content security policy to allow the preview's script, style and event stream.

    Only missing directives are added: the policy of a page without scripts has no `script-src`.
    """
    names = {rule.split()[0] for rule in policy.split(";") if rule.strip()}
    added = [f"{name} 'self'" for name in _NEEDED if name not in names]
    return "; ".join([policy, *added])


def _widened_meta(match: re.Match[bytes]) -> bytes:
    policy = widened(unescape(match[2].decode()))
    return match[1] + escape(policy).encode() + match[3]


def moved(to: str, status: int) -> Response:
    """A redirect."""
    return RedirectResponse(to, status, {"cache-control": NEVER_KEPT})


def faults_page(problems: Iterable[Problem], prefix: str, page: str) -> Response:
    """A page that lists the faults, for when no state of the site can be shown."""
    text = "\n".join(str(problem) for problem in problems)
    body = (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>This can’t be shown yet</title></head>"
        f"<body><h1>This can’t be shown yet</h1><pre>{escape(text)}</pre></body></html>"
    )
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": _FAULTS_CSP,
        "cache-control": NEVER_KEPT,
    }
    return Response(with_script(body.encode(), prefix, page), 503, headers)
