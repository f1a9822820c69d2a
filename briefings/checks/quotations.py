"""Compare quotations word for word with the saved texts of their sources.

An editor may save the text of a source, in UTF-8, in the folder `sources/` beside the content
folder, under the name that `file_name` returns. The folder is for editors only: git ignores it, and
nothing in it is published. If the text of a source is saved, its quotations have to be in it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from sys import maxsize
from typing import Any, NamedTuple

from briefings.content.files import LINK, MAX_SOURCE, faults, is_file, read_file
from briefings.content.records import Record
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.types import Source
from briefings.content.schema.validation import Fault
from briefings.content.similarity import passage
from briefings.domain.site import Site
from briefings.domain.words import listed
from briefings.engine import query
from briefings.problems import Problem

FOLDER = "sources"

#: `…`, `...` and text in square brackets: each matches anything.
_GAP = re.compile(r"(?<!\s)\s*+(?:\[[^\]]{0,500}\]|\.(?: ?\.){2,}+)\s*+")
_APOSTROPHE = re.compile("[’‘‛′`´]")
_QUOTE_MARKS = re.compile(r"(?<!\w)'|'(?!\w)|[\"‚“”„‟‹›«»″]")
_DASHES = re.compile(r" ?(?:[‐‑‒–—―−-] ?)+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
#: A word hyphenated at the end of a line, as in text copied from a PDF.
_BROKEN_WORD = re.compile(r"(?<=\w)[-‐][ \t]*\r?\n[ \t]*(?=[^\W\d_])")
_ATTRIBUTION = re.compile(r"\s*[-‐–—―]")
#: Ignored at the ends of a part of a quotation.
_ENDS = " -.,"
_LIKE = 60.0  # of 100; below this, the nearest passage is not worth a hint
_SHOWN = 240  # characters of a passage in a hint
_AROUND = 15  # characters of context on both sides of the similar passage


class _Quoted(NamedTuple):
    """A quotation in a file, and the sources that it cites.

    `place`: its path in the front matter; or line and column, for a block quote in the body.
    """

    text: str
    keys: tuple[str, ...]
    place: Loc


def file_name(source: Source) -> str:
    """Return the file name of a source's saved text: the SHA-256 of its URL as written, and `.txt`.

    If the URL is `unknown`, the hash of `publisher|title|published`, each as written; a missing
    title is empty.
    """
    source_name = source.url or "|".join(
        (source.publisher, source.title or "", source.published.written)
    )
    return f"{hashlib.sha256(source_name.encode()).hexdigest()}.txt"


@query
def folder_problems(site: Site) -> tuple[Problem, ...]:
    """Return problems for symbolic links, special files and `.txt` files that are too long.

    Files with other suffixes may have any size: they are not read. Paths are as shown.
    """
    folder = _folder(site)
    if folder is None:
        return ()
    if folder.is_symlink():
        return (Problem(str(folder), 1, 1, *LINK),)
    return tuple(faults(folder, lambda path: MAX_SOURCE if path.endswith(".txt") else maxsize))


def quotation_faults(site: Site, record: Record[Any]) -> Iterator[Fault | Problem]:
    """Yield a fault for each quotation that is in no saved text of the sources it cites.

    A quotation is checked only if the texts of all these sources are saved, and the folder itself
    has no problems.
    """
    if record.broken or _folder(site) is None or folder_problems(site):
        return
    quotations = list(_quoted(record))
    keys = dict.fromkeys(key for quoted in quotations for key in quoted.keys)
    files = {key: _saved_file(site, record.front.sources[key]) for key in keys}
    saved = {
        key: readings(read_file(file, MAX_SOURCE).decode("utf-8", "replace"))
        if is_file(file)
        else None
        for key, file in files.items()
    }
    for quoted in quotations:
        saved_readings = [saved[key] for key in quoted.keys]
        texts = [text for readings in saved_readings for text in readings or ()]
        if None not in saved_readings and not _holds(texts, quoted.text):
            yield _missing(record, quoted, texts)


def unsaved(site: Site, record: Record[Any]) -> Iterator[Fault]:
    """Yield advice for each quoted source without a saved text, if the folder `sources/` exists."""
    if record.broken or _folder(site) is None:
        return
    for key in dict.fromkeys(key for quoted in _quoted(record) for key in quoted.keys):
        file = _saved_file(site, record.front.sources[key])
        if not is_file(file):
            message = f"a quotation from source `{key}` can't be checked: its text is not saved"
            hint = f"save it as {FOLDER}/{file.name}"
            yield Fault(("sources", key), message, hint, at_key=True)


def _folder(site: Site) -> Path | None:
    """Return the folder of saved texts, if there is one.

    The fact covers the names, sizes and types of its files.
    """
    site.engine.read("names", FOLDER)
    folder = site.content.root.absolute().parent / FOLDER
    return folder if folder.is_dir() else None


def _quoted(record: Record[Any]) -> Iterator[_Quoted]:
    for index, statement in enumerate(getattr(record.front, "statements", ())):
        if statement.quote is not None:
            yield _Quoted(statement.quote, statement.sources, ("statements", index, "quote"))
    for quotation in record.body.quotations:
        text = quotation.text.rstrip()
        words, end, last = text.rpartition("\n")
        if end and _ATTRIBUTION.match(last):  # it names the speaker
            text = words
        yield _Quoted(text, quotation.keys, (quotation.line, quotation.column))


def _saved_file(site: Site, source: Source) -> Path:
    name = file_name(source)
    site.engine.read("source", name)
    return site.content.root.absolute().parent / FOLDER / name


def _missing(record: Record[Any], quoted: _Quoted, texts: Iterable[str]) -> Fault | Problem:
    keys = listed(f"`{key}`" for key in quoted.keys)
    several = "sources" if len(quoted.keys) > 1 else "source"
    message = f"these words are not in the saved text of the {several} {keys}"
    hint = _hint(quoted.text, texts)
    match quoted.place:
        case (int(line), int(column)):
            return Problem(record.path, line, column, message, hint)
    return Fault(quoted.place, message, hint)


# -- the comparison --------------------------------------------------------------------------------


def holds(text: str, quote: str) -> bool:
    """Return whether `quote` is in `text` word for word.

    White space, quotation marks, the length of dashes, and a full stop or comma at the end of the
    quotation are ignored. `…` and square brackets match anything; the parts between them have to
    occur in order.
    """
    return _holds(readings(text), quote)


def _holds(texts: Iterable[str], quote: str) -> bool:
    return any(_first_missing(text, quote) is None for text in texts)


def readings(text: str) -> tuple[str, ...]:
    """Return the normalised text, and if different, the one with hyphenated line ends joined."""
    plain = normal(text)
    joined = normal(_BROKEN_WORD.sub("", text))
    return (plain,) if joined == plain else (plain, joined)


def normal(text: str) -> str:
    """Return a text normalised for comparison.

    NFKC, single spaces, no quotation marks and no invisible characters; every dash becomes a hyphen
    without spaces, every apostrophe within a word `'`. Case is kept.
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    text = _QUOTE_MARKS.sub("", _APOSTROPHE.sub("'", text))
    return " ".join(_DASHES.sub("-", " ".join(text.split())).split())


def _first_missing(text: str, quote: str) -> str | None:
    """Return the first part of a quotation that is not in `text` after the parts before it.

    `text` is normalised. None if all parts are there, in order.
    """
    position = 0
    for part, pattern in _parts(quote):
        match = pattern.search(text, position)
        if match is None:
            return part
        position = match.end()
    return None


def _parts(quote: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Split a quotation at its gaps; yield each part, and the pattern of its words.

    A part begins and ends with a whole word, except beside a square bracket: `[T]he trust` is in
    the source as `The trust` or `the trust`.
    """
    plain = normal(quote)
    start = 0
    for gap in [*_GAP.finditer(plain), None]:
        end = len(plain) if gap is None else gap.start()
        part = plain[start:end].strip(_ENDS)
        if part:
            begin = "" if plain[start - 1 : start] == "]" else r"(?<!\w)"
            stop = "" if plain[end : end + 1] == "[" else r"(?!\w)"
            yield part, re.compile(begin + re.escape(part) + stop)
        start = len(plain) if gap is None else gap.end()


def _hint(quote: str, texts: Iterable[str]) -> str:
    best, score = "", 0.0
    for text in texts:
        part = _first_missing(text, quote) or ""
        passage, likeness = nearest(part, text)
        if likeness > score:
            best, score = passage, likeness
    if score < _LIKE:
        return "nothing like them stands there; is it from another source?"
    return f"the nearest passage is: {best}"


def nearest(part: str, text: str) -> tuple[str, float]:
    """Return the passage of a normalised text most similar to `part`, and the similarity (0–100).

    The passage has whole words and some context; `("", 0.0)` if there is none.
    """
    near = passage(part, text)
    if near is None:
        return "", 0.0
    start, end = max(near.start - _AROUND, 0), near.end + _AROUND
    start = text.rfind(" ", 0, start + 1) + 1
    stop = text.find(" ", end)
    words = text[start : len(text) if stop < 0 else stop]
    return (words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"), near.likeness
