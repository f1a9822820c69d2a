"""`register`: add the missing lines to the register of publication."""

from __future__ import annotations

from briefings.content.files import REGISTER
from briefings.content.publication_register import Line, added_to
from briefings.content.reading import raw_of
from briefings.domain.publication import missing_lines
from briefings.edit.transaction import Changes, ContentEditor


def registered(desk: ContentEditor) -> tuple[tuple[Line, ...], Changes]:
    """Return the missing lines, and the change that adds them at the end of the register.

    Raises ContentError with every fault that the content would have with them: nothing is entered
    unless the whole site can be published.
    """
    content = desk.read()
    lines = missing_lines(desk.site(content))
    changes: dict[str, bytes | None] = {}
    if lines:
        exists = (content.root / REGISTER).is_file()
        before = raw_of(content.root, REGISTER) if exists else None
        changes[REGISTER] = added_to(before, lines)
    desk.try_out(changes)
    return lines, changes
