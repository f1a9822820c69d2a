"""Words shown on the site: labels of code words, and formatting of numbers, money and lists.

Texts that name what is inspected are written for trusts; `say` puts in the site's own words. The
label of each code word of the content schema is defined only here, so that pages, feeds and tables
use the same one. British English, sentence case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal

from briefings.content.dates.values import Gap, PartialDate
from briefings.content.schema.site import NHS_TRUSTS, SiteFront

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
    "accepted": "Accepted by the trust",
    "partly-accepted": "Partly accepted by the trust",
    "refused": "Refused by the trust",
    "plan-supplied": "Plan supplied by the trust",
    "said-done": "The trust says it is done",
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
#: Reasons why a page in a preview is not public; a moment follows the last two.
DRAFT, EMBARGO, HELD = "Draft: not public", "Under embargo until", "Not public until"
#: The same on a scale whose numbers rise as its grades get worse.
CHANGES_OF_RISING: Mapping[str, str] = {"up": "Better", "down": "Worse"}
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
#: First words of names that take no article.
NO_ARTICLE = frozenset({
    "HM", "Her", "His", "The", "An", "Das", "De", "Der", "Die", "El", "La", "Le", "Les", "Y", "Yr"
})  # fmt: skip
#: Names in capitals that are said without an article.
_NO_ARTICLE_NAMES = frozenset({
    "CNN", "HIQA", "ITN", "ITV", "LBC", "NICE", "NICVA", "RNZ", "RTE", "RTÉ", "SEPA", "STV"
})  # fmt: skip
#: Publisher → its common short name.
SHORT_NAMES: Mapping[str, str] = {"BBC News": "BBC"}

NHS_INDEPENDENCE = "Independent. Not the CQC, not the NHS."
INDEPENDENCE = "Independent of regulators and of the trusts they inspect."
#: Kinds of trust and their labels, on a site that names no others.
TRUST_KINDS: Mapping[str, str] = {kind.id: kind.label for kind in NHS_TRUSTS.kinds}

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


_OWN_WORD = re.compile(r"[^\W\d_]{2,}[. ]")
_INSPECTED = re.compile(r"\b(?:([Aa]) )?([Tt]rusts?|patients)\b")


def say(config: SiteFront, text: str) -> str:
    """Replace "trust", "trusts" and "patients" in a fixed text by the site's own words.

    `Find a trust` gives `Find a school`, `patients and families` gives `pupils and families`. Not
    for texts of editors.
    """
    organisations = config.organisations
    if organisations == NHS_TRUSTS:
        return text
    own_words = {
        "trust": organisations.one, "trusts": organisations.many, "patients": organisations.people
    }  # fmt: skip

    def theirs(match: re.Match[str]) -> str:
        article, word = match.groups()
        own_word = own_words[word.lower()]
        if article is not None:
            return f"{article}{'n' if _has_vowel(own_word) else ''} {own_word}"
        return capital(own_word) if word[0].isupper() else own_word

    return _INSPECTED.sub(theirs, text)


def _has_vowel(noun: str) -> bool:
    """Whether a noun begins with a vowel sound: `academy`, `NHS board`, `urgent centre`.

    `university` does not.
    """
    first = noun.partition(" ")[0]
    if len(first) > 1 and first.isupper():  # said letter by letter
        return first[0] in "AEFHILMNORSX"
    start = first[:3].lower()
    return start[:1] in {*"aeiou"} and not start.startswith(("eu", "uni", "us", "ut"))


def kind_label(config: SiteFront, kind: str) -> str:
    """Return the site's label for a kind of organisation."""
    kinds = config.organisations.kinds
    return next((known_kind.label for known_kind in kinds if known_kind.id == kind), from_id(kind))


def code_label(scheme: str) -> str:
    """Return the name of a scheme of codes: `ODS code`, `URN`, `Charity number`."""
    short = len(scheme) <= 5 and "-" not in scheme
    return CODES.get(scheme) or (scheme.upper() if short else from_id(scheme))


def plural(count: int, singular: str, many: str = "") -> str:
    """Format a count with its noun: `1 briefing`, `2 briefings`, `1,200 briefings`.

    `many`: the plural, if it is not `singular` with an `s`.
    """
    word = singular if count == 1 else many or f"{singular}s"
    return f"{count:,} {word}"


def notices(count: int | None, *, at_least: bool) -> str:
    """Format a number of notices: `2 notices`, `at least 2 notices`.

    An empty string for None, and for less than 2 unless `at_least`.
    """
    if count is None or (count < 2 and not at_least):
        return ""
    return f"{'at least ' if at_least else ''}{plural(count, 'notice')}"


def spelt(count: int) -> str:
    """Format a number for running text: `none`, `one` to `nine` in words, from 10 on in digits."""
    return _SMALL[count] if 0 <= count < len(_SMALL) else f"{count:,}"


def times(count: int) -> str:
    """Format a number of times: `once`, `twice`, `three times`."""
    return {1: "once", 2: "twice"}.get(count, f"{spelt(count)} times")


def about(gap: Gap) -> str:
    """Format a length of time for lists and headlines: `about six years`, `about a year`.

    The number is the middle of the range, rounded to whole years. If either end of the range is
    further from it than a quarter of it or than a year, or it has no upper end, or the number is 0,
    the range itself is shown.
    """
    if gap.most_days is None:
        return gap.show()
    lower, upper = gap.least_days / _YEAR, gap.most_days / _YEAR
    years = round((lower + upper) / 2)
    room = min(1, years / 4)
    if years < 1 or lower < years - room or upper > years + room:
        return gap.show()
    return "about a year" if years == 1 else f"about {spelt(years)} years"


def listed(items: Iterable[str]) -> str:
    """Join items: `A`, `A and B`, `A, B and C`; an empty string for none."""
    *most, last = list(items) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Join consecutive numbers into runs of first and last: 1, 2, 3, 7 → (1, 3), (7, 7)."""
    joined: list[tuple[int, int]] = []
    for number in numbers:
        if joined and joined[-1][1] == number - 1:
            joined[-1] = (joined[-1][0], number)
        else:
            joined.append((number, number))
    return joined


def run(first: int, last: int) -> str:
    """Format a run of numbers: `3`, `1 to 3`."""
    return str(first) if first == last else f"{first} to {last}"


def capital(text: str) -> str:
    """Return the text with its first letter in upper case and the rest unchanged."""
    return text[:1].upper() + text[1:]


def regulation(number: str) -> str:
    """Return the name of a regulation: `Regulation 17`; `Article 32`, which has its own word."""
    return number if _OWN_WORD.match(number) else f"Regulation {number}"


def ended(text: str) -> str:
    """Return an editor's text with a full stop, so that a sentence can follow it."""
    return text if not text or text.rstrip("”’)")[-1:] in ".!?…" else f"{text}."


def lower(text: str) -> str:
    """Return the text with its first letter in lower case and the rest unchanged."""
    return text[:1].lower() + text[1:]


def label_lower(label: str) -> str:
    """Return the label of a regulator with its first letter in lower case, for use in a sentence.

    `Warning notice` gives `warning notice`. Unchanged is a label that begins with a code or an
    acronym (`C1`, `DWI undertaking`), and one in which another word has a capital too, such as a
    title or a name (`Safety and Quality Standard`).
    """
    first, _, rest = label.partition(" ")
    is_word = first[1:].islower()
    is_title = any(word[:1].isupper() and word[1:2].islower() for word in rest.split())
    return lower(label) if is_word and not is_title else label


def in_markdown(text: str) -> str:
    """Return the text with the signs that have a meaning in Markdown escaped."""
    return re.sub(r"([\\`*_{}\[\]<>|#~&])", r"\\\1", text)


def when(date: PartialDate) -> str:
    """Format the date of an event for a sentence: `in 2019`, `on 3 May 2024`.

    An interval is an uncertain date here: `between March and April 2022`.
    """
    if date.is_interval:
        return f"between {date.bare().replace(' to ', ' and ')}"
    return date.in_sentence() if date.known else "(date not known)"


def event_on(kind: str, date: PartialDate) -> str:
    """Format an event with its date: `Told in 2022`, `The trust said in May 2024 that it is done`.

    The date of the last is that of the statement, not of the work.
    """
    if kind == "said-done":
        return f"The trust said {when(date)} that it is done"
    return f"{EVENTS[kind]} {when(date)}"


def report_of(date: PartialDate) -> str:
    """Label of a report on a card: `Report of February 2018`, `Report date not known`."""
    return f"Report of {date.bare()}" if date.known else "Report date not known"


def from_id(id: str) -> str:
    """Label made from an id, for an id without one: `not-rated` gives `Not rated`."""
    return capital(id.replace("-", " "))


def number(value: Decimal) -> str:
    """Format a number: `1,234`, `7.5`, `1.1 million`.

    From a million on it is shortened if two decimals are enough to do so exactly.
    """
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
    """Format pounds: `£46.8 million`, `−£7.50`, `£300`."""
    sign, text = ("−" if value < 0 else ""), number(abs(value))
    pence = text.rpartition(".")[2]
    one_digit = "." in text and len(pence) == 1  # £7.5 is £7.50, but £7.5 million stays
    return f"{sign}£{text}0" if one_digit else f"{sign}£{text}"


def amount(value: Decimal, unit: str) -> str:
    """Format a number with its unit: `£46.8 million`, `59%`, `567 cases`."""
    if unit in {"GBP", "£"}:
        return money(value)
    if unit in {"per cent", "%"}:
        return f"{number(value)}%"
    return f"{number(value)} {unit}"


def quantity(value: Decimal, unit: str, qualifier: str | None) -> str:
    """Format a number, its unit and qualifier: `more than 11,000 staff`, `£7.5 million (forecast)`.

    A qualifier without words of its own adds nothing.
    """
    text = amount(value, unit)
    if qualifier == "forecast":
        return f"{text} (forecast)"
    if qualifier == "exactly":
        return f"exactly {text}"
    return f"{_QUALIFIERS.get(qualifier or '', '')}{text}"


def publisher_name(publisher: str) -> str:
    """Name of a publisher for a line of sources: the common short one, such as `BBC`."""
    return SHORT_NAMES.get(publisher, publisher)


def with_article(name: str) -> str:
    """Add an article to a name in capitals: `the BBC`, `the CQC`, but `Rethink`, `HMIP`, `ITV`."""
    has_none = name.startswith("HM") or name in _NO_ARTICLE_NAMES
    return f"the {name}" if name.isupper() and not has_none else name


def alphabetical(name: str) -> str:
    """Sort key of a name in a list from A to Z: without case and accents, `Ŵyn` beside `Wye`."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in letters if not unicodedata.combining(sign)).casefold()


def initial(name: str) -> str:
    """Index letter of a name: `A` to `Z`, with or without an accent; `#` for anything else."""
    letter = alphabetical(name)[:1].upper()
    return letter if letter.isascii() and letter.isalpha() else "#"
