"""What is wrong with what an editor wrote, where, and what to write instead."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault or piece of advice, at a place an editor can go to.

    `path` is written as the editor would type it; `line` and `column` count from 1.
    `message` says what is wrong, `hint` what to write instead: each is one line, with spaces
    between its words, and a sign that nobody could see stands there as U+FFFD. What a file holds
    can so neither forge a line of a report nor hide in one.
    """

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __post_init__(self) -> None:
        for name in ("message", "hint"):
            object.__setattr__(self, name, _visible(" ".join(getattr(self, name).split())))
        object.__setattr__(self, "path", _visible(self.path))

    def __str__(self) -> str:
        label = "" if self.severity == "error" else "warning: "
        first = f"{self.path}:{self.line}:{self.column}: {label}{self.message}"
        return f"{first}\n    {self.hint}" if self.hint else first


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


class Lines:
    """Line and column (from 1) of any place in a text; the text is searched for its lines once."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, index: int) -> tuple[int, int]:
        """Line and column of the character at an index from 0."""
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1


class ContentError(Exception):
    """The content or the templates are at fault; `problems` lists every fault found, in order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ContentError], tuple[tuple[Problem, ...]]]:
        """Carried whole from a worker process to the one that reports."""
        return ContentError, (self.problems,)
