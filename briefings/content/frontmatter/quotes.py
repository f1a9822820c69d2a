"""Texts in quotes: where one ends earlier than its writer thinks, and how to write it whole."""

from __future__ import annotations

import re

#: Where a value may begin: after a key's colon, a dash, a bracket or a comma.
_BEGINS = re.compile(r"""(?:^[ ]*|: +|- +|[\[{,] *)(?=['"])""")
#: A text in quotes: doubled single quotes and escaped double ones are part of it.
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"")
#: What may stand after it.
_AFTER = re.compile(r"[ \t]*(?:$|[,\]}]|:(?: |$)|[ \t]#)")
#: Letters of a hint's example.
_LONGEST = 100

Found = tuple[int, str, str]  # column from 1, what is wrong, what to write


def in_quotes(text: str) -> str:
    """A text as a value in quotes; shown in part where it is long."""
    text = text.strip()
    quoted = f'"{text}"' if "'" in text and '"' not in text and "\\" not in text else None
    quoted = quoted or "'" + text.replace("'", "''") + "'"
    return quoted if len(quoted) <= _LONGEST else f"{quoted[:_LONGEST]}…{quoted[0]}"


#: What may follow a backslash in double quotes: it gives the sign that was typed or numbered, or
#: joins two lines. All other escapes turn a letter into a control character (`C:\\new`).
_KEPT = frozenset('"\\/uUx\n')


def left_open(raw: str, indent: int) -> tuple[str, str] | None:
    """What is wrong with a quoted value that goes on over the next key, and what to write.

    `raw` has its quotation marks, `indent` are the spaces before the line it begins on: the lines
    of a longer text are indented further.
    """
    for line in raw.split("\n")[1:]:
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            message = f"the quotation mark here is not closed before the line `{line.strip()[:40]}`"
            return message, "close it, or indent the lines of a longer text"
    return None


def escape_fault(raw: str) -> tuple[str, str] | None:
    """What is wrong with a value in double quotes that has an escape nobody meant (`C:\\new`)."""
    for escape in re.finditer(r"\\(.)", raw, re.DOTALL):
        if escape[1] not in _KEPT:
            message = f"in double quotes {escape[0]} is a control character, not what it looks like"
            return message, "use single quotes, or write two backslashes for one"
    return None


def closed_early(line: str) -> Found | None:
    """The first quotation mark on a line that ends a text in the middle."""
    position = 0
    while found := _BEGINS.search(line, position):
        quoted = _QUOTED.match(line, found.end())
        if quoted is None:
            return None
        if not _AFTER.match(line, quoted.end()):
            return _fault(line, found.end(), quoted.end())
        position = quoted.end()
    return None


def _fault(line: str, start: int, end: int) -> Found:
    sign, rest = line[start], line[end:]
    shown = re.split(r"\s", line[start:end])[-1] + re.split(r"[\s,\]}]", rest)[0]
    message = f"the {_NAMES[sign]} in {shown[-40:]} ends the text"
    last = re.search(rf"{sign}(?=[ ]*(?:$|[,\]}}]))", rest)
    whole = line[start + 1 : end + last.start()] if last else line[start + 1 :].rstrip()
    other = '"' if sign == "'" else "'"
    if other not in whole and "\\" not in whole:
        return (
            end,
            message,
            f"put the text in {_NAMES[other]}s instead: {_cut(other + whole + other)}",
        )
    doubled = "'" + whole.replace("''", "'").replace("'", "''") + "'"
    return end, message, f"write '' for each ' within single quotes: {_cut(doubled)}"


_NAMES = {"'": "single quote", '"': "double quote"}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…{text[-1]}"
