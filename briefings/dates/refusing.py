"""Why a text is not a date, and what the editor most likely meant."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable

from briefings.dates.reading import read_moment, read_partial, read_period
from briefings.dates.reading import shown as as_shown
from briefings.dates.spans import MONTHS, show_day, span

# Nothing well written is longer, and the searches for what went wrong are not linear.
_LONGEST = 64


class DateError(ValueError):
    """A text is not a date: `message` says why, `hint` what to write, always with an example."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)  # both, so that it can be pickled
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


_Fault = tuple[str, str]  # message, hint
_EXAMPLES = "2022, 2022-11 or 2022-11-25"
_MOMENT_EXAMPLES = "2026-01-15, or 2026-01-15T00:01:00+00:00"
_MONTH = r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR_LAST = re.compile(r"(?<![0-9-])([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})\b")
_IN_WORDS = re.compile(rf"(?:\b([0-9]{{1,2}})(?:st|nd|rd|th)? +)?{_MONTH},? +([0-9]{{4}})\b")
_AMERICAN = re.compile(rf"{_MONTH} +([0-9]{{1,2}})(?:st|nd|rd|th)?,? +([0-9]{{4}})\b")
_NOT_KNOWN = re.compile(
    r"(?<![^/])(?:(?:date )?(?:unknown|not known)|tb[ac]|n/a|none|now|present|ongoing|\.\.|\?)"
    r"(?![^/])"
)
_TIMED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ] *([0-9.:]+) *([Zz]|[+-][0-9:]+)?")
# What editors type, in small letters and in this order, and how the same is written here.
_MENDS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile("[\u2010-\u2015\u2212]"), "-"),  # dashes that word processors put in
    (_NOT_KNOWN, "unknown"),
    (re.compile(r"(?<! ) ++(?:(?:to|until|-) +|/ *)|/ +"), "/"),
    (_YEAR_LAST, r"\4-\3-\1"),
    (re.compile(r"\b([0-9]{4})([/.])([0-9]{1,2})\2([0-9]{1,2})\b"), r"\1-\3-\4"),
    (re.compile(r"^([0-9]{1,2})/([0-9]{4})$"), r"\2-\1"),
    (re.compile(r"^([0-9]{4})/(0?[1-9]|1[0-2])$"), r"\1-\2"),
    (_AMERICAN, lambda match: f"{match[3]}-{_month_number(match[1])}-{match[2]}"),
    (
        _IN_WORDS,
        lambda match: "-".join(filter(None, (match[3], _month_number(match[2]), match[1]))),
    ),
    (re.compile(r"(^|-)([0-9])(?![0-9])"), r"\g<1>0\2"),
    (re.compile(r"^unknown/(?=.)|(?<=.)/unknown$"), "/"),
)


def _month_number(name: str) -> str:
    return next(f"{i:02}" for i, month in enumerate(MONTHS, 1) if month.lower().startswith(name))


def refusal(text: str, fault: Callable[[str, str], _Fault]) -> DateError:
    visible = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:_LONGEST])
    if not text.strip():
        return DateError("the date is empty", "write a date, such as 2022-11-25")
    if len(text) > _LONGEST:
        return DateError(f'"{visible}…" is too long for a date', f"write {_EXAMPLES}")
    return DateError(*fault(text, f'"{visible}"'))


def _hint(text: str, meaning: Callable[[str], str | None], otherwise: str) -> str:
    """The text as the editor should have written it, if `meaning` can read that."""
    mended = text.strip().lower()
    for pattern, better in _MENDS:
        mended = pattern.sub(better, mended)
    meant = meaning(mended)
    return f"write {mended} ({meant})" if meant else otherwise


def _partial_meaning(text: str) -> str | None:
    found = read_partial(text)
    return as_shown(text, found.precision) if found else None


def _period_meaning(text: str) -> str | None:
    found = read_period(text)
    if found and found.is_financial_year:
        return f"the financial year {text.replace('/', '-')}"
    return _partial_meaning(text)


def _day_meaning(text: str) -> str | None:
    found = read_moment(text)
    return show_day(found.day) if found and found.day else None


def partial_fault(text: str, shown: str) -> _Fault:
    if (period := read_period(text)) and period.is_financial_year:
        year = int(text[:4])
        return (
            f"{shown} is a financial year, which only the period of a figure can be",
            f"write {year}-04/{year + 1}-03 for the whole of it, or the date itself",
        )
    message, hint = _reason(text, shown)
    return message, _hint(text, _partial_meaning, hint)


def period_fault(text: str, shown: str) -> _Fault:
    match = re.fullmatch(r"([12][0-9]{3})(?:[-/]([0-9]{2})|-([0-9]{4}))", text)
    if match is None or text[4:] == "-00":
        message, hint = _reason(text, shown)
        return message, _hint(text, _period_meaning, hint)
    year, end = int(match[1]), match[3] or match[1][:2] + match[2]
    hint = f"write {_financial_year(year)} for the financial year"
    if int(end) > year:
        hint += f", or {year}/{end} for {year} to {end}"
    elif month := span(f"{year}-{match[2]}"):
        hint += f", or {year}-{match[2]} for {month.words()}"
    return f"{shown} is not a financial year: the second year is not the next in two digits", hint


def _financial_year(year: int) -> str:
    second = (year + 1) % 100
    return f"{year}{'/' if 1 <= second <= 12 else '-'}{second:02}"


def moment_fault(text: str, shown: str) -> _Fault:
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and not "1900" <= text[:4] <= "2199":
        return f"{shown} is not in the years 1900 to 2199", f"write {_MOMENT_EXAMPLES}"
    timed = _TIMED.fullmatch(text.strip())
    if timed and span(timed[1]):
        return _time_fault(timed, shown)
    if read_partial(text):
        return f"{shown} is not one whole day", f"write {_MOMENT_EXAMPLES}"
    message = _reason(timed[1] if timed else text, shown)[0]
    return message, _hint(text, _day_meaning, f"write {_MOMENT_EXAMPLES}")


def _time_fault(timed: re.Match[str], shown: str) -> _Fault:
    day, time, offset = timed[1], timed[2], (timed[3] or "").upper()
    if not read_moment(f"{day}T{time}Z"):
        return f"{shown} has no such time of day", f"write the time as in {day}T00:01:00+00:00"
    if not offset:
        return (
            f"{shown} has a time without its offset from UTC",
            f"write {day}T{time}+00:00, or +01:00 if that is British Summer Time",
        )
    if not read_moment(f"{day}T{time}{offset}"):
        return f"{shown} has no such offset from UTC", f"write it as in {day}T{time}+00:00"
    return f"{shown} is not written as a moment", f"write {day}T{time}{offset}"


def _reason(text: str, shown: str) -> _Fault:
    """What is wrong with a text as a partial date, the most telling reason first."""
    lower, parts = text.strip().lower(), text.split("/")
    if any(letter.isdecimal() and not letter.isascii() for letter in text):
        return f"{shown} has digits other than 0 to 9", f"write {_EXAMPLES}"
    if timed := _TIMED.fullmatch(text):
        day = timed[1] if span(timed[1]) else "2026-01-15"
        return f"{shown} has a time of day", f"write the day alone, such as {day}"
    if _YEAR_LAST.search(text):
        return f"{shown} does not begin with a year of four digits", "write it as in 2026-01-14"
    if _IN_WORDS.search(lower) or _AMERICAN.search(lower):
        return f"{shown} has the month in words", "write digits, such as 2026-01-14 or 2026-01"
    if _NOT_KNOWN.fullmatch(lower):
        return f"{shown} is not a date", "write unknown, in small letters"
    return _slash_fault(parts, shown) or next(
        filter(None, (_part_fault(part, shown) for part in parts if part)),
        (f"{shown} ends before it starts", f"write the earlier first: {'/'.join(parts[::-1])}"),
    )


def _slash_fault(parts: list[str], shown: str) -> _Fault | None:
    """What is wrong with an interval before its dates are looked at."""
    if len(parts) > 2:
        return f"{shown} has more than one slash", "write a start and an end: 2024-05/2025-08"
    if not any(parts):
        return f"{shown} has no date on either side", "write one, such as /2021 or 2021/"
    if len(parts) == 2 and any(_NOT_KNOWN.fullmatch(part.strip().lower()) for part in parts):
        return (
            f"{shown} has a side that is not a date",
            "leave it empty: /2021 is in 2021 or before, 2021/ is in 2021 or later",
        )
    return None


def _part_fault(text: str, shown: str) -> _Fault | None:
    """What is wrong with one side of an interval, or with a date that is none."""
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    if match is None and re.fullmatch(r"[0-9-]+", text):
        return (
            f"{shown} needs four digits for a year, and two for a month or a day",
            "write all of them, such as 2026-01-04, or 2024-05/2024-08 for an interval",
        )
    if match is None:
        return f"{shown} is not a date", f"write {_EXAMPLES}"
    year, month = match[1], match[2] or "01"
    if not "1000" <= year <= "2999":
        return f"{shown} is not in the years 1000 to 2999", "write the year as in 2022-11-25"
    if not "01" <= month <= "12":
        return f"{shown} has no such month", f"write a month from 01 to 12, such as {year}-01"
    days = monthrange(int(year), int(month))[1]
    if match[3] and not 1 <= int(match[3]) <= days:
        name = f"{MONTHS[int(month) - 1]} {year}"
        return (
            f"{shown} is not a day: {name} has {days} days",
            f"write a day such as {year}-{month}-{days}, or {year}-{month} for the month",
        )
    return None
