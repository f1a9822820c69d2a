"""One build: changed inputs → facts → checks → stale outputs → `output/`.

There is one way of building. Without a stored build every file is read and every output rendered;
with one, only the outputs that read something that changed.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

from briefings import checks
from briefings.build.changes import InputState, Snapshot, differing, paths_in, read, window
from briefings.build.inputs import (
    CONTENT,
    Inputs,
    contents,
    environment,
    inputs_after_build,
    scan_inputs,
)
from briefings.build.never_publish import filter_names
from briefings.build.rendering import Queries, Rendering
from briefings.build.request import BuildResult, Options, PreviousBuild
from briefings.build.store import BuildState, Damaged, Store, marked
from briefings.content import files
from briefings.content.files import CONFIG, MAX_TEMPLATE, Unfit, of_file
from briefings.content.listing import listing_of
from briefings.content.loader import problems_at
from briefings.content.schema.validation import Fault
from briefings.domain.site import Site
from briefings.engine import Engine
from briefings.engine.nodes import OUTPUT, Run
from briefings.outputs.files import Files, Key, prepare
from briefings.outputs.search import INDEX_FOLDER, Index, begin_index, index_digest
from briefings.problems import ContentError, Problem
from briefings.publish import File, Folder, Report, Spooled, Unchanged, publish
from briefings.store.cache import Cache
from briefings.store.compact import FIRST_NODE
from briefings.urls import better_name, name_fault

#: Progress callback: takes the files and their expected number, and returns the same files.
Seen = Callable[[Iterable[File], int], Iterable[File]]


@dataclass(frozen=True)
class World:
    """The inputs at one moment, and the site made of them.

    `options`: with the folders of the theme. `previous`: the build whose stored nodes the engine
    starts with.
    """

    options: Options
    state: InputState
    site: Site
    files: Files
    theme_fault: Unfit | None = None
    previous: PreviousBuild | None = None
    runs: list[Run] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        return self.site.engine

    def prepare(self, queries: Queries, *kinds: str) -> None:
        """Run queries on all files of each kind in turn, if there is no build before."""
        if self.previous is None:
            rendering = Rendering(self.files)
            for kind in kinds:
                ids = [(kind, id) for id in self.site.content.of_kind(kind)]
                rendering.prepare(queries, ids, self.options.jobs, self.runs)

    def faults(self) -> list[Problem]:
        """Return every fault of the content and of the folders."""
        options = self.options
        problems = [*checks.faults(self.site, options.templates), *_folder_faults(options)]
        if (fault := self.theme_fault) is not None:
            problems += problems_at(options.content, [(CONFIG, Fault(("theme",), *fault))])
        return problems

    def rendered(self, keys: Sequence[Key]) -> Iterator[tuple[str, bytes]]:
        """Yield path and bytes of these files. Raises ContentError for one that is refused."""
        rendered = Rendering(self.files).results(keys, self.options.jobs, [])
        for file in filter_names(self.site.config, rendered):
            assert not isinstance(file, Spooled | Unchanged)
            yield file

    def draft_faults(self) -> int:
        """Return the number of faults of drafts; 0 if no draft changed since the last build."""
        if self.options.drafts:
            return 0
        if self.previous is not None:
            changed = paths_in(CONTENT, self.previous.changed)
            if changed.isdisjoint(checks.draft_files(self.site)):
                return 0
        return len(checks.draft_faults(self.site))

    @cached_property
    def _stored(self) -> Mapping[tuple[str, ...], int]:
        """Key → number of the nodes of outputs that the last build stored."""
        return {} if self.previous is None else self.previous.store.numbers(OUTPUT)

    def stale(self, keys: Mapping[str, Key]) -> dict[str, Key]:
        """Return the outputs among these, path → key, that have to be rendered."""
        if self.previous is None:
            return dict(keys)
        lost = self.previous.lost
        return {path: key for path, key in keys.items() if path in lost or self._is_stale(key)}

    def _is_stale(self, key: Key) -> bool:
        number = self._stored.get((OUTPUT, *key))
        if number is None:
            return True
        return number in self.engine.unverified and self.engine.is_stale((OUTPUT, *key))

    def unused(self, keys: Collection[Key]) -> set[int] | None:
        """Return the numbers of the stored nodes to delete; None for all.

        These are dirty nodes that no query read in this build, and outputs that are not among
        `keys`, whose paths other outputs may have now.
        """
        if self.previous is None:
            return None
        removed = {number for key, number in self._stored.items() if key[1:] not in keys}
        return removed | self.engine.unverified


@contextmanager
def opened(options: Options, previous: PreviousBuild | None) -> Iterator[World]:
    """Read what changed and return the site, without judging it."""
    with ExitStack() as stack:
        cache = options.reading
        if options.cache is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="briefings-"))
            cache = Cache(Path(folder) / "read.sqlite")
        stack.callback(cache.close)
        if previous is not None:
            stack.callback(previous.store.close)
        inputs = previous.inputs if previous is not None else scan_inputs(options.trees, {})
        if previous is not None and not previous.same_code:
            previous = None
        yield _world(options, cache, inputs, previous)


def _world(options: Options, cache: Cache, inputs: Inputs, previous: PreviousBuild | None) -> World:
    before = None if previous is None else _inputs_before(options, cache, previous)
    names = frozenset[str]() if previous is None else previous.changed
    state = read_state(options, cache, inputs, before, names)
    if previous is None or before is None or before.snapshot.settings != state.snapshot.settings:
        return world_of(options, state, Engine())
    store = previous.store
    engine = Engine(store, store.facts(), store.next_node() or FIRST_NODE)
    world = world_of(options, state, engine)
    facts = differing(before, state, names, engine)
    engine.changed(facts, store.readers(facts))
    return replace(world, previous=previous)


def read_state(
    options: Options,
    cache: Cache,
    inputs: Inputs,
    before: InputState | None = None,
    names: Collection[str] = (),
) -> InputState:
    """Read the content: all of it, or the inputs whose `names` changed since `before`."""
    last = None if before is None else before.snapshot
    paths, base_url = paths_in(CONTENT, names), options.base_url
    snapshot = read(options.content, cache, contents(inputs), base_url, options.jobs, last, paths)
    trees = options.in_theme(snapshot.config.theme).trees
    if trees != (options.trees if before is None else before.trees):
        inputs = scan_inputs(trees, inputs)  # `site.yaml` names the theme
    return InputState(trees, inputs, snapshot, options.now(snapshot.config.time_zone))


def world_of(options: Options, state: InputState, engine: Engine) -> World:
    """Return the site of some inputs. `engine`: a new one, or one with the nodes of a build."""
    content = state.snapshot.content(engine)
    site = Site(content, state.now, drafts=options.drafts, has_search=options.search)
    theme = state.snapshot.config.theme
    themed = options.in_theme(theme)
    return World(themed, state, site, files_of(themed, site), options.theme_fault(theme))


def files_of(options: Options, site: Site) -> Files:
    """Return every file of a site. `options`: with the folders of the theme."""
    folders = (options.templates, options.static, options.content)
    compiled = options.cache / "templates" if options.cache is not None else None
    return Files(site, *folders, compiled=compiled)


def _inputs_before(options: Options, cache: Cache, previous: PreviousBuild) -> InputState:
    """Return the inputs of the last build."""
    state = previous.state
    digests = contents(state.inputs)
    listing = listing_of(options.content, digests)
    config, register, problems = pickle.loads(state.snapshot)  # noqa: S301  # our own
    snapshot = Snapshot(options.content, cache, listing, digests, config, register, (), problems)
    return InputState(options.in_theme(state.theme).trees, state.inputs, snapshot, state.now)


@contextmanager
def checked(options: Options, previous: PreviousBuild | None = None) -> Iterator[World]:
    """Read and judge the content. Raises ContentError with every fault."""
    with opened(options, previous) as world:
        world.prepare(checks.prepare, "requirement", "briefing", "trust")
        if problems := world.faults():
            raise ContentError(problems)
        yield world


def build(
    options: Options,
    folder: Folder,
    previous: PreviousBuild | None,
    seen: Seen,
    *,
    in_place: bool = False,
) -> BuildResult:
    """Check, render and publish. Nothing is published unless everything was rendered.

    `previous`: the last build; outputs that did not change since are neither rendered nor written.
    """
    store = None if options.cache is None else Store(options.cache, options.key)
    try:
        with checked(options, previous) as world:
            result = _Build(world, folder, seen, in_place, store).run()
            return replace(result, draft_faults=world.draft_faults())
    except Damaged:
        assert previous is not None
        previous.store.forget()
        return build(options, folder, None, seen, in_place=in_place)


@dataclass
class _Build:
    """One build, from the checked site to the output folder. `store`: where its state is saved."""

    world: World
    folder: Folder
    seen: Seen
    in_place: bool
    store: Store | None

    def run(self) -> BuildResult:
        """Render what is stale, publish, and store the state for the next build."""
        self.world.prepare(prepare, "trust")
        files, options = self.world.files, self.world.options
        keys = files.keys_by_path()
        stale = self.world.stale(keys)
        digest = index_digest(self.world.site) if options.search else ""
        index = self._kept_index(digest)
        new_index = self._new_index() if options.search and not index else dict
        rendering = Rendering(files, self.folder.spool)
        rendered = rendering.results(list(stale.values()), options.jobs, self.world.runs)
        unchanged = [*keys.keys() - stale.keys(), *index]
        report = self._publish(unchanged, chain(rendered, _files_of_index(new_index)), len(stale))
        published = {*unchanged, *(file.path for file in report.files)}
        result = BuildResult.of(published, report)
        if self.store is not None:
            state = self._state(published, report, result, digest)
            runs = [*self.world.runs, *self.world.engine.take_fresh()]
            drop = self.world.unused(set(keys.values()))
            self.store.save(state, self.world.engine.facts, runs, drop)
        return result

    def _kept_index(self, digest: str) -> list[str]:
        """Return the paths of the search index in the output folder, if it has this digest."""
        previous = self.world.previous
        if previous is None or not digest or previous.state.index != digest:
            return []
        paths = [path for path in previous.state.marks if path.startswith(INDEX_FOLDER)]
        return [] if previous.lost.intersection(paths) else paths

    def _new_index(self) -> Callable[[], Index]:
        """Start to make the search index while pages are rendered."""
        cache = self.world.options.cache
        return begin_index(self.world.site, cache / "search" if cache else None)

    def _publish(self, unchanged: Sequence[str], new: Iterable[File], count: int) -> Report:
        """Publish the unchanged and the new files. `count`: about how many are new."""
        previous, config = self.world.previous, self.world.site.config
        new = filter_names(config, self.seen(new, count))
        if previous is None:
            return publish(new, self.folder, self.in_place)
        return publish(
            chain(map(previous.state.unchanged, unchanged), new), self.folder, self.in_place
        )

    def _state(
        self, paths: Collection[str], report: Report, result: BuildResult, digest: str
    ) -> BuildState:
        world, options = self.world, self.world.options
        site, snapshot, previous = world.site, world.state.snapshot, world.previous
        written = {file.path: marked(file) for file in report.files}
        old = previous.state.marks if previous is not None else {}
        start, end = window(world.engine, site.now)
        return BuildState(
            inputs=inputs_after_build(options.trees, world.state.inputs),
            environment=environment(str(site.zone)),
            marks={path: written.get(path) or old[path] for path in paths},
            sorts=result.sorts,
            start=start,
            end=end,
            zone=str(site.zone),
            now=site.now,
            snapshot=pickle.dumps((snapshot.config, snapshot.register, dict(snapshot.problems))),
            facts=0 if previous is None else previous.state.facts,
            theme=snapshot.config.theme,
            index=digest,
            trees=report.trees,
        )


def _files_of_index(index: Callable[[], Index]) -> Iterator[File]:
    yield from index().items()


def _folder_faults(options: Options) -> Iterator[Problem]:
    """Yield what must not be in the folders of templates and static files."""
    for folder in options.templates:
        yield from files.faults(folder, lambda _: MAX_TEMPLATE)
    for folder in options.static:
        yield from files.faults(folder, of_file)
        yield from _name_faults(folder)


def _name_faults(static: Path) -> Iterator[Problem]:
    """Yield static files with names that hosts refuse; media files are judged with the content."""
    for path, _, unfit in files.walk(static):
        for part in path.split("/") if unfit is None else ():
            if message := name_fault(part):
                yield Problem(str(static / path), 1, 1, message, f"rename it: {better_name(part)}")
