"""What an editor's saves lead to: files read again, a new state of the site, or faults.

A site that is judged within a moment is judged before it is shown. A larger one is shown as soon
as the saved files and what belongs to them are without fault; the rest is judged behind it.
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
from briefings.cancellation import Stoppable
from briefings.content.loader import CONFIG, NOTHING, Content, load, reread
from briefings.domain.site import Site, about
from briefings.problems import ContentError, Problem
from briefings.serve.site_state import SiteState, Superseded, trusts_of
from briefings.urls import Urls

#: Seconds for which a save may wait for the whole site to be judged.
PATIENCE = 0.25
_RETRIES, _PAUSE = 3, 0.05


class Reporter(Protocol):
    """Who is told what happened: the terminal."""

    def faults(self, problems: Iterable[Problem]) -> None:
        """Faults; the last good state stays."""

    def done(self, seconds: float) -> None:
        """A save is shown, so many seconds after it was noticed."""

    def warned(self, text: str) -> None:
        """Something works otherwise than usual, and why."""

    def crashed(self, text: str) -> None:
        """A fault of the generator itself, with its traceback."""


@dataclass(frozen=True, slots=True)
class PreviewState:
    """What the preview shows now: a state of the site, the one before it that was without fault
    (for pages of which the newer one can't be rendered), and what is wrong."""

    number: int = 0
    shown: SiteState | None = None
    before: SiteState | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def page(self) -> str:
        """Names the state that a page is rendered from: another name, and it is out of date."""
        return str(self.number) if self.shown is not None else f"faults {hash(self.problems)}"

    @property
    def states(self) -> list[SiteState]:
        """The states to render a page from, newest first."""
        return [one for one in (self.shown, self.before) if one is not None]


class PreviewSession:
    """Reads, judges and plans again after each save.

    `saved` runs once at a time, and so does `finish`, each in a thread of its own. `ring` is called
    at every change of `standing`.
    """

    def __init__(self, options: Options, teller: Reporter, patience: float = PATIENCE) -> None:
        self.options = options
        self.standing = PreviewState()
        self.ring: Callable[[], None] = lambda: None
        #: True where `finish` has to judge what `saved` has shown.
        self.owes = False
        self._teller = teller
        self._patience = patience
        self._content: Content | None = None
        self._seconds = 0.0
        self._saved_at = 0.0
        self._behind = Stoppable()

    def open(self) -> None:
        """Read everything, judge it, plan it."""
        self.options = self.options.at_this_moment()
        self._guarded(lambda: self._judge(self._read((), self.options.jobs)))
        # What was read stays for good: the collector need not look through it time and again.
        gc.collect()
        gc.freeze()
        # On a large site one look through everything is a second in which no page is answered.
        gc.set_threshold(100_000, 50, 1000)

    def saved(self, paths: Collection[Path]) -> None:
        """Show what was saved, or what is wrong with it."""
        started = self._saved_at = time.monotonic()
        self._behind.stop()
        self.options = self.options.at_this_moment()
        number = self.standing.number
        self._guarded(lambda: self._again(paths))
        if self.standing.number != number:
            self._teller.done(time.monotonic() - started)

    def warn(self, text: str) -> None:
        """Tell the terminal."""
        self._teller.warned(text)

    def since_saved(self) -> float:
        """Seconds since the last save was noticed."""
        return time.monotonic() - self._saved_at

    def finish(self) -> None:
        """Judge and plan the whole of what is shown already, until something is saved."""
        self.owes = False
        content, shown = self._content, self.standing.shown
        if content is not None:
            mine = shown if shown is not None and shown.content is content else None
            whole = self._behind.run(lambda: self._guarded(lambda: self._judge(content, mine)))
            self.owes = self.owes or not whole

    @property
    def prefix(self) -> str:
        """The path of `base_url` as it was last read."""
        if self.standing.shown is not None:
            return self.standing.shown.prefix
        return Urls(self._content.config.base_url).prefix if self._content else ""

    def found(self, problems: Iterable[Problem], shown: SiteState) -> None:
        """A fault that came to light only when a page of this state was rendered."""
        if shown is self.standing.shown:
            self._fault(tuple(problems))

    def close(self) -> None:
        """Let go of everyone who waits for the whole."""
        for shown in self.standing.states:
            shown.fail(Superseded())

    def _again(self, paths: Collection[Path]) -> None:
        """Read and show again; `finish` is owed where only a part was judged."""
        if missing := list(self._missing()):
            self._content = None  # all of it is read again once it is back
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
        options = self.options
        for folder in (options.content, options.templates, options.static):
            if not folder.is_dir():
                hint = "put it back; the preview shows the site as it was until then"
                yield Problem(str(folder), 1, 1, "this folder is missing", hint)

    def _read(self, paths: Collection[Path], jobs: int) -> Content:
        """The content; of what was read before, only files that were saved or at fault again.

        A file may vanish between being listed and being read: editors save by renaming.
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
        """The saved files of the content folder, as its records name them.

        A folder that came or went stands for every file in it, and `.` for the whole.
        """
        root = self.options.content.resolve()
        names = {path.relative_to(root).as_posix() for path in paths if path.is_relative_to(root)}
        last = self._content
        known = set() if last is None else {one.path for one in last.records()}
        folders = tuple(f"{name}/" for name in names - known if name != ".")
        inside = known if "." in names else {one for one in known if one.startswith(folders)}
        return names | inside

    def _own_problems(self, content: Content, paths: Collection[Path]) -> list[Problem]:
        """What the saved files, and all that is about their trusts, show to be wrong."""
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
        """Judge and plan the whole; `shown` is the state of it that is shown already, if any."""
        started = time.monotonic()
        try:
            site = pipeline.judge(content, self.options)
            if content is not self._content:  # saved again meanwhile, which will be judged
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
        """A fault of ours, or of the disk, is shown like any other, and the preview goes on."""
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
