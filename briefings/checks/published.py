"""Search a content file as it is published, and report matches with their source position.

To a reader a name or number is the same with any dash, space, width or letter form. `folded`
normalises these character by character, so `folded(a + b) == folded(a) + folded(b)`. `Reading` also
removes Markdown, YAML or SVG syntax, as rendering does, and maps an index in the result back to
line and column. Both take linear time.

A file is searched in three forms: as displayed (`Reading`), which gives the exact position; the
values of its front matter, which may be written with YAML escapes; and the rendered text of its
body. A match in a value is reported at that value. A match only in the rendered body is reported
where the source without link targets matches too, else at its first word, else on line 1.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from itertools import accumulate
from typing import Generic, TypeVar

from briefings.content.files import CONFIG, MAX_FRONT
from briefings.content.frontmatter.reading import SourceFile, parsed
from briefings.content.listing import ContentFile, file_at, text_of
from briefings.content.schema.json_schema import Loc
from briefings.content.similarity import did_you_mean
from briefings.domain.site import Site
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
    form = ""
    for part in unicodedata.normalize("NFKD", letter):
        digit = unicodedata.decimal(part, None)
        if not unicodedata.combining(part):
            form += part.casefold() if digit is None else str(digit)
    return form


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
        last = 0
        for match in (_BARE if bare else _SHOWN).finditer(source):
            self._plain(source, last, match.start())
            last = match.end()
            self._parts.append((match.start(), self._token(match)))
        self._plain(source, last, len(source))
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


_WORDS = 80  # characters from the start of a match, to look it up in the source

What = TypeVar("What", bound=Hashable)
#: Line and column, from 1.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Search(Generic[What]):
    """A search function with its prefilter.

    `find`: yields (index, what) of each match in a folded text.
    `quick`: cheap prefilter; falsy if there is certainly no match in a flat text (`flat`).
    """

    find: Callable[[str], Iterable[tuple[int, What]]]
    quick: Callable[[str], object]


class TextFile:
    """A text file of the content folder, in the forms in which it is searched.

    `policy` in `site.yaml` is left out of the text, because it lists what is searched for.
    """

    def __init__(self, site: Site, path: str) -> None:
        self.path = path
        self._site = site
        self._raw = site.content.bytes_of(path)
        text = text_of(self._raw)
        self.text = _without_policy(self.source, text) if path == CONFIG else text
        self._plain = flat(self.text)
        #: It has entities or escapes, which only a `Reading` resolves.
        signs = "\\" in self.text or "%40" in self.text
        self._is_disguised = signs or _ENTITY.search(self.text) is not None

    @cached_property
    def source(self) -> SourceFile:
        """The file parsed."""
        return parsed(self._site.content.root, self.path, self._raw)[0]

    @cached_property
    def body(self) -> str | None:
        """The folded text of the rendered body; None for a file that gives no record."""
        file = file_at(self._site.content.root, self.path)
        if not isinstance(file, ContentFile):
            return None
        record = self._site.content.record(file.kind, file.id)
        return None if record is None or record.path != self.path else folded(record.body.text)

    def hits(self, search: Search[What]) -> Iterator[tuple[Place, What]]:
        """Yield position and match of everything that is found."""
        in_source: list[tuple[Place, What]] = []
        if self._is_disguised or search.quick(self._plain) or _is_drawing(self.path):
            in_source = list(in_text(self.path, self.text, search))
        yield from in_source
        if self.body is not None and ("\\" in self.text or search.quick(self.body)):
            yield from _in_values(self.source, search, in_source)
            yield from _in_body(self.text, self.body, self.source.body_line, search, in_source)


def in_text(path: str, text: str, search: Search[What]) -> Iterator[tuple[Place, What]]:
    """Yield position and match of everything that is found in a text file.

    The file name suffix decides how it is read: in CSV every line end is kept, and SVG is searched
    without tags as well.
    """
    text = text.replace("\r\n", "\n")
    reading = Reading(text, rows=path.endswith(".csv"))
    seen: set[What] = set()
    for index, what in search.find(reading.text):
        seen.add(what)
        yield reading.place(index), what
    if _is_drawing(path):
        bare = Reading(text, bare=True)
        for index, what in search.find(bare.text) if bare.text != reading.text else ():
            if what not in seen:
                yield bare.place(index), what


def _is_drawing(path: str) -> bool:
    """Return True for SVG, where tags may split words."""
    return path.lower().endswith(".svg")


def _in_values(
    source: SourceFile, search: Search[What], in_source: Collection[tuple[Place, What]]
) -> Iterator[tuple[Place, What]]:
    """Yield matches in front-matter values, except those in `in_source` at the same value."""
    tree = source.tree
    ends = [(source.body_line, 1)] if source.body else [(MAX_FRONT, 1)]
    places = [*sorted({*tree.keys.values(), *tree.values.values()}), *ends]
    for loc, value in texts_in(tree.data):
        reading = " ".join(folded(value).split())
        if not search.quick(reading):
            continue
        own_place = tree.place(loc)
        following = places[bisect_right(places, own_place)]
        already_found = {what for place, what in in_source if own_place <= place < following}
        for what in {what for _, what in search.find(reading)} - already_found:
            yield own_place, what


def texts_in(data: object, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Yield path and value of every text in the values of a file."""
    if isinstance(data, str):
        yield loc, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from texts_in(value, (*loc, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from texts_in(value, (*loc, index))


def _in_body(
    text: str,
    body: str,
    first: int,
    search: Search[What],
    in_source: Collection[tuple[Place, What]],
) -> Iterator[tuple[Place, What]]:
    """Yield matches that the rendered body has more often than the source, at their origin.

    `text`: the source. `body`: the folded text of the rendered body. `first`: the line of the
    source on which the body begins. `in_source`: the matches in the source.
    """
    matches = [(body[index : index + _WORDS], what) for index, what in search.find(body)]
    shown = Counter(what for _, what in matches)
    shown.subtract(what for place, what in in_source if place[0] >= first)
    hidden = {what: words for words, what in matches if shown[what] > 0}
    if not hidden:
        return
    text = text.replace("\r\n", "\n")
    bare = Reading(text, bare=True)
    places = ((bare.place(index), what) for index, what in search.find(bare.text) if what in hidden)
    in_bare = {(place, what) for place, what in places if place[0] >= first} - set(in_source)
    yield from in_bare
    for what in hidden.keys() - {what for _, what in in_bare}:
        word = re.search(r"\w{3,}", hidden[what])
        index = folded(text).find(word[0]) if word else -1
        yield Lines(folded(text)).place(index) if index >= 0 else (1, 1), what


def _without_policy(source: SourceFile, text: str) -> str:
    """Return the text of `site.yaml` with `policy` replaced by spaces; positions stay the same.

    Blanked from the key `policy`, or a misspelling of it, to the next top-level key.
    """
    tree = source.tree
    lines = text.split("\n")
    starts = sorted((tree.place((key,), at_key=True), key) for key in tree.data)
    ends = [*(place for place, _ in starts), (len(lines) + 1, 1)][1:]
    for (start, key), end in zip(starts, ends, strict=True):
        if did_you_mean(key, ["policy"]):
            _blank(lines, start, end)
    return "\n".join(lines)


def _blank(lines: list[str], start: Place, end: Place) -> None:
    """Replace the text between two positions (line and column, from 1) with spaces."""
    for number in range(start[0], min(end[0], len(lines)) + 1):
        line = lines[number - 1]
        first = start[1] - 1 if number == start[0] else 0
        last = end[1] - 1 if number == end[0] else len(line)
        lines[number - 1] = line[:first] + " " * (last - first) + line[last:]
