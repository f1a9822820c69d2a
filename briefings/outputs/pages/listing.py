"""Pages of lists: how lists are cut into pages, and the kinds of pages that show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from briefings import urls
from briefings.outputs.pages.page import Derived, Kind, PlainView

T = TypeVar("T")

#: Number of rows on one page of a list.
ROWS = 100


@dataclass(frozen=True, slots=True)
class Pager:
    """One page of a list, or of several lists side by side, among the others.

    `number`: this page, from 1. `base`: path of the first page. `count`: number of rows of the
    longest list, on all pages.
    """

    number: int
    base: str
    count: int

    @property
    def total(self) -> int:
        """The number of pages; at least one."""
        return max(1, -(-self.count // ROWS))

    def of(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows of this page."""
        return rows[(self.number - 1) * ROWS : self.number * ROWS]

    @property
    def is_needed(self) -> bool:
        """False for a list that fits on one page."""
        return self.total > 1

    @property
    def url(self) -> str:
        """The path of this page."""
        return urls.page_of(self.base, self.number)

    @property
    def newer(self) -> str:
        """The path of the previous page, or empty."""
        return urls.page_of(self.base, self.number - 1) if self.number > 1 else ""

    @property
    def older(self) -> str:
        """The path of the next page, or empty."""
        return urls.page_of(self.base, self.number + 1) if self.number < self.total else ""

    @property
    def words(self) -> str:
        """`Page 2 of 5`."""
        return f"Page {self.number} of {self.total}"

    @property
    def suffix(self) -> str:
        """Suffix that makes the title of a later page unique: `, page 2 of 5`; empty on page 1."""
        return f", {self.words.lower()}" if self.number > 1 else ""


def paged(
    name: str,
    template: str,
    base: Callable[..., str],
    lists: Callable[..., Sequence[Sequence[object]]],
    view: Callable[..., PlainView],
    ids: Callable[[Derived], Iterable[tuple[str, ...]]] = lambda derived: [()],
) -> Kind:
    """Return the kind of pages of lists. The key of a page is that of its record, and its number.

    `ids`: the keys of the records, empty for a list of the whole site. `base`: called with one of
    them, returns the path of the first page. `lists`: called with the site and one of them, returns
    the lists that are side by side. `view`: called with the site, the key of the record, the pager,
    and the rows of this page of each list.
    """

    def pager(number: str, id: Sequence[str], rows: Sequence[Sequence[object]]) -> Pager:
        return Pager(int(number), base(*id), max(map(len, rows)))

    def keys(derived: Derived) -> Iterator[tuple[str, ...]]:
        for id in ids(derived):
            total = pager("1", id, lists(derived, *id)).total
            yield from ((*id, str(number)) for number in range(1, total + 1))

    def url(*key: str) -> str:
        return urls.page_of(base(*key[:-1]), int(key[-1]))

    def shown(derived: Derived, *key: str) -> PlainView:
        *id, number = key
        rows = lists(derived, *id)
        page = pager(number, id, rows)
        return view(derived, *id, page, *map(page.of, rows))

    return Kind(name, template, keys, url, shown)
