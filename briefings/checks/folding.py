"""Normalised text for the search for names and contacts, with positions in the source.

To a reader a name or number is the same with any dash, space, width or letter form. `folded`
normalises these character by character, so `folded(a + b) == folded(a) + folded(b)`. `Reading` also
removes Markdown, YAML or SVG syntax, as rendering does, and maps an index in the result back to
line and column. Both take linear time.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property
from html import unescape
from itertools import accumulate

from briefings.problems import Lines

_DASHES = "\u02d7\u2043\u2212"  # besides every character of category Pd
_APOSTROPHES = "\u00b4\u02b9\u02bb\u02bc\u02c8\u2018\u2019\u201b\u2032\u05f3\ua78c\uff07"
#: Unicode's Default_Ignorable_Code_Point: invisible, but they would split a word for the search.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_BLANKS = "\u1680\u2800"  # besides those whose compatibility form is a space
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class _Folds(dict[str, str]):
    """Cache: character → its folded form."""

    def __missing__(self, letter: str) -> str:
        self[letter] = form = _form(letter)
        return form


def _form(letter: str) -> str:
    if _UNSEEN.match(letter):
        return ""
    if letter in _APOSTROPHES:
        return "'"
    if letter in _DASHES or unicodedata.category(letter) == "Pd":
        return "-"
    if letter in _BLANKS:
        return " "
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(_part(part) for part in parts if not unicodedata.combining(part))


def _part(part: str) -> str:
    digit = unicodedata.decimal(part, None)
    return part.casefold() if digit is None else str(digit)


_FORMS = _Folds()


def folded(text: str) -> str:
    """Return the text normalised for comparison.

    Lower case (case-folded outside ASCII), NFKD compatibility forms, digits of any script as 0–9,
    letters without accents, every dash as `-`, every apostrophe as `'`; invisible characters are
    removed. ASCII text keeps its length.
    """
    if text.isascii():
        return text.lower()
    return _NOT_ASCII.sub(lambda match: _FORMS[match[0]], text).lower()


#: Source syntax that is displayed in another form, or not at all.
_SYNTAX = (
    r"(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<new>[ \t]*\\?\n[ \t]*(?:>[ \t]*)*(?P<block>[-+*|\#\n]|[0-9]{1,9}[.)][ ]|[\w-]+:[ ])?)"
    r"|(?P<gap>[ \t]{2,}|\t|%20)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<mark>[*`~]+|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9]))"
    r"|(?P<at>%40)"
)
#: Link targets, citations and notes, and tags: inline ones may be within a word (`target`), others
#: separate words (`tag`).
_TARGETS = (
    r"(?P<target>\]\([^()\s]{0,2048}(?:[ ]\"[^\"\n]{0,512}\")?\)|[ ]?\[[@^][^\[\]\n]{0,512}\]"
    r"|\]\[[^\[\]\n]{0,256}\]|[\[\]]"
    r"|</?(?:a|abbr|b|em|i|span|strong|sub|sup|tspan|u)(?:[ /][^<>]{0,2048})?>)"
    r"|(?P<tag></?[A-Za-z][^<>]{0,2048}>)"
)
_SHOWN = re.compile(_SYNTAX)
_BARE = re.compile(f"{_SYNTAX}|{_TARGETS}")
_ENTITY = re.compile(r"&(?:#|[A-Za-z][A-Za-z0-9]{1,31};)")
_MARKS = str.maketrans("", "", "*`~")


def flat(source: str) -> str:
    """Return the folded source without emphasis marks, as the prefilters search it."""
    return folded(source).translate(_MARKS)


def disguised(source: str) -> bool:
    """Return True if a source has entities or escapes, which only a `Reading` resolves."""
    return "\\" in source or "%40" in source or _ENTITY.search(source) is not None


class Reading:
    """The folded text of a source as displayed (`text`), with the position of each part.

    A line end within a paragraph becomes a space; one before a new block is kept.
    `rows`: keep every line end, for CSV.
    `bare`: also remove link targets, citations, notes and tags.
    """

    def __init__(self, source: str, *, bare: bool = False, rows: bool = False) -> None:
        self._lines, self._length = Lines(source), len(source)
        self._rows = rows
        #: (index in the source, folded text) of each part.
        self._parts: list[tuple[int, str]] = []
        self._read(source, _BARE if bare else _SHOWN)
        self.text = "".join(part for _, part in self._parts)

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(part) for _, part in self._parts), initial=0))

    def place(self, index: int) -> tuple[int, int]:
        """Return line and column in the source, from 1, of an index in `text`."""
        number = min(bisect_right(self._starts, index), len(self._parts)) - 1
        if number < 0:
            return 1, 1
        start, following = self._parts[number][0], self._parts[number + 1 : number + 2]
        # One character may fold to several: all of them have its position.
        end = following[0][0] if following else self._length
        offset = min(start + index - self._starts[number], max(start, end - 1))
        return self._lines.place(offset)

    def _read(self, source: str, syntax: re.Pattern[str]) -> None:
        last = 0
        for match in syntax.finditer(source):
            self._plain(source, last, match.start())
            last = match.end()
            self._parts.append((match.start(), self._token(match)))
        self._plain(source, last, len(source))

    def _plain(self, source: str, start: int, end: int) -> None:
        """Add `source[start:end]`, which has no syntax in it.

        If folding changes the length, each non-ASCII character becomes a part of its own, so that
        positions stay exact.
        """
        run = source[start:end]
        form = folded(run)
        if len(form) == len(run):
            self._parts.append((start, form))
            return
        last = 0
        for match in _NOT_ASCII.finditer(run):
            self._parts.append((start + last, run[last : match.start()].lower()))
            self._parts.append((start + match.start(), _FORMS[match[0]]))
            last = match.end()
        self._parts.append((start + last, run[last:].lower()))

    def _token(self, match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind in {"mark", "target"}:
            return ""
        if kind == "new":
            return "\n" + folded(match["block"] or "") if match["block"] or self._rows else " "
        if kind == "entity":
            letter = unescape(match[0])
            return " " if letter.isspace() else folded(letter)
        if kind == "escaped":
            return match["escaped"].lower()
        return {"gap": " ", "at": "@", "tag": "\n"}.get(kind or "", "")
