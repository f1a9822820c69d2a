"""Fuzzy matching for hints: the option most like a word, the passage most like a quotation.

The only module that imports rapidfuzz. A file can hold thousands of unknown ids, so a lookup must
be quick: difflib takes 30 ms for one word among 300 similar ones, rapidfuzz less than 0.1 ms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

_ENOUGH = 0.7  # similarity, of 1, from which an option counts as meant


def did_you_mean(word: str, options: Iterable[str]) -> str | None:
    """Return the option that `word` most likely means, or None; case does not count."""
    from rapidfuzz import process  # slow to import, and needed for faults only
    from rapidfuzz.distance import Indel

    by_lower = _by_lower(frozenset(options))
    found = process.extractOne(
        word.lower(), [*by_lower], scorer=Indel.normalized_similarity, score_cutoff=_ENOUGH
    )
    return by_lower[found[0]] if found else None


def suggestion(word: str, options: Iterable[str], otherwise: str = "") -> str:
    """Return the hint for an unknown word: the option that it most likely means, or `otherwise`."""
    near = did_you_mean(word, options)
    return f"did you mean `{near}`?" if near else otherwise


@lru_cache(maxsize=32)  # called with the same options thousands of times
def _by_lower(options: frozenset[str]) -> dict[str, str]:
    by_lower = {option.lower(): option for option in sorted(options, reverse=True)}
    return {low: by_lower[low] for low in sorted(by_lower)}


#: Characters of a quotation that are searched for, and how many of its rarest words vote.
_LONGEST, _RAREST = 400, 8
#: A word that occurs this often in a text, or more often, does not vote.
_OFTEN = 500
#: Windows of a text that are compared character by character.
_TRIES = 4


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
        found = fuzz.partial_ratio_alignment(part, text[start:end])
        if found is None or (best is not None and found.score <= best.likeness):
            continue
        span = (found.dest_start, found.dest_end) if len(part) <= end - start else (0, end - start)
        best = Passage(start + span[0], start + span[1], found.score)
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
    known = _words(text)
    rare = [(one.start(), known[one[0].lower()]) for one in _WORD.finditer(part)
            if len(known.get(one[0].lower(), ())) in range(1, _OFTEN)]  # fmt: skip
    rare.sort(key=lambda one: len(one[1]))
    votes: Counter[int] = Counter()
    for offset, places in rare[:_RAREST]:
        votes.update({max(place - offset, 0) // (room + 1) for place in places})
    either = {at: votes[at] + votes[at - 1] for at in votes}
    for at in sorted(either, key=lambda at: (-either[at], at))[:_TRIES]:
        start = at * (room + 1)
        yield max(start - room, 0), start + 3 * room


_WORD = re.compile(r"\w+")


@lru_cache(maxsize=8)
def _words(text: str) -> dict[str, list[int]]:
    """Return each word of a text, in lower case → its offsets."""
    words: dict[str, list[int]] = {}
    for one in _WORD.finditer(text.lower()):
        words.setdefault(one[0], []).append(one.start())
    return words
