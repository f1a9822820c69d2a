"""Types of single values, and the small blocks that several kinds of files have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainValidator

from briefings.content.dates.parsing import DateError, day_hint
from briefings.content.dates.values import Moment, PartialDate, Period
from briefings.content.frontmatter.signs import UNWRITTEN
from briefings.content.schema.blocks import (
    ANY_TEXT,
    Distinct,
    Items,
    Shape,
    T,
    Url,
    UrlOrUnknown,
    block,
    doc,
    matching,
    number_shape,
    one_line,
    scalar,
    shown,
    text_shape,
    word,
    wrong,
)
from briefings.content.similarity import without_path
from briefings.urls import name_fault

#: A text that is only a placeholder, such as `TBC`.
_STAND_IN = re.compile(r"(?i:tb[acd]|todo|n/a|none)[.:!]?")


def _plain(text: str) -> str:
    """Return a text on one line; refuse a placeholder."""
    line = one_line(text)
    if placeholder := _STAND_IN.fullmatch(line) or UNWRITTEN.search(line):
        hint = "write what is true; if nothing is known, remove the line"
        raise wrong(f"{shown(placeholder[0])} stands for words that are still to write", hint)
    return line


def _text_up_to(limit: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        line = _plain(text)
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
        return f"{shown(text)} is too long: an id has up to 80 characters, this has {len(text)}"
    if not _ID.fullmatch(text):
        return f"{shown(text)} is not an id"
    if text.isdigit():
        return f"{shown(text)} has only digits"
    return None


def id_hint(text: str) -> str:
    """Return the hint for an invalid id: the valid id made from `text`, if there is one."""
    plain = (
        unicodedata.normalize("NFKD", without_path(text)).encode("ascii", "ignore").decode().lower()
    )
    id = re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")
    if text.isdigit():
        return "add a word, such as northmoor-2025"
    return ID_HINT if id_fault(id) else f"use lower-case letters, digits and single hyphens: {id}"


def _id(text: str) -> str:
    if fault := id_fault(text):
        raise wrong(fault, id_hint(text))
    return text


def _key(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", text):
        hint = "use letters and digits: A, B2, Cqc"
        if bare := re.fullmatch(r"\[?@([A-Za-z][A-Za-z0-9]*)\]?", text):
            hint = f"write {bare[1]}; it has an @ and brackets in the body only"
        if " " in text:
            hint += "; a source is cited by the key that it has under `sources`, not by its name"
        raise wrong(f"{shown(text)} is not a source key", hint)
    return text


#: An amount as people write it: a sign, digits in groups, and a word or sign after them.
_AMOUNT = re.compile(r"([£$€]?) ?([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?) ?([a-z%][a-z ]*)?")
_LONGEST_AMOUNT = 40
_DIGITS_ONLY = "write digits only, such as 46800000 or 7.5; the unit has a field of its own"
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
        raise wrong(f"{shown(text)} is not a number", _number_hint(text))
    if len(text.lstrip("-0.").replace(".", "")) > _DIGITS:
        hint = "write it in larger units, and name these in `unit`: value: 12.3, unit: billion"
        raise wrong(f"a number of more than {_DIGITS} digits can't be published exactly", hint)
    return Decimal(text)


#: Words and signs before an inexact amount → the qualifier.
_INEXACT = {
    **dict.fromkeys(("about", "around", "approximately", "circa", "c.", "~", "≈"), "about"),
    **dict.fromkeys(("over", "more than", ">"), "more-than"),
    **dict.fromkeys(("under", "less than", "<"), "less-than"),
}
#: Characters that people type for others in a number.
_LOOKS_LIKE = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "_": " ", "'": " "})
_LETTERS = str.maketrans("OoIl", "0011")


def _number_hint(text: str) -> str:
    if len(text) > _LONGEST_AMOUNT:
        return _DIGITS_ONLY
    text = text.translate(_LOOKS_LIKE)
    if re.search("[0-9]", text) and re.fullmatch("[0-9OoIl]+", text):
        text = text.translate(_LETTERS)
    word = next((word for word in _INEXACT if text.lower().startswith(word)), "")
    text = re.sub(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))", "", text[len(word) :].strip().lower())
    amount = _AMOUNT.fullmatch(text.lstrip("+-"))
    if amount is None:
        return _DIGITS_ONLY
    times = (amount[3] or "").strip()
    number = Decimal(amount[2].replace(",", "")) * _TIMES.get(times, 1)
    named = "" if times in _TIMES or times in {"st", "nd", "rd", "th"} else times
    unit = _UNITS[amount[1]] or _UNITS.get(times, named)
    digits = f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
    parts = [f"value: {'-' if text.startswith('-') else ''}{digits}"]
    parts += [f"unit: {unit}"] if unit else []
    parts += [f"qualifier: {_INEXACT[word]}"] if word else []
    return f"write {' and '.join(parts)}"


_REGULATION = r"[A-Za-z0-9][A-Za-z0-9 .()-]{0,30}"


def _regulation(text: str) -> str:
    if not re.fullmatch(_REGULATION, text) or name_fault(text):
        raise wrong(f"{shown(text)} is not the number of a regulation", "write 17, 20A or 9(3)")
    return text


#: A name of the tz database, but not `localtime` and the like: they differ between machines.
_ZONE = re.compile(r"UTC|(?!posix/|right/)[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+")


def _zone(text: str) -> ZoneInfo:
    if _ZONE.fullmatch(text):
        with suppress(KeyError, ValueError, OSError):
            return ZoneInfo(text)
    raise wrong(f"{shown(text)} is not a time zone", "write Europe/London")


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
DATE_SHAPE = text_shape(f"unknown|{_DAY}/?|/{_DAY}|{_DAY}/{_DAY}") | _YEAR
_SPAN_SHAPE = text_shape(f"unknown|{_DAY}/?|/{_DAY}|{_DAY}/{_DAY}|[0-9]{{4}}[-/][0-9]{{2}}") | _YEAR
_DAY_SHAPE = text_shape("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHEN_SHAPE = text_shape("[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ].+)?")


def _exact_day(text: str) -> PartialDate:
    try:
        date = PartialDate.parse(text)
    except DateError as fault:
        raise DateError(fault.message, day_hint(text)) from None
    if date.precision != "day":
        raise wrong(f"{shown(text)} is not an exact day", day_hint(text))
    return date


Text = Annotated[str, scalar(_plain, ANY_TEXT)]
Title = Annotated[str, scalar(_text_up_to(110), ANY_TEXT | {"maxLength": 110})]
Summary = Annotated[str, scalar(_text_up_to(320), ANY_TEXT | {"maxLength": 320})]
Id = Annotated[str, scalar(_id, text_shape(r"(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*", maxLength=80))]
SourceKey = Annotated[str, scalar(_key, text_shape("[A-Za-z][A-Za-z0-9]*"))]
Anchor = Annotated[
    str,
    matching(
        "[A-Za-z0-9][A-Za-z0-9-]*", "can't be an anchor", "write it as in the address, without #"
    ),
]
Flag = Annotated[
    bool,
    matching(
        "true|false", "is neither true nor false", "write true or false",
        {"enum": [True, False, "true", "false"]}, "true".__eq__,
    ),
]  # fmt: skip
Number = Annotated[Decimal, scalar(_number, number_shape(r"-?[0-9]+(?:\.[0-9]+)?"))]
Count = Annotated[
    int,
    matching(
        "[0-9]{1,12}", "is not a whole number", "write digits only, such as 12",
        number_shape("[0-9]{1,12}", "integer", minimum=0), int,
    ),
]  # fmt: skip
Rank = Annotated[
    int,
    matching(
        "[1-9][0-9]{0,3}", "is not a rank", "write 1 for the best grade, then 2, 3 …",
        number_shape("[1-9][0-9]{0,3}", "integer", minimum=1), int,
    ),
]  # fmt: skip
#: The number of a regulation becomes part of a URL: `/regulations/cqc/20a/`.
RegulationNumber = Annotated[str, scalar(_regulation, number_shape(_REGULATION))]
Language = Annotated[
    str,
    matching(
        "[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", "is not a language code",
        "write en-GB, cy … (BCP 47)",
    ),
]  # fmt: skip
Zone = Annotated[ZoneInfo, scalar(_zone, text_shape())]
When = Annotated[Moment, _dated(Moment.parse, _WHEN_SHAPE)]
Date = Annotated[PartialDate, _dated(PartialDate.parse, DATE_SHAPE)]
#: A partial date that is one day: something that the publisher did.
Day = Annotated[PartialDate, _dated(_exact_day, _DAY_SHAPE)]
Span = Annotated[Period, _dated(Period.parse, _SPAN_SHAPE)]
#: The sources of an item: keys of the `sources` block of the same file.
Cited = Annotated[
    Distinct[SourceKey], Field(description="Keys of the sources that say so; at least one.")
]


OVERALL = "overall"


SourceType = Annotated[
    str,
    word(
        "regulator-report", "regulator-page", "regulator-press-release", "news-report",
        "provider-response", "official-record", "data", "commentary",
    ),
]  # fmt: skip


Qualifier = Annotated[
    str, word("exactly", "about", "more-than", "fewer-than", "less-than", "forecast")
]


RevisionKind = Annotated[str, word("correction", "clarification", "update", "minor")]


@block
class Source:
    """A document that the briefing relies on."""

    publisher: Annotated[Text, doc("Who published it, such as Care Quality Commission.")]
    type: Annotated[SourceType, doc("What kind of document it is.")]
    url: Annotated[UrlOrUnknown, doc("Its web address, or unknown.")]
    published: Annotated[Date, doc("When it was published, as far as known, or unknown.")]
    title: Annotated[Text | None, doc("Its title.")] = None
    accessed: Annotated[Date | None, doc("When the editor read it.")] = None
    archived_url: Annotated[Url | None, doc("A copy in a web archive.")] = None
    licence: Annotated[Text | None, doc("The licence it is under.")] = None
    note: Annotated[
        Text | None, doc("What a reader should know, such as that a copy was read.")
    ] = None


def _under_keys(value: Any) -> Any:
    # Only texts: the fields of one source, written without a key for the source.
    if isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
        hint = "write a key such as `A:` on a line of its own, and the rest indented below it"
        raise wrong("each source stands under a key of its own", hint)
    return value


Sources = Annotated[dict[SourceKey, Source], BeforeValidator(_under_keys)]


@block
class Revision:
    """A change to a published page."""

    date: Annotated[When, doc("When it was changed.")]
    kind: Annotated[
        RevisionKind,
        doc("What kind of change; a minor one is recorded, not announced."),
    ]
    text: Annotated[Text, doc("What was changed.")]


@block
class Vacated:
    """An anchor that was public and whose item was removed or moved."""

    anchor: Annotated[Anchor, doc("The anchor, such as strength-9.")]
    now: Annotated[Anchor | None, doc("The item or section it leads to now.")] = None


#: Type of `vacated`: anchors of removed or moved items, kept for old links.
VacatedAnchors = Annotated[
    Items[Vacated], doc("Anchors of removed or moved items, kept for old links.")
]


Change = Annotated[str, word("up", "down", "same", "first", "not-comparable", "unknown")]
EventKind = Annotated[
    str,
    word(
        "raised", "told", "repeated", "deadline-set", "accepted", "partly-accepted", "refused",
        "plan-supplied", "said-done", "partly-met", "met", "lifted", "reopened", "not-known",
    ),
]  # fmt: skip
ActionStatus = Annotated[str, word("active", "met", "lifted", "expired", "unknown")]
Direction = Annotated[str, word("up", "down", "same")]
Scope = Annotated[str, word("trust", "service", "location")]
Speaker = Annotated[str, word("regulator", "trust", "staff", "patients", "government", "other")]
ReplyStatus = Annotated[
    str, word("replied", "public-statement", "no-reply", "declined", "not-asked")
]
Notice = Annotated[str, word("announced", "short-notice", "unannounced", "mixed", "unknown")]


@block
class Labelled:
    """An id with the words shown for it."""

    id: Annotated[Id, doc("The id used in briefings.")]
    label: Annotated[Text, doc("The words shown.")]
