"""Search a content file as it is published, and report matches with their source position.

A file is searched in three forms: as displayed (`folding.Reading`), which gives the exact position;
the values of its front matter, which may be written with YAML escapes; and the rendered text of its
body. A match in a value is reported at that value. A match only in the rendered body is reported
where the source without link targets matches too, else at its first word, else on line 1.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from briefings.checks.folding import Reading, disguised, flat, folded
from briefings.content.files import CONFIG, MAX_FRONT
from briefings.content.frontmatter.reading import SourceFile
from briefings.content.listing import ContentFile, file_at, text_of
from briefings.content.loader import parsed
from briefings.content.schema.json_schema import Loc
from briefings.content.similarity import did_you_mean
from briefings.domain.site import Site
from briefings.problems import Lines

_WORDS = 80  # characters from the start of a match, to look it up in the source

What = TypeVar("What", bound=Hashable)
#: Line and column, from 1.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Search(Generic[What]):
    """A search function with its prefilter.

    `find`: yields (index, what) of each match in a folded text.
    `quick`: cheap prefilter; falsy if there is certainly no match in a flat text (`folding.flat`).
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
        self._is_disguised = disguised(self.text)

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
        yield _first_word(text, hidden[what]), what


def _first_word(text: str, words: str) -> Place:
    word = re.search(r"\w{3,}", words)
    index = folded(text).find(word[0]) if word else -1
    return Lines(folded(text)).place(index) if index >= 0 else (1, 1)


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
