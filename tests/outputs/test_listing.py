"""Lists of any length: pages of a hundred rows, side by side, each with its own address."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from briefings.domain.site import Site
from briefings.outputs.pages.page import Kind, Meta, Pager, View, paged
from tests.support.factory import a_site


def a_kind(*lists: Sequence[int]) -> Kind:
    """A kind of pages that shows these lists for each of two records."""

    def view(site: Site, id: str, pager: Pager, *rows: Sequence[int]) -> View:
        meta = Meta(url=pager.url, title=f"{id}{pager.suffix}", description="", kind="topic")
        return View(meta, pager=pager, rows=[list(some) for some in rows])

    ids = lambda site: [("a",), ("b",)]  # noqa: E731
    return paged("kind", lambda id: f"/{id}/", lambda site, id: lists, view, ids)


def test_lists_side_by_side_are_cut_together_by_the_longest() -> None:
    site, kind = a_site({}), a_kind(range(250), range(150), ())
    keys = list(kind.keys(site))
    assert keys == [(id, number) for id in "ab" for number in "123"]
    pages = [kind.page(site, key) for key in keys[:3]]
    assert [page.url for page in pages] == ["/a/", "/a/page/2/", "/a/page/3/"]
    rows = [page.view.rows for page in pages]
    assert [[len(some) for some in lists] for lists in rows] == [
        [100, 100, 0], [100, 50, 0], [50, 0, 0]
    ]  # fmt: skip
    assert [number for lists in rows for number in lists[0]] == list(range(250))
    titles = [page.view.meta.title for page in pages]
    assert titles == ["a", "a, page 2 of 3", "a, page 3 of 3"]


@pytest.mark.parametrize(("count", "total"), [(0, 1), (1, 1), (100, 1), (101, 2), (200, 2)])
def test_there_is_always_a_first_page(count: int, total: int) -> None:
    site, kind = a_site({}), a_kind(range(count))
    assert len(list(kind.keys(site))) == 2 * total
    pager = kind.page(site, ("a", "1")).view.pager
    assert (pager.is_needed, pager.newer) == (total > 1, "")
    assert pager.older == ("/a/page/2/" if total > 1 else "")
