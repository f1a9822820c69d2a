"""`register`: bring the register of publication, and the recorded facts beside it, up to date."""

from __future__ import annotations

from dataclasses import dataclass, replace

from briefings.checks.advice import unannounced_facts
from briefings.content.files import FACTS, REGISTER
from briefings.content.listing import shown
from briefings.content.loader import problems_at, table_bytes
from briefings.content.publication_register import FactsLine, Line, added_to, facts_file
from briefings.domain.publication import lines_to_record, missing_lines
from briefings.edit.transaction import Changes, ContentEditor
from briefings.problems import ContentError, Problem


@dataclass(frozen=True, slots=True)
class Registered:
    """The changes to both files.

    `lines`: new in `register.csv`. `facts`: new or replaced in `facts.csv`. `unannounced`: a
    warning for each briefing whose recorded facts are kept, because `changes` lacks a line.
    """

    changes: Changes
    lines: tuple[Line, ...]
    facts: tuple[FactsLine, ...]
    unannounced: list[Problem]


def registered(desk: ContentEditor) -> Registered:
    """Return the changes that enter what is public, and record the facts of public briefings.

    Raises ContentError with every fault that the content would have with them: nothing is entered
    unless the whole site can be published.
    """
    content = desk.read()
    files = {shown(content.root, name) for name in (REGISTER, FACTS)}
    if faults := [fault for fault in content.problems if fault.path in files]:
        raise ContentError(faults)  # what could not be read would be lost
    lines = missing_lines(desk.site(content))
    register = content.register.extended(lines)
    site = desk.site(replace(content, register=register))
    facts = tuple(lines_to_record(site))
    changes: dict[str, bytes | None] = {}
    if lines:
        changes[REGISTER] = added_to(table_bytes(content.root, REGISTER), lines)
    if facts != content.register.facts:
        changes[FACTS] = facts_file(table_bytes(content.root, FACTS), facts)
    desk.try_out(changes)
    found = [
        (content.briefings[line.id].path, fault)
        for line in facts
        for fault in unannounced_facts(site, line.id)
    ]
    warnings = [replace(each, severity="warning") for each in problems_at(content.root, found)]
    new = tuple(line for line in facts if register.recorded(line.id) != line)
    return Registered(changes, lines, new, sorted(warnings))
