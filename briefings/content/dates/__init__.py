"""Dates as editors write them: moments, partial dates, periods, and the gaps between them.

A partial date is a range of days in which the date lies. It is never widened or narrowed: a
month is never its first day, and two dates are in order only where their ranges do not meet.
The written forms are those of ISO 8601 and, for an open or unknown side, a few of our own.
Nothing here looks at the clock, the locale or the machine's time zone.
"""

from briefings.content.dates.gaps import Gap, Length, gap
from briefings.content.dates.messages import DateError
from briefings.content.dates.spans import MONTHS, Precision, show_day, show_moment
from briefings.content.dates.values import Moment, PartialDate, Period

__all__ = [
    "MONTHS",
    "DateError",
    "Gap",
    "Length",
    "Moment",
    "PartialDate",
    "Period",
    "Precision",
    "gap",
    "show_day",
    "show_moment",
]
