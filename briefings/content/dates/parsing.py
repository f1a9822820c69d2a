"""Parse dates, show partial dates in words, and explain why a text is not a date.

The parsers return the fields of a value of `values`, or None for any other text. For such a text
the second half of the module finds the reason, and the likely date in the written form of this
site. A message is the text followed by the reason (`has no year`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from unicodedata import normalize

# fmt: off
MONTHS = ("January", "February", "March", "April", "May", "June", "July",
          "August", "September", "October", "November", "December")
# fmt: on

Precision = Literal["day", "month", "year", "financial-year", "interval", "open", "unknown"]
#: The earliest and latest day of a date, None for an open side, and its precision.
PartialParts = tuple[date | None, date | None, Precision]

_SIMPLE = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_FINANCIAL = re.compile(r"([12][0-9]{3})([-/])([0-9]{2})")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?"
)


def show_day(day: date) -> str:
    """Return a day in words: `14 January 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def show_moment(moment: datetime) -> str:
    """Return a moment in words, in the zone of its tzinfo: `14 January 2026 00:01 GMT`."""
    return f"{show_day(moment.date())} {moment:%H:%M} {moment.tzname()}"


class Span(NamedTuple):
    """The first and last day of a year, a month or a day."""

    earliest: date
    latest: date
    precision: Precision

    def words(self, *, year: bool = True) -> str:
        """Return the span in words: `2022`, `November 2022`, `25 November 2022`.

        With `year=False` the year of a month or day is left out.
        """
        day = self.earliest
        if self.precision == "year":
            return str(day.year)
        month = f"{MONTHS[day.month - 1]} {day.year}" if year else MONTHS[day.month - 1]
        return f"{day.day} {month}" if self.precision == "day" else month


def span(text: str) -> Span | None:
    """Parse `2022`, `2022-11` or `2022-11-25`, of the years 1000 to 2999; None for other texts."""
    match = _SIMPLE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(number or 1) for number in match.groups())
    if match[2] is None:
        return Span(date(year, 1, 1), date(year, 12, 31), "year")
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    if match[3]:
        return Span(first, first, "day")
    return Span(first, first.replace(day=monthrange(year, month)[1]), "month")


def side(written: str) -> Span:
    """Return the span of one side of an interval or of an open date, which must be valid."""
    days = span(written.strip("/"))
    assert days is not None
    return days


def follows(year: int, second: str) -> bool:
    """Return whether `second`, two digits, is the year after `year`."""
    return (year + 1) % 100 == int(second)


def read_partial(text: str) -> PartialParts | None:
    """Parse a partial date; an interval of two equal texts has the precision of one."""
    if text == "unknown":
        return None, None, "unknown"
    start, slash, end = text.partition("/")
    first, last = span(start), span(end)
    if not slash or start == end:
        return first
    if first and last:
        ordered = first.earliest <= last.latest
        return (first.earliest, last.latest, "interval") if ordered else None
    if first and not end:
        return first.earliest, None, "open"
    if last and not start:
        return None, last.latest, "open"
    return None


def read_period(text: str) -> PartialParts | None:
    """Parse a financial year or a partial date; `2011-12`, which can be both, is a month."""
    match = _FINANCIAL.fullmatch(text)
    if match and follows(int(match[1]), match[3]):
        year, could_be_month = int(match[1]), 1 <= int(match[3]) <= 12
        if match[2] == "/" or not could_be_month:
            return date(year, 4, 1), date(year + 1, 3, 31), "financial-year"
    return read_partial(text)


def read_moment(text: str) -> tuple[date | None, datetime | None] | None:
    """Parse a day, or a time with its offset, of the years 1900 to 2199; the other is None."""
    match = _MOMENT.fullmatch(text)
    day = span(match[1]) if match else None
    if match is None or day is None or not 1900 <= day.earliest.year <= 2199:
        return None
    return (None, datetime.fromisoformat(text)) if match[2] else (day.earliest, None)


@lru_cache(maxsize=8192)  # a page shows a hundred dates, and other pages the same ones
def words(written: str, precision: Precision) -> str:
    """Return a valid date in words: `2022`, `2021 or before`, `2024-25`, `date not known`."""
    if precision == "unknown":
        return "date not known"
    if precision == "financial-year":
        return written.replace("/", "-")
    start, _, end = written.partition("/")
    if precision == "interval":
        return _interval_words(side(start), side(end))
    if precision == "open":
        return f"{side(written).words()} or {'later' if start else 'before'}"
    return side(start).words()


@lru_cache(maxsize=8192)
def shown(written: str, precision: Precision) -> str:
    """Return `words` for use on their own: a year has `in` before it, as in `in 2021 or before`."""
    plain = side(written).precision if precision == "open" else precision
    text = words(written, precision)
    return f"in {text}" if plain == "year" else text


def _interval_words(start: Span, end: Span) -> str:
    """Return an interval in words; a shared month or year is named once: `18 to 20 March 2025`."""
    first, last = start.earliest, end.earliest
    same_year = first.year == last.year and "year" not in (start.precision, end.precision)
    if same_year and first.month == last.month and start.precision == end.precision == "day":
        return f"{first.day} to {end.words()}"
    return f"{start.words(year=not same_year)} to {end.words()}"


# -- what was meant -------------------------------------------------------------------------------

#: No valid date is longer, and the searches for the reason do not take linear time.
LONGEST = 64


class DateError(ValueError):
    """Raised for a text that is not a date.

    `message` is the reason, `hint` what to write, always with an example.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)  # both arguments, so that it can be pickled
        self.message, self.hint = message, hint

    def __str__(self) -> str:
        return self.message


# -- guesses ---------------------------------------------------------------------------------------

_MONTH = r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"([0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR_LAST = r"(?<![0-9-])([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})\b"
_IN_WORDS = rf"(?:\b{_DAY} +(?:of +)?)?{_MONTH},? +([0-9]{{4}})\b"
#: The number of a day in a spreadsheet, of the years 1982 to 2036.
_DAY_NUMBER = r"^([34][0-9]{4})$"
_AMERICAN = rf"{_MONTH} +{_DAY},? +([0-9]{{4}})\b"
_NOTHING = r"(?:(?:date )?(?:unknown|not known)|tb[ac]|n/a|none|now|present|ongoing|\.\.|\?)"
_UNTIL = r"(?: *(?:-|/|,|&) *| +(?:to|until|till|and|through|-) +)"
_ISO = r"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)"
_Match = re.Match[str]


#: Quotation marks around a date, and hyphens that a word processor puts into one.
_PASTED = str.maketrans("\u2010\u2212", "--", "\"'\u201c\u201d\u2018\u2019")


def mended(text: str) -> str:
    """Return `text` in lower case, with the replacements of `_MENDS` in order.

    Signs of a word processor, such as a non-breaking space, become those of a keyboard. The result
    is a guess: parse it before showing it.
    """
    text = " ".join(normalize("NFKC", text).translate(_PASTED).lower().split())
    for pattern, better in _MENDS:
        text = pattern.sub(better, text)
    return text


def financial_year(year: int) -> str:
    """Return the financial year that begins in April of `year`: `2024-25`.

    It has a slash if the form with a hyphen would be a month: `2011/12`.
    """
    second = (year + 1) % 100
    return f"{year}{'/' if 1 <= second <= 12 else '-'}{second:02}"


def _iso(year: str, month: str, day: str = "") -> str:
    number = next(i for i, name in enumerate(MONTHS, 1) if name.lower().startswith(month))
    return f"{year}-{number:02}" + (f"-{int(day):02}" if day else "")


def _four_digits(year: str) -> str:
    """Return a year of four digits; one of two is from 1950 to 2049."""
    return year if len(year) == 4 else f"{'19' if year >= '50' else '20'}{year}"


# Each of these returns the text as it is if there are no such years, months or days.


def _financial(match: _Match) -> str:
    """Return two years, of two or four digits each, as a financial year."""
    start, end = (f"20{match[1]}" if len(match[1]) == 2 else match[1]), match[2][-2:]
    return financial_year(int(start)) if follows(int(start), end) else match[0]


def _quarter(match: _Match) -> str:
    """Return the months of a quarter of a financial year; the first is April to June."""
    number, year = int(match[1]), int(match[2]) if len(match[2]) == 4 else 2000 + int(match[2])
    if not follows(year, match[3][-2:]):
        return match[0]
    year, first = (year + 1, 1) if number == 4 else (year, 3 * number + 1)
    return f"{year}-{first:02}/{year}-{first + 2:02}"


def _day_number(match: _Match) -> str:
    """Return the day that a spreadsheet counts from the end of 1899."""
    return str(date(1899, 12, 30) + timedelta(days=int(match[1])))


def _week(match: _Match) -> str:
    """Return the seven days that begin on a day."""
    with suppress(ValueError):
        first = date.fromisoformat(match[1])
        return f"{first}/{first + timedelta(days=6)}"
    return match[0]


def _year_to(match: _Match) -> str:
    """Return the twelve months that end with a month, or with its last day."""
    year, month = int(match[1]), int(match[2])
    if not 1 <= month <= 12 or (match[3] and int(match[3]) != monthrange(year, month)[1]):
        return match[0]
    start = f"{year}-01" if month == 12 else f"{year - 1}-{month + 1:02}"
    return f"{start}/{year}-{month:02}"


_Better = str | Callable[[_Match], str]
#: Patterns of what editors type, in lower case, and their replacements; applied in this order.
_TYPED: tuple[tuple[str, _Better], ...] = (
    ("[\u2010-\u2015\u2212]", "-"),  # dashes that word processors put in
    (r"(?<! ) *+\([^()]*+\)$", ""),
    (r"(?<=[0-9]) *(?:-|to|until)? *(?:present|now|date|today|ongoing|onwards?)$", "/"),
    (rf"(?<![^/]){_NOTHING}(?![^/])", "unknown"),
    (r"^the +", ""),
    (r"-(?:xx|\?\?)(?:-(?:xx|\?\?))?$", ""),
    (r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,? ", ""),
    (r"\b(?:start|beginning|middle|end|month) of +", ""),
    (r"\b(?:circa|ca\.|c\.|about|around|approx\.?|approximately|early|mid|late|end)"
     r"(?: +|-|(?=[0-9]))", ""),
    (r"\b(?:spring|summer|autumn|winter),?(?: of)? (?=[0-9]{4}$)", ""),
    (r"^(?:w/c|week (?:of|commencing|beginning|starting)) +", "week "),
    (r"^(?:the )?(?:year|12 months|twelve months) (?:to|ending|ended) +", "year "),
    (r"^(?:from|between) (?=.*(?: to | until | and | ?- ?))", ""),
    (r"^(?:in|on|as at|as of|dated?) (?=.*[0-9])", ""),
    (r"^(?:since|from) (.*)$", r"\1/"),
    (r"^before ([0-9]{4})$", lambda m: f"/{int(m[1]) - 1}"),
    (r"^after ([0-9]{4})$", lambda m: f"{int(m[1]) + 1}/"),
    (r"^(?:until|till|by|up to) (.*)$", r"/\1"),
    # 10 to 12 June 2025, 30 June to 2 July 2025, June to August 2025.
    (rf"^{_DAY}(?:, *[0-9]{{1,2}}(?:st|nd|rd|th)?)*{_UNTIL}{_DAY} +(?:of +)?"
     rf"{_MONTH},? +([0-9]{{4}})$",
     lambda m: f"{_iso(m[4], m[3], m[1])}/{_iso(m[4], m[3], m[2])}"),
    (rf"^{_DAY} +{_MONTH}{_UNTIL}{_DAY} +{_MONTH},? +([0-9]{{4}})$",
     lambda m: f"{_iso(m[5], m[2], m[1])}/{_iso(m[5], m[4], m[3])}"),
    (rf"^{_MONTH} +{_DAY}{_UNTIL}{_DAY},? +([0-9]{{4}})$",
     lambda m: f"{_iso(m[4], m[1], m[2])}/{_iso(m[4], m[1], m[3])}"),
    (rf"^{_MONTH}{_UNTIL}{_MONTH},? +([0-9]{{4}})$",
     lambda m: f"{_iso(m[3], m[1])}/{_iso(m[3], m[2])}"),
    (rf"^{_MONTH} '?([0-9]{{2}}){_UNTIL}{_MONTH} '?([0-9]{{2}})$",
     lambda m: f"{_iso('20' + m[2], m[1])}/{_iso('20' + m[4], m[3])}"),
    (rf"^{_ISO}{_UNTIL}{_ISO}$", r"\1/\2"),
    (r"^([0-9]{4}-[0-9]{2}-)([0-9]{2})/([0-9]{2})$", r"\1\2/\1\3"),
    (r"(?<! ) ++(?:(?:to|until|-) +|/ *)|/ +", "/"),
    # Days and months, with the day or the year first.
    (r"^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3"),
    (r"^([0-9]{4})[ _]([0-9]{2})[ _]([0-9]{2})$", r"\1-\2-\3"),
    (_DAY_NUMBER, _day_number),
    (rf"^([0-9]{{4}}),? +{_MONTH}(?: +{_DAY})?$", lambda m: _iso(m[1], m[2], m[3] or "")),
    (rf"\b{_DAY}[ -]+{_MONTH},?[ -]+'?([0-9]{{2}})$", lambda m: _iso(f"20{m[3]}", m[2], m[1])),
    (rf"^{_MONTH}[ -]+'?([0-9]{{2}})$", lambda m: _iso(f"20{m[2]}", m[1])),
    (rf"\b{_DAY}-{_MONTH}-([0-9]{{4}})\b", lambda m: _iso(m[3], m[2], m[1])),
    (rf"^([0-9]{{4}})-{_MONTH}-([0-9]{{1,2}})$", lambda m: _iso(m[1], m[2], m[3])),
    (_YEAR_LAST, lambda m: f"{_four_digits(m[4]) if m[2] != '-' else m[4]}-{m[3]}-{m[1]}"),
    (r"\b([0-9]{4})([/.])([0-9]{1,2})\2([0-9]{1,2})\b", r"\1-\3-\4"),
    (r"^([0-9]{1,2})[/.-]([0-9]{4})$", r"\2-\1"),
    (r"^([0-9]{4})-([0-9]{4})$", r"\1/\2"),
    (r"^([0-9]{4})/(0?[1-9]|1[0-2])$", r"\1-\2"),
    (_AMERICAN, lambda m: _iso(m[3], m[1], m[2])),
    (_IN_WORDS, lambda m: _iso(m[3], m[2], m[1] or "")),
    (r"(^|-)([0-9])(?![0-9])", r"\g<1>0\2"),
    (rf"^{_ISO}{_UNTIL}{_ISO}$", r"\1/\2"),
    (r"^week ([0-9]{4}-[0-9]{2}-[0-9]{2})$", _week),
    (r"^year ([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?$", _year_to),
    (r"^unknown/(?=.)|(?<=.)/unknown$", "/"),
    # Financial years and their quarters.
    (r"^(?:fy|f/y|financial year|fiscal year|year) *([0-9]{4}|[0-9]{2}) *[-/] *"
     r"([0-9]{4}|[0-9]{2})$", _financial),
    (r"^([0-9]{2}) *[-/] *([0-9]{2})$", _financial),
    (r"^q([1-4]),? *(?:fy *)?([0-9]{4}|[0-9]{2})[-/]([0-9]{4}|[0-9]{2})$", _quarter),
)  # fmt: skip
_MENDS = tuple((re.compile(pattern), better) for pattern, better in _TYPED)


# -- messages --------------------------------------------------------------------------------------

_Fault = tuple[str, str]  # reason, hint
_EXAMPLES = "2022, 2022-11 or 2022-11-25"
_MOMENT_EXAMPLES = "2026-01-15, or 2026-01-15T00:01:00+00:00"
_TIMED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ] *([0-9.:]+) *([Zz]|[A-Za-z]{3}|[+-][0-9:]+)?"
)
#: Names that editors write for an offset from UTC.
_OFFSETS = {"GMT": "+00:00", "UTC": "+00:00", "BST": "+01:00"}
_DIGITS = "write digits, such as 2026-01-14 or 2026-01"


def _months_of_part(match: _Match) -> str:
    """Return the hint for a quarter or half of a calendar year or a financial year."""
    length, year = 3 if match[1][0] == "q" else 6, int(match[2])
    first = (int(match[1][1]) - 1) * length  # months from January

    def months(start: int) -> str:
        ends = (divmod(year * 12 + month, 12) for month in (start, start + length - 1))
        return "/".join(f"{year}-{month + 1:02}" for year, month in ends)

    return f"write {months(first)}, or {months(first + 3)} if its year begins in April"


_SIDE = "leave it empty: /2021 is in 2021 or before, 2021/ is in 2021 or later"
#: Pattern in a text in lower case, the reason why it is no date, and the hint. The first month of a
#: quarter or half depends on the kind of year: calendar or financial.
_REASONS = tuple(
    (re.compile(pattern), reason, hint)
    for pattern, reason, hint in (
        (r"(?![0-9])\d", "has digits other than 0 to 9", f"write {_EXAMPLES}"),
        (_YEAR_LAST, "does not begin with a year of four digits",
         "write it as in 2026-01-14"),
        (_IN_WORDS, "has the month in words", _DIGITS),
        (_AMERICAN, "has the month in words", _DIGITS),
        (_DAY_NUMBER, "is a day as spreadsheets count it", f"write {_EXAMPLES}"),
        (r"^(q[1-4]|h[12]),? *([0-9]{4})$", "is a part of a year", _months_of_part),
        (r"^(?:q[1-4]|h[12])\b|\b(?:quarter|half)\b", "is a part of a year",
         "write its first and last month: 2024-04/2024-06"),
        (r"^fy *[0-9]{2,4}$", "names one year of a financial year", "write both, as in 2024-25"),
        (rf"^(?:(?:{_DAY})?[ -]*{_MONTH}|{_MONTH} +{_DAY}|[0-9]{{1,2}}[/.][0-9]{{1,2}})$",
         "has no year", "write it with its year, such as 2025-06-10 or 2025-06"),
        (rf"^{_NOTHING}$", "is not a date", "write unknown, in small letters"),
        (r"/[^/]*/", "has more than one slash", "write a start and an end: 2024-05/2025-08"),
        (r"^/$", "has no date on either side", "write one, such as /2021 or 2021/"),
        (rf"^{_NOTHING} */|/ *{_NOTHING}$", "has a side that is not a date", _SIDE),
    )
)  # fmt: skip


def refusal(text: str, beginning: str, fault: Callable[[str], _Fault]) -> DateError:
    """Return the error for a text; `fault` finds the reason in it.

    `beginning`: its first `LONGEST` characters, as they can be shown.
    """
    if not text.strip():
        return DateError("the date is empty", "write a date, such as 2022-11-25")
    if len(text) > LONGEST:
        return DateError(f'"{beginning}…" is too long for a date', f"write {_EXAMPLES}")
    reason, hint = fault(text)
    return DateError(f'"{beginning}" {reason}', hint)


def _hint(text: str, parse: Callable[[str], PartialParts | None], otherwise: str) -> str:
    """Return the hint to write the mended text if `parse` can read it, else `otherwise`."""
    better = mended(text)
    parts = parse(better)
    if parts is None:
        return otherwise
    in_words = shown(better, parts[2])
    year = "the financial year " if parts[2] == "financial-year" else ""
    return f"write {better} ({year}{in_words})"


def _read_exact_day(text: str) -> PartialParts | None:
    parts = read_partial(text)
    return parts if parts and parts[2] == "day" else None


def day_hint(text: str) -> str:
    """Return what to write instead of a text that is not one exact day."""
    if _TIMED.fullmatch(text):
        return _reason(text)[1]
    return _hint(text, _read_exact_day, "write the day, such as 2026-11-03")


def _read_day(text: str) -> PartialParts | None:
    """Parse a bare day of a moment."""
    parts = read_moment(text)
    return (parts[0], parts[0], "day") if parts and parts[0] else None


def partial_fault(text: str) -> _Fault:
    for candidate in (text, mended(text)):
        parts = read_period(candidate)
        if parts is not None and parts[2] == "financial-year":
            year = int(candidate[:4])
            return (
                "is a financial year, which only the period of a figure can be",
                f"write {year}-04/{year + 1}-03 for the whole of it, or the date itself",
            )
    reason, hint = _reason(text)
    return reason, _hint(text, read_partial, hint)


def period_fault(text: str) -> _Fault:
    short = re.fullmatch(r"([12][0-9]{2}([0-9]))[-/]([1-9])", text)
    if short and (int(short[2]) + 1) % 10 == int(short[3]):
        month = span(f"{short[1]}-0{short[3]}")
        hint = f"write {financial_year(int(short[1]))} for the financial year"
        hint += f", or {short[1]}-0{short[3]} for {month.words()}" if month else ""
        return "has one digit after the year, and needs two", hint
    match = re.fullmatch(r"([12][0-9]{3})(?:[-/]([0-9]{2})|-([0-9]{4}))", text)
    if match is None or text[4:] == "-00":
        reason, hint = _reason(text)
        hint = f"{hint}, or 2024-25 for a financial year" if hint.endswith(_EXAMPLES) else hint
        return reason, _hint(text, read_period, hint)
    year, end = int(match[1]), match[3] or match[1][:2] + match[2]
    hint = f"write {financial_year(year)} for the financial year"
    if int(end) > year:
        hint += f", or {year}/{end} for {year} to {end}"
    elif month := span(f"{year}-{match[2]}"):
        hint += f", or {year}-{match[2]} for {month.words()}"
    return "is not a financial year: the second year is not the next in two digits", hint


def moment_fault(text: str) -> _Fault:
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and not "1900" <= text[:4] <= "2199":
        return "is not in the years 1900 to 2199", f"write {_MOMENT_EXAMPLES}"
    timed = _TIMED.fullmatch(text.strip())
    if timed is None and re.search("[0-9][:.][0-9]", text):
        timed = _TIMED.fullmatch(mended(text))
    if timed and span(timed[1]):
        return _time_fault(timed)
    if read_partial(text):
        return "is not one whole day", f"write {_MOMENT_EXAMPLES}"
    reason = _reason(timed[1] if timed else text)[0]
    return reason, _hint(text, _read_day, f"write {_MOMENT_EXAMPLES}")


def _time_fault(timed: re.Match[str]) -> _Fault:
    day, time, offset = timed[1], timed[2], (timed[3] or "").upper()
    offset = _OFFSETS.get(offset, offset)
    if short := re.fullmatch("([+-][0-9]{2})([0-9]{2})?", offset):
        offset = f"{short[1]}:{short[2] or '00'}"
    time = f"0{time}" if re.match("[0-9]:", time) else time
    if not read_moment(f"{day}T{time}Z"):
        return "has no such time of day", f"write the time as in {day}T00:01:00+00:00"
    if not offset:
        return (
            "has a time without its offset from UTC",
            f"write {day}T{time}+00:00, or +01:00 if that is British Summer Time",
        )
    if not read_moment(f"{day}T{time}{offset}"):
        return "has no such offset from UTC", f"write it as in {day}T{time}+00:00"
    return "is not written as a moment", f"write {day}T{time}{offset}"


def _reason(text: str) -> _Fault:
    """Return why a text is not a partial date, and the hint; specific reasons have precedence."""
    if timed := _TIMED.fullmatch(text):
        day = timed[1] if span(timed[1]) else "2026-01-15"
        return "has a time of day", f"write the day alone, such as {day}"
    for pattern, reason, hint in _REASONS:
        if match := pattern.search(text.strip().lower()):
            return reason, hint if isinstance(hint, str) else hint(match)
    parts = text.split("/")
    return next(
        filter(None, (_part_fault(part) for part in parts if part)),
        ("ends before it starts", f"write the earlier first: {'/'.join(parts[::-1])}"),
    )


def _part_fault(text: str) -> _Fault | None:
    """Return the fault of one side of an interval, or of a single date; None if it is valid."""
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    if match is None and re.fullmatch(r"[0-9-]+", text):
        return (
            "needs four digits for a year, and two for a month or a day",
            "write all of them, such as 2026-01-04, or 2024-05/2024-08 for an interval",
        )
    if match is None:
        return "is not a date", f"write {_EXAMPLES}"
    year, month = match[1], match[2] or "01"
    if not "1000" <= year <= "2999":
        return "is not in the years 1000 to 2999", "write the year as in 2022-11-25"
    if not "01" <= month <= "12":
        return "has no such month", f"write a month from 01 to 12, such as {year}-01"
    days = monthrange(int(year), int(month))[1]
    if match[3] and not 1 <= int(match[3]) <= days:
        name = f"{MONTHS[int(month) - 1]} {year}"
        return (
            f"is not a day: {name} has {days} days",
            f"write a day such as {year}-{month}-{days}, or {year}-{month} for the month",
        )
    return None
