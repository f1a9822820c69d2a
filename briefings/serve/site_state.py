"""The site made from one state of the inputs; its files are rendered on request.

All states share one site in memory. It is switched to the requested state, and the engine computes
only the queries that read something that differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from urllib.parse import unquote

from briefings import urls
from briefings.build.changes import InputState, differing
from briefings.build.inputs import changed, scan_inputs, scan_saved
from briefings.build.never_publish import filter_names
from briefings.build.pipeline import World, files_of, read_state, world_of
from briefings.build.request import Options
from briefings.content.schema.entities import SiteFront
from briefings.domain.site import Site
from briefings.engine import Engine
from briefings.engine.engine import Readers
from briefings.outputs import hosting
from briefings.outputs.files import Key
from briefings.outputs.pages.redirects import aliases
from briefings.outputs.search import INDEX_FOLDER, begin_index
from briefings.problems import ContentError, Problem


@dataclass(eq=False)
class _Position:
    """The state at which a shared site is. `lock`: one thread at a time may use the site."""

    state: InputState
    lock: Lock = field(default_factory=Lock)


class SiteState:
    """One state of the inputs, with a site that is moved there when it is used."""

    def __init__(self, world: World, position: _Position) -> None:
        self._world = world
        self._position = position
        self._indexing = Lock()

    @classmethod
    def first(cls, options: Options) -> SiteState:
        """Read all inputs."""
        inputs = scan_inputs(options.trees, {})
        return cls._alone(options, read_state(options, options.reading, inputs))

    @classmethod
    def _alone(cls, options: Options, state: InputState) -> SiteState:
        engine = Engine()
        engine.index = Readers((), ())
        return cls(world_of(options, state, engine), _Position(state))

    def after(self, options: Options, paths: Iterable[Path]) -> SiteState:
        """Return the state after a save of these absolute paths; this one if nothing changed."""
        last, world = self._world.state, self._world
        inputs = scan_saved(last.trees, last.inputs, paths)
        names = changed(last.inputs, inputs)
        state = read_state(options, last.snapshot.cache, inputs, last, names)
        if state.trees == last.trees and not names:
            return self
        if state.snapshot.untracked != last.snapshot.untracked:
            return self._alone(options, state)
        theme = state.snapshot.config.theme
        themed, files = options.in_theme(theme), world.files
        if state.trees != last.trees or any(n.startswith(("templates", "static")) for n in names):
            files = files_of(themed, world.site)
        after = World(themed, state, world.site, files, options.theme_fault(theme))
        return SiteState(after, self._position)

    @property
    def options(self) -> Options:
        """The options, with the folders of the theme."""
        return self._world.options

    @property
    def config(self) -> SiteFront:
        """The configuration in `site.yaml`."""
        return self._world.state.snapshot.config

    @property
    def prefix(self) -> str:
        """The path of `base_url`, which all paths of the site begin with."""
        return self._world.state.snapshot.prefix

    @property
    def origin(self) -> str:
        """Scheme and host of `base_url`."""
        return urls.Urls(self.config.base_url).origin

    def faults(self) -> list[Problem]:
        """Return every fault of the site and of its templates."""
        with self._moved():
            try:
                return self._world.faults() or list(self._world.files.renderer.faults())
            except ContentError as fault:
                return list(fault.problems)

    def render(self, path: str) -> bytes | None:
        """Return the bytes that a build publishes at a path; None if there is no such file.

        The search index is made when one of its files is requested. Raises ContentError.
        """
        if path.startswith(INDEX_FOLDER) and self.options.search:
            with self._indexing:
                return self._index.get(path)
        with self._moved():
            key = self._world.files.key_at(path)
            if key is None or not self._is_inside(key):
                return None
            data = self._world.files.render(key)
            content = data if isinstance(data, bytes) else b"".join(data)
            ((_, filtered),) = filter_names(self._world.site.config, [(path, content)])
            return filtered

    def paths(self) -> list[str]:
        """Return the paths of all files but those of the search index."""
        with self._moved():
            return [self._world.files.path(key) for key in self._world.files.every_key()]

    def has(self, path: str) -> bool:
        """Return whether there is such a file, which is not one of the search index."""
        with self._moved():
            return self._world.files.key_at(path) is not None

    @cached_property
    def header_rules(self) -> Mapping[str, tuple[str, ...]]:
        """The response headers of the host, by path; see `hosting.header_rules`."""
        with self._moved():
            return hosting.header_rules(self._world.site)

    @cached_property
    def redirects(self) -> Mapping[str, str]:
        """Old path, not percent-encoded → new path."""
        with self._moved():
            link = self._world.site.urls.link
            return {unquote(link(old)): link(new) for old, new in aliases(self._world.site)}

    @contextmanager
    def _moved(self) -> Iterator[None]:
        """Have the site at this state; other threads wait."""
        position, state = self._position, self._world.state
        engine, site = self._world.engine, self._world.site
        with position.lock:
            if position.state is not state:
                names = changed(position.state.inputs, state.inputs)
                facts = differing(position.state, state, names, engine)
                site.become(state.snapshot.content(engine), state.now)
                engine.change(facts)
                position.state = state
            yield

    def _is_inside(self, key: Key) -> bool:
        """Return False for a static or media file that is a symbolic link out of its folder."""
        kind, *names = key
        options, media = self.options, self.options.content / "media"
        if kind not in {"static", "media"}:
            return True
        source = self._world.files.assets.files[names[0]] if kind == "static" else media / names[0]
        homes = (options.content, *options.static)
        return any(source.resolve().is_relative_to(home.resolve()) for home in homes)

    @cached_property
    def _index(self) -> Mapping[str, bytes]:
        """Make the search index from a separate `Site`, because it can take minutes."""
        state, options = self._world.state, self.options
        site = Site(state.snapshot.content(Engine()), state.now, drafts=options.drafts)
        kept_in = None if options.cache is None else options.cache / "search"
        return begin_index(site, kept_in, background=False)()
