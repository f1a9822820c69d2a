"""The first process takes over what workers computed, and keeps no outdated value."""

from __future__ import annotations

import copy

from briefings.engine import Engine, query
from briefings.engine.nodes import Readers


class Numbers:
    """A source: numbers by name."""

    def __init__(self, **numbers: int) -> None:
        self.engine = Engine()
        self.engine.source = self
        self.numbers = numbers

    def read(self, name: str) -> int:
        self.engine.read("number", name)
        return self.numbers[name]

    def change(self, **numbers: int) -> None:
        self.numbers |= numbers
        facts = [self.engine.fact("number", name) for name in numbers]
        readers = Readers(self.engine.reads_of_nodes(), facts)
        self.engine.changed(facts, readers.readers_of(facts))


@query
def double(source: Numbers, name: str) -> int:
    return 2 * source.read(name)


@query
def total(source: Numbers) -> int:
    return double(source, "a") + double(source, "b")


def test_the_value_of_a_node_that_a_worker_ran_again_replaces_the_stored_one() -> None:
    source = Numbers(a=1, b=2)
    assert total(source) == 6
    source.change(a=10)
    worker = copy.deepcopy(source)  # as a fork has it
    worker.engine.become_worker()
    assert double(worker, "a") == 20
    runs = worker.engine.take_fresh()
    names, verified = worker.engine.names_of(runs), worker.engine.verified
    taken = list(source.engine.absorb(runs, names, verified))
    assert [run.key[-1] for run in taken] == ["a"]
    assert double(source, "a") == 20
    assert total(source) == 24
