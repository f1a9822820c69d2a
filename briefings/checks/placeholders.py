"""Report the placeholder that `new` writes into the body of a new briefing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from briefings.content.loader import Content, shown, text_files
from briefings.problems import Problem

#: Placeholder in the body of a new briefing.
BODY = "Write here what inspectors found, in your own words."
_BODY = re.compile(re.escape(BODY))
#: Message for a placeholder that was not replaced.
STANDS = "the placeholder of a new briefing still stands here"


def placeholder_problems(content: Content, paths: Iterable[str] | None = None) -> Iterator[Problem]:
    """Yield a problem for each placeholder, in all content files or in `paths`."""
    for path, text in text_files(content.root, paths):
        for found in _BODY.finditer(text):
            before = text[: found.start()]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            hint = "write what inspectors found in its place"
            yield Problem(shown(content.root, path), line, column, STANDS, hint)
