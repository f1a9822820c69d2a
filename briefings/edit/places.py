"""Places in the text of a file: lines, indentation, dashes, comments."""

from __future__ import annotations

import re

from briefings.content.frontmatter.spans import Node
from briefings.problems import Problem

_COMMENT = re.compile(r"(?:^|\s)#")


class NotInPlace(Exception):
    """The text at this place can't be edited; `line` and `column` count from 1."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line, self.column = line, column


def in_place_fault(path: str, fault: NotInPlace) -> Problem:
    """Return the problem with a file, its path as shown, whose text can't be edited."""
    hint = "write each key of the front matter on a line of its own"
    return Problem(path, fault.line, fault.column, "this can't be edited in place", hint)


def dash(text: str, item: Node) -> int:
    """Return where the dash of an item is, which must be the first character of its line."""
    dash = text.rfind("-", 0, max(item.start, 1))
    before = text[line_start(text, dash) : dash] if dash >= 0 else "?"
    if before.strip() or text[dash + 1 : item.start].strip():
        raise NotInPlace(*place(text, item.start))
    return dash


def line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return where the next line begins."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def above(text: str, at: int) -> int:
    """Return where the comments begin that are right above a line, which begins at `at`."""
    while at and text[line_start(text, at - 1) : at].lstrip(" ").startswith("#"):
        at = line_start(text, at - 1)
    return at


def below(text: str, at: int, indent: int) -> int:
    """Return where a key or item with this indentation goes below a value.

    Comments that are indented further belong to that value, such as optional keys left out of it.
    """
    at = line_end(text, at)
    while (line := text[at : line_end(text, at)]).lstrip(" ").startswith("#"):
        if len(line) - len(line.lstrip(" ")) <= indent:
            break
        at = line_end(text, at)
    return at


def column(text: str, at: int) -> int:
    return at - line_start(text, at)


def place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, column(text, at) + 1


def refuse_comments(text: str, start: int, end: int) -> None:
    """Raise NotInPlace if a comment would be lost with these characters."""
    if "\n" in text[start:end] and _COMMENT.search(text[start:end]):
        raise NotInPlace(*place(text, start))
