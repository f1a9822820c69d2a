"""Sentences that `new` writes for an editor to replace are not published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from briefings.content.loader import Content, shown, text_files
from briefings.problems import Problem

#: What the body of a new briefing says until somebody writes it.
BODY = "Write here what inspectors found, in your own words."
#: What is said of one that is still there.
STANDS = "the placeholder of a new briefing still stands here"


def placeholder_problems(content: Content, paths: Iterable[str] | None = None) -> Iterator[Problem]:
    """Each placeholder at its line, in all content files or in these."""
    for path, text in text_files(content.root, paths):
        if BODY in text:
            before = text[: text.index(BODY)]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            hint = "write what inspectors found in its place"
            yield Problem(shown(content.root, path), line, column, STANDS, hint)
