"""Types of single values: each parses text, or raises one fault in words for editors.

pydantic's own parsing of text is not used: it accepts `1_000`, `t` and `nan`, and its messages are
for programmers. Every type here parses the text that was typed, and accepts exactly what the
content contract says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import field
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, TypeVar, dataclass_transform
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from briefings.content.dates import DateError, Moment, PartialDate, Period
from briefings.content.files import better_name, name_fault
from briefings.content.schema.json_schema import Shape
from briefings.content.similarity import did_you_mean
from briefings.store.compact import compact
from briefings.urls import ascii_host, is_plain_address

#: pydantic configuration of every block.
STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True, defer_build=True)

T = TypeVar("T")


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


def _text_shape(pattern: str | None = None, **keywords: Any) -> Shape:
    return {"type": "string"} | ({"pattern": f"^(?:{pattern})$"} if pattern else {}) | keywords


def _number_shape(pattern: str, kind: str = "number", **keywords: Any) -> Shape:
    """Return the JSON Schema of digits, in quotes or not."""
    return _text_shape(pattern) | {"type": [kind, "string"]} | keywords


#: A YAML parser with types takes some texts for numbers or booleans.
_ANY_TEXT: Shape = {"type": ["string", "number", "boolean"]}


def _shown(text: str, most: int = 40) -> str:
    return f"`{text}`" if len(text) <= most else f"`{text[:most]}…`"


def one_line(text: str) -> str:
    """Return `text` stripped and on one line: each run of white space becomes one space."""
    return " ".join(text.split())


def _text_up_to(limit: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        line = one_line(text)
        if len(line) > limit:
            over = len(line) - limit
            message = f"this has {len(line)} characters; up to {limit} are allowed"
            raise wrong(message, f"shorten it by {over}")
        return line

    return parse


_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ID_HINT = "use lower-case letters and digits with single hyphens between, such as northmoor-2025"


def id_fault(text: str) -> str | None:
    """Return why `text` is not a valid id, or None.

    An id has up to 80 characters: lower-case letters and digits with single hyphens between, and
    not only digits.
    """
    if len(text) > 80:
        return f"{_shown(text)} is too long: an id has up to 80 characters, this has {len(text)}"
    if not _ID.fullmatch(text):
        return f"{_shown(text)} is not an id"
    if text.isdigit():
        return f"{_shown(text)} has only digits"
    return None


def id_hint(text: str) -> str:
    """Return the hint for an invalid id: the valid id made from `text`, if there is one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    id = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if text.isdigit():
        return "add a word, such as northmoor-2025"
    return ID_HINT if id_fault(id) else f"use lower-case letters, digits and single hyphens: {id}"


def _id(text: str) -> str:
    fault = id_fault(text)
    if fault:
        raise wrong(fault, id_hint(text))
    return text


def _key(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", text):
        hint = "use letters and digits: A, B2, Cqc"
        if " " in text:
            hint += "; a source is cited by the key that it has under `sources`, not by its name"
        raise wrong(f"{_shown(text)} is not a source key", hint)
    return text


def _yes(text: str) -> bool:
    if text not in {"true", "false"}:
        raise wrong(f"{_shown(text)} is neither true nor false", "write true or false")
    return text == "true"


def _anchor(text: str) -> str:
    if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9-]*", text):
        raise wrong(f"{_shown(text)} can't be an anchor", "write it as in the address, without #")
    return text


#: An amount as people write it: a sign, digits in groups, and a word or sign after them.
_AMOUNT = re.compile(r"([£$€]?) ?([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?) ?([a-z%][a-z ]*)?")
_LONGEST_AMOUNT = 40
_UNITS = {"£": "GBP", "$": "USD", "€": "EUR", "%": "per cent", "": ""}
_TIMES = {
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("m", "mn", "million"), 10**6),
    **dict.fromkeys(("bn", "b", "billion"), 10**9),
}
#: Digits that a JSON parser or a spreadsheet keeps of any number (IEEE 754 binary64).
_DIGITS = 15


def _number(text: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text):
        raise wrong(f"{_shown(text)} is not a number", _number_hint(text))
    if len(text.lstrip("-0.").replace(".", "")) > _DIGITS:
        hint = "write it in larger units, and name these in `unit`: value: 12.3, unit: billion"
        raise wrong(f"a number of more than {_DIGITS} digits can't be published exactly", hint)
    return Decimal(text)


def _number_hint(text: str) -> str:
    amount = _AMOUNT.fullmatch(text.strip().lower())
    if amount is None or len(text) > _LONGEST_AMOUNT:
        return "write digits only, such as 46800000 or 7.5; the unit has a field of its own"
    word = (amount[3] or "").strip()
    number = Decimal(amount[2].replace(",", "")) * _TIMES.get(word, 1)
    unit = _UNITS[amount[1]] or _UNITS.get(word, "" if word in _TIMES else word)
    digits = f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
    return f"write value: {digits}" + (f" and unit: {unit}" if unit else "")


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise wrong(f"{_shown(text)} is not a whole number", "write digits only, such as 12")
    return int(text)


def _rank(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise wrong(f"{_shown(text)} is not a rank", "write 1 for the best grade, then 2, 3 …")
    return int(text)


def _regulation_number(text: str) -> str:
    """Parse the number of a regulation, which becomes part of a URL: `/regulations/cqc/20a/`."""
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 .()-]{0,30}", text)
    if not plain or name_fault(text):
        raise wrong(f"{_shown(text)} is not the number of a regulation", "write 17, 20A or 9(3)")
    return text


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
        return f"{_shown(text)} is not a web address"
    if parts.scheme not in {"http", "https"}:
        return f"{_shown(text)} is not a web address"
    bad = re.search(r"[\s<>\"\\^`{|}\x00-\x20]", text)
    if bad or not parts.hostname or parts.username is not None:
        return f"{_shown(text)} is not a web address"
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
        raise wrong(f"{_shown(text)} is not an e-mail address", "write name@example.org")
    return text


_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def _contact(text: str) -> str:
    if not _MAIL.fullmatch(text) and not _HOST.fullmatch(text):
        message = f"{_shown(text)} is neither an e-mail address nor a domain"
        raise wrong(message, "write name@example.org, or example.org for every address there")
    return text


def _url_or_mail(text: str) -> str:
    mail = text.removeprefix("mailto:")
    if _MAIL.fullmatch(mail):
        return f"mailto:{mail}"
    if url_fault(text):
        message = f"{_shown(text)} is neither a web address nor an e-mail address"
        raise wrong(message, "write https://… or name@example.org")
    return text


_PAGE = "/(?:[a-z0-9-]+/)*"


def _page_or_url(text: str) -> str:
    if not re.fullmatch(_PAGE, text) and url_fault(text):
        message = f"{_shown(text)} is neither a page of the site nor a web address"
        raise wrong(message, "write /trusts/ for a page of the site, or https://…")
    return text


_FOLDER = r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*"


def _folder_name(text: str) -> str:
    if not re.fullmatch(_FOLDER, text):
        message = f"{_shown(text)} is not the name of a folder beside content/"
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
        return f"{_shown(text)} can't be the address of the site"
    try:
        ascii_host(parts.hostname or "")
    except ValueError:
        return f"the host of {_shown(text)} has no certain ASCII form: write the one with xn--"
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
        raise wrong(f"{_shown(text)} is not a path of this site", hint)
    for part in decoded.strip("/").split("/"):
        if refused := name_fault(part):
            raise wrong(
                f"{_shown(text)} can't be an alias, as it becomes a file: {refused}",
                f"remove it and set up this redirect at the host, or write {_better(decoded)}",
            )
    last = text.rsplit("/", 1)[1]
    return text if "." in last or not last else f"{text}/"


def _better(path: str) -> str:
    """Return a similar path, in backticks, whose names every host accepts."""
    parts = [part and (better_name(part) if name_fault(part) else part) for part in path.split("/")]
    return _shown("/".join(parts))


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
        raise wrong(f"{_shown(text)} is not a tag authority", "write example.org,2026 (RFC 4151)")
    return text


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", text):
        raise wrong(f"{_shown(text)} is not a language code", "write en-GB, cy … (BCP 47)")
    return text


#: A name of the tz database, but not `localtime` and the like: they differ between machines.
_ZONE = re.compile(r"UTC|(?!posix/|right/)[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+")


def _zone(text: str) -> ZoneInfo:
    if _ZONE.fullmatch(text):
        with suppress(KeyError, ValueError, OSError):
            return ZoneInfo(text)
    raise wrong(f"{_shown(text)} is not a time zone", "write Europe/London")


def _dated(parse: Callable[[str], T], shape: Shape) -> PlainValidator:
    def grammar(text: str) -> T:
        try:
            return parse(text)
        except DateError as fault:
            raise wrong(fault.message, fault.hint) from None

    return scalar(grammar, shape)


_DAY = "[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
#: A YAML parser with types takes a year for a number.
_YEAR: Shape = {"type": ["string", "integer"], "minimum": 1000, "maximum": 2999}
DATE_SHAPE = _text_shape(f"unknown|{_DAY}/?|/{_DAY}|{_DAY}/{_DAY}") | _YEAR
_SPAN_SHAPE = (
    _text_shape(f"unknown|{_DAY}/?|/{_DAY}|{_DAY}/{_DAY}|[0-9]{{4}}[-/][0-9]{{2}}") | _YEAR
)
_DAY_SHAPE = _text_shape("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHEN_SHAPE = _text_shape("[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ].+)?")


def _exact_day(text: str) -> PartialDate:
    date = PartialDate.parse(text)
    if date.precision != "day":
        raise wrong(f"{_shown(text)} is not an exact day", "write the day, such as 2026-11-03")
    return date


def word_fault(text: str, options: Sequence[str]) -> tuple[str, str] | None:
    """Return message and hint for a word that is not among the options; None if it is."""
    if text in options:
        return None
    near = did_you_mean(text, options)
    listed = ", ".join(options)
    hint = f"did you mean `{near}`? The words are: {listed}" if near else f"write one of: {listed}"
    return f"{_shown(text)} is not one of the words allowed here", hint


def word(*options: str) -> PlainValidator:
    """Return a validator for one of a fixed set of words; the hint suggests the nearest word."""

    def parse(text: str) -> str:
        fault = word_fault(text, options)
        if fault is not None:
            raise wrong(*fault)
        return text

    return scalar(parse, {"enum": list(options)})


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise wrong("this list is empty", "fill it in or remove the line")
    return values


def _distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    doubled = first_doubled(values)
    if doubled is not None:
        raise wrong(f"`{doubled}` is named twice", "name it once")
    return _once(_some(values))


@lru_cache(maxsize=4096)
def _once(values: tuple[T, ...]) -> tuple[T, ...]:
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


Text = Annotated[str, scalar(one_line, _ANY_TEXT)]
Title = Annotated[str, scalar(_text_up_to(110), _ANY_TEXT | {"maxLength": 110})]
Summary = Annotated[str, scalar(_text_up_to(320), _ANY_TEXT | {"maxLength": 320})]
Id = Annotated[str, scalar(_id, _text_shape(r"(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*", maxLength=80))]
SourceKey = Annotated[str, scalar(_key, _text_shape("[A-Za-z][A-Za-z0-9]*"))]
Anchor = Annotated[str, scalar(_anchor, _text_shape("[A-Za-z0-9][A-Za-z0-9-]*"))]
Flag = Annotated[bool, scalar(_yes, {"enum": [True, False, "true", "false"]})]
Number = Annotated[Decimal, scalar(_number, _number_shape(r"-?[0-9]+(?:\.[0-9]+)?"))]
Count = Annotated[int, scalar(_count, _number_shape("[0-9]{1,12}", "integer", minimum=0))]
Rank = Annotated[int, scalar(_rank, _number_shape("[1-9][0-9]{0,3}", "integer", minimum=1))]
RegulationNumber = Annotated[
    str, scalar(_regulation_number, _number_shape(r"[A-Za-z0-9][A-Za-z0-9 .()-]{0,30}"))
]
Url = Annotated[str, scalar(_url, _text_shape(_WEB))]
UrlOrUnknown = Annotated[str | None, scalar(_url_or_unknown, _text_shape(f"{_WEB}|unknown"))]
Email = Annotated[str, scalar(_email, _text_shape(".+@.+"))]
#: An e-mail address, or a domain: every address at it and at its subdomains.
Contact = Annotated[str, scalar(_contact, _text_shape("(.+@)?[^@]+"))]
UrlOrMail = Annotated[str, scalar(_url_or_mail, _text_shape(f"{_WEB}|.+@.+"))]
#: The path of a page of the site, without the path of `base_url`, or a web address.
PageOrUrl = Annotated[str, scalar(_page_or_url, _text_shape(f"{_PAGE}|{_WEB}"))]
#: A folder beside the content folder, or below such a folder.
FolderName = Annotated[str, scalar(_folder_name, _text_shape(_FOLDER))]
BaseUrl = Annotated[str, scalar(_base_url, _text_shape(_WEB))]
AliasPath = Annotated[str, scalar(_alias, _text_shape("/.+"))]
TagAuthority = Annotated[str, scalar(_tag, _text_shape("[A-Za-z0-9.@-]+,[0-9]{4}[0-9-]*"))]
Language = Annotated[str, scalar(_language, _text_shape("[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"))]
Zone = Annotated[ZoneInfo, scalar(_zone, _text_shape())]
When = Annotated[Moment, _dated(Moment.parse, _WHEN_SHAPE)]
Date = Annotated[PartialDate, _dated(PartialDate.parse, DATE_SHAPE)]
#: A partial date that is one day: something that the publisher did.
Day = Annotated[PartialDate, _dated(_exact_day, _DAY_SHAPE)]
Span = Annotated[Period, _dated(Period.parse, _SPAN_SHAPE)]
Items = Annotated[tuple[T, ...], AfterValidator(_some), Field(json_schema_extra={"minItems": 1})]
Distinct = Annotated[
    tuple[T, ...],
    AfterValidator(_distinct),
    Field(json_schema_extra={"minItems": 1, "uniqueItems": True}),
]
#: The sources of an item: keys of the `sources` block of the same file.
Cited = Annotated[
    Distinct[SourceKey], Field(description="Keys of the sources that say so; at least one.")
]
