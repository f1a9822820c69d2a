"""Error messages for texts that are not dates, with hints at what the editor probably meant.

In the functions here, `text` is what was typed, and `shown` the same in quotes for the message.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable

from briefings.content.dates.mending import (
    AMERICAN,
    DAY,
    IN_WORDS,
    MONTH,
    NOTHING,
    YEAR_LAST,
    financial_year,
    mended,
)
from briefings.content.dates.parsing import (
    MONTHS,
    PartialParts,
    read_moment,
    read_partial,
    read_period,
    shown,
    span,
)
from briefings.problems import printable

# No valid date is longer, and the searches for the reason do not take linear time.
_LONGEST = 64


class DateError(ValueError):
    """Raised for a text that is not a date.

    `message` is the reason, `hint` what to write, always with an example.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)  # both arguments, so that it can be pickled
        self.message, self.hint = message, hint

    def __str__(self) -> str:
        return self.message


_Fault = tuple[str, str]  # message, hint
_EXAMPLES = "2022, 2022-11 or 2022-11-25"
_MOMENT_EXAMPLES = "2026-01-15, or 2026-01-15T00:01:00+00:00"
_TIMED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ] *([0-9.:]+) *([Zz]|[A-Za-z]{3}|[+-][0-9:]+)?"
)
#: Names that editors write for an offset from UTC.
_OFFSETS = {"GMT": "+00:00", "UTC": "+00:00", "BST": "+01:00"}
_IN_WORDS = "write digits, such as 2026-01-14 or 2026-01"
_SIDE = "leave it empty: /2021 is in 2021 or before, 2021/ is in 2021 or later"
#: What is found in a text in lower case, why the text is no date, and what to write. The first
#: month of a quarter or half depends on the kind of year: calendar or financial.
_REASONS = tuple(
    (re.compile(pattern), reason, hint)
    for pattern, reason, hint in (
        (r"(?![0-9])\d", "has digits other than 0 to 9", f"write {_EXAMPLES}"),
        (YEAR_LAST.pattern, "does not begin with a year of four digits",
         "write it as in 2026-01-14"),
        (IN_WORDS.pattern, "has the month in words", _IN_WORDS),
        (AMERICAN.pattern, "has the month in words", _IN_WORDS),
        (r"^(?:q[1-4]|h[12])\b|\b(?:quarter|half)\b", "is a part of a year",
         "write its first and last month: 2024-04/2024-06"),
        (r"^fy *[0-9]{2,4}$", "names one year of a financial year", "write both, as in 2024-25"),
        (rf"^(?:(?:{DAY})?[ -]*{MONTH}|{MONTH} +{DAY}|[0-9]{{1,2}}[/.][0-9]{{1,2}})$",
         "has no year", "write it with its year, such as 2025-06-10 or 2025-06"),
        (rf"^{NOTHING}$", "is not a date", "write unknown, in small letters"),
        (r"/[^/]*/", "has more than one slash", "write a start and an end: 2024-05/2025-08"),
        (r"^/$", "has no date on either side", "write one, such as /2021 or 2021/"),
        (rf"^{NOTHING} */|/ *{NOTHING}$", "has a side that is not a date", _SIDE),
    )
)  # fmt: skip


def refusal(text: str, fault: Callable[[str, str], _Fault]) -> DateError:
    """Return the error for a text; `fault` finds the reason, from it and from it in quotes."""
    visible = printable(text[:_LONGEST])
    if not text.strip():
        return DateError("the date is empty", "write a date, such as 2022-11-25")
    if len(text) > _LONGEST:
        return DateError(f'"{visible}…" is too long for a date', f"write {_EXAMPLES}")
    return DateError(*fault(text, f'"{visible}"'))


def _hint(text: str, parse: Callable[[str], PartialParts | None], otherwise: str) -> str:
    """Return the hint to write the mended text if `parse` can read it, else `otherwise`."""
    better = mended(text.strip().lower())
    parts = parse(better)
    if parts is None:
        return otherwise
    words = shown(better, parts[2])
    year = "the financial year " if parts[2] == "financial-year" else ""
    return f"write {better} ({year}{words})"


def _read_day(text: str) -> PartialParts | None:
    """Parse a bare day of a moment."""
    parts = read_moment(text)
    return (parts[0], parts[0], "day") if parts and parts[0] else None


def partial_fault(text: str, shown: str) -> _Fault:
    for candidate in (text, mended(text.strip().lower())):
        parts = read_period(candidate)
        if parts is not None and parts[2] == "financial-year":
            year = int(candidate[:4])
            return (
                f"{shown} is a financial year, which only the period of a figure can be",
                f"write {year}-04/{year + 1}-03 for the whole of it, or the date itself",
            )
    message, hint = _reason(text, shown)
    return message, _hint(text, read_partial, hint)


def period_fault(text: str, shown: str) -> _Fault:
    short = re.fullmatch(r"([12][0-9]{2}([0-9]))[-/]([1-9])", text)
    if short and (int(short[2]) + 1) % 10 == int(short[3]):
        month = span(f"{short[1]}-0{short[3]}")
        hint = f"write {financial_year(int(short[1]))} for the financial year"
        hint += f", or {short[1]}-0{short[3]} for {month.words()}" if month else ""
        return f"{shown} has one digit after the year, and needs two", hint
    match = re.fullmatch(r"([12][0-9]{3})(?:[-/]([0-9]{2})|-([0-9]{4}))", text)
    if match is None or text[4:] == "-00":
        message, hint = _reason(text, shown)
        hint = f"{hint}, or 2024-25 for a financial year" if hint.endswith(_EXAMPLES) else hint
        return message, _hint(text, read_period, hint)
    year, end = int(match[1]), match[3] or match[1][:2] + match[2]
    hint = f"write {financial_year(year)} for the financial year"
    if int(end) > year:
        hint += f", or {year}/{end} for {year} to {end}"
    elif month := span(f"{year}-{match[2]}"):
        hint += f", or {year}-{match[2]} for {month.words()}"
    return f"{shown} is not a financial year: the second year is not the next in two digits", hint


def moment_fault(text: str, shown: str) -> _Fault:
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and not "1900" <= text[:4] <= "2199":
        return f"{shown} is not in the years 1900 to 2199", f"write {_MOMENT_EXAMPLES}"
    timed = _TIMED.fullmatch(text.strip())
    if timed and span(timed[1]):
        return _time_fault(timed, shown)
    if read_partial(text):
        return f"{shown} is not one whole day", f"write {_MOMENT_EXAMPLES}"
    message = _reason(timed[1] if timed else text, shown)[0]
    return message, _hint(text, _read_day, f"write {_MOMENT_EXAMPLES}")


def _time_fault(timed: re.Match[str], shown: str) -> _Fault:
    day, time, offset = timed[1], timed[2], (timed[3] or "").upper()
    offset = _OFFSETS.get(offset, offset)
    time = f"0{time}" if re.match("[0-9]:", time) else time
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
    """Return why a text is not a partial date, and the hint; specific reasons have precedence."""
    if timed := _TIMED.fullmatch(text):
        day = timed[1] if span(timed[1]) else "2026-01-15"
        return f"{shown} has a time of day", f"write the day alone, such as {day}"
    for pattern, reason, hint in _REASONS:
        if pattern.search(text.strip().lower()):
            return f"{shown} {reason}", hint
    parts = text.split("/")
    return next(
        filter(None, (_part_fault(part, shown) for part in parts if part)),
        (f"{shown} ends before it starts", f"write the earlier first: {'/'.join(parts[::-1])}"),
    )


def _part_fault(text: str, shown: str) -> _Fault | None:
    """Return the fault of one side of an interval, or of a single date; None if it is valid."""
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
