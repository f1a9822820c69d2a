"""Every output is rendered once, those of a trust in one chunk, and its reads are recorded."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from briefings.build.rendering import Key, Rendering
from briefings.domain.site import Site, trust_name
from briefings.engine.nodes import OUTPUT, Run
from briefings.publish import Spooled
from tests.support.factory import a_site

TRUSTS = ("north", "south", "west")


@dataclass
class Outputs:
    """Outputs of a site that say which trust they are on; some are in parts."""

    site: Site
    rendered: list[Key] = field(default_factory=list)

    def trust_of(self, key: Key) -> str:
        return key[1] if key[0] == "page" else ""

    def path(self, key: Key) -> str:
        return "/".join(key)

    def render(self, key: Key) -> bytes | Iterable[bytes]:
        self.rendered.append(key)
        if key[0] != "page":
            return iter((b"a", b"b"))
        return trust_name(self.site, key[1]).encode()


@pytest.fixture
def outputs() -> Outputs:
    return Outputs(a_site({}, trusts={id: f"name: Trust {id}" for id in TRUSTS}))


def keys(count: int) -> list[Key]:
    pages = [("page", TRUSTS[number % 3], str(number)) for number in range(count)]
    return [*pages, ("table", "figures")]


@pytest.mark.parametrize(("count", "jobs"), [(3, 1), (3, 2), (60, 1), (700, 1), (60, 2)])
def test_every_output_is_rendered_once_and_what_it_read_is_kept(
    outputs: Outputs, count: int, jobs: int
) -> None:
    runs: list[Run] = []
    results = list(Rendering(outputs).results(keys(count), jobs, runs))
    expected = {
        f"page/{trust}/{number}": f"Trust {trust}".encode() for _, trust, number in keys(count)[:-1]
    } | {"table/figures": b"ab"}
    assert len(results) == len(expected)
    assert {file[0]: file[1] for file in results} == expected
    made = Counter(run.key for run in runs if run.key[0] == OUTPUT)
    assert made == Counter((OUTPUT, *key) for key in keys(count))
    names = {run.number for run in runs if run.key[0].endswith("trust_name")}
    assert len(names) == min(3, count)
    assert all(names & set(run.reads) for run in runs if run.key[:2] == (OUTPUT, "page"))


def test_large_outputs_come_first_and_those_of_a_trust_together(outputs: Outputs) -> None:
    list(Rendering(outputs).results(keys(60), 1, []))
    assert outputs.rendered[0] == ("table", "figures")
    trusts = [key[1] for key in outputs.rendered[1:]]
    assert trusts == sorted(trusts)


def test_few_outputs_are_rendered_in_this_process_in_their_order(outputs: Outputs) -> None:
    list(Rendering(outputs).results(keys(30), 2, []))
    assert outputs.rendered == keys(30)


def test_the_parts_of_an_output_are_spooled_to_a_folder_or_joined(
    outputs: Outputs, tmp_path: Path
) -> None:
    wanted = keys(1)
    page, table = Rendering(outputs, tmp_path).results(wanted, 1, [])
    assert page == ("page/north/0", b"Trust north")
    assert isinstance(table, Spooled)
    assert table.path == "table/figures"
    assert Path(table.place).read_bytes() == b"ab"


def test_queries_are_run_beforehand_on_each_file(outputs: Outputs) -> None:
    asked: list[tuple[str, str]] = []

    def queries(site: Site, kind: str, id: str) -> None:
        asked.append((kind, id))
        trust_name(site, id)

    runs: list[Run] = []
    ids = [("trust", id) for id in TRUSTS]
    rendering = Rendering(outputs)
    rendering.prepare(queries, ids, 1, runs)
    assert asked == ids
    assert sum(run.key[0].endswith("trust_name") for run in runs) == 3
    assert rendering.process == os.getpid()
    assert rendering.engine is outputs.site.engine
