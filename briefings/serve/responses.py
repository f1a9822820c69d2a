"""The response to a path: the host's, with the script that reloads pages added to HTML."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, unquote

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from briefings import urls
from briefings.problems import ContentError
from briefings.serve.session import PreviewSession, SiteState

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
#: Refused in a path: an encoded slash, and a backslash or NUL, encoded or not.
_HIDDEN = ("%2f", "%5c", "%00", "\\", "\0")
_FAULTS_CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
_RULES = {"_headers", "_redirects"}


def answer(session: PreviewSession, written: str, run: str) -> Response:
    """The response to GET.

    `written`: the path as sent, percent-encoded. `run`: the id of this run of the preview.
    """
    prefix, path = session.prefix, unquote(written)
    if any(sign in written.lower() for sign in _HIDDEN):
        return plain(404, "There is nothing at this address.")
    if not path.startswith(f"{prefix}/"):
        if path in {"/", prefix}:
            return _moved(f"{prefix}/", 302)
        return plain(404, f"There is nothing at this address; the site stands at {prefix}/")
    inside = path.removeprefix(prefix)
    if not inside.startswith(OURS):
        return _of_the_site(session, inside, run)
    name = _CLIENT.get(inside)
    if name is None:
        return plain(404, "There is nothing at this address.")
    headers = {"content-type": media_type(name), "cache-control": NEVER_KEPT}
    return Response(Path(__file__).with_name(name).read_bytes(), headers=headers)


def _of_the_site(session: PreviewSession, inside: str, run: str) -> Response:
    """The response from the newest state, or from the one before if the newest can't render it.

    A page of faults if neither can.
    """
    state = session.standing
    for site in state.states:
        try:
            return _host(site, f"{run} {state.page}", inside)
        except ContentError as fault:
            session.found(fault.problems, site)
    return _faults(session, run)


def _host(shown: SiteState, page: str, inside: str) -> Response:
    """The response of a host: a file, a redirect, a folder's `index.html`, or the 404 page.

    A redirect is looked up before a file: the file at an old address is the page with the new
    address, for hosts without redirects. Raises ContentError.
    """
    path = inside.lstrip("/") if not inside.endswith("/") else f"{inside[1:]}index.html"
    hidden = (part.startswith(".") or part in _RULES for part in inside.split("/"))
    if inside.startswith("//") or any(hidden):
        return _missing(shown, page)
    moved = shown.redirects.get(shown.prefix + inside)
    if moved is not None:
        return _moved(moved, 301)
    body = shown.render(path)
    if body is not None:
        return _found(shown, page, path, body)
    if shown.has(f"{path}/index.html"):
        return _moved(quote(f"{shown.prefix}{inside}/"), 301)
    return _missing(shown, page)


def _found(shown: SiteState, page: str, path: str, body: bytes, status: int = 200) -> Response:
    """The response with a file and its headers. Browsers may cache only `immutable` files."""
    url = f"/{path.removesuffix('index.html')}"
    headers = headers_for(shown.prefix + url, shown.header_rules)
    headers["content-type"] = media_type(path)
    if "immutable" not in headers.get("cache-control", ""):
        headers["cache-control"] = NEVER_KEPT
    if path.endswith(".html"):
        body = _META.sub(_widened_meta, _with_script(body, shown.prefix, page), count=1)
        if _CSP in headers:
            headers[_CSP] = widened(headers[_CSP])
    return Response(body, status, headers)


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


def _missing(shown: SiteState, page: str) -> Response:
    """The site's own 404 page, its absolute links changed to lead into the preview."""
    path = urls.file_for(urls.NOT_FOUND)
    body = shown.render(path)
    if body is None:
        return plain(404, "There is nothing at this address.")
    public, local = f'="{shown.origin}{shown.prefix}/', f'="{shown.prefix}/'
    return _found(shown, page, path, body.replace(public.encode(), local.encode()), 404)


def _with_script(body: bytes, prefix: str, page: str) -> bytes:
    """Add the script that reloads the page, and shows faults over it, to HTML."""
    script = f'<script src="{prefix}{OURS}preview.js" data-page="{escape(page)}" defer></script>'
    return body.replace(b"</head>", f"{script}</head>".encode(), 1)


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


def _moved(to: str, status: int) -> Response:
    return RedirectResponse(to, status, {"cache-control": NEVER_KEPT})


def _faults(session: PreviewSession, run: str) -> Response:
    """A page that lists the faults, for when no state of the site can be shown."""
    state = session.standing
    text = "\n".join(str(problem) for problem in state.problems)
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
    page = f"{run} {state.page}"
    return Response(_with_script(body.encode(), session.prefix, page), 503, headers)
