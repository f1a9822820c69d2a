"""Heuristics: does an e-mail address belong to a person or to an office?

An address is a person's if

- its domain is a mail service for private people; or
- its local part has two or more parts, and the first or last is a given name (`jo.bloggs`,
  `bloggs-jo`); or
- its local part is two or three words separated by `.` or `_` (`first.last`, `j_last`), and none of
  them is a word that offices use; or
- its local part is a given name (`jo`), or a given name or initials with one of the most common
  surnames (`johnsmith`, `jsmith`, `smithj`).

Except at a mail service for private people, an office word among the parts (`press.office`,
`northmoor-pals`) makes it an office's. Digits at the end of a part, and everything after a `+`, are
ignored. The words and names are in `persons.txt`.
"""

from __future__ import annotations

import re
from pathlib import Path

#: Mail services where anybody can have an address.
_PRIVATE = re.compile(
    r"(?:[a-z]{2}\.)?(?:"
    r"(?:aol|gmx|hotmail|live|msn|outlook|rocketmail|windowslive|yahoo|yandex|ymail|zoho)"
    r"\.(?:com?\.)?[a-z]{2,3}"
    r"|(?:aim|btinternet|btopenworld|fastmail|gmail|googlemail|hey|hushmail|icloud|mac|mail|mailbox"
    r"|me|ntlworld|protonmail|rediffmail|talk21|tuta|tutamail|tutanota|virginmedia|zohomail)\.com"
    r"|(?:blueyonder|btinternet|fsmail|fsworld|freeserve|lineone|mail|o2|onetel|orange|postmaster"
    r"|sky|supanet|talktalk|tesco|tiscali|uwclub|virgin|waitrose)\.co\.uk"
    r"|btconnect\.com|email\.com|fastmail\.fm|fsmail\.net|gmx\.net|mailbox\.org|mail\.ru|me\.uk"
    r"|posteo\.(?:de|net)|plus\.net|plusnet\.com|pm\.me|proton\.me|qq\.com|riseup\.net|sky\.com"
    r"|talktalk\.net|tuta\.(?:com|io)|tutanota\.de|virgin\.net|web\.de|163\.com|virginmedia\.co\.uk"
    r")"
)
_OFFICES, _WORDS, _GIVEN, _SURNAMES = (
    frozenset(word for line in block.splitlines() if line[0] != "#" for word in line.split())
    for block in Path(__file__).with_name("persons.txt").read_text("utf-8").split("\n\n")
)
_LONGEST_INITIALS = 2


def of_a_person(local: str, domain: str) -> bool:
    """Return True if an address looks like a person's. Both arguments are folded."""
    if _PRIVATE.fullmatch(domain):
        return True
    parts = _parts(local)
    if not parts or not _OFFICES.isdisjoint(parts):
        return False
    if len(parts) == 1:
        return parts[0] in _GIVEN or _with_surname(parts[0])
    if not _GIVEN.isdisjoint((parts[0], parts[-1])):
        return True
    words = len(parts) <= 3 and "-" not in local and all(part.isalpha() for part in parts)
    return words and max(map(len, parts)) > 1 and _WORDS.isdisjoint(parts)


def is_named(local: str) -> bool:
    """Return True for a given name or initial before another word: `jo.bloggs`, `j.bloggs`.

    Required before a loose ` at `, because many sentences have an "at" before a domain.
    """
    first, *others = _parts(local) or [""]
    is_given_name = first in _GIVEN or len(first) == 1
    return is_given_name and any(len(other) > 1 and other.isalpha() for other in others)


def at_private_service(domain: str) -> bool:
    """Return True for a mail service at which anybody can have an address."""
    return _PRIVATE.fullmatch(domain) is not None


def _parts(local: str) -> list[str]:
    name = local.partition("+")[0]
    parts = (part.rstrip("0123456789'") for part in re.split(r"[\s._'-]+", name))
    return [part for part in parts if part]


def _with_surname(word: str) -> bool:
    """Return True for a given name or 1–2 initials before a surname, or one initial after it."""
    for index in range(1, len(word)):
        before, after = word[:index], word[index:]
        if after in _SURNAMES and (index <= _LONGEST_INITIALS or before in _GIVEN):
            return True
        if before in _SURNAMES and len(after) == 1:
            return True
    return False
