"""The options of a build, the last build, and whether there is anything to do.

Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar
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
from briefings.build.store import BuildState, Damaged, Store
from briefings.content.files import LINK, Unfit
from briefings.publish import Folder, Report, Unchanged, begin_look
from briefings.publish.files import folders_of
from briefings.store.cache import NO_CACHE, Cache, digest

# The input folders of a site, and the theme that overlays two of them.

TEMPLATES, STATIC = "templates", "static"
_PACKAGE = Path(__file__).parents[1]
#: The example sites for `new site`, with their place in the repository.
EXAMPLES, _SITES = "examples", "tests/sites"
_HINT = "make its templates/ or static/ with the files that differ from ours, or name no theme"


def shipped(name: str) -> Path:
    """Return a folder that comes with the program: TEMPLATES, STATIC or EXAMPLES.

    It is in the package if that was installed from a wheel (see setup.py), else in the repository.
    """
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / {EXAMPLES: _SITES}.get(name, name)


@dataclass(frozen=True, slots=True)
class SiteFolders:
    """The input folders of one command.

    Of several folders of templates (or static files), the first that has a file wins. `themed`: the
    theme's folders are among them already; otherwise `in_theme` puts that of `site.yaml` in front.
    `private`: further folders of the command that a theme must not overlap, such as its cache.
    """

    content: Path
    templates: tuple[Path, ...]
    static: tuple[Path, ...]
    themed: bool = field(default=False, kw_only=True)
    private: tuple[Path, ...] = field(default=(), kw_only=True)

    @property
    def own(self) -> tuple[Path, Path, Path]:
        """The folders of content, templates and static files, without a theme."""
        return self.content, self.templates[-1], self.static[-1]

    @property
    def project(self) -> Path:
        """The folder that contains the content folder; relative if it is the current one."""
        project, current = self.content.resolve().parent, Path.cwd()
        return project.relative_to(current) if project.is_relative_to(current) else project

    def in_theme(self, name: str | None) -> Self:
        """Return the same with the theme that `site.yaml` names; a faulty one is left out."""
        if self.themed:
            return self
        if name is None or self.theme_fault(name) is not None:
            return replace(self, themed=True)
        return self.with_theme(self.project / name)

    def with_theme(self, theme: Path) -> Self:
        """Return the same with this theme in front of all folders."""
        return replace(
            self,
            templates=(theme / TEMPLATES, *self.templates),
            static=(theme / STATIC, *self.static),
            themed=True,
        )

    def theme_fault(self, name: str | None) -> Unfit | None:
        """Return why the theme that `site.yaml` names can't be used: message and hint.

        It is part of the content, so it may neither be a link nor be outside the project. None if
        the command has chosen its theme itself.
        """
        if self.themed or name is None:
            return None
        theme = self.project / name
        if any(part.is_symlink() for part in (theme, *theme.parents)[: 1 + name.count("/")]):
            return LINK
        if not theme.is_dir():
            return f"there is no folder `{theme}`", _HINT
        others = (self.content, self.project / SOURCES, *self.private)
        for other in others:
            folders = theme.resolve(), other.resolve()
            if folders[0].is_relative_to(folders[1]) or folders[1].is_relative_to(folders[0]):
                return f"the theme can't be in the folder `{other}`, or around it", _HINT
        return layers_fault(theme)


def layers_fault(theme: Path) -> Unfit | None:
    """Return why this folder can't be a theme: message and hint. None if it can."""
    layers = (theme / TEMPLATES, theme / STATIC)
    if any(layer.is_symlink() for layer in layers):
        return LINK
    if not any(layer.is_dir() for layer in layers):
        return f"the folder `{theme}` has neither templates/ nor static/", _HINT
    return None


T = TypeVar("T")

#: All marks are stored again once one in so many changed.
_WORTH = 50


@dataclass(frozen=True, slots=True)
class Options(SiteFolders):
    """The options of a run.

    `now` returns the moment of the build; a date alone as `--now` is midnight in the time zone.
    `follows_clock`: no moment was chosen, so a preview that runs for hours reads the clock again
    for each state of the site (`at_this_moment`). `cache`: the cache folder; None for no cache.
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
        """Hash of the folders and options: builds with other ones have a store of their own."""
        folders = (self.content, *self.templates, *self.static, self.output)
        values = (*map(str, folders), str(self.base_url), self.drafts, self.search)
        return digest(repr(values).encode())


def _layers(name: str, folders: tuple[Path, ...]) -> Iterator[InputFolder]:
    """Yield the folders as trees. The last is our own, `templates`; a theme's is `templates1`."""
    for number, folder in enumerate(reversed(folders)):
        yield InputFolder(f"{name}{number or ''}", folder)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The numbers of pages, feeds and tables of a site, and of files that a build changed.

    `draft_faults`: the number of faults in drafts, which do not stop a build. `one_by_one`:
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
        """Count the files by their names."""
        names = list(paths)
        feeds = ("feed.xml", "feed.json", ".opml", ".ics")
        return cls(
            pages=sum(path.endswith(".html") for path in names),
            feeds=sum(path.endswith(feeds) for path in names),
            tables=sum(path.startswith("data/") and path.endswith(".csv") for path in names),
            changed=report.written,
            removed=report.removed,
            one_by_one=report.one_by_one,
        )

    @property
    def sorts(self) -> tuple[int, int, int]:
        """The numbers of pages, feeds and tables."""
        return self.pages, self.feeds, self.tables


@dataclass(frozen=True, slots=True)
class PreviousBuild:
    """The last build with these options, and what has changed since.

    `changed`: inputs. `lost`: outputs that are missing or were changed by others. `has_others`: the
    output folder has files or folders of a build that was stopped. `in_time`: no moment has passed
    at which the site changes by itself.
    """

    store: Store
    state: BuildState
    inputs: Mapping[str, Input]
    same_environment: bool
    changed: frozenset[str]
    lost: frozenset[str]
    in_time: bool
    has_others: bool = False

    @property
    def same_code(self) -> bool:
        """Whether the program, Python and all installed packages are those of the last build."""
        return self.same_environment and not any(name.startswith("code/") for name in self.changed)

    @property
    def nothing_to_do(self) -> bool:
        """Whether a build would publish exactly the site that is published already."""
        is_same_site = self.in_time and not self.changed
        return self.same_code and is_same_site and not self.lost and not self.has_others

    def unchanged(self, path: str) -> Unchanged | None:
        """Return an output if its file is still as the last build published it, else None."""
        is_intact = path in self.state.marks and path not in self.lost
        return self.state.unchanged(path) if is_intact else None


def find(options: Options, folder: Folder) -> tuple[Folder, PreviousBuild | None]:
    """Return the folder compared with the stored state, and the last build; None without a state.

    Raises NotOurs, DiskFault.
    """
    store = Store(options.cache, options.key) if options.cache is not None else None
    state = store.state() if store is not None else None
    if store is None or state is None:
        return begin_look(folder, {}, None)(), None
    finish_look = begin_look(folder, state.marks, state.trees)
    try:
        previous = _previous(options, store, state)
    finally:
        folder = finish_look()
    if folder.marks:
        state = replace(state, marks={**state.marks, **folder.marks}, trees=folder.known_trees)
    return folder, replace(
        previous, state=state, lost=folder.lost, has_others=_has_others(folder, state)
    )


def _has_others(folder: Folder, state: BuildState) -> bool:
    """Return whether the folder has files or folders that the last build did not publish.

    A build that was stopped while it replaced files one by one leaves some.
    """
    if folder.trees is not None:  # they have the names that the last build left
        return False
    files, folders = folder.tree.files, folder.tree.folders.keys()
    return bool(files - state.marks.keys() or folders - folders_of([*state.marks]))


def last_build(options: Options) -> PreviousBuild | None:
    """Return the last build without comparing its output, for a run that publishes nothing."""
    store = Store(options.cache, options.key) if options.cache is not None else None
    state = store.state() if store is not None else None
    return None if store is None or state is None else _previous(options, store, state)


def _previous(options: Options, store: Store, state: BuildState) -> PreviousBuild:
    inputs = scan_inputs(options.in_theme(state.theme).trees, state.inputs)
    return PreviousBuild(
        store=store,
        state=state,
        inputs=inputs,
        same_environment=environment(state.zone) == state.environment,
        changed=frozenset(changed(state.inputs, inputs)),
        lost=frozenset(),
        in_time=state.holds(options.now(ZoneInfo(state.zone))),
    )


def refreshed(previous: PreviousBuild, folder: Folder) -> None:
    """Store new marks of unchanged inputs and outputs, so that the next build need not read them.

    Only once 1 in 50 changed: storing all marks takes longer than reading a few files again.
    """
    state = previous.state
    new = sum(state.inputs.get(name) != value for name, value in previous.inputs.items())
    if (new + len(folder.marks)) * _WORTH >= len(previous.inputs) + len(state.marks):
        previous.store.save_state(replace(state, inputs=dict(previous.inputs)))


def from_last_build(work: Callable[[Options, PreviousBuild | None], T], options: Options) -> T:
    """Call `work` with the last build; without it if the stored state is damaged."""
    try:
        return work(options, last_build(options))
    except Damaged:
        return work(options, None)
