"""The words of the site: every vocabulary in plain English, numbers, money and lists.

What a code word of the content contract is called on a page stands here and nowhere else, so that
a page, a feed and a table say the same. British English, sentence case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from briefings.content.dates import Gap, PartialDate

SOURCE_TYPES: Mapping[str, str] = {
    "regulator-report": "the regulator’s report",
    "regulator-page": "a page of the regulator",
    "regulator-press-release": "press release of the regulator",
    "news-report": "news report",
    "provider-response": "published by the trust",
    "official-record": "official record",
    "data": "data",
    "commentary": "commentary",
}
TRUST_KINDS: Mapping[str, str] = {
    "acute": "Acute hospital trust",
    "mental-health": "Mental health trust",
    "community": "Community health trust",
    "ambulance": "Ambulance trust",
    "combined": "Trust with more than one kind of care",
    "other": "NHS trust",
}
NOTICES: Mapping[str, str] = {
    "announced": "announced beforehand",
    "short-notice": "at short notice",
    "unannounced": "unannounced",
    "mixed": "partly announced",
    "unknown": "not known whether it was announced",
}
CHANGES: Mapping[str, str] = {
    "up": "Up",
    "down": "Down",
    "same": "Unchanged",
    "first": "First rating",
    "not-comparable": "Not comparable with the previous rating",
    "unknown": "Change not known",
}
EVENTS: Mapping[str, str] = {
    "raised": "Raised",
    "told": "Told",
    "repeated": "Told again",
    "deadline-set": "Deadline set",
    "plan-supplied": "Plan supplied",
    "partly-met": "Partly met",
    "met": "Met",
    "lifted": "Lifted",
    "reopened": "Reopened",
    "not-known": "Outcome not known",
}
ENFORCEMENT_STATUSES: Mapping[str, str] = {
    "active": "In force",
    "met": "Met",
    "lifted": "Lifted",
    "expired": "Expired",
    "unknown": "Not stated",
}
SPEAKS_FOR: Mapping[str, str] = {
    "regulator": "the regulator",
    "trust": "the trust",
    "staff": "staff",
    "patients": "patients and families",
    "government": "the government",
    "other": "others",
}
REPLIES: Mapping[str, str] = {
    "replied": "The trust replied",
    "public-statement": "From the trust’s public statement",
    "no-reply": "The trust was asked and has not replied",
    "declined": "The trust was asked and declined to comment",
    "not-asked": "The trust was not asked",
}
REVISIONS: Mapping[str, str] = {
    "correction": "Correction",
    "clarification": "Clarification",
    "update": "Update",
    "minor": "Minor change",
}
WITHDRAWAL = "Withdrawal"
#: Why a page in a preview is not public; the last two go on with a moment.
DRAFT, EMBARGO, HELD = "Draft: not public", "Under embargo until", "Not public until"
DIRECTIONS: Mapping[str, str] = {
    "up": "up on the previous period",
    "down": "down on the previous period",
    "same": "unchanged from the previous period",
}
SCOPES: Mapping[str, str] = {
    "trust": "the whole trust",
    "service": "service",
    "location": "location",
}
CODES: Mapping[str, str] = {"ods": "ODS code", "companies-house": "Companies House number"}
#: Publishers as people say them.
SHORT_NAMES: Mapping[str, str] = {"BBC News": "BBC"}

_QUALIFIERS: Mapping[str, str] = {
    "about": "about ",
    "more-than": "more than ",
    "fewer-than": "fewer than ",
    "less-than": "less than ",
}
_YEAR = 365.25  # days
_SMALL = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
)  # fmt: skip


def plural(count: int, singular: str, many: str = "") -> str:
    """`1 briefing`, `2 briefings`, `1,200 briefings`; `many` where `s` is not enough."""
    word = singular if count == 1 else many or f"{singular}s"
    return f"{count:,} {word}"


def notices(count: int | None, *, at_least: bool) -> str:
    """`2 notices`, `at least 2 notices`; nothing for a single one."""
    if count is None or (count < 2 and not at_least):
        return ""
    return f"{'at least ' if at_least else ''}{plural(count, 'notice')}"


def spelt(count: int) -> str:
    """A number in running text: `none` and `one` to `nine` in words, from ten on in digits."""
    return _SMALL[count] if 0 <= count < len(_SMALL) else f"{count:,}"


def times(count: int) -> str:
    """`once`, `twice`, `three times`."""
    return {1: "once", 2: "twice"}.get(count, f"{spelt(count)} times")


def about(gap: Gap) -> str:
    """A length of time for lists and headlines: `about six years`, `about a year`.

    That is the middle of the range in whole years, and is said only where neither end of the range
    is further from it than a quarter of it, nor than a year; else the range itself.
    """
    if gap.most_days is None:
        return gap.show()
    least, most = gap.least_days / _YEAR, gap.most_days / _YEAR
    years = round((least + most) / 2)
    room = min(1, years / 4)
    if years < 1 or least < years - room or most > years + room:
        return gap.show()
    return "about a year" if years == 1 else f"about {spelt(years)} years"


def listed(items: Iterable[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    *most, last = list(items) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def capital(text: str) -> str:
    """The first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """The first letter in lower case, the rest as it is."""
    return text[:1].lower() + text[1:]


def when(date: PartialDate) -> str:
    """A date of an event in a sentence: `in 2019`, `on 3 May 2024`, and where it is not known
    better, `between March 2022 and April 2022`."""
    if date.is_interval:
        first, last = (one.show().removeprefix("in ") for one in (date.first, date.last))
        return f"between {first} and {last}"
    return date.in_sentence() if date.known else "(date not known)"


def report_of(date: PartialDate) -> str:
    """What a card says of the report: `Report of February 2018`, `Report date not known`."""
    return f"Report of {date.bare()}" if date.known else "Report date not known"


def from_id(id: str) -> str:
    """An id as words, where nobody has given any: `not-rated` is `Not rated`."""
    return capital(id.replace("-", " "))


def number(value: Decimal) -> str:
    """`1,234`, `7.5`, `1.1 million`, `£46.8 million` without the sign: a million and more is
    shortened only where that loses nothing."""
    sign, size = ("−" if value < 0 else ""), abs(value)
    for word, unit in (("billion", Decimal(10**9)), ("million", Decimal(10**6))):
        shorter = size / unit
        if size >= unit and shorter == shorter.quantize(Decimal("0.01")):
            return f"{sign}{_plain(shorter)} {word}"
    return sign + _plain(size)


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal) -> str:
    """Pounds: `£46.8 million`, `−£7.50`, `£300`."""
    sign, text = ("−" if value < 0 else ""), number(abs(value))
    pence = text.rpartition(".")[2]
    one_digit = "." in text and len(pence) == 1  # £7.5 is £7.50, but £7.5 million stays
    return f"{sign}£{text}0" if one_digit else f"{sign}£{text}"


def amount(value: Decimal, unit: str) -> str:
    """A number with its unit: `£46.8 million`, `59%`, `567 cases`."""
    if unit == "GBP":
        return money(value)
    if unit in {"per cent", "%"}:
        return f"{number(value)}%"
    return f"{number(value)} {unit}"


def quantity(value: Decimal, unit: str, qualifier: str | None) -> str:
    """The same with how exact it is: `more than 11,000 staff`, `£7.5 million (forecast)`."""
    text = amount(value, unit)
    if qualifier == "forecast":
        return f"{text} (forecast)"
    if qualifier == "exactly":
        return f"exactly {text}"
    return f"{_QUALIFIERS.get(qualifier or '', '')}{text}"


def publisher_name(publisher: str, regulator: str = "", short: str = "") -> str:
    """A publisher as it is said in a line of sources: the regulator by its short name, `BBC`."""
    return short if publisher == regulator else SHORT_NAMES.get(publisher, publisher)


def with_article(name: str) -> str:
    """`the BBC`, `the CQC`, but `Rethink`: initials take an article in a sentence."""
    return f"the {name}" if name.isupper() else name


def initial(name: str) -> str:
    """The letter a name is filed under: `A` to `Z`, or `#`."""
    letter = name[:1].upper()
    return letter if letter.isascii() and letter.isalpha() else "#"
