"""Parse `_headers` and `_redirects` as Netlify and Cloudflare Pages do; guess media types."""

from __future__ import annotations

import mimetypes
from functools import lru_cache
from urllib.parse import unquote

#: Python's own list of types, without those configured on this machine.
_TYPES = mimetypes.MimeTypes()
#: Types that it lacks or has otherwise (RFC 8288, RSS, JSON Feed 1.1).
for _ending, _kind in {
    ".css": "text/css",
    ".csv": "text/csv",
    ".ics": "text/calendar",
    ".js": "text/javascript",
    ".opml": "text/x-opml",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}.items():
    _TYPES.add_type(_kind, _ending)
_FEEDS = {"feed.xml": "application/rss+xml", "feed.json": "application/feed+json"}

HeaderRules = tuple[tuple[str, tuple[str, ...]], ...]


def media_type(path: str) -> str:
    """The Content-Type of a file; with `charset=utf-8` for text, XML and JSON."""
    name = path.rpartition("/")[2]
    kind = _FEEDS.get(name) or _TYPES.guess_type(name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind.endswith(("xml", "json"))
    return f"{kind}; charset=utf-8" if is_text else kind


@lru_cache(maxsize=4)
def header_rules(text: str) -> HeaderRules:
    """Parse a `_headers` file: each path pattern with its header lines, in order."""
    rules: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace():
            rules[-1][1].append(line.strip())
        else:
            rules.append((line.strip(), []))
    return tuple((pattern, tuple(lines)) for pattern, lines in rules)


def headers_for(path: str, rules: HeaderRules) -> dict[str, str]:
    """The headers for a path, names in lower case. Every matching rule applies, in order.

    `! Name` removes a header; values that two rules set for one name are joined with a comma.
    """
    sent: dict[str, str] = {}
    for pattern, lines in rules:
        if not _fits(pattern, path):
            continue
        for line in lines:
            if line.startswith("! "):
                sent.pop(line[2:].strip().lower(), None)
                continue
            name, _, value = line.partition(":")
            name, value = name.strip().lower(), value.strip()
            sent[name] = f"{sent[name]}, {value}" if name in sent else value
    return sent


@lru_cache(maxsize=4)
def redirects(text: str) -> dict[str, tuple[str, int]]:
    """Parse a `_redirects` file: old path → (new path, status); the status is 301 if left out.

    Of two rules for one path the first applies.
    """
    found: dict[str, tuple[str, int]] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) < 2 or parts[0].startswith("#"):
            continue
        status = int(parts[2].rstrip("!")) if len(parts) > 2 else 301
        found.setdefault(unquote(parts[0]), (parts[1], status))
    return found


def _fits(pattern: str, path: str) -> bool:
    """True if the pattern matches the path; a `*` at its end matches any rest of the path."""
    if pattern.endswith("*"):
        return path.startswith(pattern[:-1])
    return path == pattern
