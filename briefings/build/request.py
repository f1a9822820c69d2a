"""What a build was asked for, what it finds, and whether there is anything to do.

Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from briefings.build.inputs import (
    CONTENT,
    SOURCES,
    UNFIT,
    Input,
    InputFolder,
    Inputs,
    changed,
    code,
    digest_of,
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
class BuildRequest(SiteFolders):
    """The options of a build as far as its bytes depend on them, and where its cache is.

    `now` gives the moment to judge by; the time zone says what a bare day of `--now` means.
    """

    output: Path
    base_url: str | None
    drafts: bool
    search: bool
    cache: Path | None
    now: Callable[[ZoneInfo], datetime]

    @property
    def reading(self) -> Cache:
        """What was read before."""
        return NO_CACHE if self.cache is None else Cache(self.cache / "read.sqlite")

    @property
    def trees(self) -> tuple[InputFolder, ...]:
        """Everything that the site is made from."""
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
        told = (*map(str, folders), str(self.base_url), self.drafts, self.search)
        return blake2b(repr(told).encode(), digest_size=16).digest()


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
    """How things stand before a build: the last one, and what is otherwise now.

    `changed` are inputs; `lost` are outputs that are not there as they were left. `in_time`: no
    moment has passed at which the site changes by itself.
    """

    standing: Store
    said: BuildState
    inputs: Mapping[str, Input]
    environment: bytes
    changed: frozenset[str]
    lost: frozenset[str]
    in_time: bool

    @property
    def same_code(self) -> bool:
        """The program, and everything it is built on, are what they were."""
        same = self.environment == self.said.environment
        return same and not any(name.startswith("code/") for name in self.changed)

    @property
    def nothing_to_do(self) -> bool:
        """The site that is there is the one that would be built."""
        return self.same_code and self.in_time and not self.changed and not self.lost

    @property
    def has_unfit(self) -> bool:
        """Something among the changed inputs is a link, a special file or too long: a fault."""
        changed = (self.inputs.get(name) for name in self.changed)
        return any(one is not None and one[1] == UNFIT for one in changed)

    def kept(self, path: str) -> Unchanged | None:
        """An output that is there as the last build left it."""
        return None if path in self.lost or path not in self.said.marks else self.said.kept(path)


def find(asked: BuildRequest, folder: Folder) -> tuple[Folder, PreviousBuild | None]:
    """The folder, looked at, and how things stand; None where nothing is known of a last build.

    Raises NotOurs, DiskFault.
    """
    standing = Store(asked.cache, asked.key) if asked.cache is not None else None
    said = standing.said() if standing is not None else None
    if standing is None or said is None:
        return begin_look(folder, {}, None)(), None
    published = begin_look(folder, said.marks, said.left)
    try:
        inputs = scan_inputs(asked.in_theme(said.theme).trees, said.inputs)
    finally:
        folder = published()
    return folder, PreviousBuild(
        standing=standing,
        said=said,
        inputs=inputs,
        environment=environment(said.zone),
        changed=frozenset(changed(said.inputs, inputs)),
        lost=folder.lost,
        in_time=said.holds(asked.now(ZoneInfo(said.zone))),
    )


def refreshed(found: PreviousBuild) -> None:
    """Write down new marks of what is as it was, so that the next look is quick.

    To write down all for a few of them takes longer than to look at these few again.
    """
    new = _news(found.said.inputs, found.inputs)
    if new * _WORTH < len(found.inputs) + len(found.said.marks):
        return
    with found.standing.writing() as writing:
        said = replace(found.said, inputs=dict(found.inputs))
        writing.finish(said, found.said)


def _news(before: Mapping[str, T], now: Mapping[str, T]) -> int:
    return sum(before.get(name) != one for name, one in now.items())


def inputs_in_theme(
    asked: BuildRequest, found: PreviousBuild | None, inputs: Inputs, name: str | None
) -> Inputs:
    """The inputs with the files of the theme that `site.yaml` names.

    They are known already if the last build had the same theme; otherwise only now, after
    `site.yaml` was read and before the theme is.
    """
    if asked.cache is None or (found is not None and found.said.theme == name):
        return inputs
    own = {tree.name for tree in asked.trees}
    theme = tuple(tree for tree in asked.in_theme(name).trees if tree.name not in own)
    others = {path: one for path, one in inputs.items() if path.partition("/")[0] in own}
    return others | scan_inputs(theme, {})


def base_of(asked: BuildRequest, inputs: Inputs, installed: bytes) -> bytes:
    """Stands for what every output depends on: the program, the configuration, the options."""
    config = inputs.get("content/site.yaml")
    hasher = blake2b(installed + digest_of(inputs, "code"), digest_size=16)
    hasher.update((config[1] if config else b"") + repr(asked.base_url).encode())
    hasher.update(repr((asked.drafts, asked.search)).encode())
    return hasher.digest()
