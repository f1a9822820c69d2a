"""The options of a build, the last build, and whether there is anything to do.

Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from briefings.build.inputs import (
    CONTENT,
    SOURCES,
    Input,
    InputFolder,
    changed,
    code,
    environment,
    scan_inputs,
)
from briefings.build.site_folders import SiteFolders
from briefings.build.store import BuildState, Store
from briefings.publish import Folder, Report, Unchanged, begin_look
from briefings.store.cache import NO_CACHE, Cache

T = TypeVar("T")

#: One new mark in so many is worth writing all of them down.
_WORTH = 50


@dataclass(frozen=True, slots=True)
class Options(SiteFolders):
    """The options of a run.

    `now` gives the moment to judge by; the time zone says what a bare day of `--now` means.
    `follows_clock`: no moment was chosen, so a preview that runs for hours reads the clock anew for
    each state of the site (`at_this_moment`). `cache`: the folder of what is kept for later runs;
    None to keep nothing.
    """

    now: Callable[[ZoneInfo], datetime]
    output: Path = Path()
    base_url: str | None = None
    drafts: bool = False
    search: bool = True
    cache: Path | None = None
    jobs: int = 1
    follows_clock: bool = False

    def at_this_moment(self) -> Options:
        """Return the same options with the clock read now, unless a moment was chosen."""
        if not self.follows_clock:
            return self
        started = datetime.now(UTC)
        return replace(self, now=lambda _: started)

    @property
    def reading(self) -> Cache:
        """The cache of files that were read before."""
        return NO_CACHE if self.cache is None else Cache(self.cache / "read.sqlite")

    @property
    def trees(self) -> tuple[InputFolder, ...]:
        """The folders of everything that the site is made from."""
        return (
            InputFolder(CONTENT, self.content),
            *_layers("templates", self.templates),
            *_layers("static", self.static),
            InputFolder(SOURCES, self.content.resolve().parent / SOURCES),
            code(),
        )

    @property
    def key(self) -> bytes:
        """Tells the builds of one cache folder apart; a new checkout elsewhere finds its own."""
        folders = (self.content, *self.templates, *self.static, self.output)
        named = (*map(str, folders), str(self.base_url), self.drafts, self.search)
        return blake2b(repr(named).encode(), digest_size=16).digest()


def _layers(name: str, folders: tuple[Path, ...]) -> Iterator[InputFolder]:
    """Our own folder, which is the last, has the name; that of a theme has a number behind it."""
    for number, folder in enumerate(reversed(folders)):
        yield InputFolder(f"{name}{number or ''}", folder)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build made: how many files of each sort there are, and how many it changed.

    `draft_faults`: faults of drafts that it came upon, and that did not stop it. `one_by_one`:
    published files were replaced one by one.
    """

    pages: int
    feeds: int
    tables: int
    changed: int
    removed: int
    draft_faults: int = 0
    one_by_one: bool = False

    @classmethod
    def of(cls, paths: Iterable[str], report: Report) -> BuildResult:
        """Counted by the names of the files."""
        every = list(paths)
        feeds = ("feed.xml", "feed.json", ".opml", ".ics")
        return cls(
            pages=sum(path.endswith(".html") for path in every),
            feeds=sum(path.endswith(feeds) for path in every),
            tables=sum(path.startswith("data/") and path.endswith(".csv") for path in every),
            changed=report.written,
            removed=report.removed,
            one_by_one=report.one_by_one,
        )

    @property
    def sorts(self) -> tuple[int, int, int]:
        """How many files of each sort there are."""
        return self.pages, self.feeds, self.tables


@dataclass(frozen=True, slots=True)
class PreviousBuild:
    """The last build with these options, and what has changed since.

    `changed` are inputs; `lost` are outputs that are not there as they were left. `in_time`: no
    moment has passed at which the site changes by itself.
    """

    store: Store
    state: BuildState
    inputs: Mapping[str, Input]
    same_environment: bool
    changed: frozenset[str]
    lost: frozenset[str]
    in_time: bool

    @property
    def same_code(self) -> bool:
        """Whether the program, and everything it is built on, are what they were."""
        return self.same_environment and not any(name.startswith("code/") for name in self.changed)

    @property
    def nothing_to_do(self) -> bool:
        """Whether the site that is there is the one that would be built."""
        return self.same_code and self.in_time and not self.changed and not self.lost

    def kept(self, path: str) -> Unchanged | None:
        """Return an output that is there as the last build left it."""
        known = path in self.state.marks and path not in self.lost
        return self.state.kept(path) if known else None


def find(options: Options, folder: Folder) -> tuple[Folder, PreviousBuild | None]:
    """Return the folder, looked at, and the last build; None where nothing is known of one.

    Raises NotOurs, DiskFault.
    """
    store = Store(options.cache, options.key) if options.cache is not None else None
    state = store.state() if store is not None else None
    if store is None or state is None:
        return begin_look(folder, {}, None)(), None
    seen = begin_look(folder, state.marks, state.left)
    try:
        inputs = scan_inputs(options.in_theme(state.theme).trees, state.inputs)
    finally:
        folder = seen()
    return folder, _previous(options, store, state, inputs, folder.lost)


def last_build(options: Options) -> PreviousBuild | None:
    """Return the last build whatever became of its output, for a run that publishes nothing."""
    store = Store(options.cache, options.key) if options.cache is not None else None
    state = store.state() if store is not None else None
    if store is None or state is None:
        return None
    inputs = scan_inputs(options.in_theme(state.theme).trees, state.inputs)
    return _previous(options, store, state, inputs, frozenset())


def _previous(
    options: Options,
    store: Store,
    state: BuildState,
    inputs: Mapping[str, Input],
    lost: frozenset[str],
) -> PreviousBuild:
    return PreviousBuild(
        store=store,
        state=state,
        inputs=inputs,
        same_environment=environment(state.zone) == state.environment,
        changed=frozenset(changed(state.inputs, inputs)),
        lost=lost,
        in_time=state.holds(options.now(ZoneInfo(state.zone))),
    )


def refreshed(previous: PreviousBuild) -> None:
    """Store new marks of unchanged inputs, so that the next look is quick.

    Only once 1 in 50 changed: to store all takes longer than to look at a few again.
    """
    state = previous.state
    new = _differing(state.inputs, previous.inputs)
    if new * _WORTH >= len(previous.inputs) + len(state.marks):
        previous.store.save_state(replace(state, inputs=dict(previous.inputs)))


def _differing(before: Mapping[str, T], now: Mapping[str, T]) -> int:
    return sum(before.get(name) != value for name, value in now.items())
