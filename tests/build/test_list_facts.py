"""What no list is made by: outputs that say they don't show it are the same without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from briefings.build import pipeline
from briefings.build.list_facts import LOOSE, loosened
from briefings.build.rendering import Output, OutputInspector
from briefings.build.untouched import Untouched, _about, _of_trusts, _touched
from briefings.checks import ChangedSince, names_of
from briefings.content.loader import Content, Record, load
from briefings.content.schema import SCHEMAS
from briefings.domain.clock import step
from briefings.domain.site import visible
from briefings.outputs.fingerprint import Prints
from briefings.outputs.pages import RenderedPage
from briefings.urls import url_of

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
#: Names as outputs say them: fields of briefings, and two for any of the others.
NAMES = (*sorted(LOOSE["briefing"]), "trust", "requirement")


@cache
def content() -> Content:
    return load(ROOT / "tests/site/content")


def planned(content: Content) -> Iterator[tuple[Output, tuple[str, ...] | None, frozenset[str]]]:
    """Every output, what it says that it shows beyond what it meets, and that."""
    for one, look in looked_at(content):
        made = look.at(one)
        yield one, made.beyond, frozenset(made.met)


def looked_at(content: Content) -> Iterator[tuple[Output, OutputInspector]]:
    """Every output, and how it is looked at."""
    site = visible(content, NOW)
    options = pipeline.Options(
        content=content.root, templates=(ROOT / "templates",), static=(ROOT / "static",),
        now=lambda _: NOW, search=False,
    )  # fmt: skip
    every = pipeline.plan(site, options)
    frame = next(one.renderer.frame for one in every if isinstance(one, RenderedPage))
    look = OutputInspector(Prints(site, b"", step(content, NOW)), frame)
    for one in every:
        yield one, look


def altered(record: Record[Any], names: frozenset[str]) -> Record[Any]:
    """The record with something else in these fields: nothing, or other words."""
    new: dict[str, Any] = {}
    for field in fields(record.front):
        if field.name in names:
            old = getattr(record.front, field.name)
            if isinstance(old, str) and field.name not in {"kind", "status"}:
                new[field.name] = f"Other than {old}"
            elif field.default is not MISSING and field.name != "status":
                new[field.name] = field.default
    return with_front(record, **new)


def with_front(record: Record[Any], **new: Any) -> Record[Any]:
    """The record with these fields, whatever the schema says of them."""
    front = copy(record.front)
    for name, value in new.items():
        object.__setattr__(front, name, value)
    return replace(record, front=front, key=b"other " + record.key)


def without(name: str) -> tuple[Content, set[str]]:
    """The content with something else under this name, and all files that are about a trust of
    which something is: whatever holds one of these is not taken to be the same."""
    kind = name if name in SCHEMAS else "briefing"
    names = LOOSE[kind] if kind == name else frozenset({name})
    records: Mapping[str, Record[Any]] = getattr(content(), f"{kind}s")
    other = {id: altered(record, names) for id, record in records.items()}
    changed: dict[str, Any] = {f"{kind}s": other}
    about = (content().briefings, content().trusts, content().requirements)
    return replace(content(), **changed), {one.path for each in about for one in each.values()}


@cache
def as_it_is() -> dict[str, tuple[bytes, tuple[str, ...] | None, frozenset[str]]]:
    return {
        one.path: (one.render(), beyond, met)
        for one, beyond, met in planned(content())
        if beyond is not None
    }


@pytest.mark.parametrize("name", NAMES)
def test_what_an_output_does_not_say_that_it_shows_changes_nothing_in_it(name: str) -> None:
    other, paths = without(name)
    asked = 0
    for one, beyond, met in planned(other):
        if beyond is None or name in beyond or not paths.isdisjoint(met):
            continue
        data, _, _ = as_it_is()[one.path]
        assert one.render() == data, one.path
        asked += 1
    assert asked > 5


def left_alone(before: Record[Any], after: Content) -> Untouched:
    """What a build would leave alone where this record is another one."""
    now = after.record(before.kind, before.id)
    assert now is not None
    since = ChangedSince(frozenset({before.path}), frozenset(names_of(before)))
    about = {one.path: _about(one) for one in _of_trusts(after)}
    touched = _touched(after, since, about)
    return Untouched(
        since=since,
        folders={url_of(one.kind, one.id).strip("/"): about[one.path] for one in _of_trusts(after)},
        touched=touched,
        affected=since.paths | {path for path, some in about.items() if some & touched},
        loose=loosened({before.path: before}, {before.path: now}),
    )


@pytest.mark.parametrize("kind", sorted(LOOSE))
def test_what_is_left_alone_after_an_edit_of_any_file_is_what_a_new_look_shows(kind: str) -> None:
    before = {one.path: (one, look.at(one)) for one, look in looked_at(content())}
    alone = 0
    records: Mapping[str, Record[Any]] = getattr(content(), f"{kind}s")
    for id, record in list(records.items())[::3]:
        other = dict(records) | {id: altered(record, LOOSE[kind])}
        changed: dict[str, Any] = {f"{kind}s": other}
        after = replace(content(), **changed)
        spared = left_alone(record, after)
        for one, _ in looked_at(after):
            if one.path in before and spared.holds(before[one.path][1]):
                assert one.render() == before[one.path][0].render(), (record.path, one.path)
                alone += 1
    assert alone > 100


def test_every_kind_of_list_says_what_it_shows() -> None:
    beyond = {name for _, names, _ in as_it_is().values() for name in names or ()}
    assert beyond < set(NAMES)
    for path in ("briefings/index.html", "topics/staffing/index.html", "data/events.csv"):
        assert as_it_is()[path][1] == ()


def test_what_decides_lists_is_all_that_is_not_named() -> None:
    for kind, names in LOOSE.items():
        assert names < {field.name for field in fields(SCHEMAS[kind])}
    decide = {field.name for field in fields(SCHEMAS["briefing"])} - LOOSE["briefing"]
    assert decide == {
        "trust", "also_about", "regulator", "inspection", "published", "embargo_until", "status",
        "withdrawn", "topics", "breaches", "enforcement", "requirements", "changes", "aliases",
        "vacated",
    }  # fmt: skip


def test_only_what_decides_no_list_is_loose() -> None:
    record = content().briefings["aldermere-2025"]
    before = {record.path: record}

    def told(**new: Any) -> frozenset[str] | None:
        return loosened(before, {record.path: with_front(record, **new)})

    assert told() == frozenset()
    assert told(title="Another", ratings=()) == frozenset({"title", "ratings"})
    assert told(title="Another", topics=()) is None
    assert told(sources=dict(reversed(record.front.sources.items()))) == frozenset({"sources"})
    assert loosened(before, {}) is None
    assert loosened({}, before) is None
    assert loosened(before, {record.path: replace(record, id="another")}) is None
    assert loosened(before, {record.path: replace(record, broken=True)}) is None


def test_a_trust_and_a_requirement_are_loose_as_a_whole() -> None:
    trust = content().trusts["aldermere"]
    renamed = with_front(trust, name="Another")
    assert loosened({trust.path: trust}, {trust.path: renamed}) == frozenset({"trust"})
    alone = with_front(trust, aliases=("/old/",))
    assert loosened({trust.path: trust}, {trust.path: alone}) is None
