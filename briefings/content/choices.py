"""Suggestions for an unknown word: the option it was meant to be, or the options to choose from.

A word may differ from the option in case and punctuation, be abbreviated, be its initials, be
misspelt, or be one word of a longer name. There may be thousands of options and of words, so the
options are indexed, each index on its first use.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from briefings.content.similarity import did_you_mean

#: Most options that a hint lists: all of them, or only those similar to a word.
LISTED, ALIKE = 12, 6
#: Shorter words match too many names.
_SHORTEST = 4
#: Stop words: they are in too many names.
_COMMON = frozenset({"and", "care", "health", "nhs", "service", "services", "the", "trust", "with"})


def folded(text: str) -> str:
    """Return only the letters and digits of a text, NFKC-normalised and case-folded."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"[^\W_]+", plain.replace("'", "").replace("\u2019", ""))


class Options:
    """Ids with their names, in the order in which a hint lists them."""

    def __init__(self, named: Mapping[str, Iterable[str]]) -> None:
        self._named = {id: (id, *names) for id, names in named.items()}

    @classmethod
    def of(cls, ids: Iterable[str]) -> Options:
        """Return Options of ids that have no names."""
        return cls(dict.fromkeys(ids, ()))

    def meant(self, word: str) -> str | None:
        """Return the one option that a word means, or None if none or several match.

        Tried in this order: its id or name apart from case and punctuation, its initials, the
        beginnings of its words, the nearest id or name in spelling.
        """
        for index in (self._by_name, self._by_initials):
            found = index.get(folded(word), set())
            if found:
                return next(iter(found)) if len(found) == 1 else None
        cut = [id for id in self._with_word(word, _words(word)[:1]) if self._is_cut(word, id)]
        if len(cut) == 1:
            return cut[0]
        near = did_you_mean(word, self._named)
        return near or self._id_of.get(did_you_mean(word, self._id_of) or "")

    def alike(self, word: str) -> list[str]:
        """Return up to `ALIKE` options that share a word, or its beginning, with `word`.

        Short and common words do not count. The options that share most words are first.
        """
        typed = [one for one in _words(word) if len(one) >= _SHORTEST and one not in _COMMON]
        common: dict[str, int] = {}
        for one in typed:
            for id in self._with_word(word, [one, one.rstrip("s")]):
                common[id] = common.get(id, 0) + 1
        return sorted(common, key=lambda id: (-common[id], id))[:ALIKE]

    def hint(self, word: str, what: str, where: str = "") -> str:
        """Return a hint with what to write instead of an unknown word.

        `what` is the plural name of the options; `where` says where to see all of them.
        """
        if near := self.meant(word):
            return f"did you mean `{near}`?"
        if len(self._named) <= LISTED:
            return f"the {what} are: {', '.join(self._named) or 'none yet'}"
        every = f"there are {len(self._named)} {what}"
        every += f", see {where}" if where else ""
        alike = self.alike(word)
        if len(alike) == 1:
            return f"did you mean `{alike[0]}`? {every[0].upper()}{every[1:]}"
        if alike:
            return f"did you mean one of these: {', '.join(alike)}? {every[0].upper()}{every[1:]}"
        return f"{every}; the first are: {', '.join([*self._named][:LISTED])} …"

    @cached_property
    def _by_name(self) -> dict[str, set[str]]:
        return _index((folded(name), id) for id, names in self._named.items() for name in names)

    @cached_property
    def _by_initials(self) -> dict[str, set[str]]:
        return _index(
            ("".join(word[0] for word in _words(name)), id)
            for id, names in self._named.items()
            for name in names
        )

    @cached_property
    def _id_of(self) -> dict[str, str]:
        """Name → id, for names (not ids) that only one option has."""
        index = _index((name, id) for id, names in self._named.items() for name in names[1:])
        return {name: next(iter(ids)) for name, ids in index.items() if len(ids) == 1}

    @cached_property
    def _by_word(self) -> tuple[list[str], dict[str, set[str]]]:
        index = _index(
            (word, id)
            for id, names in self._named.items()
            for name in names
            for word in _words(name)
        )
        return sorted(index), index

    def _with_word(self, word: str, beginnings: Iterable[str]) -> list[str]:
        """Return options that have a word with one of these beginnings.

        Stops once it has ten times `LISTED` of them.
        """
        words, index = self._by_word
        found: dict[str, None] = {}
        for start in dict.fromkeys(filter(None, beginnings)):
            at = bisect_left(words, start)
            while at < len(words) and words[at].startswith(start) and len(found) < 10 * LISTED:
                found |= dict.fromkeys(sorted(index[words[at]]))
                at += 1
        return list(found)

    def _is_cut(self, word: str, id: str) -> bool:
        """Return True if the typed words are the beginnings of all words of a name, in order."""
        typed = _words(word)
        for name in self._named[id]:
            words = _words(name)
            if len(words) == len(typed) and all(map(str.startswith, words, typed)):
                return True
        return False


def _index(pairs: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    index: dict[str, set[str]] = {}
    for key, id in pairs:
        index.setdefault(key, set()).add(id)
    return index
