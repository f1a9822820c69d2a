"""Quotations, word for word against the saved texts of their sources.

An editor may keep the text of a source in `sources/`, beside the content folder: a file named
after the source (`file_name`), in UTF-8. The folder is for editors alone: git ignores it, and
nothing of it is published. Where a text is there, a quotation has to stand in it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from sys import maxsize
from typing import Any

from briefings.content.files import LINK, faults, is_file, read_file
from briefings.content.limits import MAX_SOURCE
from briefings.content.loader import Content, Record, shown
from briefings.content.schema import Fault, Loc, Source
from briefings.content.similarity import passage
from briefings.domain.words import listed
from briefings.problems import Problem

FOLDER = "sources"

#: `…`, `...`, and whatever an editor put in square brackets: anything may stand there.
_GAP = re.compile(r"(?<!\s)\s*+(?:\[[^\]]{0,500}\]|\.(?: ?\.){2,}+)\s*+")
_APOSTROPHE = re.compile("[’‘‛′`´]")
_QUOTE_MARKS = re.compile(r"(?<!\w)'|'(?!\w)|[\"‚“”„‟‹›«»″]")
_DASHES = re.compile(r" ?(?:[‐‑‒–—―−-] ?)+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
#: A word broken at the end of a line, as texts taken from a PDF have them.
_BROKEN_WORD = re.compile(r"(?<=\w)[-‐][ \t]*\r?\n[ \t]*(?=[^\W\d_])")
_ATTRIBUTION = re.compile(r"\s*[-‐–—―]")
#: What may stand at the end of a quotation and not there in its source.
_ENDS = " -.,"
_LIKE = 60.0  # of 100: below this, the nearest passage helps nobody
_SHOWN = 240  # characters of a passage in a hint
_AROUND = 15  # characters of it before and after what is alike


@dataclass(frozen=True, slots=True)
class _Quoted:
    """Words that a file quotes: from which of its sources, and where it does so.

    `loc` is for a statement; a block quote of the body has its line and column.
    """

    text: str
    keys: tuple[str, ...]
    loc: Loc = ()
    line: int = 0
    column: int = 0


def file_name(source: Source) -> str:
    """The name of a source's saved text: the SHA-256 of its address as written, and `.txt`.

    Where the address is `unknown`: of `publisher|title|published`, each as written, a missing
    title empty.
    """
    named = source.url or "|".join((source.publisher, source.title or "", source.published.written))
    return f"{hashlib.sha256(named.encode()).hexdigest()}.txt"


def problems(content: Content) -> Iterator[Problem]:
    """A quotation that is not in the saved text of any source it cites, at its line.

    Judged only where every one of these sources has its text.
    """
    folder = _folder(content)
    if not folder.is_dir():
        return
    refused = [*_refused(folder)]
    yield from refused
    if refused:
        return
    _saved.cache_clear()
    for record in _quoting(content):
        for one in _quoted(record):
            names = [file_name(record.front.sources[key]) for key in one.keys]
            if not all(is_file(folder / name) for name in names):
                continue
            texts = [text for name in names for text in _saved(str(folder / name))]
            if not _holds(texts, one.text):
                yield _missing(content, record, one, texts)


def _refused(folder: Path) -> Iterator[Problem]:
    """Links and special files, and texts that are too long; files of other kinds are not read."""
    if folder.is_symlink():
        yield Problem(str(folder), 1, 1, *LINK)
    else:
        yield from faults(folder, lambda path: MAX_SOURCE if path.endswith(".txt") else maxsize)


def unsaved(content: Content) -> Iterator[tuple[str, Fault]]:
    """Advice for an editor who keeps texts: which one a quotation still lacks, and its name."""
    folder = _folder(content)
    if not folder.is_dir():
        return
    for record in _quoting(content):
        wanted = dict.fromkeys(key for one in _quoted(record) for key in one.keys)
        for key in wanted:
            name = file_name(record.front.sources[key])
            if not is_file(folder / name):
                message = f"a quotation from source `{key}` can't be checked: its text is not saved"
                hint = f"save it as {FOLDER}/{name}"
                yield record.path, Fault(("sources", key), message, hint, at_key=True)


def _folder(content: Content) -> Path:
    return content.root.absolute().parent / FOLDER


def _quoting(content: Content) -> Iterator[Record[Any]]:
    for records in (content.briefings, content.trusts):
        yield from (one for one in records.values() if not one.broken)


def _quoted(record: Record[Any]) -> Iterator[_Quoted]:
    for index, statement in enumerate(getattr(record.front, "statements", ())):
        if statement.quote is not None:
            yield _Quoted(statement.quote, statement.sources, ("statements", index, "quote"))
    for one in record.body.quotations:
        yield _Quoted(
            _without_attribution(one.text.rstrip()), one.keys, line=one.line, column=one.column
        )


def _without_attribution(text: str) -> str:
    """A block quote without a last line that begins with a dash and says who said it."""
    words, end, last = text.rpartition("\n")
    return words if end and _ATTRIBUTION.match(last) else text


@lru_cache(maxsize=8)  # a briefing quotes a source again and again
def _saved(file: str) -> tuple[str, ...]:
    """The saved text of a source in every reading."""
    return readings(read_file(file, MAX_SOURCE).decode("utf-8", "replace"))


def _missing(content: Content, record: Record[Any], one: _Quoted, texts: Iterable[str]) -> Problem:
    named = listed(f"`{key}`" for key in one.keys)
    several = "sources" if len(one.keys) > 1 else "source"
    message = f"these words are not in the saved text of the {several} {named}"
    hint = _hint(one.text, texts)
    if one.loc:
        return content.place(record.path, Fault(one.loc, message, hint))
    return Problem(shown(content.root, record.path), one.line, one.column, message, hint)


# -- the comparison --------------------------------------------------------------------------------


def holds(text: str, quote: str) -> bool:
    """Whether `quote` stands in `text` word for word.

    White space, quotation marks, the length of dashes, and a full stop or comma that ends the
    quotation do not count. `…` and square brackets stand for anything; what is between them has
    to come in order.
    """
    return _holds(readings(text), quote)


def _holds(texts: Iterable[str], quote: str) -> bool:
    return any(_first_missing(text, quote) is None for text in texts)


def readings(text: str) -> tuple[str, ...]:
    """The text as it stands, and with the words joined that a line's end breaks."""
    plain = normal(text)
    joined = normal(_BROKEN_WORD.sub("", text))
    return (plain,) if joined == plain else (plain, joined)


def normal(text: str) -> str:
    """A text in the form in which texts are compared.

    Case and apostrophes are kept; quotation marks go, and every dash is a hyphen without spaces.
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    text = _QUOTE_MARKS.sub("", _APOSTROPHE.sub("'", text))
    return " ".join(_DASHES.sub("-", " ".join(text.split())).split())


def _first_missing(text: str, quote: str) -> str | None:
    """The first part of a quotation that does not stand in a normal text after those before."""
    position = 0
    for part in _parts(quote):
        end = part.end_in(text, position)
        if end is None:
            return part.text
        position = end
    return None


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands between two gaps: whole words, but where a bracket cuts one."""

    text: str
    begins_word: bool
    ends_word: bool

    def end_in(self, text: str, start: int) -> int | None:
        """Where it ends the first time that it stands in a text after `start`."""
        at = text.find(self.text, start)
        while at >= 0:
            end = at + len(self.text)
            before = not self.begins_word or not _is_word(text[at - 1 : at])
            if before and not (self.ends_word and _is_word(text[end : end + 1])):
                return end
            at = text.find(self.text, at + 1)
        return None


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _parts(quote: str) -> Iterator[_Part]:
    """What stands between the gaps.

    `[T]he trust` was `The trust` or `the trust`: next to a bracket, a word may be cut.
    """
    plain = normal(quote)
    start = 0
    for gap in [*_GAP.finditer(plain), None]:
        end = len(plain) if gap is None else gap.start()
        part = plain[start:end].strip(_ENDS)
        if part:
            begins = plain[start - 1 : start] != "]"
            yield _Part(part, begins, plain[end : end + 1] != "[")
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
    """The passage of a normal text most like `part`, in whole words, and how like it is (0–100)."""
    found = passage(part, text)
    if found is None:
        return "", 0.0
    start, end = max(found.start - _AROUND, 0), found.end + _AROUND
    start = text.rfind(" ", 0, start + 1) + 1
    stop = text.find(" ", end)
    words = text[start : len(text) if stop < 0 else stop]
    return (words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"), found.likeness
