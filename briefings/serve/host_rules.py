"""`_headers` and `_redirects` as Netlify and Cloudflare Pages read them, and media types."""

from __future__ import annotations

import mimetypes
from functools import lru_cache
from urllib.parse import unquote

#: Endings and names that the standard list lacks or calls otherwise (RFC 8288, RSS, JSON Feed 1.1).
_TYPES = {
    "feed.xml": "application/rss+xml",
    "feed.json": "application/feed+json",
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".ics": "text/calendar",
    ".js": "text/javascript",
    ".json": "application/json",
    ".opml": "text/x-opml",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
#: The list that comes with Python, without what this machine adds to it.
_STANDARD = mimetypes.MimeTypes()

HeaderRules = tuple[tuple[str, tuple[str, ...]], ...]


def media_type(path: str) -> str:
    """The Content-Type of a file, its charset included."""
    name = path.rpartition("/")[2]
    ending = f".{name.rpartition('.')[2].lower()}"
    found = _TYPES.get(name) or _TYPES.get(ending) or _STANDARD.guess_type(name)[0]
    kind = found or "application/octet-stream"
    is_text = kind.startswith("text/") or kind.endswith(("xml", "json"))
    return f"{kind}; charset=utf-8" if is_text else kind


@lru_cache(maxsize=4)
def header_rules(text: str) -> HeaderRules:
    """Each path pattern of a `_headers` file with its lines, in order."""
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
    """What is sent with a path: every rule that fits, in order, names in lower case.

    `! Name` takes one back; a name given by two rules has both values, with a comma between.
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
    """Old path → new one and the status of a `_redirects` file; of two, the first holds."""
    found: dict[str, tuple[str, int]] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) < 2 or parts[0].startswith("#"):
            continue
        status = int(parts[2].rstrip("!")) if len(parts) > 2 else 301
        found.setdefault(unquote(parts[0]), (parts[1], status))
    return found


def _fits(pattern: str, path: str) -> bool:
    """A `*` at the end of a pattern is any rest of the path."""
    if pattern.endswith("*"):
        return path.startswith(pattern[:-1])
    return path == pattern
