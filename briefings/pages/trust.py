"""The page of one trust."""

from collections.abc import Iterator

from briefings.pages.page import Page
from briefings.pages.whole import Whole


def planned(whole: Whole) -> Iterator[Page]:
    yield from ()
