"""Faults of drafts are reported apart: nothing of a draft is public, so they stop no build."""

from __future__ import annotations

from collections.abc import Iterable

from briefings.content.loader import Content, shown
from briefings.problems import Problem


def draft_files(content: Content) -> frozenset[str]:
    """Paths, as problems name them, of the briefings that are drafts.

    A briefing that was public once can't be a draft again: its faults count like all others.
    """
    return frozenset(
        shown(content.root, record.path)
        for record in content.briefings.values()
        if record.front.status == "draft"
        and ("briefing", record.id) not in content.register.entered
    )


def outside_drafts(content: Content, problems: Iterable[Problem]) -> list[Problem]:
    """The problems that are not in a draft, and so stop a build."""
    drafts = draft_files(content)
    return [problem for problem in problems if problem.path not in drafts]
