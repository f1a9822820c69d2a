"""How the keys of a file are declared: blocks of keys, and values that parse their own text, among
them addresses.

pydantic's own parsing of text is not used: it accepts `1_000`, `t` and `nan`, and its messages are
for programmers. Every type parses the text that was typed, or raises one fault in words for
editors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import field
from functools import lru_cache
from typing import Annotated, Any, TypeVar, dataclass_transform
from urllib.parse import quote, unquote, urlsplit

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from briefings.content.similarity import UNSEEN, did_you_mean, invisible_in_address
from briefings.store.compact import compact
from briefings.urls import ascii_host, better_name, is_host, is_plain_address, name_fault

#: pydantic configuration of every block.
STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True, defer_build=True)

T = TypeVar("T")
#: A JSON Schema, or a part of one.
Shape = dict[str, Any]


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def block(kind: type[T]) -> type[T]:
    """Class decorator for the groups of keys of a file: a frozen dataclass of keyword fields.

    An unknown key is a fault.
    """
    as_dataclass: Any = dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
    return compact(as_dataclass(kind))


def wrong(message: str, hint: str = "") -> PydanticCustomError:
    """Return the error that every parser here raises: type `wrong`, message and hint in `ctx`."""
    return PydanticCustomError("wrong", "{message}", {"message": message, "hint": hint})


def _typed(value: object) -> str:
    if isinstance(value, str):
        return value
    kind = "a list" if isinstance(value, list) else "a group of keys"
    raise wrong(f"this should be a text, and is {kind}", "write one value after the colon")


def shaped(shape: Shape) -> Any:
    """Return a type that only has a JSON Schema, and accepts anything."""
    return Annotated[Any, WithJsonSchema(shape)]


def scalar(parse: Callable[[str], T], shape: Shape) -> PlainValidator:
    """Return a validator that strips a text and parses it; a list or a group is a fault.

    `shape` is the JSON Schema of the text. Code editors parse YAML with types, `2022` to a number
    and `true` to a boolean, so the schema must accept these types as well.
    """

    def validate(value: Any) -> T:
        return parse(_typed(value).strip())

    return PlainValidator(validate, json_schema_input_type=shaped(shape))


def matching(
    pattern: str,
    message: str,
    hint: str,
    shape: Shape | None = None,
    convert: Callable[[str], Any] = str,
) -> PlainValidator:
    """Return a validator for a text that a pattern matches; `message` is said of any other."""
    matches = re.compile(pattern).fullmatch

    def parse(text: str) -> Any:
        if not matches(text):
            raise wrong(f"{shown(text)} {message}", hint)
        return convert(text)

    return scalar(parse, shape or text_shape(pattern))


def text_shape(pattern: str | None = None, **keywords: Any) -> Shape:
    return {"type": "string"} | ({"pattern": f"^(?:{pattern})$"} if pattern else {}) | keywords


def number_shape(pattern: str, kind: str = "number", **keywords: Any) -> Shape:
    """Return the JSON Schema of digits, in quotes or not."""
    return text_shape(pattern) | {"type": [kind, "string"]} | keywords


#: A YAML parser with types takes some texts for numbers or booleans.
ANY_TEXT: Shape = {"type": ["string", "number", "boolean"]}


def shown(text: str, most: int = 40) -> str:
    return f"`{text}`" if len(text) <= most else f"`{text[:most]}…`"


def one_line(text: str) -> str:
    """Return `text` stripped and on one line: each run of white space becomes one space."""
    return " ".join(text.split())


def word_fault(text: str, options: Sequence[str]) -> tuple[str, str] | None:
    """Return message and hint for a word that is not among the options; None if it is."""
    if text in options:
        return None
    near = did_you_mean(text, options)
    listed = ", ".join(options)
    hint = f"did you mean `{near}`? The words are: {listed}" if near else f"write one of: {listed}"
    return f"{shown(text)} is not one of the words allowed here", hint


def word(*options: str) -> PlainValidator:
    """Return a validator for one of a fixed set of words; the hint suggests the nearest word."""

    def parse(text: str) -> str:
        if fault := word_fault(text, options):
            raise wrong(*fault)
        return text

    return scalar(parse, {"enum": list(options)})


def _not_empty(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise wrong("this list is empty", "fill it in or remove the line")
    return values


def _distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    if (doubled := first_doubled(values)) is not None:
        raise wrong(f"`{doubled}` is named twice", "name it once")
    return _shared(_not_empty(values))


@lru_cache(maxsize=4096)
def _shared(values: tuple[T, ...]) -> tuple[T, ...]:
    """Return one shared tuple for equal values: `[A]` occurs at forty claims of a briefing."""
    return values


def first_doubled(values: Iterable[T]) -> T | None:
    """Return the first value that equals an earlier one, or None."""
    seen: set[Hashable] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def doc(description: str, alias: str | None = None, listed: str | None = None) -> Any:
    """Return a pydantic field with its description: one sentence, shown to editors.

    It is in the JSON Schema, the docs and the completion of a code editor. `alias` is the key in
    a file, where the word is reserved in Python (`from`). `listed`: the list in the file of the
    regulator (or of the site, `organisations`) that has the words to choose from.
    """
    if listed is None:  # without json_schema_extra=None, which would remove that of the type
        return Field(description=description, alias=alias)
    return Field(description=description, alias=alias, json_schema_extra={"x-listed": listed})


Items = Annotated[
    tuple[T, ...], AfterValidator(_not_empty), Field(json_schema_extra={"minItems": 1})
]
Distinct = Annotated[
    tuple[T, ...],
    AfterValidator(_distinct),
    Field(json_schema_extra={"minItems": 1, "uniqueItems": True}),
]


# -- addresses: on the web, of e-mail, of pages of the site, and of files and folders --------------


_WEB = "[Hh][Tt][Tt][Pp][Ss]?://.+"
_EXCLUDED = re.compile(rf"[\s<>\"\\^`{{|}}\x00-\x20\u2026{UNSEEN}]")
#: What people type or paste around and before an address.
_AROUND = "<>()[]\"' \u2018\u2019\u201c\u201d"
_SCHEMES = re.compile(r"^(?:h?t{1,3}ps?(?::/*|//))+", re.IGNORECASE)
_FILE = re.compile(r"[^/]+\.(?:pdf|docx?|xlsx?|csv|html?)", re.IGNORECASE)
_MAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_HOST = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_PAGE = "/(?:[a-z0-9-]+/)*"
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
        is_web = parts.scheme in {"http", "https"} and is_host(parts.hostname or "")
        return is_web and parts.username is None and not _EXCLUDED.search(text)
    return False


def _no_address(text: str, hint: str) -> PydanticCustomError:
    """Return the error for a text that is no web address; the hint has the one that is meant."""
    if invisible := invisible_in_address(text):
        return wrong(*invisible)
    bare = text.strip(_AROUND)
    rest = _SCHEMES.sub("", bare, count=1)
    meant = f"{'http' if bare.startswith('http://') else 'https'}://{rest}"
    if "." in rest.partition("/")[0] and not _FILE.fullmatch(rest) and is_web_address(meant):
        hint = f"write {meant}"
    return wrong(f"{shown(text)} is not a web address", hint)


def _url(text: str) -> str:
    if not is_web_address(text):
        hint = "write the whole address, such as https://www.cqc.org.uk/provider/RHA"
        if text == "unknown":
            hint = "remove the line; only the `url` of a source can be unknown"
        raise _no_address(text, hint)
    return text


def _url_or_unknown(text: str) -> str | None:
    if text != "unknown" and not is_web_address(text):
        raise _no_address(text, "write the whole address (https://…), or unknown")
    return None if text == "unknown" else text


def _page_or_url(text: str) -> str:
    if not re.fullmatch(_PAGE, text) and not is_web_address(text):
        message = f"{shown(text)} is neither a page of the site nor a web address"
        raise wrong(message, "write /trusts/ for a page of the site, or https://…")
    return text


def _url_or_mail(text: str) -> str:
    mail = text.removeprefix("mailto:")
    if re.fullmatch(_MAIL, mail):
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
    is_file = parts.path.lower().endswith((".html", ".htm", ".php", ".aspx"))
    if parts.query or parts.fragment or not plain or ".." in parts.path or is_file:
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
        raise wrong(f"{shown(text)} is not a path of this site", _alias_hint(text))
    names = decoded.split("/")
    if refused := next(filter(None, map(name_fault, names)), None):
        better = "/".join(better_name(name) if name_fault(name) else name for name in names)
        raise wrong(
            f"{shown(text)} can't be an alias, as it becomes a file: {refused}",
            f"remove it and set up this redirect at the host, or write {shown(better)}",
        )
    last = text.rsplit("/", 1)[1]
    return text if "." in last or not last else f"{text}/"


def _alias_hint(text: str) -> str:
    path = quote(re.sub("^https?://[^/]*", "", text), safe="/%~!$&'()+,;=:@")
    better = f"/{path}".replace("//", "/")
    with suppress(PydanticCustomError):
        if better != text:
            return f"write {_alias(better)}"
    return "write the old path from the first slash on: /news/2024/old-name/"


def _is_file_name(path: str) -> bool:
    """Return whether `path` is a valid file path on every system and has no meaning to a server.

    A page named `.htaccess` would stop Apache from serving any other page.
    """
    parts = path.split("/")
    dots = any(part.startswith(".") for part in parts)
    long = any(len(part.encode()) > _LONGEST_NAME for part in parts)
    return not dots and not long and "\\" not in path and len(path.encode()) <= _LONGEST_PATH


Url = Annotated[str, scalar(_url, text_shape(_WEB))]
UrlOrUnknown = Annotated[str | None, scalar(_url_or_unknown, text_shape(f"{_WEB}|unknown"))]
Email = Annotated[
    str, matching(_MAIL, "is not an e-mail address", "write name@example.org", text_shape(".+@.+"))
]
#: An e-mail address, or a domain: every address at it and at its subdomains.
Contact = Annotated[
    str,
    matching(
        f"{_MAIL}|{_HOST}", "is neither an e-mail address nor a domain",
        "write name@example.org, or example.org for every address there",
        text_shape("(.+@)?[^@]+"),
    ),
]  # fmt: skip
UrlOrMail = Annotated[str, scalar(_url_or_mail, text_shape(f"{_WEB}|.+@.+"))]
#: The path of a page of the site, without the path of `base_url`, or a web address.
PageOrUrl = Annotated[str, scalar(_page_or_url, text_shape(f"{_PAGE}|{_WEB}"))]
#: A folder beside the content folder, or below such a folder.
FolderName = Annotated[
    str,
    matching(
        r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*",
        "is not the name of a folder beside content/",
        "use letters, digits, hyphens and full stops: my-theme",
    ),
]
BaseUrl = Annotated[str, scalar(_base_url, text_shape(_WEB))]
AliasPath = Annotated[str, scalar(_alias, text_shape("/.+"))]
TagAuthority = Annotated[
    str,
    matching(
        "[A-Za-z0-9.@-]+,[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?", "is not a tag authority",
        "write example.org,2026 (RFC 4151)", text_shape("[A-Za-z0-9.@-]+,[0-9]{4}[0-9-]*"),
    ),
]  # fmt: skip
