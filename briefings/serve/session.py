"""Process saves: read the changed files again, check them, and update the state that is shown.

A site that can be checked quickly (`PATIENCE`) is checked before it is shown. A larger one is shown
once the saved files, and the briefings of their trusts, have no fault; the rest is checked in the
background.
"""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from briefings import checks
from briefings.build import pipeline
from briefings.build.pipeline import Options
from briefings.build.rendering import Output
from briefings.build.site_folders import SiteFolders
from briefings.cancellation import Stoppable
from briefings.content.loader import CONFIG, NOTHING, Content, load, reread
from briefings.domain.site import Site, about
from briefings.problems import ContentError, Problem
from briefings.serve.site_state import SiteState, Superseded, trusts_of
from briefings.urls import Urls

#: Seconds that a save may wait for the whole site to be checked.
PATIENCE = 0.25
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
    """What the preview shows now.

    `number`: increases with each new state of the site. `shown`: that state; None if there is none
    yet. `before`: the last complete state before it, for pages that `shown` can't render.
    `problems`: the faults to show.
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
        return [one for one in (self.shown, self.before) if one is not None]


class PreviewSession:
    """Reads, checks and plans the site after each save.

    `saved` and `finish` run in threads, which may overlap, but each of them only once at a time.
    `standing` is the current state; `ring` is called after each change of it.
    """

    def __init__(self, options: Options, teller: Reporter, patience: float = PATIENCE) -> None:
        self.options = options
        self.standing = PreviewState()
        self.ring: Callable[[], None] = lambda: None
        #: True while `finish` has yet to check what `saved` has shown.
        self.owes = False
        self._teller = teller
        self._patience = patience
        self._content: Content | None = None
        self._seconds = 0.0
        self._saved_at = 0.0
        self._behind = Stoppable()

    def open(self) -> None:
        """Read, check and plan the whole site."""
        self.options = self.options.at_this_moment()
        self._guarded(lambda: self._judge(self._read((), self.options.jobs)))
        # The content stays in memory: the collector need not traverse it again and again.
        gc.collect()
        gc.freeze()
        # On a large site a full collection takes a second in which no request is answered.
        gc.set_threshold(100_000, 50, 1000)

    def saved(self, paths: Collection[Path]) -> None:
        """Process a save: show the new state, or its faults."""
        started = self._saved_at = time.monotonic()
        self._behind.stop()
        self.options = self.options.at_this_moment()
        number = self.standing.number
        self._guarded(lambda: self._again(paths))
        if self.standing.number != number:
            self._teller.done(time.monotonic() - started)

    def warn(self, text: str) -> None:
        """Print a warning."""
        self._teller.warned(text)

    def since_saved(self) -> float:
        """Seconds since the last save was noticed."""
        return time.monotonic() - self._saved_at

    def finish(self) -> None:
        """Check and plan the whole of the content read last; the next save stops it."""
        self.owes = False
        content, shown = self._content, self.standing.shown
        if content is not None:
            mine = shown if shown is not None and shown.content is content else None
            whole = self._behind.run(lambda: self._guarded(lambda: self._judge(content, mine)))
            self.owes = self.owes or not whole

    @property
    def folders(self) -> SiteFolders:
        """The input folders, with those of the theme that was last read in `site.yaml`."""
        return self.options.in_theme(self._content.config.theme if self._content else None)

    @property
    def prefix(self) -> str:
        """The path of `base_url` as it was last read."""
        if self.standing.shown is not None:
            return self.standing.shown.prefix
        return Urls(self._content.config.base_url).prefix if self._content else ""

    def found(self, problems: Iterable[Problem], shown: SiteState) -> None:
        """Report faults found while a page was rendered, if its state is still shown."""
        if shown is self.standing.shown:
            self._fault(tuple(problems))

    def close(self) -> None:
        """End all requests that wait for a whole site, with Superseded."""
        for shown in self.standing.states:
            shown.fail(Superseded())

    def _again(self, paths: Collection[Path]) -> None:
        """Read, check and show again; `owes` is True if only a part was checked."""
        if missing := list(self._missing()):
            self._content = None  # read everything once the folder is back
            self._fault(tuple(missing))
            return
        last = self._content
        content = self._read(paths, jobs=1)
        root = self.options.content.resolve()
        only_content = all(path.is_relative_to(root) for path in paths)
        if content is last and only_content and not self.standing.problems:
            return
        if self._seconds <= self._patience:
            self._judge(content)
            return
        self.owes = True
        problems = content.problems or self._own_problems(content, paths)
        if problems:
            self._fault(tuple(problems))
        else:
            self._show(SiteState(content, self.options))

    def _missing(self) -> Iterator[Problem]:
        for folder in self.options.own:
            if not folder.is_dir():
                hint = "put it back; the preview shows the site as it was until then"
                yield Problem(str(folder), 1, 1, "this folder is missing", hint)

    def _read(self, paths: Collection[Path], jobs: int) -> Content:
        """Read the content; of files read before, only those that were saved or have faults.

        Retries if a file vanishes between being listed and being read: editors save by renaming.
        """
        for attempt in range(_RETRIES):
            try:
                self._content = self._read_once(self._names(paths), jobs)
                break
            except FileNotFoundError:
                if attempt == _RETRIES - 1:
                    raise
                time.sleep(_PAUSE)
        assert self._content is not None
        return self._content

    def _read_once(self, saved: Collection[str], jobs: int) -> Content:
        options, last = self.options, self._content
        known = dict(NOTHING)
        if last is not None and CONFIG not in saved:
            found = reread(last, saved, cache=options.cache)
            if found is not None:
                return found
            sound = (one for one in last.records() if not one.broken and one.path not in saved)
            known = {one.path: one for one in sound}
        return load(
            options.content, jobs=jobs, cache=options.cache, base_url=options.base_url, known=known
        )

    def _names(self, paths: Collection[Path]) -> set[str]:
        """The saved paths in the content folder, relative to it, as in `Record.path`.

        The path of a folder adds every known file in it; `.`, the content folder, adds all.
        """
        root = self.options.content.resolve()
        names = {path.relative_to(root).as_posix() for path in paths if path.is_relative_to(root)}
        last = self._content
        known = set() if last is None else {one.path for one in last.records()}
        folders = tuple(f"{name}/" for name in names - known if name != ".")
        inside = known if "." in names else {one for one in known if one.startswith(folders)}
        return names | inside

    def _own_problems(self, content: Content, paths: Collection[Path]) -> list[Problem]:
        """The faults of the saved files and of the briefings and requirements of their trusts."""
        saved = self._names(paths)
        trusts: set[str] = set()
        for one in content.records():
            if one.path in saved:
                trusts |= trusts_of(content, one)
        part = about(content, trusts)
        orders = part.requirements.items()
        part = replace(
            part,
            trusts={id: one for id, one in part.trusts.items() if id in trusts},
            requirements={id: one for id, one in orders if one.front.trust in trusts},
        )
        options = self.options
        return checks.own_problems(part, options.now(content), drafts=options.drafts)

    def _judge(self, content: Content, shown: SiteState | None = None) -> None:
        """Check and plan the whole site. `shown`: the state of `content` that is shown, if any."""
        started = time.monotonic()
        try:
            site = pipeline.judge(content, self.options)
            if content is not self._content:  # superseded by a save, which is checked itself
                return
            outputs = pipeline.plan_without_index(site, self.options)
        except ContentError as fault:
            if shown is not None:
                shown.fail(fault)
            if content is self._content:
                self._fault(fault.problems)
        else:
            self._complete(content, shown, site, outputs)
        self._seconds = time.monotonic() - started

    def _complete(
        self, content: Content, shown: SiteState | None, site: Site, outputs: Iterable[Output]
    ) -> None:
        state = shown or SiteState(content, self.options)
        state.complete(site, outputs)
        if shown is None and content is self._content:
            self._show(state)
        elif shown is self.standing.shown:
            self._change(replace(self.standing, problems=()))

    def _show(self, shown: SiteState) -> None:
        last = self.standing
        before = last.shown if last.shown is not None and last.shown.is_whole else last.before
        self._change(PreviewState(last.number + 1, shown, before))
        if last.shown is not None:
            last.shown.fail(Superseded())

    def _fault(self, problems: tuple[Problem, ...]) -> None:
        if problems != self.standing.problems:
            self._teller.faults(problems)
            self._change(replace(self.standing, problems=problems))

    def _change(self, standing: PreviewState) -> None:
        self.standing = standing
        self.ring()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run `work`; show an unexpected exception as a fault, so that the preview goes on."""
        try:
            work()
        except Exception as fault:
            self._content = None  # the next save reads everything again
            self._teller.crashed(traceback.format_exc())
            message = f"the generator itself failed: {type(fault).__name__}: {fault}"
            hint = "what happened stands in the terminal; please send it with a report"
            problem = Problem(str(self.options.content), 1, 1, message, hint)
            if self.standing.shown is not None:
                self.standing.shown.fail(ContentError([problem]))
            self._fault((problem,))
