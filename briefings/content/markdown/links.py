"""Resolves links: from the address an editor writes to a URL.

URLs on the site depend on ids alone, so no other file is read. Whether a target exists is checked
later, from `Body.links`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from briefings.content.markdown.body import Fault
from briefings.content.similarity import did_you_mean
from briefings.urls import is_plain_address, url_of

_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_KINDS = ("briefing", "trust", "topic", "requirement", "regulator", "page")
_FILES = re.compile(
    rf"briefings/[0-9]{{4}}/(?P<briefing>{_ID})\.md|trusts/(?P<trust>{_ID})\.md"
    rf"|topics/(?P<topic>{_ID})\.md|requirements/(?P<requirement>{_ID})\.yaml"
    rf"|regulators/(?P<regulator>{_ID})\.yaml|pages/(?P<page>{_ID})\.md"
    r"|media/(?P<media>[^/.][^/]*(?:/[^/.][^/]*)*)"
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_MAIL = re.compile(r"[^\s@?]+@[^\s@?]+(?:\?.*)?")
_WHAT = (
    "a link is https://…, mailto:…, #anchor, the relative path of a content file"
    " (../../trusts/x.md), or trust:x, topic:x, requirement:x, briefing:x, regulator:x, page:x"
)


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a link.

    `url` is the value of `href` or `src`. `kind` is one of `Link.kind`, or `outside` for web and
    mail addresses. `target`, `by_id` and `fragment` are those of `Link`, and empty for `outside`.
    """

    url: str
    kind: str
    target: str = ""
    by_id: bool = False
    fragment: str = ""


def resolve(written: str, content_path: str, base_path: str) -> Target | Fault:
    """Return the target of a link as `written` in the file `content_path`, or the fault in it.

    `content_path` is relative to `content/`; `base_path` is the prefix of URLs on the site.
    """
    if not written:
        return ("a link without an address", _WHAT)
    if _BLANK.search(written):
        return (f"the address `{_short(written)}` has a space in it", "write %20 for a space")
    if "\\" in written:
        return (f"the address `{_short(written)}` has a backslash in it", "write / instead")
    scheme = _SCHEME.match(written)
    if scheme:
        return _with_scheme(scheme[1], written, base_path)
    path, mark, fragment = written.partition("#")
    if mark and not fragment:
        return (f"`{_short(written)}` has no anchor after #", "write the anchor's name, or no #")
    if not path:
        return Target(_anchor(fragment), "self", content_path, False, unquote(fragment))
    return _by_path(path, fragment, content_path, base_path)


def _with_scheme(scheme: str, written: str, base_path: str) -> Target | Fault:
    if scheme.lower() in ("http", "https"):
        return _outside(written)
    if scheme.lower() == "mailto":
        if _MAIL.fullmatch(written[len("mailto:") :]):
            return Target(written, "outside")
        return (f"`{_short(written)}` is not a mail address", "write mailto:name@example.org")
    if scheme in _KINDS:
        return _by_id(scheme, written[len(scheme) + 1 :], base_path)
    guessed = did_you_mean(scheme, (*_KINDS, "https", "http", "mailto"))
    hint = f"did you mean {guessed}:? {_WHAT}" if guessed else _WHAT
    return (f"`{_short(written)}` is not an address that a link may have", hint)


def _outside(url: str) -> Target | Fault:
    if is_plain_address(url):
        return Target(url, "outside")
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError if the port is not a valid number
    except ValueError:
        return _no_web_address(url)
    if not parts.hostname or not url.startswith("//", len(parts.scheme) + 1):
        return _no_web_address(url)
    if "@" in parts.netloc:
        return (f"`{_short(url)}` has a user name in it", "leave out what stands before the @")
    return Target(url, "outside")


def _no_web_address(url: str) -> Fault:
    return (
        f"`{_short(url)}` is not a web address",
        "write https://, the site's name and the path",
    )


def _by_id(kind: str, rest: str, base_path: str) -> Target | Fault:
    id, mark, fragment = rest.partition("#")
    if not re.fullmatch(_ID, id) or (mark and not fragment):
        hint = f"write {kind}: and the file's name without its ending, such as {kind}:an-id"
        return (f"`{_short(kind + ':' + rest)}` does not name a {kind}", hint)
    url = base_path + url_of(kind, id) + (_anchor(fragment) if mark else "")
    return Target(url, kind, id, True, unquote(fragment))


def _by_path(path: str, fragment: str, content_path: str, base_path: str) -> Target | Fault:
    if path.startswith("/"):
        hint = "write the relative path of the content file, or trust:x, topic:x, page:x …"
        return (f"`{_short(path)}` is not a content file seen from this one", hint)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(content_path), unquote(path)))
    if joined.startswith(".."):
        return (f"`{_short(path)}` leads out of content/", "link to a file under content/")
    match = _FILES.fullmatch(joined)
    if not match or _BLANK.search(joined.replace(" ", "")) or "\\" in joined:
        return (
            f"`{_short(path)}` leads to content/{_short(joined)}, which no page is made of",
            _WHAT,
        )
    kind = match.lastgroup or ""
    url = base_path + url_of(kind, match[kind]) + (_anchor(fragment) if fragment else "")
    return Target(url, kind, joined, False, unquote(fragment))


def _anchor(fragment: str) -> str:
    return "#" + quote(unquote(fragment), safe="!$&'()*+,;=:@/?~")


def _short(text: str) -> str:
    """Shorten a text to at most 80 characters for a message.

    Characters that are not printable, such as a decoded `%1B`, become U+FFFD.
    """
    visible = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:81])
    return visible if len(text) <= 80 else visible[:77] + "…"
