"""Blocks of a body: runs of consecutive lines that are not blank."""

from __future__ import annotations

from collections.abc import Iterator


def blocks(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each block as its first line (from 0), its offset in `text`, and its text.

    A line of whitespace is blank. Implemented without a regular expression: those that find blocks
    take quadratic time on long blank lines.
    """
    first_line, start, end = 0, 0, 0
    inside = False
    for number, line in enumerate(text.split("\n")):
        blank = not line or line.isspace()
        if blank and inside:
            yield first_line, start, text[start : end - 1]
        elif not blank and not inside:
            first_line, start = number, end
        inside = not blank
        end += len(line) + 1
    if inside:
        yield first_line, start, text[start:]
