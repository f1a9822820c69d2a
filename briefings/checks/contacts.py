"""No e-mail address and no telephone number that may be a private person's.

Nobody can tell from a number whose it is, so the rule goes by what numbers and addresses are for.
Telephone numbers as Ofcom's National Telephone Numbering Plan has them: those that begin with 01
or 02 (places) and 07 (mobile) ring somewhere, perhaps in a home; 03, 08 and short numbers are those
of organisations. Of e-mail addresses, those of an office and the publisher's own may stand. An
organisation can always be reached by a link to its own page, so nobody is left without a way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from briefings.checks.names import folded
from briefings.load import CONFIG, Content, shown, text_files
from briefings.problems import Problem

_DOMAIN = re.compile(r"@[\w-]+(?:\.[\w-]+)+")
_BEFORE = re.compile(r"[\w.+'-]+\Z")
_LONGEST = 64  # letters before the @ (RFC 5321, 4.5.3.1.1)
_URL = re.compile(r"https?://[^\s<>\"')\]]+")
#: Groups of digits as people write them: +44 (0)20 7946 0000, 01632 960 000, (0161) 496-0000.
_NUMBER = re.compile(
    r"(?<![\w./,+-])(?:\+\d{1,3}[ .-]?(?:\(0\))?[ .-]?\(?\d{1,5}\)?|\(?0\d{2,10}\)?)"
    r"(?:[ .-]?\(?\d{2,8}\)?){0,4}(?![\w/]|[.,-]\d)"
)
#: What every such number begins with; to look for this alone takes no time.
_BEGINNINGS = (_DOMAIN, re.compile(r"0(?<![\w./,+-]0)[127]\d"), re.compile(r"\+[1-9]"))
_SOMEWHERE = re.compile(r"(?:0|440?)[127]\d{8,9}")
_ELSEWHERE = re.compile(r"(?!44)[1-9]\d{7,14}")  # ITU-T E.164
#: What an office calls itself, in any part of its address.
_OFFICES = frozenset(
    {
        "accessibility", "admin", "appeals", "communications", "comms", "complaints", "compliments",
        "contact", "contactus", "corporate", "corrections", "customerservices", "dataprotection",
        "desk", "dpo", "editor", "editors", "enquiries", "enquiry", "feedback", "foi",
        "freedomofinformation", "governance", "hello", "help", "helpdesk", "helpline", "info",
        "information", "mail", "media", "membership", "news", "newsdesk", "office", "pals", "post",
        "press", "pressoffice", "privacy", "reception", "records", "safeguarding", "secretariat",
        "support", "team", "volunteering", "web", "webmaster",
    }
)  # fmt: skip


def contact_problems(content: Content, paths: Iterable[str] | None = None) -> Iterator[Problem]:
    """Each address and number in the text files of the content, or these; not in README files.

    The message does not repeat it: what a check prints is often public as well.
    """
    publisher = content.config.publisher
    own = {folded(one) for one in (publisher.email, publisher.report_errors) if one}
    for path, text in text_files(content.root, paths):
        if path.rsplit("/", 1)[-1] == "README.md":
            continue
        if not any(begin.search(text) for begin in _BEGINNINGS):
            continue
        for number, line in enumerate(text.split("\n"), start=1):
            for column, message, hint in _in_line(folded(line), own if path != CONFIG else None):
                yield Problem(shown(content.root, path), number, column, message, hint)


def _in_line(line: str, own: set[str] | None) -> Iterator[tuple[int, str, str]]:
    """Column, message and hint. In the configuration (`own` is None) every address is our own."""
    if own is not None:
        for column, address in _addresses(line):
            if address not in own and not _of_an_office(address):
                message = "this may be the e-mail address of a person"
                hint = "write that of an office, as enquiries@…, or link to the organisation's page"
                yield column, message, hint
    line = _URL.sub(lambda found: " " * len(found[0]), line)
    for found in _NUMBER.finditer(line):
        if _of_a_place(found[0]):
            message = "this may be the telephone number of a person"
            hint = "leave it out, and link to the organisation's page; 03 and 08 numbers may stand"
            yield found.start() + 1, message, hint


def _addresses(line: str) -> Iterator[tuple[int, str]]:
    """Column and e-mail address, for each of a line."""
    for domain in _DOMAIN.finditer(line):
        start = max(domain.start() - _LONGEST, 0)
        name = _BEFORE.search(line[start : domain.start()])
        if name is not None:
            yield start + name.start() + 1, name[0] + domain[0]


def _of_an_office(address: str) -> bool:
    return not _OFFICES.isdisjoint(re.split(r"[._+-]", address.partition("@")[0]))


def _of_a_place(written: str) -> bool:
    digits = re.sub(r"\D", "", written.replace("(0)", ""))
    if written.startswith("+") and not digits.startswith("44"):
        return _ELSEWHERE.fullmatch(digits) is not None
    return _SOMEWHERE.fullmatch(digits) is not None
