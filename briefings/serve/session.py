"""The preview: process saves, check the site, render the files of a state, and answer requests."""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Protocol
from urllib.parse import quote, unquote

from starlette.responses import Response

from briefings import urls
from briefings.build.changes import InputState, differing
from briefings.build.inputs import SOURCES, changed, scan_inputs, scan_saved
from briefings.build.never_publish import filter_names
from briefings.build.pipeline import World, files_of, read_state, world_of
from briefings.build.request import Options
from briefings.content.schema.site import SiteFront
from briefings.domain.site import Site
from briefings.engine import Engine
from briefings.engine.nodes import Readers
from briefings.outputs import hosting
from briefings.outputs.files import Key
from briefings.outputs.pages.site_pages import aliases
from briefings.outputs.search import INDEX_FOLDER, begin_index
from briefings.problems import ContentError, Problem
from briefings.serve.responses import (
    NEVER_KEPT,
    OURS,
    faults_page,
    headers_for,
    media_type,
    moved,
    own_file,
    plain,
    scripted,
)

# The site made from one state of the inputs; its files are rendered on request.
#
# All states share one site in memory. It is switched to the requested state, and the engine
# computes only the queries that read something that differs.


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
        with self._at_this_state():
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
        with self._at_this_state():
            key = self._world.files.key_at(path)
            if key is None or not self._is_inside(key):
                return None
            data = self._world.files.render(key)
            content = data if isinstance(data, bytes) else b"".join(data)
            ((_, filtered),) = filter_names(self._world.site.config, [(path, content)])
            return filtered

    def paths(self) -> list[str]:
        """Return the paths of all files but those of the search index."""
        with self._at_this_state():
            return list(self._world.files.keys_by_path())

    def has(self, path: str) -> bool:
        """Return whether there is such a file, which is not one of the search index."""
        with self._at_this_state():
            return self._world.files.key_at(path) is not None

    @cached_property
    def header_rules(self) -> Mapping[str, tuple[str, ...]]:
        """The response headers of the host, by path; see `hosting.header_rules`."""
        with self._at_this_state():
            return hosting.header_rules(self._world.site)

    @cached_property
    def redirects(self) -> Mapping[str, str]:
        """Old path, not percent-encoded → new path."""
        with self._at_this_state():
            link = self._world.site.urls.link
            return {unquote(link(old)): link(new) for old, new in aliases(self._world.site)}

    @contextmanager
    def _at_this_state(self) -> Iterator[None]:
        """Context manager: the shared site is switched to this state; other threads wait."""
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
        cache_folder = None if options.cache is None else options.cache / "search"
        return begin_index(site, cache_folder, background=False)()


_RETRIES, _PAUSE = 3, 0.05


class Reporter(Protocol):
    """Receives the messages of the preview; the terminal implements it."""

    def faults(self, problems: Iterable[Problem]) -> None:
        """The content has faults; the last good state, if any, is still shown."""

    def done(self, seconds: float) -> None:
        """A save is shown, `seconds` after it was noticed."""

    def warned(self, text: str) -> None:
        """A warning, such as that folders have to be polled."""

    def crashed(self, text: str) -> None:
        """The generator itself failed; `text` is the traceback."""


@dataclass(frozen=True, slots=True)
class PreviewState:
    """The current state of the preview: pages, faults or both.

    `number`: increases with each new state of the site. `shown`: that state; None if there is none
    yet. `before`: the state shown before it, for pages that `shown` can't render. `problems`: the
    faults to show.
    """

    number: int = 0
    shown: SiteState | None = None
    before: SiteState | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def page(self) -> str:
        """Identifies the state that a page is rendered from; a page with another one reloads."""
        return str(self.number) if self.shown is not None else f"faults {hash(self.problems)}"

    @property
    def states(self) -> list[SiteState]:
        """The states to render a page from, newest first."""
        return [state for state in (self.shown, self.before) if state is not None]


class PreviewSession:
    """Reads and checks the site after each save; `saved` may run in any thread, once at a time.

    `standing` is what is shown; `ring` is called after each change of it.
    """

    def __init__(self, options: Options, teller: Reporter) -> None:
        self.standing = PreviewState()
        self.ring: Callable[[], None] = lambda: None
        self._options = options
        self._teller = teller
        #: The state that was read last, with or without faults.
        self._last: SiteState | None = None

    def open(self) -> None:
        """Read and check the whole site."""
        self._guarded(lambda: self._check(self._read(())))
        # The site stays in memory: the collector need not traverse it again and again.
        gc.collect()
        gc.freeze()
        # On a large site a full collection takes a second in which no request is answered.
        gc.set_threshold(100_000, 50, 1000)

    def saved(self, paths: Collection[Path]) -> None:
        """Process a save of these absolute paths: show the new state, or its faults."""
        started, number = time.monotonic(), self.standing.number
        self._guarded(lambda: self._show(paths))
        if self.standing.number != number:
            self._teller.done(time.monotonic() - started)

    def warn(self, text: str) -> None:
        """Print a warning."""
        self._teller.warned(text)

    @property
    def folders(self) -> list[Path]:
        """The folders to watch: those of the command, and of the theme and sources if there are."""
        state = self._last or self.standing.shown
        options = self._options.in_theme(None if state is None else state.config.theme)
        sources = options.content.resolve().parent / SOURCES
        further = (*options.templates[:-1], *options.static[:-1], sources)
        return [
            *options.own,
            *(folder for folder in further if folder.is_dir() and not folder.is_symlink()),
        ]

    @property
    def prefix(self) -> str:
        """The path of `base_url`, from the last `site.yaml` that could be read."""
        state = self.standing.shown or self._last
        return "" if state is None else state.prefix

    def found(self, problems: Iterable[Problem], shown: SiteState) -> None:
        """Report faults found while a page was rendered, if its state is still shown."""
        if shown is self.standing.shown:
            self._fault(tuple(problems))

    def _show(self, paths: Collection[Path]) -> None:
        hint = "put it back; the preview shows the site as it was until then"
        missing = [
            Problem(str(folder), 1, 1, "this folder is missing", hint)
            for folder in self._options.own
            if not folder.is_dir()
        ]
        if missing:
            self._fault(tuple(missing))
            return
        state = self._read(paths)
        if state is not self._last or self.standing.problems:
            self._check(state)

    def _read(self, paths: Collection[Path]) -> SiteState:
        """Read the inputs, or only those that were saved since the last time.

        Retries if a file vanishes between being listed and being read: editors save by renaming.
        """
        options, last = self._options.at_this_moment(), self._last
        for _ in range(_RETRIES):
            with suppress(FileNotFoundError):
                return SiteState.first(options) if last is None else last.after(options, paths)
            time.sleep(_PAUSE)
        return SiteState.first(options)

    def _check(self, state: SiteState) -> None:
        """Show a state if it has no fault; otherwise its faults over the last good state."""
        self._last = state
        if problems := state.faults():
            self._fault(tuple(problems))
        else:
            last = self.standing
            before = last.before if state is last.shown else last.shown
            self._change(PreviewState(last.number + 1, state, before))

    def _fault(self, problems: tuple[Problem, ...]) -> None:
        if problems != self.standing.problems:
            self._teller.faults(problems)
            self._change(replace(self.standing, problems=problems))

    def _change(self, state: PreviewState) -> None:
        self.standing = state
        self.ring()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run `work`; show an unexpected exception as a fault, so that the preview goes on."""
        try:
            work()
        except Exception as fault:
            self._last = None  # the next save reads everything again
            self._teller.crashed(traceback.format_exc())
            message = f"the generator itself failed: {type(fault).__name__}: {fault}"
            hint = "what happened stands in the terminal; please send it with a report"
            self._fault((Problem(str(self._options.content), 1, 1, message, hint),))


# Responses of the site: the host's, with the script that reloads pages added to HTML.

#: Refused in a path: an encoded slash, and a backslash or NUL, encoded or not.
_HIDDEN = ("%2f", "%5c", "%00", "\\", "\0")
_RULES = {"_headers", "_redirects"}


def answer(session: PreviewSession, written: str, run: str) -> Response:
    """The response to GET.

    `written`: the path as sent, percent-encoded. `run`: the id of this run of the preview.
    """
    prefix, path = session.prefix, unquote(written)
    if any(sign in written.lower() for sign in _HIDDEN):
        return plain(404, "There is nothing at this address.")
    if not path.startswith(f"{prefix}/"):
        if path in {"/", prefix}:
            return moved(f"{prefix}/", 302)
        return plain(404, f"There is nothing at this address; the site stands at {prefix}/")
    inside = path.removeprefix(prefix)
    return own_file(inside) if inside.startswith(OURS) else _of_the_site(session, inside, run)


def _of_the_site(session: PreviewSession, inside: str, run: str) -> Response:
    """The response from the newest state, or from the one before if the newest can't render it.

    A page of faults if neither can.
    """
    state = session.standing
    for site in state.states:
        try:
            return _host(site, f"{run} {state.page}", inside)
        except ContentError as fault:
            session.found(fault.problems, site)
    last = session.standing  # with the faults just found
    return faults_page(last.problems, session.prefix, f"{run} {last.page}")


def _host(shown: SiteState, page: str, inside: str) -> Response:
    """The response of a host: a file, a redirect, a folder's `index.html`, or the 404 page.

    A redirect is looked up before a file: the file at an old address is the page with the new
    address, for hosts without redirects. Raises ContentError.
    """
    path = inside.lstrip("/") if not inside.endswith("/") else f"{inside[1:]}index.html"
    hidden = (part.startswith(".") or part in _RULES for part in inside.split("/"))
    if inside.startswith("//") or any(hidden):
        return _missing(shown, page)
    leads_to = shown.redirects.get(shown.prefix + inside)
    if leads_to is not None:
        return moved(leads_to, 301)
    body = shown.render(path)
    if body is not None:
        return _file_response(shown, page, path, body)
    if shown.has(f"{path}/index.html"):
        return moved(quote(f"{shown.prefix}{inside}/"), 301)
    return _missing(shown, page)


def _file_response(
    shown: SiteState, page: str, path: str, body: bytes, status: int = 200
) -> Response:
    """The response with a file and its headers. Browsers may cache only `immutable` files."""
    url = f"/{path.removesuffix('index.html')}"
    headers = headers_for(shown.prefix + url, shown.header_rules)
    headers["content-type"] = media_type(path)
    if "immutable" not in headers.get("cache-control", ""):
        headers["cache-control"] = NEVER_KEPT
    if path.endswith(".html"):
        body = scripted(body, headers, shown.prefix, page)
    return Response(body, status, headers)


def _missing(shown: SiteState, page: str) -> Response:
    """The site's own 404 page, its absolute links changed to lead into the preview."""
    path = urls.file_for(urls.NOT_FOUND)
    body = shown.render(path)
    if body is None:
        return plain(404, "There is nothing at this address.")
    public, local = f'="{shown.origin}{shown.prefix}/', f'="{shown.prefix}/'
    return _file_response(shown, page, path, body.replace(public.encode(), local.encode()), 404)
