"""What a site need not hold is folded away, and comes back as it was."""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

import pytest

from briefings.content import loader as load
from briefings.content.loader import Content
from briefings.store import folded
from briefings.store.cache import NO_CACHE, Cache, digest
from briefings.store.compact import compact
from briefings.store.folded import Folded, Shelf, shelve, staying_folded

CONTENT = Path(__file__).parents[2] / "content"


@compact
@dataclass(frozen=True, slots=True)
class Page(Folded):
    """A value of which two fields fold."""

    FOLDED: ClassVar = ("text", "notes")

    name: str
    text: str
    shown: bool
    notes: tuple[str, ...] = ()


def _page(n: int = 1) -> Page:
    return Page(f"page {n}", f"What page {n} says.", True, ("first", "second"))


def _back(page: Page, *, stay: bool = True) -> Page:
    """As it comes back from another process, or from the cache."""
    with staying_folded(stay):
        found: Page = pickle.loads(pickle.dumps(page))
    return found


def _is_folded(one: Folded) -> bool:
    """Whether none of its folded fields is held; asks for none of them."""
    slots: Mapping[str, Any] = vars(type(one))
    held = []
    for name in one.FOLDED:
        try:
            held.append(slots[name].__get__(one))
        except AttributeError:
            continue
    return not held


@pytest.mark.parametrize("stay", [True, False], ids=["folded", "unfolded"])
def test_a_value_comes_back_as_it_was(stay: bool) -> None:
    back = _back(_page(), stay=stay)
    assert _is_folded(back) is stay
    assert back.name == "page 1"
    assert _is_folded(back) is stay
    assert back.text == "What page 1 says."
    assert (back, repr(back)) == (_page(), repr(_page()))
    assert _back(back) == _page()
    assert pickle.dumps(_back(back)) == pickle.dumps(_page())


@pytest.mark.parametrize("stay", [True, False], ids=["folded", "unfolded"])
def test_how_much_there_is_in_a_field_is_told_without_unfolding_it(stay: bool) -> None:
    for page in (_page(), _back(_page(), stay=stay), _back(_back(_page()), stay=stay)):
        was = _is_folded(page)
        assert (folded.length(page, "notes"), folded.length(page, "text")) == (2, 17)
        assert _is_folded(page) is was


def test_a_value_that_was_not_asked_goes_on_folded() -> None:
    assert _back(_back(_page())) == _page()


def test_what_it_never_had_it_does_not_have() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        getattr(_back(_page()), "nothing")  # noqa: B009


def test_what_was_asked_long_ago_folds_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folded, "_MOST", 2)
    monkeypatch.setattr(folded, "_unfolded", deque())
    pages = [_back(_page(n)) for n in range(4)]
    for _ in range(2):
        for n, page in enumerate(pages):
            assert page.notes == ("first", "second")
            assert page.text == f"What page {n} says."
    assert [_is_folded(page) for page in pages] == [True, True, False, False]
    assert pages == [_page(n) for n in range(4)]


@pytest.mark.parametrize("stay", [True, False], ids=["folded", "unfolded"])
def test_what_lies_on_a_shelf_comes_back_as_it_was(tmp_path: Path, stay: bool) -> None:
    shelf = Shelf(tmp_path)
    pages = [_back(_page(n), stay=stay) for n in range(3)]
    for page in pages:
        shelve(page, shelf)
        assert _is_folded(page)
    assert list(tmp_path.iterdir()) == []  # nothing is left behind by a build that is killed
    assert [_back(page) for page in reversed(pages)] == [_page(n) for n in (2, 1, 0)]
    assert pages == [_page(n) for n in range(3)]


def test_what_the_disk_refuses_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, pages = Shelf(tmp_path), [_back(_page(n)) for n in range(3)]
    shelve(pages[0], shelf)
    real, written = os.pwrite, iter([3, 0])

    def refuses(descriptor: int, blob: bytes, at: int) -> int:
        if some := next(written):
            return real(descriptor, blob[:some], at)
        raise OSError

    monkeypatch.setattr(os, "pwrite", refuses)
    for page in pages[1:]:
        shelve(page, shelf)
    assert pages == [_page(n) for n in range(3)]


def test_what_lies_on_a_shelf_is_not_laid_there_again(tmp_path: Path) -> None:
    """A preview of a large site reads it again and again."""
    first, second, page = Shelf(tmp_path), Shelf(tmp_path), _back(_page())
    shelve(page, first)
    assert page.text == "What page 1 says."
    shelve(page, second)
    assert _is_folded(page)
    assert second._end == 0
    assert page == _page()


def _cut_off(file: int) -> None:
    os.ftruncate(file, 10)


def _zeroed(file: int) -> None:
    place = os.pread(file, 1_000, 0).index(b"What page")
    os.pwrite(file, bytes(4), place)


@pytest.mark.parametrize("damage", [_cut_off, _zeroed])
def test_what_the_disk_does_not_give_back_is_a_fault_and_never_another_text(
    tmp_path: Path, damage: Callable[[int], None]
) -> None:
    shelf, page = Shelf(tmp_path), _back(_page())
    shelve(page, shelf)
    damage(shelf._file.fileno())
    with pytest.raises(OSError, match="error"):
        _ = page.text


def _told(content: Content) -> list[str]:
    return [repr([getattr(one, field.name) for field in fields(one)]) for one in content.records()]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_site_too_large_to_hold_reads_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    whole = _told(load.load(CONTENT))
    monkeypatch.setattr(load, "_LARGE", 1)
    monkeypatch.setattr("briefings.store.workers.WORTH_A_POOL", 2)
    cache = Cache(tmp_path / "cache" / "read.sqlite")
    files = [path for path in CONTENT.rglob("*") if path.is_file()]
    digests = {str(path.relative_to(CONTENT)): digest(path.read_bytes()) for path in files}
    for known in ({}, digests):
        large = load.load(CONTENT, jobs=jobs, cache=cache, digests=known)
        assert all(_is_folded(one.front) for one in large.briefings.values())
        assert all(_is_folded(one.body) for one in large.briefings.values())
        assert _told(large) == whole
    assert _told(load.load(CONTENT, jobs=jobs, cache=NO_CACHE)) == whole
