"""Branches: the site at another moment, or with other drafts, begun with what is computed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from briefings.engine import Engine
from briefings.engine import engine as module
from briefings.engine.branch import Branch
from briefings.engine.nodes import Readers


class World:
    """The source of three queries, each above the next; the lowest one is a draft or not."""

    def __init__(self, engine: Engine, *, draft: bool, drafts: bool) -> None:
        self.engine, self.draft, self.drafts = engine, draft, drafts
        engine.source = self

    def is_draft(self) -> bool:
        self.engine.read("file", "one")
        return self.draft

    def shows_drafts(self) -> bool:
        self.engine.read("option", "drafts")
        return self.drafts


def card(world: World) -> str | None:
    return "one" if not world.is_draft() or world.shows_drafts() else None


def group(world: World) -> tuple[str, ...]:
    return tuple(filter(None, [world.engine.value(("card",))]))


def page(world: World) -> str:
    return ", ".join(world.engine.value(("group",)))


@pytest.fixture(autouse=True)
def _queries(monkeypatch: pytest.MonkeyPatch) -> None:
    queries: dict[str, Callable[..., object]] = {"card": card, "group": group, "page": page}
    monkeypatch.setattr(module, "_QUERIES", queries)


def test_a_branch_sees_what_a_query_reads_only_since_the_last_edit() -> None:
    """A page with drafts; a file became a draft, and its card keeps its value there."""
    engine = Engine()
    engine.index = Readers((), ())
    world = World(engine, draft=False, drafts=True)
    assert engine.value(("page",)) == "one"
    world.draft = True
    engine.change([engine.fact("file", "one")])
    branch = Branch(engine, [engine.fact("option", "drafts")])
    World(branch, draft=True, drafts=False)
    branch.change([branch.fact("option", "drafts")])
    assert branch.value(("page",)) == ""
    assert engine.value(("page",)) == "one"


def test_a_branch_of_a_branch_knows_what_the_first_has_read() -> None:
    engine = Engine()
    engine.index = Readers((), ())
    World(engine, draft=True, drafts=True)
    assert engine.value(("page",)) == "one"
    first = Branch(engine, [])
    World(first, draft=True, drafts=True)
    assert first.value(("page",)) == "one"
    second = Branch(first, [first.fact("option", "drafts")])
    World(second, draft=True, drafts=False)
    second.change([second.fact("option", "drafts")])
    assert second.value(("page",)) == ""
