"""Text in one form for the search for names and contacts, and the way back to its place.

A name or a number is the same to a reader whatever dash, space, width or letter form it is written
with. `folded` brings these to one form, one character after the other, so that the folding of two
texts in a row is the two foldings in a row. `Reading` takes the Markdown, YAML or SVG of a file
away first, as the page that is made from it does. Both take linear time.
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
#: Unicode's Default_Ignorable_Code_Point: nobody sees them, and they part a word for a search.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_BLANKS = "\u1680\u2800"  # besides those that compatibility forms make a space of
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class _Folds(dict[str, str]):
    """Character → its folded form; worked out once for each character that comes up."""

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
    """Lower case, compatibility forms, digits of any script as 0–9, letters without accents, every
    dash as `-`, every apostrophe as `'`; characters that nobody sees are left out.

    ASCII keeps its length.
    """
    if text.isascii():
        return text.lower()
    return _NOT_ASCII.sub(lambda found: _FORMS[found[0]], text).lower()


#: What stands in a source and is not shown as it stands.
_SYNTAX = (
    r"(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<new>[ \t]*\\?\n[ \t]*(?:>[ \t]*)*(?P<block>[-+*|\#\n]|[0-9]{1,9}[.)][ ]|[\w-]+:[ ])?)"
    r"|(?P<gap>[ \t]{2,}|\t|%20)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<mark>[*`~]+|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9]))"
    r"|(?P<at>%40)"
)
#: Beside the words of a link, a citation or a note; and tags, those within a word apart.
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
    """A source folded and without the marks of emphasis: what a quick look searches."""
    return folded(source).translate(_MARKS)


def disguised(source: str) -> bool:
    """True where entities or escapes stand in a source, which only a `Reading` sees through."""
    return "\\" in source or "%40" in source or _ENTITY.search(source) is not None


class Reading:
    """A source as it is shown, folded, with the way back to the place of what is found in it.

    A line end within a paragraph is a space; one that begins a new block stays one, and with
    `rows` (a table in CSV) every one does. With `bare`, what a link, citation, note or tag has
    beside its words is left out.
    """

    def __init__(self, source: str, *, bare: bool = False, rows: bool = False) -> None:
        self._lines, self._length = Lines(source), len(source)
        self._rows = rows
        #: Where in the source each part of the text begins, and the part.
        self._parts: list[tuple[int, str]] = []
        self._read(source, _BARE if bare else _SHOWN)
        self.text = "".join(part for _, part in self._parts)

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(part) for _, part in self._parts), initial=0))

    def place(self, at: int) -> tuple[int, int]:
        """Line and column in the source, from 1, of what stands at this index of `text`."""
        number = min(bisect_right(self._starts, at), len(self._parts)) - 1
        if number < 0:
            return 1, 1
        start, following = self._parts[number][0], self._parts[number + 1 : number + 2]
        # The folded form of one character may be several: all of them stand where it does.
        end = following[0][0] if following else self._length
        place = min(start + at - self._starts[number], max(start, end - 1))
        return self._lines.place(place)

    def _read(self, source: str, syntax: re.Pattern[str]) -> None:
        last = 0
        for found in syntax.finditer(source):
            self._plain(source, last, found.start())
            last = found.end()
            self._parts.append((found.start(), self._token(found)))
        self._plain(source, last, len(source))

    def _plain(self, source: str, start: int, end: int) -> None:
        """Words as they stand. A character whose folded form is longer or shorter is a part."""
        run = source[start:end]
        form = folded(run)
        if len(form) == len(run):
            self._parts.append((start, form))
            return
        last = 0
        for found in _NOT_ASCII.finditer(run):
            self._parts.append((start + last, run[last : found.start()].lower()))
            self._parts.append((start + found.start(), _FORMS[found[0]]))
            last = found.end()
        self._parts.append((start + last, run[last:].lower()))

    def _token(self, found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind in {"mark", "target"}:
            return ""
        if kind == "new":
            return "\n" + folded(found["block"] or "") if found["block"] or self._rows else " "
        if kind == "entity":
            letter = unescape(found[0])
            return " " if letter.isspace() else folded(letter)
        if kind == "escaped":
            return found["escaped"].lower()
        return {"gap": " ", "at": "@", "tag": "\n"}.get(kind or "", "")
