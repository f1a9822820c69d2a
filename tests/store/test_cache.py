"""The cache of files read; losing or damaging it costs time and nothing else."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from briefings.build.store import BuildState, Damaged, Store
from briefings.content.loader import load
from briefings.engine.nodes import Run
from briefings.store.cache import NO_CACHE, Cache, key_of
from briefings.store.compact import FIRST_NODE
from tests.support.on_disk import briefing, write_site

KEY, OTHER = key_of("one"), key_of("two")
VALUE = {"title": "Rampton", "visits": (1, 2)}
STATE = BuildState(
    inputs={}, environment=b"l", marks={"page-1": ("00", 1, 2, 3)}, sorts=(1, 0, 0), start=None,
    end=datetime(2026, 12, 1, tzinfo=UTC), zone="Europe/London",
    now=datetime(2026, 11, 1, tzinfo=UTC), snapshot=b"s", nodes=40,
)  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "deep" / "down" / "read.sqlite")


def file_of(cache: Cache) -> Path:
    assert cache.path is not None
    return cache.path


def put(cache: Cache, values: Mapping[bytes, object]) -> None:
    """Keep values that are each of something else."""
    cache.put(values, {key: key.hex() for key in values})


def rows(cache: Cache) -> int:
    with closing(sqlite3.connect(file_of(cache))) as database:
        (count,) = database.execute("SELECT count(*) FROM reading").fetchone()
    return int(count)


def test_of_one_file_only_the_last_readings_are_kept(cache: Cache) -> None:
    """There was a row more at each edit, for ever."""
    put(cache, {OTHER: "b"})
    keys = [key_of(str(number)) for number in range(50)]
    for key in keys:
        cache.put({key: VALUE}, {key: "briefings/2026/one.md"})
    assert cache.get([*keys, OTHER]).keys() == {*keys[-4:], OTHER}
    assert rows(cache) == 5
    cache.put(dict.fromkeys(keys, VALUE), dict.fromkeys(keys, "briefings/2026/one.md"))
    assert rows(cache) == 5


def test_readings_of_files_that_are_gone_are_dropped_once_they_are_many(cache: Cache) -> None:
    keys = {key_of(str(number)): f"{number}.md" for number in range(300)}
    cache.put(dict.fromkeys(keys, VALUE), keys)
    cache.prune([f"{number}.md" for number in range(150)])  # other folders may have the rest
    assert rows(cache) == 300
    cache.prune(["7.md", "new.md"])
    assert cache.get(keys) == {key_of("7"): VALUE}


def test_readings_of_an_older_version_are_dropped(cache: Cache) -> None:
    file_of(cache).parent.mkdir(parents=True)
    with closing(sqlite3.connect(file_of(cache))) as database, database:
        database.execute("CREATE TABLE kept (key BLOB PRIMARY KEY, digest BLOB, value BLOB)")
        database.execute("INSERT INTO kept VALUES (x'00', x'00', zeroblob(1000000))")
    put(cache, {KEY: VALUE})
    with closing(sqlite3.connect(file_of(cache))) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert tables.fetchall() == [("reading",)]


def test_edit_after_edit_the_cache_of_a_project_stays_as_it_is(tmp_path: Path) -> None:
    write_site(tmp_path, {"one": "", "two": ""})
    cache, sizes = Cache(tmp_path / ".cache" / "read.sqlite"), []
    for number in range(12):
        file = tmp_path / "content/briefings/2026/one.md"
        file.write_text(briefing("one", body=f"Words, number {number} [@A].\n"))
        load(tmp_path / "content", cache=cache)
        sizes.append(rows(cache))
    assert sizes[3:] == [sizes[3]] * 9


def test_cached_values_are_found_again_and_nothing_else(cache: Cache) -> None:
    put(cache, {KEY: VALUE})
    assert cache.get([KEY, OTHER]) == {KEY: VALUE}
    put(cache, {OTHER: "b", KEY: "a"})
    assert cache.get([KEY, OTHER]) == {KEY: "a", OTHER: "b"}


def test_before_anything_was_kept_nothing_is_found_and_no_file_made(cache: Cache) -> None:
    assert cache.get([KEY]) == {}
    put(cache, {})
    assert not file_of(cache).parent.exists()


def test_without_a_cache_nothing_is_kept() -> None:
    NO_CACHE.put({KEY: VALUE}, {KEY: "one"})
    assert NO_CACHE.get([KEY]) == {}


GARBAGE = {
    "empty": b"",
    "no database": b"once upon a time" * 400,
    "half a header": b"SQLite format 3\x00" + b"\xff" * 500,
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_a_garbled_file_is_a_miss_and_is_replaced(cache: Cache, garbage: bytes) -> None:
    file_of(cache).parent.mkdir(parents=True)
    file_of(cache).write_bytes(garbage)
    assert cache.get([KEY]) == {}
    for _ in range(2):  # the first one may only clear the ground
        put(cache, {KEY: VALUE})
    assert cache.get([KEY]) == {KEY: VALUE}


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_file_cut_short_gives_what_it_can_and_never_something_wrong(
    cache: Cache, part: float
) -> None:
    stored = {key_of(str(n)): "x" * 500 + str(n) for n in range(200)}
    put(cache, stored)
    data = file_of(cache).read_bytes()
    file_of(cache).write_bytes(data[: int(len(data) * part)])
    loaded = cache.get(stored)
    assert all(stored[key] == value for key, value in loaded.items())
    for _ in range(2):
        put(cache, stored)
    assert cache.get(stored) == stored


def test_a_value_whose_bytes_were_altered_is_not_believed(cache: Cache) -> None:
    put(cache, {KEY: VALUE, OTHER: "b"})
    with closing(sqlite3.connect(file_of(cache))) as database, database:
        forged = pickle.dumps("forged")
        database.execute("UPDATE reading SET value = ? WHERE key = ?", (forged, KEY))
    assert cache.get([KEY, OTHER]) == {OTHER: "b"}


def test_a_sound_value_under_the_key_of_another_is_not_believed(cache: Cache) -> None:
    put(cache, {KEY: VALUE, OTHER: "b"})
    with closing(sqlite3.connect(file_of(cache))) as database, database:
        text = "SELECT digest, value FROM reading WHERE key = ?"
        row = database.execute(text, (OTHER,)).fetchone()
        database.execute("UPDATE reading SET digest = ?, value = ? WHERE key = ?", (*row, KEY))
    assert cache.get([KEY, OTHER]) == {OTHER: "b"}


def garbled(data: bytes, seed: int) -> bytes:
    """Return bytes with some bits flipped; every second time in the header page of SQLite."""
    draw, spoilt = Random(seed), bytearray(data)
    for _ in range(draw.choice((1, 20, 400))):
        spoilt[draw.randrange(len(spoilt) if seed % 2 else 4096)] ^= 1 << draw.randrange(8)
    return bytes(spoilt)


def test_with_flipped_bits_the_cache_returns_only_stored_values(cache: Cache) -> None:
    stored = {key_of(str(n)): "x" * 500 + str(n) for n in range(60)}
    put(cache, stored)
    data = file_of(cache).read_bytes()
    for seed in range(200):
        file_of(cache).write_bytes(garbled(data, seed))
        loaded = cache.get(stored)
        assert all(stored[key] == value for key, value in loaded.items()), seed
        put(cache, {KEY: VALUE})


def test_with_flipped_bits_the_stored_state_is_right_or_refused(
    tmp_path: Path,
) -> None:
    runs = [Run(FIRST_NODE + n, ("page", str(n)), [n, n + 1], b"value" * n) for n in range(40)]
    facts = {("briefing", str(n)): n * 128 for n in range(40)}
    key = b"0123456789abcdef"
    Store(tmp_path, key).save(STATE, facts, runs, None)
    (file,) = tmp_path.glob("*.sqlite")
    original, sound = file.read_bytes(), Store(tmp_path, key).state()
    assert sound is not None
    for seed in range(200):
        file.write_bytes(garbled(original, seed))
        store = Store(tmp_path, key)
        state = store.state()
        assert state in (sound, None), seed
        for run in runs:
            with suppress(Damaged):
                node = store.load(run.key)
                assert node is None or (list(node.reads), node.value) == (run.reads, run.value)
        with suppress(Damaged):  # a node that can't be found may be one more that has to run
            dirty = store.readers([1])
            assert state is None or dirty >= {FIRST_NODE, FIRST_NODE + 1}, seed
        store.forget()


@pytest.mark.parametrize(
    "table",
    [
        "CREATE TABLE reading (key BLOB, other TEXT)",
        "CREATE TABLE reading (key BLOB, digest TEXT, value TEXT)",
        "CREATE TABLE something (key BLOB)",
    ],
)
def test_a_database_of_somebody_else_is_a_miss(cache: Cache, table: str) -> None:
    file_of(cache).parent.mkdir(parents=True)
    with closing(sqlite3.connect(file_of(cache))) as database, database:
        database.execute(table)
        if "digest" in table:
            database.execute("INSERT INTO reading VALUES (?, 'a', 'b')", (KEY,))
    assert cache.get([KEY]) == {}
    put(cache, {KEY: VALUE})


def test_a_folder_in_the_files_place_is_a_miss(cache: Cache) -> None:
    file_of(cache).mkdir(parents=True)
    put(cache, {KEY: VALUE})
    assert cache.get([KEY]) == {}


def test_a_file_where_the_folder_should_be_is_a_miss(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    cache = Cache(tmp_path / "cache" / "read.sqlite")
    put(cache, {KEY: VALUE})
    assert cache.get([KEY]) == {}


def test_a_key_depends_on_every_part_and_on_where_one_ends() -> None:
    keys = {key_of("ab", "c"), key_of("a", "bc"), key_of("abc"), key_of("abc", ""), key_of(b"abd")}
    assert len(keys) == 5
    assert key_of("ab", b"c") == key_of(b"ab", "c")


def test_readers_of_a_fact_are_found_after_a_node_that_ran_again(tmp_path: Path) -> None:
    """Directly and by way of others, in the file of the last build and of the one before."""
    first, second, third = (FIRST_NODE + n for n in range(3))
    facts = {("briefing", "a"): 0, ("briefing", "b"): 128}
    runs = [Run(first, ("x",), [1], b""), Run(second, ("y",), [128], b"")]
    Store(tmp_path, b"key").save(STATE, facts, runs, None)
    runs = [Run(second, ("y",), [130, first], b""), Run(third, ("z",), [second, 256], b"")]
    store = Store(tmp_path, b"key")
    state = store.state()
    assert state is not None
    store.save(state, facts | {("briefing", "c"): 256}, runs, [])
    again = Store(tmp_path, b"key")
    assert again.state() is not None
    assert again.readers([1]) == {first, second, third}
    assert again.readers([2]) == set()
    assert again.readers([130]) == {second, third}
    assert again.readers([256]) == {third}
    assert again.readers([384]) == set()
    again.close()


def test_what_each_node_read_is_listed_unless_a_node_is_lost(tmp_path: Path) -> None:
    runs = [Run(FIRST_NODE + n, ("page", str(n)), [n, n + 1], b"") for n in (2, 0, 1)]
    facts = {("briefing", str(n)): n * 128 for n in range(3)}
    Store(tmp_path, b"key").save(STATE, facts, runs, None)
    store = Store(tmp_path, b"key")
    assert store.state() is not None
    reads_by_number = [(number, list(reads)) for number, reads in store.reads_of_nodes()]
    assert reads_by_number == [(FIRST_NODE + n, [n, n + 1]) for n in range(3)]
    store.close()
    with closing(sqlite3.connect(store.path)) as database, database:
        database.execute("DELETE FROM node WHERE number = ?", (FIRST_NODE + 1,))
    again = Store(tmp_path, b"key")
    assert again.state() is not None
    with pytest.raises(Damaged):
        list(again.reads_of_nodes())
    again.close()


def test_another_state_of_the_same_nodes_leaves_them_usable(tmp_path: Path) -> None:
    runs = [Run(FIRST_NODE + n, ("page", str(n)), [n], b"value") for n in range(3)]
    facts = {("briefing", str(n)): n * 128 for n in range(3)}
    Store(tmp_path, b"key").save(STATE, facts, runs, None)
    store = Store(tmp_path, b"key")
    state = store.state()
    assert state is not None
    store.save_state(replace(state, zone="Europe/Paris"))
    again = Store(tmp_path, b"key")
    assert again.state() == replace(state, zone="Europe/Paris")
    assert again.facts() == facts
    assert again.readers([1]) == {FIRST_NODE + 1}
    again.close()


def test_a_stored_node_is_found_by_its_key_and_by_its_number(tmp_path: Path) -> None:
    runs = [Run(FIRST_NODE + n, ("page", str(n)), [n, 7], b"value" * n) for n in range(3)]
    Store(tmp_path, b"key").save(STATE, {("briefing", "a"): 0}, runs, None)
    store = Store(tmp_path, b"key")
    for node in (store.load(("page", "2")), store.load_number(FIRST_NODE + 2)):
        assert node is not None
        assert (node.key, node.number, list(node.reads)) == (("page", "2"), FIRST_NODE + 2, [2, 7])
        assert node.value == b"value" * 2
    assert store.load(("page", "9")) is None
    assert store.load_number(FIRST_NODE + 9) is None
    assert store.numbers("page") == {("page", str(n)): FIRST_NODE + n for n in range(3)}
    store.close()
