"""Characters that no content file may have, and quoted texts that end too early.

The characters are control characters and remains of a wrong encoding. Each distinct one is reported
once for a file, with the lines that have it, as the fix is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from briefings.problems import Lines

# C0 and C1 controls except tab and newline; bidirectional controls, which can make a line read
# differently from its source (CVE-2021-42574); and two noncharacters.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
#: Line ends in YAML, but not visible as such in an editor: one text could become two keys.
SEPARATORS = re.compile("[\u2028\u2029]")
#: Private-use characters have a meaning in one font only; others show an empty box.
_PRIVATE = "[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
#: UTF-8 decoded as Windows-1252 (a curly quote as `â€™`, é as `Ã©`, a narrow space as `Â `).
_MOJIBAKE = (
    "\u00e2(?:\u20ac[\u2122\u0153\u02dc\u201c\u201d\u00a6\u00a2\u00a0\u009d\u0161\u00b0\u00b2]"
    "|\u201e\u00a2|\u02c6\u2019|\u2020\u2019)"
    "|\u00c3[\u0080-\u00bf\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2020-\u203a\u20ac\u2122]"
    "|\u00c2[\u00a0-\u00bf]|\u00ef\u00bb\u00bf"
)
_ANY = re.compile(f"\ufffd|{_PRIVATE}|{_MOJIBAKE}|{FORBIDDEN.pattern}")
#: Bullets of word processors, in the private-use area of symbol fonts.
_BULLETS = frozenset("\uf0b7\uf0a7\uf076\uf0d8\uf0fc\uf02d\uf0a8\uf06c\uf06e")
#: Most further lines that are listed for one character.
_NAMED = 5

#: What people leave in a text for words that are still to write, and word processors for lost ones.
UNWRITTEN = re.compile(
    r"\b(?:TODO|FIXME|XXX+)\b|\[(?:TB[ACD]|tb[acd]|XX+)\]|(?i:lorem ipsum)"
    r"|Error! (?:Reference source not found|Bookmark not defined)"
)

#: A mistake in a line: column from 1, message, hint.
LineMistake = tuple[int, str, str]


class Place(NamedTuple):
    """A fault in a text: line and column from 1, message, hint."""

    line: int
    column: int
    message: str
    hint: str


def control(character: str) -> tuple[str, str]:
    """Return message and hint for a forbidden character."""
    code = f"U+{ord(character):04X}"
    if character == "\r":
        return "a lone carriage return (U+000D)", "end lines as your editor does by default"
    if character in "\u2028\u2029":
        return f"an invisible line end ({code})", "delete it, or end the line as usual"
    if character >= "\u202a":
        return f"an invisible character ({code}) that can change how a line reads", "delete it"
    return f"a control character ({code})", "delete it; it has no place in text"


def sign_faults(text: str) -> Iterator[Place]:
    """Yield a fault for each distinct forbidden or damaged character, at its first place."""
    if text.isascii() and not FORBIDDEN.search(text):
        return
    place = Lines(text).place
    kinds: dict[str, list[int]] = {}
    for match in _ANY.finditer(text):
        kinds.setdefault(match[0], []).append(match.start())
    for sign, indexes in kinds.items():
        message, hint = control(sign) if FORBIDDEN.match(sign) else _damaged(sign)
        line, column = place(indexes[0])
        if lines := sorted({place(index)[0] for index in indexes} - {line}):
            others = ", ".join(map(str, lines[:_NAMED])) + " …" * (len(lines) > _NAMED)
            message += f"; it stands on line{'s' * (len(lines) > 1)} {others} as well"
        yield Place(line, column, message, hint)


def _damaged(sign: str) -> tuple[str, str]:
    """Return message and hint for a character damaged by a wrong encoding or font."""
    code = f"U+{ord(sign[0]):04X}"
    if sign == "\ufffd":
        return (
            f"a sign that stands for one that was lost ({code})",
            "look up what stood there in the source, and type it anew",
        )
    if sign in _BULLETS:
        return (
            f"a bullet of a word processor ({code}), which readers see as an empty box",
            "write a list: each item on a line of its own, after - and a space",
        )
    if len(sign) == 1:
        return (
            f"a private-use sign ({code}), which readers see as an empty box",
            "delete it, or type the sign that was meant",
        )
    original = _original(sign)
    instead = original if original.strip() and original.isprintable() else "a space"
    return (
        f"`{sign.strip()}` is what is left of another sign after a wrong conversion",
        f"write {instead} instead, or copy the text again from its source, as UTF-8",
    )


def _original(sign: str) -> str:
    """Return the character whose UTF-8 was decoded as Windows-1252.

    Bytes that are undefined in Windows-1252 were decoded as Latin-1.
    """
    raw = bytearray()
    for letter in sign:
        try:
            raw += letter.encode("cp1252")
        except UnicodeEncodeError:
            raw += letter.encode("latin-1", "replace")
    return raw.decode("utf-8", "replace")


#: Where a value may begin: after a key's colon, a dash, a bracket or a comma.
_BEGINS = re.compile(r"""(?:^[ ]*|: +|- +|[\[{,] *)(?=['"])""")
#: A quoted text; doubled single quotes and escaped double quotes are part of it.
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"")
#: What may follow a quoted text.
_AFTER = re.compile(r"[ \t]*(?:$|[,\]}]|:(?: |$)|[ \t]#)")
#: Most characters of an example in a hint.
_LONGEST = 100

#: Quotation marks of word processors.
CURLY = "\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u201a"
_CURLY = re.compile("[:,\\[{-][ ]+(?P<text>[\u201c\u201d\u201e\u00ab\u2018\u2019\u201a].*)")
_CURLY_PAIR = re.compile(
    "[\u201c\u201e\u00ab\u2018\u201a]([^\u201c-\u201f\u2018-\u201b\u00ab\u00bb]+)[\u201d\u00bb\u2019]"
)


def in_quotes(text: str) -> str:
    """Return a text as a quoted YAML value for a hint; shortened if it is long."""
    text = text.strip()
    if "'" in text and '"' not in text and "\\" not in text:
        return _cut(f'"{text}"')
    return _cut("'" + text.replace("'", "''") + "'")


def _cut(quoted: str) -> str:
    return quoted if len(quoted) <= _LONGEST else f"{quoted[:_LONGEST]}…{quoted[-1]}"


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


def curly(line: str, _yaml_error: str = "") -> LineMistake | None:
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


def closed_early(line: str, _yaml_error: str = "") -> LineMistake | None:
    """Return the fault of the first quoted text on a line that ends too early, or None.

    That is, text follows its closing quotation mark, as in `'the trust's reply'`.
    """
    position = 0
    while match := _BEGINS.search(line, position):
        quoted = QUOTED.match(line, match.end())
        if quoted is None:
            return None
        if not _AFTER.match(line, quoted.end()):
            return _fault(line, match.end(), quoted.end())
        position = quoted.end()
    return None


def _fault(line: str, start: int, end: int) -> LineMistake:
    sign, rest = line[start], line[end:]
    shown = re.split(r"\s", line[start:end])[-1] + re.split(r"[\s,\]}]", rest)[0]
    message = f"the {_NAMES[sign]} in {shown[-40:]} ends the text"
    last = re.search(rf"{sign}(?=[ ]*(?:$|[,\]}}]))", rest)
    full_text = line[start + 1 : end + last.start()] if last else line[start:].rstrip()
    if not last and re.search(r"[\[{]", line[:start]):
        full_text = line[start:end] + re.split(r"[,\]}]", rest)[0].rstrip()
    other = '"' if sign == "'" else "'"
    if other not in full_text and "\\" not in full_text:
        hint = f"put the text in {_NAMES[other]}s instead: {_cut(other + full_text + other)}"
        return end, message, hint
    doubled = "'" + full_text.replace("''", "'").replace("'", "''") + "'"
    return end, message, f"write '' for each ' within single quotes: {_cut(doubled)}"


_NAMES = {"'": "single quote", '"': "double quote"}
