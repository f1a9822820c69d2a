"""Types of addresses: on the web, of e-mail, of pages of the site, and of files and folders."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Annotated
from urllib.parse import unquote, urlsplit

from briefings.content.files import better_name, name_fault
from briefings.content.schema.blocks import matching, scalar, shown, text_shape, wrong
from briefings.urls import ascii_host, is_plain_address

_WEB = "[Hh][Tt][Tt][Pp][Ss]?://.+"
_EXCLUDED = re.compile(r"[\s<>\"\\^`{|}\x00-\x20]")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PAGE = re.compile("/(?:[a-z0-9-]+/)*")
_FOLDER = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_TAG = re.compile("[A-Za-z0-9.@-]+,[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
#: The most bytes in one segment of a path, and in a whole path with room left for the folder that
#: the site is in. Some systems allow no longer file names.
_LONGEST_NAME, _LONGEST_PATH = 255, 1_000


def is_web_address(text: str) -> bool:
    """Return whether `text` is an http or https URL with a host.

    It has no user name, no white space and no other characters that URLs exclude.
    """
    if is_plain_address(text):
        return True
    with suppress(ValueError):
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError if it is no number
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        return is_web and parts.username is None and not _EXCLUDED.search(text)
    return False


def _url(text: str) -> str:
    if not is_web_address(text):
        hint = "write the whole address, such as https://www.cqc.org.uk/provider/RHA"
        if text == "unknown":
            hint = "remove the line; only the `url` of a source can be unknown"
        raise wrong(f"{shown(text)} is not a web address", hint)
    return text


def _url_or_mail(text: str) -> str:
    mail = text.removeprefix("mailto:")
    if _MAIL.fullmatch(mail):
        return f"mailto:{mail}"
    if not is_web_address(text):
        message = f"{shown(text)} is neither a web address nor an e-mail address"
        raise wrong(message, "write https://… or name@example.org")
    return text


def base_url_fault(text: str) -> str | None:
    """Return why a site can't be published at `text`, or None.

    A base URL has a scheme, a host with an ASCII form, and optionally a path; no query and no
    fragment.
    """
    if not is_web_address(text):
        return f"{shown(text)} is not a web address"
    parts = urlsplit(text)
    plain = re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)*/?", parts.path)
    if parts.query or parts.fragment or not plain or ".." in parts.path:
        return f"{shown(text)} can't be the address of the site"
    try:
        ascii_host(parts.hostname or "")
    except ValueError:
        return f"the host of {shown(text)} has no certain ASCII form: write the one with xn--"
    return None


def _base_url(text: str) -> str:
    if fault := base_url_fault(text):
        hint = "write where the site is published: https://example.org/ or https://example.org/x/"
        raise wrong(fault, hint)
    return text


def _alias(text: str) -> str:
    # Without a full stop in its last segment, the path is a folder and gets a slash at the end.
    plain = re.fullmatch(r"(?!/$)(?:/(?:[A-Za-z0-9._~!$&'()+,;=:@-]|%[0-9A-Fa-f]{2})*)+", text)
    decoded = unquote(text, errors="replace")
    slash = "//" in decoded or "%2f" in text.lower()  # %2F separates folders too
    if not plain or slash or not decoded.isprintable() or not _is_file_name(decoded):
        hint = "write the old path from the first slash on: /news/2024/old-name/"
        raise wrong(f"{shown(text)} is not a path of this site", hint)
    names = decoded.split("/")
    if refused := next(filter(None, map(name_fault, names)), None):
        better = "/".join(better_name(name) if name_fault(name) else name for name in names)
        raise wrong(
            f"{shown(text)} can't be an alias, as it becomes a file: {refused}",
            f"remove it and set up this redirect at the host, or write {shown(better)}",
        )
    last = text.rsplit("/", 1)[1]
    return text if "." in last or not last else f"{text}/"


def _is_file_name(path: str) -> bool:
    """Return whether `path` is a valid file path on every system and has no meaning to a server.

    A page named `.htaccess` would stop Apache from serving any other page.
    """
    parts = path.split("/")
    dots = any(part.startswith(".") for part in parts)
    long = any(len(part.encode()) > _LONGEST_NAME for part in parts)
    return not dots and not long and "\\" not in path and len(path.encode()) <= _LONGEST_PATH


Url = Annotated[str, scalar(_url, text_shape(_WEB))]
UrlOrUnknown = Annotated[
    str | None,
    matching(
        lambda text: text == "unknown" or is_web_address(text),
        "is not a web address", "write the whole address (https://…), or unknown",
        text_shape(f"{_WEB}|unknown"), lambda text: None if text == "unknown" else text,
    ),
]  # fmt: skip
Email = Annotated[
    str,
    matching(
        _MAIL.fullmatch, "is not an e-mail address", "write name@example.org", text_shape(".+@.+")
    ),
]
#: An e-mail address, or a domain: every address at it and at its subdomains.
Contact = Annotated[
    str,
    matching(
        lambda text: _MAIL.fullmatch(text) or _HOST.fullmatch(text),
        "is neither an e-mail address nor a domain",
        "write name@example.org, or example.org for every address there",
        text_shape("(.+@)?[^@]+"),
    ),
]
UrlOrMail = Annotated[str, scalar(_url_or_mail, text_shape(f"{_WEB}|.+@.+"))]
#: The path of a page of the site, without the path of `base_url`, or a web address.
PageOrUrl = Annotated[
    str,
    matching(
        lambda text: _PAGE.fullmatch(text) or is_web_address(text),
        "is neither a page of the site nor a web address",
        "write /trusts/ for a page of the site, or https://…",
        text_shape(f"{_PAGE.pattern}|{_WEB}"),
    ),
]
#: A folder beside the content folder, or below such a folder.
FolderName = Annotated[
    str,
    matching(
        _FOLDER.fullmatch, "is not the name of a folder beside content/",
        "use letters, digits, hyphens and full stops: my-theme", text_shape(_FOLDER.pattern),
    ),
]  # fmt: skip
BaseUrl = Annotated[str, scalar(_base_url, text_shape(_WEB))]
AliasPath = Annotated[str, scalar(_alias, text_shape("/.+"))]
TagAuthority = Annotated[
    str,
    matching(
        _TAG.fullmatch, "is not a tag authority", "write example.org,2026 (RFC 4151)",
        text_shape("[A-Za-z0-9.@-]+,[0-9]{4}[0-9-]*"),
    ),
]  # fmt: skip
