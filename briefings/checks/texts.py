"""Forbidden names, private contacts and forgotten placeholders in the text of files.

Each file is searched by itself (`found_in_file`); whether a contact is allowed is decided for all
files together, because that depends on the regulators and trusts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from briefings.checks.contacts import SEARCH, Allowed, Contact
from briefings.checks.published import Place, Search, TextFile, folded, in_text
from briefings.content.files import CONFIG, MAX_TEMPLATE, MEDIA, README, opened, walk
from briefings.content.records import Record
from briefings.domain.site import Site
from briefings.domain.summaries import summaries
from briefings.engine import query
from briefings.problems import Lines, Problem

#: Separators between the words of a name: dashes, white space, `_` and `*`; in URLs `+`, `%20`.
_BETWEEN = r"(?:[\s_*+-]|%20)+"
NAME = (
    "this name must not be published",
    "remove the name; it is on the list of `policy.never_publish`",
)
#: Placeholder in the body of a new briefing.
BODY = "Write here what inspectors found, in your own words."
#: Remark above `status: draft` of a new briefing.
DRAFT = "# A draft is in no page, list or feed. Remove this line when the briefing may come out."
#: Remark above the example of a block in a briefing.
EXAMPLE = "# An example: write what is true in its place, and remove this remark."
#: Stands in place of a value that an imported file does not hold.
TO_WRITE = "(still to write)"
#: Beginning of a remark above what an imported file leaves open.
QUESTION = "# To decide:"
#: Text that a command leaves for the editor to replace → message and hint while it is there.
PLACEHOLDERS: Mapping[str, tuple[str, str]] = {
    BODY: (
        "the placeholder of a new briefing still stands here",
        "write what inspectors found in its place",
    ),
    EXAMPLE: (
        "the example below this remark is not true yet",
        "write what is true in its place, and remove the remark",
    ),
    TO_WRITE: (
        "this is still to write",
        "write what is true in its place; a remark above it says more",
    ),
    QUESTION: (
        "what this remark asks is still to decide",
        "change what is not true, and remove the remark",
    ),
}
_PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS)))
#: Whether it is an e-mail address → message and hint. The message does not repeat the address or
#: number, because the output of `check` is often public as well.
REFUSED: Mapping[bool, tuple[str, str]] = {
    True: (
        "this may be the e-mail address of a person",
        "write that of an office, as enquiries@…, or link to the organisation's page; one that may"
        " stand is listed in `policy.contacts` of site.yaml",
    ),
    False: (
        "this may be the telephone number of a person",
        "leave it out, and link to the organisation's page; 03 and 08 numbers may stand",
    ),
}
ADVISED = (
    "nobody can tell whose e-mail address this is",
    "link to the organisation's page, or list the address or its domain in `policy.contacts`",
)
#: A contact, or the message and hint on anything else.
Hit = Contact | tuple[str, str]


@query
def found_in_file(site: Site, path: str) -> tuple[tuple[Place, Hit], ...]:
    """Return every match in a text file: its position, and the contact or the message.

    Contacts are not looked for in README files, nor addresses in `site.yaml`: these are the
    publisher's own.
    """
    file = TextFile(site, path)
    hits: list[tuple[Place, Hit]] = []
    if names := site.config.policy.never_publish:
        hits += ((place, NAME) for place, _ in file.hits(_search(names)))
    if path.rpartition("/")[2] != README:
        contacts = file.hits(SEARCH)
        hits += ((place, hit) for place, hit in contacts if path != CONFIG or not hit.domain)
    if placeholders := list(_PLACEHOLDER.finditer(file.text)):
        lines = Lines(file.text)
        hits += ((lines.place(match.start()), PLACEHOLDERS[match[0]]) for match in placeholders)
    return tuple(hits)


@query
def found_in_files(site: Site) -> tuple[tuple[str, Place, Hit], ...]:
    """Return path, position and hit of everything that is found in any text file."""
    return tuple(
        (path, *hit) for path in site.content.text_paths() for hit in found_in_file(site, path)
    )


@query
def text_problems(site: Site) -> tuple[Problem, ...]:
    """Return a problem for each forbidden name, refused contact and placeholder."""
    allowed = _allowed(site)
    problems = list(_names_of_files(site))
    for path, place, hit in found_in_files(site):
        if not isinstance(hit, Contact):
            problems.append(Problem(path, *place, *hit))
        elif allowed.refuses(hit):
            problems.append(Problem(path, *place, *REFUSED[bool(hit.domain)]))
    return tuple(problems)


@query
def contact_advice(site: Site) -> tuple[Problem, ...]:
    """Return advice for each address whose owner is unknown (see `Allowed.advises`)."""
    allowed = _allowed(site)
    return tuple(
        Problem(path, *place, *ADVISED)
        for path, place, hit in found_in_files(site)
        if isinstance(hit, Contact) and allowed.advises(hit)
    )


def _allowed(site: Site) -> Allowed:
    return Allowed.by(site.content.config, _websites(site))


@query
def _websites(site: Site) -> tuple[str, ...]:
    records: list[Record[Any]] = [*site.content.regulators.values()]
    records += site.content.trusts.values()
    return tuple(sorted({record.front.website for record in records if record.front.website}))


def _names_of_files(site: Site) -> Iterator[Problem]:
    """Yield a problem for each forbidden name in a file name, which becomes part of a URL."""
    names = site.config.policy.never_publish
    if not names:
        return
    media = (f"{MEDIA}/{name}" for name in sorted(site.media))
    for path in (*(file.path for _, file in summaries(site)), *media):
        if names_pattern(names).search(folded(re.sub("[/.]", " ", path))):
            message = "a name that must not be published stands in the name of this file"
            yield Problem(path, 1, 1, message, "rename the file")


def template_problems(names: tuple[str, ...], templates: Sequence[Path]) -> Iterator[Problem]:
    """Yield a problem for each of `names` in these folders of templates."""
    if not names:
        return
    files = ((folder, *entry) for folder in templates for entry in walk(folder))
    for folder, path, _, unfit in files:
        if unfit is None and path.endswith((".html", ".xml", ".txt", ".md")):
            with opened(folder / path) as file:  # a longer file is reported elsewhere
                text = file.read(MAX_TEMPLATE).decode("utf-8", "replace")
            for place, _ in in_text(path, text, _search(names)):
                yield Problem(str(folder / path), *place, *NAME)


def _search(names: tuple[str, ...]) -> Search[str]:
    pattern = names_pattern(names)

    def find(text: str) -> Iterator[tuple[int, str]]:
        for match in pattern.finditer(text):
            yield match.start(), re.sub(_BETWEEN, " ", match[0])

    return Search(find, pattern.search)


@lru_cache(maxsize=4)
def names_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that matches any of the names as whole words in folded text.

    Any dashes and spaces may separate the words of a name. A name is found with the family name
    first as well, and without the form of address or the remark with which it is listed.
    """
    patterns = dict.fromkeys(form for name in names for form in _forms(folded(name)))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?![^\W_])")


#: Forms of address before a name, a remark in brackets behind it, the family name first, and signs
#: around it.
_ADDRESS = re.compile(r"^(?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|rev)\.? )+")
_REMARK = re.compile(r" ?\([^()]*\)$")
_FAMILY_FIRST = re.compile(r"^([^\s,]+), ([^,]+)$")
_AROUND = "\"'\u201c\u201d\u201e\u00ab\u00bb.,; "


def _forms(listed: str) -> Iterator[str]:
    """Yield the patterns of a name on the list, which is folded."""
    yield _words(listed)
    name = _ADDRESS.sub("", _REMARK.sub("", listed.strip(_AROUND)))
    name = _ADDRESS.sub("", _FAMILY_FIRST.sub(r"\2 \1", name))
    given, space, family = name.rpartition(" ")
    if space:  # a single word would be found everywhere
        yield _words(name)
        # Not in `Ann Bloggs, Jo Smith`.
        yield rf"(?<!\w ){_words(family)},(?:{_BETWEEN})?{_words(given)}"


def _words(name: str) -> str:
    return _BETWEEN.join(map(re.escape, re.split(r"[\s-]+", name)))
