"""E-mail addresses and telephone numbers in published text: refused, allowed, or advised on.

Telephone numbers follow Ofcom's National Telephone Numbering Plan. Numbers that begin with 01, 02
(geographic), 05 (location-independent) or 07 (mobile), and numbers of other countries, may be
private and are refused. Numbers that begin with 03 or 08, and short ones, belong to organisations
and are allowed.

E-mail addresses that look like a person's (see `persons`) are refused. Others are allowed at the
domains of the site, the publisher, the regulators and the trusts, and get advice at any other.
`policy.contacts` lists addresses and domains that are always allowed; so are the addresses in
`site.yaml` itself.

Both are searched in the text as displayed (see `published`), so that entities, escapes, dashes,
wide characters and line ends hide none, and in obfuscated forms: `(at)`, `[at]`, ` at … dot `.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from briefings.checks.published import Search, folded
from briefings.content.schema.site import SiteFront

# Heuristics: does an e-mail address belong to a person or to an office?
#
# An address is a person's if
#
# - its domain is a mail service for private people; or
# - its local part has two or more parts, and the first or last is a given name (`jo.bloggs`,
#   `bloggs-jo`); or
# - its local part is two or three words separated by `.` or `_` (`first.last`, `j_last`), and none
#   of them is a word that offices use; or
# - its local part is a given name (`jo`), or a given name or initials with one of the most common
#   surnames (`johnsmith`, `jsmith`, `smithj`).
#
# Except at a mail service for private people, an office word among the parts (`press.office`,
# `northmoor-pals`) makes it an office's. Digits at the end of a part, and everything after a `+`,
# are ignored. The words and names are in `persons.txt`.

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


class Contact(NamedTuple):
    """A telephone number or an e-mail address in a text.

    `local`: the number, or the part of an address before the `@`, folded.
    `domain`: the domain of an address; empty for a number.
    `loose`: there are spaces beside the `@` or `at`, so this may not be an address.
    """

    local: str
    domain: str = ""
    loose: bool = False


# -- telephone numbers -----------------------------------------------------------------------------

#: Separators between two digits of a number.
_GAP = r"[ ().\-/_\u00b7\u2022]{0,4}"
_BEFORE = r"(?:(?<=tel)|(?<=mob)|(?<![^\W_])(?<!\d[./+-])(?!(?<=\d,)\d{3}(?!\d)))"
_AFTER = r"(?![^\W_]|[.,/-]\d)(?![.]\d)"
_NUMBER = re.compile(
    rf"{_BEFORE}\(?(?:\+{_GAP}[1-9]|00[ ]?[1-9](?=\d|[ ]?\d\d)|44(?={_GAP}(?:0{_GAP})?7)"
    rf"|0(?=\d\d|{_GAP}7))(?:{_GAP}\d){{6,15}}(?:{_AFTER}|(?=ext|x\d))"
)
#: Prefilters for numbers in flat source text (`flat`): cheap, and wider than `_NUMBER`,
#: because Markdown and line ends are still in it.
_QUICK_GAP = r"[\s().\-/_>\u00b7\u2022]{0,40}"
_QUICK_NUMBERS = (
    re.compile(rf"0(?<![^\W_]0)(?<!\d[./+-]0){_QUICK_GAP}[01257](?:{_QUICK_GAP}\d){{7}}"),
    re.compile(rf"0(?<=[tm][eo][lb]0){_QUICK_GAP}[01257](?:{_QUICK_GAP}\d){{7}}"),
    re.compile(rf"\+{_QUICK_GAP}[1-9](?:{_QUICK_GAP}\d){{7}}"),
    re.compile(rf"44(?<![^\W_]44){_QUICK_GAP}[07](?:{_QUICK_GAP}\d){{9}}"),
)
_DATE = re.compile(
    r"(?<![\w.])(?:(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d)(?!\d)"
)
_URL = re.compile(r"https?://[^\s<>\"')\]]+")
#: Within a URL only an unambiguous number counts: a British mobile number as a component.
_IN_URL = re.compile(r"(?<![\w-])(?:(?:\+|%2b|00)?44|0)7\d{9}(?![\w-])")
_PREMISES = re.compile(r"01\d{8,9}|0[257]\d{9}")
#: Numbers of other countries (E.164); those of North America (country code 1) have ten more digits.
_ABROAD = re.compile(
    r"(?!800|808|1?(?:800|833|844|855|866|877|888)\d{7}$)(?:[2-9]\d{7,14}|1[2-9]\d{2}[2-9]\d{6})"
)
_COUNTING = "0123456789"
_GROUP = re.compile(r"\d+")
#: First two digits → possible lengths of the whole number in digits; none: never refused.
_LENGTHS = {
    "01": frozenset({10, 11}),
    "44": frozenset({11, 12, 13}),
    **dict.fromkeys(("02", "05", "07"), frozenset({11})),
    **dict.fromkeys(("03", "04", "06", "08", "09"), frozenset[int]()),
}
_ABROAD_LENGTHS = frozenset(range(8, 18))


def _numbers(text: str) -> Iterator[tuple[int, Contact]]:
    for url in _URL.finditer(text):
        for number in _IN_URL.finditer(url[0]):
            yield url.start() + number.start(), Contact(number[0])
    text = _DATE.sub(_blank, _URL.sub(_blank, text))
    match = _NUMBER.search(text)
    while match is not None:
        digits, length = _rings(match[0])
        if digits:
            yield match.start(), Contact(digits)
        match = _NUMBER.search(text, match.start() + length)


def _blank(match: re.Match[str]) -> str:
    return "#" * len(match[0])


@lru_cache(maxsize=1024)
def _rings(written: str) -> tuple[str, int]:
    """Return the digits of the private number that `written` begins with, and its length there.

    The length is in characters; `("", 1)` if there is no such number. Several numbers may follow
    each other, so the number is the longest run of digit groups that is a valid one.
    """
    groups = list(_GROUP.finditer(written.replace("(0)", "   ")))
    digits = "".join(group[0] for group in groups)
    ends = {}
    length = 0
    for group in groups:
        length += len(group[0])
        ends[length] = group.end()
    for length in sorted(_LENGTHS.get(digits[:2], _ABROAD_LENGTHS) & ends.keys(), reverse=True):
        if may_ring_at_home(digits[:length], abroad=written.startswith(("+", "(+"))):
            return digits[:length], ends[length]
    return "", 1


def may_ring_at_home(digits: str, *, abroad: bool) -> bool:
    """Return whether a number is geographic, location-independent, mobile or of another country.

    `abroad`: it was written with a `+`, so it begins with a country code.
    """
    if digits.startswith("00"):
        digits, abroad = digits[2:], True
    if digits.startswith("44"):
        digits, abroad = "0" + digits[2:].removeprefix("0"), False
    if abroad:
        return _ABROAD.fullmatch(digits) is not None
    return digits[:10] != _COUNTING and _PREMISES.fullmatch(digits) is not None


# -- e-mail addresses ------------------------------------------------------------------------------

_SIGN = re.compile("@")
_WORD = re.compile(r"(?<=[(\[{<\s])at(?=[)\]}>\s])|@")
#: `at` for `@` after a bracket or space, followed by a bracket, or a word and a dot.
_SPELT = re.compile(
    r"at(?<=[(\[{<\s]at)(?:\s?[)\]}>]|\s[\w-]{1,63}(?:\.\w|\sdot\s|\s?[(\[{<]\s?dot))"
)
_DOT = r"(?:\.|\s?[(\[{<]\s?(?:dot|\.)\s?[)\]}>]\s?|\sdot\s)"
_DOMAIN = re.compile(rf"\s?[)\]}}>]?\s?((?:[\w-]{{1,63}}{_DOT}){{1,8}}[^\W\d_]{{2,24}})")
_TOD = r"(?:\s?[)\]}>]\s?(?:tod|\.)\s?[(\[{<]\s?|\stod\s)"
#: Matched against the reversed text before the `@`.
_LOCAL = re.compile(rf"\s?[(\[{{<]?\s?(\"[^\"\n]{{1,60}}\"|[\w+'-](?:[\w.+'-]|{_TOD}){{0,63}})")
_LONGEST = 96  # characters: 64 before the @ (RFC 5321, 4.5.3.1.1), some of them spelt out
_QUICK_ADDRESS = re.compile(
    r"@(?<=[\w.+'\"\-\s()\[\]{}<>]@)[\s)\]}>]{0,40}[\w-]{1,63}[\s([{<]{0,3}(?:\.|dot)"
)


def _addresses(text: str) -> Iterator[tuple[int, Contact]]:
    for sign in (_WORD if _SPELT.search(text) else _SIGN).finditer(text):
        domain = _DOMAIN.match(text, sign.end())
        before = text[max(sign.start() - _LONGEST, 0) : sign.start()][::-1]
        local = _LOCAL.match(before)
        if domain is None or local is None:
            continue
        around = before[: local.start(1)] + sign[0] + text[sign.end() : domain.start(1)]
        host = _undotted(domain[1])
        spelt_out = host != domain[1] or re.search(r"[()\[\]{}<>]", around) is not None
        name = _undotted(local[1][::-1]).strip("\"'")
        loose = " " in around and not spelt_out
        yield sign.start() - local.end(), Contact(name, host, loose)


def _undotted(written: str) -> str:
    return re.sub(r"\s?[(\[{<]\s?(?:dot|\.)\s?[)\]}>]\s?|\sdot\s", ".", written)


# -- refused, allowed, advised on ------------------------------------------------------------------


_QUICK = (*_QUICK_NUMBERS, _QUICK_ADDRESS, _SPELT, re.compile("://wa\\.me/"))


def may_hold(text: str) -> bool:
    """Prefilter: False if a flat text (`flat`) has certainly no number and no address."""
    return any(quick.search(text) for quick in _QUICK)


def found_in(text: str) -> Iterator[tuple[int, Contact]]:
    """Yield (index, match) of private numbers and all addresses in the text of a `Reading`."""
    yield from _addresses(text)
    yield from _numbers(text)


SEARCH = Search(found_in, may_hold)


@dataclass(frozen=True, slots=True)
class Allowed:
    """E-mail addresses and domains that are allowed, folded.

    `addresses`: the listed addresses and those of the publisher, which are never refused.
    `domains`: listed in `policy.contacts`; no address there or at a subdomain is refused.
    `known`: domains of the site, the publisher, the regulators and the trusts, and their
    subdomains: addresses there are refused only if they look like a person's, and get no advice.
    """

    addresses: frozenset[str]
    domains: frozenset[str]
    known: frozenset[str] = frozenset()

    @classmethod
    def by(cls, config: SiteFront, websites: Iterable[str] = ()) -> Allowed:
        """Read them from the configuration. `websites`: of the regulators and trusts."""
        publisher = config.publisher
        own = [
            entry for entry in (publisher.email, publisher.report_errors) if entry and "@" in entry
        ]
        listed = [*config.policy.contacts, *own]
        addresses = {folded(entry).removeprefix("mailto:") for entry in listed if "@" in entry}
        domains = {folded(entry) for entry in config.policy.contacts if "@" not in entry}
        domains_of_sites = {folded(entry).rpartition("@")[2] for entry in own}
        for url in filter(None, (publisher.url, config.base_url, *websites)):
            domains_of_sites.add(folded(urlsplit(url).hostname or "").removeprefix("www."))
        return cls(frozenset(addresses), frozenset(domains), frozenset(domains_of_sites))

    def refuses(self, contact: Contact) -> bool:
        """Return True for a number, and for an unlisted address that looks like a person's."""
        if not contact.domain:
            return True
        if f"{contact.local}@{contact.domain}" in self.addresses or _below(
            contact.domain, self.domains
        ):
            return False
        if not contact.loose:
            return of_a_person(contact.local, contact.domain)
        private = _PRIVATE.fullmatch(contact.domain) is not None
        return is_named(contact.local) or (
            private and re.search(r"\w[._\d]", contact.local) is not None
        )

    def advises(self, contact: Contact) -> bool:
        """Return True for an address that is not refused and at no listed or known domain."""
        listed = f"{contact.local}@{contact.domain}" in self.addresses
        if not contact.domain or contact.loose or listed or self.refuses(contact):
            return False
        return not _below(contact.domain, self.domains) and not _below(contact.domain, self.known)


def _below(domain: str, domains: frozenset[str]) -> bool:
    labels = domain.split(".")
    return any(".".join(labels[start:]) in domains for start in range(len(labels)))
