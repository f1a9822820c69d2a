"""`register`: bring the register of publication up to date."""

from __future__ import annotations

from briefings.content.loader import REGISTER, raw_of
from briefings.content.publication_register import Line, added_to
from briefings.domain.publication import missing_lines
from briefings.edit.transaction import Changes, ContentEditor


def registered(desk: ContentEditor) -> tuple[tuple[Line, ...], Changes]:
    """The lines that are missing, and the file with them; lines are only ever added.

    Raises ContentError with every fault that is left then: only what is published whole is entered.
    """
    content = desk.read()
    lines = missing_lines(content, desk.site(content))
    changes: dict[str, bytes | None] = {}
    if lines:
        there = (content.root / REGISTER).is_file()
        before = raw_of(content.root, REGISTER) if there else None
        changes[REGISTER] = added_to(before, lines)
    desk.try_out(changes)
    return lines, changes
