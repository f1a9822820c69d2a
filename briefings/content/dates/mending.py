"""Rewrite a date as editors may type it into the form required here, for hints.

The result is a guess: parse it before showing it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from briefings.content.dates.parsing import MONTHS, follows

MONTH = r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
YEAR_LAST = re.compile(r"(?<![0-9-])([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})\b")
IN_WORDS = re.compile(rf"(?:\b([0-9]{{1,2}})(?:st|nd|rd|th)? +)?{MONTH},? +([0-9]{{4}})\b")
AMERICAN = re.compile(rf"{MONTH} +([0-9]{{1,2}})(?:st|nd|rd|th)?,? +([0-9]{{4}})\b")
NOTHING = r"(?:(?:date )?(?:unknown|not known)|tb[ac]|n/a|none|now|present|ongoing|\.\.|\?)"
DAY = r"([0-9]{1,2})(?:st|nd|rd|th)?"
_UNTIL = r"(?: *(?:-|/|,|&) *| +(?:to|until|till|and|through|-) +)"
_ISO = r"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)"
_Match = re.Match[str]


def mended(text: str) -> str:
    """Return `text`, which must be in lower case, with the replacements of `_MENDS` in order."""
    for pattern, better in _MENDS:
        text = pattern.sub(better, text)
    return text


def financial_year(year: int) -> str:
    """Return the financial year that begins in April of `year`: `2024-25`.

    It has a slash if the form with a hyphen would be a month: `2011/12`.
    """
    second = (year + 1) % 100
    return f"{year}{'/' if 1 <= second <= 12 else '-'}{second:02}"


def _month_number(name: str) -> str:
    return next(f"{i:02}" for i, month in enumerate(MONTHS, 1) if month.lower().startswith(name))


def _iso(year: str, month: str, day: str = "") -> str:
    return "-".join(filter(None, (year, _month_number(month), day and f"{int(day):02}")))


def _financial(match: _Match) -> str:
    """Return two years, of two or four digits each, as a financial year.

    The text is unchanged if the years are not consecutive.
    """
    start, end = (f"20{match[1]}" if len(match[1]) == 2 else match[1]), match[2][-2:]
    return financial_year(int(start)) if follows(int(start), end) else match[0]


def _quarter(match: _Match) -> str:
    """Return the months of a quarter of a financial year; the first is April to June.

    The text is unchanged if the years are not consecutive.
    """
    number, year = int(match[1]), int(match[2]) if len(match[2]) == 4 else 2000 + int(match[2])
    if not follows(year, match[3][-2:]):
        return match[0]
    year, first = (year + 1, 1) if number == 4 else (year, 3 * number + 1)
    return f"{year}-{first:02}/{year}-{first + 2:02}"


def _week(match: _Match) -> str:
    """Return the seven days that begin on a day; the text is unchanged if there is no such day."""
    try:
        first = date.fromisoformat(match[1])
    except ValueError:
        return match[0]
    return f"{first}/{first + timedelta(days=6)}"


def _year_to(match: _Match) -> str:
    """Return the twelve months that end with a month.

    The text is unchanged if there is no such month, or if it has a day that is not the last of
    the month.
    """
    year, month = int(match[1]), int(match[2])
    if not 1 <= month <= 12 or (match[3] and int(match[3]) != monthrange(year, month)[1]):
        return match[0]
    start = f"{year}-01" if month == 12 else f"{year - 1}-{month + 1:02}"
    return f"{start}/{year}-{month:02}"


# A pattern of what editors type, in lower case, and its replacement; applied in this order.
_Mend = tuple[re.Pattern[str], str | Callable[[_Match], str]]
_WORDS: tuple[_Mend, ...] = (
    (re.compile("[\u2010-\u2015\u2212]"), "-"),  # dashes that word processors put in
    (re.compile(r"(?<! ) *+\([^()]*+\)$"), ""),
    (re.compile(r"(?<=[0-9]) *(?:-|to|until)? *(?:present|now|date|today|ongoing|onwards?)$"), "/"),
    (re.compile(rf"(?<![^/]){NOTHING}(?![^/])"), "unknown"),
    (re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,? "), ""),
    (re.compile(r"\b(?:circa|ca\.|c\.|about|around|approx\.?|approximately|early|mid|late)"
                r"(?: +|-|(?=[0-9]))"), ""),
    (re.compile(r"\b(?:start|beginning|middle|end) of +"), ""),
    (re.compile(r"\b(?:spring|summer|autumn|winter),?(?: of)? (?=[0-9]{4}$)"), ""),
    (re.compile(r"^(?:w/c|week (?:of|commencing|beginning|starting)) +"), "week "),
    (re.compile(r"^(?:the )?(?:year|12 months|twelve months) (?:to|ending|ended) +"), "year "),
    (re.compile(r"^(?:from|between) (?=.*(?: to | until | and | ?- ?))"), ""),
    (re.compile(r"^(?:in|on|as at|as of|dated?) (?=.*[0-9])"), ""),
    (re.compile(r"^(?:since|from) (.*)$"), r"\1/"),
    (re.compile(r"^(?:until|till|by|up to) (.*)$"), r"/\1"),
)  # fmt: skip
_YEARS: tuple[_Mend, ...] = (
    (re.compile(r"^(?:fy|f/y|financial year|fiscal year|year) *([0-9]{4}|[0-9]{2}) *[-/] *"
                r"([0-9]{4}|[0-9]{2})$"), _financial),
    (re.compile(r"^([0-9]{2}) *[-/] *([0-9]{2})$"), _financial),
    (re.compile(r"^q([1-4]),? *(?:fy *)?([0-9]{4}|[0-9]{2})[-/]([0-9]{4}|[0-9]{2})$"), _quarter),
)  # fmt: skip
#: 10 to 12 June 2025, 30 June to 2 July 2025, June to August 2025.
_INTERVALS: tuple[_Mend, ...] = (
    (re.compile(rf"^{DAY}(?:, *[0-9]{{1,2}}(?:st|nd|rd|th)?)*{_UNTIL}{DAY} +(?:of +)?"
                rf"{MONTH},? +([0-9]{{4}})$"),
     lambda m: f"{_iso(m[4], m[3], m[1])}/{_iso(m[4], m[3], m[2])}"),
    (re.compile(rf"^{DAY} +{MONTH}{_UNTIL}{DAY} +{MONTH},? +([0-9]{{4}})$"),
     lambda m: f"{_iso(m[5], m[2], m[1])}/{_iso(m[5], m[4], m[3])}"),
    (re.compile(rf"^{MONTH} +{DAY}{_UNTIL}{DAY},? +([0-9]{{4}})$"),
     lambda m: f"{_iso(m[4], m[1], m[2])}/{_iso(m[4], m[1], m[3])}"),
    (re.compile(rf"^{MONTH}{_UNTIL}{MONTH},? +([0-9]{{4}})$"),
     lambda m: f"{_iso(m[3], m[1])}/{_iso(m[3], m[2])}"),
    (re.compile(rf"^{MONTH} '?([0-9]{{2}}){_UNTIL}{MONTH} '?([0-9]{{2}})$"),
     lambda m: f"{_iso('20' + m[2], m[1])}/{_iso('20' + m[4], m[3])}"),
    (re.compile(rf"^{_ISO}{_UNTIL}{_ISO}$"), r"\1/\2"),
    (re.compile(r"^([0-9]{4}-[0-9]{2}-)([0-9]{2})/([0-9]{2})$"), r"\1\2/\1\3"),
    (re.compile(r"(?<! ) ++(?:(?:to|until|-) +|/ *)|/ +"), "/"),
)  # fmt: skip
_DAYS: tuple[_Mend, ...] = (
    (re.compile(r"^([0-9]{4})([0-9]{2})([0-9]{2})$"), r"\1-\2-\3"),
    (re.compile(r"^([0-9]{4}) ([0-9]{2}) ([0-9]{2})$"), r"\1-\2-\3"),
    (re.compile(rf"^([0-9]{{4}}),? +{MONTH}(?: +{DAY})?$"),
     lambda m: _iso(m[1], m[2], m[3] or "")),
    (re.compile(rf"\b{DAY} +{MONTH},? +'?([0-9]{{2}})$"),
     lambda m: _iso(f"20{m[3]}", m[2], m[1])),
    (re.compile(rf"^{MONTH}[ -]+'?([0-9]{{2}})$"), lambda m: _iso(f"20{m[2]}", m[1])),
    (re.compile(rf"\b{DAY}-{MONTH}-([0-9]{{4}})\b"), lambda m: _iso(m[3], m[2], m[1])),
    (YEAR_LAST, r"\4-\3-\1"),
    (re.compile(r"\b([0-9]{4})([/.])([0-9]{1,2})\2([0-9]{1,2})\b"), r"\1-\3-\4"),
    (re.compile(r"^([0-9]{1,2})/([0-9]{4})$"), r"\2-\1"),
    (re.compile(r"^([0-9]{4})/(0?[1-9]|1[0-2])$"), r"\1-\2"),
    (AMERICAN, lambda m: _iso(m[3], m[1], m[2])),
    (IN_WORDS, lambda m: _iso(m[3], m[2], m[1] or "")),
    (re.compile(r"(^|-)([0-9])(?![0-9])"), r"\g<1>0\2"),
    (re.compile(rf"^{_ISO}{_UNTIL}{_ISO}$"), r"\1/\2"),
    (re.compile(r"^week ([0-9]{4}-[0-9]{2}-[0-9]{2})$"), _week),
    (re.compile(r"^year ([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?$"), _year_to),
    (re.compile(r"^unknown/(?=.)|(?<=.)/unknown$"), "/"),
)  # fmt: skip
_MENDS = (*_WORDS, *_INTERVALS, *_DAYS, *_YEARS)
