"""A fault in what an editor wrote: its place, its message, and a hint what to write instead."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """An error or warning at one place of a file.

    `path` is as the editor would type it; `line` and `column` count from 1. `message` says what is
    wrong and `hint` what to write instead. Both are normalised to one line with single spaces
    between words, and in these two and `path` each unprintable character becomes U+FFFD, so that
    the content of a file can neither forge a line of a report nor hide in one. `loc`: the path of
    the value that is at fault, such as `("ratings", 0, "value")`, where it is known.
    """

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    severity: Severity = "error"
    loc: tuple[str | int, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("message", "hint"):
            object.__setattr__(self, name, printable(" ".join(getattr(self, name).split())))
        object.__setattr__(self, "path", printable(self.path))

    @property
    def place(self) -> tuple[str, int, int]:
        """Path, line and column."""
        return self.path, self.line, self.column

    def __str__(self) -> str:
        label = "" if self.severity == "error" else "warning: "
        first = f"{self.path}:{self.line}:{self.column}: {label}{self.message}"
        return f"{first}\n    {self.hint}" if self.hint else first


def printable(text: str) -> str:
    """Return a text with U+FFFD for each unprintable character."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


class Lines:
    """Converts character offsets in a text to line and column; finds the line starts once."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, index: int) -> tuple[int, int]:
        """Return line and column, from 1, of the character at `index`, from 0."""
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1


class ContentError(Exception):
    """Faults in the content or the templates.

    `problems` has every fault found, without duplicates, sorted by path, line and column.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ContentError], tuple[tuple[Problem, ...]]]:
        """Pickle `problems`, not the message, so that a worker process can raise the error."""
        return ContentError, (self.problems,)
