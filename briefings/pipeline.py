"""The whole journey: content → site → checks → every output → `output/`."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Protocol

from briefings import checks
from briefings.cache import NO_CACHE, Cache
from briefings.checks.names import folded, names_pattern
from briefings.downloads import downloads
from briefings.feeds import feeds
from briefings.hosting import hosting
from briefings.load import Content, load
from briefings.output import Folder, Report, publish
from briefings.pages import indexed, pages
from briefings.problems import ContentError, Problem
from briefings.search import search
from briefings.site import Site, visible
from briefings.urls import PAGEFIND
from briefings.workers import FORKS, in_chunks


class Output(Protocol):
    """One file of the site, planned: rendering it is a pure function of the value."""

    @property
    def path(self) -> str:
        """The file, relative to the output folder."""

    def render(self) -> bytes:
        """Its bytes."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do; `now` is made of the site's zone once that is known."""

    content: Path
    templates: Path
    static: Path
    now: Callable[[Content], datetime]
    base_url: str | None = None
    drafts: bool = False
    jobs: int = 1
    cache: Cache = NO_CACHE
    search: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """What a build made: the report of the disk, and how many files of each sort there are."""

    report: Report
    pages: int
    feeds: int
    tables: int


def check(options: Options) -> tuple[Content, Site]:
    """What was read, and the site as it stands at `now`. Raises ContentError with every fault."""
    content = load(
        options.content, jobs=options.jobs, cache=options.cache, base_url=options.base_url
    )
    return content, judge(content, options)


def judge(content: Content, options: Options) -> Site:
    """The site as it stands at `now`. Raises ContentError with every fault of what was read."""
    now = options.now(content)
    today = visible(content, now)
    judged = checks.problems(content, now, options.templates, drafts=options.drafts, today=today)
    found = [*content.problems, *judged]
    if found:
        raise ContentError(found)
    # The very site that was judged: its histories are worked out already, and kept with it.
    return visible(content, now, drafts=True) if options.drafts else today


def plan(site: Site, options: Options) -> list[Output]:
    """Every file of the site as a value, before any is rendered."""
    return [*plan_without_index(site, options), *(index(site, options) if options.search else ())]


def plan_without_index(site: Site, options: Options) -> list[Output]:
    """All but the search index, which takes longest."""
    shown = pages(site, options.templates, options.static, options.content, search=options.search)
    return [*shown, *feeds(site), *downloads(site), *hosting(site, indexed(shown))]


def index(site: Site, options: Options) -> Sequence[Output]:
    """The files of the search index."""
    return search(site, options.cache.path.parent / "search" if options.cache.path else None)


def build(options: Options, folder: Folder, *, in_place: bool, seen: Seen) -> Made:
    """Check, plan, render and publish. Nothing is published unless everything was rendered."""
    _, site = check(options)
    planned = plan(site, options)
    rendered = walled(site, rendered_files(planned, options.jobs))
    report = publish(seen(rendered, len(planned)), folder, in_place)
    paths = [one.path for one in planned]
    return Made(
        report=report,
        pages=sum(path.endswith(".html") for path in paths),
        feeds=sum(path.endswith(("feed.xml", "feed.json", ".opml", ".ics")) for path in paths),
        tables=sum(path.startswith("data/") and path.endswith(".csv") for path in paths),
    )


#: Lets the caller watch files go by: given the files and how many will come, returns the files.
Seen = Callable[[Iterable[tuple[str, bytes]], int], Iterable[tuple[str, bytes]]]

_planned: list[Output] = []


def rendered_files(planned: list[Output], jobs: int) -> Iterator[tuple[str, bytes]]:
    """Render every planned file, on all cores where there are many, in order.

    Workers are forked with the plan in memory and are told only which files are theirs.
    """
    global _planned  # what forked workers find without it being sent to them
    _planned = planned
    gc.freeze()
    yield from in_chunks(_render_some, range(len(planned)), jobs if FORKS else 1)
    _planned = []


def _render_some(indexes: Sequence[int]) -> list[tuple[str, bytes]]:
    return [(_planned[index].path, _planned[index].render()) for index in indexes]


#: Files that hold no readable text of their own.
PACKED = PAGEFIND.lstrip("/")


def walled(site: Site, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The last wall: no file that holds a name of `policy.never_publish` gets out."""
    names = site.config.policy.never_publish
    if not names:
        yield from files
        return
    pattern = names_pattern(names)
    for path, data in files:
        packed = path.startswith(PACKED)  # the search index: the pages' own words, compressed
        if not packed and pattern.search(_as_read(path, data)):
            message = f"the file {path} would publish a name of `policy.never_publish`"
            raise ContentError(
                [Problem(path, 1, 1, message, "find it in the content and remove it")]
            )
        yield path, data


def _as_read(path: str, data: bytes) -> str:
    """A file as a reader of it sees the words, case and compatibility forms folded away."""
    text = data.decode("utf-8", "replace")
    if path.endswith(".ics"):  # RFC 5545 breaks long lines, within words too
        text = text.replace("\r\n ", "")
    return folded(unescape(text))
