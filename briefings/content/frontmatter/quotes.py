"""Quoted texts: find one that ends too early, and suggest how to quote it."""

from __future__ import annotations

import re

#: Where a value may begin: after a key's colon, a dash, a bracket or a comma.
_BEGINS = re.compile(r"""(?:^[ ]*|: +|- +|[\[{,] *)(?=['"])""")
#: A quoted text; doubled single quotes and escaped double quotes are part of it.
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"")
#: What may follow a quoted text.
_AFTER = re.compile(r"[ \t]*(?:$|[,\]}]|:(?: |$)|[ \t]#)")
#: Most characters of an example in a hint.
_LONGEST = 100

Mistake = tuple[int, str, str]  # column from 1, message, hint

#: Quotation marks of word processors.
CURLY = "\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u201a"
_CURLY = re.compile("[:,\\[{-][ ]+(?P<text>[\u201c\u201d\u201e\u00ab\u2018\u2019\u201a].*)")
_CURLY_PAIR = re.compile(
    "[\u201c\u201e\u00ab\u2018\u201a]([^\u201c-\u201f\u2018-\u201b\u00ab\u00bb]+)[\u201d\u00bb\u2019]"
)


def in_quotes(text: str) -> str:
    """Return a text as a quoted YAML value for a hint; shortened if it is long."""
    text = text.strip()
    quoted = f'"{text}"' if "'" in text and '"' not in text and "\\" not in text else None
    quoted = quoted or "'" + text.replace("'", "''") + "'"
    return quoted if len(quoted) <= _LONGEST else f"{quoted[:_LONGEST]}…{quoted[0]}"


#: What may follow a backslash in double quotes: the escape of a quotation mark, backslash, slash,
#: code point or line end. Any other turns a letter into a control character (`C:\new`).
_KEPT = frozenset('"\\/uUx\n')


def is_left_open(raw: str, indent: int) -> bool:
    """Return True if a quoted value extends over the next key.

    `raw` includes the quotation marks. `indent` is the number of spaces before the line where it
    begins: the lines of a longer text are indented further.
    """
    lines = (line for line in raw.split("\n")[1:] if line.strip())
    return any(len(line) - len(line.lstrip(" ")) <= indent for line in lines)


def escape_fault(raw: str) -> tuple[str, str] | None:
    """Return message and hint for a double-quoted value with an unintended escape, or None.

    In `C:\\new`, YAML reads the backslash and `n` as a line end.
    """
    for escape in re.finditer(r"\\(.)", raw, re.DOTALL):
        if escape[1] not in _KEPT:
            message = f"in double quotes {escape[0]} is a control character, not what it looks like"
            return message, "use single quotes, or write two backslashes for one"
    return None


def curly(line: str, _said: str = "") -> Mistake | None:
    """Return the fault of a value in curly quotes, which are not quotes in YAML, or None."""
    match = _CURLY.search(line.rstrip())
    if match is None:
        return None
    message = f"curly quotes ({match['text'][0]}) do not count as quotes here"
    inside = match["text"].strip(CURLY)
    pair = _CURLY_PAIR.match(match["text"])
    hint = "put the text in straight quotes, ' or \""
    if pair and re.match(r"\s*(?:[,\]}]|$)", match["text"][pair.end() :]):
        hint = f"write straight ones: {in_quotes(pair[1])}"
    elif not re.search("[\u201c\u201d\u201e\u00ab\u00bb\\[{]", inside):
        hint = f"write straight ones: {in_quotes(inside)}"
    return match.start("text") + 1, message, hint


def closed_early(line: str, _said: str = "") -> Mistake | None:
    """Return the fault of the first quoted text on a line that ends too early, or None.

    That is, text follows its closing quotation mark, as in `'the trust's reply'`.
    """
    position = 0
    while match := _BEGINS.search(line, position):
        quoted = _QUOTED.match(line, match.end())
        if quoted is None:
            return None
        if not _AFTER.match(line, quoted.end()):
            return _fault(line, match.end(), quoted.end())
        position = quoted.end()
    return None


def _fault(line: str, start: int, end: int) -> Mistake:
    sign, rest = line[start], line[end:]
    shown = re.split(r"\s", line[start:end])[-1] + re.split(r"[\s,\]}]", rest)[0]
    message = f"the {_NAMES[sign]} in {shown[-40:]} ends the text"
    last = re.search(rf"{sign}(?=[ ]*(?:$|[,\]}}]))", rest)
    full_text = line[start + 1 : end + last.start()] if last else line[start + 1 :].rstrip()
    other = '"' if sign == "'" else "'"
    if other not in full_text and "\\" not in full_text:
        return (
            end,
            message,
            f"put the text in {_NAMES[other]}s instead: {_cut(other + full_text + other)}",
        )
    doubled = "'" + full_text.replace("''", "'").replace("'", "''") + "'"
    return end, message, f"write '' for each ' within single quotes: {_cut(doubled)}"


_NAMES = {"'": "single quote", '"': "double quote"}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…{text[-1]}"
