"""Similarity search: the option nearest to an unknown word, the passage nearest to a quotation.

The only module that imports rapidfuzz. A file can hold thousands of unknown ids, so a lookup must
be quick: difflib takes 30 ms for one word among 300 similar ones, rapidfuzz less than 0.1 ms.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

#: Characters that nobody sees: zero-width ones, marks of direction, soft hyphens.
UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff"
INVISIBLE = re.compile(f"[{UNSEEN}]")
#: Apostrophes, quotation marks and dashes, which word processors change → the one on a keyboard.
_ON_A_KEYBOARD = str.maketrans(
    dict.fromkeys("\u00b4\u02bc\u2018\u2019\u201b\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
_WORD = re.compile(r"\w+")
_IN_A_PATH = re.compile(r"(?:.*/|[a-z]+:)?([\w-]+)(?:\.md|\.ya?ml)?")
#: Similarity, of 1, from which an option counts as meant.
_ENOUGH = 0.7
#: Most options that a hint lists: all of them, or only those similar to a word.
_LISTED, _ALIKE = 12, 6
#: Shorter words match too many names.
_SHORTEST = 4
#: Stop words: they are in too many names.
_COMMON = frozenset({"and", "care", "health", "nhs", "service", "services", "the", "trust", "with"})
#: Characters of a quotation that are searched for, and how many of its rarest words vote.
_LONGEST, _RAREST = 400, 8
#: A word that occurs this often in a text, or more often, does not vote.
_OFTEN = 500
#: Windows of a text that are compared character by character.
_TRIES = 4


def without_path(text: str) -> str:
    """Return the id in the path of a file, or in a link such as `trust:northmoor`; else `text`."""
    match = _IN_A_PATH.fullmatch(text)
    return match[1] if match else text


def same(text: str) -> str:
    """Return a normalised text: equal for texts that a reader sees as the same.

    Differences in case, in Unicode form (é as one character or two), in the kind of apostrophes,
    quotation marks and dashes, in the kind and number of spaces, and in zero-width characters do
    not count.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKC", text.translate(_ON_A_KEYBOARD)).casefold()
    return " ".join(INVISIBLE.sub("", plain).split())


def invisible_in_address(text: str) -> tuple[str, str] | None:
    """Return message and hint for an address with an invisible character in it, else None."""
    match = INVISIBLE.search(text)
    if match is None:
        return None
    message = f"this address has an invisible character in it (U+{ord(match[0]):04X})"
    return message, "delete the address, and type it again"


def did_you_mean(word: str, options: Iterable[str]) -> str | None:
    """Return the option that `word` most likely means, or None; case does not count."""
    from rapidfuzz import process  # slow to import, and needed for faults only
    from rapidfuzz.distance import Indel

    by_lower = _by_lower(frozenset(options))
    nearest = process.extractOne(
        word.lower(), [*by_lower], scorer=Indel.normalized_similarity, score_cutoff=_ENOUGH
    )
    return by_lower[nearest[0]] if nearest else None


def suggestion(word: str, options: Iterable[str], otherwise: str = "") -> str:
    """Return the hint for an unknown word: the option that it most likely means, or `otherwise`."""
    near = did_you_mean(word, options)
    return f"did you mean `{near}`?" if near else otherwise


@lru_cache(maxsize=32)  # called with the same options thousands of times
def _by_lower(options: frozenset[str]) -> dict[str, str]:
    by_lower = {option.lower(): option for option in sorted(options, reverse=True)}
    return {low: by_lower[low] for low in sorted(by_lower)}


class Options:
    """Ids with their names, in the order in which a hint lists them.

    Suggests an option for an unknown word, which may differ from it in case and punctuation, be
    abbreviated, be its initials, be misspelt, or be one word of a longer name. There may be
    thousands of options and of words, so each index is made on its first use.
    """

    def __init__(self, names_by_id: Mapping[str, Iterable[str]]) -> None:
        self._named = {id: (id, *names) for id, names in names_by_id.items()}

    @classmethod
    def of(cls, ids: Iterable[str]) -> Options:
        """Return Options of ids that have no names."""
        return cls(dict.fromkeys(ids, ()))

    def meant(self, word: str) -> str | None:
        """Return the one option that a word means, or None if none or several match.

        Tried in this order: its id or name apart from case and punctuation, its initials, the
        beginnings of its words, the nearest id or name in spelling. Of a path, the name of the file
        is tried.
        """
        word = without_path(word)
        for index in (self._by_name, self._by_initials):
            if ids := index.get(_bare(word)):
                return next(iter(ids)) if len(ids) == 1 else None
        cut = [id for id in self._with_word(_words(word)[:1]) if self._is_cut(word, id)]
        if len(cut) == 1:
            return cut[0]
        near = did_you_mean(word, self._named)
        return near or self._id_of.get(did_you_mean(word, self._id_of) or "")

    def alike(self, word: str) -> list[str]:
        """Return a few options that share a word, or its beginning, with `word`.

        Short and common words do not count. The options that share most words are first.
        """
        typed = [part for part in _words(word) if len(part) >= _SHORTEST and part not in _COMMON]
        common = Counter(id for part in typed for id in self._with_word([part, part.rstrip("s")]))
        return sorted(common, key=lambda id: (-common[id], id))[:_ALIKE]

    def hint(self, word: str, plural: str, where: str = "") -> str:
        """Return a hint with what to write instead of an unknown word.

        `plural` is the plural name of the options; `where` says where to see all of them.
        """
        if near := self.meant(word):
            return f"did you mean `{near}`?"
        if len(self._named) <= _LISTED:
            return f"the {plural} are: {', '.join(self._named) or 'none yet'}"
        all_of_them = f"there are {len(self._named)} {plural}{f', see {where}' if where else ''}"
        sentence = f"T{all_of_them[1:]}"
        alike = self.alike(word)
        if len(alike) == 1:
            return f"did you mean `{alike[0]}`? {sentence}"
        if alike:
            return f"did you mean one of these: {', '.join(alike)}? {sentence}"
        return f"{all_of_them}; the first are: {', '.join([*self._named][:_LISTED])} …"

    @cached_property
    def _by_name(self) -> Mapping[str, set[str]]:
        return self._index(lambda name: [_bare(name)])

    @cached_property
    def _by_initials(self) -> Mapping[str, set[str]]:
        return self._index(lambda name: ["".join(word[0] for word in _words(name))])

    @cached_property
    def _by_word(self) -> tuple[list[str], Mapping[str, set[str]]]:
        index = self._index(_words)
        return sorted(index), index

    @cached_property
    def _id_of(self) -> dict[str, str]:
        """Name → id, for names (not ids) that only one option has."""
        index: defaultdict[str, set[str]] = defaultdict(set)
        for id, (_, *names) in self._named.items():
            for name in names:
                index[name].add(id)
        return {name: next(iter(ids)) for name, ids in index.items() if len(ids) == 1}

    def _index(self, keys_of: Callable[[str], Iterable[str]]) -> Mapping[str, set[str]]:
        """Return each key of an id or name → the ids that have it."""
        index: defaultdict[str, set[str]] = defaultdict(set)
        for id, names in self._named.items():
            for key in (key for name in names for key in keys_of(name)):
                index[key].add(id)
        return index

    def _with_word(self, beginnings: Iterable[str]) -> list[str]:
        """Return options that have a word with one of these beginnings.

        Stops once it has ten times `_LISTED` of them.
        """
        words, index = self._by_word
        ids: dict[str, None] = {}
        for start in dict.fromkeys(filter(None, beginnings)):
            at = bisect_left(words, start)
            while at < len(words) and words[at].startswith(start) and len(ids) < 10 * _LISTED:
                ids |= dict.fromkeys(sorted(index[words[at]]))
                at += 1
        return list(ids)

    def _is_cut(self, word: str, id: str) -> bool:
        """Return True if the typed words are the beginnings of all words of a name, in order."""
        typed = _words(word)
        names = (_words(name) for name in self._named[id])
        return any(
            len(words) == len(typed) and all(map(str.startswith, words, typed)) for words in names
        )


def _bare(text: str) -> str:
    """Return only the letters and digits of a text, NFKC-normalised and case-folded."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _words(text: str) -> list[str]:
    """Return the words of a text, normalised likewise; an apostrophe is no end of a word."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"[^\W_]+", plain.replace("'", "").replace("\u2019", ""))


class Passage(NamedTuple):
    """Start and end of a passage in a text, and its similarity from 0 to 100."""

    start: int
    end: int
    likeness: float


def passage(part: str, text: str) -> Passage | None:
    """Return the passage of `text` most like the beginning of `part`, which does not occur in it.

    To compare `part` with every place of a long text takes minutes. So the rarest words of `part`
    vote for the places where it may be from, and only these are compared.
    """
    from rapidfuzz import fuzz

    part = part[:_LONGEST]
    best: Passage | None = None
    for start, end in _windows(part, text):
        match = fuzz.partial_ratio_alignment(part, text[start:end])
        if match is None or (best is not None and match.score <= best.likeness):
            continue
        span = (match.dest_start, match.dest_end) if len(part) <= end - start else (0, end - start)
        best = Passage(start + span[0], start + span[1], match.score)
    return best


def _windows(part: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the windows of `text` to compare with `part`.

    A short text is one window. In a long one, each rare word of `part` votes for the windows that
    have it at the same offset; those with the most votes are yielded.
    """
    room = len(part)
    if len(text) <= 4 * room:
        yield 0, len(text)
        return
    offsets = _offsets(text)
    words = ((match.start(), match[0].lower()) for match in _WORD.finditer(part))
    rare = [
        (offset, offsets[word]) for offset, word in words if 0 < len(offsets.get(word, ())) < _OFTEN
    ]
    rare.sort(key=lambda word: len(word[1]))
    votes: Counter[int] = Counter()
    for offset, places in rare[:_RAREST]:
        votes.update({max(place - offset, 0) // (room + 1) for place in places})
    either = {window: votes[window] + votes[window - 1] for window in votes}
    for window in sorted(either, key=lambda window: (-either[window], window))[:_TRIES]:
        start = window * (room + 1)
        yield max(start - room, 0), start + 3 * room


@lru_cache(maxsize=8)
def _offsets(text: str) -> Mapping[str, list[int]]:
    """Return each word of a text, in lower case → its offsets."""
    offsets: defaultdict[str, list[int]] = defaultdict(list)
    for match in _WORD.finditer(text.lower()):
        offsets[match[0]].append(match.start())
    return offsets
