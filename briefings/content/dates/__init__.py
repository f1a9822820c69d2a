"""Dates as editors write them: moments, partial dates, periods, and the gaps between them.

A partial date is the range of days that the date can be. It is never widened or narrowed: a month
is not treated as its first day, and two dates are in order only if their ranges do not overlap.
The written forms are those of ISO 8601, and a few more for an open or unknown side.
Nothing here depends on the clock, the locale or the machine's time zone.
"""
