"""The option that a word was meant to be, or those to choose from, for hints.

Words come as people write them: in other letters, cut short, as initials, misspelt, or as one word
of a longer name. The options may be thousands, and so may the words: what is looked for is indexed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from briefings.content.similarity import did_you_mean

#: As many options as a hint can list and still be read; and as many that are only like a word.
LISTED, ALIKE = 12, 6
#: Shorter parts of words are in too many names.
_SHORTEST = 4
#: Words that say nothing of what is meant.
_COMMON = frozenset({"and", "care", "health", "nhs", "service", "services", "the", "trust", "with"})


def folded(text: str) -> str:
    """Letters and digits alone, whatever their case and form."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"[^\W_]+", plain.replace("'", "").replace("\u2019", ""))


class Options:
    """Ids, each with the names that it goes by, in the order in which they are listed."""

    def __init__(self, named: Mapping[str, Iterable[str]]) -> None:
        self._named = {id: (id, *names) for id, names in named.items()}

    @classmethod
    def of(cls, ids: Iterable[str]) -> Options:
        """Ids without names."""
        return cls(dict.fromkeys(ids, ()))

    def meant(self, word: str) -> str | None:
        """The one option that a word is: its id or name in other letters, its initials, its words
        cut short, or nearly it."""
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
        """A few options that have a word, or the beginning of one, in common with what was
        typed; those with more of them first."""
        typed = [one for one in _words(word) if len(one) >= _SHORTEST and one not in _COMMON]
        common: dict[str, int] = {}
        for one in typed:
            for id in self._with_word(word, [one, one.rstrip("s")]):
                common[id] = common.get(id, 0) + 1
        return sorted(common, key=lambda id: (-common[id], id))[:ALIKE]

    def hint(self, word: str, what: str, where: str = "") -> str:
        """What to write instead of a word; `where` says where all options can be seen."""
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
        """Names alone → ids."""
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
        """Options that have a word with one of these beginnings."""
        words, index = self._by_word
        found: dict[str, None] = {}
        for start in dict.fromkeys(filter(None, beginnings)):
            at = bisect_left(words, start)
            while at < len(words) and words[at].startswith(start) and len(found) < 10 * LISTED:
                found |= dict.fromkeys(sorted(index[words[at]]))
                at += 1
        return list(found)

    def _is_cut(self, word: str, id: str) -> bool:
        """True where each word typed begins a word of a name, in their order."""
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
