"""Random queries at random states: their values are those that they have without the engine."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.build.store import BuildState, Store
from briefings.engine import Engine
from briefings.engine import engine as module
from briefings.engine.branch import Branch
from briefings.engine.nodes import Readers, Run
from briefings.store.compact import FIRST_NODE

FILES, QUERIES, OPTIONS = 4, 8, 2
STATE = BuildState(
    inputs={}, environment=b"", marks={}, sorts=(0, 0, 0), start=None, end=None, zone="UTC",
    now=datetime(2026, 11, 1, tzinfo=UTC), snapshot=b"",
)  # fmt: skip


class Step(NamedTuple):
    """A step of a query: read a fact or a lower query, unless the sum so far has a remainder."""

    reads: str
    number: int
    unless: int


Program = Sequence[Step]
#: (kind of fact, number) → value.
Values = dict[tuple[str, int], int]


def result(program: Program, read: Callable[[str, int], int]) -> int:
    """Return one of a few values, so that many changes below leave it as it is; it may fail."""
    total = 1
    for step in program:
        if total % 3 != step.unless:
            total = (total * 7 + read(step.reads, step.number)) % 1009
    if total % 13 == 12:
        raise ValueError("this query fails")
    return total % 4


def expected(programs: Sequence[Program], values: Values, number: int) -> int | None:
    """Return the value of a query, computed without the engine; None if it fails."""

    def read(kind: str, at: int) -> int:
        return values[kind, at] if kind != "query" else result(programs[at], read)

    try:
        return result(programs[number], read)
    except ValueError:
        return None


class World:
    """The source of the queries: values of facts at one state."""

    def __init__(self, engine: Engine, programs: Sequence[Program], values: Values) -> None:
        self.engine, self.programs, self.values = engine, programs, values
        engine.source = self

    def read(self, kind: str, number: int) -> int:
        if kind == "query":
            return int(self.engine.value(("query", str(number))))
        self.engine.read(kind, str(number // 2), number % 2)
        return self.values[kind, number]

    def fact(self, kind: str, number: int) -> int:
        """Return the number of a fact; two of them are fields of one file."""
        return self.engine.fact(kind, str(number // 2)) + number % 2

    def ask(self, number: int) -> int | None:
        try:
            return self.read("query", number)
        except ValueError:
            return None

    def facts(self, values: Values) -> list[int]:
        """Return the numbers of the facts that differ in `values`, and give them these values."""
        names = [name for name, value in values.items() if self.values[name] != value]
        self.values = self.values | values
        return [self.fact(kind, number) for kind, number in names]

    def check(self, number: int) -> None:
        assert self.ask(number) == expected(self.programs, self.values, number)

    def branch(self, options: Sequence[int]) -> World:
        """Return the world with other options, as a site with drafts is made of one without."""
        facts = [self.fact("option", number) for number in range(OPTIONS)]
        branch = World(Branch(self.engine, facts), self.programs, self.values)
        branch.change("option", options)
        return branch

    def change(self, kind: str, values: Sequence[int]) -> None:
        self.engine.change(self.facts(values_of(kind, values)))

    def work(self, numbers: Sequence[int], *, keep: bool) -> list[Run]:
        """Run queries in a copy, as a forked process has it, and take over what it ran."""
        store = self.engine._store
        worker = copy.deepcopy(self, {id(store): store})
        worker.engine.become_worker()
        for number in numbers:
            worker.check(number)
        runs = worker.engine.take_fresh()
        names, verified = worker.engine.names_of(runs), worker.engine.verified
        return list(self.engine.absorb(runs, names, verified, keep=keep))


def values_of(kind: str, values: Sequence[int]) -> Values:
    return {(kind, number): value for number, value in enumerate(values)}


def query(source: World, number: str) -> int:
    return result(source.programs[int(number)], source.read)


@pytest.fixture(autouse=True, scope="module")
def _queries() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_QUERIES", {"query": query})
        yield


def a_program(number: int) -> st.SearchStrategy[Program]:
    kinds = [("file", FILES), ("option", OPTIONS), *([("query", number)] if number else [])]
    steps = [
        st.builds(Step, st.just(kind), st.integers(0, count - 1), st.integers(0, 3))
        for kind, count in kinds
    ]
    return st.lists(st.one_of(steps), min_size=1, max_size=4)


def sized(length: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, 2), min_size=length, max_size=length)


PROGRAMS = st.tuples(*map(a_program, range(QUERIES)))
SOME = st.lists(st.integers(0, QUERIES - 1), max_size=4)
CHOICES = sized(OPTIONS)
#: What happens between two edits, and the queries asked or the values of the options for it.
IN_A_PREVIEW = {
    "ask": SOME, "branch": CHOICES, "ask the branch": SOME, "branch of the branch": CHOICES,
    "change the branch": CHOICES,
}  # fmt: skip
IN_A_BUILD = IN_A_PREVIEW | {"work": SOME, "work and keep": SOME}
Steps = Sequence[tuple[str, list[int]]]
Edits = Sequence[tuple[list[int], Steps]]
START: Values = values_of("file", [0] * FILES) | values_of("option", [0] * OPTIONS)


def edits(steps: Mapping[str, st.SearchStrategy[list[int]]]) -> st.SearchStrategy[Edits]:
    some = st.one_of([st.tuples(st.just(name), numbers) for name, numbers in steps.items()])
    edit = st.tuples(sized(FILES), st.lists(some, max_size=8))
    return st.lists(edit, min_size=1, max_size=5)


def run(world: World, steps: Steps) -> list[Run]:
    """Take the steps; return the nodes that ran. Every value asked for is checked."""
    branch, worlds = world, [world]
    runs = world.engine.take_fresh()
    for name, numbers in steps:
        if name.startswith("ask"):
            for number in numbers:
                (world if name == "ask" else branch).check(number)
        elif name.startswith("branch"):
            branch = (world if name == "branch" else branch).branch(numbers)
            worlds.append(branch)
        elif name.startswith("work"):
            runs += world.engine.take_fresh()
            runs += world.work(numbers, keep=name == "work and keep")
        elif branch is not world:
            branch.change("option", numbers)
    for other_world in worlds:
        other_world.check(QUERIES - 1)
    return [*runs, *world.engine.take_fresh()]


def build(store: Store, world: World, files: list[int], steps: Steps) -> Values:
    """Begin with the nodes of the last build, if there is one, and store those of this build."""
    state = store.state()
    if state is not None:
        stored = Engine(store, store.facts(), store.next_node() or FIRST_NODE)
        world = World(stored, world.programs, world.values)
    engine, facts = world.engine, world.facts(values_of("file", files))
    if state is not None:
        engine.changed(facts, store.readers(facts))
    runs = run(world, steps)
    drop = None if state is None else engine.unverified
    stored_facts = 0 if state is None else state.facts
    store.save(replace(STATE, facts=stored_facts), engine.facts, runs, drop)
    return world.values


def preview(programs: Sequence[Program], edits: Edits) -> None:
    """Edit files while one engine keeps its nodes in memory."""
    engine = Engine()
    engine.index = Readers((), ())
    world = World(engine, programs, START)
    for files, steps in edits:
        world.change("file", files)
        run(world, steps)


def builds(programs: Sequence[Program], edits: Edits) -> None:
    """Edit files between builds, each of which begins with the nodes that the last one stored."""
    with TemporaryDirectory() as folder:
        values = START
        for files, steps in edits:
            with closing(Store(Path(folder), b"key")) as store:
                values = build(store, World(Engine(), programs, values), files, steps)


@pytest.mark.parametrize("count", [100, pytest.param(2000, marks=pytest.mark.long)])
@pytest.mark.parametrize(("check", "steps"), [(preview, IN_A_PREVIEW), (builds, IN_A_BUILD)])
def test_after_any_edits_every_query_has_its_value(
    check: Callable[[Sequence[Program], Edits], None],
    steps: Mapping[str, st.SearchStrategy[list[int]]],
    count: int,
) -> None:
    settings(max_examples=count)(given(PROGRAMS, edits(steps))(check))()
