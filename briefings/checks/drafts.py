"""Separate the faults of drafts: drafts are not public, so their faults do not stop a build."""

from __future__ import annotations

from collections.abc import Iterable

from briefings.content.loader import Content, shown
from briefings.problems import Problem


def draft_files(content: Content) -> frozenset[str]:
    """Return the paths of the draft briefings, in the form used in `Problem.path`.

    A briefing in the register of publication can't be a draft again, so it is left out: its faults
    stop a build.
    """
    return frozenset(
        shown(content.root, record.path)
        for record in content.briefings.values()
        if record.front.status == "draft"
        and ("briefing", record.id) not in content.register.entered
    )


def outside_drafts(content: Content, problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that are not in a draft, and so stop a build."""
    drafts = draft_files(content)
    return [problem for problem in problems if problem.path not in drafts]
