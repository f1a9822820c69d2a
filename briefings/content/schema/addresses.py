"""Types of addresses: on the web, of e-mail, of pages of the site, and of files and folders."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import unquote, urlsplit

from briefings.content.files import better_name, name_fault
from briefings.content.schema.blocks import scalar, shown, text_shape, wrong
from briefings.urls import ascii_host, is_plain_address


def url_fault(text: str) -> str | None:
    """Return why `text` is not a web address, or None.

    A web address is an http or https URL with a host, and without a user name, white space and
    other characters that URLs exclude.
    """
    if is_plain_address(text):
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return f"{shown(text)} is not a web address"
    if parts.scheme not in {"http", "https"}:
        return f"{shown(text)} is not a web address"
    bad = re.search(r"[\s<>\"\\^`{|}\x00-\x20]", text)
    if bad or not parts.hostname or parts.username is not None:
        return f"{shown(text)} is not a web address"
    return None


def _url(text: str) -> str:
    fault = url_fault(text)
    if fault:
        hint = "write the whole address, such as https://www.cqc.org.uk/provider/RHA"
        if text == "unknown":
            hint = "remove the line; only the `url` of a source can be unknown"
        raise wrong(fault, hint)
    return text


def _url_or_unknown(text: str) -> str | None:
    if text == "unknown":
        return None
    fault = url_fault(text)
    if fault:
        raise wrong(fault, "write the whole address (https://…), or unknown")
    return text


_WEB = "[Hh][Tt][Tt][Pp][Ss]?://.+"

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def _email(text: str) -> str:
    if not _MAIL.fullmatch(text):
        raise wrong(f"{shown(text)} is not an e-mail address", "write name@example.org")
    return text


_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def _contact(text: str) -> str:
    if not _MAIL.fullmatch(text) and not _HOST.fullmatch(text):
        message = f"{shown(text)} is neither an e-mail address nor a domain"
        raise wrong(message, "write name@example.org, or example.org for every address there")
    return text


def _url_or_mail(text: str) -> str:
    mail = text.removeprefix("mailto:")
    if _MAIL.fullmatch(mail):
        return f"mailto:{mail}"
    if url_fault(text):
        message = f"{shown(text)} is neither a web address nor an e-mail address"
        raise wrong(message, "write https://… or name@example.org")
    return text


_PAGE = "/(?:[a-z0-9-]+/)*"


def _page_or_url(text: str) -> str:
    if not re.fullmatch(_PAGE, text) and url_fault(text):
        message = f"{shown(text)} is neither a page of the site nor a web address"
        raise wrong(message, "write /trusts/ for a page of the site, or https://…")
    return text


_FOLDER = r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*"


def _folder_name(text: str) -> str:
    if not re.fullmatch(_FOLDER, text):
        message = f"{shown(text)} is not the name of a folder beside content/"
        raise wrong(message, "use letters, digits, hyphens and full stops: my-theme")
    return text


def base_url_fault(text: str) -> str | None:
    """Return why a site can't be published at `text`, or None.

    A base URL has a scheme, a host with an ASCII form, and optionally a path; no query and no
    fragment.
    """
    if url_fault(text):
        return url_fault(text)
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
    fault = base_url_fault(text)
    if fault:
        hint = "write where the site is published: https://example.org/ or https://example.org/x/"
        raise wrong(fault, hint)
    return text


#: The most bytes in one segment of a path, and in a whole path with room left for the folder that
#: the site is in. Some systems allow no longer file names.
_LONGEST_NAME, _LONGEST_PATH = 255, 1_000


def _alias(text: str) -> str:
    # Without a full stop in its last segment, the path is a folder and gets a slash at the end.
    plain = re.fullmatch(r"(?!/$)(?:/(?:[A-Za-z0-9._~!$&'()+,;=:@-]|%[0-9A-Fa-f]{2})*)+", text)
    decoded = unquote(text, errors="replace")
    slash = "//" in decoded or "%2f" in text.lower()  # %2F separates folders too
    if not plain or slash or not decoded.isprintable() or not _is_file_name(decoded):
        hint = "write the old path from the first slash on: /news/2024/old-name/"
        raise wrong(f"{shown(text)} is not a path of this site", hint)
    for part in decoded.strip("/").split("/"):
        if refused := name_fault(part):
            raise wrong(
                f"{shown(text)} can't be an alias, as it becomes a file: {refused}",
                f"remove it and set up this redirect at the host, or write {_better(decoded)}",
            )
    last = text.rsplit("/", 1)[1]
    return text if "." in last or not last else f"{text}/"


def _better(path: str) -> str:
    """Return a similar path, in backticks, whose names every host accepts."""
    parts = [part and (better_name(part) if name_fault(part) else part) for part in path.split("/")]
    return shown("/".join(parts))


def _is_file_name(path: str) -> bool:
    """Return whether `path` is a valid file path on every system and has no meaning to a server.

    A page named `.htaccess` would stop Apache from serving any other page.
    """
    parts = path.split("/")
    dots = any(part.startswith(".") for part in parts)
    long = any(len(part.encode()) > _LONGEST_NAME for part in parts)
    return not dots and not long and "\\" not in path and len(path.encode()) <= _LONGEST_PATH


def _tag(text: str) -> str:
    day = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
    if not re.fullmatch(rf"[A-Za-z0-9.@-]+,{day}", text):
        raise wrong(f"{shown(text)} is not a tag authority", "write example.org,2026 (RFC 4151)")
    return text


Url = Annotated[str, scalar(_url, text_shape(_WEB))]
UrlOrUnknown = Annotated[str | None, scalar(_url_or_unknown, text_shape(f"{_WEB}|unknown"))]
Email = Annotated[str, scalar(_email, text_shape(".+@.+"))]
#: An e-mail address, or a domain: every address at it and at its subdomains.
Contact = Annotated[str, scalar(_contact, text_shape("(.+@)?[^@]+"))]
UrlOrMail = Annotated[str, scalar(_url_or_mail, text_shape(f"{_WEB}|.+@.+"))]
#: The path of a page of the site, without the path of `base_url`, or a web address.
PageOrUrl = Annotated[str, scalar(_page_or_url, text_shape(f"{_PAGE}|{_WEB}"))]
#: A folder beside the content folder, or below such a folder.
FolderName = Annotated[str, scalar(_folder_name, text_shape(_FOLDER))]
BaseUrl = Annotated[str, scalar(_base_url, text_shape(_WEB))]
AliasPath = Annotated[str, scalar(_alias, text_shape("/.+"))]
TagAuthority = Annotated[str, scalar(_tag, text_shape("[A-Za-z0-9.@-]+,[0-9]{4}[0-9-]*"))]
